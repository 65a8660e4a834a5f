from __future__ import annotations

from datetime import date

import pytest

from cmkit.base.days import parse_lunar, same_day, short_day, weekday_name, yearly
from cmkit.base.lang import speaking


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("农历八月十五", (8, 15, False)),
        ("八月十五日", (8, 15, False)),
        ("腊月廿三", (12, 23, False)),
        ("闰六月初一", (6, 1, True)),
        ("正月初十", (1, 10, False)),
        ("二月二十", (2, 20, False)),
        ("冬月三十", (11, 30, False)),
        ("农历 8月15日", (8, 15, False)),
        ("十二月二十九", (12, 29, False)),
        ("五月三十一", None),
        ("13月1", None),
        ("张三", None),
        ("", None),
    ],
)
def test_lunar_words(text: str, expected: tuple[int, int, bool] | None) -> None:
    assert parse_lunar(text) == expected


def test_mid_autumn_comes_on_another_day_each_year() -> None:
    """Mid-autumn is 25 September in 2026 and 15 September in 2027 (the published almanac)."""
    found = yearly(None, "农历八月十五", date(2026, 1, 1), date(2027, 12, 31))
    assert found == [date(2026, 9, 25), date(2027, 9, 15)]


def test_the_lunar_day_wins_over_the_solar_one() -> None:
    assert yearly(date(1980, 3, 1), "八月十五", date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 9, 25)]


def test_a_lunar_year_reaches_into_the_next_solar_one() -> None:
    """The eve of the Year of the Horse: the twelfth month of the lunar year 2025 ends on its 29th, 16 February 2026."""
    assert yearly(None, "腊月三十", date(2026, 1, 1), date(2026, 3, 1)) == [date(2026, 2, 16)]


def test_29_february_falls_back_to_the_28th() -> None:
    found = yearly(date(1988, 2, 29), "", date(2026, 1, 1), date(2028, 12, 31))
    assert found == [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]
    assert same_day(date(2024, 2, 29), 2025) == date(2025, 2, 28)


def test_a_span_over_new_year() -> None:
    assert yearly(date(1990, 1, 2), "", date(2026, 12, 28), date(2027, 1, 4)) == [date(2027, 1, 2)]
    assert yearly(None, "", date(2026, 1, 1), date(2026, 12, 31)) == []


def test_days_in_words() -> None:
    day = date(2026, 9, 20)
    assert short_day(day) == "9月20日"
    assert short_day(day, date(2026, 10, 1)) == "9月20日"
    assert short_day(day, date(2027, 1, 1)) == "2026年9月20日"
    assert weekday_name(day) == "星期日"
    with speaking("en"):
        assert short_day(date(2026, 10, 5)) == "5 Oct"
        assert weekday_name(day) == "Sunday"
