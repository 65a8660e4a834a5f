"""A document as the plain values that a typst template reads: the names are those of the other formats' fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from cmkit.base.lang import _
from cmkit.facts.section import Cell, Document, Section, Trend
from cmkit.render import colors
from cmkit.render.cells import measure
from cmkit.render.svg.pen import FONT
from cmkit.render.view import CellView, ChartView, ColumnView, FigureView, SectionView, document_view, on_page
from cmkit.render.word_layout import Need, shared

_PORTRAIT, _LANDSCAPE = 595.28, 841.89
_MARGIN_MM, _WIDE_MARGIN_MM, _MINUTES_MM = 17, 12, 54
_POINTS_A_MM = 72 / 25.4
_SIZE, _MINUTES_SIZE, _SMALLEST = 8.6, 12.0, 6.2
_PADDING = 7.0
_DRAWN: Final = {"bar": 8.8, "spark": 11.4}
"""How wide the drawings of a cell are in halves of an em, as _parts.typ draws them."""
_DIGIT = 1.12
"""A digit of the usual fonts in halves of an em."""
_FINE = 100
"""Widths are shared out in hundredths of a point."""
_SHORT, _HEAD, _NOTE = 12, 6, 40
_LONGEST = 4_000
_SAMPLE = 200
_LETTERS: Final = re.compile(r"[!-~]{24,}")
_BREAK: Final = "\u200b"
_PIECE = 12


def document_data(document: Document, families: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Everything the template may use; every value is a text, a number for a drawing, or a list of such."""
    view = document_view(document, drawn="charts")
    minutes = document.template == "minutes"
    margin = _WIDE_MARGIN_MM if document.landscape else _MARGIN_MM
    page = _LANDSCAPE if document.landscape else _PORTRAIT
    room = page - (_MINUTES_MM if minutes else 2 * margin) * _POINTS_A_MM
    size = _MINUTES_SIZE if minutes else _SIZE
    pairs = zip((on_page(section) for section in document.sections), view.sections, strict=True)
    return {
        "title": _soft(view.title),
        "subtitle": _soft(view.subtitle),
        "meta": [[label, _soft(value)] for label, value in view.meta],
        "headline": _soft(view.headline),
        "cards": _figures(view.cards),
        "sections": [_section(section, part, room, size, families) for section, part in pairs],
        "notes": [_soft(text) for text in view.notes],
        "signatures": list(view.signatures),
        "mark": view.mark,
        "made_on": view.made_on,
        "landscape": view.landscape,
        "lang": view.lang,
        "extra": {key: _soft(value) for key, value in view.extra.items()},
        "margin": margin,
        "fonts": {use: list(names) for use, names in families.items()},
        "colors": _colors(),
        "words": _words(),
    }


