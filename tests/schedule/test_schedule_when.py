"""When a job is due, in office words, on the calendar of October 2026 (holiday 1-7, Saturday the 10th worked)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.base.workdays import WorkCalendar
from cmkit.base.workspace import JobSettings
from cmkit.schedule import crontab_lines, is_due, next_due

WORKS = WorkCalendar()


def due_in_october(when: str) -> list[int]:
    return [day for day in range(1, 32) if is_due(when, date(2026, 10, day), WORKS)]


@pytest.mark.parametrize(
    ("when", "days"),
    [
        ("workday", [8, 9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30]),
        ("monday", [5, 12, 19, 26]),
        ("first-workday", [8]),
        ("last-workday", [30]),
        ("week-last-workday", [10, 16, 23, 30]),
        ("month-end", [31]),
        ("quarter-end", []),
        ("after-holiday", [8]),
        ("day:26", [26]),
        ("day:31", [31]),
        ("workday:2", [9]),
        ("workday:-2", [29]),
        ("rrule:FREQ=MONTHLY;BYDAY=2TU", [13]),
    ],
)
def test_due_days_of_october(when: str, days: list[int]) -> None:
    assert due_in_october(when) == days


def test_day_31_falls_on_the_last_day_of_a_short_month() -> None:
    assert is_due("day:31", date(2026, 2, 28), WORKS)


def test_working_month_end() -> None:
    assert is_due("workmonth-end", date(2026, 10, 25), WORKS, "26-25")
    assert not is_due("workmonth-end", date(2026, 10, 31), WORKS, "26-25")


def test_next_due_is_after_the_day() -> None:
    assert next_due("last-workday", date(2026, 10, 30), WORKS) == date(2026, 11, 30)
    assert next_due("workday", date(2026, 9, 30), WORKS) == date(2026, 10, 8)


@pytest.mark.parametrize("when", ["sometimes", "day:40", "rrule:FREQ=NEVER", "workday:99", "day:"])
def test_unknown_words_are_refused(when: str) -> None:
    with pytest.raises(ConfigFault):
        is_due(when, date(2026, 10, 1), WORKS)


def test_crontab_has_one_line_a_time_with_absolute_paths() -> None:
    jobs = [
        JobSettings(name="a", run=("check",), at="18:30"),
        JobSettings(name="b", run=("today",), at="18:30"),
        JobSettings(name="c", run=("today",), at="07:05"),
        JobSettings(name="d", run=("today",), at="09:00", enabled=False),
    ]
    lines = crontab_lines(Path("/srv/某 office/100%"), jobs)[1:]
    assert [line.split(" ")[:2] for line in lines] == [["5", "7"], ["30", "18"]]
    assert all(r"'/srv/某 office/100\%'" in line for line in lines)
    assert all(line.split(" ")[5].startswith("/") for line in lines)
