"""KPI考核表: the appraisal sheet of one owner, with the columns that banks and departments use (form C.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.facts.section import Cell, Column, Figure, Section, Status
from cmkit.kpi.evaluate import Total
from cmkit.kpi.row import KpiRow
from cmkit.kpi.sections import NO_CELL, number, number_plain


def scorecard(rows: Sequence[KpiRow], total: Total) -> Section:
    """The appraisal sheet: every indicator with what it weighs and scored; total, bonus, veto, grade and rank."""
    told = _told(rows)
    return Section(
        "scorecard",
        _("KPI 考核表"),
        figures=_foot(total),
        columns=_columns(),
        rows=tuple(_line(index, row) for index, row in enumerate(told, 1)),
        total=_sum(told, total),
        notes=_notes(told, total),
        empty=_("没有指标"),
    )


def basis(rows: Sequence[KpiRow]) -> Section:
    """What each score rests on: what is measured, from where, by which rule, with its working and its source."""
    return Section(
        "scorecard_basis",
        _("口径与计分过程"),
        columns=(
            Column(_("指标代码"), width=10),
            Column(_("指标名称"), width=16),
            Column(_("口径"), "note", width=30),
            Column(_("数据来源"), width=10),
            Column(_("计分规则"), width=16),
            Column(_("计分过程"), "note", width=44),
            Column(_("说明"), "note", width=24),
        ),
        rows=tuple(_basis(row) for row in _told(rows)),
        empty=_("没有指标"),
    )


def signatures() -> tuple[str, ...]:
    """Who signs the sheet."""
    return (_("本人"), _("直接上级"), _("考评部门"))


def rule_word(name: str) -> str:
    """A scoring rule as people call it."""
    return {
        "ratio": _("比率法"),
        "ratio_cap": _("比率法（封顶保底）"),
        "step_linear": _("线性加减分"),
        "grade_linear": _("分档线性"),
        "interval": _("分段计分"),
        "matrix": _("二维系数"),
        "efficacy": _("功效系数法"),
        "efficacy_improved": _("改进功效系数法"),
        "deduct": _("扣分"),
        "bonus": _("加分"),
        "binary": _("非此即彼"),
        "veto": _("一票否决"),
        "manual": _("定性打分"),
    }.get(name) or name


def _told(rows: Sequence[KpiRow]) -> list[KpiRow]:
    return [row for row in rows if row.relevant or row.kpi.weight > 0]


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("序号"), "count", width=6),
        Column(_("维度"), width=8),
        Column(_("指标代码"), width=8),
        Column(_("指标名称"), width=16),
        Column(_("单位"), width=6),
        Column(_("方向"), width=6),
        Column(_("权重"), "number", digits=0, width=6),
        Column(_("目标值"), "number", width=10),
        Column(_("底线值"), "number", width=10),
        Column(_("挑战值"), "number", width=10),
        Column(_("实际值"), "number", width=10),
        Column(_("完成率"), "rate", "%", width=10),
        Column(_("序时进度"), "rate", "%", width=10),
        Column(_("差值(百分点)"), "pp", width=10),
        Column(_("得分"), "number", width=8),
        Column(_("加权得分"), "number", width=8),
        Column(_("状态"), "status", width=10),
    )


def _line(index: int, row: KpiRow) -> tuple[Cell, ...]:
    kpi = row.kpi
    paced = row.gap_pp is not None and row.time_progress is not None
    return (
        index,
        kpi.group,
        kpi.code,
        kpi.label,
        kpi.unit,
        {"up": _("正向"), "down": _("反向")}.get(kpi.direction) or _("区间"),
        number_plain(kpi.weight),
        NO_CELL if row.target is None else number(kpi, row.target),
        number(kpi, row.floor),
        number(kpi, row.stretch),
        row.words if row.actual is None else number(kpi, row.actual),
        NO_CELL if row.rate is None else round_half_up(row.rate),
        round_half_up(row.time_progress) if paced and row.time_progress is not None else None,
        round_half_up(row.gap_pp) if row.gap_pp is not None else None,
        row.score,
        row.weighted,
        Status(row.level, row.words),
    )


def _basis(row: KpiRow) -> tuple[Cell, ...]:
    kpi = row.kpi
    manual = kpi.measure.how == "actual"
    return (
        kpi.code,
        kpi.label,
        kpi.definition,
        _("手工") if manual else _("自动"),
        rule_word(kpi.rule),
        _working(row),
        kpi.source,
    )


def _sum(rows: Sequence[KpiRow], total: Total) -> tuple[Cell, ...]:
    if total.score is None:
        return ()
    weight = sum((row.kpi.weight for row in rows), Decimal(0))
    blank: tuple[Cell, ...] = ("",) * 8
    return ("", "", "", _("合计"), "", "", number_plain(weight), *blank, total.score, total.grade or "")


def _notes(rows: Sequence[KpiRow], total: Total) -> tuple[str, ...]:
    """Whose weight was spread over the rest, and what that made of the sum of the weighted scores."""
    if not total.left_out or total.score is None:
        return ()
    extra = [row for row in rows if row.weighted is not None and row.kpi.weight <= 0]
    scored = [row for row in rows if row.weighted is not None and row.kpi.weight > 0]
    base = sum((row.weighted for row in scored if row.weighted is not None), Decimal(0))
    used = sum((row.kpi.weight for row in scored), Decimal(0))
    whole = sum((row.kpi.weight for row in rows), Decimal(0))
    text = _("未计分：{kpis}，其权重由其余指标分摊：{base} × {whole} ÷ {used} = {score}").format(
        kpis="、".join(total.left_out),
        base=plain(base),
        whole=plain(whole),
        used=plain(used),
        score=plain(round_half_up(base * whole / used)),
    )
    return (text + (_("，另有加减分 {bonus}").format(bonus=plain(total.bonus)) if extra else "") + _("。"),)


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
    return steps + (_("（依据 {source}）").format(source=working.source) if working.source else "")
