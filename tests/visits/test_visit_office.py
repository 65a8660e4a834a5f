"""A generated office's month: what a manager would ask of the plan, beside the one made by hand."""

from __future__ import annotations

import pytest

from benchmarks._by_hand import by_hand, ours
from benchmarks._offices import office_month
from benchmarks.office import ABSENT, _replanned
from cmkit.visits.search.problem import Budget


@pytest.mark.parametrize("seed", [4, 6])
def test_a_generated_month(seed: int) -> None:
    """Sixty clients have room: everything that is due is planned, events by their day, all spacing kept."""
    office = office_month(seed, 60)
    hand, plan = by_hand(office), ours(office, office.plan(Budget(500)))
    assert (plan.left, plan.overdue, plan.events_late, plan.spacing) == (0, 0, 0, 0)
    assert plan.visits >= hand.visits
    assert plan.minutes * hand.visits < hand.minutes * plan.visits, "fewer minutes on the road a visit"


def test_a_generator_makes_the_same_office_again() -> None:
    assert office_month(4, 30).clients == office_month(4, 30).clients
    assert office_month(4, 30).clients != office_month(5, 30).clients


def test_one_day_of_absence_moves_little_else() -> None:
    office = office_month(4, 60)
    first = office.plan(Budget(500))
    again = _replanned(office, first, "plain")
    hit = {visit.client_id for visit in first.visits if visit.date == ABSENT}
    later = {(v.client_id, v.date) for v in first.visits if v.date and v.date > ABSENT and v.client_id not in hit}
    moved = later - {(visit.client_id, visit.date) for visit in again.visits}
    assert not any(visit.date == ABSENT for visit in again.visits)
    assert len(moved) * 10 <= len(later)
