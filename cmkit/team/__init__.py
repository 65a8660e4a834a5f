"""The team: who belongs where (``org``), what today asks of each (``today``), who did what (``sections``)."""
