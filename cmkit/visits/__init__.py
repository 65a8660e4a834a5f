"""Visits: who is due (``due``), on which day (``plan``), what became of it (``coverage``), and how it is shown."""
