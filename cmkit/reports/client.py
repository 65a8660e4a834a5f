"""Parts of a document about one client: the analysis before a visit, and the solution that is put to it.

Manual 8: 「明确清晰的客户分析是成功销售活动的起点」 (a page before the visit) and 「量体裁衣地设计定制化的服务方案」 (need, products, benefit,
risk). They say nothing in a report that is not about one client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import convert, round_half_up
from cmkit.clients.sections import card_section, timeline_section
from cmkit.clients.timeline import timeline
from cmkit.facts.records import (
    Client,
    Complaint,
    Contact,
    ContactPerson,
    Fact,
    Feedback,
    IndustryProfile,
    Norm,
    Opportunity,
    Visit,
)
from cmkit.facts.section import Cell, Column, Section
from cmkit.reports.lending import risk_facts
from cmkit.reports.norms import client_norms, industry_sections
from cmkit.reports.paper import Paper
from cmkit.risk.clients import client_values
from cmkit.risk.sections import risk_sections

LATEST = 12
TOLD: tuple[type[Fact], ...] = (Contact, Visit, Complaint, Feedback, Opportunity)


def _one(paper: Paper) -> Client | None:
    return paper.desk.clients.get(paper.scope.id) if paper.scope.kind == "client" else None


def card(paper: Paper) -> list[Section]:
    """基本信息: the filled columns of the file."""
    client = _one(paper)
    return [card_section(client, paper.desk.pack.tables["clients"])] if client else []


def people(paper: Paper) -> list[Section]:
    """关键人: who decides, who uses, what they think of us, when we last spoke."""
    if _one(paper) is None:
        return []
    rows = tuple(
        (one.name, one.title, one.role, one.attitude, one.phone, one.last_contact)
        for one in paper.own(paper.desk.facts(ContactPerson))
    )
    columns = (
        Column(_("姓名")),
        Column(_("职务")),
        Column(_("角色")),
        Column(_("态度")),
        Column(_("电话")),
        Column(_("最近联系"), "date"),
    )
    return [Section("client_people", _("关键人"), columns=columns, rows=rows)] if rows else []


def ratios(paper: Paper) -> list[Section]:
    """财务指标: against the five standards of its industry and size."""
    client = _one(paper)
    found = client_norms(paper, client.client_id) if client else None
    return [found] if found else []


def credit(paper: Paper) -> list[Section]:
    """用信与风险: loans, group, warnings, and what the client is worth once risk is paid for."""
    return risk_sections(risk_facts(paper)) if _one(paper) else []


def industry(paper: Paper) -> list[Section]:
    """行业档案: the client's industry in five sections."""
    client = _one(paper)
    known = [one for one in paper.desk.raw(IndustryProfile) if client and one.industry == client.industry]
    if not client or not known:
        return []
    peers = sum(one.industry == client.industry for one in paper.desk.raw(Client))
    return industry_sections(max(known, key=lambda one: one.year), paper.desk.raw(Norm), peers)


def history(paper: Paper) -> list[Section]:
    """往来记录: the latest of everything that happened."""
    if _one(paper) is None:
        return []
    records = [row for kind in TOLD for row in paper.desk.facts(kind)]
    return [timeline_section(timeline(paper.scope.id, records)[:LATEST], paper.desk.staff)]


def needs(paper: Paper) -> list[Section]:
    """客户需求: what the client asked for, in talks and in feedback of the kind 需求, newest first."""
    if _one(paper) is None:
        return []
    desk = paper.desk
    rows: list[tuple[Cell, ...]] = [
        (one.date, _("接触记录"), one.need, one.product, one.next_step)
        for one in paper.own(desk.facts(Contact))
        if one.need
    ]
    rows += [
        (one.date, one.kind, one.content, "", one.reply)
        for one in desk.facts(Feedback)
        if one.client_id == paper.scope.id and one.kind == "需求"
    ]
    columns = (
        Column(_("日期"), "date"),
        Column(_("来源")),
        Column(_("需求"), "note", width=40),
        Column(_("产品")),
        Column(_("下一步"), "note", width=30),
    )
    ordered = sorted(rows, key=_newest, reverse=True)[:LATEST]
    return [Section("client_needs", _("客户需求"), columns=columns, rows=tuple(ordered), empty=_("还没有登记需求。"))]


def _newest(row: Sequence[Cell]) -> str:
    return row[0].isoformat() if isinstance(row[0], date) else ""


def solution(paper: Paper) -> list[Section]:
    """服务方案: the products under way with amount and day, what they bring in, what to watch.

    Products are the client's open opportunities; cases and points of review come from its industry's profile.
    """
    client = _one(paper)
    if client is None:
        return []
    desk = paper.desk
    profiles = [one for one in desk.raw(IndustryProfile) if one.industry == client.industry]
    profile = max(profiles, key=lambda one: one.year, default=None)
    found = [_products(paper)]
    if profile and profile.solutions:
        found.append(Section("solution_cases", _("行业方案与案例"), text=(profile.solutions,)))
    found.append(_benefit(paper))
    found.append(_watch(paper, profile))
    return found


def _products(paper: Paper) -> Section:
    unit = paper.desk.pack.info.money_unit
    going = [one for one in paper.own(paper.desk.facts(Opportunity)) if one.status in {"", "进行中"}]
    rows = tuple(
        (
            one.product or one.name,
            one.name,
            round_half_up(convert(one.amount or Decimal(0), "元", unit)),
            one.stage,
            one.probability,
            one.expected_close,
        )
        for one in sorted(going, key=lambda one: (-(one.amount or Decimal(0)), one.key))
    )
    return Section(
        "solution_products",
        _("产品组合"),
        columns=(
            Column(_("产品")),
            Column(_("用途"), "note", width=30),
            Column(_("金额"), "money", unit),
            Column(_("进展")),
            Column(_("成交概率"), "rate", "%"),
            Column(_("预计时间"), "date"),
        ),
        rows=rows,
        empty=_("还没有在谈的产品，先登记商机（cmkit records opportunities add）。"),
    )


def _benefit(paper: Paper) -> Section:
    facts = risk_facts(paper)
    values = client_values(facts.profits)
    if not values:
        return Section("solution_benefit", _("预期效益"), empty=_("没有收益成本数据"))
    one = values[0]
    text = _("本年收入 {income} {unit}，扣除成本、预期损失和税后净利润 {profit} {unit}，EVA {eva} {unit}。").format(
        income=facts.shown(one.income), profit=facts.shown(one.profit), eva=facts.shown(one.eva), unit=facts.money_unit
    )
    more = () if one.raroc is None else (_("RAROC {rate}%。").format(rate=round_half_up(one.raroc)),)
    return Section("solution_benefit", _("预期效益"), text=(text, *more))


def _watch(paper: Paper, profile: IndustryProfile | None) -> Section:
    facts = risk_facts(paper)
    waiting = [one for one in facts.signals if one.closed_on is None or one.closed_on > facts.on]
    lines = [_("{level}色预警：{signal}").format(level=one.level, signal=one.signal) for one in waiting]
    if profile and profile.review_points:
        lines.append(profile.review_points)
    return Section("solution_risk", _("风险提示与评审要点"), text=tuple(lines), empty=_("没有未解除的预警。"))


PARTS: Mapping[str, Callable[[Paper], list[Section]]] = {
    "client_card": card,
    "client_people": people,
    "client_ratios": ratios,
    "client_credit": credit,
    "client_industry": industry,
    "client_history": history,
    "client_needs": needs,
    "client_solution": solution,
}
