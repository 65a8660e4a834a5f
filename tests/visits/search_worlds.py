"""Small offices for the tests of the search, a checker that shares nothing with it, and a solver that tries everything."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations, product

from cmkit.visits.search.problem import FAR, Choice, Problem, Solution, Stop, Tour


def plane(points: Sequence[tuple[int, int]]) -> list[int]:
    """Distances along streets, the first point the base."""
    return [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a in points for b in points]


def office(seed: int, clients: int, days: int, *, windows: bool, managers: int = 1, pauses: bool = False) -> Problem:
    """A random office: some clients twice with days between, some in a vehicle with little room, some in a hurry."""
    luck = random.Random(seed)
    points = [(luck.randint(0, 60), luck.randint(0, 60)) for _ in range(clients + 1)]
    stops = []
    for _client in range(clients):
        twice = days > 2 and luck.random() < 0.4
        pairs = [(a, b) for a in range(days) for b in range(a + 2, days)]
        choices = [Choice(pair, luck.randint(0, 9)) for pair in pairs] if twice else []
        choices += [Choice((day,), luck.choice((0, 0, 30)), short=twice) for day in range(days)]
        opening = [luck.choice([None, (luck.randint(0, 150), luck.randint(150, 300))]) for _ in range(days)]
        hours = tuple(opening) if windows else ()
        stops.append(Stop(tuple(choices), luck.choice((300, 5000)), luck.randint(5, 25), luck.randint(0, 4), hours))
    if pauses:
        stops = [replace(stop, pauses=_pauses(luck, days)) for stop in stops]
    tours = [
        Tour(day, luck.choice((FAR, 12)), 0, luck.choice((FAR, 320)), luck.choice((FAR, 5)))
        for day in range(days)
        for _ in range(managers)
    ]
    return Problem(tuple(stops), tuple(tours), plane(points), days)


def _pauses(luck: random.Random, days: int) -> tuple[tuple[int, int] | None, ...]:
    """Closed for a while about noon on some days."""
    return tuple(luck.choice([None, (noon := luck.randint(40, 160), noon + luck.randint(20, 90))]) for _ in range(days))


def faults(problem: Problem, plan: Solution) -> list[str]:
    """All that is wrong with a plan, its cost included."""
    wrong: list[str] = []
    cost = 0
    seen: dict[int, list[int]] = {client: [] for client in range(1, len(problem.stops) + 1)}
    for tour, clients in zip(problem.tours, plan.tours, strict=True):
        for client in clients:
            seen[client].append(tour.day)
        wrong += tour_faults(problem, tour, clients)
        cost += road(problem, clients)
    for client, (stop, days) in enumerate(zip(problem.stops, plan.choices, strict=True), 1):
        if tuple(sorted(seen[client])) != days:
            wrong.append(f"client {client}: says {days}, is visited {seen[client]}")
        fitting = [choice.cost for choice in stop.choices if choice.days == days]
        if days and not fitting:
            wrong.append(f"client {client}: not one of the choices")
        cost += min(fitting) if fitting else stop.missed
    if cost != plan.cost:
        wrong.append(f"costs {cost}, says {plan.cost}")
    return wrong


def road(problem: Problem, clients: Sequence[int]) -> int:
    """The travel of one tour."""
    nodes = len(problem.stops) + 1
    return sum(problem.dist[a * nodes + b] for a, b in zip((0, *clients), (*clients, 0), strict=True))


def tour_faults(problem: Problem, tour: Tour, clients: Sequence[int]) -> list[str]:
    """What one tour breaks."""
    wrong: list[str] = []
    nodes = len(problem.stops) + 1
    now = tour.start
    place = 0
    for client in clients:
        stop = problem.stops[client - 1]
        now += problem.dist[place * nodes + client]
        window = stop.windows[tour.day] if stop.windows else None
        if window is not None:
            now = max(now, window[0])
        pause = stop.pauses[tour.day] if stop.pauses else None
        if pause is not None and pause[0] < now < pause[1]:
            now = pause[1]
        if window is not None and now > window[1]:
            wrong.append(f"client {client} on day {tour.day}: too late")
        now += stop.service
        place = client
    if now + problem.dist[place * nodes] > tour.finish:
        wrong.append(f"day {tour.day}: home too late")
    if sum(problem.stops[client - 1].demand for client in clients) > tour.capacity or len(clients) > tour.most:
        wrong.append(f"day {tour.day}: too much")
    return wrong


def best_cost(problem: Problem) -> int:
    """The cost of the best plan of one tour a day, by trying every choice and every order."""
    shortest: dict[tuple[int, frozenset[int]], int] = {}

    def day_cost(day: int, clients: frozenset[int]) -> int:
        if (day, clients) not in shortest:
            shortest[day, clients] = min(_orders(problem, day, clients), default=FAR)
        return shortest[day, clients]

    lowest = FAR
    every = [(*stop.choices, Choice((), stop.missed)) for stop in problem.stops]
    for picked in product(*every):
        cost = sum(choice.cost for choice in picked)
        for day in range(problem.days):
            if cost < lowest:
                cost += day_cost(day, frozenset(c for c, choice in enumerate(picked, 1) if day in choice.days))
        lowest = min(lowest, cost)
    return lowest


def _orders(problem: Problem, day: int, clients: frozenset[int]) -> Iterator[int]:
    """What each order costs that keeps every limit of the day."""
    tour = next(tour for tour in problem.tours if tour.day == day)
    for order in permutations(sorted(clients)):
        if not tour_faults(problem, tour, order):
            yield road(problem, order)
