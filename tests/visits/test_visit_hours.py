from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.facts.specs import VisitSpec
from cmkit.visits.hours import Shift, closed_weekdays, shift_of, spans_of, visit_windows

DAY = Shift(9 * 60, 17 * 60 + 30, 12 * 60, 90)


def test_a_shift_without_its_lunch() -> None:
    assert shift_of(VisitSpec(start="09:00", finish="17:30", lunch="12:00-13:30")) == DAY
    assert DAY.seconds == 7 * 3600
    assert shift_of(VisitSpec(start="09:00", finish="11:30", lunch="12:00-13:30")).rest == 0


@pytest.mark.parametrize(
    ("second", "clock"), [(0, 540), (61, 542), (3 * 3600 - 60, 719), (3 * 3600, 13 * 60 + 30), (4 * 3600, 14 * 60 + 30)]
)
def test_the_clock_stands_still_over_lunch(second: int, clock: int) -> None:
    assert DAY.clock(second) == clock


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-12:00、14:00-17:30", [(540, 720), (840, 1050)]),
        ("9点至12点", [(540, 720)]),
        ("8：30～11：00", [(510, 660)]),
        ("20:00-02:00", [(1200, 1440)]),
        ("随时", []),
        ("25:00-26:00", []),
    ],
)
def test_hours_as_people_write_them(text: str, spans: list[tuple[int, int]]) -> None:
    assert spans_of(text) == spans


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周三、周日", {2, 6}),
        ("周六至周日", {5, 6}),
        ("周末", {5, 6}),
        ("Sunday", {6}),
        ("星期五到星期一", {4, 5, 6, 0}),
        ("", set()),
    ],
)
def test_closed_days_as_people_write_them(text: str, days: set[int]) -> None:
    assert closed_weekdays(text) == days


@pytest.mark.parametrize(
    ("hours", "windows"),
    [
        # 40 minutes before noon at the latest at 11:20, that is second 8400; from 14:00 on it is 3.5 hours into the round.
        ("09:00-12:00", [(0, 8400)]),
        ("14:00-16:00", [(12600, 17400)]),
        ("09:00-12:00、14:00-17:30", [(0, 8400), (12600, 22800)]),
        ("14:00-17:30、09:00-12:00", [(0, 8400), (12600, 22800)]),
        # Where one span runs on in the next, there is no pause between them.
        ("09:00-11:00、10:00-12:00", [(0, 8400)]),
        ("09:00-10:00、10:00-12:00", [(0, 8400)]),
        # Of three the two longest; the one of half an hour is too short for any visit.
        ("09:00-10:00、10:30-11:50、14:00-17:30", [(5400, 7800), (12600, 22800)]),
        ("09:00-09:30、14:00-17:30", [(12600, 22800)]),
        ("12:30-13:00", []),
        ("18:00-22:00", []),
        ("", [(0, 25200)]),
    ],
)
def test_when_a_visit_of_forty_minutes_may_begin(hours: str, windows: list[tuple[int, int]]) -> None:
    assert list(visit_windows(hours, 40, DAY)) == windows


@given(st.integers(0, 1440), st.integers(0, 1440), st.integers(5, 120))
def test_whoever_begins_in_the_window_is_there_in_the_hours(a: int, b: int, minutes: int) -> None:
    opens, closes = min(a, b), max(a, b)
    hours = f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
    for found in visit_windows(hours, minutes, DAY) if closes > opens else ():
        for second in (found[0], (found[0] + found[1]) // 2, found[1]):
            begins = DAY.clock(second)
            assert opens <= begins
            assert begins + minutes <= closes + 1 or closes >= 1440
