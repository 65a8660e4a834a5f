"""Parts of a lender's reports: the lending book and the six headings of a risk report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.facts.records import (
    Client,
    Contact,
    Inspection,
    Loan,
    ProfitFact,
    WarningSignal,
)
from cmkit.facts.section import Cell, Column, RecordRef, Section
from cmkit.reports.norms import norms
from cmkit.reports.paper import Paper
from cmkit.risk.lending import (
    collateral_section,
    decile_section,
    disposal_section,
    due_section,
    lending_sections,
    loss_section,
    migration_section,
    overdue_section,
)
from cmkit.risk.sections import (
    RiskFacts,
    exposure_section,
    risk_section,
    risk_sections,
    signal_section,
    value_section,
)


def risk_facts(paper: Paper) -> RiskFacts:
    """The loans, warnings and profits of the report's scope."""
    desk = paper.desk
    spans = {desk.period.name, desk.period.year().name}
    return RiskFacts(
        on=desk.on,
        loans=paper.own(desk.raw(Loan)),
        signals=paper.of_clients(desk.raw(WarningSignal)),
        profits=[one for one in paper.of_clients(desk.raw(ProfitFact)) if one.period in spans],
        names={number: client.name for number, client in desk.clients.items()},
        managers=desk.names,
        money_unit=desk.pack.info.money_unit,
    )


def _below(sections: Iterable[Section]) -> list[Section]:
    return [replace(section, level=2) for section in sections]


def credit(paper: Paper) -> list[Section]:
    """贷款质量, groups, warnings and the clients' value, where there is any lending."""
    return _below(risk_sections(risk_facts(paper)))


def lending(paper: Paper) -> list[Section]:
    """贷款明细分析: loans due, the ladder of days, migration, collateral, expected loss, recoveries, checks done."""
    facts = risk_facts(paper)
    found = lending_sections(facts)
    if not found:
        return []
    done = [disposal_section(facts)] if any(loan.get("disposal") for loan in facts.loans) else []
    title = Section("lending", _("贷款管理"), text=(_("贷款 {count} 笔。").format(count=_counted(facts.loans)),))
    return [title, *_below([*found, *done, *_loan_checks(paper)])]


def _counted(loans: Sequence[Loan]) -> int:
    return sum(bool(loan.balance) for loan in loans)


def value(paper: Paper) -> list[Section]:
    """客户价值: the clients by tenths of net profit."""
    facts = risk_facts(paper)
    return [decile_section(facts)] if facts.profits else []


def _loan_checks(paper: Paper) -> list[Section]:
    """贷后检查: checks of the period by kind, on site or not, with what was found; out of contacts with a check kind."""
    desk = paper.desk
    done = [
        one for one in paper.own(desk.facts(Contact)) if one.get("check_kind") and one.date and one.date in desk.period
    ]
    if not done:
        return []
    kinds = sorted({str(one.get("check_kind")) for one in done}, key=_order)
    rows: list[tuple[Cell, ...]] = []
    for kind in kinds:
        mine = [one for one in done if one.get("check_kind") == kind]
        rows.append(
            (
                kind,
                len(mine),
                sum(one.get("check_mode") == "现场" for one in mine),
                len({one.get("loan_id") for one in mine if one.get("loan_id")}),
                sum(bool(one.get("finding")) for one in mine),
                sum(bool(one.get("signal")) for one in mine),
            )
        )
    found = [one for one in done if one.get("finding")]
    names = desk.clients
    notes = tuple(
        f"{one.date} {names[one.client_id].name if one.client_id in names else one.client_id}：{one.get('finding')}"
        for one in sorted(found, key=lambda one: (one.date or desk.on, one.key), reverse=True)[:10]
    )
    return [
        Section(
            "loan_checks",
            _("贷后检查"),
            columns=(
                Column(_("检查种类")),
                Column(_("次数"), "count"),
                Column(_("现场"), "count"),
                Column(_("涉及贷款"), "count"),
                Column(_("发现问题"), "count"),
                Column(_("预警信号"), "count"),
            ),
            rows=tuple(rows),
            notes=notes,
            records=tuple(RecordRef(one.table, one.key) for one in done),
        )
    ]


def _order(kind: str) -> tuple[int, str]:
    known = ("首次", "常规", "专项")
    return (known.index(kind) if kind in known else len(known), kind)


