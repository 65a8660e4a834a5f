"""Working days by the State Council's calendar with make-up days (调休).

Order: a firm's own file, then chinesecalendar for the years it covers, then weekends plus the statutory days of
《全国年节及纪念日放假办法》 (2024 revision, in force 2025-01-01; check again when it is revised). A day of the last kind
is *estimated* (推算) and has to be shown as such.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place

ONE_DAY = timedelta(days=1)
SATURDAY = 5
_WORK_MARKS = {"班": True, "休": False, "work": True, "rest": False}


@lru_cache(maxsize=32)
def statutory_days(year: int) -> frozenset[date]:
    """The statutory holidays of a year, without bridging days."""
    from lunar_python import Lunar

    def lunar(month: int, day: int) -> date:
        solar = Lunar.fromYmd(year, month, day).getSolar()
        return date(solar.getYear(), solar.getMonth(), solar.getDay())

    table = Lunar.fromYmd(year, 1, 1).getJieQiTable()
    qingming = table["清明"]
    spring = lunar(1, 1)
    days = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), lunar(5, 5), lunar(8, 15)}
    days |= {spring + timedelta(days=n) for n in range(-1, 3)}
    days |= {date(year, 10, n) for n in (1, 2, 3)}
    days.add(date(qingming.getYear(), qingming.getMonth(), qingming.getDay()))
    return frozenset(days)


@lru_cache(maxsize=4096)
def _official(day: date) -> bool | None:
    """Whether the State Council's arrangement makes ``day`` a working day; None for a year not covered."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked. ``own`` maps a day to True (班) or False (休) and goes over everything else."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        if day in self.own:
            return self.own[day]
        official = _official(day)
        if official is not None:
            return official
        return day.weekday() < SATURDAY and day not in statutory_days(day.year)

    def is_estimated(self, day: date) -> bool:
        """Whether the answer for ``day`` is reckoned (推算), because nobody has published that year."""
        return day not in self.own and _official(day) is None

    def days(self, start: date, end: date) -> Iterator[date]:
        """The working days from ``start`` to ``end``, both included."""
        day = start
        while day <= end:
            if self.is_workday(day):
                yield day
            day += ONE_DAY

    def count(self, start: date, end: date) -> int:
        """How many working days lie from ``start`` to ``end``, both included."""
        return sum(1 for _day in self.days(start, end))

    def add(self, day: date, workdays: int) -> date:
        """The day ``workdays`` working days after (or before, when negative) ``day``."""
        step = ONE_DAY if workdays >= 0 else -ONE_DAY
        left = abs(workdays)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def on_or_before(self, day: date) -> date:
        """``day`` itself where it is worked, else the last working day before it."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """``day`` itself where it is worked, else the next working day."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day


def read_calendar(path: Path) -> WorkCalendar:
    """The firm's own file: CSV with ``日期,班/休[,备注]`` a line, UTF-8.

    Raises ConfigFault naming the line that does not fit.
    """
    own: dict[date, bool] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.reader(stream), 1):
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#") or cells[0] in {"日期", "date"}:
                continue
            try:
                own[date.fromisoformat(cells[0])] = _WORK_MARKS[cells[1]]
            except (ValueError, KeyError, IndexError):
                raise ConfigFault(
                    _("节假日文件这一行读不懂：{line}").format(line=",".join(row)),
                    hint=_("每行写 2027-02-05,休 或 2027-02-07,班"),
                    place=Place(file=str(path), cell=str(number)),
                ) from None
    return WorkCalendar(own)