def _section(
    section: Section, part: SectionView, room: float, size: float, families: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    widths, fitted = _widths(part, room, size)
    return {
        "id": part.id,
        "heading": _soft(part.heading),
        "number": part.number,
        "title": _soft(part.title),
        "level": part.level,
        "text": [_soft(text) for text in part.text],
        "figures": _figures(part.figures),
        "columns": [
            {"title": column.title, "align": column.align, "points": width}
            for column, width in zip(part.columns, widths, strict=False)
        ],
        "size": fitted,
        "tall": any(column.kind == "tick" for column in part.columns),
        "rows": [_row(raw, row) for raw, row in zip(section.rows, part.rows, strict=False)],
        "total": _row(section.total, part.total),
        "charts": [_chart(chart, families) for chart in part.charts],
        "notes": [_soft(text) for text in part.notes],
        "empty": part.empty,
    }


def _row(raw: Sequence[Cell], row: Sequence[CellView]) -> list[dict[str, Any]]:
    padded = (*raw, *(None,) * (len(row) - len(raw)))
    return [_cell(cell, value) for cell, value in zip(padded, row, strict=False)]


def _cell(raw: Cell, value: CellView) -> dict[str, Any]:
    told: dict[str, Any] = {"text": _soft(value.text), "kind": value.kind, "align": value.align, "level": value.level}
    if value.kind == "bar":
        known = isinstance(raw, int | Decimal) and bool(value.percent)
        told |= {"percent": value.percent, "part": float(raw) if known and isinstance(raw, int | Decimal) else 0.0}
    if value.kind == "spark":
        told["points"] = _points(raw.values) if isinstance(raw, Trend) else []
    return told


def _points(values: Sequence[Decimal | None]) -> list[float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, spread = min(known), (max(known) - min(known)) or Decimal(1)
    return [None if value is None else round(float((value - low) / spread), 3) for value in values]


def _figures(items: Sequence[FigureView]) -> list[dict[str, str]]:
    return [
        {
            "label": _soft(item.label),
            "value": _soft(item.value),
            "unit": item.unit,
            "note": _soft(item.note),
            "level": item.level,
        }
        for item in items
    ]


def _chart(chart: ChartView, families: Mapping[str, Sequence[str]]) -> dict[str, str]:
    drawn = chart.svg.replace(FONT, ",".join(f"'{name}'" for name in families["sans"]), 1)
    return {"title": _soft(chart.title), "kind": chart.kind, "svg": drawn}


def _soft(text: str) -> str:
    """A word of letters too long for any line may break after every twelfth."""
    return _LETTERS.sub(lambda found: _BREAK.join(re.findall(f".{{1,{_PIECE}}}", found.group())), text)


def _widths(part: SectionView, room: float, size: float) -> tuple[list[float], float]:
    """Widths that fill the line, and the size of type that lets the narrow columns stand on one."""
    if not part.columns:
        return [], size
    rows = [*part.rows[:_SAMPLE], *([part.total] if part.total else [])]
    needs = [_need(column, [row[spot] for row in rows if spot < len(row)]) for spot, column in enumerate(part.columns)]
    least = sum(need.least for need in needs)
    padding = _PADDING * len(needs)
    fitted = size
    if least * size / 2 / _FINE + padding > room:
        fitted = max(_SMALLEST, (room - padding) * 2 * _FINE / least)
    scaled = [
        Need(
            int(need.whole * fitted / 2 + _PADDING * _FINE), int(need.least * fitted / 2 + _PADDING * _FINE), need.wraps
        )
        for need in needs
    ]
    return [width / _FINE for width in shared(scaled, int(room * _FINE))], round(fitted, 2)


def _need(column: ColumnView, cells: Sequence[CellView]) -> Need:
    """What a column needs, in hundredths of half a character."""
    head = max((measure(line) for line in column.title.split("\n")), default=0)
    texts = [line for value in cells for line in value.text.split("\n")]
    widest = min(max((measure(text) for text in texts), default=0), _LONGEST)
    drawn = _DRAWN.get(column.kind, 0.0)
    if drawn:
        percents = max((measure(value.percent) for value in cells if value.percent), default=0)
        plain = max((measure(value.text) for value in cells if not value.percent and value.kind == "bar"), default=0)
        whole = max(drawn + percents * _DIGIT + bool(percents), plain, min(head, _HEAD))
        return Need(int(whole * _FINE), int(whole * _FINE))
    rigid = widest <= _SHORT or column.kind not in {"text", "note"}
    least = max(widest if rigid else max(_SHORT, min(_NOTE, widest // 2)), min(head, _HEAD))
    whole = max(widest, least, min(head, widest + 2))
    return Need(int(whole * _DIGIT * _FINE), int(least * _DIGIT * _FINE), not rigid)


def _colors() -> dict[str, str]:
    plain: dict[str, str] = {
        "accent": colors.ACCENT,
        "accent_soft": colors.ACCENT_SOFT,
        "ink": colors.INK,
        "muted": colors.MUTED,
        "line": colors.LINE,
        "track": colors.TRACK,
        "head": colors.SOFT["none"],
    }
    plain |= {str(level): value for level, value in colors.LEVELS.items()}
    return {name: colors.css(value) for name, value in plain.items()}


def _words() -> dict[str, str]:
    return {
        "colon": _("："),
        "page": _("第 {page} 页，共 {pages} 页"),
        "time": _("时间"),
        "place": _("地点"),
        "host": _("主持"),
        "recorder": _("记录"),
        "present": _("出席"),
        "absent": _("请假"),
        "attending": _("列席"),
        "approved_by": _("签发"),
        "issued_on": _("印发日期"),
    }
