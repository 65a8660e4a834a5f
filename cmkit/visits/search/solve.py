"""The plan for a problem: an engine, a falling temperature, a budget."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from cmkit.visits.search.arrays import BEST, RANDOM, State, Task
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
STARTS, TEPID, PATIENT, MEASURED = 4, Decimal("0.3"), 6000, 10
"""With ``PATIENT`` iterations a visit, half of them go into so many searches, and the rest goes on from the best plan,
less hot. By the clock, the first thousandths of the time show how many iterations there will be.
"""


class Part(NamedTuple):
    """A stretch of the budget: the thousandth at which it ends, how hot it begins, whether with an empty plan."""

    until: int
    hot: Decimal
    anew: bool = False


ONCE, AGAIN = (Part(1000, HOT),), (Part(1000, WARM),)
OFTEN = (*(Part(500 * (at + 1) // STARTS, HOT, anew=True) for at in range(STARTS)), Part(1000, TEPID))


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
    run = _Run(problem, using, seed, start, progress)
    done = 0
    if problem.stops and budget.iterations:
        done = run.count(budget, clock, begun)
    elif problem.stops and budget.seconds:
        done = run.last(budget.seconds, clock, begun)
    run.tell(1.0)
    return run.found(done, clock() - begun)


class _Run:
    """The iterations of one search, part by part and stage by stage."""

    def __init__(
        self, problem: Problem, using: Engine, seed: int, start: Solution | None, progress: Progress | None
    ) -> None:
        self.problem, self.using, self.progress = problem, using, progress
        self.task = lay_out(problem, using.array)
        self.state, self.work = blank(self.task, seed, using.array)
        self.lowest: tuple[int, Solution] | None = None
        """The best plan of the parts before this one, and its cost as the arrays tell it."""
        if start is not None:
            seat(problem, self.task, self.state, start)
        self.whole = ONCE if start is None else AGAIN
        using.begin(self.task, self.state, self.work)
        self.unit = mean_leg(self.task, self.state)

    def count(self, budget: Budget, clock: Callable[[], float], begun: float) -> int:
        """So many iterations, the temperature falling with their number; seconds may stop them early."""
        done = since = 0
        for at, part in enumerate(self._parts(budget.iterations)):
            if at:
                self._enter(part)
            stages = STAGES * (part.until - since) // 1000
            for stage in range(stages):
                until = budget.iterations * (since * stages + (part.until - since) * (stage + 1)) // (1000 * stages)
                self._stage(part, until - done, stage * 1000 // stages, since + (part.until - since) * stage // stages)
                done = until
                if budget.seconds and clock() - begun > budget.seconds:
                    return done
            since = part.until
        return done

    def last(self, seconds: float, clock: Callable[[], float], begun: float) -> int:
        """As many as fit in the time, the temperature falling with it."""
        done, count, since, measured = 0, 20, 0, False
        parts = list(self.whole)
        before = clock()
        while (spent := (before - begun) / seconds) < 1:
            mille = int(spent * 1000)
            if mille >= MEASURED and not measured:
                parts, measured = list(self._parts(int(done / spent))), True
            while mille >= parts[0].until:
                since = parts.pop(0).until
                self._enter(parts[0])
            self._stage(parts[0], count, (mille - since) * 1000 // (parts[0].until - since), mille)
            done += count
            after = clock()
            aim = count * min(seconds / STAGES, begun + seconds - after) / max(after - before, 1e-6)
            count = max(1, min(4 * count, int(aim)))
            before = after
        return done

    def _parts(self, iterations: int) -> tuple[Part, ...]:
        """How so many iterations are best spent."""
        visits = sum(max((len(choice.days) for choice in stop.choices), default=0) for stop in self.problem.stops)
        return OFTEN if self.whole is ONCE and iterations >= PATIENT * visits else self.whole

    def _enter(self, part: Part) -> None:
        """Begin a further part, with an empty plan or with the best so far; the draws go on."""
        best = self._best()
        drawn = self.state.num[RANDOM]
        self.lowest = best
        self.state, self.work = blank(self.task, 0, self.using.array)
        self.state.num[RANDOM] = drawn
        if not part.anew:
            seat(self.problem, self.task, self.state, best[1])
        self.using.begin(self.task, self.state, self.work)

    def _stage(self, part: Part, count: int, mille: int, spent: int) -> None:
        hot, cold = int(part.hot * self.unit), max(1, int(COLD * self.unit))
        self.using.anneal(self.task, self.state, self.work, count, heat_at(hot, cold, mille))
        self.tell(spent / 1000)

    def tell(self, share: float) -> None:
        """Say how far the search is."""
        if self.progress:
            cost = int(self.state.num[BEST])
            self.progress(share, min(cost, self.lowest[0]) if self.lowest else cost)

    def _best(self) -> tuple[int, Solution]:
        cost = int(self.state.num[BEST])
        if self.lowest and self.lowest[0] <= cost:
            return self.lowest
        return cost, read(self.problem, self.task, self.state)

    def found(self, iterations: int, seconds: float) -> Solution:
        """The best plan of all parts."""
        return replace(self._best()[1], iterations=iterations, seconds=seconds)


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
