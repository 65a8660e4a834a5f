from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import _pvrp
from benchmarks.visits import problem_of
from cmkit.visits.search.solve import Budget, solve

TINY = """1 1 3 2
12 5
12 5
0 0 0 0 0 0 0
1 3 0 1 2 1 2 1 2
2 0 4 1 3 1 2 1 2
3 3 0 0 1 2 1 3
"""
"""Patterns are bits, the highest the first day: 2 is day 0, 1 is day 1, 3 is both. A (3, 0) and B (0, 4) come on either
day, one unit of service each; C stands at A's place, is to be seen on both days and takes no time. A day with B and C
drives 3 + 5 + 4 = 12 and takes 13 with B's service: a unit too long, so that the instance as it stands has no plan."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t01").write_text(TINY, encoding="ascii")
    (tmp_path / "t01.res").write_text("12.0", encoding="ascii")
    (tmp_path / "best.tsv").write_text("name\tvalue\nt01\t14.0\n", encoding="utf-8")
    return tmp_path


def test_an_instance_is_read(folder: Path) -> None:
    instance = _pvrp.read(folder / "t01")
    assert (instance.vehicles, instance.days, instance.limits) == (1, 2, ((12.0, 5.0), (12.0, 5.0)))
    assert [node.patterns for node in instance.nodes[1:]] == [
        (frozenset({1}), frozenset({0})),
        (frozenset({1}), frozenset({0})),
        (frozenset({0, 1}),),
    ]
    assert _pvrp.names(folder) == ["t01"]
    assert _pvrp.best_known(folder / "best.tsv") == {"t01": 14.0}


@pytest.mark.parametrize(
    ("tours", "cost", "wrong"),
    [
        ([(0, [1, 3]), (1, [3])], 12.0, ["client 2: no allowed days []"]),
        ([(0, [1, 3]), (1, [3, 2])], 18.0, ["day 1: a route is too long"]),
        ([(0, [1, 3]), (1, [3]), (1, [2])], 20.0, ["day 1: 2 vehicles"]),
        ([(0, [2, 1, 3]), (1, [3])], 18.0, ["day 0: a route is too long", "day 0: a vehicle is overloaded"]),
        ([(0, [1, 3, 3]), (1, [])], 6.0, ["client 2: no allowed days []", "client 3: no allowed days [0, 0]"]),
    ],
)
def test_the_checker_finds_what_is_wrong(
    folder: Path, tours: list[tuple[int, list[int]]], cost: float, wrong: list[str]
) -> None:
    assert _pvrp.check(_pvrp.read(folder / "t01"), tours) == (cost, wrong)


def test_a_made_up_week_is_solved_to_the_checkers_liking() -> None:
    week = _pvrp.made_up(clients=30, days=5, vehicles=2, seed=4)
    problem = problem_of(week)
    plan = solve(problem, seed=1, budget=Budget(iterations=600))
    tours = [(tour.day, clients) for tour, clients in zip(problem.tours, plan.tours, strict=True)]
    cost, wrong = _pvrp.check(week, tours)
    assert wrong == []
    assert cost == pytest.approx(plan.cost / 10_000, rel=1e-4)


def test_the_command_prints_one_line_an_instance_and_the_mean(folder: Path) -> None:
    """With days of 14 there is one plan: A and C drive 6, C and B 12."""
    (folder / "t01").write_text(TINY.replace("12 5", "14 5"), encoding="ascii")
    words = [str(folder), "--bks", str(folder / "best.tsv"), "--seconds", "0.2", "--seed", "1", "--engine", "plain"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.visits", *words], capture_output=True, text=True, check=True
    )
    row, mean = map(json.loads, done.stdout.splitlines())
    seconds = row.pop("seconds")
    assert row == {"name": "t01", "solver": "cmkit", "cost": 18.0, "bks": 14.0, "gap": 28.571, "feasible": True}
    assert seconds > 0
    assert (mean["instances"], mean["feasible"], mean["mean_gap"]) == (1, 1, 28.571)
