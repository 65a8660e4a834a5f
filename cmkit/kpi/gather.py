"""Gathering every indicator's figures: what the records measure, what was brought in ready-made, then and now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from cmkit.base.period import Period
from cmkit.facts.records import Actual
from cmkit.facts.specs import KpiSpec, MeasureSpec, Pack
from cmkit.kpi.actuals import ActualBook
from cmkit.kpi.measure import (
    RATIOS,
    Formula,
    Parts,
    Plan,
    Run,
    Together,
    grouped,
    plan,
    remembering,
    sums_over_time,
    value,
)
from cmkit.kpi.progress import same_span_before, same_span_year_ago
from cmkit.kpi.tree import Tree

Why = Literal["", "missing", "empty", "future"]
Days = Mapping[str, Collection[date]]
_LEVELS = ("growth", "latest", "average")


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure or why there is none: nobody reported it, there was nothing to divide by, or its time has not come."""

    value: Decimal | None
    why: Why = ""
    as_of: date | None = None


MISSING = Reading(None, "missing")
NIL = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figures:
    """One indicator's figures by owner, staff and organisations alike. ``plan`` says how they were asked for.

    ``absent`` is what somebody has whom no record names: nothing (0) where records are counted, unknown otherwise.
    ``unowned`` is the part of the whole office's figure that is in nobody's: records without an owner, or of somebody
    unknown; None where figures do not add.
    """

    plan: Plan
    now: Mapping[str, Reading]
    previous: Mapping[str, Decimal | None] = field(default_factory=dict)
    year_ago: Mapping[str, Decimal | None] = field(default_factory=dict)
    trend: tuple[tuple[Period, Mapping[str, Decimal | None]], ...] = ()
    absent: Reading = MISSING
    unowned: Decimal | None = None

    def reading(self, who: str) -> Reading:
        """The figure of ``who``."""
        return self.now.get(who, self.absent)


def gather(  # noqa: PLR0913 - each names one source of figures
    pack: Pack,
    period: Period,
    on: date,
    run: Run,
    actuals: Iterable[Actual],
    tree: Tree,
    *,
    kpis: Iterable[str] = (),
    trend: int = 6,
    days: Days | None = None,
) -> dict[str, Figures]:
    """The figures of the pack's indicators (all, or those named) for all staff and organisations.

    ``run`` answers one query with a figure by owner; each query is asked once, and all that are known beforehand together
    where it is a :class:`~cmkit.kpi.measure.Together`. ``trend`` is how many periods back the trend goes; a check that draws none asks for 0.
    ``days`` are the days that balances were brought in for, by table: an earlier span without one has no figure, where
    the last balance before it would make a growth of nothing; so has the present one where nothing came in since the
    day that the growth is counted from. Without ``days`` every span counts.
    """
    book = ActualBook.of(actuals, tree, period.scheme)
    names = tuple(dict.fromkeys((*tree.staff, *tree.below, *(who for _kpi, who in book.entries))))
    wanted = set(kpis)
    plans = {
        code: plan(pack, kpi, period, on, trend=trend)
        for code, kpi in pack.kpis.items()
        if not wanted or code in wanted
    }
    if isinstance(run, Together):
        run.foresee(plans.values(), tree)
    ask = run if isinstance(run, Together) else remembering(run)
    return {
        code: _imported(asked, book, names, period, on)
        if asked.kpi.measure.how == "actual"
        else _measured(asked, ask, tree, days)
        for code, asked in plans.items()
    }


def _measured(asked: Plan, ask: Run, tree: Tree, days: Days | None) -> Figures:
    if asked.now is None:
        return Figures(asked, {}, absent=Reading(None, "future"))
    cut = min(asked.cut, asked.period.end)

    def held(span: Period) -> bool:
        return days is None or _brought_in(asked.kpi.measure, span, days)

    grown = _grown(asked, days)
    now = value(asked.now, ask, tree) if grown else None
    if now is None or grown is None:
        return Figures(asked, {})
    cut = min(cut, grown)
    return Figures(
        asked,
        {name: _reading(parts, cut) for name, parts in now.items()},
        _values(asked.previous, ask, tree) if held(same_span_before(asked.period, asked.cut)) else {},
        _values(asked.year_ago, ask, tree) if held(same_span_year_ago(asked.period, asked.cut)) else {},
        tuple((span, _values(part, ask, tree) if held(span) else {}) for span, part in asked.trend),
        _absent(asked.now, now, cut),
        _unowned(now, tree) if asked.kpi.measure.how not in RATIOS else None,
    )


