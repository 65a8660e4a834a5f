from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.money import round_half_up
from cmkit.base.period import Period, parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.kpi.grades import grade_of, ranks
from cmkit.kpi.progress import (
    day_back,
    growth,
    pace,
    same_span_before,
    same_span_year_ago,
    time_progress,
    work_progress,
)

CALENDAR = WorkCalendar()
OCTOBER = parse_period("2026-10")


def all_of(*values: object) -> tuple[object, ...]:
    return values


def span(period: Period) -> tuple[str, str]:
    return period.start.isoformat(), period.end.isoformat()


@pytest.mark.parametrize(
    ("name", "cut", "expected"),
    [
        ("2026-07", date(2026, 7, 13), "41.94"),
        ("2026", date(2026, 11, 23), "89.59"),
        ("2028", date(2028, 2, 29), "16.39"),
        ("2026-10", date(2026, 9, 30), "0.00"),
        ("2026-10", date(2026, 10, 31), "100.00"),
        ("2026-10", date(2027, 1, 1), "100.00"),
    ],
)
def test_time_progress(name: str, cut: date, expected: str) -> None:
    assert f"{round_half_up(time_progress(parse_period(name), cut)):f}" == expected


def test_time_progress_follows_the_firms_own_month() -> None:
    """2026-03 of a 26-25 firm: 26 February to 25 March, 28 days; by 5 March 8 of them have passed."""
    assert time_progress(parse_period("2026-03", "26-25"), date(2026, 3, 5)) == Decimal(8) * 100 / 28


def test_working_days_of_october_2026() -> None:
    """
    October 2026: holiday 1-7, make-up day Saturday 10th.
    Own calendar so that the count is ours: 8, 9, 10(班), 12-16, 19-23, 26-30 = 18 days.
    """
    rest = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
    calendar = WorkCalendar(rest | {date(2026, 10, 8): True, date(2026, 10, 9): True})
    assert work_progress(OCTOBER, date(2026, 10, 16), calendar) == Decimal(8) * 100 / 18
    assert work_progress(OCTOBER, date(2026, 9, 1), calendar) == 0


def test_a_period_without_working_days_has_no_work_progress() -> None:
    saturday = parse_period("2026-11-21")
    assert work_progress(saturday, date(2026, 11, 21), CALENDAR) is None


def test_pace_of_the_worked_example() -> None:
    """4,000 wanted, 1,300 by day 13 of 31: 3,100 forecast, 150 a day for the 18 days left."""
    found = pace(Decimal(1300), Decimal(4000), parse_period("2026-07"), date(2026, 7, 13), CALENDAR)
    assert all_of(found.forecast, found.per_day, found.days_left) == (3100, 150, 18)
    assert found.workdays_left == 14  # 14-17, 20-24, 27-31 July 2026
    assert found.per_workday == Decimal(2700) / 14


def test_nothing_is_needed_once_reached_nor_on_the_last_day() -> None:
    july = parse_period("2026-07")
    assert pace(Decimal(9), Decimal(4), july, date(2026, 7, 13), CALENDAR).per_day == 0
    last = pace(Decimal(3), Decimal(4), july, date(2026, 7, 31), CALENDAR)
    assert all_of(last.forecast, last.per_day, last.per_workday) == (3, None, None)


def test_before_the_period_everything_is_still_needed() -> None:
    found = pace(Decimal(0), Decimal(310), parse_period("2026-07"), date(2026, 6, 1), CALENDAR)
    assert all_of(found.forecast, found.per_day) == (None, 10)


@pytest.mark.parametrize(
    ("current", "base", "text"),
    [
        ("120", "100", "+20.00%"),
        ("80", "100", "-20.00%"),
        ("10", "0", "新增"),
        ("0", "0", "持平"),
        ("-10", "0", "新增亏损"),
        ("50", "-100", "扭亏"),
        ("0", "-100", "减亏 100.00%"),
        ("-50", "-100", "减亏 50.00%"),
        ("-150", "-100", "增亏 50.00%"),
        ("-100", "-100", "+0.00%"),
        ("-1", "100", "由盈转亏"),
        ("0", "100", "-100.00%"),
    ],
)
def test_growth_in_words(current: str, base: str, text: str) -> None:
    assert growth(Decimal(current), Decimal(base)).text == text


