"""Indicators at the desk: figures measured by the store, targets and verdicts by ``kpi``, and the records behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.facts.query import Contribution, Query
from cmkit.facts.records import Actual, Org, Staff, Target
from cmkit.facts.specs import KpiSpec
from cmkit.kpi.evaluate import evaluate
from cmkit.kpi.explain import Explanation, Source, explain
from cmkit.kpi.gather import Figures, gather
from cmkit.kpi.measure import Together, plan
from cmkit.kpi.row import KpiRow, exact_text
from cmkit.kpi.shape import shape_of
from cmkit.kpi.targets import Aim, TargetBook
from cmkit.kpi.tree import Tree
from cmkit.reports.desk import Desk
from cmkit.store import contributions, load_at, measure_days, run_queries, with_cells

TREND = 6


def kpi_rows(
    desk: Desk, who: Sequence[str], *, codes: Sequence[str] = (), trend: int = TREND, target_on: date | None = None
) -> list[KpiRow]:
    """The verdict on every indicator (or those of ``codes``) for each of ``who``, people and organisations alike.

    ``target_on`` judges by the targets as they stood on that day.
    """
    key = ("kpis", desk.period, desk.on, tuple(codes), trend, target_on)
    book, figures = desk.once(key, lambda: _reckoned(desk, codes, trend, target_on))
    return evaluate(desk.pack, who, desk.period, desk.on, book, figures, desk.calendar)


def _reckoned(
    desk: Desk, codes: Sequence[str], trend: int, target_on: date | None
) -> tuple[TargetBook, dict[str, Figures]]:
    """Targets and figures of everybody at once: the store adds up for all owners in the time it takes for one."""
    tree, run = _tree(desk), _runner(desk)
    days = desk.once("measure days", lambda: _measure_days(desk))
    figures = gather(desk.pack, desk.period, desk.on, run, desk.raw(Actual), tree, kpis=codes, trend=trend, days=days)
    return _targets(desk, tree, run, target_on), figures


def _measure_days(desk: Desk) -> dict[str, list[date]]:
    return {name: measure_days(desk.store, name) for name, spec in desk.pack.tables.items() if spec.measures()}


def _targets(desk: Desk, tree: Tree, run: Together, on: date | None = None) -> TargetBook:
    scheme = desk.pack.info.work_month
    facts = desk.raw(Target) if on is None else load_at(desk.store, Target, on)
    shape = shape_of(desk.pack, run, desk.raw(Actual), tree, scheme)
    return TargetBook.of(facts, tree, desk.calendar, scheme, shape)


@dataclass(frozen=True, slots=True)
class TargetTrace:
    """A target, how it was found, and the targets handed down that it was made of, each where it was read."""

    aim: Aim
    sources: tuple[Contribution, ...]

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {
            "value": exact_text(self.aim.value),
            "how": self.aim.how,
            "records": [
                {
                    "table": one.table,
                    "key": one.key,
                    "value": exact_text(one.amount),
                    "origin": one.origin.as_dict(),
                    **({"cell": one.cell} if one.cell else {}),
                }
                for one in self.sources
            ],
        }


def explain_target(desk: Desk, code: str, who: str) -> TargetTrace | None:
    """The target that the figure is judged by and where it was handed down; None where there is none."""
    aim = _targets(desk, _tree(desk), _runner(desk)).find(find_kpi(desk, code), who, desk.period)
    if aim is None:
        return None
    found = [Contribution(one.table, one.key, one.who, one.value or Decimal(0), one.origin) for one in aim.facts]
    return TargetTrace(aim, tuple(with_cells(desk.store, Query("sum", Target.table, "value"), found)))


def explain_figure(desk: Desk, code: str, who: str) -> Explanation:
    """The records behind one figure, each with the cell that its value was read from."""

    def trace(query: Query) -> list[Contribution]:
        return with_cells(desk.store, query, contributions(desk.store, query))

    asked = plan(desk.pack, find_kpi(desk, code), desk.period, desk.on, trend=0)
    if asked.kpi.measure.how == "growth" and kpi_rows(desk, [who], codes=[asked.kpi.code], trend=0)[0].actual is None:
        return Explanation(asked.kpi, who, None, ())
    found = explain(asked, who, trace, _tree(desk), desk.raw(Actual))
    if asked.kpi.measure.how != "actual":
        return found
    given = [source.contribution for source in found.sources]
    placed = with_cells(desk.store, Query("sum", Actual.table, "value"), given)
    return replace(found, sources=tuple(Source(one) for one in placed))


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


def _runner(desk: Desk) -> Together:
    def run_all(queries: Iterable[Query]) -> Mapping[Query, Mapping[str, Decimal]]:
        return run_queries(desk.store, queries)

    return Together(run_all)


def _tree(desk: Desk) -> Tree:
    return Tree.of(desk.raw(Staff), desk.raw(Org))
