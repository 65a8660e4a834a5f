"""The search itself: take some clients out of the plan, put each back with its best days, keep what is better.

Slack induction by string removals (Christiaens and Vanden Berghe, Transportation Science 54(2), 2020), extended to
periods: a removed client loses all its visits and returns with the best of its choices. Every function here is
written in the part of Python that numba compiles, so that both engines run this very source and make the same plan:
whole numbers only, flat arrays, no object made on the way.
"""

from __future__ import annotations

from cmkit.visits.search.arrays import (
    BEST,
    COST,
    FAR,
    MARGIN,
    ONE_DAY,
    OUT,
    RANDOM,
    ROUND,
    SHORT,
    SKIP_CHOICE,
    SKIP_ROUTE,
    TOUCHED,
    VERSION,
    State,
    Task,
    Work,
)

LOW = 0xFFFFFFFF
FACTOR = 2051013963
STRING = 10
"""Longest string that is cut out of one route."""
REMOVED = 10
"""Clients taken out in one iteration, on the mean."""


def draw(num: list[int], bound: int) -> int:
    """A number from 0 to ``bound`` - 1: multiply with carry, which stays below 2**63."""
    x = FACTOR * (num[RANDOM] & LOW) + (num[RANDOM] >> 32)
    num[RANDOM] = x
    return (x & LOW) * bound >> 32


def copy_run(source: list[int], target: list[int], first: int, stop: int) -> None:
    """Copy a stretch to the same place of another array."""
    target[first:stop] = source[first:stop]


def close_gap(values: list[int], at: int, stop: int) -> None:
    """Move what follows ``at`` one place to the left."""
    values[at : stop - 1] = values[at + 1 : stop]


def open_gap(values: list[int], at: int, stop: int) -> None:
    """Move what starts at ``at`` one place to the right."""
    values[at + 1 : stop + 1] = values[at:stop]


def sort_run(values: list[int], count: int) -> None:
    """Sort the first ``count`` values."""
    values[:count] = sorted(values[:count])


def keep_route(task: Task, state: State, work: Work, route: int) -> None:
    """Remember a route as it was before this iteration first changes it."""
    num = state.num
    if work.touched_at[route] == num[ROUND]:
        return
    work.touched_at[route] = num[ROUND]
    work.touched[num[TOUCHED]] = route
    num[TOUCHED] += 1
    first = route * task.width
    stop = first + state.size[route] + 2
    copy_run(state.seq, work.old_seq, first, stop)
    copy_run(state.leg, work.old_leg, first, stop)
    if task.timed:
        copy_run(state.early, work.old_early, first, stop)
        copy_run(state.late, work.old_late, first, stop)
    work.old_size[route] = state.size[route]
    work.old_load[route] = state.load[route]
    work.old_busy[route] = state.busy[route]
    work.old_version[route] = state.version[route]


def back_route(task: Task, state: State, work: Work, route: int) -> None:
    """Make a route what it was before this iteration."""
    first = route * task.width
    stop = first + work.old_size[route] + 2
    copy_run(work.old_seq, state.seq, first, stop)
    copy_run(work.old_leg, state.leg, first, stop)
    if task.timed:
        copy_run(work.old_early, state.early, first, stop)
        copy_run(work.old_late, state.late, first, stop)
    state.size[route] = work.old_size[route]
    state.load[route] = work.old_load[route]
    state.busy[route] = work.old_busy[route]
    state.version[route] = work.old_version[route]


def settle(task: Task, state: State, route: int) -> None:
    """Reckon the earliest and latest beginning of each visit of a route anew."""
    seq, leg, early, late = state.seq, state.leg, state.early, state.late
    slot = task.route_day[route] * (task.clients + 1)
    first = route * task.width
    last = first + state.size[route] + 1
    now = task.start[route]
    early[first] = now
    for at in range(first + 1, last + 1):
        client = seq[at]
        now = max(now + task.service[seq[at - 1]] + leg[at], task.opens[slot + client])
        early[at] = now
    now = task.finish[route]
    late[last] = now
    for at in range(last - 1, first, -1):
        client = seq[at]
        now = min(now - task.service[client] - leg[at + 1], task.closes[slot + client])
        late[at] = now


