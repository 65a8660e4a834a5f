"""Cells of a sheet: numbers as numbers in their format, text always as text, lights, bars and sparklines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol, TypeGuard

from cmkit.facts.section import Cell, Column, Figure, Level, Section, Status, Trend
from cmkit.render import cells
from cmkit.render.colors import ACCENT, ACCENT_SOFT, INK, LEVELS, LINE, MUTED, SOFT, css
from cmkit.render.view import figure_view

MAX_TEXT: Final = 32_000
_MAX_DIGITS: Final = 15
_EXACT: Final = 10**_MAX_DIGITS
_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 18, "font_color": css(INK)},
    "heading": {"bold": True, "font_size": 13, "font_color": css(ACCENT)},
    "headline": {"bold": True, "font_size": 12, "bg_color": css(ACCENT_SOFT), "text_wrap": True, "indent": 1},
    "text": {"text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "font_color": css(MUTED), "font_size": 9, "valign": "top"},
    "muted": {"font_color": css(MUTED)},
    "head": {"bold": True, "bg_color": css(SOFT["none"]), "bottom": 1, "text_wrap": True, "valign": "vcenter"},
    "label": {"font_color": css(MUTED), "font_size": 9, "top": 2, "top_color": css(ACCENT), "left": 1, "right": 1},
    "value": {"bold": True, "font_size": 15, "left": 1, "right": 1},
    "below": {"font_color": css(MUTED), "font_size": 8, "text_wrap": True, "valign": "top", "left": 1, "right": 1},
}
_HEIGHTS: Final = {"title": 30.0, "heading": 24.0, "headline": 22.0, "text": 17.0, "note": 14.5, "muted": 17.0}
_GRID: Final[dict[str, Any]] = {"border": 1, "border_color": css(LINE), "valign": "vcenter"}
_CARD_EDGE: Final[dict[str, Any]] = {"left_color": css(LINE), "right_color": css(LINE), "bottom_color": css(LINE)}


class Sparks(Protocol):
    """Where the values behind sparklines are put."""

    def range_of(self, values: Sequence[Decimal | None]) -> str:
        """The range that now holds the values."""
        ...


@dataclass(slots=True)
class Formats:
    """Each format once, however many cells use it."""

    book: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    asked: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def get(self, look: str = "", **more: Any) -> Any:
        """The format of a named look, with more properties over it."""
        asked = (look, *more.items())
        found = self.asked.get(asked)
        if found is None:
            wanted = {"font_name": "微软雅黑", "font_size": 10} | _PLAIN.get(look, {}) | more
            key = tuple(sorted(wanted.items()))
            if key not in self.made:
                self.made[key] = self.book.add_format(wanted)
            found = self.asked[asked] = self.made[key]
        return found


def put_line(sheet: Any, formats: Formats, row: int, across: tuple[int, float], text: str, look: str) -> int:
    """A line of text over the columns up to ``across[0]``, high enough for what it wraps to; the next row."""
    last, width = across
    lines = sum(1 + cells.measure(line) // max(int(width) - 2, 10) for line in text.split("\n"))
    sheet.set_row(row, min(409, _HEIGHTS[look] * lines))
    sheet.merge_range(row, 0, row, last, "", formats.get(look))
    sheet.write_string(row, 0, text[:MAX_TEXT], formats.get(look))
    return row + 1


def put_figures(sheet: Any, formats: Formats, row: int, items: Sequence[Figure], a_row: int) -> int:
    """Cards over two columns each: label, number with its unit, note; the next row."""
    for start in range(0, len(items), a_row):
        for spot, item in enumerate(items[start : start + a_row]):
            _card(sheet, formats, (row, spot * 2), item)
        sheet.set_row(row + 1, 24)
        sheet.set_row(row + 2, 26)
        row += 4
    return row


def put_table(
    sheet: Any, formats: Formats, row: int, section: Section, sparks: Sparks, widths: Sequence[float] = ()
) -> int:
    """Head, rows and total of a section, whose columns are as wide as ``widths``; the next row."""
    widths = widths or table_widths(section)
    sheet.set_row(row, 32)
    for spot, column in enumerate(section.columns):
        sheet.write_string(
            row, spot, cells.heading(column), formats.get("head", **_GRID, align=cells.align(column.kind))
        )
    first = row + 1
    for offset, values in enumerate(section.rows):
        padded = values + (None,) * (len(section.columns) - len(values))
        for spot, (value, column) in enumerate(zip(padded, section.columns, strict=False)):
            put_cell(sheet, formats, (first + offset, spot), value, column, sparks)
        sheet.set_row(first + offset, _height(values, section.columns, widths))
    last = first + len(section.rows) - 1
    for spot, column in enumerate(section.columns):
        _lights(sheet, formats, (first, last, spot), column, section)
    if section.total:
        _total(sheet, formats, (first, last), section)
        last += 1
    return last + 1


def put_cell(sheet: Any, formats: Formats, at: tuple[int, int], value: Cell, column: Column, sparks: Sparks) -> None:
    """One cell: a number, a date or a sparkline where it is one, else text that can never become a formula."""
    if isinstance(value, Trend):
        sheet.write_blank(*at, None, formats.get(**_GRID))
        if any(point is not None for point in value.values):
            look = {"series_color": css(ACCENT), "last_point": True, "last_color": css(LEVELS["bad"]), "weight": 1.5}
            sheet.add_sparkline(*at, {"range": sparks.range_of(value.values), **look})
    elif _is_number(value):
        number, code = numeric(value, column)
        sheet.write_number(*at, number, _look(formats, column.kind, code))
    elif isinstance(value, date) and value.year >= 1900:  # noqa: PLR2004 - Excel knows no day before
        sheet.write_datetime(*at, value, _look(formats, column.kind, "yyyy-mm-dd"))
    else:
        light = value.level if isinstance(value, Status) else "none"
        sheet.write_string(*at, cells.shown(value, column)[:MAX_TEXT], _look(formats, column.kind, light=light))


def _look(formats: Formats, kind: str, code: str = "", light: Level = "none") -> Any:
    key = (kind, code, light)
    found = formats.asked.get(key)
    if found is None:
        style: dict[str, Any] = {"align": cells.align(kind), **_GRID}
        if code:
            style |= {"num_format": code} if code == "yyyy-mm-dd" else {"align": "right", "num_format": code}
        else:
            style |= {"font_color": css(LEVELS[light])} if light != "none" else {}
            style |= {"text_wrap": kind in {"text", "note"}}
        found = formats.asked[key] = formats.get(**style)
    return found


def numeric(value: int | Decimal, column: Column | Figure) -> tuple[float, str]:
    """The number that Excel keeps and its format; rates are real percentages there."""
    amount = Decimal(value)
    zeros = "." + "0" * column.digits if column.digits else ""
    if column.kind in {"rate", "bar"}:
        fine = column.kind == "rate" or amount % 1
        return float(amount / 100), f"0{zeros if fine else ''}%"
    if column.kind == "pp":
        return float(amount), f"+0{zeros};-0{zeros};0{zeros}"
    if column.kind == "count" or (not amount % 1 and (column.kind == "number" or isinstance(value, int))):
        return float(amount), "#,##0"
    return float(amount), f"#,##0{zeros}"


def table_widths(section: Section, *, least: int = 0) -> list[float]:
    """Widths of a section's columns in characters, by what they hold."""
    widths: list[float] = []
    for spot, column in enumerate(section.columns if section.rows else ()):
        texts = (_sample(row[spot], column) for row in (*section.rows, section.total) if spot < len(row))
        note = min(46, column.width + 6 if column.width else 46)
        room = {"spark": 16, "bar": 16, "note": note}.get(column.kind) or cells.width(column, texts, most=34) + 3
        widths.append(float(max(room, least if spot else 0)))
    return widths


