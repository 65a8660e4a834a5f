"""The client file at the desk: archives, who may leave, territories."""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.workdays import ONE_DAY
from cmkit.checks.registry import settings
from cmkit.clients.archive import ArchiveFacts, archive_sections
from cmkit.clients.leaving import Signs, leaving, leaving_section
from cmkit.clients.territory import territory_section
from cmkit.facts.query import Query
from cmkit.facts.records import ArchiveAccess, ArchiveCheck, Client, Complaint, Contact, Territory
from cmkit.facts.section import Section
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.visiting import last_contacts
from cmkit.store import contributions

_STALE = 365


def archive(desk: Desk, scope: Scope) -> list[Section]:
    """建档、复核、调阅、核对检查."""
    rule = settings(desk.pack).get("K2")
    return archive_sections(
        ArchiveFacts(
            clients=desk.of_scope(desk.facts(Client), scope),
            access=desk.of_clients(desk.facts(ArchiveAccess), scope),
            checks=desk.of_clients(desk.facts(ArchiveCheck), scope),
            pack=desk.pack,
            period=desk.period,
            on=desk.on,
            stale_days=rule.count("stale_days") if rule else _STALE,
            staff={number: person.name for number, person in desk.staff.items()},
        )
    )


def who_may_leave(desk: Desk, scope: Scope) -> list[Section]:
    """沉默与流失预警 of the scope's clients."""
    info = desk.pack.info
    clients = desk.of_scope(desk.facts(Client), scope)
    column, tiers = desk.pack.visits.tier_column, desk.pack.visits.tiers
    visits, calls = last_contacts(desk)
    last = {number: max(day for book in (visits, calls) if (day := book.get(number))) for number in {*visits, *calls}}
    signs = Signs(
        on=desk.on,
        last=last,
        before=_balances(desk, at_start=True),
        now=_balances(desk, at_start=False),
        complaints={one.client_id for one in desk.raw(Complaint) if one.closed_on is None},
        dormant_days=info.dormant_days,
        drop=info.churn_drop,
        intervals={one.client_id: tiers[word].interval_days for one in clients if (word := one.get(column)) in tiers},
    )
    found = leaving(clients, signs)
    return [leaving_section(found, signs, info.tier_column, desk.names)]


def _balances(desk: Desk, *, at_start: bool) -> dict[str, Decimal]:
    column = desk.pack.info.tier_balance
    if not column or column not in desk.pack.tables[Client.table].measures():
        return {}
    day = desk.period.start - ONE_DAY if at_start else min(desk.on, desk.period.end)
    return {one.key: one.amount for one in contributions(desk.store, Query("latest", Client.table, column, end=day))}


def territories(desk: Desk, scope: Scope) -> list[Section]:
    """区域特性 of the territories that the scope's people are responsible for."""
    found = desk.of_scope(desk.facts(Territory), scope)
    if not found:
        return []
    clients = desk.of_scope(desk.facts(Client), scope)
    channels = desk.pack.visits.visit_channels
    contacts = desk.of_scope(desk.facts(Contact), scope)
    return [territory_section(found, clients, contacts, desk.period, desk.names, channels)]
