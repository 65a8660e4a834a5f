"""Rows on a terminal and in CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from cmkit.facts.section import Cell, Column, Status
from cmkit.render import terminal

COLUMNS = (Column("客户"), Column("余额", "money", "万元"), Column("日期", "date"), Column("状态", "status"))
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("张三", Decimal("12345678.9"), date(2026, 10, 30), Status("good", "达标")),
    ("3E5", Decimal(0), None, None),
)


def test_the_table_is_aligned_and_numbers_stay_as_they_are() -> None:
    """Chinese characters are two wide, 3E5 stays text."""
    assert terminal.table(COLUMNS, ROWS).splitlines() == [
        "客户      余额（万元）  日期        状态",
        "------  --------------  ----------  ------",
        "张三     12,345,678.90  2026-10-30  ● 达标",
        "3E5               0.00              —",
    ]


def test_control_characters_never_reach_the_terminal() -> None:
    text = terminal.table((Column("\x1b[31m名"),), (("张\x1b[2J三\u202e\r\n四\x07",),))
    assert not [sign for sign in text if sign in "\x1b\u202e\r\x07"]
    assert len(text.splitlines()) == 3


def test_an_empty_table_shows_its_heads() -> None:
    assert "客户" in terminal.table(COLUMNS, ())


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", "|x", " =1", "\u3000=1"])
def test_csv_text_is_no_formula(payload: str) -> None:
    rows = list(csv.reader(io.StringIO(terminal.comma((Column("名"),), ((payload,),)), newline="")))
    assert rows[1][0].startswith("'")
    assert rows[1][0][1:] == payload.replace("\r", "\n")


def test_csv_numbers_are_for_programs() -> None:
    """Negative numbers are numbers, not text that begins with a minus."""
    text = terminal.comma(COLUMNS, (("A,B", Decimal("-1234.50"), date(2026, 10, 30), Status("bad", "未达标")),))
    assert text == '客户,余额（万元）,日期,状态\r\n"A,B",-1234.5,2026-10-30,未达标\r\n'


def test_markdown_rows_escape_pipes() -> None:
    assert terminal.markdown((Column("名"), Column("数", "count")), (("a|b", 1200),)).splitlines() == [
        "| 名 | 数 |",
        "| --- | ---: |",
        "| a\\|b | 1,200 |",
    ]
