"""Standing columns, one group a label."""

from __future__ import annotations

from decimal import Decimal

from cmkit.facts.section import Chart
from cmkit.render.colors import INK, LINE, MUTED, SERIES
from cmkit.render.svg import pen

_HEIGHT, _TOP, _BOTTOM = 226, 38, 26
_RIGHT = 8
_FEW = 12


def columns(chart: Chart) -> str:
    """Grouped columns from nought; the value above each where there are few."""
    known = [value for series in chart.series for value in series.values if value is not None]
    known += [chart.reference] if chart.reference is not None else []
    scale = pen.axis(known)
    left = max((pen.length(pen.tick(value, chart), 11) for value in scale.ticks), default=0) + 10
    width = pen.WIDTH - _RIGHT - left
    parts = [_grid(chart, scale, left, width)]
    group = width / max(1, len(chart.labels))
    parts += [_group(chart, spot, scale, (left + spot * group, group)) for spot in range(len(chart.labels))]
    for spot, label in pen.thinned(chart.labels, width):
        middle = left + (spot + 0.5) * group
        parts.append(
            pen.text(middle, _HEIGHT - 8, pen.fit(label, max(group, 40), 11), anchor="middle", color=MUTED, size=11)
        )
    parts.append(_legend(chart, scale, left, width))
    return pen.svg(pen.WIDTH, _HEIGHT, parts, chart.title)


def _down(value: Decimal, scale: pen.Axis) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * scale.part(value)


def _grid(chart: Chart, scale: pen.Axis, left: float, width: float) -> str:
    parts = []
    for value in scale.ticks:
        y = _down(value, scale)
        parts.append(pen.rule(left, y, left + width, y, color=LINE if value else MUTED))
        parts.append(pen.text(left - 6, y + 4, pen.tick(value, chart), anchor="end", color=MUTED, size=11))
    if chart.unit not in {"", "%", "‰"}:
        parts.append(pen.text(0, 16, chart.unit, color=MUTED, size=11))
    return "".join(parts)


def _group(chart: Chart, spot: int, scale: pen.Axis, place: tuple[float, float]) -> str:
    start, room = place
    each = min(34.0, room * 0.76 / max(1, len(chart.series)))
    x = start + (room - each * len(chart.series)) / 2
    zero = _down(Decimal(0), scale)
    labelled = len(chart.labels) * len(chart.series) <= _FEW
    parts = []
    for order, series in enumerate(chart.series):
        value = series.values[spot] if spot < len(series.values) else None
        if value is not None and value.is_finite():
            y = _down(value, scale)
            shown = pen.amount(value, chart)
            tip = f"{chart.labels[spot]} {series.name} {shown}"
            box = (x + order * each + 1, min(y, zero), each - 2, abs(zero - y))
            parts.append(pen.rect(*box, SERIES[order % 4], tip=tip))
            if labelled:
                parts.append(pen.text(box[0] + box[2] / 2, box[1] - 4, shown, anchor="middle", size=11))
    return "".join(parts)


def _legend(chart: Chart, scale: pen.Axis, left: float, width: float) -> str:
    several = len(chart.series) > 1
    names = [(series.name, SERIES[spot % 4], "") for spot, series in enumerate(chart.series)] if several else []
    parts = []
    if chart.reference is not None:
        y = _down(chart.reference, scale)
        parts.append(pen.rule(left, y, left + width, y, color=INK, width=1.2, dash="3 2"))
        names.append((f"{chart.reference_label} {pen.amount(chart.reference, chart)}".strip(), INK, "3 2"))
    return "".join(parts) + pen.legend(names, 12, pen.WIDTH - _RIGHT)
