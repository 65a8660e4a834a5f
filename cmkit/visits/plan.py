"""Which client on which day: a greedy plan that keeps a day in one part of town.

The order of what matters: events with a deadline, then the tier's rank, then days overdue (走访计划规则 2 and 3); each
due takes the best day left, so a lesser client never takes a place that a more important one could have had.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from cmkit.base.days import short_day
from cmkit.base.lang import _
from cmkit.facts.records import Client, Visit
from cmkit.facts.specs import VisitSpec
from cmkit.visits.due import MANDATORY_SPACING_DAYS, Due, gap_days, slack_days, tier_of

_OPENING_A_DAY = 2
_ANOTHER_DISTRICT = 6
"""Costs in days: a visit rather moves so many days than opens a new day, or takes a day across town."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits in the order of day, owner and place, and what found no place: client and reason."""

    visits: tuple[Visit, ...]
    unplanned: tuple[tuple[str, str], ...] = ()
    more_days: Mapping[str, int] = field(default_factory=dict)
    """Owner to the further working days that would take what did not fit."""


@dataclass(slots=True)
class _Day:
    """One day of one owner while it fills up. ``load`` 1 is a full day."""

    day: date
    load: Fraction = Fraction(0)
    districts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Diary:
    """One owner's days, and when each client is visited (True where an event calls for it)."""

    owner: str
    days: list[_Day]
    away: frozenset[date]
    visited: dict[str, list[tuple[date, bool]]] = field(default_factory=dict)
    kept: dict[str, list[date]] = field(default_factory=dict)
    planned: list[Visit] = field(default_factory=list)
    failed: list[tuple[Due, str]] = field(default_factory=list)
    overflow: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Book:
    clients: Mapping[str, Client]
    spec: VisitSpec
    seed: int


def capacity_of(client: Client, spec: VisitSpec) -> int:
    """How many clients of this client's kind fill a day (tobacco: city 30, country 25)."""
    value = str(client.get(spec.per_day_column) or "") if spec.per_day_column else ""
    return max(1, spec.per_day_by.get(value, spec.per_day))


def route_of(client: Client, spec: VisitSpec) -> str:
    """The route, or where there is none the district."""
    route = str(client.get(spec.route_column) or "") if spec.route_column else ""
    return route or client.district or client.territory


def plan_visits(
    dues: Sequence[Due],
    clients: Sequence[Client],
    spec: VisitSpec,
    days: Sequence[date],
    *,
    fixed: Sequence[Visit] = (),
    absences: Mapping[str, Collection[date]] | None = None,
    seed: int = 0,
) -> Plan:
    """Place ``dues`` on ``days`` (the working days that may be planned).

    ``fixed`` visits stay as they are, count against their day and against spacing; give those already made as well.
    ``absences`` are the days an owner is away. A day that mixes kinds with different capacities is full when the
    shares (1/30 and 1/25) reach one. ``seed`` only breaks ties between equals.
    """
    book = _Book({client.client_id: client for client in clients}, spec, seed)
    away = absences or {}
    owners = sorted({due.owner_id for due in dues} | {visit.staff_id for visit in fixed})
    visits: list[Visit] = []
    failed: list[tuple[str, str]] = []
    more: dict[str, int] = {}
    for owner in owners:
        diary = _Diary(owner, [_Day(day) for day in sorted(set(days))], frozenset(away.get(owner, ())))
        _keep(diary, book, [visit for visit in fixed if visit.staff_id == owner])
        _fill(diary, book, [due for due in dues if due.owner_id == owner and due.client_id in book.clients])
        visits += _ordered(diary, book)
        if diary.overflow:
            more[owner] = math.ceil(diary.overflow)
        failed += [(due.client_id, why.format(more=more.get(owner, 0))) for due, why in diary.failed]
    return Plan(
        tuple(sorted(visits, key=lambda v: (v.date or date.min, v.staff_id, v.order or 0))), tuple(failed), more
    )


def importance(due: Due) -> tuple[int, int, date, str]:
    """Smaller is more important: events with a deadline, then the tier's rank, then the earlier due date."""
    return (0 if due.mandatory else 1, due.rank, due.due_on, due.client_id)


def _keep(diary: _Diary, book: _Book, fixed: Iterable[Visit]) -> None:
    by_day = {one.day: one for one in diary.days}
    for visit in fixed:
        if visit.date is None:
            continue
        client = book.clients.get(visit.client_id)
        diary.planned.append(visit)
        diary.visited.setdefault(visit.client_id, []).append((visit.date, False))
        diary.kept.setdefault(visit.client_id, []).append(visit.date)
        if visit.date in by_day:
            share = Fraction(1, capacity_of(client, book.spec)) if client else Fraction(1, book.spec.per_day)
            by_day[visit.date].load += share
            by_day[visit.date].districts.append(visit.route or (route_of(client, book.spec) if client else ""))


