"""The client file at the desk: archives, who may leave, territories."""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.workdays import ONE_DAY
from cmkit.clients.archive import ArchiveFacts, archive_sections
from cmkit.clients.leaving import Signs, leaving, leaving_section
from cmkit.clients.territory import territory_section
from cmkit.facts.records import ArchiveAccess, ArchiveCheck, Client, Complaint, Contact, Territory
from cmkit.facts.section import Section
from cmkit.reports.desk import Desk
from cmkit.reports.paper import Paper
from cmkit.reports.rules import options_of
from cmkit.reports.visiting import balances, last_contacts


def archive(paper: Paper) -> list[Section]:
    """建档、复核、调阅、核对检查."""
    desk = paper.desk
    return archive_sections(
        ArchiveFacts(
            clients=paper.own(desk.facts(Client)),
            access=paper.of_clients(desk.facts(ArchiveAccess)),
            checks=paper.of_clients(desk.facts(ArchiveCheck)),
            pack=desk.pack,
            period=desk.period,
            on=desk.on,
            stale_days=options_of(desk.pack, "K2").count("stale_days"),
            staff={number: person.name for number, person in desk.staff.items()},
        )
    )


def who_may_leave(paper: Paper) -> list[Section]:
    """沉默与流失预警 of the scope's clients."""
    desk = paper.desk
    info = desk.pack.info
    clients = paper.own(desk.facts(Client))
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
    return balances(desk, column, day)


def territories(paper: Paper) -> list[Section]:
    """区域特性 of the territories that the scope's people are responsible for."""
    desk = paper.desk
    found = paper.own(desk.facts(Territory))
    if not found:
        return []
    clients = paper.own(desk.facts(Client))
    channels = desk.pack.visits.visit_channels
    contacts = paper.own(desk.facts(Contact))
    return [territory_section(found, clients, contacts, desk.period, desk.names, channels)]
