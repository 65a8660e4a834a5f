"""What the indicators say, as parts of a report: cards, one sentence, the table, the trend, each person, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, round_half_up
from cmkit.facts.section import Cell, Chart, Column, Figure, RecordRef, Section, Series, Status, Trend
from cmkit.facts.specs import KpiSpec
from cmkit.kpi.evaluate import Total
from cmkit.kpi.progress import Growth
from cmkit.kpi.row import NEGATIVE, KpiRow

CARDS = 4
NO_CELL = "—"
SHOWN = 3
RANKED = 20
_PAIR = 2


def number(kpi: KpiSpec, value: Decimal | None) -> Cell:
    """A figure as a cell: a whole number where the indicator has no decimals."""
    if value is None:
        return None
    rounded = round_half_up(value, kpi.digits)
    return int(rounded) if kpi.digits == 0 else rounded


def words(kpi: KpiSpec, value: Decimal) -> str:
    """A figure with its unit inside a sentence: ``24.50 万元``."""
    text = grouped(value, kpi.digits)
    return f"{text}{kpi.unit}" if kpi.unit in ("", "%", "‰") else f"{text} {kpi.unit}"


def short_of(kpi: KpiSpec, value: Decimal) -> str:
    """What is still missing, in words: rates differ by percentage points."""
    return _("{value} 个百分点").format(value=grouped(value, kpi.digits)) if kpi.unit == "%" else words(kpi, value)


def cards(rows: Sequence[KpiRow], count: int = CARDS) -> tuple[Figure, ...]:
    """The biggest numbers: the indicators of most weight with their rate, and the figure over the target below."""
    told = sorted((row for row in rows if row.relevant), key=lambda row: -row.kpi.weight)[:count]
    return tuple(_card(row) for row in told)


def _card(row: KpiRow) -> Figure:
    note = NO_CELL if row.actual is None else words(row.kpi, row.actual)
    if row.target is not None:
        note = _("{actual} / 目标 {target}").format(actual=note, target=words(row.kpi, row.target))
    if row.gap_pp is not None and row.time_progress is not None:
        note += _(" · 时间进度 {progress}%").format(progress=grouped(row.time_progress))
    if row.rate is None:
        return Figure(row.kpi.label, row.words, "text", note=note, level=row.level)
    return Figure(row.kpi.label, round_half_up(row.rate), "rate", "%", note=note, level=row.level)


def headline(rows: Sequence[KpiRow]) -> str:
    """The sentence that says it all: how many are met, where the gap is widest, what is short and needed a day."""
    judged = [row for row in rows if row.target is not None and row.actual is not None]
    if not judged:
        return _("本期没有可评价的指标。")
    met = [row for row in judged if row.status == "met"]
    pacing = sum(row.on_pace for row in met)
    text = _("{all} 项指标中 {met} 项达标").format(all=len(judged), met=len(met) - pacing)
    if pacing:
        text += _("、{pacing} 项在进度内").format(pacing=pacing)
    worst = widest_gap(judged)
    text += "" if worst is None else _gap_words(worst)
    unreported = sum(row.status == "no_actual" and row.why == "missing" for row in rows)
    if unreported:
        text += _("；{count} 项未报").format(count=unreported)
    return text + _("。")


def widest_gap(rows: Sequence[KpiRow]) -> KpiRow | None:
    """The indicator furthest behind: by points behind time progress, or behind 100 where time is no yardstick."""
    short = [row for row in rows if row.status in ("behind", "missed")]
    return min(short, key=_distance, default=None)


def _distance(row: KpiRow) -> Decimal:
    if row.gap_pp is not None:
        return row.gap_pp
    return Decimal(-100) if row.rate is None else row.rate - 100


def _gap_words(row: KpiRow) -> str:
    text = _("，缺口最大的是{kpi}").format(kpi=row.kpi.label)
    if row.missing is not None:
        text += _("，还差 {missing}").format(missing=short_of(row.kpi, row.missing))
    elif row.actual is not None and row.target is not None:
        text += _("，为 {actual}，目标 {target}").format(
            actual=words(row.kpi, row.actual), target=words(row.kpi, row.target)
        )
    if row.needed_per_workday:
        text += _("，日均需 {need}").format(need=words(row.kpi, row.needed_per_workday))
    return text


def summary(rows: Sequence[KpiRow]) -> Section:
    """摘要: where the main figure stands, what went best, what is behind; each sentence filled from the numbers."""
    told = [row for row in rows if row.target is not None and row.actual is not None]
    parts = (_main_sentence(told), _best_sentence(told), _behind_sentence(told))
    return Section("summary", _("摘要"), text=tuple(part for part in parts if part), empty=_("本期没有可评价的指标。"))


def _main_sentence(rows: Sequence[KpiRow]) -> str:
    row = max(rows, key=lambda one: one.kpi.weight, default=None)
    if row is None or row.actual is None or row.target is None:
        return ""
    parts = [
        _("截至 {day}，{kpi} {actual}，目标 {target}").format(
            day=row.as_of.isoformat(),
            kpi=row.kpi.label,
            actual=words(row.kpi, row.actual),
            target=words(row.kpi, row.target),
        )
    ]
    if row.rate is not None:
        parts.append(_("完成率 {rate}%").format(rate=grouped(row.rate)))
    if row.gap_pp is not None:
        side = _("落后时间进度 {gap} 个百分点") if row.gap_pp < 0 else _("领先时间进度 {gap} 个百分点")
        parts.append(side.format(gap=grouped(abs(row.gap_pp))))
    for name, found in ((_("同比"), row.yoy), (_("环比"), row.mom)):
        if found.kind != "none":
            parts.append(_("{name} {growth}").format(name=name, growth=found.text))
    return _("，").join(parts) + _("。")


def _best_sentence(rows: Sequence[KpiRow]) -> str:
    met = sorted(
        (row for row in rows if row.status == "met" and row.rate is not None), key=lambda row: -(row.rate or 0)
    )
    best = _("、").join(_told_beside(row, _attained(row)) for row in met[:SHOWN])
    return _("完成较好的是{names}。").format(names=best) if best else ""


def _told_beside(row: KpiRow, words: str) -> str:
    return _("{subject}（{advice}）").format(subject=row.kpi.label, advice=words)


def _attained(row: KpiRow) -> str:
    """Said in full: beside 客户流失率 a bare percentage would be read as the figure itself."""
    return _("完成率 {rate}%").format(rate=grouped(row.rate or Decimal(0)))


def _behind_sentence(rows: Sequence[KpiRow]) -> str:
    short = sorted((row for row in rows if row.status in NEGATIVE), key=_distance)
    told = []
    for row in short[:SHOWN]:
        missing = "" if row.missing is None else _("，还差 {missing}").format(missing=short_of(row.kpi, row.missing))
        told.append(_told_beside(row, _attained(row) + missing))
    if not told:
        return _("没有落后或未达标的指标。") if rows else ""
    return _("落后或未达标的有 {count} 项，差距最大的是{names}。").format(count=len(short), names=_("、").join(told))


def kpi_table(rows: Sequence[KpiRow], totals: Sequence[Total] = ()) -> Section:
    """Every indicator of one owner: target, figure, rate, time progress, gap, growth, trend, score, verdict."""
    told = [row for row in rows if row.relevant]
    columns = (
        Column(_("指标"), width=18),
        Column(_("单位"), width=8),
        Column(_("权重"), "number", digits=0),
        Column(_("目标"), "number"),
        Column(_("本期"), "number"),
        Column(_("完成率"), "bar", "%"),
        Column(_("时间进度"), "rate", "%"),
        Column(_("差值(百分点)"), "pp"),
        Column(_("同比"), "rate"),
        Column(_("环比"), "rate"),
        Column(_("趋势"), "spark", width=16),
        Column(_("得分"), "number"),
        Column(_("状态"), "status", width=10),
    )
    total = next((one for one in totals if told and one.who == told[0].who), None)
    last: tuple[Cell, ...] = ()
    if total is not None and total.score is not None:
        last = (_("总分"), *([""] * 10), total.score, _grade(total))
    return Section(
        "kpi_table",
        _("指标完成情况"),
        columns=columns,
        rows=tuple(_table_row(row) for row in told),
        total=last,
        notes=_notes(told, total),
        empty=_("没有下达目标，也没有数据"),
        records=tuple(RecordRef("targets", f"{row.kpi.code}|{row.who}|{row.period.name}") for row in told),
    )


def _table_row(row: KpiRow) -> tuple[Cell, ...]:
    paced = row.gap_pp is not None
    return (
        row.kpi.label,
        row.kpi.unit,
        number_plain(row.kpi.weight) if row.kpi.weight else None,
        NO_CELL if row.target is None else number(row.kpi, row.target),
        _("未报") if row.actual is None and row.why == "missing" else number(row.kpi, row.actual),
        _rate_cell(row),
        round_half_up(row.time_progress) if paced and row.time_progress is not None else None,
        round_half_up(row.gap_pp) if row.gap_pp is not None else None,
        growth_cell(row.yoy),
        growth_cell(row.mom),
        Trend(tuple(point.actual for point in row.trend)),
        row.weighted,
        Status(row.level, row.words),
    )


def number_plain(value: Decimal) -> int | Decimal:
    """A weight: 20, or 12.5 where it has decimals."""
    return int(value) if value == value.to_integral_value() else value


def _rate_cell(row: KpiRow) -> Cell:
    if row.rate is not None:
        return round_half_up(row.rate)
    return _("不适用") if row.target == 0 and row.actual is not None else None


def growth_cell(growth: Growth) -> Cell:
    """Growth as a cell: a number for a plain percentage, else its words."""
    if growth.kind == "none":
        return NO_CELL
    return round_half_up(growth.value) if growth.kind == "rate" and growth.value is not None else growth.text


def _grade(total: Total) -> Cell:
    word = total.grade
    if total.vetoes:
        word = _("{grade}（否决：{events}）").format(grade=word, events="、".join(total.vetoes))
    return Status("bad" if total.vetoes else "none", word)


def _notes(rows: Sequence[KpiRow], total: Total | None) -> tuple[str, ...]:
    notes: list[str] = []
    early = {row.as_of for row in rows if row.actual is not None}
    if len(early) > 1:
        notes.append(_("各指标数据截止日不同，最早 {day}，时间进度按各自截止日计。").format(day=min(early).isoformat()))
    yearly = [row.kpi.label for row in rows if row.basis.start != row.period.start]
    if yearly:
        notes.append(_("{kpis}自年初累计，时间进度从年初起算。").format(kpis="、".join(yearly)))
    loose = [f"{row.kpi.label} {words(row.kpi, row.unowned)}" for row in rows if row.unowned]
    if loose:
        notes.append(_("没有负责人或负责人不在册的记录计入合计，不计入任何人：{kpis}。").format(kpis="、".join(loose)))
    shaped = [row.kpi.label for row in rows if row.target_how == "shaped"]
    if shaped:
        notes.append(_("{kpis}的目标按去年同期的分布分解。").format(kpis="、".join(shaped)))
    if total is not None and total.left_out:
        notes.append(_("未计分：{kpis}，其权重由其余指标分摊。").format(kpis="、".join(total.left_out)))
    return tuple(notes)


def main_row(rows: Sequence[KpiRow]) -> KpiRow | None:
    """The main figure: the indicator of most weight that has a target and a trend."""
    told = [row for row in rows if row.target is not None and any(point.actual is not None for point in row.trend)]
    return max(told, key=lambda row: row.kpi.weight, default=None)


def kpi_trend(rows: Sequence[KpiRow]) -> Section:
    """The main figure against its plan, period by period."""
    row = main_row(rows)
    title = _("主要指标走势")
    if row is None:
        return Section("kpi_trend", title, empty=_("没有可画走势的指标"))
    plan = tuple(None if point.target is None else round_half_up(point.target, row.kpi.digits) for point in row.trend)
    actual = tuple(None if point.actual is None else round_half_up(point.actual, row.kpi.digits) for point in row.trend)
    series = [Series(_("实际"), actual)]
    if any(value is not None for value in plan):
        series.append(Series(_("目标"), plan))
    chart = Chart(
        "line",
        _("{kpi}（{unit}）").format(kpi=row.kpi.label, unit=row.kpi.unit) if row.kpi.unit else row.kpi.label,
        tuple(point.period.name for point in row.trend),
        tuple(series),
        row.kpi.unit,
        row.kpi.digits,
    )
    return Section("kpi_trend", title, charts=(chart,))


def people(
    rows: Sequence[KpiRow], totals: Sequence[Total], names: Mapping[str, str], *, offices: bool = False
) -> Section:
    """Everybody's rates side by side, best total first, with the verdicts counted; ``offices`` where they are no people."""
    codes = list(dict.fromkeys(row.kpi.code for row in rows if row.relevant))
    labels = {row.kpi.code: row.kpi.label for row in rows}
    by_who = {(row.who, row.kpi.code): row for row in rows}
    columns = (
        Column(_("名次"), "count", width=6),
        Column(_("机构"), width=14) if offices else Column(_("姓名"), width=10),
        *(Column(labels[code], "rate", "%") for code in codes),
        Column(_("达标项"), "count"),
        Column(_("总分"), "number"),
        Column(_("等级"), width=8),
    )
    ordered = sorted(totals, key=lambda total: (total.rank is None, total.rank or 0, total.who))
    lines = tuple(
        (
            total.rank,
            names.get(total.who, total.who),
            *(_person_cell(by_who.get((total.who, code))) for code in codes),
            sum(row.status == "met" for row in rows if row.who == total.who),
            total.score,
            total.grade,
        )
        for total in ordered
        if any((total.who, code) in by_who and by_who[total.who, code].relevant for code in codes)
    )
    charts = _ranking([total for total in ordered if any((total.who, code) in by_who for code in codes)], names)
    title = _("机构完成情况") if offices else _("人员完成情况")
    empty = _("没有机构数据") if offices else _("没有人员数据")
    return Section("kpi_people", title, columns=columns, rows=lines, charts=charts, empty=empty)