def _fill(diary: _Diary, book: _Book, dues: Sequence[Due]) -> None:
    """First what has to be planned, by importance; then who is due soon, where a day passes by anyway."""
    last = diary.days[-1].day if diary.days else date.min
    must = [due for due in dues if min(due.due_on, due.deadline or due.due_on) <= last]
    soon = [due for due in dues if min(due.due_on, due.deadline or due.due_on) > last]
    for due in sorted(must, key=lambda due: _turn(due, book.seed)):
        if _served(due, diary, book):
            continue
        open_days = _possible(due, diary, book)
        room = [one for one in open_days if _fits(due, one, book)]
        if room:
            _put(due, min(room, key=lambda one: _cost(due, one, diary, book)), diary, book)
        else:
            diary.failed.append((due, _why(due, open_days, diary, book)))
    for due in sorted(soon, key=lambda due: _turn(due, book.seed)):
        place = route_of(book.clients[due.client_id], book.spec)
        near = [one for one in _possible(due, diary, book) if place in one.districts and _fits(due, one, book)]
        if near and not _served(due, diary, book):
            _put(due, near[-1], diary, book)


def _turn(due: Due, seed: int) -> tuple[int, int, date, int, str]:
    kind, rank, day, client = importance(due)
    return kind, rank, day, zlib.crc32(f"{seed}|{client}".encode()) if seed else 0, client


def _served(due: Due, diary: _Diary, book: _Book) -> bool:
    """Whether a visit that was fixed beforehand serves this due."""
    slack = slack_days(tier_of(book.clients[due.client_id], book.spec)[1].interval_days)
    last = due.deadline or due.due_on + timedelta(days=slack)
    if due.overdue_days:
        last = date.max
    return any(due.opens <= day <= last for day in diary.kept.get(due.client_id, ()))


def _possible(due: Due, diary: _Diary, book: _Book) -> list[_Day]:
    """The days on which the visit may be, whether or not they have room."""
    return [one for one in _window(due, diary) if one.day not in diary.away and _spaced(due, one.day, diary, book)]


def _window(due: Due, diary: _Diary) -> list[_Day]:
    last = due.deadline if due.deadline and not due.overdue_days else date.max
    if due.deadline and diary.days and last < diary.days[0].day:
        last = date.max
    return [one for one in diary.days if due.opens <= one.day <= last]


def _spaced(due: Due, day: date, diary: _Diary, book: _Book) -> bool:
    """Whether ``day`` keeps its distance from the client's other visits; the later of two decides how much."""
    usual = max(1, gap_days(tier_of(book.clients[due.client_id], book.spec)[1].interval_days))
    for other, mandatory in diary.visited.get(due.client_id, ()):
        called_for = due.mandatory if day >= other else mandatory
        if abs((day - other).days) < (min(usual, MANDATORY_SPACING_DAYS) if called_for else usual):
            return False
    return True


def _fits(due: Due, one: _Day, book: _Book) -> bool:
    return one.load + Fraction(1, capacity_of(book.clients[due.client_id], book.spec)) <= 1


def _cost(due: Due, one: _Day, diary: _Diary, book: _Book) -> tuple[int, date]:
    """Days away from the due date, and what a day in another part of town is worth."""
    away = 0 if due.mandatory and not due.overdue_days else abs((one.day - max(due.due_on, diary.days[0].day)).days)
    if route_of(book.clients[due.client_id], book.spec) in one.districts:
        return away, one.day
    return away + (_ANOTHER_DISTRICT * len(set(one.districts)) or _OPENING_A_DAY), one.day


def _put(due: Due, one: _Day, diary: _Diary, book: _Book) -> None:
    client = book.clients[due.client_id]
    one.load += Fraction(1, capacity_of(client, book.spec))
    one.districts.append(route_of(client, book.spec))
    diary.visited.setdefault(client.client_id, []).append((one.day, due.mandatory))
    diary.planned.append(
        Visit(
            date=one.day,
            staff_id=diary.owner,
            client_id=client.client_id,
            mode=next(iter(book.spec.visit_channels), ""),
            purpose=due.purpose,
            reason="；".join(due.reasons),
            due_on=due.due_on,
            route=route_of(client, book.spec),
        )
    )


def _why(due: Due, open_days: Sequence[_Day], diary: _Diary, book: _Book) -> str:
    """The reason for which no day was found; ``{more}`` is filled in when the owner's need is known."""
    if open_days:
        diary.overflow += Fraction(1, capacity_of(book.clients[due.client_id], book.spec))
        return _("可选的 {days} 个工作日都已排满，还需 {more} 个工作日").format(days=len(open_days), more="{more}")
    window = _window(due, diary)
    if not window:
        last = short_day(due.deadline or due.due_on)
        return _("{start}至{end}之间没有可安排的工作日").format(start=short_day(due.opens), end=last)
    if all(one.day in diary.away for one in window):
        return _("可选的 {days} 个工作日客户经理都不在岗").format(days=len(window))
    return _("与该客户的其他走访间隔不足，可电话联系")


def _ordered(diary: _Diary, book: _Book) -> list[Visit]:
    """The visits with their place in the day; a day that nothing was added to keeps the order it had."""
    by_day: dict[date, list[Visit]] = {}
    for visit in diary.planned:
        by_day.setdefault(visit.date or date.min, []).append(visit)
    result: list[Visit] = []
    for visits in by_day.values():
        settled = all(visit.order for visit in visits)
        key = (lambda v: (v.order or 0, v.client_id)) if settled else (lambda v: _place(v, book))
        result += [replace(visit, order=number) for number, visit in enumerate(sorted(visits, key=key), 1)]
    return result


def _place(visit: Visit, book: _Book) -> tuple[str, str, str, str]:
    client = book.clients.get(visit.client_id, Client())
    return visit.route or route_of(client, book.spec), client.district, client.address, visit.client_id
