from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from benchmarks._pvrp import Instance, check, length, read
from cmkit.visits.search.solve import Budget, Choice, Problem, Stop, Tour, solve

SCALE = 10_000


def problem_of(instance: Instance) -> Problem:
    dist = [round(length(a, b) * SCALE) for a in instance.nodes for b in instance.nodes]
    far = max(dist)
    stops = tuple(
        Stop(
            tuple(Choice(tuple(sorted(days))) for days in node.patterns),
            missed=20 * far * max(1, node.frequency),
            service=round(node.service * SCALE),
            demand=round(node.demand),
        )
        for node in instance.nodes[1:]
    )
    tours = []
    for day, (longest, capacity) in enumerate(instance.limits):
        top = math.floor(longest * SCALE) - len(instance.nodes) // 2 if longest else 1 << 50
        tours += [Tour(day, round(capacity) or 1 << 50, 0, top)] * instance.vehicles
    return Problem(stops, tuple(tours), dist, instance.days)


def main() -> None:
    a = argparse.ArgumentParser()
    a.add_argument("dir")
    a.add_argument("--bks")
    a.add_argument("--seconds", type=float, default=5)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--engine", default="fast")
    a.add_argument("--instances", default="")
    o = a.parse_args()
    bks = {}
    for line in Path(o.bks).read_text().splitlines():
        try:
            bks[line.split("\t")[0]] = float(line.split("\t")[1])
        except (ValueError, IndexError):
            pass
    names = o.instances.split(",") if o.instances else list(bks)
    gaps = []
    for name in names:
        ins = read(Path(o.dir) / name)
        pr = problem_of(ins)
        if not gaps:
            solve(pr, seed=1, budget=Budget(iterations=10), name=o.engine)
        sol = solve(pr, seed=o.seed, budget=Budget(seconds=o.seconds), name=o.engine)
        cost, wrong = check(ins, [(t.day, s) for t, s in zip(pr.tours, sol.tours)])
        gap = (cost / bks[name] - 1) * 100
        gaps.append(gap)
        print(
            json.dumps(
                dict(
                    name=name,
                    cost=round(cost, 2),
                    bks=bks[name],
                    gap=round(gap, 3),
                    feasible=not wrong,
                    seconds=round(sol.seconds, 2),
                    its=sol.iterations,
                    n=len(ins.nodes) - 1,
                )
            ),
            wrong[:3] or "",
            flush=True,
        )
    print(sum(gaps) / len(gaps), max(gaps))


if __name__ == "__main__":
    main()
