"""沉默与流失预警: clients in use that nobody has spoken to, whose balance falls, or whose complaint is open.

Manual row 9-04 (预测高流失客户). The limits are the pack's (``dormant_days``, ``churn_drop``); no source gives them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.facts.records import Client
from cmkit.facts.section import Column, Figure, RecordRef, Section, each

GONE = frozenset({"流失", "黑名单", "潜在", "意向"})
SHOWN = 20
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Signs:
    """What speaks of leaving: last contact, balances a month ago and now, clients with an open complaint."""

    on: date
    last: Mapping[str, date]
    before: Mapping[str, Decimal]
    now: Mapping[str, Decimal]
    complaints: Collection[str]
    dormant_days: int
    drop: int
    intervals: Mapping[str, int] = field(default_factory=dict)
    """Client to the days between two visits that its tier asks for, where they are more than ``dormant_days``."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """One client that may leave; the more reasons, the more likely."""

    client: Client
    silent: int | None
    """Days since the last contact; None where there never was one."""
    fallen: Decimal | None
    """Percent that the balance fell by; None where it did not, or is not known."""
    complains: bool
    dormant: bool

    @property
    def signs(self) -> int:
        """How many of the three."""
        return int(self.dormant) + int(self.fallen is not None) + int(self.complains)


def leaving(clients: Sequence[Client], signs: Signs) -> list[Leaving]:
    """The clients with at least one sign, those with most signs and the largest balance first."""
    found = []
    for client in clients:
        if client.status in GONE:
            continue
        number = client.client_id
        last = signs.last.get(number)
        silent = (signs.on - last).days if last else None
        since = last or client.created_on
        dormant = since is not None and (signs.on - since).days >= max(
            signs.dormant_days, signs.intervals.get(number, 0)
        )
        one = Leaving(client, silent, _fallen(number, signs), number in signs.complaints, dormant)
        if one.signs:
            found.append(one)
    size = signs.before
    return sorted(found, key=lambda o: (-o.signs, -size.get(o.client.client_id, Decimal(0)), o.client.client_id))


def _fallen(number: str, signs: Signs) -> Decimal | None:
    before, now = signs.before.get(number), signs.now.get(number)
    if not before or now is None or before < 0:
        return None
    fallen = (before - now) * HUNDRED / before
    return round_half_up(fallen) if fallen >= signs.drop else None


def leaving_section(found: Sequence[Leaving], signs: Signs, tier_column: str, names: Mapping[str, str]) -> Section:
    """The list, worst first, and how many there are of each sign."""
    rows = []
    for one in found[:SHOWN]:
        client = one.client
        told = [
            _("{days} 天未联系").format(days=one.silent) if one.dormant and one.silent is not None else "",
            _("建档后未联系过") if one.dormant and one.silent is None else "",
            _("余额下降 {rate}%").format(rate=plain(one.fallen)) if one.fallen is not None else "",
            _("投诉未办结") if one.complains else "",
        ]
        reasons = "；".join(part for part in told if part)
        owner = names.get(client.owner_id, client.owner_id)
        rows.append((client.client_id, client.name, str(client.get(tier_column) or ""), owner, one.signs, reasons))
    notes = [
        _(
            "口径：{days} 天（等级的走访间隔更长的按间隔）未联系为沉默；一个月内余额下降 {drop}% 以上为预警；均为默认值。"
        ).format(days=signs.dormant_days, drop=signs.drop)
    ]
    if len(found) > SHOWN:
        notes.append(_("共 {count} 户，列出前 {shown} 户。").format(count=len(found), shown=SHOWN))
    return Section(
        "leaving",
        _("沉默与流失预警"),
        figures=(
            _counted(_("沉默客户"), [one.client for one in found if one.dormant]),
            _counted(_("余额骤降"), [one.client for one in found if one.fallen is not None]),
            _counted(_("投诉未结"), [one.client for one in found if one.complains]),
        ),
        columns=(
            Column(_("客户编号")),
            Column(_("客户名称")),
            Column(_("客户等级")),
            Column(_("客户经理")),
            Column(_("信号数"), "count"),
            Column(_("信号"), "note", width=40),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        empty=_("没有沉默或有流失迹象的客户。"),
        records=tuple(RecordRef(Client.table, one.client.client_id) for one in found),
        level=2,
    )


def _counted(label: str, clients: Sequence[Client]) -> Figure:
    return Figure(label, len(clients), "count", _("户"), behind=each(clients))
