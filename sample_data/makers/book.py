"""Writing workbooks and CSV files whose bytes depend on nothing but their cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

MADE_AT = datetime(2026, 10, 30, 17, 0)  # noqa: DTZ001 - a document property, the same for every file
EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the result that the office's own Excel left in the cell."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Serial:
    """A date that lost its format: people see 45866."""

    day: date

    @property
    def number(self) -> int:
        """Days since 1899-12-30, as Excel counts."""
        return (self.day - EPOCH).days


Cell = str | int | float | Decimal | date | Formula | Serial | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as they stand on the sheet; ``head`` counts the rows (from 1) that are drawn as headers."""

    name: str
    rows: Sequence[Row]
    head: tuple[int, ...] = (1,)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column, counted from 0."""
    widths: dict[int, float] = field(default_factory=dict)


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """One workbook. XlsxWriter dates its zip members 1980-01-01, so only the document properties need fixing."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": MADE_AT, "author": "样例"})
    styles = {
        "head": book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "align": "center"}),
        "title": book.add_format({"bold": True, "font_size": 14, "align": "center"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "number": book.add_format({"num_format": "#,##0.00"}),
    }
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, styles)
    book.close()


def _write_sheet(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    for number, width in sheet.widths.items():
        page.set_column(number, number, width)
    for number, row in enumerate(sheet.rows):
        style = styles["head"] if number + 1 in sheet.head else None
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, style, styles)
    first = min(sheet.head, default=1)
    for top, left, bottom, right in sheet.merges:
        kind = "title" if top + 1 < first else "head"
        page.merge_range(top, left, bottom, right, sheet.rows[top][left], styles[kind])


def _write_cell(page: Any, row: int, column: int, cell: Cell, style: Any, styles: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Formula):
        page.write_formula(row, column, cell.text, styles["number"], cell.value)
    elif isinstance(cell, Serial):
        page.write_number(row, column, cell.number)
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), styles["date"])  # noqa: DTZ001 - a day
    elif isinstance(cell, str):
        page.write_string(row, column, cell, style)
    else:
        page.write_number(row, column, float(cell), styles["number"] if isinstance(cell, Decimal) else style)


def write_csv(path: Path, rows: Sequence[Row], encoding: str = "utf-8-sig") -> None:
    """A CSV file as Excel on a Chinese Windows saves it: CRLF, ``gb18030`` or UTF-8 with a mark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([[_plain(cell) for cell in row] for row in rows])
    path.write_bytes(text.getvalue().encode(encoding))


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Serial):
        return str(cell.number)
    if isinstance(cell, Formula):
        return f"{cell.value:.2f}"
    return str(cell)


def head(words: str) -> tuple[str, ...]:
    """A row of headings, written with blanks between them."""
    return tuple(words.split())