def take(task: Task, state: State, work: Work, client: int, day: int) -> None:
    """Take one visit out of its route."""
    num, seq, leg = state.num, state.seq, state.leg
    nodes = task.clients + 1
    route = state.where[day * nodes + client]
    keep_route(task, state, work, route)
    first = route * task.width
    at = first + 1
    while seq[at] != client:
        at += 1
    stop = first + state.size[route] + 2
    joined = task.dist[seq[at - 1] * nodes + seq[at + 1]]
    less = leg[at] + leg[at + 1] - joined
    leg[at + 1] = joined
    close_gap(seq, at, stop)
    close_gap(leg, at, stop)
    state.size[route] -= 1
    state.load[route] -= task.demand[client]
    state.busy[route] -= less + task.service[client]
    num[VERSION] += 1
    state.version[route] = num[VERSION]
    state.where[day * nodes + client] = -1
    num[COST] -= less
    if task.timed:
        settle(task, state, route)


def put(task: Task, state: State, work: Work, client: int, route: int) -> None:
    """Put one visit at its best place in a route, which the cache knows."""
    num, seq, leg, dist = state.num, state.seq, state.leg, task.dist
    nodes = task.clients + 1
    keep_route(task, state, work, route)
    first = route * task.width
    known = client * len(task.route_day) + route
    at = first + work.place_at[known]
    stop = first + state.size[route] + 2
    open_gap(seq, at, stop)
    open_gap(leg, at, stop)
    seq[at] = client
    leg[at] = dist[client * nodes + seq[at - 1]]
    leg[at + 1] = dist[client * nodes + seq[at + 1]]
    more = work.place_cost[known]
    state.size[route] += 1
    state.load[route] += task.demand[client]
    state.busy[route] += more + task.service[client]
    num[VERSION] += 1
    state.version[route] = num[VERSION]
    state.where[task.route_day[route] * nodes + client] = route
    num[COST] += more
    if task.timed:
        settle(task, state, route)


def find_place(task: Task, state: State, work: Work, client: int, route: int) -> int:
    """The least detour by which a route takes the client; the place goes into the cache."""
    seq, leg, dist = state.seq, state.leg, task.dist
    row = client * (task.clients + 1)
    first = route * task.width
    best = FAR
    place = 1
    before = dist[row]
    for at in range(first + 1, first + state.size[route] + 2):
        after = dist[row + seq[at]]
        more = before + after - leg[at]
        if more < best:
            best = more
            place = at
        before = after
    if state.busy[route] + best + task.service[client] > task.finish[route] - task.start[route]:
        best = FAR
    known = client * len(task.route_day) + route
    work.place_cost[known] = best
    work.place_at[known] = place - first
    work.place_version[known] = state.version[route]
    return best


def find_timed_place(task: Task, state: State, work: Work, client: int, route: int) -> int:
    """The same where visits have windows: a place counts only if the client and all after it still begin in time."""
    seq, leg, dist, early, late, service = state.seq, state.leg, task.dist, state.early, state.late, task.service
    nodes = task.clients + 1
    row = client * nodes
    slot = task.route_day[route] * nodes + client
    opens, closes = task.opens[slot], task.closes[slot]
    first = route * task.width
    best = FAR
    place = first + 1
    for at in range(first + 1, first + state.size[route] + 2):
        before = dist[row + seq[at - 1]]
        begin = max(early[at - 1] + service[seq[at - 1]] + before, opens)
        if begin > closes:
            break
        after = dist[row + seq[at]]
        more = before + after - leg[at]
        if more < best and begin + service[client] + after <= late[at]:
            best = more
            place = at
    known = client * len(task.route_day) + route
    work.place_cost[known] = best
    work.place_at[known] = place - first
    work.place_version[known] = state.version[route]
    return best


def best_route(task: Task, state: State, work: Work, client: int, day: int) -> int:
    """The detour of a visit on a day, in the route where it is least; sometimes a route is overlooked."""
    num, version, cached = state.num, state.version, work.place_version
    demand = task.demand[client]
    known = client * len(task.route_day)
    best = FAR
    chosen = -1
    empty = False
    for route in range(task.day_route[day], task.day_route[day + 1]):
        if state.load[route] + demand > task.capacity[route]:
            continue
        if state.size[route] == 0:
            if empty:
                continue
            empty = True
        num[SKIP_ROUTE] -= 1
        if num[SKIP_ROUTE] < 0:
            num[SKIP_ROUTE] = draw(num, 200)
            continue
        if cached[known + route] == version[route]:
            more = work.place_cost[known + route]
        elif task.timed:
            more = find_timed_place(task, state, work, client, route)
        else:
            more = find_place(task, state, work, client, route)
        if more < best:
            best = more
            chosen = route
    work.day_cost[day] = best
    work.day_best[day] = chosen
    return best


