"""An entry of a calendar as a plain value: what the visits room makes and the render room writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit in a phone's calendar. ``uid`` stays the same however often the plan is sent."""

    uid: str
    day: date
    start: str = ""
    """The clock as 09:20; empty for an entry of the whole day."""
    end: str = ""
    summary: str = ""
    description: str = ""
    location: str = ""
    sequence: int = 0
    """Counts the changes; a phone takes the entry with the higher number."""
    stamp: date | None = None
    """When it last changed."""
    cancelled: bool = False
