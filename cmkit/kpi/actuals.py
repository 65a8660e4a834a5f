"""Figures that are brought in ready-made: the value of a period, from its parts where it is not given itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.period import CALENDAR_MONTH, Period, parse_period
from cmkit.facts.records import Actual
from cmkit.facts.specs import KpiSpec
from cmkit.kpi.measure import adds_up, sums_over_time
from cmkit.kpi.tree import Tree


@dataclass(frozen=True, slots=True)
class Given:
    """A ready-made figure, the last day that it covers, and the records it was taken from with each one's share.

    The share is 1, but in a mean of several the part that the record's value has in it.
    """

    value: Decimal
    as_of: date | None
    shares: tuple[tuple[Actual, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ActualBook:
    """All imported actuals by indicator and owner."""

    entries: Mapping[tuple[str, str], tuple[tuple[Period, Actual], ...]]
    tree: Tree = field(default_factory=Tree)

    @classmethod
    def of(cls, facts: Iterable[Actual], tree: Tree, scheme: str = CALENDAR_MONTH) -> ActualBook:
        """The book of ``facts``; one whose period cannot be read or whose value is blank says nothing."""
        entries: dict[tuple[str, str], list[tuple[Period, Actual]]] = {}
        for fact in facts:
            try:
                period = parse_period(fact.period, scheme)
            except UsageFault:
                continue
            if fact.value is not None:
                entries.setdefault((fact.kpi, fact.who), []).append((period, fact))
        return cls({key: tuple(found) for key, found in entries.items()}, tree)

    def find(self, kpi: KpiSpec, who: str, period: Period, on: date) -> Given | None:
        """The figure of ``who`` over ``period`` as far as it has come by ``on``; None where nobody reported one.

        An organisation's own figure wins over the sum of its people's (the mean for rates and levels).
        """

        def join(parts: list[Given]) -> Given:
            total = sum((part.value for part in parts), Decimal(0))
            days = [part.as_of for part in parts if part.as_of]
            count = Decimal(1) if adds_up(kpi) else Decimal(len(parts))
            shares = tuple((fact, share / count) for part in parts for fact, share in part.shares)
            return Given(total / count, min(days, default=None), shares)

        return self.tree.fill_up(lambda name: self._own(kpi, name, period, on), join, who)

    def _own(self, kpi: KpiSpec, who: str, period: Period, on: date) -> Given | None:
        found = [entry for entry in self.entries.get((kpi.code, who), ()) if entry[0].start <= on]
        exact = next((fact for span, fact in found if span.name == period.name), None)
        if exact is not None:
            return _given((exact,), exact.value or Decimal(0), exact.as_of)
        inside = [entry for entry in found if period.start <= entry[0].start and entry[0].end <= period.end]
        if not inside:
            return None
        if not sums_over_time(kpi):
            span, last = max(inside, key=lambda entry: (entry[0].end, -entry[0].days))
            return _given((last,), last.value or Decimal(0), last.as_of or span.end)
        used = _apart(inside)
        last_span, last = max(used, key=lambda entry: entry[0].end)
        total = sum((fact.value or Decimal(0) for _span, fact in used), Decimal(0))
        return _given(tuple(fact for _span, fact in used), total, last.as_of or last_span.end)


def _given(facts: tuple[Actual, ...], value: Decimal, as_of: date | None) -> Given:
    return Given(value, as_of, tuple((fact, Decimal(1)) for fact in facts))


def _apart(entries: list[tuple[Period, Actual]]) -> list[tuple[Period, Actual]]:
    """The longest entries that do not overlap: a quarter's own figure stands for its months."""
    used: list[tuple[Period, Actual]] = []
    for span, fact in sorted(entries, key=lambda entry: (-entry[0].days, entry[0].start)):
        if all(span.end < other.start or other.end < span.start for other, _fact in used):
            used.append((span, fact))
    return sorted(used, key=lambda entry: entry[0].start)
