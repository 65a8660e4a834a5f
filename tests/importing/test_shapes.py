"""Sheets that are no plain tables: labels down the side, forms, tables side by side, an indicator a column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmkit.base.period import parse_period
from cmkit.facts.intake import SheetIntake
from cmkit.facts.kinds import decode
from cmkit.facts.specs import TableSpec
from cmkit.importing.find import find_all
from cmkit.importing.options import ReadOptions
from cmkit.importing.prepare import period_in
from cmkit.importing.read import read_file
from cmkit.packs import load_pack
from cmkit.sheets.cells import Book, Sheet

Specs = dict[str, TableSpec]
Grid = list[list[Any]]


@pytest.fixture
def common() -> Specs:
    return dict(load_pack("bank_retail").tables)


def book(path: Path, rows: Grid, title: str = "Sheet1") -> Path:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    made.save(path)
    return path


def said(intake: SheetIntake, specs: Specs) -> list[dict[str, str]]:
    kinds = specs[intake.table].kinds()
    return [
        {
            key: str(decode(kinds[key], value))
            for key, value in zip(intake.columns, row.values, strict=True)
            if value is not None
        }
        for row in intake.rows
    ]


def test_labels_down_the_side(tmp_path: Path, specs: Specs) -> None:
    """
    客户编号  C1          C2
    客户名称  甲          乙
    建档日期  2026-01-02  2026-02-30   <- no such day: the cell is C3
    """
    path = book(
        tmp_path / "客户台账.xlsx",
        [["客户编号", "C1", "C2"], ["客户名称", "甲", "乙"], ["建档日期", "2026-01-02", "2026-02-30"]],
    )
    (intake,), problems = read_file(path, specs, ReadOptions())
    assert problems == []
    assert said(intake, specs) == [{"client_id": "C1", "name": "甲", "created_on": "2026-01-02"}]
    assert intake.rejected == (3,)
    assert [(p.code, p.place.cell) for p in intake.problems] == [("date", "C3")]


def test_a_form_of_labels_and_values(tmp_path: Path, specs: Specs) -> None:
    """
    客户信息登记表
    客户编号：  C1      客户名称：  甲公司
    联系电话    13800138000  状态    潜在
    存款余额    12万
    """
    rows: Grid = [
        ["客户信息登记表"],
        ["客户编号：", "C1", "", "客户名称：", "甲公司"],
        ["联系电话", "13800138000", "", "状态", "潜在"],
        ["存款余额", "待核实"],
    ]
    path = book(tmp_path / "客户台账.xlsx", rows)
    (intake,), _problems = read_file(path, specs, ReadOptions())
    assert (intake.rows, intake.rejected) == ([], (2,))
    assert [(p.code, p.place.cell) for p in intake.problems] == [("number", "B4")]
    rows[3][1] = "12万"
    (intake,), _problems = read_file(book(path, rows), specs, ReadOptions())
    assert said(intake, specs) == [
        {"client_id": "C1", "name": "甲公司", "phone": "13800138000", "status": "潜在", "deposit": "120000"}
    ]


def test_a_list_folded_to_save_paper(tmp_path: Path, specs: Specs) -> None:
    """
    客户编号 客户名称   |  客户编号 客户名称
    C1       甲         |  C3       丙
    C2       乙         |
    """
    rows = [
        ["客户编号", "客户名称", "", "客户编号", "客户名称"],
        ["C1", "甲", "", "C3", "丙"],
        ["C2", "乙", "", "", ""],
    ]
    intakes, _problems = read_file(book(tmp_path / "客户台账.xlsx", rows), specs, ReadOptions())
    assert [[row.key for row in one.rows] for one in intakes] == [["C1", "C2"], ["C3"]]


def test_two_kinds_of_records_side_by_side(tmp_path: Path, common: Specs) -> None:
    rows = [
        ["机构编号", "机构名称", "层级", "", "工号", "姓名", "岗位", "所属机构", "入职日期"],
        ["B01", "城东支行", "分部", "", "E1", "张三", "主管", "B01", "2020-01-01"],
        ["", "", "", "", "E2", "李四", "主管", "B01", "2020-01-01"],
    ]
    intakes, _problems = read_file(book(tmp_path / "名册.xlsx", rows), common, ReadOptions())
    assert [(one.table, [row.key for row in one.rows]) for one in intakes] == [
        ("orgs", ["B01"]),
        ("staff", ["E1", "E2"]),
    ]


def test_an_empty_column_within_a_table_is_no_gap(tmp_path: Path, specs: Specs) -> None:
    rows = [["客户编号", "客户名称", "", "联系电话", "备注"], ["C1", "甲", "", "13800138000", "x"]]
    (intake,), _problems = read_file(book(tmp_path / "客户台账.xlsx", rows), specs, ReadOptions())
    assert intake.columns == ("client_id", "name", "phone", "remark")


KPIS = {"存款净增": "dep", "走访户数": "vis", "满意度": "sat"}


def test_a_column_an_indicator(tmp_path: Path, common: Specs) -> None:
    """
    2026年9月指标目标
    工号  姓名  存款净增（元）  走访户数
    E1    张三  5000000         30
    E2    李四                  三十
    合计        5000000         30
    """
    rows: Grid = [
        ["2026年9月指标目标"],
        ["工号", "姓名", "存款净增（元）", "走访户数"],
        ["E1", "张三", 5000000, 30],
        ["E2", "李四", "", "待定"],
        ["合计", "", 5000000, 30],
    ]
    options = ReadOptions(kpis=KPIS, kpi_units={"dep": "万元", "vis": "户"}, period=parse_period("2026-10"))
    (intake,), problems = read_file(book(tmp_path / "任务.xlsx", rows), common, options)
    assert problems == []
    assert (intake.table, intake.rejected) == ("targets", (4,))
    assert said(intake, common) == [
        {"who": "E1", "value": "500", "period": "2026-09", "kpi": "dep"},
        {"who": "E1", "value": "30", "period": "2026-09", "kpi": "vis"},
    ]
    assert [(p.code, p.place.cell) for p in intake.problems] == [("number", "D4")]


def test_target_and_result_of_an_indicator_side_by_side(tmp_path: Path, common: Specs) -> None:
    rows: Grid = [["机构编号", "月份", "存款净增/目标", "存款净增/实际", "走访户数/目标"], ["B01", "2026-10", 5, 4, 9]]
    options = ReadOptions(kpis=KPIS, period=parse_period("2026-10"))
    intakes, _problems = read_file(book(tmp_path / "表.xlsx", rows), common, options)
    found = [(one.table, row.key) for one in intakes for row in one.rows]
    assert found == [("targets", "dep|B01|2026-10"), ("actuals", "dep|B01|2026-10"), ("targets", "vis|B01|2026-10")]


def test_values_come_in_the_unit_of_their_indicator(tmp_path: Path, common: Specs) -> None:
    """The unit in a cell or a heading is turned into the indicator's; a bare number is in it already."""
    rows: Grid = [
        ["指标", "工号", "期间", "目标值"],
        ["存款净增", "E1", "2026-10", 500],
        ["存款净增", "E2", "2026-10", "500万"],
        ["存款净增", "E3", "2026-10", "1.2亿元"],
        ["走访户数", "E3", "2026-10", "30户"],
    ]
    options = ReadOptions(kpis=KPIS, kpi_units={"dep": "万元", "vis": "户"})
    (intake,), _problems = read_file(book(tmp_path / "指标目标.xlsx", rows), common, options)
    assert [row["value"] for row in said(intake, common)] == ["500", "500", "12000", "30"]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026年9月指标目标", "2026-09"),
        ("指标实际_2026-10.xlsx", "2026-10"),
        ("2026年三季度", "2026-Q3"),
        ("2026Q2", "2026-Q2"),
        ("客户资产_2026-09-30", ""),
        ("年度", ""),
        ("2026年13月", ""),
    ],
)
def test_the_period_in_a_title(text: str, period: str) -> None:
    assert period_in(text) == period


