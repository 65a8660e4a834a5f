"""The month of one owner: from what is due to rounds by day, through the search and a last look at priorities.

The search weighs; the last look makes sure: what is left out could not have had the place of anything lesser.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cmkit.visits.due import MANDATORY_SPACING_DAYS, Due, gap_days
from cmkit.visits.patterns import LATE, Calendar, Pattern, Wish, before, missed, owed, patterns, possible, spaced
from cmkit.visits.routes import Ground, Node
from cmkit.visits.search.problem import Budget, Choice, Problem, Solution, Stop, Tour

UNIT: Final = 200_000
"""Leaving a visit out costs more than any day's driving."""
RIDE: Final = 900
"""Who is not due before the plan ends is visited where that is less than a quarter of an hour's detour."""
FILL: Final = 7_200
"""The same where days are to be filled up to their least."""
OPENING: Final = 1_200
"""What a day on the road costs before its first mile, twice: two days with one visit each are worse than one with two."""
OPENING_LEAST: Final = 7_200
"""The same where a day has a least: few days that are full."""
_FEW, _EACH, _MANY = 2_000, 150, 40_000
_ROOM, _STEEP = 1 << 51, 12


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something fixed on one day: a meeting at the office, or a visit that stays as it was sent."""

    day: int
    node: Node
    visit: int = -1
    """Which of the fixed visits it is; -1 for a meeting."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client in the search: what is due, and what a visit takes."""

    wish: Wish
    node: Node
    optional: frozenset[int] = frozenset()
    """The dues that may be left out without a word: they fall due after the plan ends."""
    least: int = 0
    """What a visit counts towards the least of a day."""


@dataclass(frozen=True, slots=True)
class Month:
    """All that the search needs of one owner; plain values, so that it can be handed to another process."""

    owner: str
    calendar: Calendar
    clients: tuple[Client, ...]
    appointments: tuple[Appointment, ...]
    ways: tuple[tuple[int, ...], ...]
    """Seconds from place to place, the office first."""
    finish: int
    capacity: int
    least: int = 0
    """A day that holds so much is full enough; 0 = no least."""
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    engine: str = "plain"
    lost: tuple[Due, ...] = ()
    """Events that no day is left for, whose client is visited all the same."""


@dataclass(frozen=True, slots=True)
class Booked:
    """One visit of the result: which client and which of its dues; or (``due`` -1) an appointment by its number."""

    client: int
    due: int


@dataclass(slots=True)
class Rounds:
    """The result: by day the order of what is done, when each begins, and what found no place."""

    days: list[list[Booked]]
    begins: list[list[int]]
    left_out: list[Booked]
    more_days: int = 0
    """The further days that would take what is left out for want of room."""
    crowded: frozenset[Booked] = frozenset()
    """Of what is left out, that for which only room was wanting."""


Importance = tuple[int, int, int]
_Key = tuple[Importance, int]
_Exchange = tuple[list[_Key], int, list[int], list[int]]
"""What has to go (its importance), the day, the round of that day, and who has to go."""


def importance(due: Due) -> Importance:
    """Smaller is more important: events with a deadline, then the tier's rank, then who has been due longest."""
    return (0 if due.mandatory else 1, due.rank, due.due_on.toordinal())


def weights(dues: Iterable[Due], count: int, value: Callable[[Due], int]) -> dict[Due, int]:
    """What leaving each out costs: a rank higher outweighs everything below it together.

    Inside a rank it decides who has been due longest, then the client's ``value`` (its place among all, below ``count``).
    """
    every = list(dues)
    latest = max((due.due_on for due in every), default=date.min)
    levels = sorted({importance(due)[:2] for due in every}, reverse=True)
    step = _step(len(every), len(levels), 2 * count + 1)
    found = {}
    for due in every:
        unit = UNIT * step ** levels.index(importance(due)[:2])
        share = min((latest - due.due_on).days, 999) * (count + 1) + value(due)
        found[due] = unit + unit * share // (1000 * (count + 1))
    return found


def _step(visits: int, levels: int, strict: int) -> int:
    """What a rank outweighs the next by: all of it, but for numbers that a machine word no longer holds (then most of it)."""
    room = _ROOM // (4 * UNIT * max(1, visits))
    step = strict
    while step > _STEEP and step ** max(0, levels - 1) > room:
        step -= 1
    return step if step > _STEEP else strict


def effort(month: Month) -> int:
    """The iterations that a plan of this size is worth; the same for both engines."""
    visits = sum(len(client.wish.dues) for client in month.clients)
    return min(_MANY, _FEW + _EACH * visits)


