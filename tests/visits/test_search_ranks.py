from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cmkit.visits.search.problem import Choice, Problem, Stop, Tour
from cmkit.visits.search.ranks import ROOM, squeeze

DAY = 30_000


def world(*costs: tuple[int, ...]) -> Problem:
    """One stop for each group of costs, the last of a group for leaving it out; one day of 30,000 seconds."""
    stops = tuple(Stop(tuple(Choice((0,), cost) for cost in group[:-1]), group[-1]) for group in costs)
    nodes = len(stops) + 1
    return Problem(stops, (Tour(0, finish=DAY),), [1000] * nodes * nodes, 1)


def test_what_fits_stays_as_it_is() -> None:
    assert squeeze(world((0, 7), (3, 10**15))) == {0: 0, 3: 3, 7: 7, 10**15: 10**15}


def test_ranks_move_together_and_keep_their_order() -> None:
    """Two visits of two legs are less than 4,001 seconds on the road; each rank is one more than all below it."""
    told = squeeze(world((0, 10**20), (0, 10**40)))
    assert told == {0: 0, 10**20: 4001 + 1, 10**40: 4002 + 4001 + 1}


def test_inside_a_rank_the_figures_keep_their_proportion() -> None:
    """Three clients at 10**40 are worth as much as one at 3 * 10**40: no rank between them."""
    told = squeeze(world((10**40,), (10**40,), (10**40,), (3 * 10**40,)))
    assert told[3 * 10**40] == 3 * told[10**40]


@given(st.lists(st.lists(st.integers(0, 10**45), min_size=1, max_size=4).map(tuple), max_size=12))
def test_a_cost_above_all_lower_ones_together_stays_above_them(groups: list[tuple[int, ...]]) -> None:
    problem = world(*groups)
    told = squeeze(problem)
    road = 2 * len(groups) * 1000
    assert sum(max(told[cost] for cost in group) for group in groups) + road < ROOM
    for cost in told:
        below = [max((one for one in group if one < cost), default=0) for group in groups]
        if cost > sum(below) + min(road, DAY) + 1:
            assert told[cost] > sum(told[one] for one in below if one in told)
    assert sorted(told, key=lambda cost: (told[cost], cost)) == sorted(told)
