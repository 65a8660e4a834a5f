"""The week log (周志): goals against done, key progress, problems, support wanted, next week, review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _, language
from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Contact, Staff, Task, Visit, WorkLog
from cmkit.facts.section import Cell, Column, Document, Section, Status
from cmkit.facts.specs import RoutineSpec
from cmkit.worklog.day import weekday_name
from cmkit.worklog.dayfacts import DEAL, joined, was_open
from cmkit.worklog.doing import activity_columns, activity_row

PROGRESS = (DEAL, "有意向")
"""Outcomes that make a contact key progress; so does an agreed next step."""


@dataclass(frozen=True, kw_only=True)
class WeekFacts:
    """One person's week. The sequences may hold more; visits and tasks should reach to the end of the next week.

    ``counts`` are the activity counters of the whole week by step key; ``indicators`` is the ready table of targets
    against done (week, month to date, rate, time progress), printed first where it is given.
    """

    staff: Staff
    week: Period
    routine: RoutineSpec = field(default_factory=RoutineSpec)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    org_name: str = ""
    indicators: Section | None = None
    contacts: Sequence[Contact] = ()
    tasks: Sequence[Task] = ()
    visits: Sequence[Visit] = ()
    worklogs: Sequence[WorkLog] = ()
    clients: Mapping[str, Client] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The person's number."""
        return self.staff.staff_id

    def client_name(self, client_id: str) -> str:
        """The client's name, or the number where the client is not known."""
        client = self.clients.get(client_id)
        return client.name if client and client.name else client_id

    def workdays(self) -> list[date]:
        """The working days of the week that the person was employed on."""
        first = max(self.week.start, self.staff.join_date or self.week.start)
        last = min(self.week.end, self.staff.leave_date or self.week.end)
        return list(self.calendar.days(first, last))

    def own_contacts(self) -> list[Contact]:
        """The person's contacts of the week, in order."""
        found = [one for one in self.contacts if one.staff_id == self.who and one.date and one.date in self.week]
        return sorted(found, key=lambda one: (one.date or date.min, one.time, one.client_id))

    def own_visits(self, period: Period) -> list[Visit]:
        """The person's planned visits of ``period``, in order."""
        found = [one for one in self.visits if one.staff_id == self.who and one.date and one.date in period]
        return sorted(found, key=lambda one: (one.date or date.min, one.order or 0, one.client_id))

    def own_logs(self) -> list[WorkLog]:
        """The person's day logs of the week, in order."""
        found = [one for one in self.worklogs if one.staff_id == self.who and one.date and one.date in self.week]
        return sorted(found, key=lambda one: one.date or date.min)


def week_log(facts: WeekFacts) -> Document:
    """The whole week log."""
    contacts, visits = facts.own_contacts(), facts.own_visits(facts.week)
    found = [
        facts.indicators,
        _activity(facts),
        _days(facts),
        _progress(facts),
        _told("problems", _("存在问题"), {one.date: one.problems for one in facts.own_logs()}),
        _told("support", _("需要支持"), {one.date: one.support for one in facts.own_logs()}),
        _next_week(facts),
        _review(facts),
    ]
    return Document(
        name="weeklog",
        title=_("工作周志"),
        subtitle=facts.week.label,
        meta=(
            (_("单位"), facts.org_name or facts.staff.org_id),
            (_("姓名"), facts.staff.name),
            (_("工号"), facts.who),
            (_("岗位"), facts.staff.role),
            (_("起止日期"), f"{facts.week.start.isoformat()} - {facts.week.end.isoformat()}"),
        ),
        headline=_(
            "本周接触客户 {clients} 户 {times} 次，走访计划 {planned} 户完成 {done} 户，成交 {deals} 笔。"
        ).format(
            clients=len({one.client_id for one in contacts}),
            times=len(contacts),
            planned=len(visits),
            done=sum(1 for one in visits if one.done),
            deals=sum(1 for one in contacts if one.outcome == DEAL),
        ),
        sections=tuple(one for one in found if one),
        signatures=(_("本人"), _("主管")),
        made_on=facts.week.end,
        lang=language(),
    )


def _activity(facts: WeekFacts) -> Section | None:
    """Counters of the week against the day's standard times the working days."""
    days = len(facts.workdays())
    rows = tuple(
        activity_row(step, facts.counts.get(step.key), None if step.standard is None else step.standard * days)
        for step in facts.routine.activity
    )
    if not rows:
        return None
    note = _("标准 = 每日标准 × {days} 个工作日").format(days=days)
    return Section(id="activity", title=_("本周活动量"), columns=activity_columns(), rows=rows, notes=(note,))


