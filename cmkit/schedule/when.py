"""Office words for when a job is due, each answered for a day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.period import period_of
from cmkit.base.workdays import WorkCalendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORDS = (
    "daily",
    "workday",
    *WEEKDAYS,
    "first-workday",
    "last-workday",
    "week-last-workday",
    "month-end",
    "quarter-end",
    "workmonth-end",
    "after-holiday",
    "day:N",
    "workday:N",
    "rrule:…",
)
LONGEST = 400
_ONE = timedelta(days=1)
_HOLIDAY = 3
"""Days off in a row that count as a holiday (a weekend has two)."""


def check_when(when: str) -> None:
    """Raises ConfigFault naming the legal words where ``when`` is none of them."""
    if when in WORDS and ":" not in when:
        return
    if re.fullmatch(r"day:([1-9]|[12]\d|3[01])", when) or re.fullmatch(r"workday:-?([1-9]|1\d|2[0-3])", when):
        return
    if when.startswith("rrule:"):
        try:
            _rule(when[6:], datetime(2026, 1, 1))  # noqa: DTZ001 - only the days matter
        except (ValueError, TypeError) as error:
            raise ConfigFault(_("看不懂的重复规则 {when}：{text}").format(when=when, text=error)) from None
        return
    raise ConfigFault(
        _("看不懂的时间 {when}").format(when=when), hint=_("可用的有：{words}").format(words="、".join(WORDS))
    )


def is_due(when: str, day: date, works: WorkCalendar, scheme: str = "calendar") -> bool:
    """Whether a job with ``when`` is due on ``day``."""
    check_when(when)
    if when.startswith("day:"):
        return day.day == min(int(when[4:]), calendar.monthrange(day.year, day.month)[1])
    if when.startswith("workday:"):
        return _nth_workday(int(when[8:]), day, works)
    if when.startswith("rrule:"):
        return _by_rule(when[6:], day)
    if when in WEEKDAYS:
        return day.weekday() == WEEKDAYS.index(when)
    return _by_word(when, day, works, scheme)


def _by_word(when: str, day: date, works: WorkCalendar, scheme: str) -> bool:
    month = period_of("month", day)
    answers: dict[str, Callable[[], bool]] = {
        "daily": lambda: True,
        "workday": lambda: works.is_workday(day),
        "first-workday": lambda: day == works.on_or_after(month.start),
        "last-workday": lambda: day == works.on_or_before(month.end),
        "week-last-workday": lambda: works.is_workday(day) and day == works.on_or_before(period_of("week", day).end),
        "month-end": lambda: day == month.end,
        "quarter-end": lambda: day == period_of("quarter", day).end,
        "workmonth-end": lambda: day == period_of("month", day, scheme).end,
        "after-holiday": lambda: _after_holiday(day, works),
    }
    return answers[when]()


def _nth_workday(number: int, day: date, works: WorkCalendar) -> bool:
    month = period_of("month", day)
    days = list(works.days(month.start, month.end))
    place = number - 1 if number > 0 else number
    return -len(days) <= place < len(days) and days[place] == day


def _after_holiday(day: date, works: WorkCalendar) -> bool:
    """The first working day after at least three days off in a row."""
    return works.is_workday(day) and not any(works.is_workday(day - _ONE * n) for n in range(1, _HOLIDAY + 1))


def _by_rule(rule: str, day: date) -> bool:
    start = datetime(day.year - 1, 1, 1)  # noqa: DTZ001
    at = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    return bool(_rule(rule, start).between(at, at, inc=True))


def _rule(text: str, start: datetime) -> Any:
    """The recurrence that ``text`` means (RFC 5545); ValueError where it means none."""
    from dateutil import rrule

    parse: Any = rrule.rrulestr
    return parse(text, dtstart=start)


def next_due(when: str, after: date, works: WorkCalendar, scheme: str = "calendar") -> date | None:
    """The next day after ``after`` on which the job is due, or None within a year."""
    for n in range(1, LONGEST):
        day = after + _ONE * n
        if is_due(when, day, works, scheme):
            return day
    return None
