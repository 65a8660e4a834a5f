"""A visit plan at the desk: what the store knows of absences, meetings, places and earlier plans, handed to the planner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cmkit.facts.records import Client, Meeting, Staff, StaffEvent, Visit
from cmkit.facts.section import Document
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.visiting import dues, last_contacts, planned, shown
from cmkit.team.org import employed
from cmkit.visits.assemble import Busy
from cmkit.visits.due import Due, left_out
from cmkit.visits.hours import minute_of
from cmkit.visits.joint import Companion
from cmkit.visits.places import Atlas, Place, atlas, base_place
from cmkit.visits.plan import Plan, Run, plan_visits
from cmkit.visits.search.problem import Budget
from cmkit.visits.sheet import Sheet, plan_document

AWAY = frozenset({"请假", "出差", "培训"})
BACK = timedelta(days=60)
"""How far back visits are looked at, so that spacing holds over the first day of a plan."""


@dataclass(frozen=True)
class Wanted:
    """What a plan is asked for."""

    start: date
    end: date
    keep: date | None = None
    """The days before stay as they were sent, those from it on change only where they must."""
    seed: int = 0
    iterations: int = 0
    seconds: float = 0.0
    engine: str = "plain"

    @property
    def first(self) -> date:
        """The first day that is planned."""
        return max(self.start, self.keep) if self.keep else self.start


def make_plan(desk: Desk, scope: Scope, wanted: Wanted, run: Run = map) -> Plan:
    """A plan for the scope; ``run`` works through the owners' months."""
    stored = [visit for visit in planned(desk, wanted.start - BACK, wanted.end) if visit.staff_id in scope.staff]
    fixed = [visit for visit in stored if visit.date and _stays(visit, visit.date, wanted, desk.on)]
    previous = [v for v in stored if wanted.keep and v.date and v.date >= wanted.first and not v.done]
    every = dues(desk, scope, wanted.end, early=_fills(desk))
    found = still_due([due for due in every if due.owner_id in scope.staff], wanted.start)
    # A plan is reckoned with what the store knows, and shown with what may be shown.
    clients = desk.of_scope(desk.raw(Client), scope)
    owners = sorted({due.owner_id for due in found} | {visit.staff_id for visit in fixed})
    days = list(desk.calendar.days(wanted.first, wanted.end))
    plan = plan_visits(
        found,
        clients,
        desk.pack.visits,
        days,
        fixed=fixed,
        previous=previous,
        absences=absences(desk, days),
        busy={owner: meetings(desk, owner, days) for owner in owners},
        companions=companions(desk, owners, days),
        places=office_atlas(desk, clients, owners),
        seed=wanted.seed,
        budget=Budget(wanted.iterations, wanted.seconds),
        engine=wanted.engine,
        run=run,
    )
    inside = tuple(visit for visit in plan.visits if visit.date and wanted.start <= visit.date <= wanted.end)
    never = left_out(clients, desk.pack.visits) if not found else []
    rounds = {key: way for key, way in plan.rounds.items() if wanted.start <= key[1] <= wanted.end}
    return Plan(inside, (*plan.unplanned, *never), plan.more_days, rounds)


def still_due(found: Sequence[Due], start: date) -> list[Due]:
    """What a plan from ``start`` on has to serve: of the visits of one client that fall due before it, only the last.

    Acting in October for February, a weekly client is not owed thirteen visits at once.
    """
    latest: dict[str, Due] = {}
    for due in found:
        if max(due.due_on, due.deadline or due.due_on) < start:
            before = latest.get(due.client_id)
            latest[due.client_id] = max(before or due, due, key=lambda one: (one.due_on, one.opens))
    return [
        due for due in found if max(due.due_on, due.deadline or due.due_on) >= start or latest.get(due.client_id) is due
    ]


