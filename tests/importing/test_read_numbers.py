from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.importing.numbers import chinese_number, factor, read_amount, read_count, read_number
from cmkit.sheets.cells import Cell


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50元", "1234.5"),
        (" ￥2,257,592.00 ", "2257592"),
        ("¥7.40", "7.4"),
        ("-¥5", "-5"),
        ("１２３４", "1234"),
        ("1.2万", "12000"),
        ("1.2万元", "12000"),
        ("3亿", "300000000"),
        ("5百万", "5000000"),
        ("(1,234)", "-1234"),
        ("（1,234.5）", "-1234.5"),
        ("1,234-", "-1234"),
        ("人民币100元整", "100"),
        ("壹万贰仟", "12000"),
        ("壹万贰仟叁佰肆拾伍元陆角柒分", "12345.67"),
        ("人民币叁佰元整", "300"),
        ("一万二千", "12000"),
        (0.1, "0.1"),
        (3, "3"),
        ("1.5E3", "1500"),
    ],
)
def test_amounts_in_yuan(cell: Cell, yuan: str) -> None:
    value, flaw = read_amount(cell, "元", "元", money=True)
    assert flaw is None
    assert value == Decimal(yuan)


def test_the_unit_of_the_heading_and_the_unit_in_the_cell() -> None:
    """余额（万元）: 12.5 is 125,000 yuan; 12.5万 in the same column is so too."""
    assert read_amount(12.5, "万元", "元", money=True)[0] == 125_000
    assert read_amount("12.5万", "万元", "元", money=True)[0] == 125_000
    assert read_amount("12500元", "万元", "元", money=True)[0] == 12_500
    assert read_amount(12_500.0, "元", "万元", money=True)[0] == Decimal("1.25")


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("约一千多", "number"),
        ("1,23", "number"),
        ("1.2.3", "number"),
        ("12/13", "number"),
        ("100美元", "number_unit"),
        ("12%", "number_unit"),
        ("3户", "number_unit"),
        (True, "number"),
        (float("inf"), "number"),
        (dt.date(2026, 1, 1), "number"),
        (1e400, "number"),
        (9e18, "number_large"),
    ],
)
def test_what_is_no_amount(cell: Cell, wrong: str) -> None:
    value, flaw = read_amount(cell, "元", "元", money=True)
    assert value is None
    assert flaw is not None
    assert flaw.code == wrong


def test_percent_and_permille() -> None:
    assert read_amount("85.3%", "%", "%", money=False)[0] == Decimal("85.3")
    assert read_amount("5‰", "%", "%", money=False)[0] == Decimal("0.5")
    assert read_amount(85.3, "%", "%", money=False)[0] == Decimal("85.3")


def test_more_than_four_decimals_in_text_is_said() -> None:
    value, flaw = read_amount("0.12345", "元", "元", money=True)
    assert value == Decimal("0.12345")
    assert flaw is not None
    assert flaw.severity == "warning"
    assert read_amount(0.1 + 0.2, "元", "元", money=True)[1] is None


@pytest.mark.parametrize(("cell", "count"), [("12户", 12), (3.0, 3), ("1,200", 1200), ("1.2万户", 12000), ("三", 3)])
def test_counts(cell: Cell, count: int) -> None:
    assert read_count(cell) == (count, None)


@pytest.mark.parametrize("cell", ["1.5", 1.5, "12%", "几户", ""])
def test_what_is_no_count(cell: Cell) -> None:
    assert read_count(cell)[1] is not None


@pytest.mark.parametrize(
    ("word", "size"), [("万元", 10_000), ("亿", 10**8), ("户", 1), ("千元", 1000), ("%", 1), ("百万元", 10**6)]
)
def test_units(word: str, size: int) -> None:
    assert factor(word) == size


def test_a_remark_in_brackets_is_no_unit() -> None:
    assert factor("含税") is None
    assert factor("美元") is None


DIGITS = "零壹贰叁肆伍陆柒捌玖"


def in_capitals(number: int) -> str:
    """The figures of a cheque, written the long way: 1005 is 壹仟零佰零拾伍."""
    parts = []
    for size, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, size) if size > 1 else (number, 0)
        if group:
            digits = f"{group:04d}"
            inner = "".join(DIGITS[int(digit)] + unit for digit, unit in zip(digits, "仟佰拾", strict=False))
            parts.append(inner + (DIGITS[int(digits[3])] if digits[3] != "0" else "") + word)
    return "".join(parts) + "元整"


@given(st.integers(1, 9999_9999_9999))
def test_capitals_say_what_the_figures_say(number: int) -> None:
    assert chinese_number(in_capitals(number)) == number


@given(st.decimals(-(10**9), 10**9, places=4))
def test_figures_come_back_in_every_dress(value: Decimal) -> None:
    for text in (f"{value:f}", f"{value:,.4f}", f"￥{value:,.4f}", f"{value:f}元"):
        assert read_number(text)[0] == value, text


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.dates()))
def test_never_a_crash(cell: Cell) -> None:
    value, _word, flaw = read_number(cell)
    assert (value is None) == (flaw is not None)


def test_endless_text_is_refused_at_once() -> None:
    for text in ("1" * 30_000 + "x", "万" * 30_000, "(" * 30_000, "1," * 20_000):
        assert read_number(text)[2] is not None


@pytest.mark.parametrize("text", ["一百二", "一万二", "二百五", "壹仟贰", "一亿三", "一万二千三"])
def test_what_is_said_one_way_and_written_another_is_no_number(text: str) -> None:
    """一百二 is 120 in speech and 102 by the letter: nobody guesses."""
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("一百零二", 102), ("一百二十", 120), ("一万零二", 10_002), ("一万二千", 12_000), ("二十三", 23)],
)
def test_what_is_said_and_written_alike(text: str, number: int) -> None:
    assert chinese_number(text) == number
