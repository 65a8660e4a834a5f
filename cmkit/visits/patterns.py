"""The sets of days on which one client can be visited, each with what speaks against it, in seconds of driving.

Tier interval and tolerance, the gap since the last visit, events with a last day, closed days, what was promised
before: all of it lives here, so that the search only has to choose one set for each client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cmkit.visits.due import MANDATORY_SPACING_DAYS, Due, gap_days, slack_days

EDGE: Final = 1500
"""What a visit at the edge of its tolerance costs beside one on its day; half-way there a quarter of it."""
WAIT: Final = 300
"""What each further day costs that a client of the first rank waits who is overdue; less for lower ranks."""
LATE: Final = 18_000
CHANGE: Final = 14_400
"""Dearer than any detour: a visit beyond its tolerance, and one that was promised for another day."""
NEXT: Final = 7_200
"""Less than what was promised, more than a detour: a visit that the next plan will make as well."""
MOST: Final = 120
SHORT: Final = 12
"""So many sets of days go into the search, and so many that leave a visit out."""
_PRESSING: Final = 4
"""An event whose last day is past (a complaint to be followed up within three days) waits so much less than others."""
_BEAM: Final = 600
_A_DAY: Final = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """One client's visits: what is due, what leaving each out costs, what is settled already."""

    client_id: str
    dues: tuple[Due, ...]
    weights: tuple[int, ...]
    open_days: tuple[int, ...]
    """The days (by index) on which the owner is there and the client receives."""
    settled: tuple[date, ...] = ()
    """Visits made or fixed, from which spacing counts, too."""
    previous: frozenset[date] = frozenset()
    """The days that the plan sent before has for this client."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One set of days: ``days`` by index, the due that each serves, and the cost without what is left out."""

    days: tuple[int, ...]
    served: tuple[int, ...]
    cost: int
    left_out: int = 0
    """The weight of the visits left out."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A set of days in the making."""

    cost: int = 0
    left_out: int = 0
    days: tuple[int, ...] = ()
    served: tuple[int, ...] = ()
    last: date | None = None
    """The day of the visit before, planned in this set."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that a plan may use, in order; ``first`` is where waiting counts from."""

    days: tuple[date, ...]
    index: Mapping[date, int] = field(default_factory=dict)

    @classmethod
    def of(cls, days: Sequence[date]) -> Calendar:
        """The calendar of some days."""
        ordered = tuple(sorted(set(days)))
        return cls(ordered, {day: number for number, day in enumerate(ordered)})


def spacing(due: Due) -> int:
    """The least days between this visit and the one before it."""
    usual = max(1, gap_days(due.interval))
    return min(usual, MANDATORY_SPACING_DAYS) if due.mandatory else usual


def spaced(due: Due, day: date, others: Sequence[tuple[date, int]]) -> bool:
    """Whether ``day`` keeps its distance from visits (day, and the least days between it and the one before it)."""
    least = spacing(due)
    return all((day - other).days >= least if day >= other else (other - day).days >= gap for other, gap in others)


def first_day(due: Due, last: date | None) -> date:
    """The first day on which the visit makes sense, after a visit planned on ``last``."""
    rested = last + timedelta(days=spacing(due)) if last else date.min
    return rested if due.rolling and last else max(due.opens, rested)


def last_day(due: Due, calendar: Calendar) -> date:
    """The last day on which an event still can be served; an event that is past, and a tier's visit, have none."""
    if due.deadline is None or not calendar.days or due.deadline < calendar.days[0]:
        return date.max
    return due.deadline


def possible(wish: Wish, number: int, calendar: Calendar, last: date | None = None) -> list[int]:
    """The days by index on which a due may be visited, after a visit on ``last``, away from what is settled."""
    due = wish.dues[number]
    opens, closes = first_day(due, last), last_day(due, calendar)
    fixed = [(day, MANDATORY_SPACING_DAYS if due.mandatory else max(1, gap_days(due.interval))) for day in wish.settled]
    return [
        index
        for index in wish.open_days
        if opens <= calendar.days[index] <= closes and spaced(due, calendar.days[index], fixed)
    ]


def patterns(wish: Wish, calendar: Calendar) -> list[Pattern]:
    """The best sets of days, those that leave nothing out first; at least one for each day that can be had."""
    parts = [_Part(last=before(wish, calendar))]
    for number in range(len(wish.dues)):
        grown = [further for part in parts for further in _grow(part, wish, number, calendar)]
        parts = _pruned(grown, number == len(wish.dues) - 1)
    found = [_pattern(part, wish, calendar) for part in parts]
    full = [one for one in found if not one.left_out and one.days]
    short = [one for one in found if one.left_out and one.days]
    return [*_chosen(full, MOST), *_chosen(short, SHORT)]


def before(wish: Wish, calendar: Calendar) -> date | None:
    """The client's last visit before the first day that is planned, made or fixed."""
    return max((day for day in wish.settled if calendar.days and day < calendar.days[0]), default=None)


def missed(wish: Wish, calendar: Calendar) -> int:
    """What it costs not to visit the client at all: what is owed, and a little for what is not."""
    nothing = _pattern(_Part(0, sum(wish.weights), last=before(wish, calendar)), wish, calendar)
    return nothing.left_out or nothing.cost


