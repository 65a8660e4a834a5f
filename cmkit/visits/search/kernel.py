"""The iterations: take some clients out of the plan, put each back with its best days, keep what is better."""

from __future__ import annotations

from cmkit.visits.search.arrays import (
    BEST,
    COST,
    MARGIN,
    ONE_DAY,
    OUT,
    ROUND,
    SHORT,
    SKIP_CHOICE,
    SKIP_ROUTE,
    TOUCHED,
    State,
    Task,
    Work,
)
from cmkit.visits.search.recreate import recreate
from cmkit.visits.search.routes import back_route, copy_run, draw, settle
from cmkit.visits.search.ruin import ruin

NO_BLINK = 1 << 40
"""So many looks are none that is passed over."""


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


def holds(task: Task, state: State, work: Work) -> bool:
    """Whether the changed routes keep their time: where the way past a stop is shorter than around it, they need not."""
    for at in range(state.num[TOUCHED]):
        route = work.touched[at]
        if state.busy[route] > task.span[route]:
            return False
    return True


def keep_best(state: State) -> None:
    """Remember the plan as the best so far."""
    state.num[BEST] = state.num[COST]
    copy_run(state.seq, state.best_seq, 0, len(state.seq))
    copy_run(state.size, state.best_size, 0, len(state.size))
    copy_run(state.choice, state.best_choice, 0, len(state.choice))


def begin(task: Task, state: State, work: Work) -> None:
    """The first plan: what is dearest to leave out and has one set of days (an appointment), then everybody else."""
    num = state.num
    num[ROUND] += 1
    num[TOUCHED] = 0
    num[ONE_DAY] = -1
    if task.timed:
        for route in range(len(task.route_day)):
            settle(task, state, route)
    dearest = 0
    for client in range(1, task.clients + 1):
        dearest = max(dearest, task.choice_cost[task.client_choice[client + 1] - 1])
    for turn in range(2):
        num[OUT] = 0
        # An appointment is not passed over by chance: it is there from the start.
        num[SKIP_ROUTE] = num[SKIP_CHOICE] = 0 if turn else NO_BLINK
        for client in range(1, task.clients + 1):
            home = task.client_choice[client + 1] - 1
            first = home - task.client_choice[client] == 1 and task.choice_cost[home] == dearest
            if state.choice[client] < 0 and (first or turn):
                work.out[num[OUT]] = client
                num[OUT] += 1
        recreate(task, state, work)
    keep_best(state)


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
        if num[COST] > cost + (heat * task.logs[draw(num, MARGIN)] >> 16) or not holds(task, state, work):
            undo(task, state, work)
            num[COST] = cost
            num[SHORT] = short
        elif num[COST] < num[BEST]:
            keep_best(state)
