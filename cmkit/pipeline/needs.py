"""Needs that clients have voiced, what became of them, and the potential that is not yet ours (rows 3-02, 3-08, 9-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import convert, percent
from cmkit.base.period import Period
from cmkit.facts.records import Client, Feedback, Opportunity
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, Status, each, over

NEED = "需求"


@dataclass(frozen=True, kw_only=True)
class NeedFacts:
    """Feedback of the kind 需求 and the opportunities of the same clients, as they stand on ``on``."""

    feedback: Sequence[Feedback]
    opportunities: Sequence[Opportunity]
    period: Period
    on: date
    money_unit: str = "万元"
    clients: Mapping[str, Client] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def needs(self) -> list[Feedback]:
        """Those voiced in the period and those of before that nobody has answered."""
        found = [one for one in self.feedback if one.kind == NEED and one.date and one.date <= self.on]
        return [one for one in found if (one.date and one.date in self.period) or not self.answered(one)]

    def answered(self, one: Feedback) -> bool:
        """Whether it has been replied to."""
        return one.replied_on is not None and one.replied_on <= self.on

    def led_to(self, one: Feedback) -> Opportunity | None:
        """The first opportunity of the client opened on or after the day of the need."""
        found = [
            chance
            for chance in self.opportunities
            if chance.client_id == one.client_id
            and chance.opened_on
            and one.date
            and one.date <= chance.opened_on <= self.on
        ]
        return min(found, key=lambda chance: (chance.opened_on or self.on, chance.opportunity_id), default=None)


def needs_section(facts: NeedFacts) -> Section:
    """客户需求: each need with its state and the opportunity it led to."""
    found = sorted(facts.needs(), key=lambda one: (one.date or date.min, one.client_id, one.content))
    rows = tuple(_row(facts, one) for one in found)
    led_to = [one for one in found if facts.led_to(one)]
    answered = [one for one in found if facts.answered(one)]
    led, done = len(led_to), len(answered)
    figures = (
        Figure(_("需求"), len(found), "count", _("件"), behind=each(found)),
        Figure(_("闭环率"), percent(done, len(found)), "rate", "%", 1, behind=over(each(answered), each(found)))
        if found
        else None,
        Figure(
            _("转为商机"),
            percent(led, len(found)),
            "rate",
            "%",
            1,
            note=_("{count} 笔").format(count=led),
            behind=over(each(led_to), each(found)),
        )
        if found
        else None,
    )
    return Section(
        id="needs",
        title=_("客户需求与商机转化"),
        figures=tuple(figure for figure in figures if figure) if found else (),
        columns=(
            Column(_("日期"), "date"),
            Column(_("客户")),
            Column(_("需求"), "note"),
            Column(_("承办人")),
            Column(_("期限"), "date"),
            Column(_("状态"), "status"),
            Column(_("转为商机"), "note"),
        ),
        rows=rows,
        notes=(_("同一客户在提出需求当日或以后登记的第一笔商机，视为由该需求转来。"),) if found else (),
        empty=_("本期没有客户需求"),
        records=tuple(RecordRef(Feedback.table, one.key) for one in found),
    )


def _row(facts: NeedFacts, one: Feedback) -> tuple[Cell, ...]:
    client = facts.clients.get(one.client_id)
    chance = facts.led_to(one)
    name = client.name if client else one.client_id
    who = facts.names.get(one.handler_id, one.handler_id)
    return one.date, name, one.content, who, one.due, _state(facts, one), chance.name if chance else ""


def _state(facts: NeedFacts, one: Feedback) -> Status:
    if facts.answered(one):
        return Status("good", _("已回复"))
    if one.due and one.due < facts.on:
        return Status("bad", _("超期 {days} 天").format(days=(facts.on - one.due).days))
    return Status("warn", _("处理中"))


@dataclass(frozen=True, slots=True)
class Potential:
    """What a client buys in a year of our kind, and how much of it from us (yuan)."""

    client: Client
    potential: Decimal
    actual: Decimal

    @property
    def share(self) -> Decimal | None:
        """份额: ours in percent of all; None without a potential."""
        return percent(self.actual, self.potential)

    @property
    def gap(self) -> Decimal:
        """What could still be ours."""
        return self.potential - self.actual


def potentials(clients: Sequence[Client], *, potential: str, actual: str) -> list[Potential]:
    """Every client with a potential, the widest gap first. The two are names of the sector's own columns."""
    found = [
        Potential(one, Decimal(one.get(potential)), Decimal(one.get(actual) or 0))
        for one in clients
        if one.get(potential) is not None
    ]
    return sorted(found, key=lambda one: (-one.gap, one.client.client_id))


def potential_section(
    clients: Sequence[Client], names: Mapping[str, str], *, unit: str = "万元", limit: int = 15
) -> Section:
    """市场潜力与份额: potential against actual (columns ``potential`` and ``purchases`` of the client file)."""
    found = potentials(clients, potential="potential", actual="purchases")
    whole = sum((one.potential for one in found), Decimal(0))
    ours = sum((one.actual for one in found), Decimal(0))

    def shown(amount: Decimal) -> Decimal:
        return convert(amount, "元", unit)

    rows = tuple(
        (
            one.client.name,
            names.get(one.client.owner_id, one.client.owner_id),
            shown(one.potential),
            shown(one.actual),
            one.share,
            shown(one.gap),
            str(one.client.get("rivals") or ""),
        )
        for one in found[:limit]
    )
    rest = len(found) - limit
    share = percent(ours, whole)
    return Section(
        id="potential",
        title=_("市场潜力与份额"),
        columns=(
            Column(_("客户")),
            Column(_("客户经理")),
            Column(_("年采购潜力"), "money", unit=unit),
            Column(_("我方年采购"), "money", unit=unit),
            Column(_("份额"), "bar", unit="%", digits=1),
            Column(_("可争取"), "money", unit=unit),
            Column(_("竞争对手"), "note"),
        ),
        rows=rows,
        total=(
            _("合计（{count} 户）").format(count=len(found)),
            "",
            shown(whole),
            shown(ours),
            share,
            shown(whole - ours),
            "",
        )
        if found
        else (),
        notes=(_("按可争取金额从大到小，另有 {count} 户没有列出").format(count=rest),) if rest > 0 else (),
        empty=_("没有登记客户的采购潜力"),
        records=tuple(RecordRef(Client.table, one.client.key) for one in found),
    )
