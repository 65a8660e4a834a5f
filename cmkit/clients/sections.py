"""Clients as people see them: the part of the monthly report, one client's card, who moved between tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cmkit.base.lang import _, language
from cmkit.base.money import convert, plain, round_half_up, rounded_percent
from cmkit.base.period import Period
from cmkit.clients.completeness import LOST, archive_columns, archived, completeness, missing_columns
from cmkit.clients.tiers import Move
from cmkit.clients.timeline import Moment
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Client, ContactPerson, Staff
from cmkit.facts.section import Cell, Chart, Column, Document, Figure, RecordRef, Section, Series, each, over
from cmkit.facts.specs import ColumnSpec, Pack, TableSpec, TierSpec

_UNRANKED = 99


def clients_section(
    clients: Sequence[Client],
    pack: Pack,
    period: Period,
    *,
    moves: Sequence[Move] = (),
    lost: Collection[str] | None = None,
) -> Section:
    """客户情况: clients by tier with new, lost, up and down; how they were won; how complete the file is.

    ``lost`` names the clients lost in the period; without it, those whose status is 流失 and whose archive was last
    changed in the period. A client who came after the period is none of it; tier and status are today's.
    """
    column = pack.visits.tier_column
    clients = [client for client in clients if not (client.created_on and client.created_on > period.end)]
    lost_ids = set(lost) if lost is not None else {c.client_id for c in clients if _lost_in(c, period)}
    kept = [client for client in clients if client.status != LOST and client.client_id not in lost_ids]
    new = {c.client_id for c in kept if c.created_on and c.created_on in period}
    spec = pack.tables.get("clients", TableSpec(table="clients"))
    needed, kept_files = archive_columns(pack), archived(kept, pack)
    state = completeness(kept_files, needed)
    rows = _tier_rows(clients, kept, column, pack.visits.tiers, (new, lost_ids), moves)
    return Section(
        id="clients",
        title=_("客户情况"),
        figures=(
            Figure(_("客户数"), len(kept), "count", _("户"), behind=each(kept)),
            Figure(_("本期新增"), len(new), "count", _("户"), behind=each(c for c in kept if c.client_id in new)),
            Figure(
                _("本期流失"),
                len(lost_ids),
                "count",
                _("户"),
                behind=each(c for c in clients if c.client_id in lost_ids),
            ),
            Figure(
                _("档案完整率"),
                state.rate,
                "rate",
                "%",
                note=_("{n} 户中 {complete} 户齐全").format(n=state.clients, complete=state.complete),
                behind=over(each(c for c in kept_files if not missing_columns(c, needed)), each(kept_files)),
            ),
        ),
        columns=(
            Column(_("等级")),
            Column(_("客户数"), "count"),
            Column(_("占比"), "rate", "%"),
            Column(_("新增"), "count"),
            Column(_("流失"), "count"),
            Column(_("升级"), "count"),
            Column(_("降级"), "count"),
        ),
        rows=tuple(rows[:-1]),
        total=rows[-1],
        charts=_source_chart(kept),
        notes=_missing_notes(state.missing, spec),
        empty=_("没有客户。"),
        records=tuple(RecordRef("clients", client.client_id) for client in kept),
    )


def card(
    client: Client,
    spec: TableSpec,
    moments: Sequence[Moment],
    *,
    people: Sequence[ContactPerson] = (),
    staff: Mapping[str, Staff] | None = None,
    made_on: date,
) -> Document:
    """One client: the archive, its key people, the timeline. Masking has been done before."""
    sections = [card_section(client, spec)]
    if people:
        sections.append(_people_section(people))
    sections.append(timeline_section(moments, staff or {}))
    return Document(
        name="client",
        title=_("客户档案"),
        subtitle=" ".join(part for part in (client.client_id, client.name) if part),
        sections=tuple(sections),
        made_on=made_on,
        lang=language(),
    )


def card_section(client: Client, spec: TableSpec) -> Section:
    """The filled columns of the archive in the pack's order, each as label and value."""
    rows = []
    for key, column in spec.columns.items():
        value = client.get(key)
        if value not in (None, "", ()):
            rows.append((column.label or key, shown(value, column)))
    columns = (Column(_("项目"), width=16), Column(_("内容"), "note", width=50))
    ref = RecordRef("clients", client.client_id)
    return Section(id="card", title=_("基本信息"), columns=columns, rows=tuple(rows), records=(ref,))


