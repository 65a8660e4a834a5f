"""Loops that have to close: feedback and needs, information reports, referrals (manual rows 2-18, 2-19, 2-20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import percent
from cmkit.facts.records import Feedback, InfoReport, Referral
from cmkit.facts.section import Cell, Column, RecordRef, Section
from cmkit.service.common import ServiceFacts

SUCCESS = ("成功", "成交")
"""Results of a referral that count as a success."""


@dataclass(frozen=True, slots=True)
class LoopStats:
    """How many came in, were answered, were answered in time, wait past their date. Rates are percent."""

    total: int
    closed: int
    in_time: int
    overdue: int
    satisfied: int
    asked: int

    @property
    def closing_rate(self) -> Decimal | None:
        """闭环率: answered / all."""
        return percent(self.closed, self.total)

    @property
    def satisfied_rate(self) -> Decimal | None:
        """Satisfied / those who were asked."""
        return percent(self.satisfied, self.asked)


def feedback_stats(found: Sequence[Feedback], on: date) -> LoopStats:
    """The loop of feedback and needs as it stands on ``on``; without a date answered is in time."""
    closed = [one for one in found if one.replied_on and one.replied_on <= on]
    asked = [one for one in closed if one.satisfied is not None]
    return LoopStats(
        total=len(found),
        closed=len(closed),
        in_time=sum(1 for one in closed if not one.due or (one.replied_on and one.replied_on <= one.due)),
        overdue=sum(1 for one in found if _waits(one.replied_on, one.due, on)),
        satisfied=sum(1 for one in asked if one.satisfied),
        asked=len(asked),
    )


def info_stats(found: Sequence[InfoReport], on: date) -> LoopStats:
    """The loop of information reports: answered or instructed on."""
    closed = [one for one in found if one.answered_on and one.answered_on <= on]
    return LoopStats(
        total=len(found),
        closed=len(closed),
        in_time=sum(1 for one in closed if not one.due or (one.answered_on and one.answered_on <= one.due)),
        overdue=sum(1 for one in found if _waits(one.answered_on, one.due, on)),
        satisfied=0,
        asked=0,
    )


def _waits(answered: date | None, due: date | None, on: date) -> bool:
    return due is not None and due < on and not (answered and answered <= on)


def feedback_section(facts: ServiceFacts) -> Section:
    """客户意见反馈: by kind, with the closing rate of the loop."""
    found = [one for one in facts.feedback if facts.within(one.date)]
    groups: dict[str, list[Feedback]] = defaultdict(list)
    for one in found:
        groups[one.kind or _("未分类")].append(one)
    rows = [(kind, *_loop_cells(feedback_stats(group, facts.on))) for kind, group in sorted(groups.items())]
    whole = feedback_stats(found, facts.on)
    return Section(
        id="feedback",
        title=_("客户意见反馈"),
        columns=(*_loop_columns(_("类别")), Column(_("满意率"), "rate", unit="%")),
        rows=tuple((*row, feedback_stats(groups[str(row[0])], facts.on).satisfied_rate) for row in rows),
        total=(_("合计"), *_loop_cells(whole), whole.satisfied_rate) if rows else (),
        empty=_("本期没有客户意见反馈"),
        records=tuple(RecordRef("feedback", one.key) for one in found),
    )


def info_section(facts: ServiceFacts) -> Section:
    """信息报告: by kind, with how many were answered."""
    found = [one for one in facts.info_reports if facts.within(one.date)]
    groups: dict[str, list[InfoReport]] = defaultdict(list)
    for one in found:
        groups[one.kind or _("未分类")].append(one)
    return Section(
        id="info_reports",
        title=_("信息报告"),
        columns=_loop_columns(_("类别")),
        rows=tuple((kind, *_loop_cells(info_stats(group, facts.on))) for kind, group in sorted(groups.items())),
        total=(_("合计"), *_loop_cells(info_stats(found, facts.on))) if found else (),
        empty=_("本期没有信息报告"),
        records=tuple(RecordRef("info_reports", one.key) for one in found),
    )


def _loop_columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first),
        Column(_("件数"), "count"),
        Column(_("已回复"), "count"),
        Column(_("按期回复"), "count"),
        Column(_("超期未复"), "count"),
        Column(_("闭环率"), "bar", unit="%"),
    )


def _loop_cells(stats: LoopStats) -> tuple[Cell, ...]:
    return stats.total, stats.closed, stats.in_time, stats.overdue, stats.closing_rate


@dataclass(frozen=True, slots=True)
class ReferralStats:
    """Referrals of somebody or of all: count, taken over, succeeded, amount (yuan) and credit. Rates are percent."""

    count: int
    accepted: int
    succeeded: int
    amount: Decimal
    credit: Decimal

    @property
    def acceptance_rate(self) -> Decimal | None:
        """Taken over / referred."""
        return percent(self.accepted, self.count)

    @property
    def success_rate(self) -> Decimal | None:
        """Succeeded / referred."""
        return percent(self.succeeded, self.count)


def referral_stats(found: Sequence[Referral], on: date) -> ReferralStats:
    """The figures of some referrals; a success counts as taken over even where nobody wrote down the day."""
    won = [one for one in found if one.result in SUCCESS]
    return ReferralStats(
        count=len(found),
        accepted=sum(1 for one in found if (one.accepted_on and one.accepted_on <= on) or one.result in SUCCESS),
        succeeded=len(won),
        amount=sum((one.amount for one in won if one.amount), Decimal(0)),
        credit=sum((one.credit for one in found if one.credit), Decimal(0)),
    )


def referral_section(facts: ServiceFacts) -> Section:
    """优质客户推介: by who referred, the most referrals first."""
    found = [one for one in facts.referrals if facts.within(one.date)]
    groups: dict[str, list[Referral]] = defaultdict(list)
    for one in found:
        groups[one.from_staff].append(one)
    ranked = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return Section(
        id="referrals",
        title=_("优质客户推介"),
        columns=(
            Column(_("推介人")),
            Column(_("推介"), "count"),
            Column(_("接收"), "count"),
            Column(_("成功"), "count"),
            Column(_("接收率"), "bar", unit="%"),
            Column(_("成功率"), "bar", unit="%"),
            Column(_("成交金额"), "money", unit=_("元")),
            Column(_("积分"), "number"),
        ),
        rows=tuple((facts.staff_name(who), *_referral_cells(referral_stats(group, facts.on))) for who, group in ranked),
        total=(_("合计"), *_referral_cells(referral_stats(found, facts.on))) if found else (),
        empty=_("本期没有推介"),
        records=tuple(RecordRef("referrals", one.key) for one in found),
    )


def _referral_cells(stats: ReferralStats) -> tuple[Cell, ...]:
    numbers = (stats.count, stats.accepted, stats.succeeded, stats.acceptance_rate, stats.success_rate)
    return *numbers, stats.amount, stats.credit
