"""A figure over time against its plan or a second series."""

from __future__ import annotations

from decimal import Decimal

from cmkit.facts.section import Chart, Series
from cmkit.render.colors import INK, MUTED, SERIES, css
from cmkit.render.svg import pen

_HEIGHT, _TOP, _BOTTOM = 226, 34, 26
_RIGHT = 14
_MANY = 40


def line(chart: Chart) -> str:
    """Up to four lines: the first full and with its last value, the others dashed; gaps where values are missing."""
    known = [value for series in chart.series for value in series.values if value is not None]
    known += [chart.reference] if chart.reference is not None else []
    scale = pen.axis(known, zero=_from_zero(known))
    left = max((pen.length(pen.tick(value, chart), 11) for value in scale.ticks), default=0) + 10
    area = (left, pen.WIDTH - _RIGHT - left)
    dashes = ("", "5 3", "2 2", "7 3 2 3")
    parts = [_grid(chart, scale, area), _labels(chart, area)]
    names = [(series.name, SERIES[spot % 4], dashes[spot % 4]) for spot, series in enumerate(chart.series)]
    if chart.reference is not None:
        parts.append(_reference(chart.reference, scale, area))
        names.append((chart.reference_label or pen.amount(chart.reference, chart), INK, "3 2"))
    for spot, series in reversed(list(enumerate(chart.series[:4]))):
        parts.append(_series(series, scale, area, css(SERIES[spot]), dashes[spot]))
    if chart.series:
        parts.append(_last(chart, chart.series[0], scale, area))
    parts.append(pen.legend(names, 12, pen.WIDTH - _RIGHT))
    return pen.svg(pen.WIDTH, _HEIGHT, parts, chart.title)


def across(spot: int, count: int, area: tuple[float, float]) -> float:
    """The x of the spot-th of ``count`` points."""
    return area[0] + (area[1] * spot / (count - 1) if count > 1 else area[1] / 2)


def down(value: Decimal, scale: pen.Axis) -> float:
    """The y of a value."""
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * scale.part(value)


def _from_zero(known: list[Decimal]) -> bool:
    # A balance that moves by a few percent would be a flat line over an axis from nought.
    low, high = min(known, default=Decimal(0)), max(known, default=Decimal(0))
    return not (low > 0 and (high - low) * 3 < high)


def _grid(chart: Chart, scale: pen.Axis, area: tuple[float, float]) -> str:
    parts = []
    for value in scale.ticks:
        y = down(value, scale)
        parts.append(pen.rule(area[0], y, area[0] + area[1], y))
        parts.append(pen.text(area[0] - 6, y + 4, pen.tick(value, chart), anchor="end", color=MUTED, size=11))
    if chart.unit not in {"", "%", "‰"}:
        parts.append(pen.text(0, 16, chart.unit, color=MUTED, size=11))
    return "".join(parts)


def _labels(chart: Chart, area: tuple[float, float]) -> str:
    count = len(chart.labels)
    parts = []
    for spot, label in pen.thinned(chart.labels, area[1]):
        x = across(spot, count, area)
        half = pen.length(label, 11) / 2
        x = min(max(x, half), pen.WIDTH - half)
        parts.append(pen.text(x, _HEIGHT - 8, label, anchor="middle", color=MUTED, size=11))
    return "".join(parts)


def _reference(value: Decimal, scale: pen.Axis, area: tuple[float, float]) -> str:
    y = down(value, scale)
    return pen.rule(area[0], y, area[0] + area[1], y, color=INK, width=1.2, dash="3 2")


def _series(series: Series, scale: pen.Axis, area: tuple[float, float], color: str, dash: str) -> str:
    path, lifted, dots = [], True, []
    count = len(series.values)
    for spot, value in enumerate(series.values):
        if value is None:
            lifted = True
            continue
        x, y = pen.num(across(spot, count, area)), pen.num(down(value, scale))
        path.append(f"{'M' if lifted else 'L'}{x} {y}")
        if count <= _MANY and not dash:
            dots.append(f'<circle cx="{x}" cy="{y}" r="2.2" fill="{color}"/>')
        lifted = False
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    stroke = f'fill="none" stroke="{color}" stroke-width="{"1.6" if dash else "2.2"}" stroke-linejoin="round"'
    return f'<path d="{"".join(path)}" {stroke}{dashes}/>' + "".join(dots)


def _last(chart: Chart, series: Series, scale: pen.Axis, area: tuple[float, float]) -> str:
    spots = [spot for spot, value in enumerate(series.values) if value is not None]
    if not spots:
        return ""
    value = series.values[spots[-1]] or Decimal(0)
    x, y = across(spots[-1], len(series.values), area), down(value, scale)
    shown = pen.amount(value, chart)
    x = min(x + 4, pen.WIDTH - 2)
    halo = pen.text(x, y - 9, shown, anchor="end", color=SERIES[0], bold=True)
    return halo.replace("<text ", '<text paint-order="stroke" stroke="#FFFFFF" stroke-width="3" ', 1)
