"""One record as a paper to be printed on A4, signed and filed; or the same paper empty, to be filled in by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cmkit.base.lang import _, language
from cmkit.facts.kinds import NAMES_SEPARATOR, Kind
from cmkit.facts.records import RECORDS, Client, Fact
from cmkit.facts.section import Cell, Column, Document, Section
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.reports.desk import Desk

_LINES = 4
"""Blank lines left for a long note on an empty paper."""


def find_records(desk: Desk, table: str, texts: Sequence[str]) -> list[Fact]:
    """The records whose key, or a part of it (a number, a client, a day), is one of ``texts``; oldest first."""
    wanted = set(texts)
    found = [one for one in desk.raw(RECORDS[table]) if wanted & {one.key, *one.key.split("|")}]
    return sorted(found, key=lambda one: (str(one.get(one.date_field) or "") if one.date_field else "", one.key))


def paper(desk: Desk, spec: TableSpec, record: Fact | None) -> Document:
    """The paper of a record, masked unless the desk reveals; without one an empty paper."""
    shown = None if record is None else desk.masked(record)
    short = [(key, column) for key, column in spec.columns.items() if column.kind is not Kind.NOTE]
    long = [(key, column) for key, column in spec.columns.items() if column.kind is Kind.NOTE]
    names = {
        "clients": {number: one.name for number, one in desk.clients.items()},
        "staff": desk.names,
        "orgs": desk.names,
    }
    heads = (Column(_("项目"), width=14), Column(_("内容") if record else _("填写内容"), width=22)) * 2
    rows = (*_pairs(short, shown, names), *_notes(long, shown))
    org = desk.workspace.settings.office or desk.everything().name
    return Document(
        name=spec.table,
        title=spec.paper,
        meta=((_("单位"), org), *(((_("编号"), record.key.replace("|", " ")),) if record else ())),
        sections=(Section("fields", _("登记内容"), columns=heads, rows=rows, numbered=False),),
        notes=(_("本表一式一份，签字后归档。"),),
        signatures=tuple(_("{who}签字").format(who=who) for who in spec.signs or (_("经办人"), _("主管"))),
        made_on=desk.on,
        lang=language(),
    )


def _pairs(
    columns: Sequence[tuple[str, ColumnSpec]], record: Fact | None, names: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[Cell, ...], ...]:
    """Two short fields a line: 项目 | 内容 | 项目 | 内容."""
    cells = [(column.label, _shown(column, record.get(key), names) if record else "") for key, column in columns]
    cells += [("", "")] * (len(cells) % 2)
    return tuple((*cells[spot], *cells[spot + 1]) for spot in range(0, len(cells), 2))


def _notes(columns: Sequence[tuple[str, ColumnSpec]], record: Fact | None) -> tuple[tuple[Cell, ...], ...]:
    """Two long fields a line, with room to write on an empty paper."""
    room = "\n" * _LINES
    cells = [(column.label, str(record.get(key) or "") if record else room) for key, column in columns]
    cells += [("", "")] * (len(cells) % 2)
    return tuple((*cells[spot], *cells[spot + 1]) for spot in range(0, len(cells), 2))


def _shown(column: ColumnSpec, value: Any, names: Mapping[str, Mapping[str, str]]) -> Cell:
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, tuple):
        return NAMES_SEPARATOR.join(value)
    if column.ref:
        name = names.get(column.ref, {}).get(str(value), "")
        return f"{value} {name}".strip()
    unit = column.show_unit or column.unit
    text = f"{value:,}" if column.kind.scaled or column.kind is Kind.COUNT else str(value)
    return f"{text} {unit}".strip() if column.kind.scaled else text


def client_numbers(records: Sequence[Fact]) -> list[str]:
    """Whose data stands on the papers, for the access record."""
    return [str(one.get("client_id") or one.key) for one in records if not isinstance(one, Client)] + [
        one.client_id for one in records if isinstance(one, Client)
    ]
