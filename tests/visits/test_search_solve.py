from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmkit.visits.search import kernel
from cmkit.visits.search.layout import blank, lay_out
from cmkit.visits.search.problem import LONGEST, Budget, Choice, Problem, Solution, Stop, Tour, cost_of
from cmkit.visits.search.routes import settle
from cmkit.visits.search.solve import FAST, has_fast, solve
from tests.visits.search_worlds import best_cost, faults, office, plane

SHORT = Budget(iterations=300)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(0, 14),
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
    st.integers(1, 3),
    st.integers(0, 99),
)
def test_any_office_gets_a_plan_that_keeps_every_limit(
    world: int, clients: int, days: int, windows: bool, pauses: bool, managers: int, seed: int
) -> None:
    problem = office(world, clients, days, windows=windows, managers=managers, pauses=pauses)
    plan = solve(problem, seed=seed, budget=SHORT)
    assert faults(problem, plan) == []
    assert plan.cost == cost_of(problem, plan.tours, plan.choices)


@pytest.mark.parametrize("world", range(24))
def test_the_plan_of_a_tiny_office_is_the_best_there_is(world: int) -> None:
    problem = office(world, 5, 3, windows=world % 2 == 1, pauses=world % 3 == 1)
    plan = solve(problem, seed=1, budget=Budget(iterations=2000))
    assert faults(problem, plan) == []
    assert plan.cost == best_cost(problem)


@pytest.mark.skipif(not has_fast(), reason="needs the extra fast")
@pytest.mark.parametrize("world", range(6))
def test_both_engines_make_the_same_plan(world: int) -> None:
    problem = office(world, 25, 5, windows=world % 2 == 1, managers=1 + world % 3, pauses=world > 2)
    plain = solve(problem, seed=world, budget=Budget(iterations=1500))
    fast = solve(problem, seed=world, budget=Budget(iterations=1500), name=FAST)
    assert replace(fast, seconds=0.0) == replace(plain, seconds=0.0)


def test_the_same_seed_makes_the_same_plan_and_another_seed_another_way() -> None:
    problem = office(3, 30, 5, windows=False)
    first, again, other = (solve(problem, seed=seed, budget=Budget(iterations=40)) for seed in (1, 1, 2))
    assert (first.tours, first.cost) == (again.tours, again.cost)
    assert other.tours != first.tours


def test_the_plan_is_this_one_on_every_machine() -> None:
    """Figures of one run, kept: a change of them changes every plan already sent."""
    problem = office(7, 12, 4, windows=True)
    plan = solve(problem, seed=5, budget=Budget(iterations=500))
    assert (plan.cost, plan.tours) == KEPT


KEPT: tuple[int, tuple[tuple[int, ...], ...]] = (370, ((), (5, 9, 1, 11, 3), (), (7, 4, 2, 12, 8, 10, 6)))


def line(*places: int) -> list[int]:
    return plane([(place, 0) for place in (0, *places)])


def test_spacing_is_kept_because_only_fitting_days_are_offered() -> None:
    """Two visits, never on neighbouring days: base --10-- A; days 0 1 2; A may have (0, 2) only."""
    problem = Problem((Stop((Choice((0, 2)),), 999),), tuple(Tour(day) for day in range(3)), line(10), 3)
    plan = solve(problem, seed=1, budget=SHORT)
    assert plan.tours == ((1,), (), (1,))
    assert plan.cost == 40


def test_a_window_is_waited_for_and_the_order_follows_it() -> None:
    """Base 0, A at 10 open from 100 to 110, B at 20 open from 0 to 25: B first although A lies on the way."""
    stops = (Stop((Choice((0,)),), 999, 5, 0, ((100, 110),)), Stop((Choice((0,)),), 999, 5, 0, ((0, 25),)))
    plan = solve(Problem(stops, (Tour(0, finish=125),), line(10, 20), 1), seed=1, budget=SHORT)
    assert plan.tours == ((2, 1),)
    late = solve(Problem(stops, (Tour(0, finish=114),), line(10, 20), 1), seed=1, budget=SHORT)
    assert sorted(map(len, late.choices)) == [0, 1]


