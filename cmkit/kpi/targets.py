"""Targets: given for the period, or derived from those of its months, quarter or year, or from the people below.

A missing target is None and never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from cmkit.base.period import CALENDAR_MONTH, Period, PeriodKind, period_of
from cmkit.base.text import fold_key
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Target
from cmkit.facts.specs import KpiSpec
from cmkit.kpi.measure import adds_up, counts_from_year, sums_over_time
from cmkit.kpi.tree import Tree

How = Literal["given", "summed", "split", "shaped", "rolled_up"]
Shape = Callable[[KpiSpec, str, Period], Decimal | None]
"""The figure of an earlier period, whose distribution over the year a target may follow."""
Level = Literal["value", "floor", "stretch"]
_PARTS: dict[PeriodKind, tuple[PeriodKind, int]] = {"quarter": ("month", 3), "year": ("quarter", 4)}
_WHOLES: dict[PeriodKind, tuple[PeriodKind, ...]] = {"month": ("quarter", "year"), "quarter": ("year",)}
SPLITS = ("equal", "workdays", "last_year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Aim:
    """A target with its floor (底线) and stretch (挑战); ``basis`` is the span it is meant for, ``how`` it was found.

    ``facts`` are the targets as they were handed down that its value was made of.
    """

    value: Decimal
    basis: Period
    how: How = "given"
    floor: Decimal | None = None
    stretch: Decimal | None = None
    facts: tuple[Target, ...] = ()


class _Noted(dict[str, Decimal]):
    """Values by period that remember which of them were taken."""

    def __init__(self, values: Mapping[str, Decimal]) -> None:
        super().__init__(values)
        self.taken: dict[str, None] = {}

    def __getitem__(self, name: str) -> Decimal:
        self.taken[name] = None
        return super().__getitem__(name)


@dataclass(frozen=True, slots=True)
class TargetBook:
    """All targets by indicator, owner and period."""

    entries: Mapping[tuple[str, str], Mapping[str, Target]]
    tree: Tree = field(default_factory=Tree)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    scheme: str = CALENDAR_MONTH
    shape: Shape | None = None

    @classmethod
    def of(
        cls,
        facts: Iterable[Target],
        tree: Tree,
        calendar: WorkCalendar,
        scheme: str = CALENDAR_MONTH,
        shape: Shape | None = None,
    ) -> TargetBook:
        """The book of ``facts``; a blank value sets no target. ``shape`` serves targets split by last year's shape."""
        entries: dict[tuple[str, str], dict[str, Target]] = {}
        for fact in facts:
            if fact.value is not None:
                entries.setdefault((fact.kpi, fact.who), {})[fold_key(fact.period).upper()] = fact
        return cls(entries, tree, calendar, scheme, shape)

    def find(self, kpi: KpiSpec, who: str, period: Period) -> Aim | None:
        """The target of ``who`` for ``period``; an organisation without one has the sum of what is below it.

        The mean takes the place of the sum for rates and levels.
        """

        def join(parts: list[Aim]) -> Aim:
            spans = {part.basis for part in parts}
            basis = spans.pop() if len(spans) == 1 else period
            return Aim(
                _join(kpi, [part.value for part in parts]) or Decimal(0),
                basis,
                "rolled_up",
                _join(kpi, [part.floor for part in parts]),
                _join(kpi, [part.stretch for part in parts]),
                tuple(fact for part in parts for fact in part.facts),
            )

        return self.tree.fill_up(lambda name: self._own(kpi, name, period), join, who)

    def _own(self, kpi: KpiSpec, who: str, period: Period) -> Aim | None:
        given = self.entries.get((kpi.code, who))
        if not given:
            return None
        shape = self.shape
        reckoner = _Reckoner(
            kpi, self.calendar, self.scheme, None if shape is None else lambda span: shape(kpi, who, span)
        )
        values = _Noted(_level(given, "value"))
        main = reckoner.derive(values, period)
        if main is None:
            return None
        value, basis, how = main
        floor = reckoner.derive(_level(given, "floor"), period)
        stretch = reckoner.derive(_level(given, "stretch"), period)
        facts = tuple(given[name] for name in values.taken)
        return Aim(value, basis, how, floor[0] if floor else None, stretch[0] if stretch else None, facts)


