"""The plan as entries of a phone's calendar, which later plans change instead of doubling."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

from cmkit.base.lang import _
from cmkit.facts.appointment import Entry
from cmkit.facts.records import Client, Visit
from cmkit.visits.sheet import place_text

Sent = Mapping[str, Entry]
"""What was sent last, by uid."""


def entries(visits: Sequence[Visit], clients: Mapping[str, Client]) -> list[Entry]:
    """One entry a visit that is still to be made, with its hours where they are known."""
    return [
        _entry(visit, clients.get(visit.client_id, Client(client_id=visit.client_id))) for visit in visits if visit.date
    ]


def with_changes(now: Iterable[Entry], sent: Sent, span: tuple[date, date], on: date) -> list[Entry]:
    """``now`` as the phone has to be told: numbers go up where something changed, what is gone is called off.

    Sent on 10-30 for 11-03 and now planned for 11-04: 11-03 is cancelled with the next number, 11-04 is new. Sent again
    without a change, everything is as it was, to the byte.
    """
    found: list[Entry] = []
    for entry in now:
        before = sent.get(entry.uid)
        if before is None:
            found.append(replace(entry, stamp=on))
        elif _same(entry, before):
            found.append(replace(entry, sequence=before.sequence, stamp=before.stamp))
        else:
            found.append(replace(entry, sequence=before.sequence + 1, stamp=on))
    kept = {entry.uid for entry in found}
    for uid, before in sent.items():
        if uid in kept or not span[0] <= before.day <= span[1]:
            continue
        gone = before if before.cancelled else replace(before, cancelled=True, sequence=before.sequence + 1, stamp=on)
        found.append(gone)
    return sorted(found, key=lambda entry: (entry.day, entry.start, entry.uid))


def remembered(told: Iterable[Entry], sent: Sent) -> dict[str, Entry]:
    """What stands in the phone now."""
    return {**sent, **{entry.uid: entry for entry in told}}


def _same(entry: Entry, before: Entry) -> bool:
    keep = {"sequence": 0, "stamp": None}
    return {**asdict(entry), **keep} == {**asdict(before), **keep}


def _entry(visit: Visit, client: Client) -> Entry:
    lines = [
        visit.reason,
        _("目的：{text}").format(text=visit.purpose) if visit.purpose else "",
        _("陪访：{text}").format(text=visit.companion) if visit.companion else "",
        _("携带资料：{text}").format(text=visit.materials) if visit.materials else "",
        _("电话：{text}").format(text=client.phone) if client.phone else "",
    ]
    return Entry(
        uid=_uid(visit),
        day=visit.date or date.min,
        start=str(visit.get("arrive") or ""),
        end=str(visit.get("leave") or ""),
        summary=_("走访 {client}").format(client=client.name or visit.client_id),
        description="\n".join(line for line in lines if line),
        location=place_text(client),
    )


def _uid(visit: Visit) -> str:
    """Client, day and owner make an entry; a client's number may hold signs that a uid may not."""
    number = visit.client_id if visit.client_id.isascii() and visit.client_id.isalnum() else ""
    short = number or hashlib.sha256(visit.client_id.encode()).hexdigest()[:16]
    return f"{short}-{visit.date:%Y%m%d}-{visit.staff_id}@visits.cmkit"
