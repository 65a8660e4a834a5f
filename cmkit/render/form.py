"""A workbook to fill in: locked headings, drop-downs, prefilled rows, and a hidden sheet that says what it is."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cmkit.base.lang import _
from cmkit.base.money import convert
from cmkit.facts.kinds import NAMES_SEPARATOR, Kind, Stored, decode
from cmkit.facts.specs import ColumnSpec
from cmkit.render.zipped import moment, repack

META_SHEET = "_cmkit"
_LISTS_SHEET = "_lists"
_FONT = "微软雅黑"
_WIDTHS = {Kind.NOTE: 36, Kind.TEXT: 18, Kind.MONEY: 16, Kind.ID_NO: 22, Kind.USCC: 22}
_LONG_COUNT = 1_000_000


@dataclass(frozen=True)
class FormColumn:
    """One column: heading, kind, what may be chosen, whether it must be filled, whether the office may change it."""

    label: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    locked: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Form:
    """A form before it is a file. ``rows`` are prefilled cells in the order of the columns; ``blank`` rows follow."""

    title: str
    sheet: str
    lines: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...] = ()
    blank: int = 100
    meta: Mapping[str, str] | None = None
    made_on: date | None = None
    protected: bool = False


def form_bytes(form: Form) -> bytes:
    """``form`` as an xlsx file: an instruction sheet, the sheet to fill, and the hidden ones."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": form.title, "created": moment(form.made_on)})
    styles = _styles(book)
    _instructions(book.add_worksheet(_("填表说明")), form, styles)
    sheet = book.add_worksheet(form.sheet[:31])
    _table(sheet, form, styles)
    _lists(book, sheet, form)
    if form.meta:
        hidden = book.add_worksheet(META_SHEET)
        for number, (key, value) in enumerate(form.meta.items()):
            hidden.write_string(number, 0, key)
            hidden.write_string(number, 1, value)
        hidden.very_hidden()
        if form.protected:
            hidden.protect()
    sheet.activate()
    book.close()
    return repack(buffer.getvalue(), form.made_on)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": _FONT, "font_size": 10.5, "valign": "vcenter"}
    cell = {**base, "border": 1, "border_color": "#C9CED6", "text_wrap": True}
    return {
        "title": book.add_format({**base, "font_size": 15, "bold": True}),
        "line": book.add_format({**base, "text_wrap": True}),
        "head": book.add_format({**cell, "bold": True, "bg_color": "#E8EEF7", "align": "center", "locked": True}),
        "must": book.add_format({**cell, "bold": True, "bg_color": "#FCE9D9", "align": "center", "locked": True}),
        "locked": book.add_format({**cell, "bg_color": "#F4F5F7", "locked": True}),
        "open": book.add_format({**cell, "locked": False}),
        "text": book.add_format({**cell, "locked": False, "num_format": "@"}),
        "date": book.add_format({**cell, "locked": False, "num_format": "yyyy-mm-dd"}),
        "number": book.add_format({**cell, "locked": False, "num_format": "#,##0.00"}),
        "count": book.add_format({**cell, "locked": False, "num_format": "0"}),
    }


def _style_name(column: FormColumn) -> str:
    if column.locked:
        return "locked"
    if column.kind is Kind.DATE:
        return "date"
    if column.kind.scaled:
        return "number"
    return "count" if column.kind is Kind.COUNT else "text"


def _instructions(sheet: Any, form: Form, styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 90)
    # Not the bare title: some table has a column of that name, and this sheet would be read as one.
    sheet.write_string(0, 0, _("《{title}》填表说明").format(title=form.title), styles["title"])
    for number, line in enumerate(form.lines, 2):
        sheet.write_string(number, 0, line, styles["line"])
    sheet.set_paper(9)
    if form.protected:
        sheet.protect()


