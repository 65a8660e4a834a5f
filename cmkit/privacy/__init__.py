"""Privacy: what is shown of people (``masks``), and who looked at more (``access``)."""
