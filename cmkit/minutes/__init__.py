"""Meetings: reading what was held, the minutes and the agenda as documents, actions with owners, what is missing."""
