from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.words import nearest, spoken_amount, spoken_choice, spoken_clock, spoken_day

FRIDAY = date(2026, 10, 30)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-3", date(2026, 11, 3)),
        ("2026年11月3日", date(2026, 11, 3)),
        ("２０２６．１１．３", date(2026, 11, 3)),
        ("20261103", date(2026, 11, 3)),
        ("2026-11-03 00:00:00", date(2026, 11, 3)),
        ("11/3", date(2026, 11, 3)),
        ("1-5", date(2027, 1, 5)),
        ("昨天", date(2026, 10, 29)),
        ("+3", date(2026, 11, 2)),
        ("本周日", date(2026, 11, 1)),
        ("下周一", date(2026, 11, 2)),
        ("2026-02-30", None),
        ("13-1", None),
        ("很快", None),
        ("", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert spoken_day(text, on=FRIDAY) == day


def test_29_february_without_a_year_is_the_nearest_leap_year_or_nothing() -> None:
    assert spoken_day("2-29", on=date(2027, 12, 1)) == date(2028, 2, 29)
    assert spoken_day("2-29", on=date(2026, 1, 1)) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_iso_days_come_back(day: date) -> None:
    assert spoken_day(day.isoformat(), on=FRIDAY) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9:30", "09:30"),
        ("14：05", "14:05"),
        ("9点", "09:00"),
        ("09:30:00", "09:30"),
        ("24:00", None),
        ("9:75", None),
        ("早上", None),
    ],
)
def test_clocks(text: str, clock: str | None) -> None:
    assert spoken_clock(text) == clock


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("30,000", Decimal(30000)),
        ("3.5万", Decimal(35000)),
        ("1.2 亿元", Decimal(120000000)),
        ("５００", Decimal(500)),
        ("三万", None),
        ("", None),
    ],
)
def test_amounts(text: str, amount: Decimal | None) -> None:
    assert spoken_amount(text) == amount


def test_choices_and_neighbours() -> None:
    choices = {"电话": ("致电", "call"), "走访": ()}
    assert spoken_choice("Call", choices) == "电话"
    assert spoken_choice("走访", choices) == "走访"
    assert spoken_choice("飞鸽", choices) is None
    assert nearest("hots", ["host", "place"]) == "host"
    assert nearest("xyz", ["host", "place"]) == ""
