"""Whole tables out, single rows in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cmkit.base.faults import DeniedFault, InputFault, UsageFault
from cmkit.base.lang import _
from cmkit.base.text import fold_label
from cmkit.commands._kit import Session, reveal
from cmkit.commands._reading import row_intake
from cmkit.facts.kinds import Stored, decode, encode
from cmkit.facts.specs import TableSpec
from cmkit.render.form import form_cell, form_column, sheet_bytes
from cmkit.render.output import write_bytes
from cmkit.render.terminal import harmless
from cmkit.store import BatchInfo, BatchReport, stored_rows, take_in


def export_table(
    session: Session, table: str, out: Path | None, *, unmask: bool, reason: str | None, owner: str | None
) -> None:
    """Write a table as xlsx or csv; masked unless asked and recorded. Read again, it gives the same rows."""
    spec = session.pack.tables[table]
    path = out or session.workspace.out / f"{spec.label}.xlsx"
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise UsageFault(_("只能导出为 xlsx 或 csv：{name}").format(name=path.name))
    desk = session.desk()
    own = desk.owner(owner).staff if owner else None
    rows = [
        (key, values)
        for key, values, _origin in stored_rows(session.store, table)
        if own is None or values.get(spec.owner) in own
    ]
    full = reveal(
        session, f"{table} export", [str(values.get("client_id") or key) for key, values in rows], unmask, reason
    )
    cells = [
        [
            form_cell(column, values[name] if full else _masked(spec, name, values[name]))
            for name, column in spec.columns.items()
        ]
        for _key, values in rows
    ]
    if path.suffix.lower() == ".csv":
        write_bytes(path, _csv(spec, cells))
    else:
        columns = [replace(form_column(column), choices=()) for column in spec.columns.values()]
        write_bytes(path, sheet_bytes(spec.label, columns, cells, session.on))
    session.show_paths([path])


def _masked(spec: TableSpec, name: str, stored: Stored) -> Stored:
    from cmkit.facts.records import RECORDS
    from cmkit.privacy.masks import mask_of, mask_value

    column = spec.columns[name]
    mask = mask_of(RECORDS[spec.table], spec, name)
    if stored is None or not mask or column.kind.whole:
        return stored
    return encode(column.kind, mask_value(mask, decode(column.kind, stored)))


def _csv(spec: TableSpec, rows: Sequence[Sequence[str | int | float | None]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([form_column(column).label for column in spec.columns.values()])
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def add_row(session: Session, table: str, words: Sequence[str]) -> BatchReport:
    """One row from ``栏目=值`` words.

    Raises UsageFault for an unknown column, InputFault where a value cannot be read, DeniedFault for a locked record.
    """
    spec = session.pack.tables[table]
    given: dict[str, str] = {}
    for word in words:
        name, mark, value = word.partition("=")
        key = _column(spec, name)
        if not mark or not key:
            known = "、".join(f"{column.label}" for column in spec.columns.values())
            raise UsageFault(
                _("不认识的栏目：{word}").format(word=word), hint=_("可用的有：{names}").format(names=known)
            )
        given[key] = value
    intake = row_intake(session, spec, given)
    if intake.rejected:
        faults = [one for one in intake.problems if one.severity == "error"]
        message, hint = dict.fromkeys(one.message for one in faults), dict.fromkeys(one.hint for one in faults)
        raise InputFault(_("；").join(message), hint=_("；").join(word for word in hint if word))
    info = BatchInfo(who=session.who, label=f"records {table} add", as_of=session.on.isoformat(), kind="hand")
    report = take_in(session.store, [intake], info)
    for problem in (problem for outcome in report.outcomes for problem in outcome.problems):
        if problem.code == "locked":
            raise DeniedFault(problem.message, hint=problem.hint)
    return report


def _column(spec: TableSpec, name: str) -> str:
    wanted = fold_label(name)
    for key, column in spec.columns.items():
        if name == key or wanted in {fold_label(word) for word in (column.zh, column.en, *column.aliases) if word}:
            return key
    return ""
