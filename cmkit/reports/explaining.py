"""The records behind a part of a report: what its counts were counted from, down to file, sheet and row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cmkit.facts.records import NO_ORIGIN, Origin
from cmkit.facts.section import Behind, Figure, RecordRef, Section
from cmkit.kpi.row import exact_text
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


@dataclass(frozen=True, slots=True)
class FigureTrace:
    """One figure of a section with what each record adds to it, and where the record was read."""

    section: Section
    figure: Figure
    lines: tuple[tuple[Behind, Origin], ...]

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        return {
            "section": self.section.id,
            "label": self.figure.label,
            "value": str(self.figure.value),
            "unit": self.figure.unit,
            "records": [
                {
                    "table": one.ref.table,
                    "key": one.ref.key,
                    "contributes": exact_text(one.amount),
                    "origin": origin.as_dict(),
                    **({"part": one.part} if one.part else {}),
                }
                for one, origin in self.lines
            ],
        }


def find_figures(desk: Desk, scope: Scope, label: str) -> list[tuple[Section, Figure]]:
    """Every figure of that label in the parts of a report."""
    paper = Paper(desk, scope)
    return [
        (section, figure)
        for part in PARTS.values()
        for section in part(paper)
        for figure in section.figures
        if figure.label == label
    ]


def trace_figures(desk: Desk, found: Sequence[tuple[Section, Figure]]) -> list[FigureTrace]:
    """Each figure with its records; one that is worked out from other figures has none."""
    known = _origins(desk, (one.ref for _section, figure in found for one in figure.behind))
    return [
        FigureTrace(
            section, figure, tuple((one, known[one.ref.table].get(one.ref.key, NO_ORIGIN)) for one in figure.behind)
        )
        for section, figure in found
    ]


def _origins(desk: Desk, refs: Iterable[RecordRef]) -> dict[str, dict[str, Origin]]:
    keys: dict[str, dict[str, None]] = {}
    for ref in refs:
        keys.setdefault(ref.table, {})[ref.key] = None
    return {table: origins_of(desk.store, table, list(wanted)) for table, wanted in keys.items()}


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
    known = _origins(desk, (ref for section in sections for ref in section.records))
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
