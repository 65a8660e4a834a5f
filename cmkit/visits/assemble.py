"""From facts to the month of one owner: places, minutes, windows, quotas, what is settled, who may be visited when."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from cmkit.base.lang import _
from cmkit.facts import records
from cmkit.facts.records import Visit
from cmkit.facts.specs import VisitSpec
from cmkit.visits.due import Due, slack_days, tier_of
from cmkit.visits.hours import Shift, Window, closed_weekdays, shift_of, visit_windows, weekday_open
from cmkit.visits.patterns import Calendar, Wish
from cmkit.visits.places import Atlas, Place
from cmkit.visits.rounds import FILL, RIDE, Appointment, Client, Month, weights
from cmkit.visits.routes import Node
from cmkit.visits.search.problem import Budget

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which an owner is at the office: a meeting. Minutes of the clock."""

    day: date
    start: int
    finish: int
    label: str = ""


@dataclass(frozen=True)
class Book:
    """What all owners of a plan have in common."""

    clients: Mapping[str, records.Client]
    spec: VisitSpec
    days: tuple[date, ...]
    """The working days that may be planned."""
    atlas: Atlas
    away: Mapping[str, Collection[date]] = field(default_factory=dict)
    busy: Mapping[str, Sequence[Busy]] = field(default_factory=dict)
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    engine: str = "plain"

    @cached_property
    def shift(self) -> Shift:
        """The hours of a day."""
        return shift_of(self.spec)

    @cached_property
    def windows(self) -> dict[str, tuple[Window, ...]]:
        """When each client may be visited on a day that it receives: in one span or two, or never."""
        return {number: self._windows(client) for number, client in self.clients.items()}

    @cached_property
    def closed(self) -> dict[str, frozenset[int]]:
        """The weekdays on which each client does not receive."""
        column = self.spec.closed_column
        return {
            number: closed_weekdays(str(client.get(column) or "")) if column else frozenset()
            for number, client in self.clients.items()
        }

    @cached_property
    def values(self) -> dict[str, int]:
        """Each client's place among all by worth: the most valuable has the highest number."""
        column = self.spec.value_column
        worth = {number: (client.get(column) if column else None) or 0 for number, client in self.clients.items()}
        steps = {value: place for place, value in enumerate(sorted(set(worth.values())))}
        return {number: steps[value] for number, value in worth.items()}

    @cached_property
    def capacity(self) -> int:
        """A full day, in parts that every quota divides (30 in town and 25 in the country: 150)."""
        return math.lcm(
            *{capacity_of(client, self.spec) for client in self.clients.values()}, max(1, self.spec.per_day)
        )

    @cached_property
    def least(self) -> int:
        """A day that is full enough, in parts likewise; 0 without a rule."""
        wanted = {least_of(client, self.spec) for client in self.clients.values()} - {0}
        return math.lcm(*wanted) if wanted else 0

    def minutes(self, client: records.Client | None) -> int:
        """How long a visit takes."""
        return (tier_of(client, self.spec)[1].minutes if client else 0) or self.spec.minutes

    def open_days(self, client: str, owner: str) -> tuple[int, ...]:
        """The days (by index) on which the owner is there and the client receives."""
        away = self.away.get(owner, ())
        if not self.windows[client]:
            return ()
        closed = self.closed[client]
        return tuple(n for n, day in enumerate(self.days) if day not in away and weekday_open(closed, day))

    def _windows(self, client: records.Client) -> tuple[Window, ...]:
        hours = str(client.get(self.spec.hours_column) or "") if self.spec.hours_column else ""
        return visit_windows(hours, self.minutes(client), self.shift)


def capacity_of(client: records.Client, spec: VisitSpec) -> int:
    """How many clients of this client's kind fill a day (tobacco: city 30, country 25)."""
    value = str(client.get(spec.per_day_column) or "") if spec.per_day_column else ""
    return max(1, spec.per_day_by.get(value, spec.per_day))


def least_of(client: records.Client, spec: VisitSpec) -> int:
    """How many clients of this client's kind a day should have at least; 0 without a rule."""
    value = str(client.get(spec.per_day_column) or "") if spec.per_day_column else ""
    return max(0, spec.per_day_least_by.get(value, spec.per_day_least))


def route_of(client: records.Client, spec: VisitSpec) -> str:
    """The route, or where there is none the district."""
    route = str(client.get(spec.route_column) or "") if spec.route_column else ""
    return route or client.district or client.territory


def month_of(
    owner: str, dues: Sequence[Due], fixed: Sequence[Visit], previous: Mapping[str, frozenset[date]], book: Book
) -> Month:
    """Everything that the search needs of one owner. ``fixed`` visits of days that are planned keep their day."""
    calendar = Calendar.of(book.days)
    by_client: dict[str, list[Due]] = {}
    settled: dict[str, list[date]] = {}
    for visit in fixed:
        if visit.date:
            settled.setdefault(visit.client_id, []).append(visit.date)
    for due in dues:
        if due.client_id in book.clients and not served(due, settled.get(due.client_id, ())):
            by_client.setdefault(due.client_id, []).append(due)
    lost: list[Due] = []
    for client, found in sorted(by_client.items()):
        open_days = [book.days[index] for index in book.open_days(client, owner)]
        lost += [due for due in found if _hopeless(due, open_days, book)]
        by_client[client] = [_by_tier(due) if due in lost else due for due in found]
    cost = _costs([due for found in by_client.values() for due in found], book)
    for found in by_client.values():
        found.sort(key=lambda due: (due.due_on, due.opens, due.kind))
    order = sorted(by_client)
    places = [book.atlas.base(owner), *(book.atlas.of(client) for client in order)]
    members = tuple(
        _client(
            number,
            by_client[client],
            tuple(settled.get(client, ())),
            previous.get(client, frozenset()),
            cost,
            owner,
            book,
        )
        for number, client in enumerate(order, 1)
    )
    appointments = [*_meetings(owner, book, calendar), *_fixed(fixed, places, book, calendar)]
    return Month(
        owner,
        calendar,
        members,
        tuple(appointments),
        _ways(places, book.atlas),
        book.shift.seconds,
        book.capacity,
        book.least,
        book.seed,
        book.budget,
        book.engine,
        tuple(lost),
    )


