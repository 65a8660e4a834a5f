"""Drawings that stand in a line of text: the sparkline and the bullet bar of a table's cell."""

from __future__ import annotations

from decimal import Decimal

from cmkit.facts.section import Level
from cmkit.render.colors import ACCENT, INK, LEVELS, TRACK, css
from cmkit.render.svg import pen

_SPARK_W, _SPARK_H = 84, 20
_BAR_W, _BAR_H = 92, 12
_FULL = Decimal(100)
_MOST = Decimal(120)


def sparkline(values: tuple[Decimal | None, ...]) -> str:
    """The way of a figure, its last point marked; broken where values are missing."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, spread = min(known), (max(known) - min(known)) or Decimal(1)
    points: list[tuple[float, float, bool]] = []
    lifted = True
    for spot, value in enumerate(values):
        if value is None:
            lifted = True
            continue
        x = 3 + (_SPARK_W - 8) * spot / max(1, len(values) - 1)
        points.append((x, _SPARK_H - 4 - (_SPARK_H - 8) * float((value - low) / spread), lifted))
        lifted = False
    # A value between two gaps has no line: a stroke of no length with round ends is a dot.
    alone = [up and (spot + 1 == len(points) or points[spot + 1][2]) for spot, (_x, _y, up) in enumerate(points)]
    path = "".join(
        f"{'M' if up else 'L'}{pen.num(x)} {pen.num(y)}" + ("h0" if dot else "")
        for (x, y, up), dot in zip(points, alone, strict=True)
    )
    x, y, _up = points[-1]
    drawn = f'<path d="{path}" fill="none" stroke="{css(ACCENT)}" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round"/>'
    drawn += f'<circle cx="{pen.num(x)}" cy="{pen.num(y)}" r="2.4" fill="{css(ACCENT)}"/>'
    return pen.svg(_SPARK_W, _SPARK_H, [drawn], "", fluid=False)


def bullet(value: Decimal, light: Level = "none") -> str:
    """A bar against the line of 100 %; it is drawn up to 120 %."""
    unit = (_BAR_W - 1) / float(_MOST)
    full = unit * float(min(max(value, Decimal(0)), _MOST))
    mark = unit * float(_FULL)
    parts = [
        pen.rect(0, 2, _BAR_W, _BAR_H - 4, TRACK),
        pen.rect(0, 2, full, _BAR_H - 4, LEVELS[light]),
        pen.rule(mark, 0, mark, _BAR_H, color=INK, width=1.2),
    ]
    return pen.svg(_BAR_W, _BAR_H, parts, "", fluid=False)