def superseded(desk: Desk, scope: Scope, wanted: Wanted, plan: Plan) -> list[Visit]:
    """Visits that an earlier plan has on the days planned now and that this plan has not: moved, or let go."""
    now = {visit.key for visit in plan.visits}
    clients = {visit.client_id for visit in plan.visits}
    return [
        visit.changed(more={**visit.more, "plan_state": "改期" if visit.client_id in clients else "取消"})
        for visit in planned(desk, wanted.first, wanted.end)
        if visit.staff_id in scope.staff and visit.done is None and visit.key not in now and visit.client_id
    ]


def plan_sheet(desk: Desk, scope: Scope, plan: Plan, span: tuple[date, date]) -> Document:
    """The plan of one owner as a document to print and fill in."""
    visits, _calls = last_contacts(desk)
    return plan_document(
        Sheet(
            replace(plan, visits=tuple(shown(desk, plan.visits))),
            desk.clients,
            desk.staff[scope.id],
            desk.pack,
            span,
            visits,
            desk.on,
            desk.calendar,
        )
    )


def absences(desk: Desk, days: Sequence[date]) -> dict[str, frozenset[date]]:
    """The days of the plan on which each person is away: on leave, travelling, on a course, or not employed."""
    found: dict[str, set[date]] = {}
    for event in desk.raw(StaffEvent):
        until = event.get("until")
        if event.kind in AWAY and event.date:
            last = until if isinstance(until, date) else event.date
            found.setdefault(event.staff_id, set()).update(day for day in days if event.date <= day <= last)
    for person in desk.raw(Staff):
        found.setdefault(person.staff_id, set()).update(day for day in days if not employed(person, day))
    return {person: frozenset(away) for person, away in found.items() if away}


def meetings(desk: Desk, owner: str, days: Sequence[date]) -> list[Busy]:
    """A person's meetings on the days of the plan: those of every week, and those on record with a beginning and an end."""
    name = desk.staff[owner].name if owner in desk.staff else owner
    found = [
        Busy(day, minute_of(one.start), minute_of(one.finish), one.label)
        for one in desk.pack.visits.meetings
        for day in days
        if day.isoweekday() in one.weekdays
    ]
    wanted = set(days)
    for one in desk.raw(Meeting):
        there = {name, owner} & {one.host, one.recorder, *one.present, *one.attending}
        if one.date in wanted and one.date and one.start and one.end and there:
            found.append(Busy(one.date, minute_of(one.start), minute_of(one.end), one.title or one.series))
    return [one for one in found if one.start < one.finish]


def companions(desk: Desk, owners: Sequence[str], days: Sequence[date]) -> dict[str, Companion]:
    """Each owner's supervisor, with the days on which the supervisor is away."""
    away = absences(desk, days)
    found = {}
    for owner in owners:
        boss = desk.staff[owner].supervisor_id if owner in desk.staff else ""
        if boss and boss != owner and boss in desk.staff:
            found[owner] = Companion(boss, desk.staff[boss].name, away.get(boss, frozenset()))
    return found


def office_atlas(desk: Desk, clients: Sequence[Client], owners: Sequence[str]) -> Atlas:
    """Where the clients are, and the office that each owner's round begins from."""
    spec = desk.pack.visits
    bases: dict[str, Place] = {}
    for owner in owners:
        org = desk.orgs.get(desk.staff[owner].org_id) if owner in desk.staff else None
        own = [client for client in clients if client.owner_id == owner]
        bases[owner] = base_place(org, own, spec)
    return atlas(clients, spec, bases)


def _stays(visit: Visit, day: date, wanted: Wanted, on: date) -> bool:
    """Whether a stored visit stands: made, to be made before the plan begins, or on a day that is kept."""
    if visit.done or on <= day < wanted.start:
        return True
    return wanted.keep is not None and wanted.start <= day < wanted.keep


def _fills(desk: Desk) -> bool:
    spec = desk.pack.visits
    return bool(spec.per_day_least or spec.per_day_least_by)