def _ratings(paper: Paper) -> list[Section]:
    """内部评级: clients and exposure by rating."""
    desk = paper.desk
    clients = paper.own(desk.raw(Client))
    if not any(client.get("rating") for client in clients):
        return []
    owed: dict[str, Decimal] = {}
    for loan in paper.own(desk.raw(Loan)):
        owed[loan.client_id] = owed.get(loan.client_id, Decimal(0)) + (loan.balance or Decimal(0))
    facts = risk_facts(paper)
    rows: list[tuple[Cell, ...]] = []
    for rating in sorted({str(client.get("rating") or "") for client in clients}, key=_rating_order):
        mine = [client for client in clients if str(client.get("rating") or "") == rating]
        amount = sum((owed.get(client.client_id, Decimal(0)) for client in mine), Decimal(0))
        days = [client.get("rated_on") for client in mine if client.get("rated_on")]
        rows.append((rating or _("未评级"), len(mine), facts.shown(amount), min(days) if days else None))
    columns = (
        Column(_("内部评级")),
        Column(_("客户数"), "count"),
        Column(_("贷款余额"), "money", facts.money_unit),
        Column(_("最早评级日"), "date"),
    )
    return [Section("risk_ratings", _("内部评级"), columns=columns, rows=tuple(rows))]


def _rating_order(rating: str) -> tuple[int, str]:
    """AAA before AA before A before BBB; nothing last."""
    return (len(rating) * -1 + ord(rating[0]) * 10 if rating else 10**6, rating)


def _headed(key: str, title: str, sections: Sequence[Section]) -> list[Section]:
    told = "、".join(section.title for section in sections)
    text = _("本部分：{titles}。").format(titles=told) if sections else _("本期没有需要说明的情况。")
    return [Section(key, title, text=(text,)), *_below(sections)]


def identify(paper: Paper) -> list[Section]:
    """一、风险识别和评估: classes, ratings, ratios against the norms."""
    facts = risk_facts(paper)
    return _headed("risk_identify", _("风险识别和评估"), [risk_section(facts), *_ratings(paper), *norms(paper)])


def pricing(paper: Paper) -> list[Section]:
    """二、风险定价和定价策略: return on risk capital by client, expected loss."""
    facts = risk_facts(paper)
    found = [value_section(facts)] if facts.profits else []
    return _headed("risk_pricing", _("风险定价和定价策略"), [*found, loss_section(facts)])


def control(paper: Paper) -> list[Section]:
    """三、风险控制和担保: guarantees and collateral, groups."""
    facts = risk_facts(paper)
    return _headed("risk_control", _("风险控制和担保"), [collateral_section(facts), exposure_section(facts)])


def monitor(paper: Paper) -> list[Section]:
    """四、风险监测和报告: loans due, overdue, migration, checks."""
    facts = risk_facts(paper)
    found = [due_section(facts), overdue_section(facts), migration_section(facts), *_loan_checks(paper)]
    return _headed("risk_monitor", _("风险监测和报告"), found)


def respond(paper: Paper) -> list[Section]:
    """五、风险应对和处理: warnings and what was done about bad loans."""
    facts = risk_facts(paper)
    return _headed("risk_respond", _("风险应对和处理"), [signal_section(facts), disposal_section(facts)])


def improve(paper: Paper) -> list[Section]:
    """六、风险管理评估和改进: what inspections of the year found and whether it has been put right."""
    desk = paper.desk
    year = desk.period.year()
    found = [one for one in paper.own(desk.facts(Inspection)) if one.date and one.date in year and not one.passed]
    mended = sum(one.fixed_on is not None for one in found)
    rows = tuple(
        (one.date, desk.names.get(one.staff_id, one.staff_id), one.item, one.finding, one.due, one.fixed_on)
        for one in sorted(found, key=lambda one: (one.fixed_on is not None, one.due or desk.on, one.key))
    )
    columns = (
        Column(_("日期"), "date"),
        Column(_("人员")),
        Column(_("检查项目")),
        Column(_("发现问题"), "note", width=36),
        Column(_("整改期限"), "date"),
        Column(_("整改完成"), "date"),
    )
    text = _("本年检查发现问题 {count} 项，已整改 {mended} 项。").format(count=len(found), mended=mended)
    section = Section("risk_findings", _("检查发现与整改"), text=(text,), columns=columns, rows=rows)
    return _headed("risk_improve", _("风险管理评估和改进"), [section] if rows else [])


PARTS: Mapping[str, Callable[[Paper], list[Section]]] = {
    "lending": lending,
    "value": value,
    "risk_identify": identify,
    "risk_pricing": pricing,
    "risk_control": control,
    "risk_monitor": monitor,
    "risk_respond": respond,
    "risk_improve": improve,
}
