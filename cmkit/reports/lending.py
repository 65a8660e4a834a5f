"""Parts of a lender's reports: the lending book, the six headings of a risk report, norms and industry profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from cmkit.base.lang import _
from cmkit.base.money import round_half_up
from cmkit.checks.k12_norms import BELOW, grade_of, latest, standards_of
from cmkit.facts.records import (
    Client,
    ClientRatio,
    Contact,
    Fact,
    IndustryProfile,
    Inspection,
    Loan,
    Norm,
    ProfitFact,
    WarningSignal,
)
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, Status
from cmkit.kpi.rules.efficacy import BANDS, score
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

F = TypeVar("F", bound=Fact)
NATIONAL = "全国"
POINTS = Decimal(100)
GOOD, FAIR = 1, 3


def risk_facts(paper: Paper) -> RiskFacts:
    """The loans, warnings and profits of the report's scope."""
    desk = paper.desk
    spans = {desk.period.name, desk.period.year().name}
    return RiskFacts(
        on=desk.on,
        loans=own(paper, desk.raw(Loan)),
        signals=touching(paper, desk.raw(WarningSignal)),
        profits=[one for one in touching(paper, desk.raw(ProfitFact)) if one.period in spans],
        names={number: client.name for number, client in desk.clients.items()},
        managers=desk.names,
        money_unit=desk.pack.info.money_unit,
    )


def own(paper: Paper, rows: Sequence[F]) -> list[F]:
    """Those of the report's people, or of its one client."""
    return paper.desk.of_scope(rows, paper.scope)


def touching(paper: Paper, rows: Sequence[F]) -> list[F]:
    """Those whose client belongs to the scope."""
    return paper.desk.of_clients(rows, paper.scope)


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
        one for one in own(paper, desk.facts(Contact)) if one.get("check_kind") and one.date and one.date in desk.period
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
    clients = own(paper, desk.raw(Client))
    if not any(client.get("rating") for client in clients):
        return []
    owed: dict[str, Decimal] = {}
    for loan in own(paper, desk.raw(Loan)):
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
    found = [one for one in own(paper, desk.facts(Inspection)) if one.date and one.date in year and not one.passed]
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


def norms(paper: Paper) -> list[Section]:
    """财务指标与行业标准值: each client's ratios graded by the efficacy method, the weakest client first."""
    desk = paper.desk
    clients = {client.client_id: client for client in own(paper, desk.facts(Client))}
    ratios = [one for one in latest(touching(paper, desk.raw(ClientRatio))) if one.client_id in clients]
    judged = [(one, _norm(one, clients[one.client_id], desk.raw(Norm))) for one in ratios]
    marks: dict[str, list[tuple[ClientRatio, int, Decimal]]] = {}
    for ratio, norm in judged:
        if norm is not None:
            grade, points = graded(ratio, norm)
            marks.setdefault(ratio.client_id, []).append((ratio, grade, points))
    if not marks:
        return []
    rows = sorted((_client_row(clients[number], found) for number, found in marks.items()), key=_mean)
    return [
        Section(
            "norms",
            _("财务指标与行业标准值"),
            columns=(
                Column(_("客户")),
                Column(_("行业")),
                *(Column(name, "count") for name in (*BANDS, BELOW)),
                Column(_("平均得分"), "number"),
                Column(_("最弱指标"), width=24),
            ),
            rows=tuple(rows),
            notes=(_("功效系数法，每项满分 100；按行业和规模取标准值，缺的取全国。"),),
            records=tuple(RecordRef(ratio.table, ratio.key) for ratio, _norm_ in judged),
        )
    ]


def _mean(row: tuple[Cell, ...]) -> tuple[Decimal, str]:
    mean = row[-2]
    return (mean if isinstance(mean, Decimal) else Decimal(0), str(row[0]))


def _client_row(client: Client, found: Sequence[tuple[ClientRatio, int, Decimal]]) -> tuple[Cell, ...]:
    counts = [sum(grade == place for _ratio, grade, _points in found) for place in range(len(BANDS) + 1)]
    mean = sum((points for _ratio, _grade, points in found), Decimal(0)) / len(found)
    weakest = min(found, key=lambda one: (one[2], one[0].indicator))[0]
    return (client.name, client.industry, *counts, round_half_up(mean), f"{weakest.indicator} {weakest.value}")


def graded(ratio: ClientRatio, norm: Norm) -> tuple[int, Decimal]:
    """The place of the grade (0 is 优秀, 5 below all) and the points out of a hundred."""
    number, standards = ratio.value or Decimal(0), standards_of(norm)
    return grade_of(number, standards), score(number, POINTS, standards).exact or Decimal(0)