def owed(due: Due, last: date | None, end: date) -> bool:
    """Whether a visit that is left out at the end of a plan is missing from it, the visit before being on ``last``.

    Every 7 days, the plan ends on 11-30, the visit before is on 11-26: the next falls due on 12-03, nothing is missing.
    An event of 12-07 that shares its visit with the tier's rule is not owed either, one of 11-28 is.
    """
    coming = due.due_on
    if last and due.interval and (due.rolling or (due.mandatory and due.tier_reason)):
        coming = last + timedelta(days=due.interval)
    return min(coming, due.deadline or coming) <= end


def _pattern(part: _Part, wish: Wish, calendar: Calendar) -> Pattern:
    """A set of days with its cost; what the next plan makes as well is not left out."""
    after = range(part.served[-1] + 1 if part.served else 0, len(wish.dues))
    later = [number for number in after if not owed(wish.dues[number], part.last, calendar.days[-1])]
    cost = _whole_cost(part, wish, calendar) + sum(min(NEXT, wish.weights[number]) for number in later)
    return Pattern(part.days, part.served, cost, part.left_out - sum(wish.weights[number] for number in later))


def _grow(part: _Part, wish: Wish, number: int, calendar: Calendar) -> list[_Part]:
    """One due more: on each day that it can have, or left out."""
    due = wish.dues[number]
    days = [index for index in possible(wish, number, calendar, part.last) if not part.days or index > part.days[-1]]
    latest = _limit(due, part.last, [calendar.days[index] for index in days])
    grown = [
        _Part(
            part.cost + _day_cost(due, calendar.days[index], part.last, latest, calendar),
            part.left_out,
            (*part.days, index),
            (*part.served, number),
            calendar.days[index],
        )
        for index in days
    ]
    return [*grown, _Part(part.cost, part.left_out + wish.weights[number], part.days, part.served, part.last)]


def _target(due: Due, last: date | None) -> date:
    return last + timedelta(days=due.interval) if due.rolling and last else due.due_on


def _limit(due: Due, last: date | None, days: Sequence[date]) -> date:
    """The last day inside the tolerance; where none of the days is (a week of holidays), the first that there is."""
    if due.mandatory and not due.tier_reason:
        return date.max
    slack = due.rolling or due.mandatory
    latest = _target(due, last) + timedelta(days=slack_days(due.interval) if slack else 0)
    return max(latest, days[0]) if days else latest


def _day_cost(due: Due, day: date, last: date | None, latest: date, calendar: Calendar) -> int:
    target = _target(due, last)
    waited = (day - max(target, calendar.days[0])).days
    if due.mandatory or target < calendar.days[0]:
        first = due.mandatory and due.deadline is not None and due.deadline < calendar.days[0]
        cost = max(0, waited) * (WAIT * _PRESSING if first else max(WAIT // 5, WAIT // max(1, due.rank)))
    elif due.rolling:
        slack = max(1, slack_days(due.interval))
        away = min(abs((day - target).days), slack)
        cost = EDGE * away * away // (slack * slack)
    else:
        cost = 0
    if target < calendar.days[0] and (due.tier_reason or not due.mandatory):
        # Overdue, but perhaps not yet beyond its tolerance; who is, has waiting priced already.
        latest = target + timedelta(days=slack_days(due.interval))
    if day > latest >= calendar.days[0]:
        cost += LATE + WAIT * (day - latest).days
    return cost


def _whole_cost(part: _Part, wish: Wish, calendar: Calendar) -> int:
    """With what follows from all the days together: visits moved, and a long wait at the end."""
    chosen = {calendar.days[index] for index in part.days}
    cost = part.cost + CHANGE * len(wish.previous - chosen)
    due = wish.dues[-1]
    if part.last and due.interval:
        idle = (calendar.days[-1] - part.last).days - due.interval - slack_days(due.interval)
        cost += LATE if idle > 0 else 0
    return cost


def _pruned(parts: list[_Part], final: bool) -> list[_Part]:
    """The best parts, some for each last day, so that a late first visit is not lost before its time."""
    if len(parts) <= _BEAM and not final:
        return parts
    by_last: dict[tuple[date | None, bool], int] = {}
    kept = []
    room = max(4, _BEAM // max(1, len({(part.last, bool(part.left_out)) for part in parts})))
    for part in sorted(parts, key=lambda part: (part.left_out, part.cost, part.days)):
        group = (part.last, bool(part.left_out))
        if by_last.get(group, 0) < room or (final and not part.left_out):
            by_last[group] = by_last.get(group, 0) + 1
            kept.append(part)
    return kept


def _chosen(found: list[Pattern], most: int) -> list[Pattern]:
    """The cheapest, but some with each day that occurs."""
    ordered = sorted(found, key=lambda one: (one.left_out + one.cost, one.days))
    if len(ordered) <= most:
        return ordered
    uses: dict[int, int] = {}
    kept: list[Pattern] = []
    for one in ordered:
        if any(uses.get(day, 0) < _A_DAY for day in one.days):
            kept.append(one)
            for day in one.days:
                uses[day] = uses.get(day, 0) + 1
    taken = set(map(id, kept))
    rest = [one for one in ordered if id(one) not in taken]
    return [*kept, *rest][:most]
