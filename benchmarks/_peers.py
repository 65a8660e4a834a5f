"""Two peers on a periodic routing instance: OR-Tools with days and routes in one model, and CP-SAT followed by PyVRP."""

from __future__ import annotations

import importlib
import math
import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from benchmarks._pvrp import Instance, Node, Tours, length

Clock = Callable[[], float]

SCALE = 10_000
NEIGHBOURS = 6
MARGIN = 97
"""Percent of a day's room that the days are filled to, if they can be; packing them into vehicles takes some."""


def matrix(instance: Instance, nodes: Sequence[int]) -> list[list[int]]:
    """Whole distances between some nodes."""
    places = [instance.nodes[node] for node in nodes]
    return [[round(length(a, b) * SCALE) for b in places] for a in places]


def greedy(instance: Instance) -> list[list[list[int]]]:
    """Tours by day and vehicle: each client, the most demanding first, with the days that lengthen its tours least."""
    tours: list[list[list[int]]] = [[[] for _ in range(instance.vehicles)] for _ in range(instance.days)]
    order = sorted(range(1, len(instance.nodes)), key=lambda c: -instance.nodes[c].demand * instance.nodes[c].frequency)
    dist = matrix(instance, range(len(instance.nodes)))
    for client in order:
        best: tuple[int, list[tuple[int, int, int]]] | None = None
        for days in instance.nodes[client].patterns:
            places = [_place(instance, dist, tours[day], day, client) for day in sorted(days)]
            if all(place is not None for place in places):
                found = [(day, *place[1:]) for day, place in zip(sorted(days), places, strict=True) if place]
                cost = sum(place[0] for place in places if place)
                best = min(best or (cost, found), (cost, found))
        for day, vehicle, at in best[1] if best else []:
            tours[day][vehicle].insert(at, client)
    return tours


def _place(
    instance: Instance, dist: list[list[int]], tours: list[list[int]], day: int, client: int
) -> tuple[int, int, int] | None:
    """The cheapest place of a client on a day: detour, vehicle, position."""
    longest, capacity = instance.limits[day]
    nodes = instance.nodes
    best: tuple[int, int, int] | None = None
    for vehicle, tour in enumerate(tours):
        if capacity and sum(nodes[c].demand for c in (*tour, client)) > capacity:
            continue
        stops = [0, *tour, 0]
        driven = sum(dist[a][b] for a, b in pairwise(stops))
        for at, (a, b) in enumerate(pairwise(stops)):
            more = dist[a][client] + dist[client][b] - dist[a][b]
            time = driven + more + SCALE * sum(nodes[c].service for c in (*tour, client))
            if (not longest or time <= longest * SCALE - len(nodes)) and (best is None or more < best[0]):
                best = (more, vehicle, at)
    return best


