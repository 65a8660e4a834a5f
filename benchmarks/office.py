"""An office's month (120 clients, about 200 visits): the plan made by hand against ours, and what more time would bring."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks._by_hand import Outcome, by_hand, month_of_office, ours
from benchmarks._measure import line
from benchmarks._offices import OfficeMonth, office_month
from cmkit.facts.records import Visit
from cmkit.visits.plan import Plan, plan_visits
from cmkit.visits.rounds import Planner
from cmkit.visits.search.problem import Budget, Problem, Solution, cost_of
from cmkit.visits.search.solve import FAST, PLAIN, has_fast, solve

SEEDS = (1, 2, 3)
LONG = float(os.environ.get("CMKIT_BENCH_SECONDS", "300"))
"""Processor seconds of the run that the short ones are measured against."""


@dataclass(frozen=True)
class Asked:
    """The search's problem, and what of its cost is visits left out."""

    problem: Problem
    planner: Planner

    def road(self, found: Solution) -> int:
        """Travel and days off target, without what stands for visits left out."""
        left = 0
        numbers = self.planner.numbers()
        for number, days in zip(numbers, found.choices, strict=True):
            if number >= len(self.planner.month.clients):
                continue
            client = self.planner.month.clients[number]
            fitting = [one.left_out for one in self.planner.sets[number] if one.days == tuple(days)]
            left += min(fitting, default=sum(client.wish.weights))
        return cost_of(self.problem, found.tours, found.choices) - left


def run() -> bool:
    """Print the comparison; True where every limit holds."""
    engine = FAST if has_fast() else PLAIN
    print("an office's month, 120 clients in a city of six districts, November 2026, processor seconds")
    kept = [_compare(office_month(seed), seed, engine) for seed in SEEDS]
    kept.append(_absence(office_month(SEEDS[0]), engine))
    kept.append(_effort(office_month(SEEDS[0]), engine))
    return all(kept)


def _compare(office: OfficeMonth, seed: int, engine: str) -> bool:
    begun = time.process_time()
    plan = office.plan(Budget(), engine=engine)
    seconds = time.process_time() - begun
    hand, own = by_hand(office), ours(office, plan)
    print(f"office {seed}: {len(office.dues)} visits due")
    for name, one in (("by hand", hand), ("cmkit", own)):
        print(
            f"  {name:10} visits {one.visits:4}  minutes on the road {one.minutes:5}  left out {one.left:3}"
            f"  of them overdue {one.overdue:3}  events missed {one.events_late:2}"
        )
    print(f"  {engine} {seconds:.1f} s")
    return _holds(hand, own)


def _holds(hand: Outcome, own: Outcome) -> bool:
    return all(
        (
            line(
                "  minutes on the road a visit, ours / by hand",
                own.minutes / own.visits * hand.visits / hand.minutes,
                "x",
                1,
            ),
            line("  visits left out, ours", own.left, "", hand.left),
            line("  visits nearer or farther than 0.6-1.4 of the interval", own.spacing, "", 0),
        )
    )


def _absence(office: OfficeMonth, engine: str) -> bool:
    """The plan was sent; the manager is ill on the fullest day after the first week."""
    first = office.plan(Budget(), engine=engine)
    ill = fullest(office, first)
    need_not, moved = moved_by(first, replanned(office, first, ill, Budget(), engine), ill)
    share = 100 * len(moved) / max(1, len(need_not))
    return line(f"after a day's absence ({ill}), visits moved that need not", share, "%", 10)


def fullest(office: OfficeMonth, plan: Plan) -> date:
    """The first day with the most visits in the second week and the next."""
    early, late = office.days[0] + timedelta(days=7), office.days[0] + timedelta(days=17)
    days = [visit.date for visit in plan.visits if visit.date and early <= visit.date <= late]
    return max(sorted(set(days)), key=days.count)


def moved_by(first: Plan, again: Plan, ill: date) -> tuple[set[tuple[str, date]], set[tuple[str, date]]]:
    """The later visits of clients whom the absence does not touch: all of them, and those that another plan moves."""
    hit = {visit.client_id for visit in first.visits if visit.date == ill}
    need_not = {(v.client_id, v.date) for v in first.visits if v.date and v.date > ill and v.client_id not in hit}
    return need_not, need_not - {(visit.client_id, visit.date) for visit in again.visits if visit.date}


def replanned(office: OfficeMonth, first: Plan, ill: date, budget: Budget, engine: str = "plain") -> Plan:
    """The plan from the day of the absence on, the one sent before it known."""
    kept: list[Visit] = [visit for visit in first.visits if visit.date and visit.date < ill]
    [owner] = {client.owner_id for client in office.clients}
    return plan_visits(
        office.dues,
        office.clients,
        office.spec,
        [day for day in office.days if day >= ill],
        fixed=kept,
        previous=first.visits,
        absences={owner: {ill}},
        busy=office.busy,
        places=office.places,
        budget=budget,
        engine=engine,
    )


def _effort(office: OfficeMonth, engine: str) -> bool:
    """What a short run loses beside a long one: travel and days off target, the same visits left out."""
    planner = Planner(month_of_office(office))
    asked = Asked(planner.problem(planner.numbers()), planner)
    best = asked.road(solve(asked.problem, seed=1, budget=Budget(seconds=LONG), name=engine))
    runs = [(PLAIN, 30.0)] + ([(FAST, 5.0)] if has_fast() else [])
    kept = []
    for name, seconds in runs:
        found = solve(asked.problem, seed=1, budget=Budget(seconds=seconds), name=name)
        gap = 100 * (asked.road(found) - best) / best
        kept.append(line(f"{name} {seconds:.0f} s beside {engine} {LONG:.0f} s", gap, "%", 3))
    return all(kept)
