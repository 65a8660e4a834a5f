"""KPI考核表: the appraisal sheet of one owner, with the columns that banks and departments use (form C.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import round_half_up
from cmkit.facts.section import Cell, Column, Figure, Section, Status
from cmkit.kpi.evaluate import Total
from cmkit.kpi.row import KpiRow
from cmkit.kpi.sections import NO_CELL, number, number_plain


def scorecard(rows: Sequence[KpiRow], total: Total) -> Section:
    """The appraisal sheet: every indicator with its rule and working, the total with bonus, veto, grade and rank."""
    told = [row for row in rows if row.relevant or row.kpi.weight > 0]
    return Section(
        "scorecard",
        _("KPI 考核表"),
        figures=_foot(total),
        columns=_columns(),
        rows=tuple(_line(index, row) for index, row in enumerate(told, 1)),
        total=_sum(told, total),
        notes=tuple(_working(row) for row in told if row.working is not None),
        empty=_("没有指标"),
    )


def signatures() -> tuple[str, ...]:
    """Who signs the sheet."""
    return (_("本人"), _("直接上级"), _("考评部门"))


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("序号"), "count", width=6),
        Column(_("维度"), width=10),
        Column(_("指标代码"), width=14),
        Column(_("指标名称"), width=18),
        Column(_("口径"), "note", width=24),
        Column(_("单位"), width=8),
        Column(_("方向"), width=8),
        Column(_("权重"), "number", digits=0),
        Column(_("目标值"), "number"),
        Column(_("底线值"), "number"),
        Column(_("挑战值"), "number"),
        Column(_("计分规则"), width=14),
        Column(_("实际值"), "number"),
        Column(_("完成率"), "rate", "%"),
        Column(_("序时进度"), "rate", "%"),
        Column(_("差值(百分点)"), "pp"),
        Column(_("得分"), "number"),
        Column(_("加权得分"), "number"),
        Column(_("数据来源"), width=10),
        Column(_("状态"), "status", width=10),
        Column(_("说明"), "note", width=20),
    )


def _line(index: int, row: KpiRow) -> tuple[Cell, ...]:
    kpi = row.kpi
    paced = row.gap_pp is not None and row.time_progress is not None
    return (
        index,
        kpi.group,
        kpi.code,
        kpi.label,
        kpi.definition,
        kpi.unit,
        {"up": _("正向"), "down": _("反向")}.get(kpi.direction) or _("区间"),
        number_plain(kpi.weight),
        NO_CELL if row.target is None else number(kpi, row.target),
        number(kpi, row.floor),
        number(kpi, row.stretch),
        kpi.rule,
        NO_CELL if row.actual is None else number(kpi, row.actual),
        NO_CELL if row.rate is None else round_half_up(row.rate),
        round_half_up(row.time_progress) if paced and row.time_progress is not None else None,
        round_half_up(row.gap_pp) if row.gap_pp is not None else None,
        row.score,
        row.weighted,
        _("手工") if kpi.measure.how == "actual" else _("自动"),
        Status(row.level, row.words),
        kpi.source,
    )


def _sum(rows: Sequence[KpiRow], total: Total) -> tuple[Cell, ...]:
    if total.score is None:
        return ()
    weight = sum((row.kpi.weight for row in rows), Decimal(0))
    word = _("第 {rank} 名").format(rank=total.rank) if total.rank is not None else ""
    blank: tuple[Cell, ...] = (None,) * 9
    return (None, _("合计"), *((None,) * 5), number_plain(weight), *blank, total.score, None, total.grade or None, word)


def _foot(total: Total) -> tuple[Figure, ...]:
    figures = [
        Figure(_("总分"), total.score if total.score is not None else NO_CELL, "number"),
        Figure(_("等级"), total.grade or NO_CELL, "text", level="bad" if total.vetoes else "none"),
    ]
    if total.rank is not None:
        figures.append(Figure(_("排名"), total.rank, "count", digits=0))
    if total.bonus:
        figures.append(Figure(_("加减分"), total.bonus, "number"))
    if total.vetoes:
        figures.append(Figure(_("一票否决"), "、".join(total.vetoes), "text", level="bad"))
    return tuple(figures)


def _working(row: KpiRow) -> str:
    working = row.working
    if working is None:
        return ""
    steps = "；".join(
        f"{step.what} {step.formula} = {step.value}" if step.value else step.formula for step in working.steps
    )
    source = _("（依据 {source}）").format(source=working.source) if working.source else ""
    return f"{row.kpi.label}：{working.rule} {steps}{source}"