def put_back(task: Task, state: State, work: Work, client: int) -> None:
    """Give a client its best choice and put each of its visits at its best place."""
    num, day_cost, visit_day = state.num, work.day_cost, task.visit_day
    for at in range(task.client_day[client], task.client_day[client + 1]):
        best_route(task, state, work, client, task.day_of[at])
    home = task.client_choice[client + 1] - 1
    best = task.choice_cost[home]
    chosen = home
    for choice in range(task.client_choice[client], home):
        num[SKIP_CHOICE] -= 1
        if num[SKIP_CHOICE] < 0:
            num[SKIP_CHOICE] = draw(num, 20)
            continue
        cost = task.choice_cost[choice]
        for at in range(task.choice_visit[choice], task.choice_visit[choice + 1]):
            cost += day_cost[visit_day[at]]
        if cost < best:
            best = cost
            chosen = choice
    state.choice[client] = chosen
    num[COST] += task.choice_cost[chosen]
    num[SHORT] += task.choice_short[chosen]
    for at in range(task.choice_visit[chosen], task.choice_visit[chosen + 1]):
        put(task, state, work, client, work.day_best[visit_day[at]])


def take_out(task: Task, state: State, work: Work, client: int) -> None:
    """Take a client with all its visits out of the plan."""
    num = state.num
    choice = state.choice[client]
    row = num[OUT] * task.days
    work.out[num[OUT]] = client
    work.out_choice[num[OUT]] = choice
    num[OUT] += 1
    nodes = task.clients + 1
    for at in range(task.choice_visit[choice], task.choice_visit[choice + 1]):
        day = task.visit_day[at]
        work.out_at[row + day] = state.where[day * nodes + client]
        take(task, state, work, client, day)
    num[COST] -= task.choice_cost[choice]
    num[SHORT] -= task.choice_short[choice]
    state.choice[client] = -1


def take_visit(task: Task, state: State, work: Work, client: int, day: int) -> None:
    """Take out one visit only; the client keeps its choice."""
    num = state.num
    work.out[num[OUT]] = client
    work.out_choice[num[OUT]] = -1
    work.out_at[num[OUT] * task.days + day] = state.where[day * (task.clients + 1) + client]
    num[OUT] += 1
    take(task, state, work, client, day)


def cut(task: Task, state: State, work: Work, client: int, day: int, longest: int) -> None:
    """Cut a string of stops around a client out of its route, every second time leaving one inside it where it is."""
    num, seq = state.num, state.seq
    route = state.where[day * (task.clients + 1) + client]
    work.ruined_at[route] = num[ROUND]
    size = state.size[route]
    first = route * task.width
    length = 1 + draw(num, min(size, longest))
    spare = 1 if 1 < length < size and draw(num, 2) else 0
    place = 0
    while seq[first + 1 + place] != client:
        place += 1
    lowest = max(0, place - length - spare + 1)
    highest = min(place, size - length - spare)
    begin = lowest + draw(num, highest - lowest + 1)
    left = begin + 1 + draw(num, length - 1) if spare else -1
    if left == place:
        left = -1
        length -= 1
    count = 0
    keys = work.keys
    for at in range(begin, begin + length + spare):
        if at != left:
            keys[count] = seq[first + 1 + at]
            count += 1
    for at in range(count):
        if num[ONE_DAY] >= 0:
            take_visit(task, state, work, keys[at], day)
        else:
            take_out(task, state, work, keys[at])


