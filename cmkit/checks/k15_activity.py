"""K15 活动量与队伍: the day's activity reaches the standard, the team stays and grows, policies are renewed.

Every working day has a standard of calls, visits and files, a day short of it is a reminder; leaders have one of their
own. People who sell (活动率), who
leave (脱落率), who stay (留存率), who join (增员率) and premiums that are renewed (13 个月继续率) are held against two limits:
beyond the green one all is well, short of the amber one it is grave, between them a reminder. What builds up over the
period is judged when it is over. A certificate that has run out stops the work.

Source: "6311" and "3111" xyz.cn/discover/detail-kehuziliao-2228250.html; ratios damarti.com, wanyiwang.com; limits
82/74 (13 months), 89/80 (25 months), 30/27 (staff retention) and 3/2.7 (growth) m.777doc.com/doc-837730.html; limits of activity and drop
rate are cmkit's own defaults: none.

Options:
    roles: Roles with a day's standard, and counted as the team (客户经理、业务员).
    standard: The standard of a day (calls:6、visits:3、prospects:1、studied:1).
    leader_roles: Roles with the leaders' standard (主管).
    leader_standard: The standard of a leader's day (follow_ups:3、joint_visits:1、coachings:1、proposals:1).
    activity_rate: Green and amber percent of the team that sold, empty = no rule ().
    drop_rate: Green and amber percent of the team that left, less is better, empty = no rule ().
    retention: Green and amber percent of the team that stayed, empty = no rule ().
    recruit_rate: Green and amber percent of the team that joined, empty = no rule (3、2.7).
    persistency: Green and amber percent of premium renewed in month 13, empty = no rule (82、74).
    persistency_25: The same of the renewed premium that is renewed again in month 25, empty = no rule (89、80).
    certificate_days: Remind so many days before a certificate runs out (30).

Passes on 2026-10-30 for period 2026-10::

    staff      | staff_id | name | role   | join_date  | certificate_to
               | E1001    | 张伟 | 业务员 | 2024-03-01 | 2027-06-30
    activities | date       | staff_id | calls | visits | prospects | studied
               | 2026-10-28 | E1001    | 7     | 3      | 1         | 1
    policies   | policy_no | staff_id | effective  | premium | pay_mode | status | renewal_paid
               | P001      | E1001    | 2025-08-05 | 10000   | 年缴     | 有效   | 10000

Fails: five calls of six, a certificate that has run out, and 7,000 of 10,000 yuan renewed (70 %)::

    staff      | staff_id | name | role   | join_date  | certificate_to
               | E1002    | 刘洋 | 业务员 | 2024-03-01 | 2026-10-15
    activities | date       | staff_id | calls | visits | prospects | studied
               | 2026-10-28 | E1002    | 5     | 3      | 1         | 1
    policies   | policy_no | staff_id | effective  | premium | pay_mode | status | renewal_paid
               | P002      | E1002    | 2025-08-05 | 10000   | 年缴     | 有效   | 7000
               | P003      | E1002    | 2025-08-06 | 50000   | 趸缴     | 有效   |
    finds      | code        | key                 | owner | due
               | certificate | E1002               | E1002 | 2026-10-15
               | activity    | 2026-10-28|E1002    | E1002 | 2026-10-28
               | persistency | persistency|2026-10 |       | 2026-10-31
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Activity, Org, Policy, Staff, StaffEvent
from cmkit.team.force import force_of, output_of, ratios
from cmkit.team.persistency import MONTHS_BACK, Limits, light, persistency

ID = "K15"
TITLE = ("活动量、队伍与继续率", "Activity, team, persistency")
OPTIONS = {
    "roles": Option("words", "客户经理、业务员"),
    "standard": Option("words", "calls:6、visits:3、prospects:1、studied:1"),
    "leader_roles": Option("words", "主管"),
    "leader_standard": Option("words", "follow_ups:3、joint_visits:1、coachings:1、proposals:1"),
    "activity_rate": Option("words", ""),
    "drop_rate": Option("words", ""),
    "retention": Option("words", ""),
    "recruit_rate": Option("words", "3、2.7"),
    "persistency": Option("words", "82、74"),
    "persistency_25": Option("words", "89、80"),
    "certificate_days": Option("count", "30"),
}
NEEDS = ("staff", "staff_events", "activities", "policies", "orgs")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The days below standard, the certificates that run out, the rates beyond their limits."""
    return [*_days(facts, options), *_certificates(facts, options), *_rates(facts, options)]


