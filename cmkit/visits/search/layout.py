"""From a problem told in objects to flat arrays, and back to a solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from functools import lru_cache

from cmkit.visits.search.arrays import BEST, COST, MARGIN, NUMBERS, RANDOM, SHORT, State, Task, Work
from cmkit.visits.search.problem import FAR, LONGEST, Choice, Problem, Solution, Stop, Tour
from cmkit.visits.search.ranks import squeeze
from cmkit.visits.search.routes import PLACE_BITS

NEAREST = 100
_SPREAD, _PRIME = 0x9E3779B97F4A7C15, (1 << 61) - 1

Array = Callable[[list[int]], list[int]]


def check(problem: Problem) -> None:
    """A ValueError where the problem is not one that the search can read."""
    nodes = len(problem.stops) + 1
    if nodes >= 1 << PLACE_BITS:
        raise ValueError(f"at most {(1 << PLACE_BITS) - 2} stops")
    if len(problem.dist) != nodes * nodes:
        raise ValueError("dist must hold a row for the base and each stop")
    rows = [list(problem.dist[at * nodes : (at + 1) * nodes]) for at in range(nodes)]
    if any(list(column) != row for column, row in zip(zip(*rows, strict=True), rows, strict=True)):
        raise ValueError("dist must be the same in both directions")
    figures = [*problem.dist, *(f for s in problem.stops for f in (s.service, s.demand))]
    if min(figures) < 0 or max(figures) >= LONGEST:
        raise ValueError("distances, services and demands must lie between 0 and LONGEST")
    if any(min(stop.missed, *(choice.cost for choice in stop.choices), 0) < 0 for stop in problem.stops):
        raise ValueError("costs must not be negative")
    days = [tour.day for tour in problem.tours]
    if days != sorted(days) or any(not 0 <= day < problem.days for day in days):
        raise ValueError("tours must be in the order of their days")
    for stop in problem.stops:
        if any(tuple(sorted({*c.days})) != c.days or not {*c.days} <= {*range(problem.days)} for c in stop.choices):
            raise ValueError("the days of a choice must be in order, each once")


@lru_cache(maxsize=1)
def logs() -> tuple[int, ...]:
    """-ln of evenly spread chances, in 1/65536: reckoned in Decimal, so equal on every machine."""
    with localcontext() as context:
        context.prec = 20
        step = Decimal(2 * MARGIN)
        return tuple(int(-(Decimal(2 * k + 1) / step).ln() * 65536) for k in range(MARGIN))


def lay_out(problem: Problem, array: Array) -> Task:
    """The problem in flat arrays."""
    stops, tours, nodes = problem.stops, problem.tours, len(problem.stops) + 1
    nearest = min(NEAREST, nodes - 1)
    near = [0] * nearest
    for client in range(1, nodes):
        row = problem.dist[client * nodes : (client + 1) * nodes]
        near += sorted(range(1, nodes), key=lambda other: (other != client, row[other], other))[:nearest]
    opens, closes = _by_slot(problem, [stop.windows for stop in stops], (0, FAR))
    rests, resumes = _by_slot(problem, [stop.pauses for stop in stops], (FAR, 0))
    first, cost, short, first_visit, visit_day = _choices(problem)
    days_of = [sorted({day for choice in stop.choices for day in choice.days}) for stop in stops]
    return Task(
        clients=nodes - 1,
        days=problem.days,
        width=nodes + 2,
        timed=int(any(span for stop in stops for span in (*stop.windows, *stop.pauses))),
        single=int(len({tour.day for tour in tours}) == len(tours)),
        nearest=nearest,
        dist=array(list(problem.dist)),
        near=array(near),
        demand=array([0, *(stop.demand for stop in stops)]),
        service=array([0, *(stop.service for stop in stops)]),
        weight=array([0, *(s.demand * max((len(c.days) for c in s.choices), default=0) for s in stops)]),
        route_day=array([tour.day for tour in tours]),
        day_route=array([sum(tour.day < day for tour in tours) for day in range(problem.days + 1)]),
        capacity=array([tour.capacity for tour in tours]),
        most=array([tour.most for tour in tours]),
        start=array([tour.start for tour in tours]),
        finish=array([tour.finish for tour in tours]),
        span=array([tour.finish - tour.start for tour in tours]),
        kind=array(_kinds(tours)),
        opens=array(opens),
        closes=array(closes),
        rests=array(rests),
        resumes=array(resumes),
        client_choice=array(first),
        choice_cost=array(cost),
        choice_short=array(short),
        choice_visit=array(first_visit),
        visit_day=array(visit_day),
        client_day=array([0, *_starts([[], *days_of])]),
        day_of=array([day for days in days_of for day in days] or [0]),
        logs=array(list(logs())),
    )


def _starts(lists: Sequence[Sequence[int]]) -> list[int]:
    """Where each list ends when they are laid one after the other."""
    total = 0
    return [total := total + len(one) for one in lists]


def _kinds(tours: Sequence[Tour]) -> list[int]:
    known: dict[Tour, int] = {}
    return [known.setdefault(tour, len(known) + 1) for tour in tours]


def _by_slot(
    problem: Problem, told: Sequence[Sequence[tuple[int, int] | None]], usual: tuple[int, int]
) -> tuple[list[int], list[int]]:
    """Windows or pauses of the stops by slot: from when, and to when."""
    nodes = len(problem.stops) + 1
    first, last = ([figure] * (nodes * problem.days) for figure in usual)
    for client, spans in enumerate(told, 1):
        for day, span in enumerate(spans):
            if span:
                first[day * nodes + client], last[day * nodes + client] = span
    return first, last


def options(stop: Stop) -> tuple[Choice, ...]:
    """The choices of a stop, the cheapest first, the last of them to leave it out."""
    return (*sorted(stop.choices, key=lambda choice: choice.cost), Choice((), stop.missed, short=True))


def _choices(problem: Problem) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    told = squeeze(problem)
    first, first_visit = [0, 0], [0]
    cost: list[int] = []
    short: list[int] = []
    visit_day: list[int] = []
    for stop in problem.stops:
        for choice in options(stop):
            cost.append(told[choice.cost])
            short.append(int(choice.short))
            visit_day += choice.days
            first_visit.append(len(visit_day))
        first.append(len(cost))
    return first, cost, short, first_visit, visit_day or [0]


def blank(task: Task, seed: int, array: Array) -> tuple[State, Work]:
    """Empty routes, nobody planned."""
    routes, nodes = len(task.route_day), task.clients + 1
    row, slots, known = routes * task.width, nodes * task.days, nodes * routes

    def fill(count: int, value: int = 0) -> list[int]:
        return array([value] * max(1, count))

    num = fill(NUMBERS)
    num[RANDOM] = ((seed + 1) * _SPREAD) % _PRIME | 1
    seq, leg, early, late, best = (fill(row) for _each in range(5))
    state = State(
        num, seq, leg, early, late, fill(routes), fill(routes), fill(routes), fill(routes),
        fill(nodes, -1), fill(slots, -1), best, fill(routes), fill(nodes, -1),
    )  # fmt: skip
    old_seq, old_leg, old_early, old_late = (fill(row) for _each in range(4))
    old_size, old_load, old_busy, old_version = (fill(routes) for _each in range(4))
    work = Work(
        fill(routes), fill(routes, -1), old_seq, old_leg, old_early, old_late, old_size, old_load, old_busy, old_version,
        fill(nodes), fill(slots), fill(nodes), fill(nodes), fill(task.days), fill(task.days), fill(routes, -1),
        fill(known), fill(known), fill(known, -1),
    )  # fmt: skip
    return state, work


def seat(problem: Problem, task: Task, state: State, plan: Solution) -> None:
    """Begin with a plan: whoever has one of its choices there, and does not break a limit, is taken over."""
    kept = {
        client: options(stop).index(found)
        for client, (stop, days) in enumerate(zip(problem.stops, plan.choices, strict=True), 1)
        if (found := min((c for c in stop.choices if c.days == tuple(days)), key=lambda c: c.cost, default=None))
    }
    seated = _cleared(problem, plan, kept)
    for client in sorted(kept):
        choice = task.client_choice[client] + kept[client]
        state.choice[client] = choice
        state.num[COST] += task.choice_cost[choice]
        state.num[SHORT] += task.choice_short[choice]
    nodes = task.clients + 1
    for route, clients in enumerate(seated):
        first = route * task.width
        for at, (here, there) in enumerate(zip((0, *clients), (*clients, 0), strict=True), first + 1):
            state.seq[at] = there
            state.leg[at] = task.dist[here * nodes + there]
            state.num[COST] += state.leg[at]
            state.busy[route] += state.leg[at] + task.service[there]
            state.load[route] += task.demand[there]
            if there:
                state.where[task.route_day[route] * nodes + there] = route
        state.size[route] = len(clients)


def _cleared(problem: Problem, plan: Solution, kept: dict[int, int]) -> list[tuple[int, ...]]:
    """The tours of a plan without those who are not kept; who breaks a limit is struck from ``kept`` as well."""
    days = {client: options(problem.stops[client - 1])[at].days for client, at in kept.items()}
    held = [(tour.day, client) for tour, clients in zip(problem.tours, plan.tours, strict=True) for client in clients]
    for client in list(kept):
        if sorted(day for day, other in held if other == client) != list(days[client]):
            del kept[client]
    while True:
        tours = [tuple(client for client in clients if client in kept) for clients in plan.tours]
        broken = next((b for t, c in zip(problem.tours, tours, strict=True) if (b := breaks(problem, t, c))), 0)
        if not broken:
            return tours
        del kept[broken]


def breaks(problem: Problem, tour: Tour, clients: Sequence[int]) -> int:
    """The first client of a tour by whom a limit is broken; 0 where all is well."""
    nodes = len(problem.stops) + 1
    now, load, here = tour.start, 0, 0
    for count, client in enumerate(clients, 1):
        stop = problem.stops[client - 1]
        window = stop.windows[tour.day] if tour.day < len(stop.windows) else None
        pause = stop.pauses[tour.day] if tour.day < len(stop.pauses) else None
        opens, closes = window or (0, FAR)
        rests, resumes = pause or (FAR, 0)
        now = max(now + problem.dist[here * nodes + client], opens)
        now = max(now, resumes) if now > rests else now
        load += stop.demand
        leaves = now + stop.service
        if now > closes or load > tour.capacity or count > tour.most:
            return client
        if leaves + problem.dist[client * nodes] > tour.finish:
            return client
        now, here = leaves, client
    return 0


def read(problem: Problem, task: Task, state: State) -> Solution:
    """The best plan found."""
    tours = []
    for route in range(len(task.route_day)):
        first = route * task.width + 1
        tours.append(tuple(int(client) for client in state.best_seq[first : first + state.best_size[route]]))
    choices, cost = [], int(state.num[BEST])
    for client, stop in enumerate(problem.stops, 1):
        at = int(state.best_choice[client])
        choice = options(stop)[at - task.client_choice[client]]
        choices.append(choice.days)
        cost += choice.cost - int(task.choice_cost[at])
    return Solution(tuple(tours), tuple(choices), cost)
