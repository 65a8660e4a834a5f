"""Parts of a lender's reports: clients' ratios against the norms of their industry, and the industries themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import round_half_up
from cmkit.checks.k12_norms import BELOW, grade_of, latest, standards_of
from cmkit.facts.records import Client, ClientRatio, IndustryProfile, Norm
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, Status
from cmkit.kpi.rules.efficacy import BANDS, score
from cmkit.reports.paper import Paper

NATIONAL = "全国"
POINTS = Decimal(100)
GOOD, FAIR = 1, 3


def norms(paper: Paper) -> list[Section]:
    """财务指标与行业标准值: each client's ratios graded by the efficacy method, the weakest client first."""
    desk = paper.desk
    clients = {client.client_id: client for client in paper.own(desk.facts(Client))}
    ratios = [one for one in latest(paper.of_clients(desk.raw(ClientRatio))) if one.client_id in clients]
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
    for client in paper.own(desk.raw(Client)):
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


PARTS: Mapping[str, Callable[[Paper], list[Section]]] = {"norms": norms, "industries": industries}
