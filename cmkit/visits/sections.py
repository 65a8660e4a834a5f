"""Visits as people see them: the due list, the gaps, the coverage, the month's activity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.period import Period
from cmkit.facts.records import Client, Contact, Staff, Visit
from cmkit.facts.section import Behind, Cell, Chart, Column, Figure, RecordRef, Section, Series, each, over
from cmkit.facts.specs import VisitSpec
from cmkit.visits.coverage import Coverage, Gap
from cmkit.visits.due import Due, tier_of

PHONE_CHANNELS = frozenset({"电话"})
Clients = Mapping[str, Client]


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
                due.told_overdue,
                _("；").join(due.reasons),
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
            gap.told_days,
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


def coverage_section(lines: Sequence[Coverage], *, reasons: bool = False) -> Section:
    """Coverage by tier: clients due, planned, done and the two rates; the sum apart. ``reasons``: why not, how often."""
    columns: tuple[Column, ...] = (
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
    if reasons:
        columns = (*columns, Column(_("未完成原因"), "note", width=30))
        cells = [(*row, _reasons(line)) for row, line in zip(cells, lines, strict=True)]
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


def _who(staff_id: str, staff: Mapping[str, Staff]) -> str:
    return staff[staff_id].name if staff_id in staff else staff_id


def _reasons(line: Coverage) -> str:
    return _("；").join(_("{reason} {count} 次").format(reason=reason, count=count) for reason, count in line.undone)