def test_totals_without_a_label(tmp_path: Path, specs: Specs) -> None:
    """
    客户编号 客户名称 存款余额 走访次数
    C1       甲       10       1
    C2       乙       20       2
                      30       3      <- of C1 and C2
    C3       丙       5        1
    C4       丁       5        1
                      10       2      <- of C3 and C4
                      40       5      <- of all
    """
    rows: Grid = [["客户编号", "客户名称", "存款余额", "走访次数"]]
    rows += [["C1", "甲", 10, 1], ["C2", "乙", 20, 2], ["", "", 30, 3], ["C3", "丙", 5, 1], ["C4", "丁", 5, 1]]
    rows += [["", "", 10, 2], ["", "", 40, 5]]
    (intake,), _problems = read_file(book(tmp_path / "客户台账.xlsx", rows), specs, ReadOptions())
    assert [row.key for row in intake.rows] == ["C1", "C2", "C3", "C4"]
    assert [(item.row, item.why) for item in intake.skipped] == [(4, "total"), (7, "total"), (8, "total")]
    assert intake.rejected == ()


def test_numbers_without_a_key_that_are_no_sums_are_rejected(tmp_path: Path, specs: Specs) -> None:
    rows: Grid = [["客户编号", "客户名称", "存款余额"], ["C1", "甲", 10], ["C2", "乙", 20], ["", "", 31]]
    (intake,), _problems = read_file(book(tmp_path / "客户台账.xlsx", rows), specs, ReadOptions())
    assert intake.rejected == (4,)


