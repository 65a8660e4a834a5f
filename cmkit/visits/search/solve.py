"""From a problem told in lists to a plan: laying out the arrays, the temperatures, the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import lru_cache

from cmkit.visits.search.arrays import MARGIN, NUMBERS, RANDOM, BEST, FAR, State, Task, Work
from cmkit.visits.search.engines import PLAIN, engine

STAGES = 400
NEAREST = 100
LAST_HEAT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Choice:
    """One set of days for a client; ``cost`` is what speaks against it, ``short`` that it leaves a visit out."""

    days: tuple[int, ...]
    cost: int = 0
    short: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """One client: minutes and room it takes, its choices of days, and what it costs to leave it out altogether."""

    choices: tuple[Choice, ...]
    missed: int
    service: int = 0
    demand: int = 0
    windows: tuple[tuple[int, int] | None, ...] = ()
    """By day, when a visit may begin; empty or None: at any time."""


@dataclass(frozen=True, slots=True)
class Tour:
    """One vehicle (or one manager) on one day."""

    day: int
    capacity: int = FAR
    start: int = 0
    finish: int = FAR


@dataclass(frozen=True, slots=True)
class Problem:
    """Stops (distances count them from 1, the base is 0), tours in the order of days."""

    stops: tuple[Stop, ...]
    tours: tuple[Tour, ...]
    dist: Sequence[int]
    days: int


@dataclass(frozen=True, slots=True)
class Solution:
    """The tours as lists of clients, the days of each client, and the cost that the search reckons."""

    tours: tuple[tuple[int, ...], ...]
    choices: tuple[tuple[int, ...], ...]
    cost: int
    iterations: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Budget:
    """Iterations fix the plan; seconds only stop the search. Without iterations the seconds are used up."""

    iterations: int = 0
    seconds: float = 0.0


@lru_cache(maxsize=1)
def logs() -> tuple[int, ...]:
    """-ln of evenly spread chances, in 1/65536: reckoned in Decimal, so equal on every machine."""
    with localcontext() as context:
        context.prec = 20
        step = Decimal(2 * MARGIN)
        return tuple(int(-(Decimal(2 * k + 1) / step).ln() * 65536) for k in range(MARGIN))


def solve(problem: Problem, *, seed: int, budget: Budget, name: str = PLAIN, clock: Callable[[], float] = time.process_time) -> Solution:
    """The best plan found within the budget."""
    begun = clock()
    using = engine(name)
    task = lay_out(problem, using.array)
    state, work = _blank(task, seed, using.array)
    using.begin(task, state, work)
    hot = first_heat(task)
    done = 0
    if budget.iterations:
        for stage in range(STAGES):
            count = budget.iterations * (stage + 1) // STAGES - done
            using.anneal(task, state, work, count, heat_at(hot, stage * 1000 // STAGES))
            done += count
            if budget.seconds and clock() - begun > budget.seconds:
                break
    else:
        count = 20
        begun = clock()
        while (spent := (clock() - begun) / budget.seconds) < 1:
            before = clock()
            using.anneal(task, state, work, count, heat_at(hot, int(spent * 1000)))
            done += count
            taken = clock() - before
            count = max(1, min(4 * count, int(count * budget.seconds / STAGES / max(taken, 1e-6))))
    return _read(task, state, done, clock() - begun)


def first_heat(task: Task) -> int:
    """The mean distance from a client to the five nearest."""
    nodes = task.clients + 1
    total = count = 0
    for client in range(1, nodes):
        row = client * task.nearest
        for at in range(row + 1, min(row + 6, row + task.nearest)):
            total += task.dist[client * nodes + task.near[at]]
            count += 1
    return int(total // max(1, count))


@lru_cache(maxsize=4096)
def heat_at(hot: int, mille: int) -> int:
    """The temperature when so many thousandths of the budget are spent: it falls by the same share each time."""
    with localcontext() as context:
        context.prec = 20
        return int(Decimal(hot) * (LAST_HEAT.ln() * mille / 1000).exp())


def lay_out(problem: Problem, array: Callable[[list[int]], list[int]]) -> Task:
    """The problem in flat arrays."""
    nodes = len(problem.stops) + 1
    nearest = min(NEAREST, nodes - 1)
    near = [0] * nearest
    for client in range(1, nodes):
        row = problem.dist[client * nodes : (client + 1) * nodes]
        near += sorted(range(1, nodes), key=lambda other: (other != client, row[other], other))[:nearest]
    day_route = [sum(1 for tour in problem.tours if tour.day < day) for day in range(problem.days + 1)]
    client_choice, cost, short, choice_visit, visit_day, client_day, day_of = [0, 0], [], [], [0], [], [0, 0], []
    for stop in problem.stops:
        for choice in (*stop.choices, Choice((), stop.missed, short=True)):
            cost.append(choice.cost)
            short.append(int(choice.short))
            visit_day += choice.days
            choice_visit.append(len(visit_day))
        client_choice.append(len(cost))
        day_of += sorted({day for choice in stop.choices for day in choice.days})
        client_day.append(len(day_of))
    opens, closes = [0] * (nodes * problem.days), [FAR] * (nodes * problem.days)
    timed = 0
    for client, stop in enumerate(problem.stops, 1):
        for day, window in enumerate(stop.windows):
            if window:
                opens[day * nodes + client], closes[day * nodes + client] = window
                timed = 1
    return Task(
        clients=nodes - 1, days=problem.days, width=nodes + 2, timed=timed, nearest=nearest,
        dist=array(list(problem.dist)), near=array(near), demand=array([0, *(s.demand for s in problem.stops)]),
        service=array([0, *(s.service for s in problem.stops)]), route_day=array([t.day for t in problem.tours]),
        day_route=array(day_route), capacity=array([t.capacity for t in problem.tours]),
        start=array([t.start for t in problem.tours]), finish=array([t.finish for t in problem.tours]),
        opens=array(opens), closes=array(closes), client_choice=array(client_choice), choice_cost=array(cost),
        choice_short=array(short), choice_visit=array(choice_visit), visit_day=array(visit_day or [0]),
        client_day=array(client_day), day_of=array(day_of or [0]), logs=array(list(logs())),
    )


def _blank(task: Task, seed: int, array: Callable[[list[int]], list[int]]) -> tuple[State, Work]:
    routes, nodes = len(task.route_day), task.clients + 1

    def zeros(count: int, value: int = 0) -> list[int]:
        return array([value] * count)

    row = routes * task.width
    num = zeros(NUMBERS)
    num[RANDOM] = ((seed + 1) * 0x9E3779B97F4A7C15) % ((1 << 61) - 1) | 1
    state = State(
        num, zeros(row), zeros(row), zeros(row), zeros(row), zeros(routes), zeros(routes), zeros(routes),
        zeros(routes), zeros(nodes), zeros(nodes * task.days, -1), zeros(row), zeros(routes), zeros(nodes),
    )
    for route in range(routes):
        state.early[route * task.width] = task.start[route]
        state.late[route * task.width + 1] = task.finish[route]
    known = nodes * routes
    work = Work(
        zeros(routes), zeros(routes, -1), zeros(row), zeros(row), zeros(row), zeros(row), zeros(routes),
        zeros(routes), zeros(routes), zeros(routes), zeros(nodes), zeros(nodes * task.days), zeros(nodes),
        zeros(nodes), zeros(task.days), zeros(task.days), zeros(routes, -1), zeros(known), zeros(known), zeros(known, -1),
    )
    return state, work


def _read(task: Task, state: State, iterations: int, seconds: float) -> Solution:
    tours = []
    for route in range(len(task.route_day)):
        first = route * task.width + 1
        tours.append(tuple(int(c) for c in state.best_seq[first : first + state.best_size[route]]))
    choices = []
    for client in range(1, task.clients + 1):
        choice = state.best_choice[client]
        choices.append(tuple(int(d) for d in task.visit_day[task.choice_visit[choice] : task.choice_visit[choice + 1]]))
    return Solution(tuple(tours), tuple(choices), int(state.num[BEST]), iterations, seconds)
