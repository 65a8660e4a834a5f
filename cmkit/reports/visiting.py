"""Visits at the desk: what is due, the plan, and what the store has to be told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from cmkit.base.workdays import ONE_DAY
from cmkit.clients.tiers import Move, movement
from cmkit.facts.query import Query
from cmkit.facts.records import RECORDS, Client, Contact, Fact, Visit
from cmkit.facts.section import Document, Section
from cmkit.privacy.masks import mask_fact
from cmkit.reports.desk import Desk, Scope
from cmkit.store import contributions, load
from cmkit.visits.coverage import Coverage, Gap, coverage, gaps, match_done
from cmkit.visits.due import Due, due_list, left_out
from cmkit.visits.plan import Plan, plan_visits
from cmkit.visits.sections import activity_section, plan_document


def last_contacts(desk: Desk) -> tuple[dict[str, date], dict[str, date]]:
    """Each client's last visit and last other contact up to the acting day."""
    return desk.once(("last contacts", desk.on), lambda: _last_contacts(desk))


def _last_contacts(desk: Desk) -> tuple[dict[str, date], dict[str, date]]:
    channels = set(desk.pack.visits.visit_channels)
    visits: dict[str, date] = {}
    calls: dict[str, date] = {}
    for contact in desk.raw(Contact):
        if contact.date is None or contact.date > desk.on:
            continue
        book = visits if contact.channel in channels else calls
        if contact.date > book.get(contact.client_id, date.min):
            book[contact.client_id] = contact.date
    for client in desk.raw(Client):
        # A ledger that keeps the day of the last contact knows of the time before the records here begin.
        told = client.client_id in visits or client.client_id in calls
        if client.last_contact and client.last_contact <= desk.on and not told:
            visits[client.client_id] = client.last_contact
    return visits, calls


def trigger_tables(desk: Desk) -> Mapping[str, Sequence[Fact]]:
    """The records that the pack's triggers look at."""
    names = {trigger.table for trigger in desk.pack.visits.triggers} - {"clients"}
    return {name: desk.raw(RECORDS[name]) for name in names if name in RECORDS}


def dues(desk: Desk, scope: Scope, end: date) -> list[Due]:
    """What falls due for the scope's clients up to ``end``."""
    visits, calls = last_contacts(desk)
    clients = desk.of_scope(desk.facts(Client), scope)
    # A trigger may name the client in a column of its own; those tables are looked through whole.
    odd = {trigger.table for trigger in desk.pack.visits.triggers if trigger.client != "client_id"}
    own = {name: rows if name in odd else desk.of_clients(rows, scope) for name, rows in trigger_tables(desk).items()}
    return due_list(clients, visits, calls, desk.pack.visits, own, desk.on, end, desk.calendar)


def planned(desk: Desk, start: date, end: date) -> list[Visit]:
    """The planned visits between two days, those that a contact record shows as made marked done."""
    return desk.once(("planned", start, end), lambda: _planned(desk, start, end))


def _planned(desk: Desk, start: date, end: date) -> list[Visit]:
    rows = load(desk.store, Visit, span=(start, end))
    return match_done(rows, desk.raw(Contact), desk.pack.visits.visit_channels)


def shown(desk: Desk, visits: Sequence[Visit]) -> list[Visit]:
    """The visits as they may be shown: numbers of people in what was written of them are masked."""
    spec = desk.pack.tables.get(Visit.table)
    return list(visits) if spec is None or desk.reveal else [mask_fact(visit, spec) for visit in visits]


def make_plan(desk: Desk, scope: Scope, start: date, end: date, *, keep: date | None, seed: int) -> Plan:
    """A plan for the scope from ``start`` to ``end``; visits already planned before ``keep`` stay as they are."""
    fixed = [
        visit
        for visit in planned(desk, start - timedelta(days=60), end)
        if visit.staff_id in scope.staff
        and visit.date
        and (visit.done or (keep is not None and start <= visit.date < keep))
    ]
    first = max(start, keep) if keep else start
    found = [due for due in dues(desk, scope, end) if due.owner_id in scope.staff]
    clients = desk.of_scope(desk.facts(Client), scope)
    plan = plan_visits(found, clients, desk.pack.visits, list(desk.calendar.days(first, end)), fixed=fixed, seed=seed)
    inside = tuple(visit for visit in plan.visits if visit.date and start <= visit.date <= end)
    never = left_out(clients, desk.pack.visits) if not found else []
    return Plan(inside, (*plan.unplanned, *never), plan.more_days)


def plan_sheet(desk: Desk, scope: Scope, plan: Plan, start: date, end: date) -> Document:
    """The plan as a document to print and fill in."""
    visits, _calls = last_contacts(desk)
    return plan_document(
        replace(plan, visits=tuple(shown(desk, plan.visits))),
        desk.clients,
        desk.staff[scope.id],
        desk.pack,
        (start, end),
        visits,
        made_on=desk.on,
        calendar=desk.calendar,
    )


def gap_list(desk: Desk, scope: Scope) -> list[Gap]:
    """Planned and not done, and due and not planned."""
    mine = [visit for visit in planned(desk, desk.period.start, desk.on) if visit.staff_id in scope.staff]
    return gaps(shown(desk, mine), dues(desk, scope, desk.on), desk.on)


def coverage_lines(desk: Desk, scope: Scope) -> list[Coverage]:
    """Planned, done and due by tier in the period; what was due is reckoned from the period's first day."""
    start = desk.at(desk.period, desk.period.start)
    mine = [visit for visit in planned(desk, desk.period.start, desk.period.end) if visit.staff_id in scope.staff]
    clients = desk.of_scope(desk.facts(Client), scope)
    return coverage(clients, dues(start, scope, desk.period.end), mine, desk.pack.visits)


def activity(desk: Desk, scope: Scope) -> Section:
    """走访与活动量 of the period."""
    contacts = desk.of_scope(desk.facts(Contact), scope)
    mine = [visit for visit in planned(desk, desk.period.start, desk.period.end) if visit.staff_id in scope.staff]
    return activity_section(desk.period, mine, contacts, coverage_lines(desk, scope), desk.pack.visits)


def tier_moves(desk: Desk, scope: Scope) -> list[Move]:
    """Clients whose computed tier changed in the period, where the pack computes tiers from a kept balance."""
    column, tiers = desk.pack.info.tier_balance, desk.pack.visits.tiers
    spec = desk.pack.tables["clients"]
    if not column or column not in spec.measures():
        return []
    own = desk.client_ids(scope)

    def balances(day: date) -> dict[str, Decimal]:
        found = desk.once(("balances", column, day), lambda: _balances(desk, column, day))
        return {key: found[key] for key in own if key in found}

    return movement(balances(desk.period.start - ONE_DAY), balances(min(desk.on, desk.period.end)), tiers)


def _balances(desk: Desk, column: str, day: date) -> dict[str, Decimal]:
    return {one.key: one.amount for one in contributions(desk.store, Query("latest", "clients", column, end=day))}