def _grown(asked: Plan, days: Days | None) -> date | None:
    """The last day that the figure covers: for a growth that of the last balance, None where none is later than its base."""
    measure, cut = asked.kpi.measure, min(asked.cut, asked.period.end)
    if days is None or measure.how != "growth":
        return cut
    since = asked.period.year().start if measure.since == "year" else asked.period.start
    return max((day for day in days.get(measure.table, ()) if since <= day <= cut), default=None)


def _brought_in(measure: MeasureSpec, span: Period, days: Days) -> bool:
    parts = [part for part in (measure, measure.top, measure.bottom) if part and part.how in _LEVELS]
    return all(any(span.start <= day <= span.end for day in days.get(part.table, ())) for part in parts)


def _absent(asked: Formula, now: Mapping[str, Parts], cut: date) -> Reading:
    """Nothing is nothing, but nothing of nothing is no rate; of the office's whole it is 0 %."""
    of_nothing = bool(asked.bottom) and not (asked.whole and any(parts.bottom for parts in now.values()))
    return Reading(None, "empty") if of_nothing else Reading(NIL, as_of=cut)


def _unowned(now: Mapping[str, Parts], tree: Tree) -> Decimal:
    return sum((parts.value or NIL for who, parts in now.items() if not tree.knows(who)), NIL)


def _reading(parts: Parts, cut: date) -> Reading:
    found = parts.value
    return Reading(None, "empty") if found is None else Reading(found, as_of=cut)


def _values(part: Formula | None, ask: Run, tree: Tree) -> dict[str, Decimal | None]:
    if part is None or _nothing_known(part, ask, tree):
        return {}
    found = value(part, ask, tree) or {}
    return {name: parts.value for name, parts in found.items()}


def _nothing_known(part: Formula, ask: Run, tree: Tree) -> bool:
    """Whether an earlier rate would be 0 % only because no record reaches back so far.

    What is divided by then is a stock of today (clients in use); a span without a record after others had some is 0 %.
    """
    if not part.bottom or any(query.date or query.how in _LEVELS for query in (term.query for term in part.bottom)):
        return False
    tops = [term.query for term in part.top]
    reach = (replace(query, how="count", field="", start=date.min, where=()) for query in tops)
    return not any(ask(grouped(query, tree)) for query in tops) and not any(ask(query) for query in reach)


def _imported(asked: Plan, book: ActualBook, names: Iterable[str], period: Period, on: date) -> Figures:
    kpi, absent = asked.kpi, Reading(None, "future") if on < period.start else MISSING
    now: dict[str, Reading] = {}
    for name in names:
        given = book.find(kpi, name, period, on)
        now[name] = absent if given is None else Reading(given.value, as_of=given.as_of)
    before, ago = same_span_before(period, on), same_span_year_ago(period, on)
    return Figures(
        asked,
        now,
        {name: _whole(book, kpi, name, before, period.previous()) for name in names},
        {name: _whole(book, kpi, name, ago, period.year_ago()) for name in names},
        tuple((span, {name: _found(book, kpi, name, span, on) for name in names}) for span, _part in asked.trend),
        absent,
    )


def _whole(book: ActualBook, kpi: KpiSpec, who: str, part: Period, whole: Period) -> Decimal | None:
    """An earlier figure to compare with: a sum brought in for a whole month cannot be cut to the same span."""
    if sums_over_time(kpi) and (part.start, part.end) != (whole.start, whole.end):
        return None
    return _found(book, kpi, who, whole, whole.end)


def _found(book: ActualBook, kpi: KpiSpec, who: str, span: Period, on: date) -> Decimal | None:
    given = book.find(kpi, who, span, on)
    return None if given is None else given.value
