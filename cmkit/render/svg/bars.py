"""Attainment as lying bars with the line at 100 %."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cmkit.facts.section import Chart, Level
from cmkit.render import cells
from cmkit.render.colors import ACCENT, INK, LEVELS, MUTED, TRACK
from cmkit.render.svg import pen

_ROW, _THICK, _TOP = 27, 13, 26
_CAP = Decimal(2)
_LABEL_ROOM = 132


def bars(chart: Chart, levels: Mapping[str, Level]) -> str:
    """One bar a label; a bar beyond twice the reference ends in an arrow, its number tells the rest."""
    values = chart.series[0].values if chart.series else ()
    reference = chart.reference if chart.reference is not None else (Decimal(100) if chart.unit == "%" else None)
    left = min(_LABEL_ROOM, max((pen.length(label) for label in chart.labels), default=0)) + 10
    room = pen.WIDTH - left - 62
    scale = _scale(values, reference)
    parts = [_reference(chart, reference, left, room, scale)] if reference is not None else []
    for spot, label in enumerate(chart.labels):
        value = values[spot] if spot < len(values) else None
        y = _TOP + spot * _ROW
        parts.append(pen.text(left - 8, y + 15, pen.fit(label, left - 8), anchor="end"))
        parts.append(pen.rect(left, y + 4, room, _THICK, TRACK))
        parts.append(_bar(chart, label, value, levels.get(label), (left, y, room, scale)))
    if reference is not None:
        x = left + room * scale.part(reference)
        parts.append(pen.rule(x, _TOP - 2, x, _TOP + _ROW * len(chart.labels), color=INK, width=1.2, dash="3 2"))
    return pen.svg(pen.WIDTH, _TOP + _ROW * len(chart.labels) + 6, parts, chart.title)


def _scale(values: tuple[Decimal | None, ...], reference: Decimal | None) -> pen.Axis:
    known = [value for value in values if value is not None and value.is_finite()]
    most = max(known, default=Decimal(1))
    if reference:
        most = min(max(most, reference * Decimal("1.15")), reference * _CAP)
    return pen.Axis(0.0, float(most) or 1.0, ())


def _reference(chart: Chart, reference: Decimal, left: float, room: float, scale: pen.Axis) -> str:
    name = f"{chart.reference_label} {pen.amount(reference, chart)}".strip()
    return pen.text(left + room * scale.part(reference), 16, name, anchor="middle", color=MUTED, size=11)


def _bar(
    chart: Chart,
    label: str,
    value: Decimal | None,
    light: Level | None,
    place: tuple[float, float, float, pen.Axis],
) -> str:
    left, y, room, scale = place
    if value is None or not value.is_finite():
        return pen.text(left + room + 8, y + 15, cells.MISSING, color=MUTED)
    color = LEVELS[light] if light else ACCENT
    shown = pen.amount(value, chart)
    drawn = pen.rect(left, y + 4, room * scale.part(value), _THICK, color, tip=f"{label} {shown}")
    beyond = "»" if float(value) > scale.high else ""
    return drawn + pen.text(left + room + 8, y + 15, f"{shown}{beyond}", color=color, bold=True)
