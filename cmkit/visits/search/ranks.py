"""Costs of any size brought down to what 64 bits hold, the order of what matters kept.

A cost that exceeds all lower ones together stands on a rank of its own: any plan avoids it first. How much it exceeds
them says nothing more, so the gap may be closed; inside a rank the figures keep their proportions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from cmkit.visits.search.problem import Problem, Stop

ROOM = 1 << 58


def squeeze(problem: Problem) -> Mapping[int, int]:
    """What each cost of the problem becomes: the same where all of them fit."""
    costs = sorted({cost for stop in problem.stops for cost in _costs(stop)})
    road = _road(problem)
    if _worst(problem.stops, max(costs, default=0)) + road < ROOM:
        return {cost: cost for cost in costs}
    ranks = _ranks(problem.stops, [cost for cost in costs if cost], road)
    for loosened in range(ROOM.bit_length()):
        found = _pack(problem.stops, ranks, road, loosened)
        if found is not None:
            return {0: 0, **found}
    raise ValueError("the costs of one rank lie too far apart")


def _costs(stop: Stop) -> list[int]:
    return [stop.missed, *(choice.cost for choice in stop.choices)]


def _road(problem: Problem) -> int:
    """More than all travel together: two legs a visit, but never longer than the tours take."""
    visits = sum(max((len(choice.days) for choice in stop.choices), default=0) for stop in problem.stops)
    legs = 2 * visits * max(problem.dist)
    return min(legs, sum(tour.finish - tour.start for tour in problem.tours)) + 1


def _worst(stops: Sequence[Stop], limit: int, told: Mapping[int, int] | None = None) -> int:
    """The most that costs up to a limit can come to, one a stop (in the new figures where they are given)."""
    worst = [max((cost for cost in _costs(stop) if cost <= limit), default=0) for stop in stops]
    return sum(told[cost] if told and cost else cost for cost in worst)


def _ranks(stops: Sequence[Stop], costs: Sequence[int], road: int) -> list[list[int]]:
    """Costs from the least up; a new rank begins where one exceeds all before it together."""
    ranks: list[list[int]] = [[]]
    for before, cost in pairwise((0, *costs)):
        if cost > _worst(stops, before) + road and ranks[-1]:
            ranks.append([])
        ranks[-1].append(cost)
    return ranks


def _pack(stops: Sequence[Stop], ranks: Sequence[Sequence[int]], road: int, loosened: int) -> dict[int, int] | None:
    """The new figures, or None where they do not fit. Each ``loosened`` bit halves what a rank towers by."""
    told: dict[int, int] = {}
    top = 0
    for rank in ranks:
        least, towered = rank[0], _worst(stops, top) + road
        if least > towered:
            least = min(least, (_worst(stops, top, told) + road >> loosened) + 1)
        told |= {cost: -(-cost * least // rank[0]) for cost in rank}
        top = rank[-1]
    return told if _worst(stops, top, told) + road < ROOM else None
