"""The hours of a day: the owner's shift without lunch, meetings, and when a client receives.

A round runs on a clock of its own that begins with the shift (second 0) and stands still over lunch. Lunch begins with
the end of the visit under way at its appointed hour and lasts its full length, so no visit is cut in two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from cmkit.facts.specs import VisitSpec

_MINUTE: Final = 60
_DAY_END: Final = 24 * 60
_SPANS: Final = 2
_SPAN: Final = re.compile(r"(\d{1,2})(?:[:：点](\d{1,2})?)?\s*分?\s*[-–—~～至到]+\s*(\d{1,2})(?:[:：点](\d{1,2})?)?")
_WEEKDAYS: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6}
_RANGE: Final = re.compile(r"([一二三四五六日天])\s*(?:至|到|[-–—~～])\s*(?:周|星期|礼拜)?([一二三四五六日天])")
_ENGLISH: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shift:
    """A working day: minutes of the clock."""

    start: int
    finish: int
    lunch: int = 0
    rest: int = 0
    """When lunch begins, and how long it is; 0 = none."""

    @property
    def seconds(self) -> int:
        """How long a round may take, on its own clock."""
        return (self.finish - self.start - self.rest) * _MINUTE

    def clock(self, second: int) -> int:
        """The minute of the day at which something begins that begins at ``second`` of the round, rounded up."""
        minute = self.start + -(-second // _MINUTE)
        return minute + self.rest if self.rest and self.start * _MINUTE + second >= self.lunch * _MINUTE else minute

    def round_window(self, opens: int, closes: int) -> Window | None:
        """From minutes of the clock to seconds of the round: when a visit may begin. None where it never may."""
        first, last = (
            self._second(max(opens, self.start), after=True),
            self._second(min(closes, self.finish), after=False),
        )
        return (first, last) if first <= last else None

    def seconds_at(self, minute: int) -> int:
        """The second of the round at a minute of the clock, between the shift's ends."""
        return max(0, min(self._second(minute, after=True), self.seconds))

    def _second(self, minute: int, *, after: bool) -> int:
        begins = (self.lunch - self.start) * _MINUTE
        if not self.rest or minute < self.lunch:
            return (minute - self.start) * _MINUTE
        if minute < self.lunch + self.rest:
            return begins if after else begins - 1
        return (minute - self.rest - self.start) * _MINUTE


def shift_of(spec: VisitSpec) -> Shift:
    """The shift that the pack says."""
    start, finish = minute_of(spec.start), minute_of(spec.finish)
    lunch = spans_of(spec.lunch)
    if not lunch or not start < lunch[0][0] < finish:
        return Shift(start, finish)
    return Shift(start, finish, lunch[0][0], lunch[0][1] - lunch[0][0])


def minute_of(text: str) -> int:
    """``09:30`` as minutes since midnight; 0 where it is no time."""
    found = re.fullmatch(r"\s*(\d{1,2})[:：](\d{2})\s*", text)
    return min(int(found[1]) * 60 + int(found[2]), _DAY_END) if found else 0


def spans_of(text: str) -> list[Window]:
    """``09:00-12:00、14:00-17:30`` (or ``9点至12点``) as pairs of minutes; what cannot be read is left out."""
    found = []
    for a, b, c, d in _SPAN.findall(text):
        opens, closes = int(a) * 60 + int(b or 0), int(c) * 60 + int(d or 0)
        if opens <= _DAY_END and closes <= _DAY_END:
            # A bar that closes after midnight is open until the end of the day.
            found.append((opens, closes if closes > opens else _DAY_END))
    return found


def closed_weekdays(text: str) -> frozenset[int]:
    """``周三、周日``, ``周六至周日``, ``周末``, ``Sunday`` as weekdays, Monday 0."""
    lowered = text.lower()
    days = {number for number, name in enumerate(_ENGLISH) if name in lowered}
    if "周末" in text:
        days |= {5, 6}
        text = text.replace("周末", "")
    for first, last in _RANGE.findall(text):
        a, b = _WEEKDAYS[first], _WEEKDAYS[last]
        days |= set(range(a, b + 1)) if a <= b else {*range(a, 7), *range(b + 1)}
    return frozenset(days | {_WEEKDAYS[sign] for sign in text if sign in _WEEKDAYS})


def visit_windows(hours: str, minutes: int, shift: Shift) -> tuple[Window, ...]:
    """When a visit of so many minutes may begin, on the round's clock; none where the client never receives in the shift.

    A visit ends before closing time, in the morning's span or in the afternoon's. Of more than two spans inside the
    shift the two longest count.
    """
    spans: list[Window] = []
    for opens, closes in sorted(spans_of(hours) or [(0, _DAY_END + minutes)]):
        if spans and opens <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], closes))
        else:
            spans.append((opens, closes))
    found = [one for opens, closes in spans if (one := shift.round_window(opens, closes - minutes))]
    return tuple(sorted(sorted(found, key=lambda one: (one[0] - one[1], one[0]))[:_SPANS]))


def weekday_open(closed: frozenset[int], day: date) -> bool:
    """Whether the client receives on that weekday."""
    return day.weekday() not in closed


def clock_text(minute: int) -> str:
    """``09:05``; never past midnight."""
    hours, rest = divmod(min(minute, _DAY_END - 1), 60)
    return f"{hours:02d}:{rest:02d}"