def _ranking(ordered: Sequence[Total], names: Mapping[str, str]) -> tuple[Chart, ...]:
    """The total scores, best first, each with its place; the foot of a long list is in the table."""
    told = [total for total in ordered if total.score is not None][:RANKED]
    if len(told) < _PAIR:
        return ()
    labels = tuple(f"{total.rank} {names.get(total.who, total.who)}" for total in told)
    values = tuple(total.score for total in told)
    return (Chart("bars", _("总分排名"), labels, (Series(_("总分"), values),), digits=2),)


def _person_cell(row: KpiRow | None) -> Cell:
    if row is None or row.target is None:
        return None
    return _rate_cell(row) if row.actual is not None else row.words


def missing(rows: Sequence[KpiRow], names: Mapping[str, str]) -> Section:
    """What could not be judged: indicators without a figure (未报) or without a target (未下达)."""
    told = [
        row
        for row in rows
        if row.why not in ("future", "empty")
        and (row.status == "no_actual" or (row.status == "no_target" and row.relevant and row.wants_target))
    ]
    return Section(
        "kpi_missing",
        _("数据缺失"),
        columns=(Column(_("对象")), Column(_("指标")), Column(_("期间")), Column(_("缺什么"))),
        rows=tuple((names.get(row.who, row.who), row.kpi.label, row.period.label, row.words) for row in told),
        empty=_("数据齐全"),
    )
