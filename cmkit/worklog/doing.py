"""The blocks that the records fill: checklist, plan, contacts, time, business, tomorrow, counters."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import percent, plain, rounded_percent
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Contact, Task, Visit, core_kinds
from cmkit.facts.section import Cell, CellKind, Column, Section, Status
from cmkit.facts.specs import BlockSpec, StepSpec
from cmkit.worklog.dayfacts import DEAL, DayFacts, joined

HUNDRED = Decimal(100)
_SHOWN: dict[Kind, CellKind] = {
    Kind.NOTE: "note",
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.MONEY: "money",
    Kind.NUMBER: "number",
    Kind.RATE: "rate",
    Kind.COUNT: "count",
    Kind.FLAG: "tick",
}


def routine_sections(facts: DayFacts) -> tuple[Section, ...]:
    """One checklist a block of the routine (营业前, 营业中, 营业后), ticked from the log's steps.

    Rows 2-24 and 11-08 of the manuals: steps with their times, ticked; what is missing is counted.
    """
    return tuple(_block(facts, block) for block in facts.routine.blocks)


def _block(facts: DayFacts, block: BlockSpec) -> Section:
    counted = any(step.counts or step.standard is not None for step in block.steps)
    done = [is_done(facts, step) for step in block.steps]
    columns = [Column(_("时间"), width=8), Column(_("事项"), "note")]
    if counted:
        columns += [Column(_("标准"), "count"), Column(_("完成数"), "count")]
    rows = []
    for step, tick in zip(block.steps, done, strict=True):
        numbers: tuple[Cell, ...] = (step.standard, facts.counts.get(step.key)) if counted else ()
        rows.append((step.at, step.label, *numbers, tick))
    notes = (
        [_("已完成 {done} 项，共 {all} 项").format(done=sum(map(bool, done)), all=len(done))] if facts.worklog else []
    )
    return Section(
        id=f"routine-{block.key}",
        title=block.label,
        columns=(*columns, Column(_("完成"), "tick", width=6)),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def is_done(facts: DayFacts, step: StepSpec) -> bool:
    """Whether a step is ticked in the log (by key or label), or its counter has reached the standard."""
    ticked = facts.worklog.steps if facts.worklog else ()
    if {step.key, step.zh, step.en} & set(ticked) - {""}:
        return True
    return step.standard is not None and facts.counts.get(step.key, Decimal(0)) >= step.standard


def plan_section(facts: DayFacts) -> Section:
    """A 今日计划: planned visits in their order, tasks due, and contacts promised for today."""
    reached = {one.client_id for one in facts.todays_contacts()}
    rows: list[tuple[Cell, ...]] = [
        (
            *_client_cells(facts, one.client_id, _visit_words(one)),
            "",
            one.mode,
            _visit_state(one, one.client_id in reached),
        )
        for one in facts.planned(facts.day)
    ]
    rows += [
        (*_client_cells(facts, one.client_id, one.what), one.priority, _until(one), _task_state(one, facts))
        for one in facts.open_tasks(due_by=facts.day)
    ]
    promised = facts.promised(said_by=facts.yesterday, after=facts.yesterday, until=facts.day)
    rows += [
        (*_client_cells(facts, one.client_id, _promise(one)), "", "", _reached(one.client_id in reached))
        for one in promised
    ]
    return Section(
        id="plan",
        title=_("今日计划"),
        columns=(
            Column(_("序号"), "count", width=6),
            Column(_("事项"), "note"),
            Column(_("客户")),
            Column(_("客户等级"), width=10),
            Column(_("优先级"), width=8),
            Column(_("方式/时限"), width=12),
            Column(_("状态"), "status", width=12),
        ),
        rows=tuple((number, *row) for number, row in enumerate(rows, 1)),
        empty=_("今日没有计划的走访、待办和约定的联系"),
    )


def _client_cells(facts: DayFacts, client_id: str, what: str) -> tuple[str, str, str]:
    return what, facts.client_name(client_id), facts.tier(client_id)


def _visit_words(visit: Visit) -> str:
    return _("走访：{purpose}").format(purpose=visit.purpose or visit.reason or _("日常维护"))


def _promise(contact: Contact) -> str:
    return _("约定联系：{what}").format(what=contact.next_step or contact.purpose)


def _until(task: Task) -> str:
    return task.due.isoformat() if task.due else ""


def _visit_state(visit: Visit, reached: bool) -> Status:
    if visit.done:
        return Status("good", _("已完成"))
    if visit.undone_reason:
        return Status("bad", _("未完成：{why}").format(why=visit.undone_reason))
    return _reached(reached)


def _reached(reached: bool) -> Status:
    return Status("good", _("已接触")) if reached else Status("none", _("待办"))


def _task_state(task: Task, facts: DayFacts) -> Status:
    if task.done_on == facts.day:
        return Status("good", _("已完成"))
    late = (facts.day - task.due).days if task.due else 0
    return Status("bad", _("逾期 {days} 天").format(days=late)) if late > 0 else Status("warn", _("今天到期"))


def contacts_section(facts: DayFacts) -> Section:
    """B 客户接触, one row a contact; optional columns that nobody filled today are left out."""
    contacts = facts.todays_contacts()
    shown = [pair for pair in _optional(facts, contacts) if any(cell not in (None, "") for cell in pair[1])]
    rows = tuple(
        (*_contact_cells(facts, one), *(cells[at] for _column, cells in shown)) for at, one in enumerate(contacts)
    )
    return Section(
        id="contacts",
        title=_("客户接触"),
        columns=(
            Column(_("时间"), "time", width=8),
            Column(_("客户名称")),
            Column(_("客户等级"), width=10),
            Column(_("方式"), width=8),
            Column(_("目的"), "note"),
            Column(_("沟通内容"), "note"),
            Column(_("结果"), "note"),
            Column(_("下次联系"), "date"),
            *(column for column, _cells in shown),
        ),
        rows=rows,
        empty=_("今日没有登记客户接触"),
    )


def _contact_cells(facts: DayFacts, one: Contact) -> tuple[Cell, ...]:
    name, tier = facts.client_name(one.client_id), facts.tier(one.client_id)
    said = joined((one.outcome, one.result))
    return one.time, name, tier, one.channel, one.purpose, one.content, said, one.next_date


def _optional(facts: DayFacts, contacts: list[Contact]) -> list[tuple[Column, list[Cell]]]:
    own: list[tuple[Column, list[Cell]]] = [
        (Column(_("环节"), width=10), [one.stage for one in contacts]),
        (Column(_("客户需求"), "note"), [one.need for one in contacts]),
        (Column(_("产品"), width=14), [one.product for one in contacts]),
        (Column(_("时长"), "count", unit=_("分")), [one.minutes for one in contacts]),
        (Column(_("陪同"), width=10), [one.companion for one in contacts]),
    ]
    kinds = core_kinds(Contact)
    sector = [
        (Column(spec.label, _SHOWN.get(spec.kind, "text"), unit=spec.unit), [one.more.get(key) for one in contacts])
        for key, spec in facts.extra_columns.items()
        if key not in kinds
    ]
    return own + sector


def time_section(facts: DayFacts) -> Section | None:
    """Time by category of contact (manual row 7-09), where minutes are known; None where none are."""
    minutes: dict[str, int] = defaultdict(int)
    contacts = facts.todays_contacts()
    for one in contacts:
        if one.minutes:
            minutes[one.category or _("其他")] += one.minutes
    total = sum(minutes.values())
    if not total:
        return None
    unknown = sum(1 for one in contacts if not one.minutes)
    rows = sorted(minutes.items(), key=lambda pair: (-pair[1], pair[0]))
    return Section(
        id="time",
        title=_("时间分配"),
        columns=(
            Column(_("类别")),
            Column(_("时长"), "count", unit=_("分")),
            Column(_("占比"), "bar", unit="%", digits=1),
        ),
        rows=tuple((name, spent, percent(spent, total)) for name, spent in rows),
        total=(_("合计"), total, HUNDRED),
        notes=(_("{count} 条接触没有记时长").format(count=unknown),) if unknown else (),
    )


def business_section(facts: DayFacts) -> Section:
    """C 业务发生: deals with their amounts, and the counters of the routine's blocks."""
    deals = [one for one in facts.todays_contacts() if one.outcome == DEAL]
    rows: list[tuple[Cell, ...]] = [
        (one.product or DEAL, 1, one.amount, facts.client_name(one.client_id)) for one in deals
    ]
    amount = sum((one.amount for one in deals if one.amount), Decimal(0))
    total: tuple[Cell, ...] = (_("成交合计"), len(deals), amount, "") if deals else ()
    shown = {step.key for step in facts.routine.activity}
    steps = [step for block in facts.routine.blocks for step in block.steps if step.key not in shown]
    rows += [(step.label, facts.counts[step.key], None, "") for step in steps if facts.counts.get(step.key)]
    return Section(
        id="business",
        title=_("业务发生"),
        columns=(
            Column(_("指标")),
            Column(_("数量"), "count"),
            Column(_("金额"), "money", unit=_("元")),
            Column(_("客户")),
        ),
        rows=tuple(rows),
        total=total,
        empty=_("今日没有登记业务发生"),
    )


