"""What today asks of one person, and of a supervisor's whole team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from cmkit.base.days import yearly
from cmkit.base.lang import _
from cmkit.facts.records import Client, Complaint, Staff, Task, Training, Visit
from cmkit.facts.section import Cell, Column, RecordRef, Section, Status

BIRTHDAY_DAYS = 7
COACHING_DAYS = 7
"""A follow-up is told on its day and for a week after it."""
CLOSED = frozenset({"完成", "取消"})


class DueLike(Protocol):
    """A visit that is due, as the visit rules tell it."""

    @property
    def client_id(self) -> str:
        """Whom to visit."""

    @property
    def owner_id(self) -> str:
        """Who visits."""

    @property
    def due_on(self) -> date:
        """The day it is due."""

    @property
    def told_overdue(self) -> int | None:
        """Days past it; None where they would only tell the archive's age."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in people's words."""


@dataclass(frozen=True, slots=True)
class Maturity:
    """Something of a client's that runs out: a deposit, a contract, a licence."""

    client_id: str
    label: str
    day: date


@dataclass(frozen=True, slots=True)
class MissingLog:
    """A working day without a log."""

    staff_id: str
    day: date


@dataclass(frozen=True, slots=True)
class UnreadLog:
    """A log that its writer's supervisor has not reviewed: a newcomer's day, or the week of somebody else."""

    supervisor_id: str
    staff_id: str
    day: date
    week: str = ""


@dataclass(frozen=True)
class Today:
    """What the store knows around one day; every list may hold the whole office."""

    on: date
    clients: Sequence[Client] = ()
    staff: Sequence[Staff] = ()
    visits: Sequence[Visit] = ()
    dues: Sequence[DueLike] = ()
    tasks: Sequence[Task] = ()
    complaints: Sequence[Complaint] = ()
    maturities: Sequence[Maturity] = ()
    missing_logs: Sequence[MissingLog] = ()
    unread_logs: Sequence[UnreadLog] = ()
    trainings: Sequence[Training] = ()
    maturity_days: int = 30
    complaint_days: int = 3


def today_sections(facts: Today, owners: Collection[str] | None = None) -> list[Section]:
    """The day's sections for ``owners``: one person, a supervisor's team, or (None) everybody.

    The owner's column appears where more than one person is meant. Parts with nothing to do are left out; with
    nothing at all one section says so.
    """
    view = _View(facts, owners)
    parts = (
        view.planned(),
        view.due(),
        view.tasks(),
        view.birthdays(),
        view.maturities(),
        view.complaints(),
        view.missing_logs(),
        view.unread_logs(),
        view.coaching(),
    )
    found = [part for part in parts if part.rows]
    return found or [Section(id="today", title=_("今天"), empty=_("今天没有待办事项。"))]