def _level(given: Mapping[str, Target], level: Level) -> dict[str, Decimal]:
    values = {name: getattr(fact, level) for name, fact in given.items()}
    return {name: value for name, value in values.items() if value is not None}


def _join(kpi: KpiSpec, values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    total = sum(known, Decimal(0))
    return total if adds_up(kpi) else total / len(known)


Derived = tuple[Decimal, Period, How]


@dataclass(frozen=True, slots=True)
class _Reckoner:
    """How one indicator's targets come from one period to another."""

    kpi: KpiSpec
    calendar: WorkCalendar
    scheme: str
    shape: Callable[[Period], Decimal | None] | None = None

    def derive(self, given: Mapping[str, Decimal], period: Period) -> Derived | None:
        """Given; else from all of its parts; else its share of a longer period."""
        if not given:
            return None
        if counts_from_year(self.kpi):
            return self._to_date(given, period)
        if period.name in given:
            return given[period.name], period, "given"
        whole = self._from_parts(given, period)
        if whole is not None:
            return whole, period, "summed"
        share = self._shaped(given, period)
        if share is not None:
            return share, period, "shaped"
        share = self._share(given, period)
        return None if share is None else (share, period, "split")

    def _to_date(self, given: Mapping[str, Decimal], period: Period) -> Derived | None:
        """For growth since the year began: the mark to reach by the period's end, else the year's."""
        year = period.year()
        marks = [period]
        while parts := self._parts(marks[-1]):
            marks.append(parts[-1])
        mark = next((mark for mark in marks if mark.name in given), None)
        if mark is not None:
            return given[mark.name], Period(year.start, period.end, period.name, period.kind, period.scheme), "given"
        return (given[year.name], year, "given") if year.name in given else None

    def _parts(self, period: Period) -> list[Period]:
        if period.kind not in _PARTS:
            return []
        kind, count = _PARTS[period.kind]
        parts = [period_of(kind, period.start, self.scheme)]
        while len(parts) < count:
            parts.append(parts[-1].next())
        return parts

    def _from_parts(self, given: Mapping[str, Decimal], period: Period) -> Decimal | None:
        if period.name in given:
            return given[period.name]
        parts = [self._from_parts(given, part) for part in self._parts(period)]
        known = [part for part in parts if part is not None]
        if not known or (sums_over_time(self.kpi) and len(known) < len(parts)):
            return None
        total = sum(known, Decimal(0))
        return total if sums_over_time(self.kpi) else total / len(known)

    def _shaped(self, given: Mapping[str, Decimal], period: Period) -> Decimal | None:
        """The part of a longer period's target that last year's figure of ``period`` had in last year's whole.

        None (the target is then split by equal parts) where last year is not known for both, or was not positive.
        """
        if self.shape is None or self.kpi.options.get("split") != "last_year" or not sums_over_time(self.kpi):
            return None
        for kind in _WHOLES.get(period.kind, ()):
            whole = period_of(kind, period.start, self.scheme)
            if whole.name in given:
                part, total = self.shape(period.year_ago()), self.shape(whole.year_ago())
                if part is None or total is None or part < 0 or total <= 0:
                    return None
                return given[whole.name] * part / total
        return None

    def _share(self, given: Mapping[str, Decimal], period: Period) -> Decimal | None:
        if period.kind in ("week", "day"):
            return self._by_days(given, period)
        for kind in _WHOLES.get(period.kind, ()):
            whole = period_of(kind, period.start, self.scheme)
            if whole.name not in given:
                continue
            if not sums_over_time(self.kpi):
                return given[whole.name]
            if self.kpi.options.get("split") == "workdays":
                return given[whole.name] * self._workdays(period) / self._workdays(whole)
            return given[whole.name] * _MONTHS[period.kind] / _MONTHS[kind]
        return None

    def _by_days(self, given: Mapping[str, Decimal], period: Period) -> Decimal | None:
        """A week's or a day's share of its months, by working days; a level is the level of the month."""
        total, month = Decimal(0), period_of("month", period.start, self.scheme)
        while month.start <= period.end:
            found = self.derive(given, month)
            if found is None:
                return None
            if not sums_over_time(self.kpi):
                return found[0]
            inside = self.calendar.count(max(month.start, period.start), min(month.end, period.end))
            total += found[0] * inside / (self._workdays(month) or 1)
            month = month.next()
        return total

    def _workdays(self, period: Period) -> int:
        return self.calendar.count(period.start, period.end)
