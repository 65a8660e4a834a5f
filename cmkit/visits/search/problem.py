"""What is asked of the search and what it answers; every figure is a whole number (seconds of a day, as a rule).

Strict orders are told by size: where each missed visit of a higher rank costs more than everything below it can cost
together, no plan misses one for the sake of the lower ones. Such figures may be as large as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FAR = 1 << 50
"""No limit."""
LONGEST = 1 << 40
"""Distances, services and demands stay below."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One set of days for a client; ``cost`` is what speaks against it, ``short`` that it leaves a visit out."""

    days: tuple[int, ...]
    cost: int = 0
    short: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """One client: its choices of days, and what it costs to leave it out altogether.

    A visit takes ``service`` (time) and ``demand`` (room in the vehicle). ``windows`` tell by day from when to when it
    may begin; without one (None, or a shorter tuple) it may begin at any time. ``pauses`` cut a window in two: nothing
    begins after the first and before the second figure (a shop that is closed over noon).
    """

    choices: tuple[Choice, ...]
    missed: int
    service: int = 0
    demand: int = 0
    windows: tuple[tuple[int, int] | None, ...] = ()
    pauses: tuple[tuple[int, int] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Tour:
    """One vehicle, or one manager, on one day: it leaves the base at ``start`` or later and is back by ``finish``.

    ``capacity`` limits the sum of demands, ``most`` the number of visits.
    """

    day: int
    capacity: int = FAR
    start: int = 0
    finish: int = FAR
    most: int = FAR


@dataclass(frozen=True, slots=True)
class Problem:
    """Stops, and tours in the order of their days (counted from 0).

    ``dist`` holds the times between places row by row, the same in both directions: place 0 is the base, place ``n``
    the ``n``-th stop.
    """

    stops: tuple[Stop, ...]
    tours: tuple[Tour, ...]
    dist: Sequence[int]
    days: int


@dataclass(frozen=True, slots=True)
class Solution:
    """The plan: for each tour its stops in order (numbered from 1), for each stop its days (none: left out).

    ``cost`` is travel and what choices and missed stops cost, in the figures of the problem.
    """

    tours: tuple[tuple[int, ...], ...]
    choices: tuple[tuple[int, ...], ...]
    cost: int
    iterations: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Iterations fix the plan; seconds only stop the search. Without iterations the seconds are used up."""

    iterations: int = 0
    seconds: float = 0.0


Progress = Callable[[float, int], None]
"""Told now and then: the share of the budget that is spent (0 to 1), and the cost of the best plan."""


def cost_of(problem: Problem, tours: Sequence[Sequence[int]], choices: Sequence[Sequence[int]]) -> int:
    """What a plan costs, reckoned afresh from the problem."""
    nodes = len(problem.stops) + 1
    total = 0
    for tour in tours:
        here = 0
        for there in (*tour, 0):
            total += problem.dist[here * nodes + there]
            here = there
    for stop, days in zip(problem.stops, choices, strict=True):
        total += min((c.cost for c in stop.choices if c.days == tuple(days)), default=stop.missed)
    return total
