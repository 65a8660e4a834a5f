"""增员: the recruiting funnel, where candidates come from (由内而外，由近而远), and months without a newcomer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import rounded_percent
from cmkit.base.period import Period
from cmkit.facts.records import Recruit
from cmkit.facts.section import Cell, Chart, Column, RecordRef, Section, Series

SIGNED = "签约"
DROPPED = "放弃"
HUNDRED = Decimal(100)
_SIX_MONTHS = 6


def reached(recruits: Sequence[Recruit], stages: Sequence[str]) -> list[tuple[str, int]]:
    """How many candidates got as far as each stage; one who gave up counts for the first only."""
    order = [stage for stage in stages if stage != DROPPED]
    places = [order.index(one.stage) if one.stage in order else 0 for one in recruits]
    return [(stage, sum(place >= number for place in places)) for number, stage in enumerate(order)]


def months_without(recruits: Sequence[Recruit], period: Period, back: int = _SIX_MONTHS) -> list[Period]:
    """The months up to ``period`` in which nobody signed, as far back as there are records."""
    signed = {(one.signed_on.year, one.signed_on.month) for one in recruits if one.signed_on}
    first = min((one.date for one in recruits if one.date), default=None)
    found: list[Period] = []
    month = period
    for _step in range(back):
        if first is None or month.end < first:
            break
        if (month.start.year, month.start.month) not in signed:
            found.append(month)
        month = month.previous()
    return found[::-1]


def recruit_sections(
    recruits: Sequence[Recruit], stages: Sequence[str], sources: Sequence[str], period: Period, names: Mapping[str, str]
) -> list[Section]:
    """The funnel of the year to the period's end, sources in their order, introducers; what the period brought."""
    known = [one for one in recruits if one.date and one.date <= period.end and one.date >= period.year().start]
    if not known:
        return []
    return [
        _funnel(known, stages, recruits, period),
        _sources(known, sources, period),
        _introducers(known, period, names),
    ]


def _funnel(known: Sequence[Recruit], stages: Sequence[str], whole: Sequence[Recruit], period: Period) -> Section:
    steps = reached(known, stages)
    rows: list[tuple[Cell, ...]] = []
    before = None
    for stage, count in steps:
        rows.append((stage, count, rounded_percent(count, before), rounded_percent(count, steps[0][1])))
        before = count
    gave_up = sum(one.stage == DROPPED for one in known)
    notes = [_("放弃 {count} 人，计入首个阶段。").format(count=gave_up)] if gave_up else []
    empty = months_without(whole, period)
    if empty:
        notes.append(_("没有新人签约的月份：{months}。").format(months="、".join(month.name for month in empty)))
    return Section(
        "recruit",
        _("增员漏斗（本年累计）"),
        columns=(
            Column(_("阶段")),
            Column(_("人数"), "count"),
            Column(_("上一阶段转化率"), "rate", "%"),
            Column(_("总转化率"), "rate", "%"),
        ),
        rows=tuple(rows),
        charts=(
            Chart(
                "funnel",
                _("增员漏斗（本年累计）"),
                tuple(stage for stage, _count in steps),
                (Series(_("人数"), tuple(Decimal(count) for _stage, count in steps)),),
                digits=0,
            ),
        ),
        notes=tuple(notes),
        records=tuple(RecordRef(Recruit.table, one.key) for one in known),
        level=2,
    )


def _sources(known: Sequence[Recruit], sources: Sequence[str], period: Period) -> Section:
    count = Counter(one.source or _("未填") for one in known)
    won = Counter(one.source or _("未填") for one in known if one.stage == SIGNED)
    fresh = Counter(one.source or _("未填") for one in known if one.date and one.date in period)
    order = [*(one for one in sources if count[one]), *sorted(set(count) - set(sources))]
    rows = tuple((one, fresh[one], count[one], rounded_percent(count[one], len(known)), won[one]) for one in order)
    return Section(
        "recruit_sources",
        _("增员来源（由内而外，由近而远）"),
        columns=(
            Column(_("来源")),
            Column(_("本期接触"), "count"),
            Column(_("本年接触"), "count"),
            Column(_("占比"), "rate", "%"),
            Column(_("本年签约"), "count"),
        ),
        rows=rows,
        total=(_("合计"), fresh.total(), len(known), HUNDRED, won.total()),
        level=2,
    )


def _introducers(known: Sequence[Recruit], period: Period, names: Mapping[str, str]) -> Section:
    asked = Counter(one.introducer_id for one in known)
    now = Counter(one.introducer_id for one in known if one.date and one.date in period)
    won = Counter(one.introducer_id for one in known if one.stage == SIGNED)
    order = sorted(asked, key=lambda who: (-won[who], -asked[who], who))
    return Section(
        "recruit_people",
        _("增员人"),
        columns=(
            Column(_("介绍人")),
            Column(_("本期接触"), "count"),
            Column(_("本年接触"), "count"),
            Column(_("本年签约"), "count"),
        ),
        rows=tuple((names.get(who, who), now[who], asked[who], won[who]) for who in order),
        level=2,
    )
