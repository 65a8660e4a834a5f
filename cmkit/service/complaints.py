"""Complaints: rates against the deadlines, causes, the open list, and what the check K6 finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, percent
from cmkit.facts.records import Complaint
from cmkit.facts.section import (
    Cell,
    Chart,
    Column,
    Figure,
    Level,
    RecordRef,
    Section,
    Series,
    Status,
    each,
    over,
    worth,
)
from cmkit.service.common import ServiceFacts, mean
from cmkit.service.sla import State, state_of


@dataclass(frozen=True, slots=True)
class ComplaintStats:
    """The figures of B.12 over the complaints received in a period.

    ``due`` counts the closed ones and those past their deadline: 及时率 = closed in time / due. Rates are percent.
    """

    received: int
    closed: int
    overdue: int
    in_time: int
    repeated: int
    average_days: Decimal | None
    reply_days: Decimal | None
    closing_rate: Decimal | None
    in_time_rate: Decimal | None
    repeat_rate: Decimal | None
    satisfied_rate: Decimal | None

    @property
    def open(self) -> int:
        """Those not closed yet."""
        return self.received - self.closed


def complaint_stats(facts: ServiceFacts) -> ComplaintStats:
    """The figures of the period."""
    found = _received(facts)
    states = Counter(state_of(one, facts.sla, facts.calendar, facts.on) for one in found)
    closed = [one for one in found if one.closed_on and one.closed_on <= facts.on]
    days = sum((one.closed_on - one.received_on).days for one in closed if one.closed_on and one.received_on)
    replies = [
        (one.first_reply_on - one.received_on).days
        for one in found
        if one.first_reply_on and one.received_on and one.first_reply_on <= facts.on
    ]
    asked = [one for one in closed if one.satisfied is not None]
    repeated = _repeated(found)
    return ComplaintStats(
        received=len(found),
        closed=len(closed),
        overdue=states["overdue"],
        in_time=states["in_time"],
        repeated=repeated,
        average_days=mean(Decimal(days), len(closed), 1),
        reply_days=mean(Decimal(sum(replies)), len(replies), 1),
        closing_rate=percent(len(closed), len(found)),
        in_time_rate=percent(states["in_time"], len(closed) + states["overdue"]),
        repeat_rate=percent(repeated, len(found)),
        satisfied_rate=percent(sum(1 for one in asked if one.satisfied), len(asked)),
    )


def _received(facts: ServiceFacts) -> list[Complaint]:
    found = [one for one in facts.complaints if facts.within(one.received_on)]
    return sorted(found, key=lambda one: (one.received_on or date.min, one.complaint_id))


def _repeated(found: Iterable[Complaint]) -> int:
    """How many complaints come from somebody who had complained before in the period."""
    return len(_again(found))


def _again(found: Iterable[Complaint]) -> list[Complaint]:
    seen: set[str] = set()
    again: list[Complaint] = []
    for one in found:
        who = one.client_id or one.phone or one.complainant
        if who and who in seen:
            again.append(one)
        seen.add(who)
    return again


def cause_pareto(complaints: Iterable[Complaint]) -> list[tuple[str, int, Decimal, Decimal]]:
    """Cause, count, share and cumulative share in percent, the most frequent first; a blank cause is 未分类."""
    counts = Counter(one.cause or _("未分类") for one in complaints)
    whole = sum(counts.values())
    rows, running = [], 0
    for cause, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        running += count
        rows.append((cause, count, Decimal(100) * count / whole, Decimal(100) * running / whole))
    return rows


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause: how often, its share and the share up to it in percent, how many were put right, how many came back.

    ``again`` counts complaints of the same cause received after one of them had been closed with a correction.
    """

    cause: str
    count: int
    share: Decimal
    running: Decimal
    fixed: int
    again: int


def cause_rows(complaints: Iterable[Complaint]) -> list[CauseRow]:
    """The Pareto with what was done about each cause (溯源整改, manual row 10-04)."""
    given = list(complaints)
    rows: list[CauseRow] = []
    for cause, count, share, running in cause_pareto(given):
        mine = [one for one in given if (one.cause or _("未分类")) == cause]
        mended = [one.closed_on for one in mine if one.fix and one.closed_on]
        again = sum(1 for one in mine if mended and one.received_on and one.received_on > min(mended))
        rows.append(CauseRow(cause, count, share, running, sum(1 for one in mine if one.fix), again))
    return rows


