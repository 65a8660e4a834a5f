"""From a table to typed columns, problems, and exactly one outcome a row. Columns are declared, never guessed."""
