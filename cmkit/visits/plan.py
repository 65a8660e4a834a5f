"""Which client on which day in what order: the plan of a month for one owner or many (走访计划规则 2 and 3).

The order of what matters: what is fixed, events with a deadline, the tier's rank, days overdue, the client's worth;
then the distance between two visits of one client; then minutes on the road.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cmkit.base.lang import _
from cmkit.facts.records import Client, Visit
from cmkit.facts.specs import VisitSpec
from cmkit.visits.assemble import Book, Busy, month_of, route_of
from cmkit.visits.due import Due
from cmkit.visits.hours import clock_text
from cmkit.visits.joint import Companion, with_companions
from cmkit.visits.places import Atlas, Leg, Place, atlas
from cmkit.visits.rounds import Booked, Month, Rounds, plan_month
from cmkit.visits.search.problem import Budget
from cmkit.visits.telling import retold, why_not

Run = Callable[[Callable[[Month], Rounds], Sequence[Month]], Iterable[Rounds]]
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Stay:
    """One item of a round: a visit or a meeting, with the way to it. Minutes of the clock."""

    arrive: int
    leave: int
    leg: Leg
    place: Place
    client_id: str = ""
    """Empty for a meeting."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One owner's day on the road: from the office and back."""

    owner: str
    day: date
    base: Place
    stays: tuple[Stay, ...]
    back: Leg
    home: int
    """The minute at which the owner is back."""

    @property
    def travel(self) -> int:
        """Minutes on the road."""
        return (sum(stay.leg.seconds for stay in self.stays) + self.back.seconds) // _MINUTE

    @property
    def visiting(self) -> int:
        """Minutes at clients."""
        return sum(stay.leave - stay.arrive for stay in self.stays if stay.client_id)

    @property
    def metres(self) -> int | None:
        """Metres on the road; None where a way is known in minutes only."""
        ways = [*(stay.leg for stay in self.stays), self.back]
        known = [way.metres for way in ways if way.metres is not None or way.seconds == 0]
        return sum(one or 0 for one in known) if len(known) == len(ways) and any(known) else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits in the order of day, owner and place, and what found no place: client and reason."""

    visits: tuple[Visit, ...]
    unplanned: tuple[tuple[str, str], ...] = ()
    more_days: Mapping[str, int] = field(default_factory=dict)
    """Owner to the further working days that would take what did not fit."""
    rounds: Mapping[tuple[str, date], Round] = field(default_factory=dict)
    """The way and the hours of each owner's day."""


def plan_visits(  # noqa: PLR0913 - each is one thing that a plan looks at
    dues: Sequence[Due],
    clients: Sequence[Client],
    spec: VisitSpec,
    days: Sequence[date],
    *,
    fixed: Sequence[Visit] = (),
    previous: Sequence[Visit] = (),
    absences: Mapping[str, Collection[date]] | None = None,
    busy: Mapping[str, Sequence[Busy]] | None = None,
    companions: Mapping[str, Companion] | None = None,
    places: Atlas | None = None,
    seed: int = 0,
    budget: Budget | None = None,
    engine: str = "plain",
    run: Run = map,
) -> Plan:
    """Place ``dues`` on ``days`` (the working days that may be planned).

    Args:
        dues: What is due, with its window and its importance.
        clients: Their place, hours and quota.
        spec: The pack's rules.
        days: Working days; absences are taken off for each owner.
        fixed: Visits that stay as they are, count against their day and against spacing; those made already as well.
        previous: The plan sent before for these days: it changes only where it must.
        absences: The days an owner is away.
        busy: The owners' meetings.
        companions: Who comes along on joint visits, by owner.
        places: Where everybody is; by default from the clients alone.
        seed: Breaks ties: the same seed and budget give the same plan on every machine.
        budget: How long to search; by default a number of iterations that grows with the plan.
        engine: ``plain`` or ``fast``.
        run: How the owners' months are worked through (``map``, or over processes).
    """
    book = Book(
        {client.client_id: client for client in clients},
        spec,
        tuple(sorted(set(days))),
        places or atlas(clients, spec),
        absences or {},
        busy or {},
        seed,
        budget or Budget(),
        engine,
    )
    owners = sorted({due.owner_id for due in dues} | {visit.staff_id for visit in fixed})
    own_fixed = {owner: [visit for visit in fixed if visit.staff_id == owner] for owner in owners}
    months = [
        month_of(
            owner,
            [due for due in dues if due.owner_id == owner],
            own_fixed[owner],
            _days_before([visit for visit in previous if visit.staff_id == owner]),
            book,
        )
        for owner in owners
    ]
    made = [
        _told(month, rounds, own_fixed[month.owner], book)
        for month, rounds in zip(months, run(plan_month, months), strict=True)
    ]
    visits = sorted((visit for part in made for visit in part.visits), key=_in_order)
    return Plan(
        tuple(with_companions(visits, dues, companions or {}, spec.joint_per_month)),
        tuple(one for part in made for one in part.unplanned),
        {month.owner: part.more_days[month.owner] for month, part in zip(months, made, strict=True) if part.more_days},
        {key: day for part in made for key, day in part.rounds.items()},
    )