def _days(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for one in facts.of(Activity):
        person = facts.staff_by_id.get(one.staff_id)
        standard = _standard(options, person)
        if one.date is None or not standard or one.date not in facts.period or one.date > facts.on:
            continue
        short = [
            _("{what} {done}（标准 {wanted}）").format(
                what=facts.column_label(Activity.table, key), done=one.get(key) or 0, wanted=plain(wanted)
            )
            for key, wanted in standard.items()
            if Decimal(one.get(key) or 0) < wanted
        ]
        if short:
            message = _("{day} 活动量不足：{short}").format(day=one.date.isoformat(), short="、".join(short))
            subject, hint = facts.staff_label(one.staff_id), _("补足活动量，检查计划")
            yield options.softly().found("activity", one, subject, message, hint=hint, owner=one.staff_id, due=one.date)


def _standard(options: Options, person: Staff | None) -> Mapping[str, Decimal]:
    """What is asked of a day; of the team's people where the role is not known.

    Raises ConfigFault for a counter that activities do not have.
    """
    if person and person.role in options.words("leader_roles"):
        return counters(options, "leader_standard")
    known = person is None or person.role in options.words("roles")
    return counters(options, "standard") if known else {}


def counters(options: Options, name: str) -> Mapping[str, Decimal]:
    """The standard of a day that an option tells, counter by counter.

    Raises ConfigFault for a counter that activities do not have.
    """
    found: dict[str, Decimal] = {}
    for word in options.words(name):
        key, _mark, text = word.partition(":")
        if key not in Activity.__struct_fields__ or not text.isdecimal():
            raise ConfigFault(
                _("规则 {rule} 的选项 {name} 里的“{word}”不能用").format(rule=ID, name=name, word=word),
                hint=_("写成 列:数，如 calls:6"),
            )
        found[key] = Decimal(text)
    return found


def _certificates(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for person in facts.staff:
        until = person.certificate_to
        if until is None or (person.leave_date and person.leave_date < facts.on):
            continue
        left = (until - facts.on).days
        subject, owner, hint = facts.label(person), person.staff_id, _("办理续证")
        if left < 0:
            message = _("执业证已于 {day} 到期").format(day=until.isoformat())
            yield options.found("certificate", person, subject, message, hint=hint, owner=owner, due=until)
        elif left <= options.count("certificate_days"):
            message = _("执业证将于 {day} 到期").format(day=until.isoformat())
            soft = options.softly()
            yield soft.found("certificate_soon", person, subject, message, hint=hint, owner=owner, due=until)


def _rates(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    team = force_of(facts.staff, facts.of(StaffEvent), facts.period, facts.on, options.words("roles"))
    first, second = (persistency(facts.of(Policy), facts.period, months) for months in MONTHS_BACK)
    told = ratios(team, output_of(facts.of(Policy), team, facts.period))
    over = facts.on >= facts.period.end
    rates = {
        "persistency": (_("13 个月继续率"), first.rate, True),
        "persistency_25": (_("25 个月继续率"), second.rate, True),
        "drop_rate": (_("脱落率"), told["drop"], True),
        "retention": (_("留存率"), told["retention"], True),
        "activity_rate": (_("活动率"), told["activity"], over),
        "recruit_rate": (_("增员率"), told["recruit"], over),
    }
    for code, (label, rate, judged) in rates.items():
        bounds = limits(options, code)
        if bounds and rate is not None and judged:
            yield from _rated(facts, options, code, label, rate, bounds)


def limits(options: Options, code: str) -> Limits | None:
    """Green and amber of one rate; None where the pack has no rule.

    Raises ConfigFault where they are not two numbers.
    """
    words = options.words(code)
    if not words:
        return None
    try:
        green, amber = (Decimal(word) for word in words)
    except (InvalidOperation, ValueError):
        raise ConfigFault(
            _("规则 {rule} 的选项 {name} 要写绿、黄两个界限，如 82、74").format(rule=ID, name=code)
        ) from None
    return green, amber


def _rated(
    facts: CheckFacts, options: Options, code: str, label: str, rate: Decimal, bounds: Limits
) -> Iterator[Finding]:
    """Nothing when green, a reminder between the limits, a finding of the pack's severity beyond the amber one."""
    level = light(rate, bounds, less=code == "drop_rate")
    if level == "good":
        return
    word = _("红色") if level == "bad" else _("黄色")
    message = _("{rate}%，绿色界限 {green}%，黄色界限 {amber}%，为{word}").format(
        rate=plain(rate), green=plain(bounds[0]), amber=plain(bounds[1]), word=word
    )
    used = options if level == "bad" else options.softly()
    finding = used.found(
        code, Policy(), label, message, hint=_("分析原因并制订改进措施"), owner=_head(facts), due=facts.period.end
    )
    yield replace(finding, table="", key=f"{code}|{facts.period.name}")


def _head(facts: CheckFacts) -> str:
    """Whose the whole office's rates are: the organisation above all others, where there is one."""
    tops = [org.org_id for org in facts.of(Org) if not org.parent_id]
    return tops[0] if len(tops) == 1 else ""