@pytest.mark.parametrize(
    ("current", "base", "text"),
    [
        ("50", "-100", "由负转正"),
        ("-50", "-100", "降幅收窄 50.00%"),
        ("-150", "-100", "降幅扩大 50.00%"),
        ("-1", "9", "由正转负"),
    ],
)
def test_a_negative_net_change_is_no_loss(current: str, base: str, text: str) -> None:
    assert growth(Decimal(current), Decimal(base), net=True).text == text


def test_growth_between_rates_is_points_and_nothing_without_a_base() -> None:
    assert growth(Decimal(82), Decimal(80), rates=True).text == "+2.00 个百分点"
    assert growth(Decimal(82), None).text == "不适用"
    assert growth(None, Decimal(80)).text == "不适用"


@pytest.mark.parametrize(
    ("name", "scheme", "cut", "before", "ago"),
    [
        ("2026-10", "calendar", date(2026, 10, 30), ("2026-09-01", "2026-09-30"), ("2025-10-01", "2025-10-30")),
        ("2026-10", "calendar", date(2026, 11, 5), ("2026-09-01", "2026-09-30"), ("2025-10-01", "2025-10-31")),
        ("2026-08", "26-25", date(2026, 8, 1), ("2026-06-26", "2026-07-01"), ("2025-07-26", "2025-08-01")),
        ("2026-Q3", "calendar", date(2026, 8, 15), ("2026-04-01", "2026-05-15"), ("2025-07-01", "2025-08-15")),
        ("2028", "calendar", date(2028, 2, 29), ("2027-01-01", "2027-02-28"), ("2027-01-01", "2027-02-28")),
        ("2028-02-29", "calendar", date(2028, 2, 29), ("2028-02-28", "2028-02-28"), ("2027-02-28", "2027-02-28")),
        ("2026-W43", "calendar", date(2026, 10, 20), ("2026-10-12", "2026-10-13"), ("2025-10-20", "2025-10-21")),
    ],
)
def test_growth_compares_the_same_span(
    name: str, scheme: str, cut: date, before: tuple[str, str], ago: tuple[str, str]
) -> None:
    """A source's example: 2006-07-26—08-01 against 2006-06-26—07-01."""
    period = parse_period(name, scheme)
    assert span(same_span_before(period, cut)) == before
    assert span(same_span_year_ago(period, cut)) == ago


def test_a_month_back_from_the_31st_is_the_months_last_day() -> None:
    assert day_back(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert day_back(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert day_back(date(2026, 1, 15), 13) == date(2024, 12, 15)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.sampled_from(["month", "quarter", "year", "week"]))
def test_time_progress_never_leaves_0_to_100(day: date, kind: str) -> None:
    names = {"month": "2026-02", "quarter": "2026-Q1", "year": "2026", "week": "2026-W09"}
    assert 0 <= time_progress(parse_period(names[kind]), day) <= 100


GRADES = {"优秀": Decimal(90), "良好": Decimal(80), "一般": Decimal(60), "差": Decimal(0)}


@pytest.mark.parametrize(
    ("score", "grade"), [("90", "优秀"), ("89.5", "良好"), ("80", "良好"), ("79.99", "一般"), ("0", "差"), ("-3", "差")]
)
def test_a_score_on_a_bound_belongs_to_the_grade(score: str, grade: str) -> None:
    assert grade_of(Decimal(score), GRADES) == grade


def test_without_grades_there_is_none() -> None:
    assert grade_of(Decimal(50), {}) == ""


def test_ties_share_a_place_and_leave_the_next_free() -> None:
    scores = {"a": Decimal(80), "b": Decimal(90), "c": Decimal(80), "d": Decimal(70), "e": None}
    assert ranks(scores) == {"a": 2, "b": 1, "c": 2, "d": 4, "e": None}
