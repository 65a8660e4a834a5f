"""The records behind a figure: each with what it adds, and together exactly the figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from cmkit.facts.query import WHOLE, Contribution, Query
from cmkit.facts.records import Actual
from cmkit.facts.specs import KpiSpec
from cmkit.kpi.actuals import ActualBook, Given
from cmkit.kpi.measure import Formula, Plan, Term
from cmkit.kpi.row import exact_text
from cmkit.kpi.tree import Tree

Trace = Callable[[Query], Iterable[Contribution]]
"""Answers a query with the records behind it instead of their sum."""
Part = Literal["", "top", "bottom", "end", "start"]
"""Which sum of the figure a record is in: above or below the line of a ratio, the later or the earlier balance."""


@dataclass(frozen=True, slots=True)
class Source:
    """A record and what it adds to the figure (or to that part of a ratio)."""

    contribution: Contribution
    part: Part = ""

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        found = self.contribution
        shape: dict[str, object] = {
            "table": found.table,
            "key": found.key,
            "contributes": exact_text(found.amount),
            "origin": found.origin.as_dict(),
        }
        if found.cell:
            shape["cell"] = found.cell
        if found.as_of is not None:
            shape["as_of"] = found.as_of.isoformat()
        if found.share != WHOLE:
            shape["share"] = exact_text(found.share)
        return {**shape, "part": self.part} if self.part else shape


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure with the records behind it. A ratio shows its two sums; its records say which one they are in."""

    kpi: KpiSpec
    who: str
    value: Decimal | None
    sources: tuple[Source, ...]
    top: Decimal | None = None
    bottom: Decimal | None = None

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        shape: dict[str, object] = {
            "kpi": self.kpi.code,
            "who": self.who,
            "value": None if self.value is None else exact_text(self.value),
            "unit": self.kpi.unit,
            "records": [source.as_dict() for source in self.sources],
        }
        if self.top is not None and self.bottom is not None:
            shape |= {"top": exact_text(self.top), "bottom": exact_text(self.bottom)}
        return shape


def explain(asked: Plan, who: str, trace: Trace, tree: Tree, actuals: Sequence[Actual] = ()) -> Explanation:
    """The records behind the figure of ``who`` (with everybody below, for an organisation) that ``asked`` measures."""
    if asked.kpi.measure.how == "actual":
        return _imported(asked, who, tree, actuals)
    if asked.now is None:
        return Explanation(asked.kpi, who, None, ())
    own = _Scope(who, tree)
    if not asked.now.bottom:
        sources = _sources(asked.now.top, own, trace, asked.now.factor, "")
        return Explanation(asked.kpi, who, _sum(sources), sources)
    return _ratio(asked.kpi, own, asked.now, trace)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose records count; with ``everybody``, all of them."""

    who: str
    tree: Tree
    everybody: bool = False

    def holds(self, owner: str) -> bool:
        return self.everybody or self.tree.holds(self.who, owner)

    def narrowed(self, query: Query) -> Query:
        """``query`` counting each thing once among all that count together."""
        if query.how != "distinct" or not (self.everybody or self.tree.is_org(self.who)):
            return query
        everybody = self.everybody or self.who == self.tree.root
        return replace(query, groups=((self.who, () if everybody else self.tree.spans[self.who]),))


def _ratio(kpi: KpiSpec, own: _Scope, asked: Formula, trace: Trace) -> Explanation:
    who = own.who
    top = _sources(asked.top, own, trace, Decimal(1), "top")
    bottom = _sources(asked.bottom, replace(own, everybody=asked.whole), trace, Decimal(1), "bottom")
    above, below = _sum(top), _sum(bottom)
    value = above / below * asked.factor if below else None
    return Explanation(kpi, who, value, top + bottom, above, below)


def _sources(terms: tuple[Term, ...], own: _Scope, trace: Trace, factor: Decimal, part: Part) -> tuple[Source, ...]:
    """A line for each value that counts: for growth the later balance and, taken away, the earlier one; no zeros.

    Of a record whose credit is shared a person has their part, and a branch the parts of its people together.
    """
    lines: list[tuple[tuple[str, str], Source]] = []
    order: dict[tuple[str, str], int] = {}
    for term in terms:
        found: dict[tuple[str, str, object], Contribution] = {}
        for one in trace(own.narrowed(term.query)):
            if own.holds(one.owner):
                place = (one.table, one.key, one.as_of)
                known = found.get(place)
                amount = one.amount * factor * term.sign
                found[place] = (
                    replace(known, amount=known.amount + amount, share=known.share + one.share)
                    if known
                    else replace(one, amount=amount)
                )
        balance: Part = "" if len(terms) == 1 else "end" if term.sign > 0 else "start"
        for one in found.values():
            if one.amount:
                key = (one.table, one.key)
                order.setdefault(key, len(order))
                lines.append((key, Source(one, part or balance)))
    return tuple(source for _key, source in sorted(lines, key=lambda line: order[line[0]]))


def _sum(sources: Iterable[Source]) -> Decimal:
    return sum((source.contribution.amount for source in sources), Decimal(0))


def _imported(asked: Plan, who: str, tree: Tree, actuals: Sequence[Actual]) -> Explanation:
    given = ActualBook.of(actuals, tree, asked.period.scheme).find(asked.kpi, who, asked.period, asked.cut)
    if given is None:
        return Explanation(asked.kpi, who, None, ())
    return Explanation(asked.kpi, who, given.value, tuple(_shares(given)))


def _shares(given: Given) -> Iterable[Source]:
    """Each imported actual as it is; where the figure is a mean of several, the part that each has in it."""
    for fact, share in given.shares:
        amount = (fact.value or Decimal(0)) * share
        yield Source(Contribution(fact.table, fact.key, fact.who, amount, fact.origin))
