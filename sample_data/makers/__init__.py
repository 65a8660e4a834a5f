"""How the sample data is made: invented people, clients and figures, the same bytes every time."""