def test_birthdays_marked_lunar(tmp_path: Path, common: Specs) -> None:
    """生日 holds both: what is marked 农历 goes to 农历生日."""
    rows: Grid = [
        ["客户编号", "客户名称", "客户类型", "客户经理工号", "状态", "生日"],
        ["C1", "甲", "个人", "E1", "在用", "1980-03-05"],
        ["C2", "乙", "个人", "E1", "在用", "农历八月十五"],
        ["C3", "丙", "个人", "E1", "在用", "1965年8月15日（农历）"],
        ["C4", "丁", "个人", "E1", "在用", "农历十三月"],
    ]
    (intake,), _problems = read_file(book(tmp_path / "客户台账.xlsx", rows), common, ReadOptions())
    days = [(row.get("birthday"), row.get("lunar_birthday")) for row in said(intake, common)]
    assert days == [("1980-03-05", None), (None, "八月十五"), (None, "八月十五")]
    assert intake.rejected == (5,)


def test_a_book_without_anything_known(specs: Specs) -> None:
    sheet = Sheet("说明", rows=[["请按时上报"], ["联系人：张三"]])
    assert all(found.spec is None for found in find_all(Book("x", "", [sheet]), specs, ReadOptions()))


def test_a_word_of_the_packs_in_many_rows_makes_no_form_of_a_table(tmp_path: Path) -> None:
    """排名指标 holds the names of indicators again and again, which are headings elsewhere; 费用（元） is known by 费用."""
    specs = dict(load_pack("insurance").tables)
    head = ["活动编号", "活动名称", "开始日期", "结束日期", "排名指标", "费用（元）", "备注二"]
    rows: Grid = [
        head,
        *[[f"A{n}", f"竞赛{n}", "2026-10-01", "2026-10-31", ("客户数", "备注")[n % 2], 100, ""] for n in range(6)],
    ]
    intakes, _problems = read_file(book(tmp_path / "活动与竞赛.xlsx", rows), specs, ReadOptions())
    assert [(one.table, len(one.rows)) for one in intakes] == [("campaigns", 6)]
