"""How far time has come, what the pace leads to, what is still needed a day, and growth in words where % would lie."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from cmkit.base.lang import _
from cmkit.base.money import round_half_up
from cmkit.base.period import Period
from cmkit.base.workdays import ONE_DAY, WorkCalendar

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class CountedCalendar(WorkCalendar):
    """A calendar that counts each span once: two thousand owners ask for the same ones."""

    counted: dict[tuple[date, date], int] = field(default_factory=dict, compare=False, repr=False)

    def count(self, start: date, end: date) -> int:
        """How many working days lie from ``start`` to ``end``, both included."""
        known = self.counted.get((start, end))
        if known is None:
            known = self.counted[start, end] = super().count(start, end)
        return known


def time_progress(period: Period, cut: date) -> Decimal:
    """Calendar days passed up to ``cut``, in percent of the period; 0 before it, 100 after it.

    Source: 「截止日当天 ÷ 当月天数」, a reporting system's rule for 序时进度.
    """
    if cut < period.start:
        return Decimal(0)
    passed = (min(cut, period.end) - period.start).days + 1
    return Decimal(passed) * HUNDRED / period.days


def work_progress(period: Period, cut: date, calendar_: WorkCalendar) -> Decimal | None:
    """Working days passed up to ``cut``, in percent; None for a period without a working day."""
    total = calendar_.count(period.start, period.end)
    if not total:
        return None
    return Decimal(calendar_.count(period.start, min(cut, period.end))) * HUNDRED / total


@dataclass(frozen=True, slots=True)
class Pace:
    """What the pace so far leads to, and what is still needed. None where it cannot be said."""

    forecast: Decimal | None = None
    per_day: Decimal | None = None
    per_workday: Decimal | None = None
    days_left: int = 0
    workdays_left: int = 0


NO_PACE = Pace()


def pace(actual: Decimal, target: Decimal | None, period: Period, cut: date, calendar_: WorkCalendar) -> Pace:
    """Run-rate: actual / days passed x days; need: what is missing / days left, nothing once the target is reached."""
    if cut < period.start:
        passed, left = 0, period.days
    else:
        passed = (min(cut, period.end) - period.start).days + 1
        left = period.days - passed
    first = max(period.start, cut + ONE_DAY)
    workdays = calendar_.count(first, period.end) if left else 0
    missing = None if target is None else max(target - actual, Decimal(0))
    return Pace(
        forecast=actual * period.days / passed if passed else None,
        per_day=None if missing is None or not left else missing / left,
        per_workday=None if missing is None or not workdays else missing / workdays,
        days_left=left,
        workdays_left=workdays,
    )


GrowthKind = Literal["rate", "pp", "words", "none"]


@dataclass(frozen=True, slots=True)
class Growth:
    """Change against a base. ``value`` is percent, or points for ``pp``; ``words`` speak where a bare % would lie."""

    kind: GrowthKind
    value: Decimal | None = None
    words: str = ""

    @property
    def text(self) -> str:
        """As people read it: ``+20.00%``, ``+2.00 个百分点``, ``扭亏``, ``不适用``."""
        if self.words:
            return self.words
        if self.value is None:
            return _("不适用")
        number = f"{round_half_up(self.value) + 0:+.2f}"
        return _("{number} 个百分点").format(number=number) if self.kind == "pp" else f"{number}%"


NO_GROWTH = Growth("none")


def growth(current: Decimal | None, base: Decimal | None, *, rates: bool = False, net: bool = False) -> Growth:
    """Change of ``current`` against ``base`` (同比, 环比).

    Between two rates it is percentage points. A base of zero has no rate (新增); over a negative base the change is
    told in words (扭亏, 减亏 n %, 增亏 n %), because published formulas disagree about the sign; so is a fall from
    profit to loss (由盈转亏). ``net`` marks a net change (净增), which is no loss when it is negative: 由负转正, 降幅收窄.
    """
    if current is None or base is None:
        return NO_GROWTH
    if rates:
        return Growth("pp", current - base)
    if base == 0:
        return Growth("words", words=_from_zero(current, net=net))
    change = (current - base) * HUNDRED / abs(base)
    if base > 0 and current >= 0:
        return Growth("rate", change)
    if base > 0:
        return Growth("words", change, _("由正转负") if net else _("由盈转亏"))
    if current > 0:
        return Growth("words", change, _("由负转正") if net else _("扭亏"))
    if current == base:
        return Growth("rate", Decimal(0))
    smaller, bigger = (
        (_("降幅收窄 {share}%"), _("降幅扩大 {share}%")) if net else (_("减亏 {share}%"), _("增亏 {share}%"))
    )
    share = f"{round_half_up(abs(change)):.2f}"
    return Growth("words", change, (smaller if current > base else bigger).format(share=share))


def _from_zero(current: Decimal, *, net: bool) -> str:
    if current == 0:
        return _("持平")
    if current > 0:
        return _("新增")
    return _("新增净减") if net else _("新增亏损")


def day_back(day: date, months: int) -> date:
    """The same day ``months`` months earlier; the month's last day where it has no such day (29 February)."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_MONTHS_BACK = {"month": 1, "quarter": 3, "year": 12}


def same_span_before(period: Period, cut: date) -> Period:
    """The adjoining period before, cut at the same point (环比): 08-01 of 07-26..08-25 against 07-01 of 06-26..07-25."""
    before = period.previous()
    if cut >= period.end:
        return before
    months = _MONTHS_BACK.get(period.kind)
    if months is None:
        return before.until(before.start + (cut - period.start))
    return before.until(day_back(cut, months))


def same_span_year_ago(period: Period, cut: date) -> Period:
    """The same period of the year before, cut at the same point (同比)."""
    before = period.year_ago()
    if cut >= period.end:
        return before
    if period.kind in _MONTHS_BACK:
        return before.until(day_back(cut, 12))
    return before.until(before.start + (cut - period.start))