def test_a_pause_cuts_a_window_in_two_and_either_half_will_do() -> None:
    """Base 0, A at 10 open from 0 to 200 but for 20 to 80, B at 20 open from 0 to 25, each visit takes 30.

    A first would end at 40, too late for B; so B from 20 to 50, then A, reached at 60, from 80 to 110, home at 120.
    Where the day ends at 119 one of them stays out; where A is reached in its first half, the pause is no matter.
    """
    noon = Stop((Choice((0,)),), 999, 30, 0, ((0, 200),), ((20, 80),))
    early = Stop((Choice((0,)),), 999, 30, 0, ((0, 25),))
    plan = solve(Problem((noon, early), (Tour(0, finish=120),), line(10, 20), 1), seed=1, budget=SHORT)
    assert plan.tours == ((2, 1),)
    short = solve(Problem((noon, early), (Tour(0, finish=119),), line(10, 20), 1), seed=1, budget=SHORT)
    assert sorted(map(len, short.choices)) == [0, 1]
    alone = solve(Problem((noon,), (Tour(0, finish=50),), line(10), 1), seed=1, budget=SHORT)
    assert alone.tours == ((1,),)


def test_a_day_takes_no_more_visits_than_it_may() -> None:
    stops = tuple(Stop((Choice((0,)),), 1000 * place, 1, 0) for place in (3, 1, 2))
    plan = solve(Problem(stops, (Tour(0, most=2),), line(5, 5, 5), 1), seed=1, budget=SHORT)
    assert plan.choices == ((0,), (), (0,))


def test_a_lesser_visit_never_takes_the_place_of_a_greater_one() -> None:
    """One place a day and a rank for each client, each far beyond 64 bits above all below it together."""
    stops = tuple(Stop((Choice((0,)), Choice((1,))), 10 ** (30 * rank), 1) for rank in (1, 4, 2, 3))
    problem = Problem(stops, (Tour(0, most=1), Tour(1, most=1)), line(50, 1, 2, 900), 2)
    names = ("plain", FAST) if has_fast() else ("plain",)
    for name in names:
        plan = solve(problem, seed=2, budget=SHORT, name=name)
        assert [bool(days) for days in plan.choices] == [False, True, False, True]
        assert plan.cost == 10**30 + 10**60 + 2 + 1800


def test_a_short_choice_is_better_than_none() -> None:
    """The one day of two has room; the visit of the other day is left out, at its own price."""
    stop = Stop((Choice((0, 1)), Choice((0,), 40, short=True)), 500)
    plan = solve(Problem((stop,), (Tour(0), Tour(1, most=0)), line(10), 2), seed=1, budget=SHORT)
    assert plan.choices == ((0,),)
    assert plan.cost == 60


def test_a_plan_to_begin_with_is_kept_where_it_is_the_best() -> None:
    problem = office(11, 20, 4, windows=True)
    plan = solve(problem, seed=1, budget=Budget(iterations=4000))
    again = solve(problem, seed=9, budget=Budget(), start=plan)
    assert (again.tours, again.choices, again.cost) == (plan.tours, plan.choices, plan.cost)
    better = solve(problem, seed=9, budget=SHORT, start=plan)
    assert better.cost <= plan.cost


def test_what_no_longer_fits_of_a_plan_is_planned_anew() -> None:
    """Day 1 is lost to an absence: nobody stands there, the others keep their days."""
    problem = office(12, 15, 4, windows=False)
    plan = solve(problem, seed=1, budget=Budget(iterations=2000))
    without = replace(problem, tours=tuple(replace(t, most=0) if t.day == 1 else t for t in problem.tours))
    after = solve(without, seed=1, budget=Budget(), start=plan)
    assert faults(without, after) == []
    for before, now in zip(plan.choices, after.choices, strict=True):
        assert now == before or 1 in before


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.data())
def test_any_plan_may_begin_a_search(world: int, windows: bool, data: st.DataObject) -> None:
    """Nonsense too: doubled visits, days that nobody offered, tours that are too long."""
    problem = office(world, 8, 3, windows=windows)
    tours = tuple(
        tuple(data.draw(st.lists(st.integers(1, 8), max_size=9), label=f"tour of day {tour.day}"))
        for tour in problem.tours
    )
    choices = tuple(tuple(t.day for t, who in zip(problem.tours, tours, strict=True) if c in who) for c in range(1, 9))
    plan = solve(problem, seed=1, budget=Budget(iterations=20), start=Solution(tours, choices, 0))
    assert faults(problem, plan) == []


def test_progress_is_told_and_never_goes_back() -> None:
    told: list[tuple[float, int]] = []
    plan = solve(
        office(5, 20, 4, windows=False),
        seed=1,
        budget=Budget(iterations=800),
        progress=lambda share, cost: told.append((share, cost)),
    )
    shares, costs = zip(*told, strict=True)
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0
    assert list(costs) == sorted(costs, reverse=True)
    assert costs[-1] == plan.cost


