from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmkit.sheets.book import open_book, sheet_problems
from cmkit.sheets.cells import cell_index, cell_name

Make = Callable[..., Path]


def test_rows_are_true_excel_rows(make_xlsx: Make) -> None:
    """
         A  B    C
    1
    2         姓名
    3         小明
    """
    book = open_book(make_xlsx([[], [None, None, "姓名"], [None, None, "小明"]]))
    assert book.sheets[0].rows[2][2] == "小明"
    assert book.sheets[0].rows[0] == ["", "", ""]


def test_digest_is_of_the_bytes(make_xlsx: Make) -> None:
    path = make_xlsx([["a", "b"]])
    assert open_book(path).digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_formula_that_was_never_reckoned_is_told(make_xlsx: Make) -> None:
    book = open_book(make_xlsx([["数"], [1], ["=A2*2"]]))
    assert book.sheets[0].flaws == {(2, 0): ""}
    (problem,) = book.sheets[0].problems
    assert (problem.code, problem.place.cell) == ("no_cached_value", "A3")


def test_error_cells_are_told_and_stored_results_are_not(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "errors.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ["甲", "乙", "丙"])
        sheet.write_formula(1, 0, "=NA()", None, "#N/A")
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(1, 2, '=T("x")', None, "x")
    assert open_book(path).sheets[0].flaws == {(1, 0): "#N/A"}


def test_numbers_shown_with_zeros_or_percent_keep_what_people_see(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "formats.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "完成率", "数"])
        sheet.write_number(1, 0, 123, book.add_format({"num_format": "00000"}))
        sheet.write_number(1, 1, 0.853, book.add_format({"num_format": "0.0%"}))
        sheet.write_number(1, 2, 0.853)
    assert open_book(path).sheets[0].rows[1] == ["00123", "85.3%", 0.853]


def test_hidden_sheet_is_read_and_said(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    other = book.create_sheet("底稿")
    other.append(["甲", "乙"])
    other.sheet_state = "hidden"
    path = tmp_path / "hidden.xlsx"
    book.save(path)
    assert [(p.code, p.place.sheet) for p in sheet_problems(open_book(path))] == [("hidden_sheet", "底稿")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_text_files_in_the_encodings_that_offices_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("姓名,余额\r\n张三,1.5\r\n".encode(encoding))
    assert open_book(path).sheets[0].rows == [["姓名", "余额"], ["张三", "1.5"]]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1;2,5\n", [["a", "b"], ["1", "2,5"]]),
        ("sep=;\na;b\n", [["", ""], ["a", "b"]]),
        ('a,b\n"1\n2",3\n', [["a", "b"], ["1\n2", "3"]]),
        ("a,b\n1\n", [["a", "b"], ["1", ""]]),
    ],
)
def test_delimiters(tmp_path: Path, data: str, rows: list[list[str]]) -> None:
    path = tmp_path / "x.csv"
    path.write_text(data, encoding="utf-8", newline="")
    assert open_book(path).sheets[0].rows == rows


def test_other_encodings_in_gb18030_clothes_are_doubted(tmp_path: Path) -> None:
    path = tmp_path / "japan.csv"
    path.write_bytes("名前,住所\r\n山田太郎,東京都千代田区\r\nスズキ,さいたま\r\n".encode("shift-jis"))
    assert [problem.code for problem in open_book(path).problems] == ["encoding"]


def test_stray_quotes_are_read_as_they_stand_and_said(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('姓名,数\n"小"张,3\n', encoding="utf-8")
    book = open_book(path)
    assert book.sheets[0].rows[1] == ["小张", "3"]
    assert [problem.code for problem in book.problems] == ["quotes"]


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (16, 2, "C17"), (9, 25, "Z10"), (0, 26, "AA1"), (0, 16383, "XFD1")]
)
def test_cell_names(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name
    assert cell_index(name) == (row, column)


def test_dates_and_times_come_as_such(make_xlsx: Make) -> None:
    rows: list[list[Any]] = [["日", "时"], [dt.date(2026, 10, 30), dt.time(9, 30)]]
    assert open_book(make_xlsx(rows)).sheets[0].rows[1] == [dt.date(2026, 10, 30), dt.time(9, 30)]


@pytest.mark.real_files
def test_old_xls_is_read_in_a_child(real_files: Path) -> None:
    book = open_book(real_files / "chinese" / "jueyue__check.xls")
    assert book.sheets[0].rows[1][:3] == ["姓名", "性别", "年纪"]
