"""cmkit: the daily routines and reports of customer managers, from spreadsheets to documents."""

__version__ = "0.1.0"