def test_seconds_stop_the_search() -> None:
    """A clock that moves a second a look: after five looks the search ends, whatever is left of its iterations."""
    ticks = iter(range(1000))
    plan = solve(
        office(5, 20, 4, windows=False),
        seed=1,
        budget=Budget(iterations=400_000, seconds=3),
        clock=lambda: float(next(ticks)),
    )
    assert 0 < plan.iterations <= 5000


def test_nobody_to_visit_is_a_plan_too() -> None:
    plan = solve(Problem((), (Tour(0),), [0], 1), seed=1, budget=SHORT)
    assert (plan.tours, plan.choices, plan.cost) == (((),), (), 0)
    alone = solve(Problem((Stop((), 7),), (), [0, 3, 3, 0], 1), seed=1, budget=SHORT)
    assert (alone.tours, alone.choices, alone.cost) == ((), ((),), 7)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Problem((Stop((), 1),), (), [0], 1), "row"),
        (Problem((Stop((), 1),), (), [0, 1, 2, 0], 1), "both directions"),
        (Problem((Stop((), 1),), (), [0, LONGEST, LONGEST, 0], 1), "LONGEST"),
        (Problem((Stop((), -1),), (), [0, 1, 1, 0], 1), "negative"),
        (Problem((), (Tour(1), Tour(0)), [0], 2), "order"),
        (Problem((Stop((Choice((3,)),), 1),), (), [0, 1, 1, 0], 2), "days of a choice"),
        (Problem((Stop((Choice((1, 1)),), 1),), (), [0, 1, 1, 0], 2), "days of a choice"),
    ],
)
def test_what_cannot_be_read_is_told(problem: Problem, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        solve(problem, seed=1, budget=SHORT)


def test_an_engine_nobody_knows_is_told() -> None:
    with pytest.raises(ValueError, match="plain or fast"):
        solve(Problem((), (), [0], 1), seed=1, budget=SHORT, name="quick")


def test_a_long_search_begins_several_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience of ten iterations a visit: four searches, then one from the best of them, alike with either engine."""
    monkeypatch.setattr("cmkit.visits.search.solve.PATIENT", 10)
    problem = office(5, 20, 4, windows=True)
    told: list[tuple[float, int]] = []
    budget = Budget(iterations=1600)
    plan = solve(problem, seed=3, budget=budget, progress=lambda share, cost: told.append((share, cost)))
    assert faults(problem, plan) == []
    assert plan.iterations == 1600
    shares, costs = zip(*told, strict=True)
    assert list(shares) == sorted(shares)
    assert list(costs) == sorted(costs, reverse=True)
    assert costs[-1] == plan.cost
    if has_fast():
        assert replace(solve(problem, seed=3, budget=budget, name=FAST), seconds=0.0) == replace(plan, seconds=0.0)
    monkeypatch.undo()
    assert solve(problem, seed=3, budget=budget).tours != plan.tours


def test_by_the_clock_a_long_search_begins_several_times_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that moves a second a look, two hundred seconds: what is best of all parts is told at the end."""
    monkeypatch.setattr("cmkit.visits.search.solve.PATIENT", 1)
    ticks = iter(range(10_000))
    told: list[tuple[float, int]] = []
    problem = office(5, 20, 4, windows=False)
    plan = solve(
        problem,
        seed=1,
        budget=Budget(seconds=200),
        clock=lambda: float(next(ticks)),
        progress=lambda share, cost: told.append((share, cost)),
    )
    assert faults(problem, plan) == []
    shares, costs = zip(*told, strict=True)
    assert list(shares) == sorted(shares)
    assert list(costs) == sorted(costs, reverse=True)
    assert costs[-1] == plan.cost


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 99))
def test_hours_that_are_moved_are_those_reckoned_anew(world: int, seed: int) -> None:
    """After each of a hundred iterations: early and late beginnings, pauses in them too, as ``settle`` has them."""
    problem = office(world, 14, 3, windows=True)
    task = lay_out(problem, list)
    state, work = blank(task, seed, list)
    kernel.begin(task, state, work)
    for _turn in range(100):
        kernel.anneal(task, state, work, 1, 50)
        moved = [list(state.early), list(state.late), list(state.busy)]
        anew = state._replace(early=list(state.early), late=list(state.late), busy=list(state.busy))
        for route in range(len(task.route_day)):
            settle(task, anew, route)
        assert moved == [anew.early, anew.late, anew.busy]
