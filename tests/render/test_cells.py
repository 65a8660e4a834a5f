"""A cell as text by its column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.lang import speaking
from cmkit.facts.section import Cell, CellKind, Column, Status, Trend
from cmkit.render import cells


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (Decimal("12345.6"), "money", "12,345.60"),
        (Decimal("12345.675"), "money", "12,345.68"),
        (400, "money", "400"),
        (Decimal("1256.50"), "number", "1,256.5"),
        (Decimal(400), "number", "400"),
        (Decimal("-0.001"), "number", "0"),
        (Decimal("-0.001"), "money", "0.00"),
        (1234567, "count", "1,234,567"),
        (Decimal("84.615"), "rate", "84.62%"),
        (Decimal("6.94"), "pp", "+6.94"),
        (Decimal("-12.21"), "pp", "-12.21"),
        (Decimal(0), "pp", "0.00"),
        (Decimal("-0.001"), "pp", "0.00"),
        (date(2026, 10, 30), "date", "2026-10-30"),
        (True, "tick", "√"),
        (False, "tick", "□"),
        (None, "tick", "□"),
        (True, "text", "是"),
        (None, "number", "—"),
        (None, "text", ""),
        ("000123", "text", "000123"),
        ("n/a", "rate", "n/a"),
        (("王敏", "孙丽"), "text", "王敏、孙丽"),
        (Decimal(52), "bar", "■■■■■□□□□□ 52%"),
        (Decimal("97.6"), "bar", "■■■■■■■■■□ 97.6%"),
        (Decimal(100), "bar", "■■■■■■■■■■ 100%"),
        (Decimal(250), "bar", "■■■■■■■■■■ 250%"),
        (Decimal(-5), "bar", "□□□□□□□□□□ -5%"),
        (Status("good", "达标"), "status", "● 达标"),
        (Status("warn", "落后"), "status", "▲ 落后"),
        (Status("bad", "未达标"), "status", "■ 未达标"),
        (Status("none", "未设目标"), "status", "— 未设目标"),
        (Trend((Decimal(0), None, Decimal(7))), "spark", "▁·█"),
        (Trend((Decimal(2), Decimal(2))), "spark", "▄▄"),
        (Trend((None,)), "spark", "—"),
        (Decimal("NaN"), "number", "—"),
        ("a\r\nb\x00\x1b", "note", "a\nb\ufffd\ufffd"),
    ],
)
def test_each_kind_is_shown_its_way(value: Cell, kind: CellKind, shown: str) -> None:
    assert cells.shown(value, Column("列", kind)) == shown
    shown.replace("\ufffd", "").encode("gbk")


def test_units_stand_in_the_heading_once() -> None:
    assert cells.heading(Column("余额", "money", "万元")) == "余额（万元）"
    assert cells.heading(Column("余额(万元)", "money", "万元")) == "余额(万元)"
    assert cells.heading(Column("完成率", "rate", "%")) == "完成率"
    with speaking("en"):
        assert cells.heading(Column("Balance", "money", "CNY")) == "Balance (CNY)"
        assert cells.shown(("A", "B"), Column("x")) == "A, B"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_numbers_keep_their_value(value: Decimal) -> None:
    text = cells.shown(value, Column("x", "number", digits=4)).replace(",", "")
    assert Decimal(text) == value
    assert not text.startswith("-0") or text.startswith("-0.")


@given(st.text())
def test_cleaned_text_fits_xml_and_is_stable(text: str) -> None:
    once = cells.clean(text)
    assert cells.clean(once) == once
    once.encode("utf-8")
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in once)
