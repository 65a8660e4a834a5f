"""One route at a time: taking a visit out, finding its best place, putting it in.

Every function from here to ``kernel`` is written in the part of Python that numba compiles, so that both engines run
this very source and make the same plan: whole numbers only, flat arrays, no object made on the way.
"""

from __future__ import annotations

from cmkit.visits.search.arrays import COST, RANDOM, ROUND, TOUCHED, VERSION, State, Task, Work
from cmkit.visits.search.problem import FAR

LOW = 0xFFFFFFFF
FACTOR = 2051013963
PLACE_BITS = 12


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
    missed = 0
    for at in range(first + 1, last):
        client = seq[at]
        now = max(now + task.service[seq[at - 1]] + leg[at], task.opens[slot + client])
        if now > task.rests[slot + client]:
            now = max(now, task.resumes[slot + client])
        early[at] = now
        if now > task.closes[slot + client]:
            missed = FAR
    early[last] = now + task.service[seq[last - 1]] + leg[last]
    now = task.finish[route]
    state.busy[route] = FAR if early[last] > now else missed
    late[last] = now
    for at in range(last - 1, first, -1):
        client = seq[at]
        now = min(now - task.service[client] - leg[at + 1], task.closes[slot + client])
        if now < task.resumes[slot + client]:
            now = min(now, task.rests[slot + client])
        late[at] = now


def resettle(task: Task, state: State, route: int, at: int, before: int) -> None:
    """The same where only ``at`` changed: later visits from there on, earlier ones from ``before`` back, while they move."""
    if state.busy[route]:
        settle(task, state, route)
        return
    move_early(task, state, route, at)
    move_late(task, state, route, before)
    if state.early[at] > state.late[at]:
        state.busy[route] = FAR


def move_early(task: Task, state: State, route: int, at: int) -> None:
    """The earliest beginnings from a place on, as far as they change."""
    seq, leg, early, opens, service = state.seq, state.leg, state.early, task.opens, task.service
    slot = task.route_day[route] * (task.clients + 1)
    for place in range(at, route * task.width + state.size[route] + 2):
        here = slot + seq[place]
        now = early[place - 1] + service[seq[place - 1]] + leg[place]
        if now < opens[here]:  # noqa: PLR1730 - twice as quick as max() in the interpreter
            now = opens[here]
        if task.rests[here] < now < task.resumes[here]:
            now = task.resumes[here]
        if early[place] == now:
            break
        early[place] = now


def move_late(task: Task, state: State, route: int, at: int) -> None:
    """The latest beginnings from a place back, as far as they change."""
    seq, leg, late, closes, service = state.seq, state.leg, state.late, task.closes, task.service
    slot = task.route_day[route] * (task.clients + 1)
    for place in range(at, route * task.width, -1):
        here = slot + seq[place]
        now = late[place + 1] - leg[place + 1] - service[seq[place]]
        if now > closes[here]:  # noqa: PLR1730
            now = closes[here]
        if task.rests[here] < now < task.resumes[here]:
            now = task.rests[here]
        if late[place] == now:
            break
        late[place] = now


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
    num[VERSION] += 1
    state.version[route] = num[VERSION]
    state.where[day * nodes + client] = -1
    num[COST] -= less
    if task.timed:
        close_gap(state.early, at, stop)
        close_gap(state.late, at, stop)
        resettle(task, state, route, at, at - 1)
    else:
        state.busy[route] -= less + task.service[client]


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
    leg[at] = dist[seq[at - 1] * nodes + client]
    leg[at + 1] = dist[client * nodes + seq[at + 1]]
    more = work.place_cost[known]
    state.size[route] += 1
    state.load[route] += task.demand[client]
    num[VERSION] += 1
    state.version[route] = num[VERSION]
    state.where[task.route_day[route] * nodes + client] = route
    num[COST] += more
    if task.timed:
        open_gap(state.early, at, stop)
        open_gap(state.late, at, stop)
        state.early[at] = state.late[at] = -FAR
        resettle(task, state, route, at, at)
    else:
        state.busy[route] += more + task.service[client]


def find_place(seq: list[int], leg: list[int], dist: list[int], row: int, first: int, stop: int) -> int:
    """The least detour by which a route takes the client, and in its last bits the place."""
    best = FAR
    place = first
    before = dist[row]
    for at in range(first, stop):
        after = dist[row + seq[at]]
        more = before + after - leg[at]
        if more < best:
            best = more
            place = at
        before = after
    return (best << PLACE_BITS) + place - first + 1


def find_timed_place(task: Task, state: State, client: int, route: int) -> int:
    """The same where visits have windows: a place counts only if the client and all after it still begin in time."""
    seq, leg, dist, early, late, service = state.seq, state.leg, task.dist, state.early, state.late, task.service
    nodes = task.clients + 1
    row = client * nodes
    slot = task.route_day[route] * nodes + client
    opens, closes, own = task.opens[slot], task.closes[slot], service[client]
    rests, resumes = task.rests[slot], task.resumes[slot]
    first = route * task.width
    best = FAR
    place = first + 1
    before = dist[row]
    for at in range(first + 1, first + state.size[route] + 2):
        after = dist[row + seq[at]]
        more = before + after - leg[at]
        if more < best:
            begins = early[at - 1] + service[seq[at - 1]] + before
            if begins < opens:  # noqa: PLR1730
                begins = opens
            if rests < begins < resumes:
                begins = resumes
            if begins > closes:
                break
            if begins + own + after <= late[at]:
                best = more
                place = at
        before = after
    return (best << PLACE_BITS) + place - first
