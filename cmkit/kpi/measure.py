"""From an indicator and a span to the queries that measure it, and from their answers to a figure.

Units: an imported target or actual is in the indicator's own unit. A sum of a money column comes in that column's unit
(yuan where it says nothing) and is converted into the indicator's; a ratio is percent (or per mille) of its two sums.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.money import convert
from cmkit.base.period import Period
from cmkit.base.workdays import ONE_DAY
from cmkit.facts.kinds import Kind
from cmkit.facts.query import Filter, Query
from cmkit.facts.records import RECORDS, core_kinds
from cmkit.facts.specs import KpiSpec, MeasureSpec, Pack, TableSpec
from cmkit.kpi.progress import same_span_before, same_span_year_ago
from cmkit.kpi.tree import Tree

Run = Callable[[Query], Mapping[str, Decimal]]
RunAll = Callable[[Iterable[Query]], Mapping[Query, Mapping[str, Decimal]]]
RATIOS = ("ratio", "share")
SPANLESS = "-"
"""A measure's ``date`` that says: whatever its date (a stock, such as clients in use)."""
RATE_UNITS = {"%": Decimal(100), "‰": Decimal(1000)}
_LATE = 20
"""A working month may begin on the 26th of the month before."""
_BALANCES = ("latest", "average")
_SHARED = ("sum", *_BALANCES)
CO_OWNERS = "co_owners"
"""The column of a client whose shares split what its balances and sums are worth; heads are counted for the owner."""


