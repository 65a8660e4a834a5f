"""客户档案的建档、复核、调阅、核对检查: where each archive stands, who looked at it, what checks of it found.

Manual rows 2-28 to 2-32: an archive is opened, completed, verified, lent out against approval and a date of return, and
checked against its papers; what is found is put right by a date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cmkit.base.lang import _
from cmkit.base.money import rounded_percent
from cmkit.base.period import Period
from cmkit.clients.completeness import archive_columns, archived, completeness, missing_columns, stale, without_owner
from cmkit.facts.records import ArchiveAccess, ArchiveCheck, Client, Fact
from cmkit.facts.section import Cell, Column, Figure, RecordRef, Section, each, over
from cmkit.facts.specs import Pack

OPEN, GAPS, WAITS, DONE = "待建档", "待补全", "待复核", "已复核"
STATES = (OPEN, GAPS, WAITS, DONE)
REVIEWED = "reviewed_on"


@dataclass(frozen=True)
class ArchiveFacts:
    """What is known of a scope's archives; ``stale_days`` is the check's own limit, ``staff`` numbers to names."""

    clients: Sequence[Client]
    access: Sequence[ArchiveAccess]
    checks: Sequence[ArchiveCheck]
    pack: Pack
    period: Period
    on: date
    stale_days: int
    staff: Mapping[str, str]


def state(client: Client, columns: Sequence[str]) -> str:
    """待建档 without an opening date, 待补全 with a column missing, then 待复核 until somebody has verified it."""
    if client.created_on is None:
        return OPEN
    if missing_columns(client, columns):
        return GAPS
    return DONE if client.get(REVIEWED) else WAITS


def archive_sections(facts: ArchiveFacts) -> list[Section]:
    """The life cycle by manager; what was lent out; what checks found."""
    found = [_cycle(facts)]
    if any(one.date and one.date in facts.period for one in facts.access) or _unreturned(facts):
        found.append(_access(facts))
    if any(one.date and one.date in facts.period for one in facts.checks) or _unfixed(facts):
        found.append(_checks(facts))
    return found


def _cycle(facts: ArchiveFacts) -> Section:
    clients = archived(facts.clients, facts.pack)
    columns = archive_columns(facts.pack)
    old = dict(stale(clients, facts.on, facts.stale_days))
    lines: dict[str, list[Client]] = {}
    for client in clients:
        lines.setdefault(client.owner_id, []).append(client)
    rows = [
        (facts.staff.get(who, who) or _("无人管户"), *_counts(own, columns, old)) for who, own in sorted(lines.items())
    ]
    whole = completeness(clients, columns)
    stray = without_owner(clients, set(facts.staff))
    return Section(
        "archive",
        _("档案管理"),
        figures=(
            _rate(_("建档率"), [one for one in clients if state(one, columns) != OPEN], clients),
            Figure(
                _("档案完整率"),
                whole.rate,
                "rate",
                "%",
                note=_("{n} 户中 {complete} 户齐全").format(n=whole.clients, complete=whole.complete),
                behind=over(each(one for one in clients if not missing_columns(one, columns)), each(clients)),
            ),
            _verified([one for one in clients if state(one, columns) == DONE], clients),
            replace(
                _rate(_("更新及时率"), [one for one in clients if one.client_id not in old], clients),
                note=_("{days} 天内更新过").format(days=facts.stale_days),
            ),
            Figure(
                _("没有专属客户经理"),
                len(stray),
                "count",
                _("户"),
                behind=each(one for one in clients if one.client_id in stray),
            ),
        ),
        columns=(
            Column(_("客户经理")),
            Column(_("客户数"), "count"),
            *(Column(_label(one), "count") for one in STATES),
            Column(_("超期未更新"), "count"),
            Column(_("完整率"), "rate", "%"),
        ),
        rows=tuple(rows),
        total=(_("合计"), *_counts(clients, columns, old)) if rows else (),
        notes=(_("完整：{columns}都已填写。").format(columns=_names(facts.pack, columns)),),
        empty=_("没有客户。"),
        records=tuple(RecordRef(Client.table, client.client_id) for client in clients),
    )


def _rate(label: str, part: Sequence[Fact], whole: Sequence[Fact]) -> Figure:
    return Figure(label, rounded_percent(len(part), len(whole)), "rate", "%", behind=over(each(part), each(whole)))


def _verified(done: Sequence[Client], clients: Sequence[Client]) -> Figure:
    """复核率; unknown where nobody has ever written down that an archive was verified."""
    if not done:
        return Figure(_("复核率"), None, "rate", "%", note=_("没有登记复核日期"))
    return _rate(_("复核率"), done, clients)


def _label(word: str) -> str:
    return {OPEN: _("待建档"), GAPS: _("待补全"), WAITS: _("待复核"), DONE: _("已复核")}[word]


def _names(pack: Pack, columns: Sequence[str]) -> str:
    spec = pack.tables["clients"].columns
    return "、".join(spec[key].label if key in spec else key for key in columns)


def _counts(clients: Sequence[Client], columns: Sequence[str], old: Mapping[str, int]) -> tuple[Cell, ...]:
    states = [state(client, columns) for client in clients]
    whole = completeness(clients, columns)
    late = sum(client.client_id in old for client in clients)
    return (len(clients), *(states.count(word) for word in STATES), late, whole.rate)


def _unreturned(facts: ArchiveFacts) -> list[ArchiveAccess]:
    return [one for one in facts.access if one.date and one.date <= facts.on and one.returned_on is None]


def _unfixed(facts: ArchiveFacts) -> list[ArchiveCheck]:
    return [one for one in facts.checks if one.finding and one.fixed_on is None and one.date and one.date <= facts.on]


def _access(facts: ArchiveFacts) -> Section:
    """调阅登记 of the period, and what is still out from before."""
    shown = {one.key: one for one in facts.access if one.date and one.date in facts.period}
    shown |= {one.key: one for one in _unreturned(facts)}
    rows = sorted(shown.values(), key=lambda one: (one.date or date.min, one.client_id))
    return Section(
        "archive_access",
        _("档案调阅"),
        columns=(
            Column(_("日期"), "date"),
            Column(_("调阅人")),
            Column(_("档案号")),
            Column(_("事由"), "note", width=30),
            Column(_("批准人")),
            Column(_("摘录复印"), "tick"),
            Column(_("归还日期"), "date"),
        ),
        rows=tuple(
            (
                one.date,
                facts.staff.get(one.staff_id, one.staff_id),
                one.client_id,
                one.purpose,
                facts.staff.get(one.approver, one.approver),
                one.copied,
                one.returned_on,
            )
            for one in rows
        ),
        notes=(
            _("调阅 {count} 次，未归还 {out} 份，未写批准人 {bare} 次。").format(
                count=len(rows), out=len(_unreturned(facts)), bare=sum(not one.approver for one in rows)
            ),
        ),
        records=tuple(RecordRef(ArchiveAccess.table, one.key) for one in rows),
        level=2,
    )


def _checks(facts: ArchiveFacts) -> Section:
    """核对检查: what was looked at, what was found, whether it is put right in time."""
    inside = [one for one in facts.checks if one.date and one.date in facts.period]
    wrong = [one for one in inside if one.finding]
    fixed = [one for one in wrong if one.fixed_on]
    open_ = _unfixed(facts)
    late = [one for one in open_ if one.due and one.due < facts.on]
    firsts = {one.client_id: one for one in reversed(inside)}
    items: dict[str, list[ArchiveCheck]] = {}
    for one in inside:
        items.setdefault(one.item, []).append(one)
    rows = [
        (
            item,
            len(own),
            sum(bool(one.finding) for one in own),
            sum(bool(one.finding and one.fixed_on) for one in own),
            sum(bool(one in open_ and one.due and one.due < facts.on) for one in own),
        )
        for item, own in sorted(items.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return Section(
        "archive_checks",
        _("档案核对检查"),
        figures=(
            Figure(_("抽查户数"), len(firsts), "count", _("户"), behind=each(firsts.values())),
            Figure(_("发现问题"), len(wrong), "count", behind=each(wrong)),
            _rate(_("整改率"), fixed, wrong),
            Figure(_("逾期未整改"), len(late), "count", behind=each(late)),
        ),
        columns=(
            Column(_("检查项")),
            Column(_("检查次数"), "count"),
            Column(_("发现问题"), "count"),
            Column(_("已整改"), "count"),
            Column(_("逾期未整改"), "count"),
        ),
        rows=tuple(rows),
        empty=_("本期没有核对检查。"),
        records=tuple(RecordRef(ArchiveCheck.table, one.key) for one in inside),
        level=2,
    )


def sample(clients: Sequence[Client], count: int, seed: str) -> list[Client]:
    """A fair draw of ``count`` clients for a check: the same for the same seed, whoever draws it."""

    def lot(client: Client) -> str:
        return hashlib.sha256(f"{seed}|{client.client_id}".encode()).hexdigest()

    return sorted(sorted(clients, key=lot)[:count], key=lambda client: client.client_id)
