"""K6 投诉: answered and closed in time, and extended only with approval.

The day a complaint is due is written in it, or reckoned from its receipt by its level. Beyond the days of its level,
and for a very complex one beyond those of a complex one, somebody must have approved (``extended_by``).

Source: 《银行业保险业消费投诉处理管理办法》(2020): 15 calendar days, complex ones 30, very complex ones another 30 after
approval (finance.caixin.com/2020-01-17/101505443.html; calendar days: 2wbiao.com/p/60675.html). Telecom: 15 days.
First reply: practice, a setting.

Options:
    simple_days: Days for 一般, and where no level is given (15).
    complex_days: Days for 复杂 (30).
    special_days: Days for 特别复杂 (60).
    soon_days: A reminder so many days before (3).
    first_reply_days: Days until the complainant hears something (3).
    workdays: Count working days instead of calendar days (否).

Passes on 2026-11-10 (15 days: due on 2026-11-17)::

    complaints | complaint_id | received_on | category | level | handler_id | first_reply_on
               | TS001        | 2026-11-02  | 服务     | 一般  | E1001      | 2026-11-03

Fails: one three days late, one due in two days, one very complex and past 30 days without approval, one unanswered::

    complaints | complaint_id | received_on | category | level    | handler_id | first_reply_on
               | TS002        | 2026-10-23  | 服务     | 一般     | E1001      | 2026-10-24
               | TS003        | 2026-10-28  | 收费     |          | E1002      | 2026-10-29
               | TS004        | 2026-10-01  | 产品     | 特别复杂 | E1002      | 2026-10-02
               | TS005        | 2026-11-04  | 服务     | 复杂     | E1002      |
    finds      | code       | key   | owner | due
               | unapproved | TS004 | E1002 | 2026-10-31
               | overdue    | TS002 | E1001 | 2026-11-07
               | no_reply   | TS005 | E1002 | 2026-11-07
               | soon       | TS003 | E1002 | 2026-11-12
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Complaint
from cmkit.service.sla import COMPLEX, SIMPLE, SPECIAL, Sla

ID = "K6"
TITLE = ("投诉时限", "Complaints in time")
OPTIONS = {
    "simple_days": Option("count", "15"),
    "complex_days": Option("count", "30"),
    "special_days": Option("count", "60"),
    "soon_days": Option("count", "3"),
    "first_reply_days": Option("count", "3"),
    "workdays": Option("flag", "否"),
}
NEEDS = ("complaints",)


def sla_of(options: Options) -> Sla:
    """The deadlines that the options set, for the reports, too."""
    return Sla(
        days={
            SIMPLE: options.count("simple_days"),
            COMPLEX: options.count("complex_days"),
            SPECIAL: options.count("special_days"),
        },
        working=options.flag("workdays"),
        warn_days=options.count("soon_days"),
    )


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The complaints that are late, nearly late, extended without approval or without a first reply."""
    found: list[Finding] = []
    for complaint in facts.complaints:
        if complaint.received_on and complaint.received_on <= facts.on:
            found += _deadline(facts, options, complaint)
            found += _approval(facts, options, complaint, complaint.received_on)
            found += _reply(facts, options, complaint, complaint.received_on)
    return found


def _deadline(facts: CheckFacts, options: Options, complaint: Complaint) -> Iterator[Finding]:
    due = sla_of(options).due(complaint, facts.calendar)
    if complaint.closed_on or due is None:
        return
    left = (due - facts.on).days
    subject, owner = facts.label(complaint), complaint.handler_id
    if left < 0:
        message = _("投诉应于 {due} 办结，已逾期 {days} 天").format(due=due.isoformat(), days=-left)
        yield options.found(
            "overdue", complaint, subject, message, hint=_("办结投诉并告知投诉人"), owner=owner, due=due
        )
    elif left <= options.count("soon_days"):
        message = _("投诉应于 {due} 办结，还有 {days} 天").format(due=due.isoformat(), days=left)
        yield options.softly().found(
            "soon", complaint, subject, message, hint=_("按期办结，来不及的先报批延期"), owner=owner, due=due
        )


def _approval(facts: CheckFacts, options: Options, complaint: Complaint, received: date) -> Iterator[Finding]:
    if complaint.extended_by or (complaint.closed_on and complaint.closed_on not in facts.period):
        return
    # A very complex complaint may run beyond the days of a complex one only when somebody has approved it.
    sla = sla_of(options)
    limit = min(sla.limit(received, level, facts.calendar) for level in (complaint.level, COMPLEX))
    extended = complaint.due is not None and complaint.due > limit
    running = complaint.level == SPECIAL and (complaint.closed_on or facts.on) > limit
    if extended or running:
        yield options.found(
            "unapproved",
            complaint,
            facts.label(complaint),
            _("投诉办理超过 {limit}，没有延期批准人").format(limit=limit.isoformat()),
            hint=_("补办延期审批并告知投诉人"),
            owner=complaint.handler_id,
            due=limit,
        )


def _reply(facts: CheckFacts, options: Options, complaint: Complaint, received: date) -> Iterator[Finding]:
    due = sla_of(options).after(received, options.count("first_reply_days"), facts.calendar)
    if not complaint.closed_on and not complaint.first_reply_on and due < facts.on:
        yield options.found(
            "no_reply",
            complaint,
            facts.label(complaint),
            _("收到投诉 {days} 天，没有首次响应").format(days=(facts.on - received).days),
            hint=_("当天联系投诉人"),
            owner=complaint.handler_id,
            due=due,
        )
