"""K7 反馈与信息报告: what clients say and what staff report gets an answer.

Feedback is answered by its handler (the client's owner where none is named), an information report by the person it
was sent to (the reporter's supervisor where no one person bears that name). Praise asks for no answer.

Source: 意见反馈制度, 信息报告制度 (manual 2); the days are cmkit's own default.

Options:
    days: Days to answer feedback that names no day (7).
    report_days: Days to answer an information report that names no day (7).
    no_answer: Kinds of feedback that need none (表扬).

Passes on 2026-10-30::

    feedback     | date       | client_id | kind | content  | handler_id | due | replied_on
                 | 2026-10-26 | C000123   | 建议 | 延长营业 | E1001      |     |
                 | 2026-10-12 | C000124   | 表扬 | 服务周到 | E1001      |     |
                 | 2026-10-08 | C000125   | 需求 | 外币理财 | E1001      |     | 2026-10-12
    info_reports | date       | staff_id | subject      | due        | answered_on
                 | 2026-10-20 | E1001    | 同业上调利率 | 2026-11-03 |

Fails: the need is 5 days overdue, the report 2 days::

    feedback     | date       | client_id | kind | content  | handler_id | due
                 | 2026-10-18 | C000126   | 需求 | 外币理财 | E1002      |
    info_reports | date       | staff_id | subject  | sent_to | due
                 | 2026-10-20 | E1002    | 商圈迁移 | 张伟    | 2026-10-28
    staff        | staff_id | name
                 | E1009    | 张伟
    finds        | code              | key                              | owner | due
                 | unanswered        | 2026-10-18|C000126|需求|外币理财 | E1002 | 2026-10-25
                 | unanswered_report | 2026-10-20|E1002|商圈迁移        | E1009 | 2026-10-28
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Feedback, InfoReport

ID = "K7"
TITLE = ("反馈与信息报告", "Feedback and reports answered")
OPTIONS = {"days": Option("count", "7"), "report_days": Option("count", "7"), "no_answer": Option("words", "表扬")}
NEEDS = ("feedback", "info_reports", "clients", "staff")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The feedback and the information reports that wait too long for an answer."""
    return [*_feedback(facts, options), *_reports(facts, options)]


def _due(day: date | None, written: date | None, days: int) -> date | None:
    return written or (day + timedelta(days=days) if day else None)


def _feedback(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for item in facts.feedback:
        due = _due(item.date, item.due, options.count("days"))
        answered = item.replied_on or item.reply or item.kind in options.words("no_answer")
        if due and due < facts.on and not answered:
            yield options.found(
                "unanswered",
                item,
                facts.client_label(item.client_id),
                _("{day} 的{kind}应于 {due} 回复，逾期 {days} 天").format(
                    day=item.date.isoformat() if item.date else "",
                    kind=item.kind or _("反馈"),
                    due=due.isoformat(),
                    days=(facts.on - due).days,
                ),
                hint=_("回复客户的意见和需求"),
                owner=_handler(facts, item),
                due=due,
            )


def _handler(facts: CheckFacts, item: Feedback) -> str:
    client = facts.client_by_id.get(item.client_id)
    return item.handler_id or (client.owner_id if client else "")


def _reports(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for report in facts.info_reports:
        due = _due(report.date, report.due, options.count("report_days"))
        if due and due < facts.on and not (report.answered_on or report.instruction):
            yield options.found(
                "unanswered_report",
                report,
                report.subject,
                _("{who} 的信息报告应于 {due} 批示，逾期 {days} 天").format(
                    who=facts.staff_label(report.staff_id), due=due.isoformat(), days=(facts.on - due).days
                ),
                hint=_("批示信息报告"),
                owner=_answerer(facts, report),
                due=due,
            )


def _answerer(facts: CheckFacts, report: InfoReport) -> str:
    reporter = facts.staff_by_id.get(report.staff_id)
    return facts.staff_named(report.sent_to) or (reporter.supervisor_id if reporter else "") or report.staff_id
