"""Money, periods, working days: expected values worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.faults import ConfigFault, Exit, UsageFault, worst
from cmkit.base.money import convert, from_store, grouped, plain, round_half_up, to_store
from cmkit.base.period import parse_period, period_of
from cmkit.base.workdays import WorkCalendar, read_calendar, statutory_days


def test_rounding_is_half_up_once() -> None:
    assert round_half_up(Decimal("2.345")) == Decimal("2.35")
    assert round_half_up(Decimal("-2.345")) == Decimal("-2.35")
    assert grouped(Decimal("12345678.905")) == "12,345,678.91"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_the_store_keeps_four_decimals_exactly(value: Decimal) -> None:
    assert from_store(to_store(value)) == value


def test_units() -> None:
    assert convert(Decimal("1.2"), "万元", "元") == Decimal(12000)
    assert convert(Decimal(30000), "元", "万元") == Decimal(3)
    assert convert(Decimal(1), "亿元", "万元") == Decimal(10000)
    assert plain(Decimal("1200.5000")) == "1200.5"
    with pytest.raises(KeyError):
        convert(Decimal(1), "户", "元")


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W43", "2026-10-19", "2026-10-25"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026-Q3", "2026-07-01", "2026-09-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-10-31", "2026-10-31", "2026-10-31"),
    ],
)
def test_periods(name: str, start: str, end: str) -> None:
    period = parse_period(name)
    assert (period.start.isoformat(), period.end.isoformat(), period.name) == (start, end, name)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026-03", "2026-02-26", "2026-03-25"),
        ("2026-01", "2026-01-01", "2026-01-25"),
        ("2026-12", "2026-11-26", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-25"),
    ],
)
def test_an_insurers_working_month(name: str, start: str, end: str) -> None:
    period = parse_period(name, "26-25")
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_every_day_falls_in_its_period(day: date) -> None:
    for scheme in ("calendar", "26-25"):
        for kind in ("day", "week", "month", "quarter", "year"):
            period = period_of(kind, day, scheme)
            assert day in period, (scheme, kind)
            assert period.previous().end < period.start
            assert period.next().start > period.end


def test_neighbours_and_year_ago() -> None:
    assert parse_period("2026-01").previous().name == "2025-12"
    assert parse_period("2026-10").year_ago().name == "2025-10"
    assert parse_period("2024-02-29").year_ago().name == "2023-02-28"
    assert parse_period("2020-W53").year_ago().name == "2019-W52"
    assert parse_period("2026-10").until(date(2026, 10, 13)).days == 13


@pytest.mark.parametrize("bad", ["2026-13", "October", "2026-W60", "", "2026/10", "2026-02-30"])
def test_a_period_that_is_none_names_the_forms(bad: str) -> None:
    with pytest.raises(UsageFault) as stop:
        parse_period(bad)
    assert "2026-10" in stop.value.hint


def test_october_2026_has_make_up_days() -> None:
    """1-7 October is the holiday, Saturday the 10th is worked: 18 working days in all, by the State Council."""
    works = WorkCalendar()
    assert not works.is_workday(date(2026, 10, 1))
    assert not works.is_workday(date(2026, 10, 7))
    assert works.is_workday(date(2026, 10, 10))
    assert not works.is_workday(date(2026, 10, 11))
    assert works.count(date(2026, 10, 1), date(2026, 10, 31)) == 18
    assert works.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert not works.is_estimated(date(2026, 10, 1))


def test_a_year_nobody_covers_is_reckoned_and_says_so() -> None:
    """2099: New Year's Day, 1 and 2 May and 1-3 October are statutory; 21 January 2099 is the lunar New Year."""
    works = WorkCalendar()
    assert works.is_estimated(date(2099, 3, 3))
    assert not works.is_workday(date(2099, 10, 1))
    assert works.is_workday(date(2099, 10, 5))
    assert date(2099, 1, 21) in statutory_days(2099)
    assert len(statutory_days(2099)) == 13


def test_a_firms_own_file_goes_over_everything(tmp_path: Path) -> None:
    path = tmp_path / "节假日.csv"
    path.write_text("日期,类型\n2026-10-10,休\n2027-02-07,班,补班\n", encoding="utf-8-sig")
    works = read_calendar(path)
    assert not works.is_workday(date(2026, 10, 10))
    assert works.is_workday(date(2027, 2, 7))
    assert not works.is_estimated(date(2027, 2, 7))
    path.write_text("2026-10-10,放假\n", encoding="utf-8")
    with pytest.raises(ConfigFault) as stop:
        read_calendar(path)
    assert stop.value.place.cell == "1"


def test_the_worst_exit_code_wins_in_the_order_of_the_contract() -> None:
    assert worst([0, 3, 4]) == Exit.REFUSED
    assert worst([75, 65, 3]) == Exit.INPUT
    assert worst([1, 74]) == Exit.CRASH
    assert worst([]) == Exit.DONE
    assert worst([2]) == Exit.CRASH
