"""K13 烟草: a valid licence, a client file that classifies, and the day's visits.

Without a licence nobody may sell and nobody may supply. Too many shops under 其他 mean that the classification was not
done. A customer manager sees so many shops a day, fewer in the country; which of the two a day was, most of its shops
say (without any visit, most of the manager's own). Only working days that are over and have a log or a contact count.

Source: 烟草专卖法实施条例(2023) art. 26; 其他 at most 5 % (dushuang.com/detail/1976201.html); 城区每日 30 户、农村 25 户,
5 hours of visiting (xiexiebang.com/a5/2019051313/ef6aa24237b697f4.html).

Options:
    license_days: Remind so many days before a licence runs out (30).
    other_share: Most percent of the shops under 其他 (5).
    city: Shops a day in town, 0 = no rule (30).
    rural: Shops a day in the country, 0 = no rule (25).
    hours: Hours of visiting a day, judged where every visit has its minutes, 0 = no rule (5).
    roles: Roles that have a day quota (客户经理).
    skip_status: Clients in these states are left out (流失、黑名单).

Passes on 2026-10-30 for period 2026-10 (here with rural = 2, city = 3)::

    clients  | client_id | name     | owner_id | license_to | market | format
             | R1        | 老李便利 | Y2001    | 2027-06-30 | 乡村   | 便利店
             | R2        | 河口食杂 | Y2001    | 2027-06-30 | 乡村   | 食杂店
    contacts | date       | staff_id | client_id | channel
             | 2026-10-29 | Y2001    | R1        | 走访
             | 2026-10-29 | Y2001    | R2        | 走访
    staff    | staff_id | name | role
             | Y2001    | 陈刚 | 客户经理

Fails: one licence has run out, one will in 20 days, one shop of two is 其他, one visit instead of three::

    clients  | client_id | name     | owner_id | license_to | market | format
             | R3        | 人民商店 | Y2002    | 2026-10-15 | 城镇   | 其他
             | R4        | 中山烟酒 | Y2002    | 2026-11-19 | 城镇   | 烟酒店
    contacts | date       | staff_id | client_id | channel
             | 2026-10-29 | Y2002    | R3        | 走访
             | 2026-10-29 | Y2002    | R4        | 电话
    staff    | staff_id | name | role
             | Y2002    | 周勇 | 客户经理
    finds    | code            | key              | owner | due
             | license_expired | R3               | Y2002 | 2026-10-15
             | day_quota       | 2026-10-29|Y2002 | Y2002 | 2026-10-29
             | license_soon    | R4               | Y2002 | 2026-11-19
             | other_share     | format|其他      |       |
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client, Contact

ID = "K13"
TITLE = ("许可证、业态与日访户数", "Licence, classification, day quota")
OPTIONS = {
    "license_days": Option("count", "30"),
    "other_share": Option("number", "5"),
    "city": Option("count", "30"),
    "rural": Option("count", "25"),
    "hours": Option("number", "5"),
    "roles": Option("words", "客户经理"),
    "skip_status": Option("words", "流失、黑名单"),
}
NEEDS = ("clients", "contacts", "worklogs", "staff")
CITY, RURAL, OTHER = "城镇", "乡村", "其他"


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The licences that run out, the share of unclassified shops, and the days below quota."""
    active = [client for client in facts.clients if client.status not in options.words("skip_status")]
    return [*_licences(facts, options, active), *_other(facts, options, active), *_days(facts, options)]


def _licences(facts: CheckFacts, options: Options, clients: Iterable[Client]) -> Iterator[Finding]:
    for client in clients:
        until = client.get("license_to")
        if not isinstance(until, date):
            continue
        left = (until - facts.on).days
        subject, owner, day = facts.label(client), client.owner_id, until.isoformat()
        if left < 0:
            message = _("许可证已于 {day} 到期，过期 {days} 天").format(day=day, days=-left)
            hint = _("停止供货，督促办理延续")
            yield options.found("license_expired", client, subject, message, hint=hint, owner=owner, due=until)
        elif left <= options.count("license_days"):
            message = _("许可证将于 {day} 到期，还有 {days} 天").format(day=day, days=left)
            hint = _("提醒零售户办理许可证延续")
            yield options.softly().found("license_soon", client, subject, message, hint=hint, owner=owner, due=until)


