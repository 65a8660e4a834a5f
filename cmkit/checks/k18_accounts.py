"""K18 关键人与满意度: key people who are kept in touch with, clients who are asked, and none whose mark falls.

The people who decide at a client must not go unheard for too long, whoever else is talked to. A client that matters is
asked how satisfied it is at least so often, and a mark that falls against the time before calls for somebody.

Source: 建立关键客户关系管理系统, 定期进行客户满意度调查 (大客户经理培训资料); 定期与重要客户进行沟通，了解其满意度和需求变化
(客户经理工作手册). The days and the step of the mark are cmkit's own defaults.

Options:
    roles: Roles of key people that are watched (决策).
    person_days: Days without a contact, 0 = no rule (60).
    survey_tiers: Tiers of clients that are asked; empty asks all active ones ().
    survey_days: Days between two surveys of a client, 0 = no rule (180).
    fall: Points by which a client's mean mark may fall from one survey day to the next, 0 = no rule (1).
    satisfied_from: The score that counts as satisfied in reports (4).
    weights: Dimensions with their weight for the weighted rate, 质量:50、交付:30; empty weighs none ().

Passes on 2026-10-30::

    clients        | client_id | name     | tier | status | owner_id
                   | C1        | 云州纺织 | A    | 在用   | E1001
    contact_people | client_id | name | role | last_contact
                   | C1        | 王芳 | 决策 | 2026-10-09
    surveys        | date       | client_id | dimension | score
                   | 2026-09-10 | C1        | 服务      | 5

Fails: 99 days unheard, not asked for 203 days, and the last mark two points lower::

    clients        | client_id | name     | tier | status | owner_id
                   | C2        | 平川机械 | A    | 在用   | E1002
    contact_people | client_id | name | role | last_contact
                   | C2        | 李强 | 决策 | 2026-07-23
    surveys        | date       | client_id | dimension | score
                   | 2025-10-10 | C2        | 服务      | 5
                   | 2026-04-10 | C2        | 服务      | 3
    finds          | code         | key     | owner | due
                   | fall         | C2      | E1002 | 2026-04-10
                   | person_quiet | C2|李强 | E1002 | 2026-09-21
                   | survey_due   | C2      | E1002 | 2026-10-07
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client, ContactPerson, Survey
from cmkit.service.survey import NPS_NAMES

ID = "K18"
TITLE = ("关键人与满意度", "Key people and satisfaction")
OPTIONS = {
    "roles": Option("words", "决策"),
    "person_days": Option("count", "60"),
    "survey_tiers": Option("words", ""),
    "survey_days": Option("count", "180"),
    "fall": Option("number", "1"),
    "satisfied_from": Option("number", "4"),
    "weights": Option("words", ""),
}
NEEDS = ("clients", "contact_people", "surveys")
ACTIVE = "在用"


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The key people not heard of, the clients not asked, the marks that fell."""
    active = [one for one in facts.clients if one.status == ACTIVE]
    return [*_quiet(facts, options, {one.client_id: one for one in active}), *_surveys(facts, options, active)]


def _quiet(facts: CheckFacts, options: Options, active: Mapping[str, Client]) -> Iterator[Finding]:
    days = options.count("person_days")
    for person in facts.of(ContactPerson):
        client = active.get(person.client_id)
        if not days or client is None or person.role not in options.words("roles"):
            continue
        since = person.last_contact
        if since is not None and (facts.on - since).days <= days:
            continue
        shown = facts.hide(person).get("name")
        message = (
            _("关键人（{role}）没有联系记录").format(role=person.role)
            if since is None
            else _("关键人（{role}）已 {days} 天没有联系").format(role=person.role, days=(facts.on - since).days)
        )
        due = since + timedelta(days=days) if since else facts.on
        subject = " ".join([facts.client_label(person.client_id), str(shown)])
        hint = _("约见关键人，登记接触记录")
        yield options.found("person_quiet", person, subject, message, hint=hint, owner=client.owner_id, due=due)


def _surveys(facts: CheckFacts, options: Options, active: list[Client]) -> Iterator[Finding]:
    marks: dict[str, dict[date, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for one in facts.of(Survey):
        if one.date and one.date <= facts.on and one.score is not None and one.dimension not in NPS_NAMES:
            marks[one.client_id][one.date].append(one.score)
    days, tiers = options.count("survey_days"), options.words("survey_tiers")
    for client in active:
        given = marks[client.client_id]
        last = max(given, default=None)
        since = last or client.created_on
        asked = not tiers or client.get(facts.pack.info.tier_column) in tiers
        if days and asked and since and (facts.on - since).days > days:
            message = (_("已 {days} 天没有做满意度调查") if last else _("建档 {days} 天还没有做过满意度调查")).format(
                days=(facts.on - since).days
            )
            due, hint = since + timedelta(days=days), _("安排满意度调查")
            subject = facts.label(client)
            yield options.found("survey_due", client, subject, message, hint=hint, owner=client.owner_id, due=due)
        yield from _fallen(facts, options, client, given)


def _fallen(
    facts: CheckFacts, options: Options, client: Client, given: Mapping[date, list[Decimal]]
) -> Iterator[Finding]:
    limit = options.number("fall")
    if not limit or len(given) < 2:  # noqa: PLR2004 - two days to compare
        return
    before, now = (_mean(given[day]) for day in sorted(given)[-2:])
    if before - now >= limit:
        message = _("满意度由 {before} 降到 {now}").format(before=grouped(before, 1), now=grouped(now, 1))
        subject, hint = facts.label(client), _("上门了解原因，写明改进措施")
        yield options.found("fall", client, subject, message, hint=hint, owner=client.owner_id, due=max(given))


def _mean(scores: list[Decimal]) -> Decimal:
    return sum(scores, Decimal(0)) / len(scores)
