"""K14 娱乐场所: bookings that are complete and in time, closed hours kept, guests from more than one source.

A booking that lacks the guest's name or telephone, the time it was filled in or who booked it may be refused. The house
takes its staff's bookings until an hour and gives a room away when nobody has come by another. Nobody is served in the
closed hours. Where nearly all guests come from one source, or hardly any from outreach, the business hangs by a thread.
The log of a day is written on the day and not altered afterwards.

Source: 预订 rules joddsvs.cn/show-168441.html (four fields; staff bookings before 21:00, not arrived by 21:30 cancelled);
《娱乐场所管理条例》 (2020) art. 25 (log) and 28 (closed 02:00-08:00). Limits of source and outreach are cmkit's own
defaults: the manual withholds its golden ratio.

Options:
    book_until: Staff bookings of a day are taken until (21:00).
    hold_until: A room is held until (21:30).
    closed_from: Closed from (02:00).
    closed_to: Closed until (08:00).
    source_share: Most percent of the period's bookings from one source, 0 = no rule (80).
    outreach_share: Least percent of the guests that came who came by outreach, 0 = no rule (0).
    log_days: A log may be written so many days after its day (1).

Passes on 2026-10-30 for period 2026-10 (here with source_share = 0)::

    bookings | booking_id | date       | filled_on  | filled_at | guest_name | guest_phone | staff_id | source   | arrive_at | arrived_at | left_at | status
             | Y01        | 2026-10-28 | 2026-10-28 | 18:30     | 王芳       | 14000000001 | E1001    | 员工代订 | 20:30     | 20:40      | 23:50   | 到店

Fails: no telephone, booked too late, and held for nobody; another stayed into the closed hours::

    bookings | booking_id | date       | filled_on  | filled_at | guest_name | guest_phone | staff_id | source   | arrive_at | arrived_at | left_at | status
             | Y02        | 2026-10-28 | 2026-10-28 | 21:20     | 李强       |             | E1002    | 员工代订 | 21:00     |            |         | 确认
             | Y03        | 2026-10-28 | 2026-10-28 | 19:00     | 赵敏       | 14000000002 | E1002    | 客人自订 | 22:00     | 22:10      | 02:40   | 到店
    finds    | code         | key | owner | due
             | booked_late  | Y02 | E1002 | 2026-10-28
             | fields       | Y02 | E1002 | 2026-10-28
             | held         | Y02 | E1002 | 2026-10-28
             | closed_hours | Y03 | E1002 | 2026-10-28
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Booking, Outreach
from cmkit.pipeline.outreach import ARRIVED

ID = "K14"
TITLE = ("预订与营业时间", "Bookings and opening hours")
OPTIONS = {
    "book_until": Option("words", "21:00"),
    "hold_until": Option("words", "21:30"),
    "closed_from": Option("words", "02:00"),
    "closed_to": Option("words", "08:00"),
    "source_share": Option("number", "80"),
    "outreach_share": Option("number", "0"),
    "log_days": Option("count", "1"),
}
NEEDS = ("bookings", "outreach", "worklogs", "staff")
BY_STAFF = "员工代订"
WAITING = ("", "预订", "确认")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The bookings that break the house's rules, the sources that weigh too much, the logs written too late."""
    bookings = [one for one in facts.of(Booking) if one.date and one.date in facts.period and one.date <= facts.on]
    found = [finding for one in bookings for finding in _booking(facts, options, one)]
    return [*found, *_sources(facts, options, bookings), *_outreach(facts, options, bookings), *_logs(facts, options)]


