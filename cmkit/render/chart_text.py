"""A chart told as a table: for Markdown, for Word's calendars and funnels, and for the data behind Excel's charts."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from cmkit.base.lang import _
from cmkit.facts.section import Cell, CellKind, Chart, Column, Series, Trend
from cmkit.render import cells

MANY = 13
"""From so many labels on, a line is told by its lowest, highest and last value."""
_WEEK = 7

Table = tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]


@dataclass(frozen=True, slots=True)
class Day:
    """One square of a visit calendar; ``number`` is 0 outside the month."""

    number: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One square of a migration: where to, how much, what percent of its row, and on which side of the diagonal."""

    name: str
    amount: Decimal
    share: Decimal
    side: Literal["better", "same", "worse"]
    edges: tuple[str, ...] = ()
    """Where the outline of the diagonal runs: its own four sides and, in a table, those of the squares beside it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What started in one class, by its class now."""

    name: str
    steps: tuple[Step, ...]


def table(chart: Chart) -> Table:
    """Columns and rows that say what the chart says."""
    if chart.kind == "calendar":
        return _calendar(chart)
    if chart.kind == "funnel":
        return _funnel(chart)
    if chart.kind == "migration":
        return _migration(chart)
    if chart.kind == "map":
        # The order of the stops stands in the table of the day already.
        return (), ()
    if chart.kind == "line" and len(chart.labels) >= MANY:
        return _long_line(chart)
    kind: CellKind = "bar" if chart.kind == "bars" and chart.unit == "%" else "number"
    columns = (Column(""), *(Column(series.name, kind, chart.unit, chart.digits) for series in chart.series))
    rows = tuple((label, *(_at(series, spot) for series in chart.series)) for spot, label in enumerate(chart.labels))
    return columns, rows


def conversion(values: tuple[Decimal | None, ...]) -> tuple[Decimal | None, ...]:
    """What part of the step above each step keeps, in percent; None for the first and below an empty one."""
    pairs = zip((None, *values), values, strict=False)
    return tuple(here * 100 / above if above and here is not None else None for above, here in pairs)


def months(chart: Chart) -> Iterator[tuple[str, tuple[tuple[Day, ...], ...]]]:
    """Each month of a visit calendar with its weeks, Monday first; labels that are no dates are left out."""
    counts: dict[date, int] = {}
    for spot, label in enumerate(chart.labels):
        day = _day(label)
        if day and chart.series:
            counts[day] = int(_at(chart.series[0], spot) or 0)
    for year, month in sorted({(day.year, day.month) for day in counts}):
        yield f"{year}-{month:02d}", tuple(_weeks(year, month, counts))


def weekdays() -> tuple[str, ...]:
    """The heads of a calendar's columns."""
    return tuple(_("一 二 三 四 五 六 日").split())


def flow(chart: Chart) -> tuple[Flow, ...]:
    """The rows of a migration; a series of an unknown name is left out, a missing amount is nought."""
    rows = []
    for series in chart.series:
        if series.name not in chart.labels:
            continue
        home = chart.labels.index(series.name)
        amounts = [_at(series, spot) or Decimal(0) for spot in range(len(chart.labels))]
        whole = sum(amounts, Decimal(0))
        steps = tuple(
            Step(
                name,
                amounts[spot],
                amounts[spot] * 100 / whole if whole > 0 else Decimal(0),
                "same" if spot == home else "worse" if spot > home else "better",
                _edges(spot - home),
            )
            for spot, name in enumerate(chart.labels)
        )
        rows.append(Flow(series.name, steps))
    return tuple(rows)


def _edges(right: int) -> tuple[str, ...]:
    """A square so far right of the diagonal: what lies left of the next one's outline lies on its right."""
    return {0: ("top", "left", "bottom", "right"), 1: ("left", "bottom"), -1: ("top", "right")}.get(right, ())


