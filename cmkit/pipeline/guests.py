"""Bookings and the structure of the guests: where they come from, who is new, how much hangs on a few (rows 4-01, 4-06)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import percent
from cmkit.base.period import Period
from cmkit.facts.records import Booking
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, each, over, worth
from cmkit.pipeline.funnel import HUNDRED

ARRIVED, CANCELLED, NO_SHOW = "到店", "取消", "未到"
REQUIRED = ("filled_at", "guest_name", "guest_phone", "staff_id")
"""The four elements of a booking form (manual row 4-01): filled in at, guest, telephone, who booked."""


@dataclass(frozen=True, kw_only=True)
class GuestFacts:
    """Bookings as stored, of all time: a guest is new when the period holds the first arrival under that telephone.

    ``names`` maps staff numbers to names. Guests' names and telephones are never printed here, only counted.
    """

    bookings: Sequence[Booking]
    period: Period
    on: date
    top: int = 10
    names: Mapping[str, str] = field(default_factory=dict)

    def booked(self) -> list[Booking]:
        """The bookings for days of the period up to ``on``."""
        return [one for one in self.bookings if one.date and one.date in self.period and one.date <= self.on]

    def arrived(self) -> list[Booking]:
        """Those of them whose guests came."""
        return [one for one in self.booked() if one.status == ARRIVED]


def guest_of(one: Booking) -> str:
    """What tells guests apart: the telephone, else the name."""
    return one.guest_phone or one.guest_name


def complete(one: Booking) -> bool:
    """Whether the four elements are there."""
    return all(one.get(name) for name in REQUIRED)


def newcomers(facts: GuestFacts) -> set[str]:
    """The guests whose first arrival lies in the period."""
    first: dict[str, date] = {}
    for one in facts.bookings:
        if one.status == ARRIVED and one.date and one.date <= facts.on and (guest := guest_of(one)):
            first[guest] = min(first.get(guest, one.date), one.date)
    return {guest for guest, day in first.items() if day in facts.period}


def concentration(facts: GuestFacts) -> Decimal | None:
    """The spend of the ``top`` biggest guests in percent of all spend of the period; None without any."""
    whole = sum((one.spend for one in facts.arrived() if one.spend), Decimal(0))
    return percent(sum(biggest(facts).values(), Decimal(0)), whole)


def biggest(facts: GuestFacts) -> dict[str, Decimal]:
    """The ``top`` guests who spent most in the period, with what they spent."""
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for one in facts.arrived():
        spent[guest_of(one)] += one.spend or Decimal(0)
    return dict(sorted(spent.items(), key=lambda pair: -pair[1])[: facts.top])


def booking_section(facts: GuestFacts) -> Section:
    """预订与到场: by who booked: bookings, complete ones, arrivals, cancellations, no-shows, spend."""
    groups: dict[str, list[Booking]] = defaultdict(list)
    for one in facts.booked():
        groups[one.staff_id or one.staff_name].append(one)
    rows = [(facts.names.get(who, who) or _("未填"), *_cells(group)) for who, group in sorted(groups.items())]
    whole = facts.booked()
    return Section(
        id="bookings",
        title=_("预订与到场"),
        columns=(
            Column(_("订房人")),
            Column(_("预订"), "count"),
            Column(_("四要素齐全"), "rate", unit="%", digits=1),
            Column(_("到店"), "count"),
            Column(_("到店率"), "bar", unit="%", digits=1),
            Column(_("取消"), "count"),
            Column(_("未到"), "count"),
            Column(_("到店客人"), "count"),
            Column(_("消费额"), "money", unit=_("元"), digits=0),
        ),
        rows=tuple(rows),
        total=(_("合计"), *_cells(whole)) if rows else (),
        empty=_("本期没有预订"),
        records=tuple(RecordRef(Booking.table, one.key) for one in whole),
    )


def _cells(found: Sequence[Booking]) -> tuple[Cell, ...]:
    state = Counter(one.status for one in found)
    came = [one for one in found if one.status == ARRIVED]
    return (
        len(found),
        percent(sum(map(complete, found)), len(found)),
        len(came),
        percent(len(came), len(found)),
        state[CANCELLED],
        state[NO_SHOW],
        sum(one.people or 1 for one in came),
        sum((one.spend for one in came if one.spend), Decimal(0)),
    )


def source_section(facts: GuestFacts) -> Section:
    """客源结构: arrivals by where the guests come from, new against returning, and how much hangs on the biggest."""
    came, fresh = facts.arrived(), newcomers(facts)
    groups: dict[str, list[Booking]] = defaultdict(list)
    for one in came:
        groups[one.guest_source or one.source or _("未填")].append(one)
    spend = sum((one.spend for one in came if one.spend), Decimal(0))
    rows: list[tuple[Cell, ...]] = []
    for source, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        guests = {guest_of(one) for one in group}
        money = sum((one.spend for one in group if one.spend), Decimal(0))
        share = percent(len(group), len(came))
        worth = percent(money, spend)
        rows.append((source, len(group), share, len(guests), len(guests & fresh), money, worth))
    guests = {guest_of(one) for one in came}
    return Section(
        id="sources",
        title=_("客源结构"),
        figures=_figures(facts, guests, fresh) if came else (),
        columns=(
            Column(_("客源")),
            Column(_("到店批次"), "count"),
            Column(_("批次占比"), "bar", unit="%", digits=1),
            Column(_("客人数"), "count"),
            Column(_("其中新客"), "count"),
            Column(_("消费额"), "money", unit=_("元"), digits=0),
            Column(_("消费占比"), "rate", unit="%", digits=1),
        ),
        rows=tuple(rows),
        total=(_("合计"), len(came), HUNDRED, len(guests), len(guests & fresh), spend, HUNDRED if spend else None)
        if rows
        else (),
        notes=(_("新客：按电话第一次到店落在本期的客人。"),) if rows else (),
        empty=_("本期没有到店客人"),
    )


def _figures(facts: GuestFacts, guests: set[str], fresh: set[str]) -> tuple[Figure, ...]:
    new = len(guests & fresh)
    came = facts.arrived()
    firsts = {guest_of(one): one for one in reversed(came)}
    spend = [(one, one.spend or Decimal(0)) for one in came]
    top = biggest(facts)
    return (
        Figure(_("到店客人"), len(guests), "count", _("人"), behind=each(firsts.values())),
        Figure(
            _("新客占比"),
            percent(new, len(guests)),
            "rate",
            "%",
            1,
            note=_("新客 {count} 人").format(count=new),
            behind=over(each(one for guest, one in firsts.items() if guest in fresh), each(firsts.values())),
        ),
        Figure(
            _("前 {count} 位客人消费占比").format(count=facts.top),
            concentration(facts),
            "rate",
            "%",
            1,
            behind=over(worth((one, paid) for one, paid in spend if guest_of(one) in top), worth(spend)),
        ),
    )
