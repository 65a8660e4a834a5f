"""The only room that opens spreadsheets: calamine, openpyxl, csv; limits on hostile files; finding the tables."""
