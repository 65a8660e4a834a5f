"""What the search works on: flat arrays of integers, plain lists in one engine and NumPy arrays in the other.

A visit on day ``d`` to client ``c`` has the slot ``d * (clients + 1) + c``; route ``r`` keeps its stops from
``r * width`` on, the base (0) at both ends. The last choice of each client is to be left out.
"""

from __future__ import annotations

from typing import NamedTuple

MARGIN = 1 << 10
"""Entries of the table of logarithms that acceptance draws from."""


class Task(NamedTuple):
    """What never changes while the search runs."""

    clients: int
    days: int
    width: int
    timed: int
    """1 where clients have opening windows or pauses; 0 lets a quicker reckoning do."""
    single: int
    """1 where no day has more than one route."""
    nearest: int
    dist: list[int]
    near: list[int]
    """The ``nearest`` clients closest to each client, itself first."""
    demand: list[int]
    service: list[int]
    weight: list[int]
    """What makes a client hard to place: demand times visits."""
    route_day: list[int]
    day_route: list[int]
    """First route of each day; one entry more than days."""
    capacity: list[int]
    most: list[int]
    start: list[int]
    finish: list[int]
    span: list[int]
    """From start to finish."""
    kind: list[int]
    """A number from 1 that routes of a day share which are alike."""
    opens: list[int]
    closes: list[int]
    """The windows in which a visit may begin, by slot."""
    rests: list[int]
    resumes: list[int]
    """The pause inside a window: nothing begins after the one and before the other; FAR and 0 where there is none."""
    client_choice: list[int]
    """First choice of each client; one entry more than clients and base."""
    choice_cost: list[int]
    choice_short: list[int]
    """1 where the choice leaves out a visit that the client should have."""
    choice_visit: list[int]
    visit_day: list[int]
    client_day: list[int]
    day_of: list[int]
    """The days that any choice of a client uses."""
    logs: list[int]


class State(NamedTuple):
    """A plan in the making, what is known of it, and the best so far."""

    num: list[int]
    """The generator, the counters and the cost: see the indexes below."""
    seq: list[int]
    leg: list[int]
    early: list[int]
    late: list[int]
    size: list[int]
    load: list[int]
    busy: list[int]
    """Time a route takes; where there are windows 0, or too much where one is missed."""
    version: list[int]
    choice: list[int]
    where: list[int]
    best_seq: list[int]
    best_size: list[int]
    best_choice: list[int]


class Work(NamedTuple):
    """Scratch paper of one iteration, and the cache of best places."""

    touched: list[int]
    touched_at: list[int]
    old_seq: list[int]
    old_leg: list[int]
    old_early: list[int]
    old_late: list[int]
    old_size: list[int]
    old_load: list[int]
    old_busy: list[int]
    old_version: list[int]
    out: list[int]
    out_at: list[int]
    out_choice: list[int]
    keys: list[int]
    day_cost: list[int]
    day_best: list[int]
    ruined_at: list[int]
    place_cost: list[int]
    place_at: list[int]
    place_version: list[int]


RANDOM, VERSION, COST, BEST, ROUND, OUT, TOUCHED, SHORT, SKIP_ROUTE, SKIP_CHOICE, ONE_DAY, NUMBERS = range(12)
"""Indexes into ``State.num``."""