def _norm(ratio: ClientRatio, client: Client, known: Sequence[Norm]) -> Norm | None:
    """The norm of the client's industry and size, else of its industry, else the national one; the newest year."""
    size = str(client.get("size") or "")
    fit = [
        one
        for one in known
        if one.indicator == ratio.indicator and one.industry in {client.industry, NATIONAL} and one.size in {size, ""}
    ]
    return max(fit, key=lambda one: (one.industry != NATIONAL, bool(one.size), one.year), default=None)


def client_norms(paper: Paper, client_id: str) -> Section | None:
    """One client's ratios beside the five standards, with grade and points; None where there are none."""
    desk = paper.desk
    client = desk.clients[client_id]
    rows: list[tuple[Cell, ...]] = []
    for ratio in latest([one for one in desk.raw(ClientRatio) if one.client_id == client_id]):
        norm = _norm(ratio, client, desk.raw(Norm))
        if norm is None:
            rows.append(
                (ratio.indicator, ratio.period, ratio.value, *[None] * 5, Status("none", _("没有标准值")), None)
            )
            continue
        grade, points = graded(ratio, norm)
        level: Status = Status(
            "good" if grade <= GOOD else "warn" if grade <= FAIR else "bad",
            BANDS[grade] if grade < len(BANDS) else BELOW,
        )
        rows.append((ratio.indicator, ratio.period, ratio.value, *standards_of(norm), level, round_half_up(points)))
    if not rows:
        return None
    return Section(
        "client_norms",
        _("财务指标与行业标准值"),
        columns=(
            Column(_("指标")),
            Column(_("期间")),
            Column(_("实际值"), "number"),
            *(Column(name, "number") for name in BANDS),
            Column(_("档次"), "status"),
            Column(_("得分"), "number"),
        ),
        rows=tuple(rows),
    )


def industries(paper: Paper) -> list[Section]:
    """行业档案: every industry of the scope's clients in the five sections of the manual."""
    desk = paper.desk
    mine: dict[str, int] = {}
    for client in own(paper, desk.raw(Client)):
        mine[client.industry] = mine.get(client.industry, 0) + 1
    newest: dict[str, IndustryProfile] = {}
    for one in sorted(desk.raw(IndustryProfile), key=lambda one: one.year):
        newest[one.industry] = one
    found: list[Section] = []
    for name in sorted(newest, key=lambda name: (-mine.get(name, 0), name)):
        if mine.get(name) or paper.scope.kind == "all":
            found += industry_sections(newest[name], desk.raw(Norm), mine.get(name, 0))
    missing = sorted(name for name in mine if name and name not in newest)
    if missing:
        text = _("还没有行业档案：{names}").format(names="、".join(missing))
        found.append(Section("industries_missing", _("待补行业档案"), text=(text,)))
    return found


def industry_sections(profile: IndustryProfile, known: Sequence[Norm], clients: int) -> list[Section]:
    """One industry: a heading and its five sections."""
    figures = (
        Figure(_("客户数"), clients, "count", _("户"), digits=0),
        Figure(_("档案年度"), profile.year, "text"),
    )
    parts = (
        (_("行业发展现状"), profile.situation),
        (_("产业链结构及主要金融需求"), profile.chain),
        (_("行业金融服务方案及案例"), profile.solutions),
        (_("行业授信风险及评审要点"), profile.review_points),
    )
    told = [
        Section(f"industry_{place}", title, text=(text or _("未填写"),), level=2)
        for place, (title, text) in enumerate(parts, 1)
    ]
    return [Section("industry", profile.industry, figures=figures), *told, _standards(profile.industry, known)]


def _standards(industry: str, known: Sequence[Norm]) -> Section:
    """行业绩效标准值: the five grades of each indicator; the national ones where the industry has none."""
    fit = [one for one in known if one.industry == industry] or [one for one in known if one.industry == NATIONAL]
    year = max((one.year for one in fit), default="")
    rows = tuple(
        (one.indicator, one.size, one.unit, one.excellent, one.good, one.average, one.low, one.poor)
        for one in fit
        if one.year == year
    )
    columns = (
        Column(_("指标")),
        Column(_("规模")),
        Column(_("单位")),
        *(Column(name, "number") for name in BANDS),
    )
    sources = "；".join(sorted({one.source for one in fit if one.source and one.year == year}))
    notes = (_("{year} 年。来源：{source}").format(year=year, source=sources),) if sources else ()
    return Section(
        "industry_5",
        _("行业绩效标准值"),
        columns=columns,
        rows=rows,
        notes=notes,
        level=2,
        empty=_("没有标准值"),
    )


PARTS: Mapping[str, Callable[[Paper], list[Section]]] = {
    "lending": lending,
    "value": value,
    "norms": norms,
    "industries": industries,
    "risk_identify": identify,
    "risk_pricing": pricing,
    "risk_control": control,
    "risk_monitor": monitor,
    "risk_respond": respond,
    "risk_improve": improve,
}
