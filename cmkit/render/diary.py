"""Calendar files (.ics) that a phone takes: Chinese folded within 75 octets, the time zone inside, the same bytes again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cmkit.facts.appointment import Entry

if TYPE_CHECKING:
    from icalendar import Event, Timezone

PRODUCT = "-//cmkit//visits//ZH"


def diary(entries: Sequence[Entry], name: str, zone: str, made_on: date) -> bytes:
    """The entries as one calendar."""
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    book.add("x-wr-timezone", zone)
    book.add_component(_zone(zone))
    for entry in entries:
        book.add_component(_event(entry, zone, made_on))
    return bytes(book.to_ical())


def _event(entry: Entry, zone: str, made_on: date) -> Event:
    from icalendar import Event

    event = Event()
    stamp = datetime.combine(entry.stamp or made_on, time(), UTC)
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", entry.sequence)
    if entry.start and entry.end:
        event.add("dtstart", _moment(entry.day, entry.start, zone))
        event.add("dtend", _moment(entry.day, entry.end, zone))
    else:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return event


def _moment(day: date, clock: str, zone: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))


def _zone(zone: str) -> Timezone:
    """The zone's rules over the years that a plan can lie in: fixed, so that the file does not change with the day it is made on."""
    from icalendar import Timezone

    return Timezone.from_tzid(zone, first_date=date(2020, 1, 1), last_date=date(2038, 1, 1))
