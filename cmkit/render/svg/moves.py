"""Moves between classes: opening class down the side, present class across, the darker the more of its row.

Migration matrices are read so in the yearly reports of banks: the diagonal (outlined) stayed, right of it is worse and
stands in the warning hue, left of it is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cmkit.base.lang import _
from cmkit.facts.section import Chart
from cmkit.render import chart_text
from cmkit.render.colors import COOL, INK, LEVELS, MUTED, WARM, css, on_shade, shade
from cmkit.render.svg import pen

_CELL_H: Final = 36
_GAP: Final = 3
_HEAD: Final = 38
_FOOT: Final = 26
_NAME: Final = 64.0
_MARK: Final = 11


def moves(chart: Chart) -> str:
    """One row a class; what stands in a square is told once more in the words for those who cannot see it."""
    rows = chart_text.flow(chart)
    if not rows:
        return pen.svg(pen.WIDTH, 1, (), chart.title)
    wide = (pen.WIDTH - _NAME) / len(chart.labels)
    parts = [pen.text(0, 13, chart_text.unit_line(chart), color=MUTED, size=11)]
    for spot, label in enumerate(chart.labels):
        middle = _NAME + spot * wide + wide / 2
        parts.append(pen.text(middle, _HEAD - 8, pen.fit(label, wide - 4), anchor="middle", color=MUTED))
    for number, row in enumerate(rows):
        parts.extend(_row(chart, row, number, wide))
    high = _HEAD + len(rows) * _CELL_H
    parts.extend(_legend(high + 17))
    return pen.svg(pen.WIDTH, high + _FOOT, parts, chart.title, words=chart_text.flow_words(chart))


def _row(chart: Chart, row: chart_text.Flow, number: int, wide: float) -> Iterator[str]:
    y = float(_HEAD + number * _CELL_H)
    yield pen.text(_NAME - 8, y + 21, pen.fit(row.name, _NAME - 8), anchor="end")
    for spot, step in enumerate(row.steps):
        yield _square(chart, row.name, step, (_NAME + spot * wide, y, wide - _GAP))


def _square(chart: Chart, start: str, step: chart_text.Step, where: tuple[float, float, float]) -> str:
    x, y, wide = where
    fill = shade(step.share, worse=step.side == "worse")
    ink = on_shade(fill)
    tip = chart_text.step_words(chart, start, step) if step.amount else ""
    box = pen.rect(x, y, wide, _CELL_H - _GAP, fill, round_=3, tip=tip)
    if step.side == "same":
        box = box.replace("<rect ", f'<rect stroke="{css(INK)}" stroke-width="1.6" ', 1)
    if not step.amount:
        return box
    shown = pen.amount(step.amount, chart)
    size = next((size for size in (12, 11, 10, 9) if pen.length(shown, size) <= wide - 4), 8)
    middle = x + wide / 2
    return (
        box
        + pen.text(middle, y + 15, pen.fit(shown, wide, size), anchor="middle", color=ink, size=size, bold=True)
        + pen.text(middle, y + 28, chart_text.percent(step.share), anchor="middle", color=ink, size=10)
    )


def _legend(y: float) -> Iterator[str]:
    """What the hues and the outline mean, in words."""
    x = _NAME
    for name, fill, edge in ((_("未变"), COOL[2], INK), (_("变差"), WARM[2], LEVELS["warn"]), (_("变好"), COOL[2], "")):
        box = pen.rect(x, y - 9, _MARK, _MARK, fill)
        yield box.replace("<rect ", f'<rect stroke="{css(edge)}" ', 1) if edge else box
        yield pen.text(x + _MARK + 5, y, name, color=MUTED, size=11)
        x += _MARK + pen.length(name, 11) + 22
    yield pen.text(pen.WIDTH, y, _("颜色深浅：占本行的比例"), anchor="end", color=MUTED, size=11)
