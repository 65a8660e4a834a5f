"""Campaigns: what they cost and brought, and the takings a day before, during and after (rows 4-10, 10-01, 11-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import percent
from cmkit.base.period import Period
from cmkit.facts.records import Campaign
from cmkit.facts.section import Cell, Column, RecordRef, Section
from cmkit.pipeline.funnel import HUNDRED


@dataclass(frozen=True, slots=True)
class Sale:
    """Takings of one day, in yuan: a guest's spend or a deal."""

    day: date
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class CampaignFacts:
    """Campaigns and the takings to measure them by."""

    campaigns: Sequence[Campaign]
    sales: Sequence[Sale] = ()
    period: Period
    on: date
    names: Mapping[str, str] = field(default_factory=dict)
    noted: tuple[str, ...] = ()
    """Labels of the columns ``before`` and ``after``, where a pack has them: figures that the branch writes down itself."""

    def run(self) -> list[Campaign]:
        """Those that ran on some day of the period, in order of their start."""
        last = min(self.period.end, self.on)
        found = [one for one in self.campaigns if one.start and one.start <= last and _end(one) >= self.period.start]
        return sorted(found, key=lambda one: (one.start or date.min, one.name))


def _end(one: Campaign) -> date:
    return one.end or one.start or date.min


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean takings a day before, during and after; ``after`` is None until a day has passed."""

    before: Decimal | None
    during: Decimal | None
    after: Decimal | None

    @property
    def lift(self) -> Decimal | None:
        """During against before, in percent."""
        return HUNDRED * (self.during - self.before) / self.before if self.during is not None and self.before else None

    @property
    def kept(self) -> Decimal | None:
        """After against before, in percent."""
        return HUNDRED * (self.after - self.before) / self.before if self.after is not None and self.before else None


def effect(facts: CampaignFacts, one: Campaign) -> Effect:
    """The campaign's days against as many before and as many after; days that have not come are not counted."""
    if one.start is None or not facts.sales:
        return Effect(None, None, None)
    span = (_end(one) - one.start).days + 1
    spans = (
        (one.start - timedelta(days=span), one.start - timedelta(days=1)),
        (one.start, _end(one)),
        (_end(one) + timedelta(days=1), _end(one) + timedelta(days=span)),
    )
    before, during, after = (_daily(facts, start, end) for start, end in spans)
    return Effect(before, during, after)


def _daily(facts: CampaignFacts, start: date, end: date) -> Decimal | None:
    last = min(end, facts.on)
    if last < start:
        return None
    taken = sum((sale.amount for sale in facts.sales if start <= sale.day <= last), Decimal(0))
    return taken / ((last - start).days + 1)


def campaign_section(facts: CampaignFacts) -> Section:
    """营销活动效果: invited, came, leads, cost, takings, and a day's takings before, during and after."""
    found = facts.run()
    measured, noted = bool(facts.sales), bool(facts.noted and any(_noted(one) != (None, None, None) for one in found))
    columns = [
        Column(_("活动")),
        Column(_("负责人")),
        Column(_("起止"), width=22),
        Column(_("邀约"), "count"),
        Column(_("到场"), "count"),
        Column(_("到场率"), "rate", unit="%", digits=1),
        Column(_("意向"), "count"),
        Column(_("费用"), "money", unit=_("元"), digits=0),
        Column(_("成交金额"), "money", unit=_("元"), digits=0),
        Column(_("投入产出"), "number", digits=1),
    ]
    if measured:
        columns += [
            Column(_("活动前日均"), "money", unit=_("元"), digits=0),
            Column(_("活动中日均"), "money", unit=_("元"), digits=0),
            Column(_("活动后日均"), "money", unit=_("元"), digits=0),
            Column(_("活动中增幅"), "rate", unit="%", digits=1),
        ]
    if noted:
        columns += [*(Column(label, "number") for label in facts.noted), Column(_("增幅"), "rate", unit="%", digits=1)]
    columns.append(Column(_("总结"), "note"))
    return Section(
        id="campaigns",
        title=_("营销活动效果"),
        columns=tuple(columns),
        rows=tuple(_row(facts, one, measured=measured, noted=noted) for one in found),
        notes=(_("日均为全店成交额；活动前、后各取与活动同样天数，未到的日子不算。"),) if measured and found else (),
        empty=_("本期没有营销活动"),
        records=tuple(RecordRef(Campaign.table, one.key) for one in found),
    )


def _noted(one: Campaign) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Before, after and the change in percent, as the branch noted them; after is unknown until the campaign is over."""
    before, after = one.get("before"), one.get("after")
    known = isinstance(before, Decimal) and isinstance(after, Decimal) and before
    return before, after, HUNDRED * (after - before) / before if known else None


def _row(facts: CampaignFacts, one: Campaign, *, measured: bool, noted: bool) -> tuple[Cell, ...]:
    rate = percent(one.came, one.invited) if one.came is not None else None
    worth = one.revenue / one.cost if one.cost and one.revenue is not None else None
    span = f"{one.start.isoformat()}～{_end(one).isoformat()}" if one.start else ""
    who = facts.names.get(one.owner_id, one.owner_id)
    told = effect(facts, one)
    seen = (told.before, told.during, told.after, told.lift) if measured else ()
    return (
        one.name,
        who,
        span,
        one.invited,
        one.came,
        rate,
        one.leads,
        one.cost,
        one.revenue,
        worth,
        *seen,
        *(_noted(one) if noted else ()),
        one.review,
    )
