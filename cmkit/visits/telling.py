"""Why a visit is planned, and why one is not, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cmkit.base.days import short_day
from cmkit.base.lang import _
from cmkit.facts.records import Client
from cmkit.facts.specs import VisitSpec
from cmkit.visits.assemble import Book
from cmkit.visits.due import Due, rule_of, tier_of
from cmkit.visits.patterns import last_day, possible
from cmkit.visits.rounds import Month, Rounds


def retold(due: Due, client: Client, planned: Sequence[date], spec: VisitSpec) -> tuple[str, ...]:
    """The reasons of a due; where another visit of the plan comes before it, the tier's rule counts from that one."""
    if not planned or not due.tier_reason:
        return due.reasons
    name, tier = tier_of(client, spec)
    told = _("{rule}，{last}").format(
        rule=rule_of(tier, name), last=_("上次计划 {day}").format(day=short_day(max(planned)))
    )
    return tuple(told if reason == due.tier_reason else reason for reason in due.reasons)


def why_not(month: Month, rounds: Rounds, book: Book) -> Iterator[tuple[str, str]]:
    """Client and reason of each visit that found no place, the most important first."""
    for due in month.lost:
        why = _reason(due.client_id, due, month, book)
        yield due.client_id, _("{event}：{why}，可电话联系").format(event=due.purpose, why=why)
    for one in rounds.left_out:
        wish = month.clients[one.client].wish
        due = wish.dues[one.due]
        days = len(possible(wish, one.due, month.calendar))
        if one in rounds.crowded and rounds.more_days:
            why = _("可选的 {days} 个工作日都已排满，还需 {more} 个工作日").format(days=days, more=rounds.more_days)
            yield wish.client_id, _("{why}，可先电话联系").format(why=why) if _phone(wish.client_id, book) else why
        elif one in rounds.crowded:
            yield wish.client_id, _("一天之内往返不及，可电话联系")
        else:
            yield wish.client_id, _reason(wish.client_id, due, month, book)


def _reason(client: str, due: Due, month: Month, book: Book) -> str:
    """Why no day was possible at all."""
    closes = last_day(due, month.calendar)
    window = [day for day in month.calendar.days if due.opens <= day <= closes]
    if not window:
        last = short_day(due.deadline or due.due_on)
        return _("{start}至{end}之间没有可安排的工作日").format(start=short_day(due.opens), end=last)
    away = book.away.get(month.owner, ())
    if all(day in away for day in window):
        return _("可选的 {days} 个工作日客户经理都不在岗").format(days=len(window))
    if not book.windows[client]:
        return _("客户方便的时间不在上班时间内")
    if not any(month.calendar.index[day] in book.open_days(client, month.owner) for day in window):
        return _("可选的 {days} 个工作日客户都不方便").format(days=len(window))
    return _("与该客户的其他走访间隔不足，可电话联系")


def _phone(client: str, book: Book) -> bool:
    return book.spec.phone_counts or tier_of(book.clients[client], book.spec)[1].phone_counts
