"""Rows for a terminal, a pipe or another program: aligned, harmless, and never turned into formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from cmkit.base.money import plain
from cmkit.base.text import safe_line
from cmkit.facts.section import Cell, Column, Status, Trend
from cmkit.render import cells

Row = Sequence[Cell]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def table(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """An aligned table; control characters and line breaks of people's data never reach the terminal."""
    from tabulate import tabulate

    body = [[safe_line(text) for text in _texts(row, columns)] for row in rows]
    sides = ["right" if cells.align(column.kind) == "right" else "left" for column in columns]
    heads = [safe_line(cells.heading(column)) for column in columns]
    # tabulate turns 12,345,678.90 into 1.23457e+07 unless it is told to leave numbers alone.
    return tabulate(body, headers=heads, tablefmt="simple", colalign=sides if body else None, disable_numparse=True)


def markdown(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    from cmkit.render.markdown import cell

    sides = {"right": "---:", "center": ":---:", "left": "---"}
    lines = [_piped(cell(cells.heading(column)) for column in columns)]
    lines.append(_piped(sides[cells.align(column.kind)] for column in columns))
    lines += [_piped(cell(text) for text in _texts(row, columns)) for row in rows]
    return "\n".join(lines)


def comma(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """The rows as CSV: numbers ungrouped so that programs read them, text that Excel would compute made text."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([harmless(cells.heading(column)) for column in columns])
    for row in rows:
        writer.writerow([_raw(value, column) for value, column in zip(_padded(row, columns), columns, strict=True)])
    return target.getvalue()


def harmless(text: str) -> str:
    """Text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _raw(value: Cell, column: Column) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else cells.shown(value, column)
    if isinstance(value, int | Decimal):
        return plain(Decimal(value)) if Decimal(value).is_finite() else ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Status):
        return harmless(cells.clean(value.text))
    if isinstance(value, Trend):
        return " ".join("" if point is None else plain(point) for point in value.values)
    return harmless(cells.shown(value, column))


def _texts(row: Row, columns: Sequence[Column]) -> list[str]:
    return [cells.shown(value, column) for value, column in zip(_padded(row, columns), columns, strict=True)]


def _padded(row: Row, columns: Sequence[Column]) -> list[Cell]:
    return [*row[: len(columns)], *[None] * (len(columns) - len(row))]


def _piped(parts: Iterable[str]) -> str:
    return f"| {' | '.join(parts)} |"
