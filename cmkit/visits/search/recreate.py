"""Putting clients back: each with the choice of days that costs least, each visit at its best place."""

from __future__ import annotations

from cmkit.visits.search.arrays import COST, ONE_DAY, OUT, SHORT, SKIP_CHOICE, SKIP_ROUTE, State, Task, Work
from cmkit.visits.search.problem import FAR
from cmkit.visits.search.routes import PLACE_BITS, draw, find_place, find_timed_place, put, sort_run, take

KEY_BITS = 16
ANY, HEAVY, FAR_OFF, ORDERS = 2, 8, 12, 13
"""Of 13 turns two put clients back in any order, six the heaviest first, four the farthest, one the nearest."""
ROUTE_BLINK, CHOICE_BLINK = 200, 40
"""One route in a hundred and one choice in twenty are overlooked, so that the search does not run in circles."""


def look(task: Task, state: State, work: Work, client: int, route: int) -> None:
    """Find a client's best place in a route, and keep it until the route changes."""
    if task.timed:
        more = find_timed_place(task, state, client, route)
    else:
        first = route * task.width + 1
        row = client * (task.clients + 1)
        more = find_place(state.seq, state.leg, task.dist, row, first, first + state.size[route] + 1)
    at = client * len(task.route_day) + route
    work.place_at[at] = more & ((1 << PLACE_BITS) - 1)
    work.place_cost[at] = more >> PLACE_BITS
    work.place_version[at] = state.version[route]


def best_routes(task: Task, state: State, work: Work, client: int, first_day: int, stop_day: int) -> int:
    """The detour of a visit on some of the client's days (counted in ``day_of``), in the route where it is least.

    What a visit costs at least on any of them comes back: nothing can be said (-FAR) where a way through a place is
    shorter than the way past it.
    """
    num, version, cached, costs = state.num, state.version, work.place_version, work.place_cost
    size, load, busy, kind = state.size, state.load, state.busy, task.kind
    day_of, day_route, capacity, most, span = task.day_of, task.day_route, task.capacity, task.most, task.span
    room, time = task.demand[client], 0 if task.timed else task.service[client]
    known = client * len(task.route_day)
    least = FAR
    for of in range(first_day, stop_day):
        day = day_of[of]
        best = FAR
        chosen = -1
        empty = 0
        for route in range(day_route[day], day_route[day + 1]):
            if load[route] + room > capacity[route] or size[route] >= most[route]:
                continue
            if size[route] == 0:
                # An empty route like the one before it offers nothing new.
                if kind[route] == empty:
                    continue
                empty = kind[route]
            num[SKIP_ROUTE] -= 1
            if num[SKIP_ROUTE] < 0:
                num[SKIP_ROUTE] = draw(num, ROUTE_BLINK)
                continue
            at = known + route
            if cached[at] != version[route]:
                look(task, state, work, client, route)
            if costs[at] < best and busy[route] + costs[at] + time <= span[route]:
                best = costs[at]
                chosen = route
        work.day_cost[day] = best
        work.day_best[day] = chosen
        if best < least:  # noqa: PLR1730 - twice as quick as min() in the interpreter
            least = best
    return least if least >= 0 else -FAR


def put_back(task: Task, state: State, work: Work, client: int) -> None:
    """Give a client its best choice and put each of its visits at its best place."""
    num, day_cost, visit_day, choice_cost = state.num, work.day_cost, task.visit_day, task.choice_cost
    least = best_routes(task, state, work, client, task.client_day[client], task.client_day[client + 1])
    home = task.client_choice[client + 1] - 1
    best = choice_cost[home]
    chosen = home
    for choice in range(task.client_choice[client], home):
        cost = choice_cost[choice]
        if cost + least >= best:
            # The choices stand in the order of their costs: no other can be better.
            break
        num[SKIP_CHOICE] -= 1
        if num[SKIP_CHOICE] < 0:
            num[SKIP_CHOICE] = draw(num, CHOICE_BLINK)
            continue
        for at in range(task.choice_visit[choice], task.choice_visit[choice + 1]):
            if day_cost[visit_day[at]] >= FAR:
                cost = FAR << 10
                break
            cost += day_cost[visit_day[at]]
        if cost < best:
            best = cost
            chosen = choice
    state.choice[client] = chosen
    num[COST] += choice_cost[chosen]
    num[SHORT] += task.choice_short[chosen]
    for at in range(task.choice_visit[chosen], task.choice_visit[chosen + 1]):
        put(task, state, work, client, work.day_best[visit_day[at]])


def put_visit(task: Task, state: State, work: Work, place: int) -> None:
    """Put one visit back on its own day; where it no longer fits, the client is planned anew."""
    num = state.num
    client = work.out[place]
    day = num[ONE_DAY]
    of = task.client_day[client]
    while task.day_of[of] != day:
        of += 1
    best_routes(task, state, work, client, of, of + 1)
    if work.day_best[day] >= 0:
        put(task, state, work, client, work.day_best[day])
        return
    choice = state.choice[client]
    work.out_choice[place] = choice
    nodes = task.clients + 1
    for at in range(task.choice_visit[choice], task.choice_visit[choice + 1]):
        other = task.visit_day[at]
        if other != day:
            work.out_at[place * task.days + other] = state.where[other * nodes + client]
            take(task, state, work, client, other)
    num[COST] -= task.choice_cost[choice]
    num[SHORT] -= task.choice_short[choice]
    put_back(task, state, work, client)


def recreate(task: Task, state: State, work: Work) -> None:
    """Put everybody back, one after the other: in any order, the heaviest first, the farthest or the nearest first."""
    num, keys, out = state.num, work.keys, work.out
    count = num[OUT]
    how = draw(num, ORDERS)
    for place in range(count):
        client = out[place]
        if how < ANY:
            key = draw(num, 1 << 20)
        elif how < HEAVY:
            key = (1 << 40) - task.weight[client]
        elif how < FAR_OFF:
            key = (1 << 40) - task.dist[client]
        else:
            key = task.dist[client]
        keys[place] = (key << KEY_BITS) + place
    sort_run(keys, count)
    for at in range(count):
        place = keys[at] & ((1 << KEY_BITS) - 1)
        if num[ONE_DAY] >= 0:
            put_visit(task, state, work, place)
        else:
            put_back(task, state, work, out[place])