def tomorrow_section(facts: DayFacts) -> Section:
    """H 明日计划: visits, tasks and promised contacts of the next working day, then what the person wrote."""
    day = facts.tomorrow
    rows: list[tuple[Cell, ...]] = [
        (_visit_words(one), facts.client_name(one.client_id), one.mode) for one in facts.planned(day)
    ]
    rows += [
        (one.what, facts.client_name(one.client_id), _("时限 {due}").format(due=_until(one)))
        for one in facts.open_tasks(due_by=day)
        if one.done_on != facts.day
    ]
    rows += [
        (_promise(one), facts.client_name(one.client_id), one.next_date.isoformat() if one.next_date else "")
        for one in facts.promised(said_by=facts.day, after=facts.day, until=day)
    ]
    own = facts.worklog.tomorrow if facts.worklog else ""
    rows.append((own, "", ""))
    return Section(
        id="tomorrow",
        title=_("明日计划（{month}月{day}日）").format(month=day.month, day=day.day),
        columns=(Column(_("事项"), "note"), Column(_("客户")), Column(_("时间/方式"), width=18)),
        rows=tuple(rows),
    )


def activity_section(facts: DayFacts) -> Section | None:
    """I 统计: done against the day's standard; None where the routine has no counters."""
    rows = tuple(activity_row(step, facts.counts.get(step.key), step.standard) for step in facts.routine.activity)
    if not rows:
        return None
    return Section(id="activity", title=_("活动量统计"), columns=activity_columns(), rows=rows)


def activity_columns() -> tuple[Column, ...]:
    """The columns of :func:`activity_row`."""
    return (
        Column(_("项目")),
        Column(_("完成"), "count"),
        Column(_("标准"), "count"),
        Column(_("达成"), "bar", unit="%", digits=0),
        Column(_("状态"), "status", width=14),
    )


def activity_row(step: StepSpec, done: Decimal | None, standard: Decimal | None) -> tuple[Cell, ...]:
    """A counter: what it is, done, standard, attainment in percent, and the verdict in a word."""
    rate = rounded_percent(done, standard, 0) if done is not None else None
    return step.label, done, standard, rate, _verdict(done, standard)


def _verdict(done: Decimal | None, standard: Decimal | None) -> Status:
    if done is None:
        return Status("none", _("未统计"))
    if standard is None:
        return Status("none", _("无标准"))
    if done >= standard:
        return Status("good", _("达标"))
    return Status("bad", _("差 {short}").format(short=plain(standard - done)))
