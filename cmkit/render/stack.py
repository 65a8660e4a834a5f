"""Sections that are one table told in pieces (the days of a plan) put together for a sheet that is filled in."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from cmkit.facts.section import Document, Section


def stacked(document: Document) -> Document:
    """The document with runs of minor sections that share their columns as one section under the document's title."""
    sections: list[Section] = []
    # A sketch of the way belongs to a page, not to a sheet that is sorted and filled in.
    plain = [replace(part, charts=tuple(c for c in part.charts if c.kind != "map")) for part in document.sections]
    for _alike, run in groupby(plain, key=_shape):
        parts = list(run)
        sections += [_joined(document, parts)] if len(parts) > 1 and parts[0].level > 1 else parts
    return replace(document, sections=tuple(sections))


def _shape(section: Section) -> tuple[object, ...]:
    if section.level == 1 or section.charts or section.figures or section.total or not section.columns:
        return (id(section),)
    return section.columns


def _joined(document: Document, parts: list[Section]) -> Section:
    rows = tuple(row for part in parts for row in part.rows)
    text = tuple(line for part in parts for line in part.text)
    notes = tuple(line for part in parts for line in part.notes)
    return replace(parts[0], title=document.title, rows=rows, text=text, notes=notes, level=1)
