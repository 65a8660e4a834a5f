"""Outreach (外营销) as a funnel, its cost of an arrival, and the ratio that the house sets for itself (rows 4-02 to 4-04).

The manual speaks of a golden ratio and withholds it, so the number of people to address for one arrival is a setting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, percent, plain, round_half_up
from cmkit.base.period import Period
from cmkit.facts.records import Booking, Outreach
from cmkit.facts.section import Cell, Chart, Column, Figure, RecordRef, Section, Series, over, worth

BY_OUTREACH, ARRIVED = "主动拓展", "到店"
STEPS = ("contacted", "interested", "leads", "followed", "booked", "came")


def step_labels() -> Mapping[str, str]:
    """The steps in the manual's words: 发布, 反馈, 筛选, 维系追踪, 预订, 到场."""
    words = (_("发布"), _("反馈"), _("筛选"), _("维系追踪"), _("预订"), _("到场"))
    return dict(zip(STEPS, words, strict=True))


@dataclass(frozen=True, kw_only=True)
class OutreachFacts:
    """Outreach and bookings of some people. ``ratio``: people to address for one arrival, 0 where there is no rule."""

    outreach: Sequence[Outreach]
    bookings: Sequence[Booking] = ()
    period: Period
    on: date
    ratio: Decimal = Decimal(0)
    names: Mapping[str, str] = field(default_factory=dict)

    def done(self) -> list[Outreach]:
        """The outreach of the period."""
        return [one for one in self.outreach if one.date and one.date in self.period and one.date <= self.on]

    def won(self) -> list[Booking]:
        """The bookings of the period whose guests came by outreach."""
        found = [one for one in self.bookings if one.guest_source == BY_OUTREACH and one.date]
        return [one for one in found if one.date and one.date in self.period and one.date <= self.on]


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many people each step reached, what it cost and what the arrived guests spent (yuan)."""

    counts: Mapping[str, int]
    cost: Decimal
    spend: Decimal

    @property
    def per_arrival(self) -> Decimal | None:
        """People addressed for one arrival; None where nobody was addressed or nobody came."""
        came, contacted = self.counts.get("came", 0), self.counts.get("contacted", 0)
        return Decimal(contacted) / came if came and contacted else None

    @property
    def cost_per_arrival(self) -> Decimal | None:
        """Cost of one arrival."""
        came = self.counts.get("came", 0)
        return self.cost / came if came else None


def outreach_funnel(outreach: Sequence[Outreach], bookings: Sequence[Booking]) -> Funnel:
    """The steps of some outreach. A step that nobody wrote down is left out.

    Bookings and arrivals are taken from the bookings whose guests came by outreach where there are any: one booking
    stands for the one guest who had been addressed, however many come along.
    """
    counts: dict[str, int] = {}
    for step in STEPS:
        given = [value for one in outreach if (value := one.get(step)) is not None]
        if given:
            counts[step] = sum(given)
    if bookings:
        counts["booked"] = len(bookings)
        counts["came"] = sum(1 for one in bookings if one.status == ARRIVED)
    spend = sum((one.spend for one in bookings if one.spend and one.status == ARRIVED), Decimal(0))
    cost = sum((one.cost for one in outreach if one.cost), Decimal(0))
    return Funnel({step: counts[step] for step in STEPS if step in counts}, cost, spend)


def outreach_section(facts: OutreachFacts) -> Section:
    """外营销漏斗: how many each step reached, the conversion from step to step, and the ratio."""
    done, won = facts.done(), facts.won()
    funnel = outreach_funnel(done, won)
    labels = step_labels()
    rows: list[tuple[Cell, ...]] = []
    first = next(iter(funnel.counts.values()), 0)
    before: int | None = None
    for step, count in funnel.counts.items():
        rows.append((labels[step], count, percent(count, before), percent(count, first)))
        before = count
    chart = Chart(
        "funnel",
        _("外营销漏斗"),
        tuple(labels[step] for step in funnel.counts),
        (Series(_("人数"), tuple(Decimal(count) for count in funnel.counts.values())),),
        unit=_("人"),
        digits=0,
    )
    return Section(
        id="outreach",
        title=_("外营销漏斗"),
        text=_sentence(facts, funnel),
        figures=_figures(facts, funnel) if done else (),
        columns=(
            Column(_("环节")),
            Column(_("人数"), "count"),
            Column(_("环节转化率"), "rate", unit="%", digits=1),
            Column(_("累计转化率"), "bar", unit="%", digits=1),
        ),
        rows=tuple(rows),
        charts=(chart,) if rows else (),
        notes=(_("预订、到场取自客源为“{source}”的预订单，一张预订单算一位。").format(source=BY_OUTREACH),)
        if won
        else (),
        empty=_("本期没有外营销记录"),
        records=tuple(RecordRef(Outreach.table, one.key) for one in done),
    )


def _sentence(facts: OutreachFacts, funnel: Funnel) -> tuple[str, ...]:
    if funnel.per_arrival is None:
        return ()
    said = _("每到场 1 人平均发布 {need} 人").format(need=grouped(funnel.per_arrival, 1))
    if facts.ratio:
        said += _("，本店比例 {ratio} 人").format(ratio=plain(facts.ratio))
        said += _("，优于比例。") if funnel.per_arrival <= facts.ratio else _("，未达比例。")
    else:
        said += _("；本店没有设定比例。")
    return (said,)


def _figures(facts: OutreachFacts, funnel: Funnel) -> tuple[Figure, ...]:
    missed = bool(facts.ratio and funnel.per_arrival and funnel.per_arrival > facts.ratio)
    done, won = facts.done(), facts.won()
    arrived = [one for one in won if one.status == ARRIVED]
    came = worth((one, one.people or 1) for one in arrived) if won else worth((one, one.came or 0) for one in done)
    cost = worth((one, one.cost or 0) for one in done)
    return (
        Figure(
            _("每到场需发布"),
            funnel.per_arrival,
            "number",
            _("人"),
            1,
            note=_("比例 {ratio}").format(ratio=plain(facts.ratio)) if facts.ratio else "",
            level="bad" if missed else "none",
            behind=over(worth((one, one.contacted or 0) for one in done), came),
        ),
        Figure(_("费用"), funnel.cost, "money", _("元"), 0, behind=cost),
        Figure(_("每到场费用"), funnel.cost_per_arrival, "money", _("元"), 0, behind=over(cost, came)),
        Figure(
            _("带来消费"),
            funnel.spend,
            "money",
            _("元"),
            0,
            behind=worth((one, one.spend or 0) for one in arrived),
        ),
    )


def outreach_people_section(facts: OutreachFacts) -> Section:
    """各人外营销: what each person did and brought."""
    groups: dict[str, list[Outreach]] = defaultdict(list)
    for one in facts.done():
        groups[one.staff_id].append(one)
    brought: dict[str, list[Booking]] = defaultdict(list)
    for booking in facts.won():
        brought[booking.staff_id].append(booking)
    rows: list[tuple[Cell, ...]] = []
    for who in sorted({*groups, *brought}):
        funnel = outreach_funnel(groups[who], brought[who])
        need = funnel.per_arrival
        counts = (funnel.counts.get("contacted"), funnel.counts.get("booked"), funnel.counts.get("came"))
        shown = None if need is None else round_half_up(need, 1)
        rows.append((facts.names.get(who, who), len(groups[who]), *counts, shown, funnel.cost, funnel.spend))
    return Section(
        id="outreach_people",
        title=_("各人外营销"),
        level=2,
        columns=(
            Column(_("人员")),
            Column(_("次数"), "count"),
            Column(_("发布"), "count"),
            Column(_("预订"), "count"),
            Column(_("到场"), "count"),
            Column(_("每到场需发布"), "number", digits=1),
            Column(_("费用"), "money", unit=_("元"), digits=0),
            Column(_("带来消费"), "money", unit=_("元"), digits=0),
        ),
        rows=tuple(rows),
        empty=_("本期没有外营销记录"),
    )