def percent(share: Decimal) -> str:
    """A share of a row, to one decimal; what is more than nothing never reads 0."""
    if 0 < share < Decimal("0.05"):
        return "<0.1%"
    return f"{cells.trimmed(share, 1)}%"


def step_words(chart: Chart, start: str, step: Step) -> str:
    """One square in words: 关注 → 次级 30 万元，占 7.5%，变差."""
    sides = {"better": _("变好"), "same": _("未变"), "worse": _("变差")}
    return _("{start} → {now} {amount}{unit}，占 {share}，{side}").format(
        start=start,
        now=step.name,
        amount=cells.trimmed(step.amount, chart.digits),
        unit=f" {chart.unit}" if chart.unit else "",
        share=percent(step.share),
        side=sides[step.side],
    )


def flow_words(chart: Chart) -> str:
    """A migration in words: every square that holds something."""
    told = [step_words(chart, row.name, step) for row in flow(chart) for step in row.steps if step.amount]
    return _("纵向为期初，横向为目前。") + "；".join(told)


def unit_line(chart: Chart) -> str:
    """The unit as the corner of a matrix says it."""
    return _("期初 ↓ 目前 →") + (f"  {chart.unit}" if chart.unit else "")


def _weeks(year: int, month: int, counts: dict[date, int]) -> Iterator[tuple[Day, ...]]:
    first = date(year, month, 1)
    start = first - timedelta(days=first.weekday())
    last = date(year, month, calendar.monthrange(year, month)[1])
    while start <= last:
        days = (start + timedelta(days=step) for step in range(_WEEK))
        yield tuple(Day(day.day, counts.get(day, 0)) if day.month == month else Day(0) for day in days)
        start += timedelta(days=_WEEK)


def _calendar(chart: Chart) -> Table:
    columns = (Column(_("月份"), width=9), *(Column(name, "text", width=8) for name in weekdays()))
    rows = [(month, *(_square(day) for day in week)) for month, weeks in months(chart) for week in weeks]
    return columns, tuple(rows)


def _square(day: Day) -> str:
    if not day.number:
        return ""
    return f"{day.number} ({day.count})" if day.count else str(day.number)


def _funnel(chart: Chart) -> Table:
    series = chart.series[0] if chart.series else Series("", ())
    kept = conversion(tuple(_at(series, spot) for spot in range(len(chart.labels))))
    columns = (Column(_("阶段")), Column(series.name, "number", chart.unit, chart.digits), Column(_("转化率"), "rate"))
    return columns, tuple((label, _at(series, spot), kept[spot]) for spot, label in enumerate(chart.labels))


def _migration(chart: Chart) -> Table:
    columns = (Column(unit_line(chart)), *(Column(name) for name in chart.labels))
    rows = tuple((row.name, *(step_cell(chart, step) for step in row.steps)) for row in flow(chart))
    return (columns, rows) if rows else ((), ())


def step_cell(chart: Chart, step: Step) -> str:
    """A square as one cell of a table: 30 (7.5%); "" where nothing is in it."""
    return f"{cells.trimmed(step.amount, chart.digits)} ({percent(step.share)})" if step.amount else ""


def _long_line(chart: Chart) -> Table:
    names = (_("期初"), _("最低"), _("最高"), _("期末"))
    columns = (
        Column(""),
        Column(_("走势"), "spark"),
        *(Column(name, "number", chart.unit, chart.digits) for name in names),
    )
    rows: list[tuple[Cell, ...]] = []
    for series in chart.series:
        known = [value for value in series.values if value is not None]
        ends: tuple[Cell, ...] = (known[0], min(known), max(known), known[-1]) if known else (None,) * 4
        rows.append((series.name, Trend(series.values), *ends))
    return columns, tuple(rows)


def _at(series: Series, spot: int) -> Decimal | None:
    return series.values[spot] if spot < len(series.values) else None


def _day(label: str) -> date | None:
    try:
        return date.fromisoformat(label)
    except ValueError:
        return None