def _table(sheet: Any, form: Form, styles: Mapping[str, Any]) -> None:
    sheet.write_string(0, 0, form.title, styles["title"])
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, max(_WIDTHS.get(column.kind, 13), 2 * len(column.label) + 3))
        sheet.write_string(1, place, column.label, styles["must" if column.required else "head"])
        if column.hint:
            sheet.write_comment(1, place, column.hint)
    for number in range(len(form.rows) + form.blank):
        row = form.rows[number] if number < len(form.rows) else ()
        for place, column in enumerate(form.columns):
            value = row[place] if place < len(row) else None
            style = styles[_style_name(column) if row or not column.locked else "text"]
            _write(sheet, number + 2, place, value, style)
    last = len(form.rows) + form.blank + 1
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, last, len(form.columns) - 1)
    if form.protected:
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


def _write(sheet: Any, row: int, place: int, value: str | float | None, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, place, value, style)
    else:
        sheet.write_number(row, place, value, style)


def _lists(book: Any, sheet: Any, form: Form) -> None:
    chosen = [(place, column) for place, column in enumerate(form.columns) if column.choices and not column.locked]
    last = len(form.rows) + form.blank + 1
    if chosen:
        lists = book.add_worksheet(_LISTS_SHEET)
        for number, (place, column) in enumerate(chosen):
            for line, word in enumerate(column.choices):
                lists.write_string(line, number, word)
            letter = _letter(number)
            source = f"={_LISTS_SHEET}!${letter}$1:${letter}${len(column.choices)}"
            sheet.data_validation(2, place, last, place, _choice(column, source))
        lists.very_hidden()
    for place, column in enumerate(form.columns):
        if not column.locked and column.kind is Kind.DATE:
            sheet.data_validation(2, place, last, place, _between("date", date(1990, 1, 1), date(2099, 12, 31)))
        elif not column.locked and column.kind is Kind.COUNT:
            sheet.data_validation(2, place, last, place, _between("integer", 0, _LONG_COUNT))


def _choice(column: FormColumn, source: str) -> dict[str, object]:
    return {
        "validate": "list",
        "source": source,
        "error_title": column.label[:32],
        "error_message": _("请从下拉列表中选择"),
    }


def _between(kind: str, low: object, high: object) -> dict[str, object]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": _("填写有误"),
        "error_message": _("请填写日期，如 2026-10-30") if kind == "date" else _("请填写整数"),
    }


def _letter(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def form_column(column: ColumnSpec) -> FormColumn:
    """A spec's column as one of a form; the unit stands in the heading."""
    unit = column.show_unit or column.unit
    label = f"{column.label}（{unit}）" if unit and unit not in column.label else column.label
    choices = tuple(column.choices) or (("是", "否") if column.kind is Kind.FLAG else ())
    return FormColumn(label, column.kind, choices, column.required, hint=column.hint)


def form_cell(column: ColumnSpec, stored: Stored) -> str | int | float | None:
    """A stored value as a form or an export shows it, in the column's shown unit."""
    value = decode(column.kind, stored)
    if value is None or value in ((), ""):
        return None
    if isinstance(value, Decimal):
        unit = column.unit or "元"
        if column.kind is Kind.MONEY and column.show_unit and column.show_unit != unit:
            value = convert(value, unit, column.show_unit)
        return float(value)
    if column.kind is Kind.FLAG:
        return "是" if value else "否"
    if isinstance(value, int):
        return value
    return NAMES_SEPARATOR.join(value) if isinstance(value, tuple) else str(value)


def sheet_bytes(
    title: str, columns: Sequence[FormColumn], rows: Sequence[Sequence[Any]], made_on: date | None
) -> bytes:
    """A plain export: title row, heading row, rows; codes and dates stay what they are when it is read again."""
    form = Form(title, title[:31] or "sheet", (), tuple(columns), tuple(tuple(row) for row in rows), 0, None, made_on)
    return form_bytes(form)


def grid_bytes(title: str, rows: Sequence[Sequence[str]], made_on: date | None) -> bytes:
    """Rows of text as they stand, for a form that is read by its labels (the meeting form)."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": moment(made_on)})
    styles = _styles(book)
    sheet = book.add_worksheet(title[:31])
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, max(len(row) for row in rows), 24)
    for number, row in enumerate(rows):
        heading = len(row) == 1
        for place, value in enumerate(row):
            style = styles["title"] if number == 0 else styles["head" if place == 0 or heading else "text"]
            _write(sheet, number, place, value, style)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return repack(buffer.getvalue(), made_on)
