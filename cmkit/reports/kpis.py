"""Indicators at the desk: figures measured by the store, targets and verdicts by ``kpi``, and the records behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.facts.query import Contribution, Query
from cmkit.facts.records import Actual, Org, Staff, Target
from cmkit.facts.specs import KpiSpec
from cmkit.kpi.evaluate import evaluate
from cmkit.kpi.explain import Explanation, explain
from cmkit.kpi.gather import gather
from cmkit.kpi.measure import Together, plan
from cmkit.kpi.row import KpiRow
from cmkit.kpi.shape import shape_of
from cmkit.kpi.targets import TargetBook
from cmkit.kpi.tree import Tree
from cmkit.reports.desk import Desk
from cmkit.store import contributions, load_at, run_queries

TREND = 6


def kpi_rows(
    desk: Desk, who: Sequence[str], *, codes: Sequence[str] = (), trend: int = TREND, target_on: date | None = None
) -> list[KpiRow]:
    """The verdict on every indicator (or those of ``codes``) for each of ``who``, people and organisations alike.

    ``target_on`` judges by the targets as they stood on that day.
    """
    tree = _tree(desk)

    def run_all(queries: Iterable[Query]) -> Mapping[Query, Mapping[str, Decimal]]:
        return run_queries(desk.store, queries)

    run = Together(run_all)
    figures = gather(desk.pack, desk.period, desk.on, run, desk.raw(Actual), tree, kpis=codes, trend=trend)
    scheme = desk.pack.info.work_month
    facts = desk.raw(Target) if target_on is None else load_at(desk.store, Target, target_on)
    shape = shape_of(desk.pack, run, desk.raw(Actual), tree, scheme)
    book = TargetBook.of(facts, tree, desk.calendar, scheme, shape)
    return evaluate(desk.pack, who, desk.period, desk.on, book, figures, desk.calendar)


def explain_figure(desk: Desk, code: str, who: str) -> Explanation:
    """The records behind one figure."""

    def trace(query: Query) -> list[Contribution]:
        return contributions(desk.store, query)

    asked = plan(desk.pack, find_kpi(desk, code), desk.period, desk.on, trend=0)
    return explain(asked, who, trace, _tree(desk), desk.raw(Actual))


def is_kpi(desk: Desk, text: str) -> bool:
    """Whether there is an indicator of that code or label."""
    return any(_called(kpi, text) for kpi in desk.pack.kpis.values())


def _called(kpi: KpiSpec, text: str) -> bool:
    return text.casefold() in {kpi.code.casefold(), kpi.zh, kpi.en.casefold(), *(one.casefold() for one in kpi.aliases)}


def find_kpi(desk: Desk, text: str) -> KpiSpec:
    """The indicator of that code or label.

    Raises UsageFault naming those there are.
    """
    for kpi in desk.pack.kpis.values():
        if _called(kpi, text):
            return kpi
    known = "、".join(f"{kpi.code} {kpi.label}" for kpi in desk.pack.kpis.values())
    raise UsageFault(_("没有指标 {name}").format(name=text), hint=_("可用的有：{names}").format(names=known))


def _tree(desk: Desk) -> Tree:
    return Tree.of(desk.raw(Staff), desk.raw(Org))
