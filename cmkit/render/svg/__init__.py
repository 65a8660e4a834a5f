"""Charts as SVG: pure functions, no script, no reference to anything outside, the same bytes for the same chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from cmkit.facts.section import Chart, Level
from cmkit.render.svg.bars import bars
from cmkit.render.svg.columns import columns
from cmkit.render.svg.days import days
from cmkit.render.svg.funnel import funnel
from cmkit.render.svg.line import line
from cmkit.render.svg.moves import moves
from cmkit.render.svg.rounds import rounds
from cmkit.render.svg.small import bullet, sparkline

__all__ = ["bullet", "draw", "sparkline"]

_PLAIN: Final[dict[str, Callable[[Chart], str]]] = {
    "line": line,
    "columns": columns,
    "funnel": funnel,
    "calendar": days,
    "map": rounds,
    "migration": moves,
}


def draw(chart: Chart, levels: Mapping[str, Level] = MappingProxyType({})) -> str:
    """The chart as one ``<svg>``; ``levels`` colours the bars of an attainment chart by their label."""
    if chart.kind == "bars":
        return bars(chart, levels)
    return _PLAIN[chart.kind](chart)