def _days_before(previous: Sequence[Visit]) -> dict[str, frozenset[date]]:
    found: dict[str, set[date]] = {}
    for visit in previous:
        if visit.date:
            found.setdefault(visit.client_id, set()).add(visit.date)
    return {client: frozenset(days) for client, days in found.items()}


def _told(month: Month, rounds: Rounds, fixed: Sequence[Visit], book: Book) -> Plan:
    """One owner's rounds as visits, with their hours and reasons, and what is left out with its reason."""
    visits: list[Visit] = []
    days: dict[tuple[str, date], Round] = {}
    planned: dict[str, list[date]] = {}
    for visit in fixed:
        if visit.date and not visit.done and visit.date not in month.calendar.index:
            planned.setdefault(visit.client_id, []).append(visit.date)
    for index, items in enumerate(rounds.days):
        day = month.calendar.days[index]
        round_ = _round(month, day, items, rounds.begins[index], fixed, book)
        if round_.stays:
            days[month.owner, day] = round_
        hours = {stay.client_id: stay for stay in round_.stays if stay.client_id}
        for order, item in enumerate((one for one in items if _visited(month, one)), 1):
            visit = _visit(month, item, day, fixed, planned, book)
            planned.setdefault(visit.client_id, []).append(day)
            stay = hours[visit.client_id]
            times = {"arrive": clock_text(stay.arrive), "leave": clock_text(stay.leave)}
            visits.append(visit.changed(order=order, more={**visit.more, **times}))
    kept = [visit for visit in fixed if visit.date not in month.calendar.index and visit.date]
    for day in sorted({visit.date for visit in kept if visit.date}):
        own = sorted((v for v in kept if v.date == day), key=lambda v: (v.order or 0, v.client_id))
        visits += [visit.changed(order=visit.order or number) for number, visit in enumerate(own, 1)]
        days[month.owner, day] = _kept_round(month.owner, day, own, book)
    more = {month.owner: rounds.more_days} if rounds.more_days else {}
    return Plan(tuple(visits), tuple(why_not(month, rounds, book)), more, days)


def _visited(month: Month, item: Booked) -> bool:
    """Whether an item of a round is a visit: planned, or fixed (a meeting is not)."""
    return item.due >= 0 or month.appointments[item.client].visit >= 0


def _visit(
    month: Month, item: Booked, day: date, fixed: Sequence[Visit], planned: Mapping[str, Sequence[date]], book: Book
) -> Visit:
    if item.due < 0:
        return fixed[month.appointments[item.client].visit]
    due = month.clients[item.client].wish.dues[item.due]
    client = book.clients[due.client_id]
    return Visit(
        date=day,
        staff_id=month.owner,
        client_id=client.client_id,
        mode=next(iter(book.spec.visit_channels), ""),
        purpose=due.purpose,
        reason=_("；").join(retold(due, client, planned.get(client.client_id, ()), book.spec)),
        due_on=due.due_on,
        route=route_of(client, book.spec),
    )


def _round(
    month: Month, day: date, items: Sequence[Booked], begins: Sequence[int], fixed: Sequence[Visit], book: Book
) -> Round:
    """The hours of a day and the ways between; a meeting is an item, too."""
    base = here = book.atlas.base(month.owner)
    stays: list[Stay] = []
    for item, begin in zip(items, begins, strict=False):
        client, label = "", _("会议")
        node = month.clients[item.client].node if item.due >= 0 else month.appointments[item.client].node
        if item.due >= 0:
            client = month.clients[item.client].wish.client_id
        elif (number := month.appointments[item.client].visit) >= 0:
            client = fixed[number].client_id
        else:
            label = next((one.label for one in book.busy.get(month.owner, ()) if one.day == day and one.label), label)
        place = book.atlas.of(client) if client else base
        arrive = book.shift.clock(begin)
        leave = arrive + node.service // _MINUTE
        stays.append(Stay(arrive, leave, _leg(book, here, place), place, client, "" if client else label))
        here = place
    back = _leg(book, here, base)
    return Round(month.owner, day, base, tuple(stays), back, book.shift.clock(begins[-1]) if begins else 0)


def _kept_round(owner: str, day: date, visits: Sequence[Visit], book: Book) -> Round:
    """The hours of a day that was sent and stays: one visit after the other."""
    base = here = book.atlas.base(owner)
    stays: list[Stay] = []
    now = 0
    for visit in visits:
        place = book.atlas.of(visit.client_id)
        leg = _leg(book, here, place)
        minutes = book.minutes(book.clients.get(visit.client_id))
        now += leg.seconds
        arrive = book.shift.clock(now)
        stays.append(Stay(arrive, arrive + minutes, leg, place, visit.client_id))
        now += minutes * _MINUTE
        here = place
    back = _leg(book, here, base)
    return Round(owner, day, base, tuple(stays), back, book.shift.clock(now + back.seconds))


def _leg(book: Book, here: Place, there: Place) -> Leg:
    return Leg(0, 0) if here is there else book.atlas.leg(here, there)


def _in_order(visit: Visit) -> tuple[date, str, int]:
    return visit.date or date.min, visit.staff_id, visit.order or 0
