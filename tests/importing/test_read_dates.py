from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.period import parse_period
from cmkit.importing.dates import read_date, read_lunar, read_period, read_time
from cmkit.sheets.cells import Cell

FIFTH_OF_MARCH = dt.date(2024, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2024年3月5日",
        "2024.3.5",
        "2024/3/5",
        "2024-03-05",
        "20240305",
        "24-3-5",
        "24年3月5日",
        "２０２４年３月５日",
        "2024 年 3 月 5 日",
        "2024年3月5日 星期二",
        "2024-03-05 14:30:00",
        "2024-03-05T14:30:00",
        "2024/3/5 9:05",
        "二〇二四年三月五日",
        "Mar 5, 2024",
        20240305.0,
        45356.0,
        45356.75,
        "45356",
        dt.date(2024, 3, 5),
        dt.datetime(2024, 3, 5, 14, 30),  # noqa: DTZ001 - cells have no zone
    ],
)
def test_forms_of_one_day(cell: Cell) -> None:
    assert read_date(cell) == (FIFTH_OF_MARCH, None)


def test_a_day_without_year_takes_it_from_the_period() -> None:
    assert read_date("3月5日", parse_period("2024-Q1")) == (FIFTH_OF_MARCH, None)
    assert read_date("3-5", parse_period("2024")) == (FIFTH_OF_MARCH, None)
    assert code(read_date("3月5日")) == "date_year"


def test_a_working_year_that_spans_two_years() -> None:
    """Week 1 of 2026 runs from 29 December 2025 to 4 January 2026."""
    week = parse_period("2026-W01")
    assert read_date("1月2日", week)[0] == dt.date(2026, 1, 2)
    assert read_date("12月30日", week)[0] == dt.date(2025, 12, 30)


def code(result: tuple[object, object]) -> str:
    return getattr(result[1], "code", "")


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("03/05/2024", "date_ambiguous"),
        ("3-5-24", "date_ambiguous"),
        ("2024-02-30", "date"),
        ("2024年13月1日", "date"),
        ("农历八月十五", "date_lunar"),
        ("明天", "date"),
        ("9999999", "date"),
        (9999999.0, "date"),
        (-3.0, "date"),
        (float("nan"), "date"),
        (True, "date"),
        (dt.time(9, 30), "date"),
        ("2024.3", "date"),
    ],
)
def test_what_is_no_day(cell: Cell, wrong: str) -> None:
    assert read_date(cell)[0] is None
    assert code(read_date(cell)) == wrong


def test_day_first_where_it_cannot_be_otherwise() -> None:
    assert read_date("25/03/2024")[0] == dt.date(2024, 3, 25)
    assert read_date("03/25/2024")[0] == dt.date(2024, 3, 25)
    assert read_date("05/05/2024")[0] == dt.date(2024, 5, 5)


def test_serials_of_the_two_epochs() -> None:
    """Excel's day 1 is 1 January 1900 (it also believes in 29 February 1900); day 1 of 1904 is 2 January 1904."""
    assert read_date(45356.0)[0] == dt.date(2024, 3, 5)
    assert read_date(3654.0)[0] == dt.date(1910, 1, 1)
    assert read_date(43894.0, date1904=True)[0] == dt.date(2024, 3, 5)


@pytest.mark.parametrize("typed", [10.12, 8.5, 3.1, 305, 1012, 2026])
def test_a_month_and_day_typed_as_a_number_is_no_day_of_the_year_1900(typed: float) -> None:
    """10.12 for 12 October is serial number 10 to Excel: 9 January 1900."""
    value, flaw = read_date(typed)
    assert value is None
    assert flaw is not None
    assert flaw.code == "date"


@pytest.mark.parametrize(("typed", "day"), [(8.15, "八月十五"), (8.5, "八月初五"), (8.1, None), (8, None)])
def test_a_lunar_day_typed_as_a_number_is_none_of_january(typed: float, day: str | None) -> None:
    """8.15 is the serial number of 8 January 1900, but nobody means 正月初八; 8.1 is 初一 or 初十, so it is asked for."""
    assert (read_lunar(typed)[0] or None) == day


@given(st.dates(dt.date(1850, 1, 1), dt.date(2150, 12, 31)))
def test_every_day_in_every_form(day: dt.date) -> None:
    forms = [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month:02d}/{day.day:02d}",
        f"{day:%Y%m%d}" if day.year >= 1000 else day.isoformat(),
    ]
    assert {read_date(form)[0] for form in forms} == {day}


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.times()))
def test_anything_else_is_a_flaw_and_never_a_crash(cell: Cell) -> None:
    value, flaw = read_date(cell)
    assert (value is None) == (flaw is not None)


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("9:30", "09:30"),
        ("09:30:15", "09:30"),
        ("9点", "09:00"),
        ("9点半", "09:30"),
        ("9时05分", "09:05"),
        ("下午3点", "15:00"),
        ("下午 3:20", "15:20"),
        ("3:20 PM", "15:20"),
        ("上午9：00", "09:00"),
        (0.5, "12:00"),
        (dt.time(9, 30), "09:30"),
        (dt.timedelta(hours=9, minutes=30), "09:30"),
    ],
)
def test_times(cell: Cell, time: str) -> None:
    assert read_time(cell) == (time, None)


@pytest.mark.parametrize("cell", ["25:00", "9:75", "早上", 3.5, "9:00-10:00"])
def test_what_is_no_time(cell: Cell) -> None:
    assert code(read_time(cell)) == "time"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("2026-10", "2026-10"),
        ("2026年10月", "2026-10"),
        ("2026年10月份", "2026-10"),
        ("202610", "2026-10"),
        (202610.0, "2026-10"),
        ("2026/10", "2026-10"),
        ("2026.1", "2026-01"),
        (2026.11, "2026-11"),
        (dt.date(2026, 10, 1), "2026-10"),
        (dt.date(2026, 10, 15), "2026-10-15"),
        ("2026Q3", "2026-Q3"),
        ("2026年三季度", "2026-Q3"),
        ("2026年第3季度", "2026-Q3"),
        ("2026-W43", "2026-W43"),
        ("2026年第43周", "2026-W43"),
        ("2026年", "2026"),
        (2026.0, "2026"),
        ("2026-10-31", "2026-10-31"),
    ],
)
def test_periods(cell: Cell, name: str) -> None:
    assert read_period(cell) == (name, None)


def test_a_bare_month_belongs_to_the_year_asked_for() -> None:
    assert read_period("10月", parse_period("2026-10")) == ("2026-10", None)
    assert read_period("三季度", parse_period("2026")) == ("2026-Q3", None)
    assert code(read_period("10月")) == "period"


def test_2026_10_typed_as_a_number_is_not_january() -> None:
    assert code(read_period(2026.1)) == "period_ambiguous"
    assert code(read_period("2026-13")) == "period"
