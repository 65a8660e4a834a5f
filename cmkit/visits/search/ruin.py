"""Taking clients out: strings of stops cut from neighbouring routes, or a whole neighbourhood.

Slack induction by string removals (Christiaens and Vanden Berghe, Transportation Science 54(2), 2020), extended to
periods: a removed client loses all its visits and returns with the best of its choices.
"""

from __future__ import annotations

from cmkit.visits.search.arrays import COST, ONE_DAY, OUT, ROUND, SHORT, State, Task, Work
from cmkit.visits.search.routes import draw, take

REMOVED = 10
"""Clients taken out in one iteration, on the mean; also the longest string that is cut out of one route."""
CLUSTER, STRINGS = 30, 35
"""Percent of the iterations that take a neighbourhood out, and that cut strings out of one day only."""
SINGLE_REMOVED, SINGLE_CLUSTER, SINGLE_STRINGS, FURTHER = 5, 15, 15, 2
"""The same where a day has one route: that is soon in order, and the choice of days is what matters. So most iterations
cut short strings out of two days, or so many further ones.
"""


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
    begins = lowest + draw(num, highest - lowest + 1)
    left = begins + 1 + draw(num, length - 1) if spare else -1
    if left == place:
        left = -1
        length -= 1
    count = 0
    keys = work.keys
    for at in range(begins, begins + length + spare):
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
    most = SINGLE_REMOVED if task.single else REMOVED
    stops = 0
    used = 0
    for route in range(task.day_route[day], task.day_route[day + 1]):
        stops += state.size[route]
        used += min(state.size[route], 1)
    longest = max(1, min(most, stops // max(1, used)))
    strings = 1 + draw(num, max(1, 4 * most // (1 + longest) - 1))
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
    wanted = 1 + draw(num, 2 * (SINGLE_REMOVED if task.single else REMOVED) - 1)
    row = seed * task.nearest
    take_out(task, state, work, seed)
    for at in range(row + 1, row + task.nearest):
        if num[OUT] >= wanted:
            return
        if draw(num, 16):
            take_out(task, state, work, task.near[at])


def ruin(task: Task, state: State, work: Work) -> None:
    """Choose a client and a way to take its neighbourhood apart."""
    num = state.num
    seed = 1 + draw(num, task.clients)
    if num[SHORT] and draw(num, 2):
        # Half the time near somebody whom the plan serves less than it should.
        while not task.choice_short[state.choice[seed]]:
            seed = seed % task.clients + 1
    choice = state.choice[seed]
    first = task.choice_visit[choice]
    visits = task.choice_visit[choice + 1] - first
    kind = draw(num, 100)
    num[ONE_DAY] = -1
    cluster, strings = (SINGLE_CLUSTER, SINGLE_STRINGS) if task.single else (CLUSTER, STRINGS)
    own = task.client_day[seed]
    days = task.client_day[seed + 1] - own
    if kind < cluster or (visits == 0 and not (task.single and days and kind >= cluster + strings)):
        ruin_cluster(task, state, work, seed)
        return
    if task.single and kind >= cluster + strings:
        for _day in range(2 + draw(num, FURTHER)):
            ruin_strings(task, state, work, seed, task.day_of[own + draw(num, days)])
        return
    day = task.visit_day[first + draw(num, visits)]
    if kind < cluster + strings:
        num[ONE_DAY] = day
    ruin_strings(task, state, work, seed, day)
