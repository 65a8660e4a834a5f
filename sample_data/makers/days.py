"""The days of the sample: August to October 2026, working days only, seen from Friday 30 October."""

from __future__ import annotations

from datetime import date, timedelta

from cmkit.base.workdays import WorkCalendar

TODAY = date(2026, 10, 30)
MONTHS = (8, 9, 10)
CALENDAR = WorkCalendar()


def workdays(start: date, end: date) -> list[date]:
    """The working days from ``start`` to ``end``, never after the day of the demo."""
    return list(CALENDAR.days(start, min(end, TODAY)))


def month_days(month: int) -> list[date]:
    """The working days of a month of 2026 up to the day of the demo."""
    return workdays(date(2026, month, 1), month_end(month))


def month_end(month: int, year: int = 2026) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def styled(day: date | None, style: int) -> str | None:
    """A day as different hands write it: 2026年3月5日, 2026.3.5, 2026/3/5, 20260305."""
    if day is None:
        return None
    forms = (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        day.isoformat(),
    )
    return forms[style % len(forms)]