def ruin_strings(task: Task, state: State, work: Work, seed: int, day: int) -> None:
    """Cut strings out of the routes of one day that pass near a client."""
    num = state.num
    nodes = task.clients + 1
    routes = task.day_route[day + 1] - task.day_route[day]
    stops = 0
    used = 0
    for route in range(task.day_route[day], task.day_route[day] + routes):
        stops += state.size[route]
        used += min(state.size[route], 1)
    longest = max(1, min(STRING, stops // max(1, used)))
    strings = 1 + draw(num, max(1, 4 * REMOVED // (1 + longest) - 1))
    row = seed * task.nearest
    for at in range(row, row + task.nearest):
        client = task.near[at]
        route = state.where[day * nodes + client]
        if route >= 0 and work.ruined_at[route] != num[ROUND]:
            cut(task, state, work, client, day, longest)
            strings -= 1
            if strings == 0:
                return


def ruin_cluster(task: Task, state: State, work: Work, seed: int) -> None:
    """Take out a client and most of those nearest to it."""
    num = state.num
    wanted = 1 + draw(num, 2 * REMOVED - 1)
    row = seed * task.nearest
    take_out(task, state, work, seed)
    for at in range(row + 1, row + task.nearest):
        if num[OUT] >= wanted:
            return
        if draw(num, 8):
            take_out(task, state, work, task.near[at])


def ruin(task: Task, state: State, work: Work) -> None:
    """Choose a client and a way to take its neighbourhood apart."""
    num = state.num
    seed = 1 + draw(num, task.clients)
    if num[SHORT] and draw(num, 2):
        while not task.choice_short[state.choice[seed]]:
            seed = seed % task.clients + 1
    choice = state.choice[seed]
    first = task.choice_visit[choice]
    visits = task.choice_visit[choice + 1] - first
    kind = draw(num, 100)
    num[ONE_DAY] = -1
    if visits == 0 or kind < 30:
        ruin_cluster(task, state, work, seed)
        return
    day = task.visit_day[first + draw(num, visits)]
    if kind < 65:
        num[ONE_DAY] = day
    ruin_strings(task, state, work, seed, day)


def put_visit(task: Task, state: State, work: Work, place: int) -> None:
    """Put one visit back on its own day; where it no longer fits, the client is planned anew."""
    num = state.num
    client = work.out[place]
    day = num[ONE_DAY]
    if best_route(task, state, work, client, day) < FAR:
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
    how = draw(num, 11)
    for place in range(count):
        client = out[place]
        if how < 4:
            key = draw(num, 1 << 20)
        elif how < 8:
            key = (1 << 40) - task.demand[client] * (1 + task.client_day[client + 1] - task.client_day[client])
        elif how < 10:
            key = (1 << 40) - task.dist[client]
        else:
            key = task.dist[client]
        keys[place] = key * (1 << 12) + place
    sort_run(keys, count)
    for at in range(count):
        place = keys[at] & ((1 << 12) - 1)
        if num[ONE_DAY] >= 0:
            put_visit(task, state, work, place)
        else:
            put_back(task, state, work, out[place])


def undo(task: Task, state: State, work: Work) -> None:
    """Make the plan what it was before this iteration."""
    num, where = state.num, state.where
    nodes = task.clients + 1
    for at in range(num[TOUCHED]):
        back_route(task, state, work, work.touched[at])
    for place in range(num[OUT]):
        client = work.out[place]
        old = work.out_choice[place]
        row = place * task.days
        if old < 0:
            where[num[ONE_DAY] * nodes + client] = work.out_at[row + num[ONE_DAY]]
            continue
        new = state.choice[client]
        for at in range(task.choice_visit[new], task.choice_visit[new + 1]):
            where[task.visit_day[at] * nodes + client] = -1
        for at in range(task.choice_visit[old], task.choice_visit[old + 1]):
            where[task.visit_day[at] * nodes + client] = work.out_at[row + task.visit_day[at]]
        state.choice[client] = old


def begin(task: Task, state: State, work: Work) -> None:
    """The first plan: everybody put in, in any order."""
    num = state.num
    num[ROUND] += 1
    num[TOUCHED] = 0
    num[ONE_DAY] = -1
    for client in range(1, task.clients + 1):
        work.out[client - 1] = client
    num[OUT] = task.clients
    recreate(task, state, work)
    num[BEST] = num[COST]
    copy_run(state.seq, state.best_seq, 0, len(state.seq))
    copy_run(state.size, state.best_size, 0, len(state.size))
    copy_run(state.choice, state.best_choice, 0, len(state.choice))


def anneal(task: Task, state: State, work: Work, count: int, heat: int) -> None:
    """``count`` iterations at one temperature; the best plan met is kept apart."""
    num = state.num
    for _turn in range(count):
        num[ROUND] += 1
        num[OUT] = 0
        num[TOUCHED] = 0
        cost, short = num[COST], num[SHORT]
        ruin(task, state, work)
        recreate(task, state, work)
        if num[COST] > cost + (heat * task.logs[draw(num, MARGIN)] >> 16):
            undo(task, state, work)
            num[COST] = cost
            num[SHORT] = short
        elif num[COST] < num[BEST]:
            num[BEST] = num[COST]
            copy_run(state.seq, state.best_seq, 0, len(state.seq))
            copy_run(state.size, state.best_size, 0, len(state.size))
            copy_run(state.choice, state.best_choice, 0, len(state.choice))