def _other(facts: CheckFacts, options: Options, clients: Iterable[Client]) -> Iterator[Finding]:
    formats = [client.get("format") for client in clients if client.get("format")]
    other = formats.count(OTHER)
    limit = options.number("other_share")
    # Multiplied out, so that the limit itself is never missed by a rounding.
    if Decimal(other) * 100 > limit * len(formats):
        finding = options.found(
            "other_share",
            Client(),
            facts.column_label("clients", "format"),
            _("{count} 户中有 {other} 户为“其他”，占 {share}%，超过 {limit}%").format(
                count=len(formats),
                other=other,
                share=plain(round_half_up(Decimal(other) * 100 / len(formats))),
                limit=plain(limit),
            ),
            hint=_("核实“其他”业态的零售户并重新分类"),
        )
        yield replace(finding, key=f"format|{OTHER}")


def _days(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    days: dict[tuple[date, str], list[Contact]] = defaultdict(list)
    for log in facts.worklogs:
        if log.date:
            days[log.date, log.staff_id] = []
    for contact in facts.contacts:
        if contact.date:
            days[contact.date, contact.staff_id].append(contact)
    for (day, staff_id), contacts in sorted(days.items()):
        if facts.past(day) and facts.calendar.is_workday(day) and _has_quota(facts, options, staff_id):
            visits = [contact for contact in contacts if contact.channel in facts.visit_channels]
            yield from _day(facts, options, day, staff_id, visits)


def _has_quota(facts: CheckFacts, options: Options, staff_id: str) -> bool:
    person = facts.staff_by_id.get(staff_id)
    return person is None or person.role in options.words("roles")


def _day(facts: CheckFacts, options: Options, day: date, staff_id: str, visits: Sequence[Contact]) -> Iterator[Finding]:
    seen = {visit.client_id for visit in visits}
    market = _market(facts, staff_id, seen)
    quota = options.count("city" if market == CITY else "rural")
    row = visits[0].changed(time="", client_id="") if visits else Contact(date=day, staff_id=staff_id)
    subject = facts.staff_label(staff_id)

    def found(code: str, message: str, hint: str) -> Finding:
        finding = options.found(code, row, subject, message, hint=hint, owner=staff_id, due=day)
        return replace(finding, key=f"{day.isoformat()}|{staff_id}")

    if len(seen) < quota:
        message = _("{day} 走访 {done} 户，不足{market}每日 {quota} 户").format(
            day=day.isoformat(), done=len(seen), market=market, quota=quota
        )
        yield found("day_quota", message, _("按日访户数安排线路"))
    minutes = [visit.minutes for visit in visits if visit.minutes is not None]
    hours = options.number("hours")
    if visits and len(minutes) == len(visits) and Decimal(sum(minutes)) < hours * 60:
        message = _("{day} 走访 {minutes} 分钟，不足 {hours} 小时").format(
            day=day.isoformat(), minutes=sum(minutes), hours=plain(hours)
        )
        yield found("day_hours", message, _("保证每日走访时间"))


def _market(facts: CheckFacts, staff_id: str, seen: Iterable[str]) -> str:
    """The market most of the day's clients lie in; 乡村, the lower quota, where it is even or unknown."""
    markets = Counter(
        facts.client_by_id[client_id].get("market") for client_id in seen if client_id in facts.client_by_id
    )
    if not markets:
        markets = Counter(client.get("market") for client in facts.clients if client.owner_id == staff_id)
    return CITY if markets[CITY] > markets[RURAL] else RURAL
