"""The records behind a part of a report: what its counts were counted from, down to file, sheet and row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cmkit.facts.records import NO_ORIGIN, Origin
from cmkit.facts.section import RecordRef, Section
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.paper import Paper
from cmkit.reports.parts import PARTS
from cmkit.store import origins_of


@dataclass(frozen=True, slots=True)
class SectionTrace:
    """One section with its records and where each was read."""

    section: Section
    records: tuple[tuple[RecordRef, Origin], ...]

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        return {
            "section": self.section.id,
            "title": self.section.title,
            "figures": [{"label": one.label, "value": str(one.value)} for one in self.section.figures],
            "records": [
                {"table": ref.table, "key": ref.key, "origin": origin.as_dict()} for ref, origin in self.records
            ],
        }


def find_sections(desk: Desk, scope: Scope, name: str) -> list[Section]:
    """The sections of that part of a report (``service``), or the one of that id or title; none where there is none."""
    paper = Paper(desk, scope)
    if name in PARTS:
        return PARTS[name](paper)
    for part in PARTS.values():
        found = [section for section in part(paper) if name in (section.id, section.title)]
        if found:
            return found
    return []


def trace_sections(desk: Desk, sections: Sequence[Section]) -> list[SectionTrace]:
    """Each section with the records behind it; what is only derived (a rolled-up target) has no record to show."""
    keys: dict[str, dict[str, None]] = {}
    for section in sections:
        for ref in section.records:
            keys.setdefault(ref.table, {})[ref.key] = None
    known = {table: origins_of(desk.store, table, list(wanted)) for table, wanted in keys.items()}
    return [
        SectionTrace(
            section,
            tuple(
                (ref, known[ref.table].get(ref.key, NO_ORIGIN))
                for ref in dict.fromkeys(section.records)
                if ref.key in known[ref.table]
            ),
        )
        for section in sections
    ]
