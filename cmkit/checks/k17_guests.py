"""K17 客源经营: outreach that brings guests, a base that is wide enough, and the reason where it is not.

Where a month's outreach needs more people for one arrival than the house has set, where few of those addressed answer,
where somebody hardly goes out, where most of the takings hang on a few guests, or where hardly a guest is new, the check
says so and names the reason code of the manual.

Source: 不明白外营销的“黄金比例”，造成客源基数不足; 忽略外营销作用; 思想上有依赖 (客户经理培训提纲). The manual withholds
every number, so each limit is a setting of the house and 0 means that there is no rule.

Options:
    ratio: Most people to address for one arrival (0).
    answer_share: Least percent of those addressed who answer, else the offer is unclear (0).
    outings: Least times of outreach a month of each person who took bookings or went out (0).
    top_guests: How many of the biggest guests are looked at (10).
    top_share: Most percent of the takings that they may make up (0).
    new_share: Least percent of the guests who are new (0).
    guests: Least guests that arrived for each person (0).

Passes on 2026-10-30 for period 2026-10 (here with ratio = 20, outings = 1)::

    outreach | date       | staff_id | channel | contacted | interested | came
             | 2026-10-12 | E1001    | 派单    | 200       | 60         | 10

Fails: 50 for one arrival, 5 % answered, and once where twice is asked (ratio = 20, answer_share = 10, outings = 2)::

    outreach | date       | staff_id | channel | contacted | interested | came
             | 2026-10-12 | E1002    | 派单    | 200       | 10         | 4
    finds    | code         | key                   | owner | due
             | ratio        | ratio|2026-10         |       | 2026-10-31
             | unclear      | unclear|2026-10       |       | 2026-10-31
             | low_outreach | low_outreach|2026-10  | E1002 | 2026-10-31
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, plain
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Booking, Fact, Outreach
from cmkit.pipeline.guests import GuestFacts, concentration, guest_of, newcomers
from cmkit.pipeline.outreach import OutreachFacts, outreach_funnel

ID = "K17"
TITLE = ("客源经营", "Guests and outreach")
OPTIONS = {
    "ratio": Option("number", "0"),
    "answer_share": Option("number", "0"),
    "outings": Option("count", "0"),
    "top_guests": Option("count", "10"),
    "top_share": Option("number", "0"),
    "new_share": Option("number", "0"),
    "guests": Option("count", "0"),
}
NEEDS = ("outreach", "bookings", "staff")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """What keeps guests away, with its reason."""
    seen = OutreachFacts(outreach=facts.of(Outreach), bookings=facts.of(Booking), period=facts.period, on=facts.on)
    guests = GuestFacts(bookings=facts.of(Booking), period=facts.period, on=facts.on, top=options.count("top_guests"))
    return [
        *_ratio(facts, options, seen),
        *_outings(facts, options, seen),
        *_base(facts, options, guests),
        *_few(facts, options, guests),
    ]


def _ratio(facts: CheckFacts, options: Options, seen: OutreachFacts) -> Iterator[Finding]:
    funnel = outreach_funnel(seen.done(), seen.won())
    limit, share = options.number("ratio"), options.number("answer_share")
    if limit and funnel.per_arrival is not None and funnel.per_arrival > limit:
        message = _("每到场 1 人发布了 {need} 人，超过比例 {limit} 人").format(
            need=grouped(funnel.per_arrival, 1), limit=plain(limit)
        )
        yield _whole(facts, options, "ratio", message, _("对照各环节转化率，找出掉得最多的一环"))
    asked, answered = funnel.counts.get("contacted", 0), funnel.counts.get("interested")
    if share and asked and answered is not None and Decimal(answered) * 100 < share * asked:
        message = _("发布 {asked} 人，反馈 {answered} 人，不足 {share}%（原因：宣传内容不清）").format(
            asked=asked, answered=answered, share=plain(share)
        )
        yield _whole(facts, options, "unclear", message, _("改写宣传内容，写清活动、时间和联系人"))


def _outings(facts: CheckFacts, options: Options, seen: OutreachFacts) -> Iterator[Finding]:
    least = options.count("outings")
    if not least:
        return
    went = Counter(one.staff_id for one in seen.done())
    booked = {one.staff_id for one in seen.bookings if one.date and one.date in facts.period and one.staff_id}
    for who in sorted({*went, *booked}):
        if went[who] < least:
            message = _("本期外营销 {count} 次，少于 {least} 次（原因：外营销不足）").format(
                count=went[who], least=least
            )
            hint = _("排出外营销日程")
            found = _whole(facts, options, "low_outreach", message, hint)
            yield replace(found, subject=facts.staff_label(who), owner=who)


def _base(facts: CheckFacts, options: Options, guests: GuestFacts) -> Iterator[Finding]:
    least = options.count("guests")
    if not least:
        return
    own: dict[str, set[str]] = defaultdict(set)
    for one in guests.booked():
        own[one.staff_id].update({guest_of(one)} if one in guests.arrived() else ())
    for who, came in sorted(own.items()):
        if who and len(came) < least:
            message = _("本期到店客人 {count} 位，少于 {least} 位（原因：客源基数小）").format(
                count=len(came), least=least
            )
            found = _whole(facts, options, "small_base", message, _("多结识新客人，更新客源"))
            yield replace(found, subject=facts.staff_label(who), owner=who)


def _few(facts: CheckFacts, options: Options, guests: GuestFacts) -> Iterator[Finding]:
    limit, share = options.number("top_share"), concentration(guests)
    if limit and share is not None and share > limit:
        message = _("前 {count} 位客人占消费 {share}%，超过 {limit}%（原因：依赖少数客人）").format(
            count=guests.top, share=grouped(share, 1), limit=plain(limit)
        )
        yield _whole(facts, options, "few_guests", message, _("安顿好老客人后多结识新客人"))
    least = options.number("new_share")
    came = {guest_of(one) for one in guests.arrived()}
    fresh = came & newcomers(guests)
    if least and came and Decimal(len(fresh)) * 100 < least * len(came):
        message = _("到店客人 {came} 位，其中新客 {new} 位，不足 {least}%").format(
            came=len(came), new=len(fresh), least=plain(least)
        )
        yield _whole(facts, options, "new_guests", message, _("安顿好老客人后多结识新客人"))


def _whole(facts: CheckFacts, options: Options, code: str, message: str, hint: str) -> Finding:
    about: Fact = Outreach()
    found = options.softly().found(code, about, _("客源"), message, hint=hint, due=facts.period.end)
    return replace(found, key=f"{code}|{facts.period.name}")
