"""The sketch of a day's round: where the stops lie and in what order they are visited; a scale instead of a map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from cmkit.base.lang import _
from cmkit.facts.section import Chart
from cmkit.render.colors import ACCENT, INK, LINE, MUTED, PAPER, css
from cmkit.render.svg import pen

_HIGH: Final = 250.0
_EDGE: Final = 26.0
_DOT: Final = 8.5
_KM_A_DEGREE: Final = 111.195
_LEAST_KM: Final = 0.4
_STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_NAME: Final = 84.0
_TURNS: Final = 400

Spot = tuple[float, float]


def rounds(chart: Chart) -> str:
    """Numbered stops joined in their order, from the base (the square) and back (dashed)."""
    spots, scale = _placed(chart)
    if not spots:
        return pen.svg(pen.WIDTH, 1, (), chart.title)
    parts = [pen.rect(0, 0, pen.WIDTH, _HIGH, PAPER), _frame()]
    parts += _way(spots)
    parts += _names(chart.labels, spots)
    parts += [_stop(number, spot, chart.labels[number]) for number, spot in enumerate(spots) if number]
    x, y = spots[0]
    parts.append(pen.rect(x - 7, y - 7, 14, 14, INK, tip=chart.labels[0]))
    parts += _bar(scale)
    return pen.svg(pen.WIDTH, _HIGH, parts, chart.title)


def _placed(chart: Chart) -> tuple[list[Spot], float]:
    """The stops on the sheet, and pixels a kilometre. North is up; stops on one spot are drawn beside each other."""
    east, north = chart.series[0].values, chart.series[1].values
    known = [(float(x), float(y)) for x, y in zip(east, north, strict=True) if x is not None and y is not None]
    if len(known) != len(chart.labels) or not known:
        return [], 1.0
    middle = sum(y for _x, y in known) / len(known)
    narrow = math.cos(math.radians(middle))
    flat = [(x * _KM_A_DEGREE * narrow, -y * _KM_A_DEGREE) for x, y in known]
    left, top = min(x for x, _y in flat), min(y for _x, y in flat)
    wide, high = max(x for x, _y in flat) - left, max(y for _x, y in flat) - top
    room_x, room_y = pen.WIDTH - 2 * _EDGE - _NAME, _HIGH - 2 * _EDGE - 14
    scale = min(room_x / max(wide, _LEAST_KM), room_y / max(high, _LEAST_KM))
    shift_x, shift_y = _EDGE + (room_x - wide * scale) / 2, _EDGE + (room_y - high * scale) / 2
    return _apart([(shift_x + (x - left) * scale, shift_y + (y - top) * scale) for x, y in flat]), scale


def _apart(spots: Sequence[Spot]) -> list[Spot]:
    """Spots that would hide each other, moved on a spiral around where they belong."""
    found: list[Spot] = []
    for x, y in spots:
        turn, spot = 0, _inside(x, y)
        while any(math.hypot(spot[0] - a, spot[1] - b) < 2 * _DOT for a, b in found) and turn < _TURNS:
            turn += 1
            reach, angle = 5.0 * math.sqrt(turn), turn * 2.4
            spot = _inside(x + reach * math.cos(angle), y + reach * math.sin(angle))
        found.append(spot)
    return found


def _inside(x: float, y: float) -> Spot:
    return min(max(x, _DOT), pen.WIDTH - _DOT), min(max(y, _DOT), _HIGH - _DOT)


def _way(spots: Sequence[Spot]) -> Iterator[str]:
    line = " ".join(f"{pen.num(x)},{pen.num(y)}" for x, y in spots)
    yield f'<polyline points="{line}" fill="none" stroke="{css(ACCENT)}" stroke-width="1.8"/>'
    yield pen.rule(*spots[-1], *spots[0], color=ACCENT, width=1.2, dash="4 3")


def _stop(number: int, spot: Spot, name: str) -> str:
    x, y = spot
    circle = (
        f'<circle cx="{pen.num(x)}" cy="{pen.num(y)}" r="{pen.num(_DOT)}" fill="{css(ACCENT)}">'
        f"<title>{pen.text_of(name)}</title></circle>"
    )
    return circle + pen.text(x, y + 3.6, str(number), anchor="middle", color=PAPER, size=10, bold=True)


def _names(labels: Sequence[str], spots: Sequence[Spot]) -> Iterator[str]:
    """Names beside their stops, where they cover neither a stop nor another name."""
    taken: list[tuple[float, float, float]] = []
    for number, (x, y) in enumerate(spots):
        name = pen.fit(labels[number], _NAME, 10)
        long = pen.length(name, 10)
        for left in (x + _DOT + 3, x - _DOT - 3 - long):
            inside = left >= 2 and left + long <= pen.WIDTH - 2  # noqa: PLR2004 - a hair's breadth
            clear = all(abs(y - b) > 12 or left + long < a or left > a + wide for a, b, wide in taken)  # noqa: PLR2004
            free = all(
                abs(y - b) > _DOT + 5 or not left - _DOT < a < left + long + _DOT
                for other, (a, b) in enumerate(spots)
                if other != number
            )
            if inside and clear and free:
                taken.append((left, y, long))
                yield pen.text(left, y + 3.5, name, color=MUTED, size=10)
                break


def _frame() -> str:
    return (
        f'<rect x="0.5" y="0.5" width="{pen.num(pen.WIDTH - 1)}" height="{pen.num(_HIGH - 1)}" rx="4" '
        f'fill="none" stroke="{css(LINE)}"/>'
    )


def _bar(scale: float) -> Iterator[str]:
    """A bar that says how far a kilometre is."""
    km = max((step for step in _STEPS if step * scale <= 110), default=_STEPS[0])  # noqa: PLR2004 - a quarter of the width
    y, x = _HIGH - 10, 10.0
    yield pen.rule(x, y, x + km * scale, y, color=MUTED, width=2)
    yield pen.text(x + km * scale + 5, y + 4, _("{km} 公里").format(km=f"{km:g}"), color=MUTED, size=10)