def _height(values: Sequence[Cell], columns: Sequence[Column], widths: Sequence[float]) -> float:
    # Excel would fit a row when it is edited; LibreOffice, WPS on a phone and print do not wait for that.
    lines = 1
    for value, column, width in zip(values, columns, widths, strict=False):
        if column.kind in {"text", "note"} and isinstance(value, str | tuple):
            parts = cells.shown(value, column).split("\n")
            lines = max(lines, sum(1 + cells.measure(part) // max(1, int(width) - 2) for part in parts))
    return min(409.0, 5 + 14.5 * lines)


def _is_number(value: Cell) -> TypeGuard[int | Decimal]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    if isinstance(value, int) and -_EXACT < value < _EXACT:
        return True
    amount = Decimal(value)
    return amount.is_finite() and len(amount.as_tuple().digits) <= _MAX_DIGITS


def _sample(value: Cell, column: Column) -> str:
    return "" if isinstance(value, Trend) else cells.shown(value, column)


def _card(sheet: Any, formats: Formats, at: tuple[int, int], item: Figure) -> None:
    row, column = at
    view = figure_view(item)
    color = css(LEVELS[item.level] if item.level != "none" else INK)
    edge: dict[str, Any] = {**_CARD_EDGE, "top_color": css(LEVELS[item.level])}
    looks: tuple[tuple[str, dict[str, Any]], ...] = (
        ("label", edge),
        ("value", {**_CARD_EDGE, "font_color": color}),
        ("below", {**_CARD_EDGE, "bottom": 1}),
    )
    for step, (look, more) in enumerate(looks):
        sheet.merge_range(row + step, column, row + step, column + 1, "", formats.get(look, **more))
    sheet.write_string(row, column, view.label[:MAX_TEXT], formats.get("label", **edge))
    shown: dict[str, Any] = {**_CARD_EDGE, "font_color": color}
    if _is_number(item.value):
        number, code = numeric(item.value, item)
        unit = f' "{view.unit}"' if view.unit and '"' not in view.unit else ""
        sheet.write_number(row + 1, column, number, formats.get("value", **shown, align="left", num_format=code + unit))
    else:
        sheet.write_string(
            row + 1, column, f"{view.value} {view.unit}".strip()[:MAX_TEXT], formats.get("value", **shown)
        )
    sheet.write_string(row + 2, column, view.note[:MAX_TEXT], formats.get("below", **_CARD_EDGE, bottom=1))


def _lights(sheet: Any, formats: Formats, where: tuple[int, int, int], column: Column, section: Section) -> None:
    first, last, spot = where
    area = (first, spot, last, spot)
    if column.kind == "status":
        for level, mark in cells.MARKS.items():
            if level != "none":
                look = formats.book.add_format({"font_color": css(LEVELS[level]), "bg_color": css(SOFT[level])})
                sheet.conditional_format(
                    *area, {"type": "text", "criteria": "begins with", "value": mark, "format": look}
                )
    elif column.kind == "bar":
        held = [row[spot] for row in section.rows if spot < len(row)]
        most = max([Decimal(100), *(Decimal(rate) for rate in held if _is_number(rate))]) / 100
        bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": "#97BEDF"}
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": float(most)}
        sheet.conditional_format(*area, bar | ends)
    elif column.kind == "tick":
        sheet.data_validation(
            *area, {"validate": "list", "source": [cells.UNTICKED, cells.TICKED], "ignore_blank": True}
        )


def _total(sheet: Any, formats: Formats, rows: tuple[int, int], section: Section) -> None:
    from xlsxwriter.utility import xl_range

    first, last = rows
    look: dict[str, Any] = {**_GRID, "bold": True, "bg_color": css(ACCENT_SOFT), "top": 2, "top_color": css(ACCENT)}
    padded = section.total + (None,) * (len(section.columns) - len(section.total))
    for spot, (value, column) in enumerate(zip(padded, section.columns, strict=False)):
        if not _is_number(value):
            text = "" if value is None else cells.shown(value, column)
            sheet.write_string(last + 1, spot, text, formats.get(**look, align=cells.align(column.kind)))
            continue
        number, code = numeric(value, column)
        style = formats.get(**look, align="right", num_format=code)
        if _is_sum(Decimal(value), (row[spot] if spot < len(row) else None for row in section.rows), column):
            sheet.write_formula(last + 1, spot, f"=SUM({xl_range(first, spot, last, spot)})", style, number)
        else:
            sheet.write_number(last + 1, spot, number, style)


def _is_sum(total: Decimal, values: Iterable[Cell], column: Column) -> bool:
    parts = list(values)
    numbers = [Decimal(value) for value in parts if isinstance(value, int | Decimal) and not isinstance(value, bool)]
    fit = all(value is None or _is_number(value) or isinstance(value, str) for value in parts)
    return fit and column.kind in {"number", "money", "count"} and sum(numbers, Decimal(0)) == total
