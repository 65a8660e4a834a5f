"""Clients and the day at the desk: one client's card, and what today asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from cmkit.clients.sections import card
from cmkit.clients.timeline import timeline
from cmkit.facts.kinds import Kind
from cmkit.facts.records import (
    RECORDS,
    Client,
    Complaint,
    ContactPerson,
    Fact,
    Staff,
    Task,
    Training,
    Visit,
)
from cmkit.facts.section import Document
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.logs import gaps
from cmkit.reports.rules import sla_of
from cmkit.reports.visiting import dues
from cmkit.team.today import Maturity, MissingLog, Today, UnreadLog, today_sections

_LOG_DAYS = 7
_NO_TIMELINE = {"clients", "staff", "orgs", "targets", "actuals", "territories"}


def client_document(desk: Desk, client_id: str) -> Document:
    """The card of one client with everything that happened, newest first."""
    kinds: list[type[Fact]] = [kind for name, kind in RECORDS.items() if name not in _NO_TIMELINE]
    records = [
        fact
        for kind in kinds
        if "client_id" in _columns(desk, kind.table)
        for fact in desk.about(kind, client_id, names=False)
    ]
    client = desk.one(Client, client_id)
    if client is None:
        raise LookupError(client_id)
    return card(
        desk.shown([client], names=False)[0],
        desk.pack.tables["clients"],
        timeline(client_id, records),
        people=desk.about(ContactPerson, client_id, names=False),
        staff=desk.staff,
        made_on=desk.on,
    )


def _columns(desk: Desk, table: str) -> Collection[str]:
    spec = desk.pack.tables.get(table)
    return spec.columns if spec else ()


def today_document(desk: Desk, scope: Scope) -> Document:
    """What the acting day asks of the scope's people."""
    found = gaps(desk, scope, desk.on - timedelta(days=_LOG_DAYS), desk.on - timedelta(days=1))
    sla = sla_of(desk.pack)
    facts = Today(
        on=desk.on,
        clients=desk.facts(Client),
        staff=desk.facts(Staff, names=True),
        visits=desk.facts(Visit),
        dues=[due for due in dues(desk, scope, desk.on) if due.due_on <= desk.on],
        tasks=desk.facts(Task),
        complaints=[one.changed(due=sla.due(one, desk.calendar)) for one in desk.facts(Complaint)],
        complaint_days=sla.warn_days,
        maturities=_maturities(desk),
        missing_logs=[MissingLog(gap.staff_id, gap.day) for gap in found if gap.kind == "missing"],
        unread_logs=[
            UnreadLog(gap.supervisor_id, gap.staff_id, gap.day, gap.week)
            for gap in found
            if gap.kind in {"unreviewed_day", "unreviewed_week"}
        ],
        trainings=desk.facts(Training),
    )
    sections = today_sections(facts, None if scope.kind == "all" else scope.staff)
    return Document(
        name="today",
        title=scope.name or desk.workspace.settings.office,
        subtitle=desk.on.isoformat(),
        sections=tuple(sections),
        made_on=desk.on,
    )


def _maturities(desk: Desk) -> list[Maturity]:
    """The dates in client columns that only the sector has (到期日, 许可证有效期) and that a trigger looks ahead to."""
    spec = desk.pack.tables["clients"]
    wanted = {
        trigger.date: trigger.label
        for trigger in desk.pack.visits.triggers
        if trigger.table == "clients"
        and not trigger.yearly
        and trigger.days_before > 0
        and trigger.date in spec.columns
    }
    found = []
    for client in desk.raw(Client):
        for column, label in wanted.items():
            day = client.get(column)
            if day and spec.columns[column].kind is Kind.DATE:
                found.append(Maturity(client.client_id, label, day))
    return found
