"""Last year's figures, whose distribution over the months a yearly target may follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from cmkit.base.period import Period
from cmkit.facts.records import Actual
from cmkit.facts.specs import KpiSpec, Pack
from cmkit.kpi.actuals import ActualBook
from cmkit.kpi.measure import Run, formula, remembering, value
from cmkit.kpi.targets import Shape
from cmkit.kpi.tree import Tree


def shape_of(pack: Pack, run: Run, actuals: Iterable[Actual], tree: Tree, scheme: str) -> Shape:
    """The look-up of whole earlier periods: measured from records, or imported. Each period is measured once."""
    ask = remembering(run)
    book = ActualBook.of(actuals, tree, scheme)
    known: dict[tuple[str, str], Mapping[str, Decimal | None]] = {}

    def find(kpi: KpiSpec, who: str, period: Period) -> Decimal | None:
        if kpi.measure.how == "actual":
            given = book.find(kpi, who, period, period.end)
            return None if given is None else given.value
        place = (kpi.code, period.name)
        if place not in known:
            found = value(formula(pack, kpi, period), ask, tree) or {}
            known[place] = {name: parts.value for name, parts in found.items()}
        return known[place].get(who)

    return find
