"""The plan for a problem: an engine, a falling temperature, a budget."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import lru_cache

from cmkit.visits.search.arrays import BEST, State, Task, Work
from cmkit.visits.search.engines import FAST, PLAIN, Engine, engine, has_fast, must_compile
from cmkit.visits.search.layout import blank, check, lay_out, read, seat
from cmkit.visits.search.problem import Budget, Choice, Problem, Progress, Solution, Stop, Tour, cost_of

__all__ = [
    "FAST", "PLAIN", "Budget", "Choice", "Problem", "Progress", "Solution", "Stop", "Tour", "cost_of", "has_fast",
    "must_compile", "solve",
]  # fmt: skip

STAGES = 400
HOT, WARM, COLD = Decimal(1), Decimal("0.1"), Decimal("0.02")
"""Temperatures in mean legs of the first plan: at first, at first with a plan to begin with, at last."""


def solve(
    problem: Problem,
    *,
    seed: int,
    budget: Budget,
    name: str = PLAIN,
    clock: Callable[[], float] = time.process_time,
    start: Solution | None = None,
    progress: Progress | None = None,
) -> Solution:
    """The best plan found within the budget.

    Args:
        problem: Stops, tours and distances; a ValueError says what of it cannot be read.
        seed: With the iterations of the budget it fixes the plan, on every machine and with either engine.
        budget: Iterations, at most so many seconds, or (without iterations) as many as fit in the seconds.
        name: ``plain`` or ``fast``; ``must_compile()`` tells beforehand whether ``fast`` will compile first.
        clock: What seconds are measured by.
        start: A plan of the same stops and tours to begin with; what no longer fits of it is planned anew.
        progress: Told some hundred times how far the search is.
    """
    check(problem)
    using = engine(name)
    begun = clock()
    task = lay_out(problem, using.array)
    state, work = blank(task, seed, using.array)
    if start is not None:
        seat(problem, task, state, start)
    using.begin(task, state, work)
    run = _Run(using, task, state, work, WARM if start else HOT, progress)
    done = 0
    if task.clients and budget.iterations:
        done = run.count(budget, clock, begun)
    elif task.clients and budget.seconds:
        done = run.last(budget.seconds, clock, begun)
    run.tell(1.0)
    return read(problem, task, state, done, clock() - begun)


class _Run:
    """The iterations of one search, stage by stage."""

    def __init__(
        self, using: Engine, task: Task, state: State, work: Work, hot: Decimal, progress: Progress | None
    ) -> None:
        self.using, self.task, self.state, self.work, self.progress = using, task, state, work, progress
        unit = mean_leg(task, state)
        self.hot, self.cold = int(hot * unit), max(1, int(COLD * unit))

    def count(self, budget: Budget, clock: Callable[[], float], begun: float) -> int:
        """So many iterations, the temperature falling with their number; seconds may stop them early."""
        done = 0
        for stage in range(STAGES):
            until = budget.iterations * (stage + 1) // STAGES
            self._stage(until - done, stage * 1000 // STAGES)
            done = until
            if budget.seconds and clock() - begun > budget.seconds:
                break
        return done

    def last(self, seconds: float, clock: Callable[[], float], begun: float) -> int:
        """As many as fit in the time, the temperature falling with it."""
        done, count = 0, 20
        before = clock()
        while (spent := (before - begun) / seconds) < 1:
            self._stage(count, int(spent * 1000))
            done += count
            after = clock()
            aim = count * min(seconds / STAGES, begun + seconds - after) / max(after - before, 1e-6)
            count = max(1, min(4 * count, int(aim)))
            before = after
        return done

    def _stage(self, count: int, mille: int) -> None:
        self.using.anneal(self.task, self.state, self.work, count, heat_at(self.hot, self.cold, mille))
        self.tell(mille / 1000)

    def tell(self, share: float) -> None:
        """Say how far the search is."""
        if self.progress:
            self.progress(share, int(self.state.num[BEST]))


def mean_leg(task: Task, state: State) -> int:
    """The mean way from one place of the plan to the next."""
    total = count = 0
    for route in range(len(task.route_day)):
        size = int(state.size[route])
        first = route * task.width + 1
        total += sum(int(leg) for leg in state.leg[first : first + size + 1])
        count += size + 1 if size else 0
    return total // max(1, count)


@lru_cache(maxsize=4096)
def heat_at(hot: int, cold: int, mille: int) -> int:
    """The temperature when so many thousandths of the budget are spent: it falls by the same share each time."""
    if hot <= cold:
        return hot
    with localcontext() as context:
        context.prec = 20
        return int(Decimal(hot) * ((Decimal(cold) / hot).ln() * mille / 1000).exp())