@dataclass(frozen=True, slots=True)
class Term:
    """One query of a figure, added or taken away."""

    query: Query
    sign: Literal[1, -1] = 1


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure over one span: the sum of ``top``, over the sum of ``bottom`` for a ratio, times ``factor``.

    With ``whole`` the bottom is the whole office's, whoever is asked for.
    """

    top: tuple[Term, ...]
    bottom: tuple[Term, ...] = ()
    factor: Decimal = Decimal(1)
    whole: bool = False

    @property
    def queries(self) -> tuple[Query, ...]:
        """Everything that has to be asked."""
        return tuple(term.query for term in self.top + self.bottom)


@dataclass(frozen=True, slots=True)
class Parts:
    """The sums behind a figure, so that a branch's ratio divides the branch's sums and not its people's ratios."""

    top: Decimal
    bottom: Decimal | None = None
    factor: Decimal = Decimal(1)

    @property
    def value(self) -> Decimal | None:
        """The figure; None for a ratio over nothing."""
        if self.bottom is None:
            return self.top * self.factor
        return self.top / self.bottom * self.factor if self.bottom else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be asked for one indicator: now, over the same span before and a year ago, and for its trend.

    A part is None where there is nothing to ask (imported actuals, a span that has not begun).
    """

    kpi: KpiSpec
    period: Period
    cut: dt.date
    now: Formula | None = None
    previous: Formula | None = None
    year_ago: Formula | None = None
    trend: tuple[tuple[Period, Formula | None], ...] = ()

    @property
    def queries(self) -> tuple[Query, ...]:
        """Every query of the plan once."""
        parts = (self.now, self.previous, self.year_ago, *(formula for _period, formula in self.trend))
        return tuple(dict.fromkeys(query for part in parts if part for query in part.queries))


def plan(pack: Pack, kpi: KpiSpec, period: Period, on: dt.date, *, trend: int = 6) -> Plan:
    """What to ask for ``kpi`` over ``period`` as far as it has come on day ``on``."""
    if kpi.measure.how == "actual":
        return Plan(kpi, period, on, trend=tuple((span, None) for span in _last(period, trend)))
    if on < period.start:
        return Plan(kpi, period, on)

    def over(span: Period) -> Formula:
        return formula(pack, kpi, span)

    now = period.until(on)
    stock = _is_stock(kpi.measure)
    return Plan(
        kpi,
        period,
        on,
        over(now),
        None if stock else over(same_span_before(period, on)),
        None if stock else over(same_span_year_ago(period, on)),
        () if stock else tuple((span, over(span.until(on))) for span in _last(period, trend)),
    )


def _is_stock(measure: MeasureSpec) -> bool:
    """Whether the figure is of today alone: asked again for an earlier span it would be compared with itself."""
    parts = [part for part in (measure.top, measure.bottom) if part] if measure.how in RATIOS else []
    return measure.date == SPANLESS or (bool(parts) and all(part.date == SPANLESS for part in parts))


def _last(period: Period, count: int) -> list[Period]:
    spans = [period][:count]
    while len(spans) < count:
        spans.insert(0, spans[0].previous())
    return spans


def formula(pack: Pack, kpi: KpiSpec, span: Period) -> Formula:
    """The figure of ``kpi`` over exactly ``span``.

    Raises ConfigFault for a ratio without both parts and for units that do not convert.
    """
    measure = kpi.measure
    if measure.how not in RATIOS:
        return Formula(_terms(pack, measure, span), factor=_factor(pack, measure, kpi.unit))
    top = measure.top
    if measure.how == "share":
        if top is None or top.how in RATIOS or measure.bottom is not None:
            raise ConfigFault(_("指标 {kpi} 的占比要有 top，且没有 bottom").format(kpi=kpi.code or kpi.label))
        terms = _terms(pack, top, span)
        return Formula(terms, terms, RATE_UNITS.get(kpi.unit, RATE_UNITS["%"]), whole=True)
    bottom = measure.bottom
    if top is None or bottom is None or top.how in RATIOS or bottom.how in RATIOS:
        raise ConfigFault(_("指标 {kpi} 的比率要有 top 和 bottom 两部分").format(kpi=kpi.code or kpi.label))
    scale = _factor(pack, top, "") / _factor(pack, bottom, "")
    return Formula(
        _terms(pack, top, span), _terms(pack, bottom, span), scale * RATE_UNITS.get(kpi.unit, RATE_UNITS["%"])
    )


def _terms(pack: Pack, measure: MeasureSpec, span: Period) -> tuple[Term, ...]:
    if measure.how != "growth":
        start, end = _back(span, measure.months_back) if measure.months_back else (span.start, span.end)
        return (Term(_query(pack, measure, start, end)),)
    since = span.year().start if measure.since == "year" else span.start
    level = MeasureSpec(
        how="latest", table=measure.table, field=measure.field, owner=measure.owner, where=measure.where
    )
    return (
        Term(_query(pack, level, span.start, span.end)),
        Term(_query(pack, level, dt.date.min, since - ONE_DAY), -1),
    )


def _back(span: Period, months: int) -> tuple[dt.date, dt.date]:
    """The whole calendar months that lie so many before those of ``span``; one that begins late in a month is the next's."""
    first = span.start.year * 12 + span.start.month - 1 + (span.start.day > _LATE) - months
    last = span.end.year * 12 + span.end.month - 1 - months
    return dt.date(first // 12, first % 12 + 1, 1), dt.date((last + 1) // 12, (last + 1) % 12 + 1, 1) - ONE_DAY


def _query(pack: Pack, measure: MeasureSpec, start: dt.date, end: dt.date) -> Query:
    spec, fact = pack.tables.get(measure.table), RECORDS.get(measure.table)
    owner = measure.owner or (spec.owner if spec else "") or (fact.owner_field if fact else "")
    day = measure.date or (spec.date if spec else "") or (fact.date_field if fact else "")
    if measure.how in _BALANCES or measure.date == SPANLESS:
        day = ""
    if measure.how not in ("count", "sum", "distinct", "latest", "average"):
        raise ConfigFault(_("不能这样计量：{how}").format(how=measure.how))
    where = tuple(
        Filter(one.field, one.any_of, one.none_of, one.at_least, one.at_most, one.filled, one.not_after)
        for one in measure.where
    )
    split = _split(spec, owner) if measure.how in _SHARED else ""
    return Query(measure.how, measure.table, measure.field, day, owner, start, end, where, split=split)


def _split(spec: TableSpec | None, owner: str) -> str:
    """The column with the shares of co-owners, where the table has one and its own owner is asked for."""
    column = spec.columns.get(CO_OWNERS) if spec else None
    return CO_OWNERS if spec and column and column.kind is Kind.NAMES and owner == spec.owner else ""


def _factor(pack: Pack, measure: MeasureSpec, unit: str) -> Decimal:
    """What turns the column's unit into ``unit`` (yuan when empty); 1 for counts and for columns that are not money."""
    if measure.how in ("count", "distinct"):
        return Decimal(1)
    table = pack.tables.get(measure.table)
    column = table.columns.get(measure.field) if table else None
    fact = RECORDS.get(measure.table)
    kind = (core_kinds(fact).get(measure.field) if fact else None) or (column.kind if column else None)
    if kind is not Kind.MONEY:
        return Decimal(1)
    held = (column.unit if column else "") or "元"
    try:
        return convert(Decimal(1), held, unit or "元")
    except KeyError:
        raise ConfigFault(
            _("金额不能从{held}换算成{unit}").format(held=held, unit=unit), hint=_("指标单位请用 元、千元、万元、亿元")
        ) from None


def value(asked: Formula | None, run: Run, tree: Tree | None = None) -> dict[str, Parts] | None:
    """The parts of a figure by owner and, with a ``tree``, by organisation; None where it is not known at all.

    Balances that nobody has on a day mean that none were brought in for it, not that they were nil; a growth without a
    base is therefore unknown, while a count of nothing is zero. An organisation has its people's sum, but a thing that
    two of them counted once (``distinct``).
    """
    if asked is None:
        return None
    tree = tree or Tree()
    top = _sum(asked.top, run, tree)
    bottom = _whole(asked.bottom, run) if asked.whole else _sum(asked.bottom, run, tree)
    if top is None or bottom is None:
        return None
    if not asked.bottom:
        return {who: Parts(amount, None, asked.factor) for who, amount in top.items()}
    nil = Decimal(0)
    if asked.whole:
        return {who: Parts(amount, bottom.get("", nil), asked.factor) for who, amount in top.items()}
    return {who: Parts(top.get(who, nil), bottom.get(who, nil), asked.factor) for who in {**top, **bottom}}


def _sum(terms: tuple[Term, ...], run: Run, tree: Tree) -> dict[str, Decimal] | None:
    total: dict[str, Decimal] = {}
    for term in terms:
        found = run(grouped(term.query, tree))
        if not found and term.query.how in _BALANCES:
            return None
        rolled = found if term.query.how == "distinct" else tree.roll_up(found, Decimal.__add__)
        for who, amount in rolled.items():
            total[who] = total.get(who, Decimal(0)) + term.sign * amount
    return total


def _whole(terms: tuple[Term, ...], run: Run) -> dict[str, Decimal] | None:
    """The whole office's sum, under ""."""
    total = Decimal(0)
    for term in terms:
        asked = replace(term.query, groups=(("", ()),)) if term.query.how == "distinct" else term.query
        found = run(asked)
        if not found and term.query.how in _BALANCES:
            return None
        one = found.get("", Decimal(0)) if term.query.how == "distinct" else sum(found.values(), Decimal(0))
        total += term.sign * one
    return {"": total}


def grouped(query: Query, tree: Tree) -> Query:
    """``query`` as it is asked for ``tree``: what is counted once has to be counted anew for each organisation."""
    return replace(query, groups=tree.groups) if query.how == "distinct" and tree.groups else query


def remembering(run: Run) -> Run:
    """``run`` that asks each query once, however many indicators share it."""
    known: dict[Query, Mapping[str, Decimal]] = {}

    def ask(query: Query) -> Mapping[str, Decimal]:
        if query not in known:
            known[query] = run(query)
        return known[query]

    return ask


class Together:
    """Answers queries from one reading of what is foreseen; what nobody foresaw is asked when it comes."""

    def __init__(self, run_all: RunAll) -> None:
        self._run_all = run_all
        self._known: dict[Query, Mapping[str, Decimal]] = {}

    def foresee(self, plans: Iterable[Plan], tree: Tree) -> None:
        """Ask everything that ``plans`` will."""
        wanted = dict.fromkeys(grouped(query, tree) for asked in plans for query in asked.queries)
        self._known.update(self._run_all(query for query in wanted if query not in self._known))

    def __call__(self, query: Query) -> Mapping[str, Decimal]:
        """The answer to one query."""
        if query not in self._known:
            self._known.update(self._run_all([query]))
        return self._known[query]


def is_rate(kpi: KpiSpec) -> bool:
    """Whether the figure is a rate, whose changes are percentage points."""
    return kpi.measure.how in RATIOS or kpi.unit in {*RATE_UNITS, "百分点"}


def adds_up(kpi: KpiSpec) -> bool:
    """Whether a branch's figure is the sum of its people's: not for rates, nor for imported levels and marks."""
    return not is_rate(kpi) and (kpi.cumulative or kpi.measure.how != "actual")


def sums_over_time(kpi: KpiSpec) -> bool:
    """Whether a quarter's figure is the sum of its months': not for rates and levels."""
    return kpi.cumulative and not is_rate(kpi)


def counts_from_year(kpi: KpiSpec) -> bool:
    """Whether the figure is told from the start of the year (较年初净增), whatever the period."""
    return kpi.measure.how == "growth" and kpi.measure.since == "year"
