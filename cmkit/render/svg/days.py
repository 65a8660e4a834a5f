"""The visit calendar: a month of squares, the darker the more visits."""

from __future__ import annotations

from collections.abc import Iterator

from cmkit.facts.section import Chart
from cmkit.render import chart_text
from cmkit.render.colors import HEAT, INK, MUTED, PAPER, heat
from cmkit.render.svg import pen

_CELL_H, _GAP, _HEAD = 31, 3, 40
_DARK = frozenset(HEAT[3:])


def days(chart: Chart) -> str:
    """Each month below the other, Monday first; the count stands in the square of its day."""
    parts: list[str] = []
    y = 0.0
    blocks = list(chart_text.months(chart))
    most = max((day.count for _month, weeks in blocks for week in weeks for day in week), default=0)
    for month, weeks in blocks:
        parts.extend(_month(month, weeks, most, y))
        y += _HEAD + len(weeks) * (_CELL_H + _GAP) + 8
    return pen.svg(pen.WIDTH, max(y, 1), parts, chart.title)


def _month(month: str, weeks: tuple[tuple[chart_text.Day, ...], ...], most: int, top: float) -> Iterator[str]:
    wide = (pen.WIDTH - _GAP * 6) / 7
    yield pen.text(0, top + 13, month, bold=True)
    for spot, name in enumerate(chart_text.weekdays()):
        yield pen.text(spot * (wide + _GAP) + wide / 2, top + 32, name, anchor="middle", color=MUTED, size=11)
    for row, week in enumerate(weeks):
        for spot, day in enumerate(week):
            if day.number:
                yield _square(day, most, spot * (wide + _GAP), top + _HEAD + row * (_CELL_H + _GAP), wide)


def _square(day: chart_text.Day, most: int, x: float, y: float, wide: float) -> str:
    shade = heat(day.count, most)
    dark = shade in _DARK
    box = pen.rect(x, y, wide, _CELL_H, shade, round_=3)
    number = pen.text(x + 5, y + 13, str(day.number), color=PAPER if dark else MUTED, size=10)
    if not day.count:
        return box + number
    count = pen.text(
        x + wide - 7, y + 23, str(day.count), anchor="end", color=PAPER if dark else INK, size=14, bold=True
    )
    return box + number + count
