"""Periodic vehicle routing instances in the format of Cordeau, Gendreau and Laporte, and a checker of its own."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

Tours = Sequence[tuple[int, Sequence[int]]]
"""Each tour's day and its clients in order."""


@dataclass(frozen=True)
class Node:
    """A client (or, first, the depot) as the file gives it; each pattern is the set of its days from 0."""

    x: float
    y: float
    service: float
    demand: float
    frequency: int
    patterns: tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Instance:
    """One file. ``limits`` holds for each day the longest route and the capacity; 0 is no limit."""

    name: str
    vehicles: int
    days: int
    limits: tuple[tuple[float, float], ...]
    nodes: tuple[Node, ...]


def names(folder: Path) -> list[str]:
    """The instances of a folder: files without a suffix, whose first line says that they are periodic."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.suffix)
    return [path.name for path in files if path.read_text(encoding="ascii", errors="replace").split()[:1] == ["1"]]


def best_known(path: Path) -> dict[str, float]:
    """Lines of a name and a value; a line without a value, such as a header, is skipped."""
    found: dict[str, float] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _tab, value = line.partition("\t")
        with suppress(ValueError):
            found[name.strip()] = float(value)
    return found


def read(path: Path) -> Instance:
    """An instance from its file."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    kind, vehicles, _clients, days = (int(word) for word in rows[0][:4])
    if kind != 1:
        raise ValueError(f"{path.name}: not a periodic instance")
    limits = tuple((float(row[0]), float(row[1])) for row in rows[1 : 1 + days])
    return Instance(path.name, vehicles, days, limits, tuple(_node(row, days) for row in rows[1 + days :]))


def _node(row: Sequence[str], days: int) -> Node:
    x, y, service, demand = (float(word) for word in row[1:5])
    frequency, count = (int(word) for word in row[5:7])
    codes = [int(word) for word in row[7 : 7 + count]]
    patterns = tuple(frozenset(day for day in range(days) if code >> (days - 1 - day) & 1) for code in codes)
    return Node(x, y, service, demand, frequency, patterns)


def made_up(*, clients: int, days: int, vehicles: int, seed: int) -> Instance:
    """A week in a town of districts: some clients once, some twice with days between, one in ten every day."""
    luck = random.Random(seed)
    centres = [(luck.uniform(-40, 40), luck.uniform(-40, 40)) for _district in range(6)]
    apart = tuple(frozenset((a, b)) for a in range(days) for b in range(a + 2, days))
    patterns = [tuple(frozenset({day}) for day in range(days)), apart, (frozenset(range(days)),)]
    nodes = [Node(0, 0, 0, 0, 0, ())]
    for _client in range(clients):
        x, y = luck.choice(centres)
        kind = luck.choices(range(3), (5, 4, 1))[0]
        place = Node(x + luck.gauss(0, 8), y + luck.gauss(0, 8), 10, luck.randint(1, 9), 0, patterns[kind])
        nodes.append(replace(place, frequency=len(min(patterns[kind], key=len))))
    needed = sum(node.demand * node.frequency for node in nodes)
    capacity = math.ceil(needed / days / vehicles * 1.15)
    return Instance(f"made up {seed}", vehicles, days, ((0.0, capacity),) * days, tuple(nodes))


def length(a: Node, b: Node) -> float:
    """The straight line, not rounded."""
    return math.hypot(a.x - b.x, a.y - b.y)


def check(instance: Instance, tours: Tours) -> tuple[float, list[str]]:
    """The exact cost of tours (day, clients in order), and all that is wrong with them."""
    wrong: list[str] = []
    total = 0.0
    seen: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for day, clients in tours:
        if not clients:
            continue
        used[day] = used.get(day, 0) + 1
        stops = [instance.nodes[0], *(instance.nodes[c] for c in clients), instance.nodes[0]]
        driven = sum(length(a, b) for a, b in pairwise(stops))
        total += driven
        longest, capacity = instance.limits[day]
        if longest and driven + sum(stop.service for stop in stops) > longest + 1e-6:
            wrong.append(f"day {day}: a route is too long")
        if capacity and sum(stop.demand for stop in stops) > capacity + 1e-6:
            wrong.append(f"day {day}: a vehicle is overloaded")
        for client in clients:
            seen.setdefault(client, []).append(day)
    wrong += [f"day {day}: {count} vehicles" for day, count in used.items() if count > instance.vehicles]
    for number, node in enumerate(instance.nodes[1:], 1):
        days = seen.get(number, [])
        if len(days) != len(set(days)) or (frozenset(days) not in node.patterns and node.patterns):
            wrong.append(f"client {number}: no allowed days {sorted(days)}")
    return total, wrong