def _days(facts: WeekFacts) -> Section:
    logs = {one.date: one for one in facts.own_logs()}
    contacts, visits = facts.own_contacts(), facts.own_visits(facts.week)
    days = sorted({*facts.workdays(), *(one.date for one in contacts if one.date)})
    rows: list[tuple[Cell, ...]] = []
    for day in days:
        planned = [one for one in visits if one.date == day]
        log = logs.get(day)
        rows.append(
            (
                day,
                weekday_name(day),
                sum(1 for one in contacts if one.date == day),
                len(planned),
                sum(1 for one in planned if one.done),
                _log_state(log),
                log.summary if log else "",
            )
        )
    columns = (
        Column(_("日期"), "date"),
        Column(_("星期"), width=8),
        Column(_("接触"), "count"),
        Column(_("计划走访"), "count"),
        Column(_("完成走访"), "count"),
        Column(_("日志"), "status", width=10),
        Column(_("当日总结"), "note"),
    )
    return Section(id="days", title=_("每日情况"), columns=columns, rows=tuple(rows), empty=_("本周没有工作日"))


def _log_state(log: WorkLog | None) -> Status:
    if log is None:
        return Status("bad", _("未写"))
    return Status("good", _("已审")) if log.reviewed_on else Status("warn", _("未审"))


def _progress(facts: WeekFacts) -> Section:
    """重点客户进展: each client's last contact of the week that came to something."""
    last: dict[str, Contact] = {}
    for one in facts.own_contacts():
        if one.outcome in PROGRESS or one.next_step:
            last[one.client_id] = one
    rows = tuple(
        (
            facts.client_name(one.client_id),
            one.date,
            one.product,
            joined((one.outcome, one.result or one.content)),
            one.amount,
            one.next_step,
            one.next_date,
        )
        for one in sorted(last.values(), key=lambda one: (one.outcome != DEAL, one.date or date.min, one.client_id))
    )
    columns = (
        Column(_("客户")),
        Column(_("日期"), "date"),
        Column(_("产品")),
        Column(_("进展"), "note"),
        Column(_("金额"), "money", unit=_("元")),
        Column(_("下一步"), "note"),
        Column(_("下次联系"), "date"),
    )
    return Section(
        id="progress", title=_("重点客户进展"), columns=columns, rows=rows, empty=_("本周没有取得进展的客户")
    )


def _told(key: str, title: str, said: Mapping[date | None, str]) -> Section:
    """What the day logs say, by day; one line to write on where they say nothing."""
    rows: list[tuple[Cell, ...]] = [(day, text) for day, text in said.items() if day and text]
    note = () if rows else (_("日志里没有写，请补充"),)
    columns = (Column(_("日期"), "date", width=12), Column(_("内容"), "note"))
    return Section(id=key, title=title, columns=columns, rows=tuple(rows) or ((None, ""),), notes=note)


def _next_week(facts: WeekFacts) -> Section:
    """下周计划: visits, tasks due by the end of next week, and contacts promised for it."""
    ahead = facts.week.next()
    rows: list[tuple[date, str, str]] = [
        (one.date or ahead.start, _("走访：{purpose}").format(purpose=one.purpose or one.reason), one.client_id)
        for one in facts.own_visits(ahead)
    ]
    planned = {one.client_id for one in facts.own_visits(ahead)}
    for task in facts.tasks:
        if task.owner_id == facts.who and task.due and task.due <= ahead.end and was_open(task, ahead.start):
            rows.append((task.due, task.what, task.client_id))
            planned.add(task.client_id)
    for one in {one.client_id: one for one in facts.own_contacts()}.values():
        if one.next_date and one.next_date in ahead and one.client_id not in planned:
            what = _("约定联系：{what}").format(what=one.next_step or one.purpose)
            rows.append((one.next_date, what, one.client_id))
    columns = (Column(_("时间"), "date"), Column(_("事项"), "note"), Column(_("客户")))
    return Section(
        id="next",
        title=_("下周计划"),
        columns=columns,
        rows=tuple((day, what, facts.client_name(client)) for day, what, client in sorted(rows)),
        empty=_("下周还没有计划"),
    )


def _review(facts: WeekFacts) -> Section:
    """The supervisor's view of the week, which stands on the week's last log; lines to sign where it does not."""
    log = next((one for one in reversed(facts.own_logs()) if one.reviewed_on), None)
    reviewer = facts.names.get(log.reviewer, log.reviewer) if log else ""
    rows: tuple[tuple[Cell, ...], ...] = (
        (_("主管评价"), log.review if log else ""),
        (_("审阅人"), reviewer),
        (_("审阅日期"), log.reviewed_on if log else None),
    )
    columns = (Column(_("项目"), width=14), Column(_("内容"), "note"))
    return Section(id="review", title=_("审阅"), columns=columns, rows=rows)
