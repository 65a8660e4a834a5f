"""Clients: finding one, how complete and sound the file is, tiers, the timeline, and how it is shown."""
