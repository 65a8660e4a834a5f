"""Visits at the desk: what is due, the plan, and what the store has to be told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from cmkit.base.workdays import ONE_DAY
from cmkit.clients.tiers import Move, movement
from cmkit.facts.query import Query
from cmkit.facts.records import RECORDS, Campaign, Client, Contact, Fact, Task, Visit
from cmkit.facts.section import Section
from cmkit.privacy.masks import mask_facts
from cmkit.reports.desk import Desk, Scope
from cmkit.store import contributions, load
from cmkit.visits.coverage import Coverage, Gap, coverage, gaps, match_done
from cmkit.visits.due import Due, due_list
from cmkit.visits.sections import activity_section
from cmkit.visits.triggers import Event, move_events, task_events


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
    for visit in desk.raw(Visit):
        # A plan that came back filled in says of visits that nobody wrote a record of.
        day = visit.done_on or visit.date
        if visit.done and day and day <= desk.on and day > visits.get(visit.client_id, date.min):
            visits[visit.client_id] = day
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


def dues(desk: Desk, scope: Scope, end: date, *, early: bool = False) -> list[Due]:
    """What falls due for the scope's clients up to ``end``; ``early`` adds what may be visited by then."""
    visits, calls = last_contacts(desk)
    clients = desk.of_scope(desk.facts(Client), scope)
    # A trigger may name the client in a column of its own; those tables are looked through whole.
    odd = {trigger.table for trigger in desk.pack.visits.triggers if trigger.client != "client_id"}
    own = {name: rows if name in odd else desk.of_clients(rows, scope) for name, rows in trigger_tables(desk).items()}
    return due_list(
        clients,
        visits,
        calls,
        desk.pack.visits,
        own,
        desk.on,
        end,
        desk.calendar,
        more=desk.once(("events", desk.on, end), lambda: other_events(desk, end)),
        early=early,
    )


def other_events(desk: Desk, end: date) -> list[Event]:
    """Events that are no date of a record: open tasks, lists of campaigns, large moves of a balance."""
    spec = desk.pack.visits
    span = (desk.on, max(desk.on, end))
    found = task_events(desk.raw(Task), desk.raw(Campaign), spec.task_days, span, desk.calendar)
    column = spec.move.column
    if column and column in desk.pack.tables["clients"].measures():
        last = month_end_before(desk.on)
        before = month_end_before(last)
        now, then = balances(desk, column, last), balances(desk, column, before)
        moved = {client: (then[client], now[client]) for client in now if client in then}
        found += move_events(moved, spec.move, last, desk.calendar)
    return found


def month_end_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - ONE_DAY


def balances(desk: Desk, column: str, day: date) -> dict[str, Decimal]:
    """Each client's balance as it was last known on a day."""
    return desk.once(("balances", column, day), lambda: _balances(desk, column, day))


def _balances(desk: Desk, column: str, day: date) -> dict[str, Decimal]:
    return {one.key: one.amount for one in contributions(desk.store, Query("latest", "clients", column, end=day))}


def planned(desk: Desk, start: date, end: date) -> list[Visit]:
    """The planned visits between two days, those that a contact record shows as made marked done.

    Only a visit whose day has come can be made: a contact of Friday is not the visit planned for Monday.
    """
    return desk.once(("planned", start, end, desk.on), lambda: _planned(desk, start, end))


def _planned(desk: Desk, start: date, end: date) -> list[Visit]:
    rows = [visit for visit in load(desk.store, Visit, span=(start, end)) if visit.stands]
    come = [visit for visit in rows if visit.date is None or visit.date <= desk.on]
    made = match_done(come, desk.raw(Contact), desk.pack.visits.visit_channels)
    return [*made, *(visit for visit in rows if visit.date is not None and visit.date > desk.on)]


def shown(desk: Desk, visits: Sequence[Visit]) -> list[Visit]:
    """The visits as they may be shown: numbers of people in what was written of them are masked."""
    spec = desk.pack.tables.get(Visit.table)
    return list(visits) if spec is None or desk.reveal else mask_facts(visits, spec)


def gap_list(desk: Desk, scope: Scope) -> list[Gap]:
    """Planned and not done, and due and not planned."""
    mine = [visit for visit in planned(desk, desk.period.start, desk.on) if visit.staff_id in scope.staff]
    return gaps(shown(desk, mine), dues(desk, scope, desk.on), desk.on)


def coverage_lines(desk: Desk, scope: Scope) -> list[Coverage]:
    """Planned, done and due by tier in the period; what was due is reckoned from the period's first day."""
    start = desk.at(desk.period, desk.period.start)
    mine = [visit for visit in planned(desk, desk.period.start, desk.period.end) if visit.staff_id in scope.staff]
    clients = desk.of_scope(desk.facts(Client), scope)
    return coverage(clients, dues(start, scope, desk.period.end), mine, desk.pack.visits, desk.on)


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

    def of_scope(day: date) -> dict[str, Decimal]:
        found = balances(desk, column, day)
        return {key: found[key] for key in own if key in found}

    return movement(of_scope(desk.period.start - ONE_DAY), of_scope(min(desk.on, desk.period.end)), tiers)
