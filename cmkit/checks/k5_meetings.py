"""K5 例会: meetings held in their rhythm, minuted, and their actions done.

A series that met in each of the two weeks (months) before is weekly (monthly): a week or month without it is a
finding. Weeks with few working days (around holidays) neither ask for a meeting nor break the rhythm. A week or month
is judged when its last working day is over.

Source: 例会制度 (manual 5, rows on minutes, sign-in and decisions); the rhythm rule is cmkit's own.

Options:
    min_workdays: Working days that a week needs to be asked for its meeting (4).
    fields: Columns that minutes must not leave empty (host、recorder、present).
    closed: States of a task that is no longer open (完成、取消).

Passes on 2026-10-30 for period 2026-10 (a monthly meeting, minuted; one open action, not yet due)::

    meetings | meeting_id | series   | title    | date       | host | recorder | present    | summary
             | M1         | 月度例会 | 八月例会 | 2026-08-28 | 张伟 | 刘洋     | 张伟、刘洋 | 略
             | M2         | 月度例会 | 九月例会 | 2026-09-25 | 张伟 | 刘洋     | 张伟、刘洋 | 略
    tasks    | task_id | what         | owner_id | due        | status
             | T1      | 整理客户名单 | E1001    | 2026-11-06 | 待办

Fails: week 42's minutes have no recorder, week 43 had no meeting, an action is 10 days late::

    meetings | meeting_id | series | title      | date       | host | recorder | present | summary
             | M3         | 周例会 | 第39周例会 | 2026-09-21 | 张伟 | 刘洋     | 刘洋    | 略
             | M4         | 周例会 | 第42周例会 | 2026-10-12 | 张伟 |          | 刘洋    | 略
    tasks    | task_id | what         | owner_id | due        | status
             | T2      | 回访到期客户 | E1002    | 2026-10-20 | 进行中
    staff    | staff_id | name
             | E1009    | 张伟
    finds    | code       | key              | owner | due
             | incomplete | M4               | E1009 | 2026-10-12
             | unfinished | T2               | E1002 | 2026-10-20
             | not_held   | |周例会|2026-W43 | E1009 | 2026-10-23
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from cmkit.base.lang import _
from cmkit.base.period import Period, PeriodKind, period_of
from cmkit.checks.facts import CheckFacts, blank
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Meeting

ID = "K5"
TITLE = ("例会与决议落实", "Meetings and actions")
OPTIONS = {
    "min_workdays": Option("count", "4"),
    "fields": Option("words", "host、recorder、present"),
    "closed": Option("words", "完成、取消"),
}
NEEDS = ("meetings", "agenda_items", "tasks", "staff")
_RHYTHMS: tuple[PeriodKind, ...] = ("week", "month")
_LONGEST_BREAK = 10


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The overdue actions, the gaps in minutes, and the meetings that were not held."""
    return [*_unfinished(facts, options), *_minutes(facts, options), *_not_held(facts, options)]


def _unfinished(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for task in facts.tasks:
        done = task.done_on or task.status in options.words("closed")
        if task.due and task.due < facts.on and not done:
            yield options.found(
                "unfinished",
                task,
                facts.label(task),
                _("应于 {due} 完成，逾期 {days} 天").format(due=task.due.isoformat(), days=(facts.on - task.due).days),
                hint=_("完成任务，或说明原因并改期"),
                owner=task.owner_id,
                due=task.due,
            )


def _minutes(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    discussed = {item.meeting_id for item in facts.agenda_items}
    for meeting in facts.meetings:
        if not facts.past(meeting.date):
            continue
        lacking = [facts.column_label("meetings", name) for name in options.words("fields") if blank(meeting.get(name))]
        if not meeting.summary and meeting.meeting_id not in discussed:
            lacking.append(_("会议内容"))
        if lacking:
            yield options.found(
                "incomplete",
                meeting,
                facts.label(meeting),
                _("会议纪要缺少{columns}").format(columns="、".join(lacking)),
                hint=_("补全会议纪要"),
                owner=_convener(facts, meeting),
                due=meeting.date,
            )


def _convener(facts: CheckFacts, meeting: Meeting) -> str:
    return facts.staff_named(meeting.recorder) or facts.staff_named(meeting.host)


def _not_held(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for (org_id, series), meetings in _series(facts).items():
        for rhythm in _RHYTHMS:
            held = {period_of(rhythm, meeting.date, facts.period.scheme) for meeting in meetings if meeting.date}
            for span in _missed(facts, options, rhythm, held):
                last = max(meetings, key=lambda meeting: meeting.date or date.min)
                finding = options.found(
                    "not_held",
                    last,
                    " ".join(part for part in (org_id, series) if part),
                    _("{span}没有召开，前两次都开了").format(span=span.label),
                    hint=_("补开例会，或说明停开原因"),
                    owner=_convener(facts, last),
                    due=facts.calendar.on_or_before(span.end),
                )
                yield replace(finding, key=f"{org_id}|{series}|{span.name}")


def _series(facts: CheckFacts) -> Mapping[tuple[str, str], Sequence[Meeting]]:
    series: dict[tuple[str, str], list[Meeting]] = defaultdict(list)
    for meeting in facts.meetings:
        if meeting.series and meeting.date and meeting.date <= facts.on:
            series[meeting.org_id, meeting.series].append(meeting)
    return series


def _missed(facts: CheckFacts, options: Options, rhythm: PeriodKind, held: set[Period]) -> Iterator[Period]:
    span = period_of(rhythm, facts.period.start, facts.period.scheme)
    while span.end <= facts.period.end:
        over = facts.calendar.on_or_before(span.end) < facts.on
        if over and span not in held and _is_worked(facts, options, span):
            before = _before(facts, options, span)
            if before in held and _before(facts, options, before) in held:
                yield span
        span = span.next()


def _before(facts: CheckFacts, options: Options, span: Period) -> Period:
    span = span.previous()
    for _week in range(_LONGEST_BREAK):
        if _is_worked(facts, options, span):
            break
        span = span.previous()
    return span


def _is_worked(facts: CheckFacts, options: Options, span: Period) -> bool:
    return facts.calendar.count(span.start, span.end) >= options.count("min_workdays")
