"""``python -m benchmarks.visits DIR --bks FILE --seconds S --seed N``: the search on public periodic routing instances.

One JSON line an instance (name, cost, best known, gap in percent, feasible, seconds), then the mean. Every plan goes
through the checker of ``_pvrp``, which knows nothing of the search; one thread. ``--peers`` lets two others solve the
same instances in the same seconds of the same run: OR-Tools (days and routes in one model, started from a greedy plan),
and CP-SAT for the days followed by PyVRP for each day's routes (``pip install cmkit[bench]``). ``--clock processor``
measures everybody by processor time, for a machine that does other work as well.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks._measure import line
from benchmarks._pvrp import Instance, Tours, best_known, check, length, made_up, names, read
from cmkit.visits.search.solve import FAST, PLAIN, Budget, Choice, Problem, Stop, Tour, has_fast, must_compile, solve

SCALE = 10_000
QUICK = 3.0
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "processor": time.process_time}


def problem_of(instance: Instance) -> Problem:
    """The instance in whole numbers; a route's longest time keeps room for what rounding takes away."""
    dist = [round(length(a, b) * SCALE) for a in instance.nodes for b in instance.nodes]
    far = max(dist)
    grain = 1 if all(node.demand == int(node.demand) for node in instance.nodes) else SCALE
    stops = tuple(
        Stop(
            tuple(Choice(tuple(sorted(days))) for days in node.patterns),
            missed=20 * far * max(1, node.frequency),
            service=round(node.service * SCALE),
            demand=math.ceil(node.demand * grain),
        )
        for node in instance.nodes[1:]
    )
    tours: list[Tour] = []
    for day, (longest, capacity) in enumerate(instance.limits):
        limits = {"capacity": math.floor(capacity * grain)} if capacity else {}
        if longest:
            limits["finish"] = math.floor(longest * SCALE) - len(instance.nodes) // 2
        tours += [Tour(day, **limits)] * instance.vehicles
    return Problem(stops, tuple(tours), dist, instance.days)


def ours(instance: Instance, options: argparse.Namespace) -> Tours:
    """The search of ``cmkit visits plan``."""
    problem = problem_of(instance)
    budget = Budget(seconds=options.seconds)
    plan = solve(problem, seed=options.seed, budget=budget, name=options.engine, clock=CLOCKS[options.clock])
    return [(tour.day, clients) for tour, clients in zip(problem.tours, plan.tours, strict=True)]


def solvers(options: argparse.Namespace) -> dict[str, Callable[[Instance], Tours]]:
    """Who solves each instance, by name."""
    found: dict[str, Callable[[Instance], Tours]] = {"cmkit": lambda instance: ours(instance, options)}
    if options.peers:
        from benchmarks import _peers

        found["ortools-joint"] = lambda instance: _peers.joint(instance, options.seconds, CLOCKS[options.clock])
        found["cpsat-then-pyvrp"] = lambda instance: _peers.days_first(
            instance, options.seconds, options.seed, CLOCKS[options.clock]
        )
    return found


def told(name: str, found: Sequence[dict[str, object]]) -> dict[str, object]:
    """The last line of a solver: the mean and the worst gap of its feasible plans."""
    gaps = [row["gap"] for row in found if row["feasible"] and isinstance(row["gap"], float)]
    return {
        "solver": name,
        "instances": len(found),
        "feasible": sum(bool(row["feasible"]) for row in found),
        "mean_gap": round(sum(gaps) / len(gaps), 3) if gaps else None,
        "worst_gap": max(gaps) if gaps else None,
    }


def one(
    name: str, instance: Instance, run: Callable[[Instance], Tours], best: float | None, clock: str
) -> dict[str, object]:
    """One instance solved, checked and printed."""
    begun = CLOCKS[clock]()
    tours = run(instance)
    taken = CLOCKS[clock]() - begun
    cost, wrong = check(instance, tours)
    row: dict[str, object] = {
        "name": instance.name,
        "solver": name,
        "cost": round(cost, 2),
        "bks": best,
        "gap": round((cost / best - 1) * 100, 3) if best else None,
        "feasible": not wrong,
        "seconds": round(taken, 2),
    }
    print(json.dumps(row | ({"wrong": wrong[:3]} if wrong else {})), flush=True)
    return row


def run() -> bool:
    """The row of ``python -m benchmarks``: a made-up week, and three public instances where ``CMKIT_PVRP`` names them."""
    engines = (PLAIN, FAST) if has_fast() else (PLAIN,)
    week = made_up(clients=80, days=5, vehicles=3, seed=1)
    print(f"visit plans: {QUICK:g} processor seconds each")
    costs, held = [], True
    for engine in engines:
        plan = solve(problem_of(week), seed=1, budget=Budget(seconds=QUICK), name=engine)
        cost, wrong = check(week, [(tour.day, c) for tour, c in zip(problem_of(week).tours, plan.tours, strict=True)])
        costs.append(cost)
        line(f"80 clients, 5 days, {engine}: iterations a second", plan.iterations / plan.seconds, "1/s")
        held &= line(f"80 clients, 5 days, {engine}: faults", len(wrong), "", 0)
    held &= line("80 clients, 5 days: plain behind the best", (costs[0] / min(costs) - 1) * 100, "%", 3)
    if folder := os.environ.get("CMKIT_PVRP"):
        best = best_known(Path(folder) / "bks.tsv")
        for name in [name for name in names(Path(folder)) if name in best][:3]:
            problem, instance = problem_of(read(Path(folder) / name)), read(Path(folder) / name)
            plan = solve(problem, seed=1, budget=Budget(seconds=QUICK), name=engines[-1])
            cost, wrong = check(instance, [(t.day, c) for t, c in zip(problem.tours, plan.tours, strict=True)])
            held &= line(f"{name}, {engines[-1]}: gap to the best known", (cost / best[name] - 1) * 100, "%", 2)
            held &= not wrong
    return held


def main() -> int:
    """Solve what is asked for; 0 where every plan of ours is feasible, else 3."""
    options = parse()
    if options.engine == FAST and must_compile():
        print("compiling the fast engine, which takes about a minute and happens once", file=sys.stderr, flush=True)
    solve(Problem((), (), [0], 1), seed=1, budget=Budget(), name=options.engine)
    best = best_known(options.bks) if options.bks else {}
    found: dict[str, list[dict[str, object]]] = {}
    for name in options.instances.split(",") if options.instances else names(options.dir):
        instance = read(options.dir / name)
        for solver, run in solvers(options).items():
            found.setdefault(solver, []).append(one(solver, instance, run, best.get(name), options.clock))
    for solver, rows in found.items():
        print(json.dumps(told(solver, rows)), flush=True)
    return 0 if all(row["feasible"] for row in found["cmkit"]) else 3


def parse() -> argparse.Namespace:
    """What the command line asks for."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.visits", description=__doc__)
    words.add_argument("dir", type=Path, help="folder of instances in the format of Cordeau")
    words.add_argument("--bks", type=Path, help="file of best known values: name, tab, value")
    words.add_argument("--seconds", type=float, default=5.0)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--engine", choices=(PLAIN, FAST), default=FAST if has_fast() else PLAIN)
    words.add_argument("--instances", default="", help="names with commas between; all of the folder without")
    words.add_argument("--clock", choices=tuple(CLOCKS), default="wall")
    words.add_argument("--peers", action="store_true", help="OR-Tools and PyVRP on the same instances")
    return words.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
