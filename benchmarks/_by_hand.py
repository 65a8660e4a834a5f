"""The plan as it is made by hand: who is overdue longest, then by district, a day at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from benchmarks._offices import OfficeMonth
from cmkit.visits.assemble import Book, month_of
from cmkit.visits.due import Due, gap_days
from cmkit.visits.plan import Plan
from cmkit.visits.rounds import Month, Planner
from cmkit.visits.search.problem import Budget


@dataclass(frozen=True)
class Outcome:
    """What a manager asks of a plan."""

    visits: int
    minutes: int
    """On the road."""
    left: int
    """Visits that are due and have no place."""
    overdue: int
    """Of those, visits that were overdue on the day before."""
    events_late: int
    """Events that are not served by their day."""
    spacing: int
    """Pairs of visits of one client nearer than 0.6 of its interval."""


def month_of_office(office: OfficeMonth, budget: Budget | None = None, engine: str = "plain", seed: int = 1) -> Month:
    """The office's month as the planner takes it."""
    book = Book(
        {client.client_id: client for client in office.clients},
        office.spec,
        office.days,
        office.places,
        office.away,
        office.busy,
        seed,
        budget or Budget(),
        engine,
    )
    [owner] = {client.owner_id for client in office.clients}
    return month_of(owner, office.dues, [], {}, book)


def by_hand(office: OfficeMonth) -> Outcome:
    """Each morning: those due, the longest overdue first, as many as a day takes; who opens earlier first, by district.

    Who is not there when the manager comes by is left for another day.
    """
    planner = Planner(month_of_office(office))
    made: dict[tuple[str, date], Due] = {}
    last = dict(office.last)
    waiting = sorted(office.dues, key=lambda due: (due.due_on, due.client_id))
    minutes = visits = 0
    for index, day in enumerate(office.days):
        route = list(planner.routes[index])
        today = [due for due in waiting if _ready(due, day, last, planner, index)][: office.spec.per_day]
        for due in sorted(today, key=lambda due: _turn(office, planner, due)):
            number = _number(planner, due)
            if planner.ground.begins([*route, number]) is not None:
                route.append(number)
                made[due.client_id, day] = due
                last[due.client_id] = day
                waiting.remove(due)
                visits += 1
        minutes += planner.ground.travel(route) // 60
    return Outcome(visits, minutes, *_left(office, made), 0)


def ours(office: OfficeMonth, plan: Plan) -> Outcome:
    """The same figures of a plan of ours."""
    made = {
        (visit.client_id, visit.date or date.min): _due_of(office, visit.client_id, visit.due_on)
        for visit in plan.visits
    }
    minutes = sum(way.travel for way in plan.rounds.values())
    return Outcome(len(plan.visits), minutes, *_left(office, made), _near(office, plan))


def _turn(office: OfficeMonth, planner: Planner, due: Due) -> tuple[bool, str, str]:
    """Mornings first, then by district."""
    window = planner.month.clients[_number(planner, due)].node.window
    afternoon = window is not None and window[0] > 3 * 3600
    return afternoon, office.places.of(due.client_id).district, due.client_id


def _ready(due: Due, day: date, last: dict[str, date], planner: Planner, index: int) -> bool:
    client = planner.month.clients[_number(planner, due)]
    rested = (day - last[due.client_id]).days >= (3 if due.mandatory else gap_days(due.interval))
    if index not in client.wish.open_days or not rested:
        return False
    return due.due_on <= day or (due.deadline is not None and due.opens <= day <= due.deadline)


def _number(planner: Planner, due: Due) -> int:
    return next(n for n, client in enumerate(planner.month.clients) if client.wish.client_id == due.client_id)


def _due_of(office: OfficeMonth, client: str, due_on: date | None) -> Due:
    return next(due for due in office.dues if due.client_id == client and due.due_on == due_on)


def _left(office: OfficeMonth, made: dict[tuple[str, date], Due]) -> tuple[int, int, int]:
    served = set(made.values())
    end = office.days[-1]
    last = dict(office.last) | dict(sorted(made, key=lambda one: one[1]))
    # A weekly client whose last visit is less than a week before the end lacks nothing, nor does an event with days
    # of its own after the end.
    missing = [
        due
        for due in office.dues
        if due not in served
        and min(due.due_on, due.deadline or due.due_on) <= end
        and not (
            (due.deadline is None or due.deadline > end) and last[due.client_id] + timedelta(days=due.interval) > end
        )
    ]
    late = {due for due in missing if due.deadline and due.deadline >= office.days[0]}
    late |= {due for (_client, day), due in made.items() if due.deadline and office.days[0] <= due.deadline < day}
    return len(missing), sum(1 for due in missing if due.overdue_days), len(late)


def _near(office: OfficeMonth, plan: Plan) -> int:
    """Pairs of visits that are too near to each other, or needlessly far from the one before."""
    by_client: dict[str, list[date]] = {}
    for visit in plan.visits:
        by_client.setdefault(visit.client_id, []).append(visit.date or date.min)
    count = 0
    for client, days in by_client.items():
        interval = next(due.interval for due in office.dues if due.client_id == client)
        dues = {due.due_on for due in office.dues if due.client_id == client and due.mandatory}
        ordered = sorted(days)
        gaps = [(after - before).days for before, after in pairwise(ordered)]
        count += sum(1 for gap in gaps if not dues and not 6 * interval <= 10 * gap <= 14 * interval)
    return count