def timeline_section(moments: Sequence[Moment], staff: Mapping[str, Staff]) -> Section:
    """What happened with the client, newest first."""
    rows = tuple((m.day, m.kind, m.text, staff[m.who].name if m.who in staff else m.who) for m in moments)
    columns = (
        Column(_("日期"), "date"),
        Column(_("类型")),
        Column(_("内容"), "note", width=50),
        Column(_("经办")),
    )
    refs = tuple(RecordRef(m.table, m.key) for m in moments)
    empty = _("还没有往来记录。")
    return Section(id="timeline", title=_("往来记录"), columns=columns, rows=rows, empty=empty, records=refs)


def shown(value: Any, column: ColumnSpec) -> str:
    """A value as a card shows it: with its unit, 是 or 否, names with 、."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        unit = column.unit or ("元" if column.kind is Kind.MONEY else "")
        if column.show_unit and unit:
            value, unit = convert(value, unit, column.show_unit), column.show_unit
        number = plain(round_half_up(value, 4))
        return f"{number} {unit}".rstrip()
    if isinstance(value, date):
        return value.isoformat()
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _tier_rows(
    clients: Sequence[Client],
    kept: Sequence[Client],
    column: str,
    tiers: Mapping[str, TierSpec],
    changed: tuple[set[str], set[str]],
    moves: Sequence[Move],
) -> list[tuple[Cell, ...]]:
    new, lost = changed
    count = Counter(str(client.get(column) or "") for client in kept)
    won = Counter(str(client.get(column) or "") for client in kept if client.client_id in new)
    gone = Counter(str(client.get(column) or "") for client in clients if client.client_id in lost)
    up = Counter(move.after for move in moves if move.up)
    down = Counter(move.after for move in moves if not move.up)
    names = sorted({*count, *gone, *up, *down}, key=lambda name: _rank(name, tiers))
    rows: list[tuple[Cell, ...]] = [
        (_tier_label(n, tiers), count[n], rounded_percent(count[n], len(kept)), won[n], gone[n], up[n], down[n])
        for n in names
    ]
    whole = rounded_percent(len(kept), len(kept))
    return [*rows, (_("合计"), len(kept), whole, len(new), len(lost), up.total(), down.total())]


def _source_chart(clients: Iterable[Client]) -> tuple[Chart, ...]:
    count = Counter(client.source for client in clients)
    if not any(count):
        return ()  # nobody has written down where any client came from
    count[_("未填")] += count.pop("", 0)
    count = +count
    ranked = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    series = Series(_("客户数"), tuple(Decimal(number) for _source, number in ranked))
    return (Chart("columns", _("客户来源"), tuple(source for source, _number in ranked), (series,), digits=0),)


def _missing_notes(missing: Mapping[str, Sequence[str]], spec: TableSpec) -> tuple[str, ...]:
    ranked = sorted(missing.items(), key=lambda item: (-len(item[1]), item[0]))[:3]
    parts = [_("{label} {n} 户").format(label=spec.columns[key].label or key, n=len(ids)) for key, ids in ranked]
    return (_("缺失最多的档案项：{parts}").format(parts="、".join(parts)),) if parts else ()


def _people_section(people: Sequence[ContactPerson]) -> Section:
    rows = tuple((p.name, p.title, p.role, p.phone, p.birthday, p.last_contact) for p in people)
    columns = (
        Column(_("姓名")),
        Column(_("职务")),
        Column(_("角色")),
        Column(_("电话")),
        Column(_("生日"), "date"),
        Column(_("最近联系"), "date"),
    )
    return Section(id="people", title=_("关键人"), columns=columns, rows=rows)


def _lost_in(client: Client, period: Period) -> bool:
    return client.status == LOST and client.updated_on is not None and client.updated_on in period


def _rank(name: str, tiers: Mapping[str, TierSpec]) -> tuple[int, str]:
    tier = tiers.get(name)
    return (tier.rank or _UNRANKED) if tier else _UNRANKED + 1, name


def _tier_label(name: str, tiers: Mapping[str, TierSpec]) -> str:
    return (tiers[name].label if name in tiers else "") or name or _("未分级")
