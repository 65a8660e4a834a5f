"""The rounds of one owner as the plan sees them: when each visit begins, and where one more fits in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BASE: Final = 0
_SHORT: Final = 600
_PATIENCE: Final = 4
"""Ten minutes' waiting is no matter; beyond that four minutes of it weigh as much as one on the road."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing to do: a client's visit, a visit that is fixed, or a meeting at the office."""

    place: int
    """Which row of the table of ways; 0 is the office."""
    service: int = 0
    demand: int = 0
    window: tuple[int, int] | None = None
    """When it may begin, in seconds of the round."""
    pause: tuple[int, int] | None = None
    """Inside the window: nothing begins after the first and before the second (a shop that is closed over noon)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every round of an owner has in common."""

    nodes: Sequence[Node]
    ways: Sequence[Sequence[int]]
    """Seconds from place to place."""
    finish: int
    capacity: int

    def begins(self, route: Sequence[int]) -> list[int] | None:
        """When each node of a round begins, and when it is back; None where it cannot be done in time."""
        now, place = 0, BASE
        times = []
        for number in route:
            node = self.nodes[number]
            now += self.ways[place][node.place]
            if node.window:
                now = max(now, node.window[0])
                if node.pause and now > node.pause[0]:
                    now = max(now, node.pause[1])
                if now > node.window[1]:
                    return None
            times.append(now)
            now += node.service
            place = node.place
        now += self.ways[place][BASE]
        return [*times, now] if now <= self.finish else None

    def load(self, route: Sequence[int]) -> int:
        """What of the day's capacity a round takes."""
        return sum(self.nodes[number].demand for number in route)

    def travel(self, route: Sequence[int]) -> int:
        """Seconds on the road."""
        places = [BASE, *(self.nodes[number].place for number in route), BASE]
        return sum(self.ways[here][there] for here, there in itertools.pairwise(places))

    def idle(self, route: Sequence[int]) -> int:
        """Seconds of a round spent waiting at closed doors; 0 where it cannot be done in time."""
        times = self.begins(route)
        return times[-1] - self.travel(route) - sum(self.nodes[one].service for one in route) if times else 0

    def tightened(self, route: Sequence[int]) -> list[int]:
        """The round with its stops moved about so that less time is waited, where that is worth the longer way."""
        best = list(route)
        cost = self.travel(best) + self.idle(best) // _PATIENCE
        better = self.idle(best) > _SHORT
        while better:
            better = False
            moved = (
                [*(rest := best[:at] + best[at + 1 :])[:to], best[at], *rest[to:]]
                for at in range(len(best))
                for to in range(len(best))
                if to != at
            )
            for tried in moved:
                if self.begins(tried) is None:
                    continue
                if (told := self.travel(tried) + self.idle(tried) // _PATIENCE) < cost:
                    best, cost, better = tried, told, True
                    break
        return best

    def insert(self, route: Sequence[int], number: int) -> tuple[int, list[int]] | None:
        """The round with one node more at its best place, and the detour; None where it fits nowhere."""
        node = self.nodes[number]
        if self.load(route) + node.demand > self.capacity:
            return None
        places = [BASE, *(self.nodes[one].place for one in route), BASE]
        detours = []
        for at in range(len(route) + 1):
            here, there = places[at], places[at + 1]
            detours.append((self.ways[here][node.place] + self.ways[node.place][there] - self.ways[here][there], at))
        busy = self.travel(route) + node.service + sum(self.nodes[one].service for one in route)
        for detour, at in sorted(detours):
            if busy + detour > self.finish:
                return None
            tried = [*route[:at], number, *route[at:]]
            if self.begins(tried) is not None:
                return detour, tried
        return None
