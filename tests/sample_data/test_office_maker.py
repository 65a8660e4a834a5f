"""An office made out of words: what office.toml says is what stands in the files."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import openpyxl
import pytest
from stdnum.cn import uscc

from sample_data.makers.cells import Words, value_of
from sample_data.makers.office import make_office
from sample_data.makers.people import Crowd

OFFICE = """
[[org]]
org_id = "Q00"
name = "总行"
level = "总部"
[[org]]
org_id = "Q01"
name = "一支行"
level = "分部"
parent_id = "Q00"
[[staff]]
staff_id = "G1"
name = "甲乙"
role = "客户经理"
org_id = "Q01"
[words]
tiers = ["重点", "一般"]
lines = { "重点" = [500, 900, 100], "一般" = [10, 90, 10] }
[table.clients]
count = 4
fields = { client_id = "text KH{n:03d}", name = "text 第{n}公司", tier = "next tiers", owner_id = "text G1", org_id = "text Q01", uscc = "uscc", limit = "scale tier lines" }
[table.loans]
each = "clients"
where = { tier = "重点" }
times = [2, 2]
fields = { loan_id = "text J{n:03d}", client_id = "copy clients.client_id", balance = "part clients.limit 50 100" }
[[file]]
name = "台账.xlsx"
table = "clients"
title = "对公客户台账"
under = ["单位：万元"]
groups = [["", 2], ["授信", 2]]
columns = ["客户号=client_id", "户名=name", "等级=tier", "额度=limit/100:text"]
subtotal = "tier"
total = ["limit"]
notes = ["注：手工汇总"]
spoil = [{ row = 1, field = "tier", value = "特级" }]
[[file]]
name = "借据.csv"
table = "loans"
encoding = "gb18030"
columns = ["借据号=loan_id", "客户号=client_id", "余额=balance"]
[kpi]
line = [{ name = "存款", unit = "万元", target = { G1 = 100 }, grow = 10, actual = { G1 = 80 } }]
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Four clients, the first and third 重点 with two loans each."""
    words = tmp_path / "words" / "trial"
    words.mkdir(parents=True)
    (words / "office.toml").write_text(OFFICE, encoding="utf-8")
    make_office(tmp_path, words)
    return tmp_path / "trial"


def test_titles_groups_subtotals_and_spoils(made: Path) -> None:
    rows = [list(row) for row in openpyxl.load_workbook(made / "台账.xlsx").worksheets[0].iter_rows(values_only=True)]
    assert rows[0][0] == "对公客户台账"
    assert rows[2] == ["客户号", "户名", "授信", None]
    assert rows[3] == [None, None, "等级", "额度"]
    assert rows[4][:3] == ["KH001", "第1公司", "特级"]
    assert [row[0] for row in rows if row[0] and "计" in str(row[0])].count("合计") == 1
    assert "注：手工汇总" in [row[0] for row in rows]


def test_rows_made_out_of_another_table(made: Path) -> None:
    with (made / "借据.csv").open(encoding="gb18030", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["客户号"] for row in rows] == ["KH001", "KH001", "KH003", "KH003"]
    assert all(250 <= int(row["余额"]) <= 900 for row in rows)


def test_targets_of_people_and_the_offices_above_them(made: Path) -> None:
    """100 in October, 10 % less in September: 90; the branch and the head office have the same one person."""
    book = openpyxl.load_workbook(made / "指标目标_2026.xlsx")
    rows = [row for row in book["9月"].iter_rows(min_row=3, values_only=True) if row[0] == "存款"]
    assert [(row[1], row[4]) for row in rows] == [("G1", 90), ("Q00", 90), ("Q01", 90)]


def test_credit_codes_have_a_right_check_character() -> None:
    known = Words({}, Crowd(Random(1)))
    codes = [value_of("uscc", {"n": number}, known, Random(1)) for number in range(1, 50)]
    assert len(set(codes)) == 49
    assert all(uscc.is_valid(code) for code in codes)


def test_a_verb_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="pick"):
        value_of("pcik words", {"n": 1}, Words({}, Crowd(Random(1))), Random(1))
