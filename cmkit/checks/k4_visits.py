"""K4 走访: every client as often as the tier asks, and every planned visit made or explained.

The day a visit is due is the last visit plus the interval of the client's tier; without any visit it counts from the
archive's creation (and the days past it are not told: most records of visits begin later). A visit is a contact by a channel that counts (``visit_channels``; every channel where
``phone_counts``) or a planned visit that was done; where neither is known, the register's last-contact date stands in.

Source: 20 万元以上客户每月联系一次 (360docs.net/doc/a714680588.html); the other intervals are the pack's.

Options:
    grace_days: Days after the due date before it is a finding (0).
    match_days: A visit so many days before or after its planned day is still that visit (3).
    skip_status: Clients in these states are not visited (流失、黑名单).
    prep_days: A visit planned within so many days needs its purpose and its material, 0 = no rule (0).

Passes on 2026-10-30 for period 2026-10 (财富: every 30 days)::

    clients  | client_id | name | tier | owner_id
             | C000123   | 王芳 | 财富 | E1001
    contacts | date       | staff_id | client_id | channel
             | 2026-10-20 | E1001    | C000123   | 面访

Fails: last seen 41 days ago (a phone call is no visit), and the visit planned for the 15th was not made::

    clients  | client_id | name | tier | owner_id
             | C000124   | 李强 | 财富 | E1002
    contacts | date       | staff_id | client_id | channel
             | 2026-09-19 | E1002    | C000124   | 面访
             | 2026-10-20 | E1002    | C000124   | 电话
    visits   | date       | staff_id | client_id
             | 2026-10-15 | E1002    | C000124
    finds    | code     | key                      | owner | due
             | not_done | 2026-10-15|E1002|C000124 | E1002 | 2026-10-15
             | overdue  | C000124                  | E1002 | 2026-10-19
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client, Visit

ID = "K4"
TITLE = ("走访频率与计划", "Visits by tier and plan")
OPTIONS = {
    "grace_days": Option("count", "0"),
    "match_days": Option("count", "3"),
    "skip_status": Option("words", "流失、黑名单"),
    "prep_days": Option("count", "0"),
}
NEEDS = ("clients", "contacts", "visits", "staff")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The clients who wait too long, and the planned visits that were not made."""
    return [*_overdue(facts, options), *_undone(facts, options), *_unprepared(facts, options)]


def _overdue(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    last_visits = _last_visits(facts)
    for client in facts.clients:
        tier = facts.pack.visits.tiers.get(str(client.get(facts.pack.visits.tier_column) or ""))
        if client.status in options.words("skip_status") or not client.owner_id or not (tier and tier.interval_days):
            continue
        last = _last(facts, client, last_visits.get(client.client_id))
        start = last or client.created_on
        due = start + timedelta(days=tier.interval_days) if start else None
        if due and due + timedelta(days=options.count("grace_days")) >= facts.on:
            continue
        yield options.found(
            "overdue" if last else "never",
            client,
            facts.label(client),
            _waiting(facts.on, client, last, tier.interval_days),
            hint=_("列入下期走访计划"),
            owner=client.owner_id,
            due=due,
        )


def _waiting(on: date, client: Client, last: date | None, interval: int) -> str:
    if last is None and client.created_on is None:
        return _("从未走访，应每 {interval} 天一次").format(interval=interval)
    if last is None:
        return _("从未走访，建档 {day}，应每 {interval} 天一次").format(day=client.created_on, interval=interval)
    return _("最近一次走访在 {last}，应每 {interval} 天一次，逾期 {days} 天").format(
        last=last.isoformat(), interval=interval, days=(on - last).days - interval
    )


def _last(facts: CheckFacts, client: Client, visit: date | None) -> date | None:
    told = client.last_contact if client.last_contact and client.last_contact <= facts.on else None
    if visit and told and facts.pack.visits.phone_counts:
        return max(visit, told)
    return visit or told


def _last_visits(facts: CheckFacts) -> Mapping[str, date]:
    last: dict[str, date] = {}
    made = [
        (contact.client_id, contact.date)
        for contact in facts.contacts
        if facts.pack.visits.phone_counts or contact.channel in facts.visit_channels
    ]
    made += [(visit.client_id, visit.done_on or visit.date) for visit in facts.visits if visit.done or visit.done_on]
    for client_id, day in made:
        if day and day <= facts.on and day > last.get(client_id, date.min):
            last[client_id] = day
    return last


def _undone(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    made: dict[tuple[str, str], list[date]] = defaultdict(list)
    for contact in facts.contacts:
        if contact.date and contact.channel in facts.visit_channels:
            made[contact.staff_id, contact.client_id].append(contact.date)
    near = timedelta(days=options.count("match_days"))
    for visit in facts.visits:
        if visit.date is None or not facts.past(visit.date) or _accounted(visit):
            continue
        if visit.done is False or not any(
            abs(day - visit.date) <= near for day in made[visit.staff_id, visit.client_id]
        ):
            yield options.found(
                "not_done",
                visit,
                facts.client_label(visit.client_id),
                _("{who} 计划 {day} 走访，没有完成，也没有写原因").format(
                    who=facts.staff_label(visit.staff_id), day=visit.date.isoformat()
                ),
                hint=_("补走访或写明未完成原因"),
                owner=visit.staff_id,
                due=visit.date,
            )


def _unprepared(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    """短期准备 (telecom manual): what the visit is for, and what has to be brought."""
    last = facts.on + timedelta(days=options.count("prep_days"))
    for visit in facts.visits:
        if visit.date is None or not facts.on < visit.date <= last or _accounted(visit):
            continue
        lacking = [
            facts.column_label(Visit.table, key) for key in ("purpose", "materials") if not str(visit.get(key) or "")
        ]
        if lacking:
            yield options.found(
                "unprepared",
                visit,
                facts.client_label(visit.client_id),
                _("{day} 的走访还没有写{columns}").format(day=visit.date.isoformat(), columns=_("、").join(lacking)),
                hint=_("走访前备齐目的和资料"),
                owner=visit.staff_id,
                due=visit.date,
            )


def _accounted(visit: Visit) -> bool:
    return bool(visit.done or visit.done_on or visit.undone_reason)