def service_section(facts: ServiceFacts) -> Section:
    """服务与投诉: figures, and the causes as a Pareto table with its chart, what was put right and what came back."""
    stats, found = complaint_stats(facts), _received(facts)
    pareto = cause_rows(found)
    chart = Chart(
        kind="columns",
        title=_("投诉原因"),
        labels=tuple(row.cause for row in pareto),
        series=(Series(_("件数"), tuple(Decimal(row.count) for row in pareto)),),
        unit=_("件"),
        digits=0,
    )
    return Section(
        id="service",
        title=_("服务与投诉"),
        text=_sentence(stats),
        figures=_figures(facts, stats) if stats.received else (),
        columns=(
            Column(_("原因")),
            Column(_("件数"), "count"),
            Column(_("占比"), "rate", unit="%", digits=1),
            Column(_("累计占比"), "bar", unit="%", digits=1),
            Column(_("已整改"), "count"),
            Column(_("整改后又发生"), "count"),
        ),
        rows=tuple((row.cause, row.count, row.share, row.running, row.fixed, row.again) for row in pareto),
        charts=(chart,) if pareto else (),
        notes=(_("及时率按本期受理的投诉计算；按到期日考核的指标口径不同。"),) if stats.received else (),
        empty=_("本期没有受理投诉"),
        records=tuple(RecordRef("complaints", one.key) for one in found),
    )


def _sentence(stats: ComplaintStats) -> tuple[str, ...]:
    if not stats.received:
        return ()
    said = _("受理投诉 {received} 件，办结 {closed} 件，办结率 {rate}%；超期未结 {overdue} 件。").format(
        received=stats.received, closed=stats.closed, rate=_shown(stats.closing_rate), overdue=stats.overdue
    )
    return (said,)


def _shown(rate: Decimal | None) -> str:
    return "-" if rate is None else grouped(rate, 2)


def _figures(facts: ServiceFacts, stats: ComplaintStats) -> tuple[Figure, ...]:
    found = _received(facts)
    states = {one.key: state_of(one, facts.sla, facts.calendar, facts.on) for one in found}
    late = each(one for one in found if states[one.key] == "overdue")
    closed = [one for one in found if one.closed_on and one.closed_on <= facts.on]
    replied = [one for one in found if one.first_reply_on and one.received_on and one.first_reply_on <= facts.on]
    asked = [one for one in closed if one.satisfied is not None]
    in_time = each(one for one in found if states[one.key] == "in_time")
    worst: Level = "bad" if stats.overdue else "none"
    return (
        Figure(_("受理"), stats.received, "count", _("件"), behind=each(found)),
        Figure(_("办结率"), stats.closing_rate, "rate", "%", behind=over(each(closed), each(found))),
        Figure(_("及时率"), stats.in_time_rate, "rate", "%", level=worst, behind=over(in_time, (*each(closed), *late))),
        Figure(
            _("平均首次响应"),
            stats.reply_days,
            "number",
            _("天"),
            digits=1,
            behind=over(worth((one, _days(one.received_on, one.first_reply_on)) for one in replied), each(replied)),
        ),
        Figure(
            _("平均办结天数"),
            stats.average_days,
            "number",
            _("天"),
            digits=1,
            behind=over(worth((one, _days(one.received_on, one.closed_on)) for one in closed), each(closed)),
        ),
        Figure(_("超期未结"), stats.overdue, "count", _("件"), level=worst if stats.overdue else "good", behind=late),
        Figure(_("重复投诉率"), stats.repeat_rate, "rate", "%", behind=over(each(_again(found)), each(found))),
        Figure(
            _("办结满意率"),
            stats.satisfied_rate,
            "rate",
            "%",
            behind=over(each(one for one in asked if one.satisfied), each(asked)),
        ),
    )


def _days(since: date | None, until: date | None) -> int:
    return (until - since).days if since and until else 0


def open_complaints(facts: ServiceFacts) -> list[tuple[Complaint, date | None, State]]:
    """Every complaint still open on ``on``, whenever it came in, the nearest deadline first."""
    rows = [
        (one, facts.sla.due(one, facts.calendar), state_of(one, facts.sla, facts.calendar, facts.on))
        for one in facts.complaints
        if one.received_on and one.received_on <= facts.on and not (one.closed_on and one.closed_on <= facts.on)
    ]
    return sorted(rows, key=lambda row: (row[1] or date.max, row[0].complaint_id))


def complaint_list_section(facts: ServiceFacts) -> Section:
    """The open complaints with their deadlines."""
    rows: list[tuple[Cell, ...]] = []
    for one, due, state in open_complaints(facts):
        who = facts.client_name(one.client_id) or one.complainant
        words = (one.complaint_id, one.received_on, who, one.category, one.level, one.request or one.details)
        rows.append((*words, facts.staff_name(one.handler_id), due, _light(state, due, facts.on)))
    return Section(
        id="complaints_open",
        title=_("未办结投诉"),
        columns=(
            Column(_("编号")),
            Column(_("受理日期"), "date"),
            Column(_("客户")),
            Column(_("类别")),
            Column(_("级别")),
            Column(_("请求"), "note"),
            Column(_("承办人")),
            Column(_("期限"), "date"),
            Column(_("状态"), "status"),
        ),
        rows=tuple(rows),
        empty=_("没有未办结的投诉"),
    )


def _light(state: State, due: date | None, on: date) -> Status:
    days = (due - on).days if due else 0
    if state == "overdue":
        return Status("bad", _("超期 {days} 天").format(days=-days))
    if state == "soon":
        return Status("warn", _("还有 {days} 天").format(days=days) if days else _("今天到期"))
    return Status("none", _("处理中"))
