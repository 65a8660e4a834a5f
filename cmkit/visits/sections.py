"""Visits as people see them: the plan to carry and fill in, the due list, the gaps, the month's activity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from cmkit.base.days import short_day, weekday_name
from cmkit.base.lang import _, language
from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Contact, Staff, Visit
from cmkit.facts.section import Behind, Cell, Chart, Column, Document, Figure, RecordRef, Section, Series, each, over
from cmkit.facts.specs import Pack, VisitSpec
from cmkit.visits.coverage import Coverage, Gap
from cmkit.visits.due import Due, tier_of
from cmkit.visits.plan import Plan

FIRST_VISIT = 9 * 60
_LAST_MINUTE = 24 * 60 - 1
PHONE_CHANNELS = frozenset({"电话"})
Clients = Mapping[str, Client]


def plan_document(
    plan: Plan,
    clients: Clients,
    owner: Staff,
    pack: Pack,
    span: tuple[date, date],
    last_visits: Mapping[str, date],
    *,
    made_on: date,
    calendar: WorkCalendar | None = None,
) -> Document:
    """The 走访计划表 of one owner: a section a day, what found no place, room for the signatures."""
    mine = [visit for visit in plan.visits if visit.staff_id == owner.staff_id and visit.date]
    sections = [
        day_section(day, list(visits), clients, pack.visits, last_visits)
        for day, visits in groupby(mine, key=lambda visit: visit.date or date.min)
    ]
    left = [(c, why) for c, why in plan.unplanned if c in clients and clients[c].owner_id == owner.staff_id]
    word = pack.info.staff_word
    days = len(sections)
    return Document(
        name="visit_plan",
        title=_("客户走访计划表"),
        subtitle=f"{span[0].isoformat()} ～ {span[1].isoformat()}",
        meta=((word, owner.name), (_("工号"), owner.staff_id), (_("填表日期"), made_on.isoformat())),
        headline=_("{days} 个工作日，走访 {visits} 户次，另有 {left} 户排不下").format(
            days=days, visits=len(mine), left=len(left)
        ),
        sections=(*sections, *([unplanned_section(left, clients)] if left else [])),
        notes=_estimated(span, calendar),
        signatures=(word, _("主管")),
        made_on=made_on,
        landscape=True,
        lang=language(),
    )


def day_section(
    day: date, visits: Sequence[Visit], clients: Clients, spec: VisitSpec, last_visits: Mapping[str, date]
) -> Section:
    """One day of the plan with the columns of 《客户拜访计划》 (https://www.qbg6.com/1422.html) and the manuals."""
    rows = []
    for number, visit in enumerate(visits, 1):
        client = clients.get(visit.client_id, Client(client_id=visit.client_id))
        tier = tier_of(client, spec)
        rows.append(
            (
                visit.order or number,
                visit.date,
                visit.client_id,
                client.name,
                tier[1].label or tier[0],
                " ".join(dict.fromkeys(part for part in (client.district, client.address) if part)),
                client.phone,
                last_visits.get(visit.client_id),
                visit.due_on,
                visit.reason,
                visit.purpose,
                visit.materials,
                visit.done,
                visit.done_on,
                visit.undone_reason,
            )
        )
    title = _("{day} {weekday}（{count} 户）").format(day=short_day(day), weekday=weekday_name(day), count=len(visits))
    return Section(
        id=f"visits-{day.isoformat()}",
        title=title,
        columns=_plan_columns(),
        rows=tuple(rows),
        level=2,
        numbered=False,
        records=tuple(RecordRef("visits", visit.key) for visit in visits),
    )


def unplanned_section(unplanned: Sequence[tuple[str, str]], clients: Clients) -> Section:
    """Who found no place in the plan, and why."""
    rows = tuple((client, clients[client].name if client in clients else "", why) for client, why in unplanned)
    return Section(
        id="unplanned",
        title=_("未能安排的走访"),
        columns=(Column(_("客户编号")), Column(_("客户名称")), Column(_("原因"), "note", width=50)),
        rows=rows,
        numbered=False,
    )


def due_section(dues: Sequence[Due], clients: Clients, staff: Mapping[str, Staff], spec: VisitSpec) -> Section:
    """The due list as it was given, one line a visit."""
    rows: list[tuple[Cell, ...]] = []
    for due in dues:
        client = clients.get(due.client_id, Client())
        tier = tier_of(client, spec)
        rows.append(
            (
                due.client_id,
                client.name,
                tier[1].label or tier[0],
                _who(due.owner_id, staff),
                due.due_on,
                due.overdue_days,
                "；".join(due.reasons),
            )
        )
    columns = (
        Column(_("客户编号")),
        Column(_("客户名称")),
        Column(_("等级")),
        Column(_("客户经理")),
        Column(_("应访日"), "date"),
        Column(_("逾期天数"), "count"),
        Column(_("事由"), "note", width=40),
    )
    return Section(
        id="due",
        title=_("应走访客户"),
        columns=columns,
        rows=tuple(rows),
        empty=_("没有应走访的客户。"),
        records=tuple(RecordRef("clients", due.client_id) for due in dues),
    )


def gaps_section(found: Sequence[Gap], clients: Clients, staff: Mapping[str, Staff]) -> Section:
    """Visits that are missing: planned and not made with the reason given, and clients overdue."""
    words = {"undone": _("计划未完成"), "overdue": _("逾期未访")}
    rows = tuple(
        (
            words[gap.kind],
            gap.client_id,
            clients[gap.client_id].name if gap.client_id in clients else "",
            _who(gap.owner_id, staff),
            gap.day,
            gap.days,
            gap.why,
        )
        for gap in found
    )
    columns = (
        Column(_("类型")),
        Column(_("客户编号")),
        Column(_("客户名称")),
        Column(_("客户经理")),
        Column(_("日期"), "date"),
        Column(_("已过天数"), "count"),
        Column(_("原因"), "note", width=40),
    )
    return Section(
        id="visit-gaps", title=_("走访缺口"), columns=columns, rows=rows, empty=_("没有逾期或未完成的走访。")
    )


def coverage_section(lines: Sequence[Coverage]) -> Section:
    """Coverage by tier: clients due, planned, done and the two rates; the sum apart."""
    columns = (
        Column(_("等级")),
        Column(_("客户数"), "count"),
        Column(_("应访客户"), "count"),
        Column(_("已计划客户"), "count"),
        Column(_("计划覆盖率"), "bar", "%"),
        Column(_("计划户次"), "count"),
        Column(_("完成户次"), "count"),
        Column(_("完成率"), "bar", "%"),
    )
    cells: list[tuple[Cell, ...]] = [
        (c.label, c.clients, c.due, c.covered, c.coverage, c.planned, c.done, c.done_rate) for c in lines
    ]
    return Section(
        id="coverage",
        title=_("分等级走访覆盖"),
        columns=columns,
        rows=tuple(cells[:-1]),
        total=cells[-1] if cells else (),
        empty=_("没有客户。"),
        level=2,
    )


def visit_calendar(period: Period, contacts: Sequence[Contact], channels: Collection[str]) -> Chart:
    """The visits made on each day of the period."""
    count = Counter(c.date for c in contacts if c.channel in channels and c.date and c.date in period)
    days = [date.fromordinal(period.start.toordinal() + n) for n in range(period.days)]
    values = tuple(Decimal(count[day]) for day in days)
    labels = tuple(day.isoformat() for day in days)
    return Chart("calendar", _("走访日历"), labels, (Series(_("走访"), values),), digits=0)


def _clients(ids: Iterable[str]) -> tuple[Behind, ...]:
    return tuple(Behind(RecordRef("clients", one)) for one in ids)


def activity_section(
    period: Period,
    visits: Sequence[Visit],
    contacts: Sequence[Contact],
    lines: Sequence[Coverage],
    spec: VisitSpec,
) -> Section:
    """走访与活动量 of the monthly report: planned, done, coverage, calls, visits, joint visits, and the calendar."""
    inside = [c for c in contacts if c.date and c.date in period]
    made = [c for c in inside if c.channel in spec.visit_channels]
    planned = [v for v in visits if v.date and v.date in period]
    total = lines[-1] if lines else None
    table = coverage_section(lines)
    done = [v for v in planned if v.done]
    firsts = {c.client_id: c for c in reversed(made)}
    calls = [c for c in inside if c.channel in PHONE_CHANNELS]
    joint = [c for c in made if c.companion]
    figures = (
        Figure(_("计划走访"), len(planned), "count", _("户次"), behind=each(planned)),
        Figure(_("完成计划"), len(done), "count", _("户次"), behind=each(done)),
        Figure(
            _("计划覆盖率"),
            total.coverage if total else None,
            "rate",
            "%",
            behind=over(_clients(total.covered_ids), _clients(total.due_ids)) if total else (),
        ),
        Figure(_("走访客户"), len(firsts), "count", _("户"), behind=each(firsts.values())),
        Figure(_("走访"), len(made), "count", _("次"), behind=each(made)),
        Figure(_("电话"), len(calls), "count", _("次"), behind=each(calls)),
        Figure(_("陪访"), len(joint), "count", _("次"), behind=each(joint)),
    )
    return Section(
        id="activity",
        title=_("走访与活动量"),
        figures=figures,
        columns=table.columns,
        rows=table.rows,
        total=table.total,
        charts=(visit_calendar(period, contacts, spec.visit_channels),),
        records=tuple(RecordRef("contacts", c.key) for c in inside),
    )


def plan_json(plan: Plan, spec: VisitSpec) -> dict[str, object]:
    """The shape that scripts rely on.

    Times run on from 09:00, the standard minutes a visit, never past midnight; ``km`` is empty until a route is known.
    """
    days = []
    for (day, owner), group in groupby(plan.visits, key=lambda v: (v.date, v.staff_id)):
        visits = [
            {
                "order": visit.order,
                "client": visit.client_id,
                "reason": visit.reason,
                "arrive": _clock(FIRST_VISIT + number * spec.minutes),
                "leave": _clock(FIRST_VISIT + (number + 1) * spec.minutes),
            }
            for number, visit in enumerate(group)
        ]
        minutes = len(visits) * spec.minutes
        when = day.isoformat() if day else ""
        days.append({"date": when, "owner": owner, "visits": visits, "minutes": minutes, "km": ""})
    unplanned = [{"client": client, "why": why} for client, why in plan.unplanned]
    return {"days": days, "unplanned": unplanned, "more_days": dict(plan.more_days)}


def due_json(due: Due) -> dict[str, object]:
    """One line of the due list for scripts."""
    return {
        "client": due.client_id,
        "owner": due.owner_id,
        "due_on": due.due_on.isoformat(),
        "overdue_days": due.overdue_days,
        "reasons": list(due.reasons),
        "kind": due.kind,
        "rank": due.rank,
        "deadline": due.deadline.isoformat() if due.deadline else None,
    }


def _plan_columns() -> tuple[Column, ...]:
    return (
        Column(_("序号"), "count", width=5),
        Column(_("日期"), "date", width=11),
        Column(_("客户编号"), width=13),
        Column(_("客户名称"), width=16),
        Column(_("等级"), width=8),
        Column(_("地址/区域"), width=24),
        Column(_("电话"), width=13),
        Column(_("上次走访"), "date", width=11),
        Column(_("应访日"), "date", width=11),
        Column(_("事由"), "note", width=28),
        Column(_("目的"), width=12),
        Column(_("携带资料"), width=12),
        Column(_("是否完成"), "tick", width=8),
        Column(_("实际日期"), "date", width=11),
        Column(_("未完成原因"), "note", width=16),
    )


def _estimated(span: tuple[date, date], calendar: WorkCalendar | None) -> tuple[str, ...]:
    if calendar is not None and any(calendar.is_estimated(day) for day in span):
        return (_("放假安排未导入，工作日为推算。"),)
    return ()


def _who(staff_id: str, staff: Mapping[str, Staff]) -> str:
    return staff[staff_id].name if staff_id in staff else staff_id


def _clock(minutes: int) -> str:
    hours, rest = divmod(min(minutes, _LAST_MINUTE), 60)
    return f"{hours:02d}:{rest:02d}"