def joint(instance: Instance, seconds: float, clock: Clock) -> Tours:
    """OR-Tools: a node for each day a client may come on, coupled by a variable for each of its sets of days."""
    cp: Any = importlib.import_module("ortools.constraint_solver.pywrapcp")
    enums: Any = importlib.import_module("ortools.constraint_solver.routing_enums_pb2")
    copies = [
        (client, day)
        for client, node in enumerate(instance.nodes)
        for day in sorted({day for days in node.patterns for day in days})
        if client
    ]
    vehicles = instance.vehicles * instance.days
    manager = cp.RoutingIndexManager(len(copies) + 1, vehicles, 0)
    model = cp.RoutingModel(manager)
    _limits(instance, manager, model, copies)
    _couple(instance, manager, model, copies)
    number = {copy: at for at, copy in enumerate(copies, 1)}
    first = [[number[client, day] for client in tour] for day, tours in enumerate(greedy(instance)) for tour in tours]
    settings = cp.DefaultRoutingSearchParameters()
    settings.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    model.CloseModelWithParameters(settings)
    settings.time_limit.FromSeconds(60 * math.ceil(seconds))  # wanted by the library; the monitor stops it long before
    until = clock() + seconds
    model.AddSearchMonitor(model.solver().CustomLimit(lambda: clock() > until))
    begin = model.ReadAssignmentFromRoutes(first, True)
    found = model.SolveFromAssignmentWithParameters(begin, settings) if begin else model.SolveWithParameters(settings)
    if not found:
        return []
    tours: list[tuple[int, Sequence[int]]] = []
    for vehicle in range(vehicles):
        at, clients = model.Start(vehicle), []
        while not model.IsEnd(at := found.Value(model.NextVar(at))):
            clients.append(copies[manager.IndexToNode(at) - 1][0])
        tours.append((vehicle // instance.vehicles, clients))
    return tours


def _limits(instance: Instance, manager: Any, model: Any, copies: Sequence[tuple[int, int]]) -> None:
    """Distances, and each vehicle's longest time and capacity; a vehicle works on one day."""
    places = [0, *(client for client, _day in copies)]
    nodes = instance.nodes

    def place(at: int) -> Node:
        return nodes[places[int(manager.IndexToNode(at))]]

    def leg(a: int, b: int) -> int:
        return round(length(place(a), place(b)) * SCALE)

    def time(a: int, b: int) -> int:
        return leg(a, b) + round(place(a).service * SCALE)

    def demand(a: int) -> int:
        return round(place(a).demand * 100)

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(leg))
    per_day = [limit for limit in instance.limits for _vehicle in range(instance.vehicles)]
    free = 1 << 40
    times = [int(longest * SCALE) - len(nodes) if longest else free for longest, _capacity in per_day]
    model.AddDimensionWithVehicleCapacity(model.RegisterTransitCallback(time), 0, times, True, "time")
    loads = [int(capacity * 100) if capacity else free for _longest, capacity in per_day]
    model.AddDimensionWithVehicleCapacity(model.RegisterUnaryTransitCallback(demand), 0, loads, True, "load")
    for at, (_client, day) in enumerate(copies, 1):
        vehicles = range(day * instance.vehicles, (day + 1) * instance.vehicles)
        model.VehicleVar(manager.NodeToIndex(at)).SetValues([-1, *vehicles])


def _couple(instance: Instance, manager: Any, model: Any, copies: Sequence[tuple[int, int]]) -> None:
    """A copy is visited where the client's set of days has it; leaving a client out costs more than any detour."""
    solver = model.solver()
    far = 20 * max(max(row) for row in matrix(instance, range(len(instance.nodes))))
    index = {copy: manager.NodeToIndex(at) for at, copy in enumerate(copies, 1)}
    for at in index.values():
        model.AddDisjunction([at], far)
    for client, node in enumerate(instance.nodes):
        if not client:
            continue
        chosen = [solver.BoolVar(f"{client}:{sorted(days)}") for days in node.patterns]
        for variable in chosen:
            model.AddVariableMaximizedByFinalizer(variable)
        solver.Add(solver.Sum(chosen) <= 1)
        for day in {day for days in node.patterns for day in days}:
            having = [v for v, days in zip(chosen, node.patterns, strict=True) if day in days]
            solver.Add(model.ActiveVar(index[client, day]) == solver.Sum(having))


def days_first(instance: Instance, seconds: float, seed: int, clock: Clock) -> Tours:
    """CP-SAT chooses the days (neighbours together, no day too full), PyVRP then drives each day; half the time each."""
    chosen = _days(instance, seconds / 2, seed, MARGIN, clock) or _days(instance, seconds / 2, seed, 100, clock)
    tours: list[tuple[int, Sequence[int]]] = []
    for day in range(instance.days):
        clients = [client for client, days in enumerate(chosen) if day in days]
        if clients:
            tours += [(day, tour) for tour in _drive(instance, day, clients, seconds / 2 / instance.days, seed, clock)]
    return tours


def _days(instance: Instance, seconds: float, seed: int, percent: int, clock: Clock) -> list[frozenset[int]]:
    """A set of days for each node, or nothing where a day would be too full."""
    cp: Any = importlib.import_module("ortools.sat.python.cp_model")
    model = cp.CpModel()
    picks = [[model.new_bool_var("") for _days in node.patterns] for node in instance.nodes]
    on: dict[tuple[int, int], Any] = {}
    for client, node in enumerate(instance.nodes):
        if client:
            model.add_exactly_one(picks[client])
            for day in range(instance.days):
                on[client, day] = sum(v for v, days in zip(picks[client], node.patterns, strict=True) if day in days)
    clients = range(1, len(instance.nodes))
    for day, (_longest, capacity) in enumerate(instance.limits):
        if capacity:
            load = sum(round(instance.nodes[c].demand * 100) * on[c, day] for c in clients)
            model.add(load <= int(capacity * instance.vehicles * percent))
    busiest = model.new_int_var(0, 1 << 40, "")
    for day in range(instance.days):
        model.add(sum(round(instance.nodes[c].service * 100 + 100) * on[c, day] for c in clients) <= busiest)
    model.maximize(sum(_together(instance, model, on)) - busiest)
    solver = cp.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    over = threading.Event()
    threading.Thread(target=_watch, args=(over, clock, clock() + seconds, solver.stop_search), daemon=True).start()
    status = solver.solve(model)
    over.set()
    if status not in (cp.OPTIMAL, cp.FEASIBLE):
        return []
    return [
        next((days for v, days in zip(pick, node.patterns, strict=True) if solver.value(v)), frozenset())
        for pick, node in zip(picks, instance.nodes, strict=True)
    ]


def _watch(over: threading.Event, clock: Clock, until: float, stop: Callable[[], None]) -> None:
    """Stop a search when its time is up: CP-SAT itself knows the wall clock only."""
    while not over.wait(0.02):
        if clock() > until:
            stop()


def _together(instance: Instance, model: Any, on: dict[tuple[int, int], Any]) -> list[Any]:
    """A reward for each day that two neighbours share, the greater the closer they are."""
    dist = matrix(instance, range(len(instance.nodes)))
    far = max(map(max, dist))
    clients = range(1, len(instance.nodes))
    shared = []
    for client in clients:
        for other in sorted(clients, key=lambda c: dist[client][c])[1 : NEIGHBOURS + 1]:
            for day in range(instance.days):
                both = model.new_bool_var("")
                model.add(2 * both <= on[client, day] + on[other, day])
                shared.append((100 * (far - dist[client][other]) // far) * both)
    return shared


def _drive(
    instance: Instance, day: int, clients: Sequence[int], seconds: float, seed: int, clock: Clock
) -> list[list[int]]:
    """The routes of one day, by PyVRP; its best even where it found none that keeps the limits."""
    pyvrp: Any = importlib.import_module("pyvrp")
    numpy: Any = importlib.import_module("numpy")
    longest, capacity = instance.limits[day]
    nodes = [instance.nodes[client] for client in clients]
    dist = numpy.array(matrix(instance, [0, *clients]))
    limits: dict[str, Any] = {"capacity": [int(capacity * 100)]} if capacity else {"capacity": [1 << 40]}
    if longest:
        limits["shift_duration"] = int(longest * SCALE) - len(instance.nodes)
    data = pyvrp.ProblemData(
        [pyvrp.Location(node.x, node.y) for node in (instance.nodes[0], *nodes)],
        [
            pyvrp.Client(at, delivery=[round(node.demand * 100)], service_duration=round(node.service * SCALE))
            for at, node in enumerate(nodes, 1)
        ],
        [pyvrp.Depot(0)],
        [pyvrp.VehicleType(instance.vehicles, **limits)],
        [dist],
        [dist],
    )
    until = clock() + seconds
    best = pyvrp.solve(data, lambda _best: clock() > until, seed=seed, collect_stats=False, display=False).best
    return [[clients[at] for at in _visited(route)] for route in best.routes()]


def _visited(route: Any) -> list[int]:
    """The clients of a route of PyVRP, by their place in the data."""
    return [activity.idx for activity in route if activity.is_client()]