class _View:
    """The same facts for some owners."""

    def __init__(self, facts: Today, owners: Collection[str] | None) -> None:
        self.facts = facts
        self.owners = owners
        self.many = owners is None or len(owners) > 1
        self.clients: Mapping[str, Client] = {client.client_id: client for client in facts.clients}
        self.names = {person.staff_id: person.name for person in facts.staff}

    def mine(self, staff_id: str) -> bool:
        return self.owners is None or staff_id in self.owners

    def table(
        self,
        part: tuple[str, str],
        columns: Sequence[Column],
        rows: Sequence[tuple[str, tuple[Cell, ...]]],
        refs: Sequence[RecordRef] = (),
    ) -> Section:
        """A section of rows that each belong to somebody."""
        heads = (*columns, Column(_("负责人"))) if self.many else tuple(columns)
        cells = tuple((*row, self.names.get(who) or who) if self.many else row for who, row in rows)
        title = _("{title}（{count}）").format(title=part[1], count=len(cells))
        return Section(id=part[0], title=title, columns=heads, rows=cells, records=tuple(refs), numbered=False)

    def client(self, client_id: str) -> tuple[str, str]:
        client = self.clients.get(client_id)
        return client_id, client.name if client else ""

    def planned(self) -> Section:
        visits = [v for v in self.facts.visits if v.date == self.facts.on and self.mine(v.staff_id)]
        visits.sort(key=lambda v: (v.staff_id, v.order or 0, v.client_id))
        # A plan that came as a sheet counts its lines through the month: what counts here is the order of the day.
        told: Counter[str] = Counter()
        rows: list[tuple[str, tuple[Cell, ...]]] = []
        for v in visits:
            told[v.staff_id] += 1
            place = told[v.staff_id]
            rows.append((v.staff_id, (place, *self.client(v.client_id), v.reason or v.purpose, v.done)))
        columns = (
            Column(_("序号"), "count"),
            Column(_("客户编号")),
            Column(_("客户名称")),
            Column(_("事由"), "note", width=40),
            Column(_("是否完成"), "tick"),
        )
        refs = [RecordRef("visits", v.key) for v in visits]
        return self.table(("today-visits", _("今日走访")), columns, rows, refs)

    def due(self) -> Section:
        """Clients whose visit is due by today; those on today's plan are told there."""
        on = self.facts.on
        planned = {v.client_id for v in self.facts.visits if v.date == on}
        dues = [d for d in self.facts.dues if self.mine(d.owner_id) and d.due_on <= on and d.client_id not in planned]
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (d.owner_id, (*self.client(d.client_id), d.due_on, d.told_overdue, _("；").join(d.reasons))) for d in dues
        ]
        columns = (
            Column(_("客户编号")),
            Column(_("客户名称")),
            Column(_("应访日"), "date"),
            Column(_("逾期天数"), "count"),
            Column(_("事由"), "note", width=40),
        )
        refs = [RecordRef("clients", d.client_id) for d in dues]
        return self.table(("today-due", _("到期未访")), columns, rows, refs)

    def tasks(self) -> Section:
        """Open tasks due by today, and those of priority A whatever their date."""
        on = self.facts.on
        tasks = [
            t
            for t in self.facts.tasks
            if t.status not in CLOSED
            and self.mine(t.owner_id)
            and ((t.due is not None and t.due <= on) or t.priority == "A")
        ]
        tasks.sort(key=lambda t: (t.due or date.max, t.priority or "Z", t.task_id))
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (t.owner_id, (t.what, self.client(t.client_id)[1], t.priority, t.due, _deadline(t.due, on))) for t in tasks
        ]
        columns = (
            Column(_("事项"), "note", width=40),
            Column(_("客户名称")),
            Column(_("优先级")),
            Column(_("期限"), "date"),
            Column(_("状态"), "status"),
        )
        return self.table(("today-tasks", _("待办")), columns, rows, [RecordRef("tasks", t.key) for t in tasks])

    def birthdays(self) -> Section:
        """Birthdays from today on for a week, solar or lunar."""
        on = self.facts.on
        end = on + timedelta(days=BIRTHDAY_DAYS)
        coming = [
            (day, client)
            for client in self.facts.clients
            if self.mine(client.owner_id) and (client.birthday or client.lunar_birthday)
            for day in yearly(client.birthday, client.lunar_birthday, on, end)
        ]
        coming.sort(key=lambda item: (item[0], item[1].client_id))
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (c.owner_id, (day, c.client_id, c.name, c.phone, c.lunar_birthday)) for day, c in coming
        ]
        columns = (
            Column(_("日期"), "date"),
            Column(_("客户编号")),
            Column(_("客户名称")),
            Column(_("电话")),
            Column(_("农历生日")),
        )
        refs = [RecordRef("clients", c.client_id) for _day, c in coming]
        title = _("{days} 天内生日").format(days=BIRTHDAY_DAYS)
        return self.table(("today-birthdays", title), columns, rows, refs)

    def maturities(self) -> Section:
        on = self.facts.on
        end = on + timedelta(days=self.facts.maturity_days)
        coming = [m for m in self.facts.maturities if on <= m.day <= end and self.mine(self.owner_of(m.client_id))]
        coming.sort(key=lambda m: (m.day, m.client_id))
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (self.owner_of(m.client_id), (m.day, *self.client(m.client_id), m.label, (m.day - on).days)) for m in coming
        ]
        columns = (
            Column(_("日期"), "date"),
            Column(_("客户编号")),
            Column(_("客户名称")),
            Column(_("到期事项")),
            Column(_("还剩天数"), "count"),
        )
        return self.table(("today-maturities", _("即将到期")), columns, rows)

    def owner_of(self, client_id: str) -> str:
        client = self.clients.get(client_id)
        return client.owner_id if client else ""

    def complaints(self) -> Section:
        """Open complaints whose deadline is near or past."""
        on = self.facts.on
        limit = on + timedelta(days=self.facts.complaint_days)
        near = [
            c
            for c in self.facts.complaints
            if c.closed_on is None and c.due is not None and c.due <= limit and self.mine(c.handler_id)
        ]
        near.sort(key=lambda c: (c.due or date.max, c.complaint_id))
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (c.handler_id, (c.complaint_id, self.client(c.client_id)[1], c.category, c.due, _deadline(c.due, on)))
            for c in near
        ]
        columns = (
            Column(_("投诉编号")),
            Column(_("客户名称")),
            Column(_("类别")),
            Column(_("期限"), "date"),
            Column(_("状态"), "status"),
        )
        refs = [RecordRef("complaints", c.key) for c in near]
        return self.table(("today-complaints", _("投诉临近期限")), columns, rows, refs)

    def missing_logs(self) -> Section:
        missing = sorted((m.day, m.staff_id) for m in self.facts.missing_logs if self.mine(m.staff_id))
        rows: list[tuple[str, tuple[Cell, ...]]] = [(who, (day,)) for day, who in missing]
        return self.table(("today-logs", _("未写日志")), (Column(_("日期"), "date"),), rows)

    def unread_logs(self) -> Section:
        """What the supervisor has to review: newcomers' logs day by day, the others' week by week (12-19, 12-20)."""
        unread = sorted(
            (u for u in self.facts.unread_logs if self.mine(u.supervisor_id)), key=lambda u: (u.day, u.staff_id)
        )
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (u.supervisor_id, (self.names.get(u.staff_id) or u.staff_id, u.day, u.week or _("新人每日审阅")))
            for u in unread
        ]
        columns = (Column(_("姓名")), Column(_("日期"), "date"), Column(_("审阅范围")))
        refs = [RecordRef("worklogs", f"{u.day.isoformat()}|{u.staff_id}") for u in unread]
        return self.table(("today-reviews", _("待审阅日志")), columns, rows, refs)

    def coaching(self) -> Section:
        """What was agreed when a colleague was coached and is to be looked at again by today."""
        on = self.facts.on
        again = [
            t
            for t in self.facts.trainings
            if t.follow_up is not None
            and on - timedelta(days=COACHING_DAYS) <= t.follow_up <= on
            and self.mine(t.coach_id)
        ]
        again.sort(key=lambda t: (t.follow_up or date.max, t.staff_id))
        rows: list[tuple[str, tuple[Cell, ...]]] = [
            (t.coach_id, (self.names.get(t.staff_id) or t.staff_id, t.subject, t.advice, t.follow_up)) for t in again
        ]
        columns = (
            Column(_("姓名")),
            Column(_("主题")),
            Column(_("建议"), "note", width=40),
            Column(_("复查日期"), "date"),
        )
        return self.table(
            ("today-coaching", _("辅导复查")), columns, rows, [RecordRef("trainings", t.key) for t in again]
        )


def _deadline(due: date | None, on: date) -> Status:
    if due is None:
        return Status("none", _("未定期限"))
    days = (due - on).days
    if days < 0:
        return Status("bad", _("逾期 {days} 天").format(days=-days))
    return Status("warn", _("今天到期") if not days else _("还剩 {days} 天").format(days=days))