def _hopeless(due: Due, open_days: Sequence[date], book: Book) -> bool:
    """Whether an event that shares its visit with the tier's rule has not one day that it could be visited on."""
    if due.deadline is None or not due.tier_reason or not book.days or due.deadline < book.days[0]:
        return False
    return not any(due.opens <= day <= due.deadline for day in open_days)


def _by_tier(due: Due) -> Due:
    """The visit that the tier asks for, without the event that it came too late for."""
    opens = date.fromordinal(due.due_on.toordinal() - slack_days(due.interval))
    return replace(due, kind="tier", reasons=(due.tier_reason,), opens=opens, deadline=None, purpose=_("定期走访"))


def served(due: Due, days: Sequence[date]) -> bool:
    """Whether a visit that was fixed beforehand serves this due."""
    last = due.deadline or date.fromordinal(due.due_on.toordinal() + slack_days(due.interval))
    return any(due.opens <= day <= (date.max if due.overdue_days else last) for day in days)


def _costs(dues: Sequence[Due], book: Book) -> dict[Due, int]:
    """What leaving each due out costs; one that falls due after the plan's last day only rides along."""
    last = book.days[-1] if book.days else date.min
    soon = [due for due in dues if min(due.due_on, due.deadline or due.due_on) > last]
    ahead = set(soon)
    must = [due for due in dues if due not in ahead]
    ride = FILL if book.least else RIDE
    values = book.values
    return weights(must, max(1, len(must), len(book.clients)), lambda due: values[due.client_id]) | dict.fromkeys(
        soon, ride
    )


def _client(
    place: int,
    dues: Sequence[Due],
    settled: tuple[date, ...],
    previous: frozenset[date],
    cost: Mapping[Due, int],
    owner: str,
    book: Book,
) -> Client:
    fact = book.clients[dues[0].client_id]
    last = book.days[-1] if book.days else date.min
    optional = frozenset(n for n, due in enumerate(dues) if min(due.due_on, due.deadline or due.due_on) > last)
    least = least_of(fact, book.spec)
    return Client(
        Wish(
            fact.client_id,
            tuple(dues),
            tuple(cost[due] for due in dues),
            book.open_days(fact.client_id, owner),
            settled,
            previous & frozenset(book.days),
        ),
        Node(
            place,
            book.minutes(fact) * _MINUTE,
            book.capacity // capacity_of(fact, book.spec),
            *_begins(book.windows[fact.client_id], book.shift),
        ),
        optional,
        book.least // least if least else 0,
    )


def _begins(windows: Sequence[Window], shift: Shift) -> tuple[Window | None, Window | None]:
    """From when to when a visit may begin (None: at any time), and the pause inside in which it may not."""
    if not windows or windows[0] == shift.round_window(0, 24 * 60):
        return None, None
    first, last = windows[0], windows[-1]
    return (first[0], last[1]), (first[1], last[0]) if len(windows) > 1 else None


def _meetings(owner: str, book: Book, calendar: Calendar) -> list[Appointment]:
    """The owner's meetings on planned days, those that overlap put together."""
    found: list[Appointment] = []
    by_day: dict[date, list[tuple[int, int]]] = {}
    for one in sorted(book.busy.get(owner, ()), key=lambda one: (one.day, one.start, one.finish)):
        if one.day not in calendar.index or one.day in book.away.get(owner, ()):
            continue
        spans = by_day.setdefault(one.day, [])
        if spans and one.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.finish))
        else:
            spans.append((one.start, one.finish))
    for day, spans in by_day.items():
        for start, finish in spans:
            begins, ends = book.shift.seconds_at(start), book.shift.seconds_at(finish)
            if ends > begins:
                found.append(Appointment(calendar.index[day], Node(0, ends - begins, 0, (begins, begins))))
    return found


def _fixed(fixed: Sequence[Visit], places: list[Place], book: Book, calendar: Calendar) -> list[Appointment]:
    """The visits that stay on days that are planned; each adds a place of its own."""
    found = []
    for number, visit in enumerate(fixed):
        if visit.date is None or visit.date not in calendar.index:
            continue
        client = book.clients.get(visit.client_id)
        places.append(book.atlas.of(visit.client_id))
        room = book.capacity // (capacity_of(client, book.spec) if client else max(1, book.spec.per_day))
        node = Node(len(places) - 1, book.minutes(client) * _MINUTE, room)
        found.append(Appointment(calendar.index[visit.date], node, number))
    return found


def _ways(places: Sequence[Place], atlas: Atlas) -> tuple[tuple[int, ...], ...]:
    """Seconds between all places, the same both ways."""
    table = [[0] * len(places) for _place in places]
    for here, start in enumerate(places):
        for there in range(here + 1, len(places)):
            table[here][there] = table[there][here] = atlas.leg(start, places[there]).seconds
    return tuple(map(tuple, table))
