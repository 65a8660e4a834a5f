"""Workbooks as offices send them, one habit each, and what must come of every cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from cmkit.facts.intake import SheetIntake
from cmkit.importing.options import ReadOptions
from cmkit.importing.read import read_file
from cmkit.packs import load_pack

Rows = Sequence[Sequence[str | float | dt.date | None]]
HEAD = ["客户编号", "客户姓名", "客户类型", "客户经理工号"]
FIRST = ["C1", "张三", "个人", "E1"]
SECOND = ["C2", "李四", "个人", "E1"]


def intake(
    folder: Path,
    rows: Rows,
    *,
    merges: Sequence[str] = (),
    epoch: dt.datetime = CALENDAR_WINDOWS_1900,
    formats: Mapping[str, str] | None = None,
) -> SheetIntake:
    book = Workbook()
    book.epoch = epoch
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(number, column).value = value
    for span in merges:
        sheet.merge_cells(span)
    for name, code in (formats or {}).items():
        sheet[name].number_format = code
    path = folder / "客户.xlsx"
    book.save(path)
    (found,), _problems = read_file(path, load_pack("bank_retail").tables, ReadOptions())
    return found


def values(found: SheetIntake, *keys: str) -> list[tuple[object, ...]]:
    return [tuple(dict(zip(found.columns, row.values, strict=True)).get(key) for key in keys) for row in found.rows]


def codes(found: SheetIntake) -> list[tuple[str, str]]:
    return [(one.code, one.place.cell) for one in found.problems if one.severity == "error"]


@pytest.mark.parametrize("cell", [dt.date(2026, 3, 5), 44624])
def test_days_of_a_workbook_that_counts_from_1904(tmp_path: Path, cell: dt.date | float) -> None:
    """44624 days after 1 January 1904 is 5 March 2026; with 1900 it would be 4 March 2022."""
    found = intake(tmp_path, [[*HEAD, "建档日期"], [*FIRST, cell]], epoch=CALENDAR_MAC_1904)
    assert values(found, "created_on") == [("2026-03-05",)]


def test_lunar_birthdays_where_marked(tmp_path: Path) -> None:
    """
    生日                  | becomes
    农历八月十五          | lunar birthday 八月十五
    1965年8月15日（农历） | the same
    1990-01-02            | a birthday
    """
    days = ["农历八月十五", "1965年8月15日（农历）", "1990-01-02"]
    rows: Rows = [[f"C{n}", "张三", "个人", "E1", day] for n, day in enumerate(days)]
    found = intake(tmp_path, [[*HEAD, "生日"], *rows])
    assert values(found, "birthday", "lunar_birthday") == [(None, "八月十五"), (None, "八月十五"), ("1990-01-02", None)]


def test_error_cells_and_formulas_that_were_never_reckoned(tmp_path: Path) -> None:
    found = intake(
        tmp_path, [[*HEAD, "存款（元）"], [*FIRST, "#N/A"], [*SECOND, "=1+1"], ["C3", "王五", "个人", "E1", 3]]
    )
    assert codes(found) == [("error_cell", "E2"), ("no_cached_value", "E3")]
    assert found.rejected == (2, 3)
    assert values(found, "client_id", "deposit") == [("C3", 30_000)]


def test_an_identity_number_that_excel_destroyed(tmp_path: Path) -> None:
    found = intake(tmp_path, [[*HEAD, "身份证号"], [*FIRST, 110101199003070011]])
    assert codes(found) == [("precision", "E2")]
    assert "末尾几位已经丢失" in found.problems[0].message


def test_merged_down_filled_for_words_and_once_for_amounts_with_units_of_the_heading(tmp_path: Path) -> None:
    """
    机构 | 工号 | 客户 | 存款（万元） | 贷款余额(亿)
    B1   | E1   | C1   | 1.5          | 0.2          both merged over the three rows
         |      | C2   | 2万元        |
         |      | C3   | 1,234.5元    |
    """
    rows: Rows = [
        ["机构", "客户经理工号", "客户编号", "客户姓名", "客户类型", "存款（万元）", "贷款余额(亿)"],
        ["B1", "E1", "C1", "张三", "个人", 1.5, 0.2],
        [None, None, "C2", "李四", "个人", "2万元", None],
        [None, None, "C3", "王五", "个人", "1,234.5元", None],
    ]
    found = intake(tmp_path, rows, merges=["A2:A4", "B2:B4", "G2:G4"])
    assert values(found, "org_id", "owner_id") == [("B1", "E1")] * 3
    yuan = 10_000  # the store keeps 0.0001 yuan
    assert values(found, "deposit", "loan") == [
        (15_000 * yuan, 20_000_000 * yuan),
        (20_000 * yuan, None),
        (int(1234.5 * yuan), None),
    ]


def test_a_code_shown_with_zeros_keeps_them(tmp_path: Path) -> None:
    found = intake(tmp_path, [HEAD, [123, *FIRST[1:]]], formats={"A2": "00000"})
    assert values(found, "client_id") == [("00123",)]


def test_totals_without_a_word_and_rows_of_formulas_are_counted(tmp_path: Path) -> None:
    """10 and 20, their sum 30 without a label, and two rows with nothing but formulas that nobody reckoned."""
    blank = [None] * 4
    rows: Rows = [[*HEAD, "存款"], [*FIRST, 10], [*SECOND, 20], [*blank, 30], [*blank, "=SUM(E2:E3)"], [*blank, "=E4"]]
    found = intake(tmp_path, rows)
    assert [row.row for row in found.rows] == [2, 3]
    assert [(one.row, one.why) for one in found.skipped] == [(4, "total"), (5, "formula"), (6, "formula")]
    assert found.rejected == ()


def test_amounts_and_phones_in_every_dress(tmp_path: Path) -> None:
    rows: Rows = [
        [*HEAD, "存款", "贷款", "联系电话"],
        [*FIRST, "壹万贰仟", "(1,234)", "010-62778899/13800138000"],
        [*SECOND, "３亿", "￥1,234.50元", 13800138001],
        ["C3", "王　五", "个人", "E1", "1.2万", "N/A", "1.38E+10"],
    ]
    found = intake(tmp_path, rows)
    yuan = 10_000
    assert values(found, "deposit", "loan", "phone") == [
        (12_000 * yuan, -1234 * yuan, "010-62778899、13800138000"),
        (300_000_000 * yuan, int(1234.5 * yuan), "13800138001"),
    ]
    assert codes(found) == [("precision", "G4")]


def test_labels_down_the_side(tmp_path: Path) -> None:
    rows = list(
        zip([*HEAD, "联系电话"], [*FIRST, "13800138000"], ["C2", "平川商贸", "企业", "E1", "13900139000"], strict=True)
    )
    found = intake(tmp_path, rows)
    assert values(found, "client_id", "kind", "phone") == [("C1", "个人", "13800138000"), ("C2", "企业", "13900139000")]
