"""Explicit periods: ``2026-10``, ``2026-W43``, ``2026-Q3``, ``2026``, ``2026-10-31``, and a firm's own working month.

A working month ``26-25`` runs from the 26th of the month before to the 25th; January starts on 1 January and December
ends on 31 December (工作月, an insurer's rule: m.taodocs.com/p-129919685.html).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _, pick

PeriodKind = Literal["day", "week", "month", "quarter", "year"]
MonthScheme = str
CALENDAR_MONTH = "calendar"
_FORMS: tuple[tuple[PeriodKind, str], ...] = (
    ("day", r"(\d{4})-(\d{2})-(\d{2})"),
    ("week", r"(\d{4})-W(\d{2})"),
    ("month", r"(\d{4})-(\d{2})"),
    ("quarter", r"(\d{4})-Q([1-4])"),
    ("year", r"(\d{4})"),
)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A named span of days, both ends included."""

    start: date
    end: date
    name: str
    kind: PeriodKind
    scheme: MonthScheme = CALENDAR_MONTH

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """How many calendar days it has."""
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """The name as people write it: 2026年10月, 2026年第43周."""
        zh, en = _label(self)
        return pick(zh, en)

    def previous(self) -> Period:
        """The adjoining period before (for 环比)."""
        return period_of(self.kind, _before(self), self.scheme)

    def next(self) -> Period:
        """The adjoining period after."""
        return period_of(self.kind, _after(self), self.scheme)

    def year_ago(self) -> Period:
        """The same period of the year before (for 同比)."""
        return parse_period(f"{int(self.name[:4]) - 1}{_month_safe(self)}", self.scheme)

    def until(self, day: date) -> Period:
        """The part of the period up to ``day``; the whole where ``day`` is later."""
        return self if day >= self.end else Period(self.start, max(day, self.start), self.name, self.kind, self.scheme)

    def year(self) -> Period:
        """The year it belongs to."""
        return parse_period(self.name[:4], self.scheme)


def parse_period(text: str, scheme: MonthScheme = CALENDAR_MONTH) -> Period:
    """The period that ``text`` names.

    Raises UsageFault with the forms that are understood.
    """
    word = text.strip().upper()
    for kind, form in _FORMS:
        match = re.fullmatch(form, word)
        if match:
            try:
                return _build(kind, [int(part) for part in match.groups()], scheme)
            except ValueError:
                break
    raise UsageFault(
        _("看不懂的期间：{text}").format(text=text),
        hint=_("请写 2026-10、2026-W43、2026-Q3、2026 或 2026-10-31"),
    )


def period_of(kind: PeriodKind, day: date, scheme: MonthScheme = CALENDAR_MONTH) -> Period:
    """The period of that kind which ``day`` falls in."""
    if kind == "week":
        year, week, _day = day.isocalendar()
        return _build(kind, [year, week], scheme)
    if kind == "day":
        return _build(kind, [day.year, day.month, day.day], scheme)
    if kind == "year":
        return _build(kind, [day.year], scheme)
    month = _month_of(day, scheme)
    if kind == "quarter":
        return _build(kind, [day.year, (month - 1) // 3 + 1], scheme)
    return _build(kind, [day.year, month], scheme)


def _month_of(day: date, scheme: MonthScheme) -> int:
    if scheme == CALENDAR_MONTH:
        return day.month
    first = int(scheme.split("-")[0])
    return min(12, day.month + (day.day >= first))


def _build(kind: PeriodKind, parts: list[int], scheme: MonthScheme) -> Period:
    year = parts[0]
    if kind == "day":
        day = date(*parts)
        return Period(day, day, day.isoformat(), kind, scheme)
    if kind == "week":
        start = date.fromisocalendar(year, parts[1], 1)
        return Period(start, start + timedelta(days=6), f"{year}-W{parts[1]:02d}", kind, scheme)
    if kind == "month":
        start, end = _month_span(year, parts[1], scheme)
        return Period(start, end, f"{year}-{parts[1]:02d}", kind, scheme)
    if kind == "quarter":
        first = parts[1] * 3 - 2
        start, end = _month_span(year, first, scheme)[0], _month_span(year, first + 2, scheme)[1]
        return Period(start, end, f"{year}-Q{parts[1]}", kind, scheme)
    return Period(date(year, 1, 1), date(year, 12, 31), f"{year}", kind, scheme)


def _month_span(year: int, month: int, scheme: MonthScheme) -> tuple[date, date]:
    if scheme == CALENDAR_MONTH:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    first, last = (int(part) for part in scheme.split("-"))
    start = date(year, 1, 1) if month == 1 else date(year, month - 1, first)
    end = date(year, 12, 31) if month == 12 else date(year, month, last)  # noqa: PLR2004 - December
    return start, end


def _before(period: Period) -> date:
    return period.start - timedelta(days=1)


def _after(period: Period) -> date:
    return period.end + timedelta(days=1)


def _month_safe(period: Period) -> str:
    tail = period.name[4:]
    if tail == "-02-29":
        return "-02-28"
    return "-W52" if tail == "-W53" else tail


def _label(period: Period) -> tuple[str, str]:
    year = period.name[:4]
    if period.kind == "day":
        day = period.start
        return f"{day.year}年{day.month}月{day.day}日", day.isoformat()
    if period.kind == "week":
        return f"{year}年第{int(period.name[6:])}周", f"week {int(period.name[6:])} of {year}"
    if period.kind == "month":
        return f"{year}年{int(period.name[5:])}月", period.name
    if period.kind == "quarter":
        return f"{year}年第{period.name[6:]}季度", f"Q{period.name[6:]} {year}"
    return f"{year}年", year