def _booking(facts: CheckFacts, options: Options, one: Booking) -> Iterator[Finding]:
    lacking = [
        facts.column_label(Booking.table, key)
        for key in ("filled_at", "guest_name", "guest_phone", "staff_id")
        if not one.get(key)
    ]
    if lacking:
        message = _("预订缺少{columns}").format(columns="、".join(lacking))
        yield _found(facts, options, one, "fields", message, _("补全预订信息，缺项的不予订房"))
    same_day = one.filled_on is None or one.filled_on == one.date
    if one.source == BY_STAFF and same_day and one.filled_at > _clock(options, "book_until"):
        message = _("{at} 提交，员工代订截至 {limit}").format(at=one.filled_at, limit=_clock(options, "book_until"))
        yield _found(facts, options, one, "booked_late", message, _("按规定时间提交预订"))
    over = one.date is not None and one.date < facts.on
    if over and one.status in WAITING and not one.arrived_at:
        message = _("{limit} 未到店，没有取消").format(limit=_clock(options, "hold_until"))
        yield _found(facts, options, one, "held", message, _("未到店的预订按时取消"))
    if any(_closed(options, at) for at in (one.arrived_at, one.left_at)):
        message = _("{start} 至 {end} 不得营业").format(
            start=_clock(options, "closed_from"), end=_clock(options, "closed_to")
        )
        yield _found(facts, options, one, "closed_hours", message, _("按规定时间停止营业"))


def _clock(options: Options, name: str) -> str:
    return "".join(options.words(name))


def _closed(options: Options, at: str) -> bool:
    return bool(at) and _clock(options, "closed_from") < at < _clock(options, "closed_to")


def _found(facts: CheckFacts, options: Options, one: Booking, code: str, message: str, hint: str) -> Finding:
    return options.found(code, one, facts.label(one), message, hint=hint, owner=one.staff_id, due=one.date)


def _sources(facts: CheckFacts, options: Options, bookings: Sequence[Booking]) -> Iterator[Finding]:
    counted = Counter(one.source for one in bookings if one.source)
    total, limit = sum(counted.values()), options.number("source_share")
    for source, count in counted.most_common(1):
        if limit and Decimal(count) * 100 > limit * total:
            message = _("{total} 笔预订中 {count} 笔来自{source}，占 {share}%，超过 {limit}%").format(
                total=total, count=count, source=source, share=_share(count, total), limit=plain(limit)
            )
            yield _whole(options, "source_share", facts.column_label(Booking.table, "source"), message, facts)


def _outreach(facts: CheckFacts, options: Options, bookings: Sequence[Booking]) -> Iterator[Finding]:
    limit = options.number("outreach_share")
    came = sum(one.came or 0 for one in facts.of(Outreach) if one.date and one.date in facts.period)
    guests = sum(one.people or 1 for one in bookings if one.status == ARRIVED)
    if limit and guests and Decimal(came) * 100 < limit * guests:
        message = _("外营销到店 {came} 人，占到店客人 {guests} 人的 {share}%，不足 {limit}%").format(
            came=came, guests=guests, share=_share(came, guests), limit=plain(limit)
        )
        yield _whole(options, "outreach_share", _("外营销"), message, facts)


def _share(part: int, whole: int) -> str:
    return plain(round_half_up(Decimal(part) * 100 / whole))


def _whole(options: Options, code: str, subject: str, message: str, facts: CheckFacts) -> Finding:
    finding = options.softly().found(code, Booking(), subject, message, hint=_("拓宽客源"), due=facts.period.end)
    return replace(finding, key=f"{code}|{facts.period.name}")


def _logs(facts: CheckFacts, options: Options) -> Iterator[Finding]:
    for log in facts.worklogs:
        if log.date is None or log.written_on is None or log.date not in facts.period:
            continue
        due = log.date + timedelta(days=options.count("log_days"))
        if log.written_on > due:
            message = _("{day} 的营业日志于 {written} 才写或被改动").format(
                day=log.date.isoformat(), written=log.written_on.isoformat()
            )
            hint = _("营业日志当日写成，不得事后改动")
            subject = facts.staff_label(log.staff_id)
            yield options.found("log_changed", log, subject, message, hint=hint, owner=log.staff_id, due=due)