def plan_month(month: Month, progress: Callable[[float, int], None] | None = None) -> Rounds:
    """The rounds of one owner."""
    return Planner(month).run(progress)


class Planner:
    """One owner's month in the making. Numbers of nodes: the clients, then the appointments."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.calendar = month.calendar
        self.opening = OPENING_LEAST if month.least else OPENING
        nodes = [client.node for client in month.clients] + [one.node for one in month.appointments]
        self.ground = Ground(nodes, month.ways, month.finish, month.capacity)
        self.sets = [patterns(client.wish, month.calendar) for client in month.clients]
        self.routes: list[list[int]] = [[] for _day in month.calendar.days]
        for number, one in enumerate(month.appointments, len(month.clients)):
            if _opening(one):
                self.routes[one.day].append(number)
        self.dues: dict[tuple[int, int], int] = {}
        """(client, day) to the due that the visit serves."""

    def run(self, progress: Callable[[float, int], None] | None = None) -> Rounds:
        """Search, make sure of the priorities, tell."""
        if self.calendar.days:
            if any(self.sets) or self.month.appointments:
                self._search(progress)
            self._mend()
            if self.month.least:
                self._fill()
                for day in range(len(self.routes)):
                    self._trim(day)
            self.routes = [self.ground.tightened(route) for route in self.routes]
            # In another order there may be room where there was none.
            self._mend()
        return self._result()

    def _search(self, progress: Callable[[float, int], None] | None) -> None:
        from cmkit.visits.search.solve import solve

        numbers = self.numbers()
        budget = self.month.budget
        if not budget.iterations and not budget.seconds:
            budget = Budget(effort(self.month))
        found = solve(
            self.problem(numbers),
            seed=self.month.seed,
            budget=budget,
            name=self.month.engine,
            start=self._start(numbers),
            progress=progress,
        )
        self._take(numbers, found)

    def numbers(self) -> list[int]:
        """The nodes that the search moves: all but who can have no day, and meetings that a day begins with."""
        inside = [number for number, sets in enumerate(self.sets) if sets]
        first = len(self.month.clients)
        later = [number for number, one in enumerate(self.month.appointments, first) if not _opening(one)]
        return [*inside, *later]

    def problem(self, numbers: Sequence[int]) -> Problem:
        """What the search is asked."""
        days = len(self.calendar.days)
        nodes = self.ground.nodes
        places = [0, *(nodes[number].place for number in numbers)]
        # Every way from and to the base is longer by the same, and so is the day: full days come out, hours stay right.
        dist = [
            self.month.ways[here][there] + (self.opening if (row == 0) != (column == 0) else 0)
            for row, here in enumerate(places)
            for column, there in enumerate(places)
        ]
        starts = {one.day: one.node.service for one in self.month.appointments if _opening(one)}
        tours = tuple(
            Tour(
                day, capacity=self.month.capacity, start=starts.get(day, 0), finish=self.month.finish + 2 * self.opening
            )
            for day in range(days)
        )
        return Problem(tuple(self._stop(number, days) for number in numbers), tours, dist, days)

    def _stop(self, number: int, days: int) -> Stop:
        node = self.ground.nodes[number]
        windows, pauses = (
            ((span[0] + self.opening, span[1] + self.opening),) * days if span else ()
            for span in (node.window, node.pause)
        )
        if number >= len(self.month.clients):
            day = self.month.appointments[number - len(self.month.clients)].day
            # Dearer than all visits of all ranks: an appointment is never given up for them.
            never = 2 * sum(sum(client.wish.weights) for client in self.month.clients) + UNIT
            return Stop((Choice((day,)),), never, node.service, node.demand, windows)
        client = self.month.clients[number]
        # Short is what another set of days would serve, or serve in time: the search looks there again and again.
        least = min(one.cost + one.left_out for one in self.sets[number])
        choices = tuple(
            Choice(one.days, cost, short=cost >= least + LATE)
            for one in self.sets[number]
            for cost in [one.cost + one.left_out]
        )
        return Stop(choices, missed(client.wish, self.calendar), node.service, node.demand, windows, pauses)

    def _start(self, numbers: Sequence[int]) -> Solution | None:
        """The plan sent before, to begin with: who can keep all days is seated first, the others find room beside them."""
        if not any(client.wish.previous for client in self.month.clients):
            return None
        chosen: list[tuple[int, ...]] = []
        tours: list[list[int]] = [[] for _day in self.calendar.days]
        for place, number in enumerate(numbers, 1):
            days: tuple[int, ...] = ()
            if number >= len(self.month.clients):
                days = (self.month.appointments[number - len(self.month.clients)].day,)
            else:
                sent = {self.calendar.index[day] for day in self.month.clients[number].wish.previous}
                days = next((one.days for one in self.sets[number] if sent == {*one.days}), ())
            chosen.append(days)
            for day in days:
                tours[day].append(place)
        return Solution(tuple(map(tuple, tours)), tuple(chosen), 0)

    def _take(self, numbers: Sequence[int], found: Solution) -> None:
        for day, tour in enumerate(found.tours):
            self.routes[day] += [numbers[place - 1] for place in tour]
        for number, days in zip(numbers, found.choices, strict=True):
            if number < len(self.month.clients) and days:
                served = min((one for one in self.sets[number] if one.days == tuple(days)), key=_worth).served
                self.dues |= {(number, day): due for day, due in zip(days, served, strict=True)}
        # What is fixed stays, however full a hand has made its day.
        for number, one in enumerate(self.month.appointments, len(self.month.clients)):
            if number not in self.routes[one.day]:
                self.routes[one.day].append(number)

    def _mend(self) -> None:
        """Put in what still fits, and let what matters more take the place of what matters less, until nothing moves."""
        tried: set[tuple[int, int]] = set()
        while fresh := [one for one in self._missing() if one not in tried]:
            # A visit that was let go may leave another one of its client missing: look again.
            tried.update(fresh)
            waiting = sorted((self._key(*one), one) for one in fresh)
            while waiting:
                _key, (client, due) = waiting.pop(0)
                if self._put_in(client, due):
                    continue
                for pushed in self._push_out(client, due):
                    insort(waiting, (self._key(*pushed), pushed))

    def _key(self, client: int, due: int) -> _Key:
        one = self.month.clients[client]
        urgent, rank, day = importance(one.wish.dues[due])
        # Who is not due before the plan ends never stands in the way of those who are.
        return (2 if due in one.optional else urgent, rank, day), -one.wish.weights[due]

    def _missing(self) -> list[tuple[int, int]]:
        """The visits that are due in the plan and not in it."""
        placed: dict[int, dict[int, int]] = {}
        for (number, day), due in self.dues.items():
            placed.setdefault(number, {})[due] = day
        return [
            (number, due)
            for number, client in enumerate(self.month.clients)
            for due in range(len(client.wish.dues))
            if due not in placed.get(number, {})
            and due not in client.optional
            and self._owed(number, due, placed.get(number, {}))
        ]

    def _owed(self, number: int, due: int, placed: Mapping[int, int]) -> bool:
        """Whether the plan owes the visit, with those that it has (due to day): see ``patterns.owed``."""
        days = self.calendar.days
        if not days or due < max(placed, default=0):
            return True
        wish = self.month.clients[number].wish
        last = days[max(placed.values())] if placed else before(wish, self.calendar)
        return owed(wish.dues[due], last, days[-1])

    def _days_for(self, client: int, due: int) -> list[int]:
        """The days on which a visit that is left out could be, among the client's other visits."""
        wish = self.month.clients[client].wish
        others = [
            (
                self.calendar.days[day],
                max(1, gap_days(wish.dues[number].interval))
                if not wish.dues[number].mandatory
                else MANDATORY_SPACING_DAYS,
            )
            for (owner, day), number in self.dues.items()
            if owner == client
        ]
        return [
            day
            for day in possible(wish, due, self.calendar)
            if (client, day) not in self.dues and spaced(wish.dues[due], self.calendar.days[day], others)
        ]

    def _put_in(self, client: int, due: int) -> bool:
        found = []
        for day in self._days_for(client, due):
            place = self.ground.insert(self.routes[day], client)
            if place:
                found.append((place[0], day, place[1]))
        if not found:
            return False
        _detour, day, self.routes[day] = min(found)
        self.dues[client, day] = due
        return True

    def _push_out(self, client: int, due: int) -> list[tuple[int, int]]:
        """Take the place of the least important visit that has one, or of several; gives what had to go."""
        found = [one for day in self._days_for(client, due) if (one := self._instead(client, due, day))]
        if not found:
            return []
        _keys, day, route, gone = max(found, key=lambda one: (-len(one[0]), one[0], one[1]))
        self.routes[day] = route
        let_go = [(number, self.dues.pop((number, day))) for number in gone]
        self.dues[client, day] = due
        return [(number, one) for number, one in let_go if one not in self.month.clients[number].optional]

    def _instead(self, client: int, due: int, day: int) -> _Exchange | None:
        """A day's round with the visit in it and the fewest lesser ones, the least important first, out of it."""
        mine = self._key(client, due)[0]
        keys = {
            number: self._key(number, self.dues[number, day])
            for number in self.routes[day]
            if number < len(self.month.clients) and number != client
        }
        lesser = sorted((number for number in keys if keys[number][0] > mine), key=lambda one: keys[one], reverse=True)
        for number in lesser:
            place = self.ground.insert([one for one in self.routes[day] if one != number], client)
            if place:
                return [keys[number]], day, place[1], [number]
        route, gone = self.routes[day], []
        for number in lesser:
            route = [one for one in route if one != number]
            gone.append(number)
            if place := self.ground.insert(route, client):
                return self._taken_back(place[1], gone, day, keys)
        return None

    def _taken_back(self, route: list[int], gone: Sequence[int], day: int, keys: Mapping[int, _Key]) -> _Exchange:
        """What was taken out for nothing comes back, the most important first."""
        out = []
        for number in reversed(gone):
            if back := self.ground.insert(route, number):
                route = back[1]
            else:
                out.append(number)
        return sorted((keys[number] for number in out), reverse=True), day, route, out

    def _fill(self) -> None:
        """Days under their least take on the nearest who may be visited already, the fullest day first.

        A day on which nobody is due is no day to go out.
        """
        for day, route in enumerate(self.routes):
            if all(
                one < len(self.month.clients) and self.dues[one, day] in self.month.clients[one].optional
                for one in route
            ):
                for one in route:
                    del self.dues[one, day]
                self.routes[day] = []
        spare = [(number, due) for number, client in enumerate(self.month.clients) for due in client.optional]
        for day in sorted(range(len(self.routes)), key=lambda day: (-self._full(day), day)):
            placed = set(self._placed())
            waiting = (
                [one for one in spare if one not in placed and day in self._days_for(*one)] if self.routes[day] else []
            )
            near = sorted((place[0], one) for one in waiting if (place := self.ground.insert(self.routes[day], one[0])))
            for detour, (client, due) in near:
                if self._full(day) >= self.month.least or detour > FILL:
                    break
                if place := self.ground.insert(self.routes[day], client):
                    self.routes[day] = place[1]
                    self.dues[client, day] = due

    def _trim(self, day: int) -> None:
        """Beyond its least a day lets go of the farthest who need not be visited yet."""
        clients = self.month.clients
        while True:
            route = self.routes[day]
            spare = [one for one in route if one < len(clients) and self.dues[one, day] in clients[one].optional]
            held = [one for one in spare if self._full(day) - clients[one].least >= self.month.least]
            way = self.ground.travel(route)
            far, number = max(
                ((way - self.ground.travel([other for other in route if other != one]), one) for one in held),
                default=(0, -1),
            )
            if far <= RIDE:
                return
            route.remove(number)
            del self.dues[number, day]

    def _full(self, day: int) -> int:
        """What a day counts towards its least."""
        return sum(self.month.clients[one].least for one in self.routes[day] if one < len(self.month.clients))

    def _placed(self) -> Iterable[tuple[int, int]]:
        return ((client, due) for (client, _day), due in self.dues.items())

    def _result(self) -> Rounds:
        days = [[self._booked(number, day) for number in route] for day, route in enumerate(self.routes)]
        begins = [self.ground.begins(route) or self._loose(route) for route in self.routes]
        left = [Booked(*one) for one in self._missing()]
        crowded = [one for one in left if self._days_for(one.client, one.due)]
        return Rounds(days, begins, left, self._more_days(crowded), frozenset(crowded))

    def _booked(self, number: int, day: int) -> Booked:
        if number < len(self.month.clients):
            return Booked(number, self.dues[number, day])
        return Booked(number - len(self.month.clients), -1)

    def _loose(self, route: Sequence[int]) -> list[int]:
        """Times of a day that was fixed too full by hand: one after the other, however late it gets."""
        wide = Ground(
            [Node(n.place, n.service, n.demand) for n in self.ground.nodes], self.ground.ways, 1 << 40, 1 << 40
        )
        return wide.begins(route) or []

    def _more_days(self, left: Sequence[Booked]) -> int:
        """The rounds that would take what is left out, each where it costs the least detour."""
        rounds: list[list[int]] = []
        for one in sorted(left, key=lambda one: self._key(one.client, one.due)):
            found = []
            for at, route in enumerate(rounds):
                if one.client not in route and (place := self.ground.insert(route, one.client)):
                    found.append((place[0], at, place[1]))
            if found:
                _detour, at, rounds[at] = min(found)
            elif self.ground.insert([], one.client):
                rounds.append([one.client])
        return len(rounds)


def _opening(one: Appointment) -> bool:
    """A meeting that the day begins with: the round simply begins after it."""
    return one.node.place == 0 and one.node.window == (0, 0)


def _worth(one: Pattern) -> tuple[int, tuple[int, ...]]:
    return one.left_out + one.cost, one.served
