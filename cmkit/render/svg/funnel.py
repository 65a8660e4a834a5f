"""Stages one below the other, each with what part of the stage above it keeps."""

from __future__ import annotations

from decimal import Decimal

from cmkit.facts.section import Chart
from cmkit.render import cells, chart_text
from cmkit.render.colors import ACCENT, LINE, MUTED, PAPER, css
from cmkit.render.svg import pen

_ROW, _THICK, _TOP = 42, 30, 4
_LABEL_ROOM, _RIGHT = 96, 76


def funnel(chart: Chart) -> str:
    """Centred boxes as wide as their value, fading downward, joined by their sides."""
    series = chart.series[0].values if chart.series else ()
    values = tuple(series[spot] if spot < len(series) else None for spot in range(len(chart.labels)))
    most = max((value for value in values if value is not None), default=Decimal(0))
    kept = chart_text.conversion(values)
    parts: list[str] = []
    widths = [_width(value, most) for value in values]
    for spot, label in enumerate(chart.labels):
        y = _TOP + spot * _ROW
        parts.append(pen.text(_LABEL_ROOM - 8, y + 20, pen.fit(label, _LABEL_ROOM - 8), anchor="end"))
        if spot:
            parts.append(_side(widths[spot - 1], widths[spot], y))
        parts.append(_stage(chart, spot, values[spot], widths[spot], y))
        share = kept[spot]
        if share is not None:
            parts.append(pen.text(pen.WIDTH - 4, y + 20, f"{cells.trimmed(share, 1)}%", anchor="end", color=MUTED))
    return pen.svg(pen.WIDTH, _TOP + _ROW * len(chart.labels), parts, chart.title)


def _width(value: Decimal | None, most: Decimal) -> float:
    room = pen.WIDTH - _LABEL_ROOM - _RIGHT
    return max(2.0, room * float(value / most)) if value is not None and most > 0 and value > 0 else 2.0


def _middle() -> float:
    return _LABEL_ROOM + (pen.WIDTH - _LABEL_ROOM - _RIGHT) / 2


def _side(above: float, here: float, y: float) -> str:
    top, middle = y - (_ROW - _THICK), _middle()
    corners = ((middle - above / 2, top), (middle + above / 2, top), (middle + here / 2, y), (middle - here / 2, y))
    points = " ".join(f"{pen.num(x)},{pen.num(at)}" for x, at in corners)
    return f'<polygon points="{points}" fill="{css(LINE)}" opacity="0.55"/>'


def _stage(chart: Chart, spot: int, value: Decimal | None, width: float, y: float) -> str:
    shown = cells.MISSING if value is None else pen.amount(value, chart)
    fade = max(0.45, 1 - 0.12 * spot)
    box = pen.rect(_middle() - width / 2, y, width, _THICK, ACCENT, tip=f"{chart.labels[spot]} {shown}")
    box = box.replace("<rect ", f'<rect opacity="{fade:.2f}" ', 1)
    inside = pen.length(shown) + 12 < width
    if inside:
        return box + pen.text(_middle(), y + 20, shown, anchor="middle", color=PAPER, bold=True)
    return box + pen.text(_middle() + width / 2 + 6, y + 20, shown, bold=True)
