"""Generated offices' months: what a manager would ask of the plan, beside the one made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import pytest

from benchmarks._by_hand import by_hand, ours
from benchmarks._offices import OfficeMonth, office_month
from benchmarks.office import fullest, moved_by, replanned
from cmkit.facts.records import Client
from cmkit.visits.plan import Plan
from cmkit.visits.search.problem import Budget

SHORT = Budget(300)
OFFICES = pytest.mark.parametrize("seed", range(1, 9))
NEAR, FAR = Fraction(6, 10), Fraction(14, 10)


@lru_cache
def planned(seed: int) -> tuple[OfficeMonth, Plan]:
    """Sixty clients, which a month has room for, and their plan."""
    office = office_month(seed, 60)
    return office, office.plan(SHORT)


@OFFICES
def test_a_generated_month(seed: int) -> None:
    """Everything that is due is planned, more of it than by hand, with fewer minutes on the road a visit."""
    office, plan = planned(seed)
    hand, own = by_hand(office), ours(office, plan)
    assert plan.unplanned == ()
    assert (own.left, own.overdue, own.events_late) == (0, 0, 0)
    assert own.visits >= hand.visits
    assert own.minutes * hand.visits < hand.minutes * own.visits


@OFFICES
def test_every_event_is_visited_before_its_day(seed: int) -> None:
    office, plan = planned(seed)
    first, end = office.days[0], office.days[-1]
    events = {(d.client_id, d.due_on): d for d in office.dues if d.deadline and first <= d.deadline <= end}
    served = {(v.client_id, v.due_on or date.min): v.date or date.max for v in plan.visits}
    assert events
    for key, due in events.items():
        assert due.deadline is not None
        assert due.opens <= served[key] <= due.deadline, due


@OFFICES
def test_every_visit_keeps_its_distance(seed: int) -> None:
    """0.6 to 1.4 of the interval from the visit before to the next and to the month's end.

    Only an event may come sooner (three days), and only who is overdue on the first days waits longer.
    """
    office, plan = planned(seed)
    wrong = [told for client in office.clients for told in strays(office, plan, client)]
    assert wrong == []


def strays(office: OfficeMonth, plan: Plan, client: Client) -> list[tuple[str, date, date]]:
    """Where a client's visits lie too near or too far."""
    interval = office.spec.tiers[client.tier].interval_days
    events = {due.due_on for due in office.dues if due.client_id == client.client_id and due.mandatory}
    last, week = office.last[client.client_id], office.days[4]
    made = sorted((v.date or date.min, v.due_on in events) for v in plan.visits if v.client_id == client.client_id)
    wrong = []
    for (before, _event), (after, event) in pairwise([(last, False), *made]):
        days = (after - before).days
        overdue = before == last and last + timedelta(days=int(FAR * interval)) <= week
        if days < (3 if event else NEAR * interval) or (days > FAR * interval and not overdue):
            wrong.append((client.client_id, before, after))
    final = made[-1][0] if made else last
    if (office.days[-1] - final).days > FAR * interval:
        wrong.append((client.client_id, final, office.days[-1]))
    return wrong


@OFFICES
def test_one_day_of_absence_moves_little_else(seed: int) -> None:
    """The manager is ill on the fullest day: nothing is planned there, and at most a tenth of the rest has moved."""
    office, first = planned(seed)
    ill = fullest(office, first)
    again = replanned(office, first, ill, SHORT)
    need_not, moved = moved_by(first, again, ill)
    assert not any(visit.date == ill for visit in again.visits)
    assert sum(visit.date == ill for visit in first.visits) >= 5
    assert len(need_not) > 20
    assert len(moved) * 10 <= len(need_not)


def test_a_generator_makes_the_same_office_again() -> None:
    assert office_month(4, 30).clients == office_month(4, 30).clients
    assert office_month(4, 30).clients != office_month(5, 30).clients
