"""The team as people see it: who did what, head-count, and how clients are shared out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import round_half_up
from cmkit.base.period import Period
from cmkit.facts.records import Client, Contact, Staff, WorkLog
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, each, worth
from cmkit.facts.specs import TierSpec, VisitSpec
from cmkit.team.org import employed

LOST = "流失"
DEAL = "成交"
_UNRANKED = 99


def person_section(
    staff: Sequence[Staff],
    clients: Sequence[Client],
    contacts: Sequence[Contact],
    logs: Sequence[WorkLog],
    period: Period,
    visit_channels: Collection[str],
) -> Section:
    """One line a person: clients, contacts, visits, deals, days with a log; the sum apart."""
    inside = [c for c in contacts if c.date is not None and c.date in period]
    owned = Counter(client.owner_id for client in clients if client.status != LOST)
    made = Counter(c.staff_id for c in inside)
    visits = Counter(c.staff_id for c in inside if c.channel in visit_channels)
    deals = Counter(c.staff_id for c in inside if c.outcome == DEAL)
    written: dict[str, set[object]] = defaultdict(set)
    for log in logs:
        if log.date is not None and log.date in period:
            written[log.staff_id].add(log.date)
    people = [p for p in staff if employed(p, period.start) or employed(p, period.end)]
    rows: list[tuple[Cell, ...]] = []
    for person in sorted(people, key=lambda p: p.staff_id):
        who = person.staff_id
        numbers = (owned[who], made[who], visits[who], deals[who], len(written[who]))
        rows.append((who, person.name, person.role, *numbers))
    total: tuple[Cell, ...] = (_("合计"), "", "", *(_sum(rows, index) for index in range(3, 8)))
    return Section(
        id="people",
        title=_("人员工作量"),
        columns=(
            Column(_("工号")),
            Column(_("姓名")),
            Column(_("岗位")),
            Column(_("管户数"), "count"),
            Column(_("接触次数"), "count"),
            Column(_("走访次数"), "count"),
            Column(_("成交笔数"), "count"),
            Column(_("写日志天数"), "count"),
        ),
        rows=tuple(rows),
        total=total if rows else (),
        empty=_("没有在岗人员。"),
        records=tuple(RecordRef("contacts", c.key) for c in inside),
    )


def headcount_section(staff: Sequence[Staff], period: Period) -> Section:
    """队伍: people at the first and last day, joined, left, and the mean of both ends (期初+期末)/2.

    Source: 平均人力 (https://www.wanyiwang.com/view/69951.html). The first day counts people already there the day
    before, so that opening + joined - left = closing.
    """
    opening = [p for p in staff if employed(p, period.start) and p.join_date != period.start]
    joined = [p for p in staff if p.join_date is not None and p.join_date in period]
    left = [p for p in staff if p.leave_date is not None and p.leave_date in period]
    closing = len(opening) + len(joined) - len(left)
    roles = Counter(p.role or _("未填") for p in staff if employed(p, period.end) and p.leave_date != period.end)
    average = round_half_up(Decimal(len(opening) + closing) / 2, 1)
    moved = (*each(opening), *each(joined), *worth((one, -1) for one in left))
    return Section(
        id="team",
        title=_("队伍"),
        figures=(
            Figure(_("期初人数"), len(opening), "count", _("人"), behind=each(opening)),
            Figure(_("新入职"), len(joined), "count", _("人"), behind=each(joined)),
            Figure(_("离职"), len(left), "count", _("人"), behind=each(left)),
            Figure(_("期末人数"), closing, "count", _("人"), behind=moved),
            Figure(
                _("平均人力"),
                average,
                "number",
                _("人"),
                digits=1,
                behind=tuple(replace(one, amount=one.amount / 2) for one in (*each(opening), *moved)),
            ),
        ),
        columns=(Column(_("岗位")), Column(_("期末人数"), "count")),
        rows=tuple((role, roles[role]) for role in sorted(roles, key=lambda role: (-roles[role], role))),
    )


def allocation_section(
    staff: Sequence[Staff],
    clients: Sequence[Client],
    spec: VisitSpec,
    *,
    limits: Mapping[str, int] | None = None,
) -> Section:
    """服务分配: clients of each manager by tier, and whether a manager has more than the limit of the role.

    Clients whose owner is nobody of the staff stand in a line of their own, so that the sum is the whole file.
    """
    kept = [client for client in clients if client.status != LOST]
    tiers = sorted({str(c.get(spec.tier_column) or "") for c in kept}, key=lambda name: _rank(name, spec.tiers))
    count = Counter((client.owner_id, str(client.get(spec.tier_column) or "")) for client in kept)
    known = {person.staff_id for person in staff}
    rows: list[tuple[Cell, ...]] = []
    for person in sorted(staff, key=lambda p: p.staff_id):
        numbers = [count[person.staff_id, tier] for tier in tiers]
        if sum(numbers):
            limit = (limits or {}).get(person.role)
            over = max(0, sum(numbers) - limit) if limit is not None else None
            rows.append((person.staff_id, person.name, *numbers, sum(numbers), limit, over))
    stray = [sum(n for (owner, name), n in count.items() if name == tier and owner not in known) for tier in tiers]
    if sum(stray):
        rows.append(("", _("无人管户"), *stray, sum(stray), None, None))
    whole = (_sum(rows, index) for index in range(2, 3 + len(tiers)))
    return Section(
        id="allocation",
        title=_("客户分配"),
        columns=(
            Column(_("工号")),
            Column(_("客户经理")),
            *(Column(_label(tier, spec.tiers), "count") for tier in tiers),
            Column(_("合计"), "count"),
            Column(_("上限"), "count"),
            Column(_("超出"), "count"),
        ),
        rows=tuple(rows),
        total=(_("合计"), "", *whole, None, None) if rows else (),
        empty=_("没有客户。"),
        records=tuple(RecordRef("clients", client.client_id) for client in kept),
    )


def _sum(rows: Sequence[tuple[Cell, ...]], index: int) -> int:
    return sum(cell for row in rows if isinstance(cell := row[index], int))


def _rank(name: str, tiers: Mapping[str, TierSpec]) -> tuple[int, str]:
    tier = tiers.get(name)
    return (tier.rank or _UNRANKED) if tier else _UNRANKED + 1, name


def _label(name: str, tiers: Mapping[str, TierSpec]) -> str:
    return (tiers[name].label if name in tiers else "") or name or _("未分级")
