"""Opportunities by stage, their weighted amount, what should close, and what is stuck (check K10).

Weighted amount = amount × probability (B.10); a stage's own probability is the default where a record has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import convert, grouped, percent, plain
from cmkit.base.period import Period, period_of
from cmkit.facts.finding import Finding
from cmkit.facts.records import Client, Opportunity
from cmkit.facts.section import Behind, Cell, Chart, Column, Figure, RecordRef, Section, Series, each, over, worth

RULE = "K10"
OPEN, WON, LOST = "进行中", "赢单", "输单"
STAGES: Mapping[str, Decimal] = {
    "事前准备": Decimal(10),
    "接近拜访": Decimal(10),
    "把握情况": Decimal(25),
    "说明产品": Decimal(50),
    "消除异议": Decimal(75),
    "达成交易": Decimal(100),
    "售后回访": Decimal(100),
    "销售总结": Decimal(100),
}
"""The eight stages of manual 1 on the ladder 10 / 25 / 50 / 75 / 100; the spread over eight is a default, not a rule."""
HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class PipelineFacts:
    """Opportunities as they stand on ``on``; ``stages`` maps each stage, in order, to its usual probability."""

    opportunities: Sequence[Opportunity]
    period: Period
    on: date
    stages: Mapping[str, Decimal] = field(default_factory=lambda: dict(STAGES))
    money_unit: str = "万元"
    stuck_days: int = 30
    tolerance: Decimal = Decimal(10)
    clients: Mapping[str, Client] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> list[Opportunity]:
        """Those still in play: opened, not closed, neither won, lost nor put aside."""
        return [
            one
            for one in self.opportunities
            if one.status in {"", OPEN}
            and not (one.closed_on and one.closed_on <= self.on)
            and not (one.opened_on and one.opened_on > self.on)
        ]

    def closed(self, status: str) -> list[Opportunity]:
        """Those won or lost in the period."""
        found = [one for one in self.opportunities if one.status == status and one.closed_on]
        return [one for one in found if one.closed_on and one.closed_on in self.period and one.closed_on <= self.on]

    def probability(self, one: Opportunity) -> Decimal:
        """The record's own probability in percent, else its stage's; zero for an unknown stage."""
        return one.probability if one.probability is not None else self.stages.get(one.stage, Decimal(0))

    def weighted(self, found: Sequence[Opportunity]) -> Decimal:
        """Σ amount × probability, in yuan."""
        return sum(((one.amount or Decimal(0)) * self.probability(one) / HUNDRED for one in found), Decimal(0))

    def shown(self, amount: Decimal) -> Decimal:
        """Yuan in the unit that reports show."""
        return convert(amount, "元", self.money_unit)

    def days(self, one: Opportunity) -> int | None:
        """Days in the present stage."""
        since = one.stage_since or one.opened_on
        return (self.on - since).days if since else None


def total(found: Sequence[Opportunity]) -> Decimal:
    """The amounts added up, in yuan."""
    return sum((one.amount for one in found if one.amount), Decimal(0))


def pipeline_section(facts: PipelineFacts) -> Section:
    """商机与预测: by stage the count, amount, weighted amount and days; won, lost and what should close this period."""
    found = facts.open()
    groups: dict[str, list[Opportunity]] = defaultdict(list)
    for one in found:
        groups[one.stage or _("未填环节")].append(one)
    order = [*(stage for stage in facts.stages if stage in groups), *sorted(set(groups) - set(facts.stages))]
    rows = tuple((stage, *_cells(facts, groups[stage])) for stage in order)
    unit = facts.money_unit
    return Section(
        id="pipeline",
        title=_("商机与预测"),
        text=_sentence(facts, found),
        figures=_figures(facts, found) if facts.opportunities else (),
        columns=(
            Column(_("环节")),
            Column(_("笔数"), "count"),
            Column(_("金额"), "money", unit=unit),
            Column(_("加权金额"), "money", unit=unit),
            Column(_("平均停留"), "number", unit=_("天"), digits=1),
        ),
        rows=rows,
        total=(_("合计"), *_cells(facts, found)) if rows else (),
        charts=(_chart(order, groups),) if rows else (),
        notes=_notes(found),
        empty=_("没有在途商机"),
        records=tuple(RecordRef(Opportunity.table, one.key) for one in found),
    )


def _cells(facts: PipelineFacts, found: Sequence[Opportunity]) -> tuple[Cell, ...]:
    days = [day for day in (facts.days(one) for one in found) if day is not None]
    stay = Decimal(sum(days)) / len(days) if days else None
    return len(found), facts.shown(total(found)), facts.shown(facts.weighted(found)), stay


def _chart(order: Sequence[str], groups: Mapping[str, Sequence[Opportunity]]) -> Chart:
    counts = tuple(Decimal(len(groups[stage])) for stage in order)
    return Chart("columns", _("各环节商机"), tuple(order), (Series(_("笔数"), counts),), unit=_("笔"), digits=0)


def expected(facts: PipelineFacts) -> list[Opportunity]:
    """The open ones that should close in the period."""
    return [one for one in facts.open() if one.expected_close and one.expected_close in facts.period]


def _sentence(facts: PipelineFacts, found: Sequence[Opportunity]) -> tuple[str, ...]:
    if not found:
        return ()
    said = _("在途商机 {count} 笔，金额 {amount} {unit}，加权预测 {weighted} {unit}。").format(
        count=len(found),
        amount=grouped(facts.shown(total(found))),
        weighted=grouped(facts.shown(facts.weighted(found))),
        unit=facts.money_unit,
    )
    return (said,)


def _figures(facts: PipelineFacts, found: Sequence[Opportunity]) -> tuple[Figure, ...]:
    won, lost = facts.closed(WON), facts.closed(LOST)
    settled = len(won) + len(lost)
    rate = percent(len(won), settled)
    unit, due = facts.money_unit, expected(facts)
    return (
        Figure(_("在途金额"), facts.shown(total(found)), "money", unit, behind=_amounts(facts, found)),
        Figure(
            _("加权预测"), facts.shown(facts.weighted(found)), "money", unit, behind=_amounts(facts, found, weigh=True)
        ),
        Figure(
            _("本期预计成交"),
            facts.shown(facts.weighted(due)),
            "money",
            unit,
            note=_("{count} 笔，加权").format(count=len(due)),
            behind=_amounts(facts, due, weigh=True),
        ),
        Figure(
            _("本期赢单"),
            facts.shown(total(won)),
            "money",
            unit,
            note=_("{count} 笔").format(count=len(won)),
            behind=_amounts(facts, won),
        ),
        Figure(
            _("赢单率"),
            rate,
            "rate",
            "%",
            note=_("赢 {won} 输 {lost}").format(won=len(won), lost=len(lost)),
            behind=over(each(won), each([*won, *lost])),
        ),
    )


def _amounts(facts: PipelineFacts, found: Sequence[Opportunity], *, weigh: bool = False) -> tuple[Behind, ...]:
    return worth((one, facts.shown(facts.weighted([one]) if weigh else one.amount or Decimal(0))) for one in found)


def _notes(found: Sequence[Opportunity]) -> tuple[str, ...]:
    bare = sum(1 for one in found if one.amount is None)
    guessed = sum(1 for one in found if one.probability is None)
    notes = []
    if bare:
        notes.append(_("{count} 笔没有金额，未计入金额").format(count=bare))
    if guessed:
        notes.append(_("{count} 笔没有填写概率，按环节默认概率计算").format(count=guessed))
    return tuple(notes)


def forecast_section(facts: PipelineFacts, *, months: int = 3) -> Section:
    """The forecast by month of expected closing, from the present month on; overdue and undated ones apart."""
    found = facts.open()
    month = period_of("month", facts.on, facts.period.scheme)
    spans = [month]
    for _number in range(months - 1):
        spans.append(spans[-1].next())
    groups: list[tuple[str, list[Opportunity]]] = [
        (_("已过预计日期"), [one for one in found if one.expected_close and one.expected_close < facts.on])
    ]
    for span in spans:
        days = [one for one in found if one.expected_close and one.expected_close in span]
        groups.append((span.label, [one for one in days if one.expected_close and one.expected_close >= facts.on]))
    later = [one for one in found if one.expected_close and one.expected_close > spans[-1].end]
    groups += [(_("以后"), later), (_("未填预计日期"), [one for one in found if not one.expected_close])]
    rows = tuple((name, *_cells(facts, group)[:3]) for name, group in groups if group)
    unit = facts.money_unit
    columns = (
        Column(_("预计成交")),
        Column(_("笔数"), "count"),
        Column(_("金额"), "money", unit=unit),
        Column(_("加权金额"), "money", unit=unit),
    )
    return Section(
        id="forecast",
        title=_("成交预测"),
        columns=columns,
        rows=rows,
        total=(_("合计"), *_cells(facts, found)[:3]) if rows else (),
        empty=_("没有在途商机"),
    )


def pipeline_findings(facts: PipelineFacts) -> list[Finding]:
    """K10: stuck in a stage, closing date past, probability too far from its stage without a reason."""
    found: list[Finding] = []
    for one in facts.open():
        stay = facts.days(one)
        if stay is not None and stay > facts.stuck_days:
            what = _("停在“{stage}”环节 {days} 天").format(stage=one.stage, days=stay)
            found.append(_finding(facts, one, "stuck", what))
        if one.expected_close and one.expected_close < facts.on:
            what = _("预计成交日 {day} 已过").format(day=one.expected_close.isoformat())
            found.append(_finding(facts, one, "close_past", what))
        if one.probability is not None and one.stage in facts.stages and not one.reason:
            found.extend(_off_stage(facts, one, one.probability, facts.stages[one.stage]))
    return found


def _off_stage(facts: PipelineFacts, one: Opportunity, given: Decimal, usual: Decimal) -> list[Finding]:
    if abs(given - usual) <= facts.tolerance:
        return []
    what = _("概率 {given}% 偏离“{stage}”环节的 {usual}%，没有写原因").format(
        given=plain(given), stage=one.stage, usual=plain(usual)
    )
    return [_finding(facts, one, "off_stage", what)]


def _finding(facts: PipelineFacts, one: Opportunity, code: str, what: str) -> Finding:
    client = facts.clients.get(one.client_id)
    name = one.name or (client.name if client else one.client_id)
    return Finding(
        rule=RULE,
        subject=name,
        message=what,
        hint=_("更新商机的环节、预计成交日或概率"),
        owner=one.owner_id,
        due=one.expected_close,
        table=one.table,
        key=one.key,
        origin=one.origin,
        code=code,
    )
