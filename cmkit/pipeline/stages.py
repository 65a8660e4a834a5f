"""The way of an opportunity through the stages: who got how far, how long each stage took (manual rows 1-01, 1-02).

A stage counts as reached when it, or one behind it, has been entered. Only stays that are over make the mean of days;
the present ones stand in the table of open opportunities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, percent
from cmkit.facts.records import Opportunity, StageChange
from cmkit.facts.section import Cell, Chart, Column, Figure, RecordRef, Section, Series, each, over, worth
from cmkit.pipeline.funnel import LOST, WON, PipelineFacts, total


@dataclass(frozen=True, slots=True)
class Stay:
    """One stage of one opportunity: entered and left; ``left`` is None while it lasts."""

    stage: str
    entered: date
    left: date | None

    @property
    def days(self) -> int | None:
        """Days in the stage, once it is over."""
        return (self.left - self.entered).days if self.left else None


@dataclass(frozen=True, kw_only=True)
class JourneyFacts:
    """Opportunities with their recorded steps; steps after ``pipeline.on`` have not happened yet."""

    pipeline: PipelineFacts
    changes: Sequence[StageChange] = ()
    by_opportunity: Mapping[str, list[StageChange]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the steps once."""
        found: dict[str, list[StageChange]] = defaultdict(list)
        for one in sorted(self.changes, key=lambda one: (one.date or date.min, self.place(one.to_stage))):
            if one.date and one.date <= self.pipeline.on:
                found[one.opportunity_id].append(one)
        object.__setattr__(self, "by_opportunity", found)

    def place(self, stage: str) -> int:
        """Where a stage stands, from 0; -1 for one that the sector does not know."""
        order = list(self.pipeline.stages)
        return order.index(stage) if stage in order else -1

    def opened(self, one: Opportunity) -> date | None:
        """The day it was opened, else its first step."""
        steps = self.by_opportunity.get(one.opportunity_id, [])
        return one.opened_on or (steps[0].date if steps else one.stage_since)

    def cohort(self) -> list[Opportunity]:
        """Those opened in the period's year until ``on``."""
        year, on = self.pipeline.period.year(), self.pipeline.on
        return [
            one
            for one in self.pipeline.opportunities
            if (day := self.opened(one)) and year.start <= day <= min(on, year.end)
        ]

    def stays(self, one: Opportunity) -> list[Stay]:
        """Its stages in order of time, the last one still open unless the opportunity is closed."""
        entries: list[tuple[str, date]] = []
        steps = self.by_opportunity.get(one.opportunity_id, [])
        if steps and steps[0].from_stage and one.opened_on and steps[0].date and one.opened_on <= steps[0].date:
            entries.append((steps[0].from_stage, one.opened_on))
        entries += [(step.to_stage, step.date) for step in steps if step.date]
        since = one.stage_since or (one.opened_on if not entries else None)
        if one.stage and since and since <= self.pipeline.on and (not entries or entries[-1][0] != one.stage):
            entries.append((one.stage, since))
        closed = one.closed_on if one.closed_on and one.closed_on <= self.pipeline.on else None
        ends = [*(day for _stage, day in entries[1:]), closed]
        return [Stay(stage, day, end) for (stage, day), end in zip(entries, ends, strict=True)] if entries else []

    def furthest(self, one: Opportunity) -> int:
        """The furthest stage it has been in, by its place."""
        places = [self.place(stay.stage) for stay in self.stays(one)]
        return max([*places, self.place(one.stage)])


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of the funnel; rates are percent of the opportunities."""

    stage: str
    reached: int
    amount: Decimal
    step_rate: Decimal | None
    whole_rate: Decimal | None
    lost: int
    days: Decimal | None


def journey(facts: JourneyFacts) -> list[StageRow]:
    """Reached, conversion from the stage before and from the first, lost there, mean days of the stays that are over."""
    cohort = facts.cohort()
    far = {one.key: facts.furthest(one) for one in cohort}
    days: dict[str, list[int]] = defaultdict(list)
    for one in cohort:
        for stay in facts.stays(one):
            if stay.days is not None:
                days[stay.stage].append(stay.days)
    rows: list[StageRow] = []
    for place, stage in enumerate(facts.pipeline.stages):
        here = [one for one in cohort if far[one.key] >= place]
        before = rows[-1].reached if rows else 0
        first = rows[0].reached if rows else len(here)
        stayed = days[stage]
        rows.append(
            StageRow(
                stage,
                len(here),
                total(here),
                percent(len(here), before),
                percent(len(here), first),
                sum(1 for one in cohort if one.status == LOST and facts.place(one.stage) == place),
                Decimal(sum(stayed)) / len(stayed) if stayed else None,
            )
        )
    return rows


def cycles(facts: JourneyFacts) -> list[tuple[Opportunity, int]]:
    """Those won in the year, with the days from opening to closing."""
    return [
        (one, (one.closed_on - day).days)
        for one in facts.cohort()
        if one.status == WON and one.closed_on and one.closed_on <= facts.pipeline.on and (day := facts.opened(one))
    ]


def cycle_days(facts: JourneyFacts) -> Decimal | None:
    """Mean days from opening to closing of those won in the year."""
    spans = [days for _one, days in cycles(facts)]
    return Decimal(sum(spans)) / len(spans) if spans else None


def journey_section(facts: JourneyFacts) -> Section:
    """漏斗转化: the eight stages of the opportunities opened this year."""
    rows, cohort = journey(facts), facts.cohort()
    ended = [one for one in cohort if one.status in {WON, LOST}]
    won = sum(1 for one in ended if one.status == WON)
    lost = len(ended) - won
    spans = cycles(facts)
    unit = facts.pipeline.money_unit
    rate = percent(won, won + lost)
    said = _("{year}年登记商机 {count} 笔，赢 {won} 输 {lost}，成功率 {rate}。").format(
        year=facts.pipeline.period.name[:4],
        count=len(cohort),
        won=won,
        lost=lost,
        rate="-" if rate is None else f"{grouped(rate, 1)}%",
    )
    return Section(
        id="funnel",
        title=_("漏斗转化与停留"),
        text=(said,) if cohort else (),
        figures=(
            Figure(
                _("成功率"),
                rate,
                "rate",
                "%",
                1,
                note=_("赢 {won} 输 {lost}").format(won=won, lost=lost),
                behind=over(each(one for one in ended if one.status == WON), each(ended)),
            ),
            Figure(
                _("平均成交周期"),
                cycle_days(facts),
                "number",
                _("天"),
                1,
                behind=over(worth(spans), each(one for one, _days in spans)),
            ),
        )
        if cohort
        else (),
        columns=(
            Column(_("环节")),
            Column(_("到达笔数"), "count"),
            Column(_("到达金额"), "money", unit=unit),
            Column(_("环节转化率"), "rate", unit="%", digits=1),
            Column(_("累计转化率"), "bar", unit="%", digits=1),
            Column(_("在此输单"), "count"),
            Column(_("平均停留"), "number", unit=_("天"), digits=1),
        ),
        rows=tuple(_cells(facts, row) for row in rows) if cohort else (),
        charts=(_chart(rows),) if cohort else (),
        notes=(_("平均停留只算已走完的环节；当年登记的商机，走到或走过某环节的都计入到达。"),) if cohort else (),
        empty=_("本年没有登记商机"),
        records=tuple(RecordRef(Opportunity.table, one.key) for one in cohort),
    )


def _cells(facts: JourneyFacts, row: StageRow) -> tuple[Cell, ...]:
    amount = facts.pipeline.shown(row.amount)
    return row.stage, row.reached, amount, row.step_rate, row.whole_rate, row.lost, row.days


def _chart(rows: Sequence[StageRow]) -> Chart:
    counts = tuple(Decimal(row.reached) for row in rows)
    return Chart(
        "funnel",
        _("到达各环节的商机"),
        tuple(row.stage for row in rows),
        (Series(_("笔数"), counts),),
        unit=_("笔"),
        digits=0,
    )


def history_section(facts: JourneyFacts, *, limit: int = 20) -> Section:
    """环节推进记录: the steps of the period, the newest first, with the days that the stage left behind had taken."""
    known = {one.opportunity_id: one for one in facts.pipeline.opportunities}
    steps = [
        one
        for key, found in facts.by_opportunity.items()
        if key in known
        for one in found
        if one.date and one.date in facts.pipeline.period
    ]
    steps.sort(key=lambda one: (one.date or date.min, one.opportunity_id, facts.place(one.to_stage)), reverse=True)
    hidden = len(steps) - limit
    return Section(
        id="stage_history",
        title=_("环节推进记录"),
        level=2,
        columns=(
            Column(_("日期"), "date"),
            Column(_("商机")),
            Column(_("客户经理")),
            Column(_("原环节")),
            Column(_("新环节")),
            Column(_("停留天数"), "count"),
            Column(_("变更原因"), "note"),
        ),
        rows=tuple(_step(facts, known[one.opportunity_id], one) for one in steps[:limit]),
        notes=(_("另有 {count} 条较早的没有列出").format(count=hidden),) if hidden > 0 else (),
        empty=_("本期没有推进记录"),
        records=tuple(RecordRef(StageChange.table, one.key) for one in steps),
    )


def _step(facts: JourneyFacts, one: Opportunity, step: StageChange) -> tuple[Cell, ...]:
    stay = next((stay for stay in facts.stays(one) if stay.left == step.date and stay.stage != step.to_stage), None)
    who = facts.pipeline.names.get(one.owner_id, one.owner_id)
    before = step.from_stage or (stay.stage if stay else "")
    return step.date, one.name, who, before, step.to_stage, stay.days if stay else None, step.reason


def closed_section(facts: PipelineFacts) -> Section:
    """赢单与输单: what was closed in the period, why, and what is to be learnt (rows 1-14 and 3-15)."""
    found = [*facts.closed(WON), *facts.closed(LOST)]
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(found, key=lambda one: (one.status != WON, one.closed_on or date.min, one.opportunity_id)):
        client = facts.clients.get(one.client_id)
        amount = None if one.amount is None else facts.shown(one.amount)
        who = facts.names.get(one.owner_id, one.owner_id)
        name = client.name if client else one.client_id
        rows.append((one.closed_on, one.status, one.name, name, who, amount, one.reason, one.remark))
    return Section(
        id="closed",
        title=_("赢单与输单总结"),
        level=2,
        columns=(
            Column(_("日期"), "date"),
            Column(_("结果")),
            Column(_("商机")),
            Column(_("客户")),
            Column(_("客户经理")),
            Column(_("金额"), "money", unit=facts.money_unit),
            Column(_("原因")),
            Column(_("经验教训"), "note"),
        ),
        rows=tuple(rows),
        empty=_("本期没有赢单或输单"),
        records=tuple(RecordRef(Opportunity.table, one.key) for one in found),
    )
