"""K3 工作日志: written every working day, in time, and read by the supervisor.

Looks at everybody whose role writes a log (the pack's routines), for each working day of the period that is over, from
the day they joined to the day they left. A log is missing once its last day to be written has passed. Supervisors
review newcomers (``newcomer_days`` of pack.toml) log by log, everybody else once a week: a week counts as reviewed
when its last log is, and is asked for when its last working day is over. What is not reviewed is the supervisor's.

Source: 资深客户经理每周审视其业务活动一次 (manual row 12-20), 工作日志每日检查 (row 11; xyz.cn/discover/detail-kehuziliao-2228250.html).

Options:
    late_days: Working days after the day itself until a log must be written (0).
    review_days: Working days that a supervisor has after a newcomer's log, or after the week of others (0).
    fields: Columns of a log that must not be empty (summary).

Passes on 2026-10-14 for period 2026-W42 (理财经理 writes a log; newcomer for 365 days)::

    staff    | staff_id | name | role     | supervisor_id | join_date
             | E1001    | 张伟 | 理财经理 | E1009         | 2020-03-01
    worklogs | date       | staff_id | summary  | written_on
             | 2026-10-12 | E1001    | 走访三户 | 2026-10-12
             | 2026-10-13 | E1001    | 电话回访 | 2026-10-13

Fails: Monday's log was written on Wednesday and not reviewed, Tuesday's is missing::

    staff    | staff_id | name | role     | supervisor_id | join_date
             | E1002    | 刘洋 | 理财经理 | E1009         | 2026-06-01
    worklogs | date       | staff_id | summary  | written_on
             | 2026-10-12 | E1002    | 走访三户 | 2026-10-14
    finds    | code       | key              | owner | due
             | late       | 2026-10-12|E1002 | E1002 | 2026-10-12
             | unreviewed | 2026-10-12|E1002 | E1009 | 2026-10-12
             | missing    | 2026-10-13|E1002 | E1002 | 2026-10-13
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from cmkit.base.lang import _
from cmkit.base.period import Period, period_of
from cmkit.checks.facts import CheckFacts, blank
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Staff, WorkLog

ID = "K3"
TITLE = ("工作日志", "Work logs")
OPTIONS = {
    "late_days": Option("count", "0"),
    "review_days": Option("count", "0"),
    "fields": Option("words", "summary"),
}
NEEDS = ("worklogs", "staff")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The logs that are missing, late, empty or unread."""
    logs = {(log.staff_id, log.date): log for log in facts.worklogs}
    found: list[Finding] = []
    for person in _writers(facts):
        found += _gaps(facts, options, person, logs)
    for log in facts.worklogs:
        if log.date and log.date in facts.period:
            found += _faults(facts, options, log)
    return [*found, *_unread_days(facts, options), *_unread_weeks(facts, options)]


def _writers(facts: CheckFacts) -> list[Staff]:
    roles = {spec.role or key for key, spec in facts.pack.routines.items() if spec.writes_log}
    return [person for person in facts.staff if person.role in roles]


def _gaps(
    facts: CheckFacts, options: Options, person: Staff, logs: dict[tuple[str, date | None], WorkLog]
) -> Iterator[Finding]:
    first = max(facts.period.start, person.join_date or facts.period.start)
    last = min(facts.period.end, facts.on, person.leave_date or facts.period.end)
    for day in facts.calendar.days(first, last):
        due = facts.calendar.add(day, options.count("late_days"))
        if (person.staff_id, day) not in logs and due < facts.on:
            yield options.found(
                "missing",
                WorkLog(date=day, staff_id=person.staff_id, origin=person.origin),
                facts.label(person),
                _("没有 {day} 的工作日志").format(day=day.isoformat()),
                hint=_("补写工作日志"),
                owner=person.staff_id,
                due=due,
            )


def _faults(facts: CheckFacts, options: Options, log: WorkLog) -> Iterator[Finding]:
    if log.date is None:
        return
    subject, day = facts.staff_label(log.staff_id), log.date.isoformat()
    due = facts.calendar.add(log.date, options.count("late_days"))
    if log.written_on and log.written_on > due:
        message = _("{day} 的日志到 {written} 才写").format(day=day, written=log.written_on.isoformat())
        yield options.found("late", log, subject, message, hint=_("当日事当日记"), owner=log.staff_id, due=due)
    empty = [facts.column_label("worklogs", name) for name in options.words("fields") if blank(log.get(name))]
    if empty and due < facts.on:
        message = _("{day} 的日志没有填{columns}").format(day=day, columns="、".join(empty))
        yield options.found("empty", log, subject, message, hint=_("补写工作日志"), owner=log.staff_id, due=due)


def _is_new(facts: CheckFacts, log: WorkLog) -> bool:
    person = facts.staff_by_id.get(log.staff_id)
    if person is None or person.join_date is None or log.date is None:
        return False
    return (log.date - person.join_date).days < facts.pack.info.newcomer_days


def _supervisor(facts: CheckFacts, staff_id: str) -> str:
    person = facts.staff_by_id.get(staff_id)
    return (person.supervisor_id if person else "") or staff_id


def _is_read(log: WorkLog) -> bool:
    return bool(log.reviewed_on or log.review)


def _unread_days(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for log in facts.worklogs:
        if log.date is None or log.date not in facts.period or _is_read(log) or not _is_new(facts, log):
            continue
        due = facts.calendar.add(log.date, options.count("review_days"))
        if due < facts.on:
            yield options.found(
                "unreviewed",
                log,
                facts.staff_label(log.staff_id),
                _("入职未满 {days} 天，{day} 的日志没有审阅").format(
                    days=facts.pack.info.newcomer_days, day=log.date.isoformat()
                ),
                hint=_("逐日审阅新员工日志"),
                owner=_supervisor(facts, log.staff_id),
                due=due,
            )


def _unread_weeks(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    weeks: dict[tuple[str, Period], WorkLog] = {}
    for log in sorted(facts.worklogs, key=lambda log: log.date or date.min):
        if log.date:
            weeks[log.staff_id, period_of("week", log.date)] = log
    for (staff_id, week), last in weeks.items():
        closes = max(facts.calendar.on_or_before(week.end), week.start)
        due = facts.calendar.add(closes, options.count("review_days"))
        if closes not in facts.period or due >= facts.on or _is_read(last) or _is_new(facts, last):
            continue
        finding = options.found(
            "unreviewed_week",
            last,
            facts.staff_label(staff_id),
            _("{week}的日志没有审阅").format(week=week.label),
            hint=_("每周审阅一次日志"),
            owner=_supervisor(facts, staff_id),
            due=due,
        )
        yield replace(finding, key=f"{week.name}|{staff_id}")
