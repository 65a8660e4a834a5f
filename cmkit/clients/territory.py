"""区域特性: what is known of each territory, and the clients in it (manual rows 1-07, 1-08, 12-27)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cmkit.base.lang import _
from cmkit.base.period import Period
from cmkit.clients.completeness import LOST
from cmkit.facts.records import Client, Contact, Territory
from cmkit.facts.section import Column, RecordRef, Section


def territory_section(
    territories: Sequence[Territory],
    clients: Sequence[Client],
    contacts: Sequence[Contact],
    period: Period,
    names: Mapping[str, str],
    visit_channels: Collection[str],
) -> Section:
    """A line a territory: income, culture, habits as the register has them; clients, new ones, visits of the period.

    Clients written with a territory that is not in the register stand in a line of their own.
    """
    kept = [client for client in clients if client.status != LOST]
    known = {word for one in territories for word in (one.territory, one.name) if word}
    visited = [one.client_id for one in contacts if one.date and one.date in period and one.channel in visit_channels]
    rows = []
    for one in territories:
        own = [client for client in kept if client.territory and client.territory in (one.territory, one.name)]
        rows.append(
            (
                one.name or one.territory,
                names.get(one.owner_id, one.owner_id),
                one.income_level,
                one.culture,
                one.habits,
                *_numbers(own, visited, period),
            )
        )
    stray = [client for client in kept if client.territory not in known]
    if stray and territories:
        rows.append((_("未划区域"), "", "", "", "", *_numbers(stray, visited, period)))
    return Section(
        "territory",
        _("区域特性与客户分布"),
        columns=(
            Column(_("区域")),
            Column(_("责任人")),
            Column(_("收入水平")),
            Column(_("文化水平")),
            Column(_("消费习惯"), "note", width=30),
            Column(_("客户数"), "count"),
            Column(_("本期新增"), "count"),
            Column(_("本期走访户数"), "count"),
        ),
        rows=tuple(rows),
        empty=_("没有登记区域。"),
        records=tuple(RecordRef(Territory.table, one.key) for one in territories),
        level=2,
    )


def _numbers(own: Sequence[Client], visited: Sequence[str], period: Period) -> tuple[int, int, int]:
    ids = {client.client_id for client in own}
    new = sum(bool(client.created_on and client.created_on in period) for client in own)
    return len(own), new, len(ids & set(visited))
