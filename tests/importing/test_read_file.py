from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest

from cmkit.base.faults import InputFault, UsageFault
from cmkit.base.period import parse_period
from cmkit.facts.intake import SheetIntake
from cmkit.facts.specs import TableSpec
from cmkit.importing.read import ReadOptions, read_file

Specs = dict[str, TableSpec]


def csv_file(folder: Path, text: str, name: str = "客户台账.csv") -> Path:
    path = folder / name
    lines = [line.strip() for line in text.strip().splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def one(path: Path, specs: Specs, **options: Any) -> SheetIntake:
    (intake,), _problems = read_file(path, specs, ReadOptions(**options))
    return intake


def records(intake: SheetIntake) -> list[dict[str, object]]:
    return [dict(zip(intake.columns, row.values, strict=True)) for row in intake.rows]


def said(intake: SheetIntake) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.cell) for problem in intake.problems]


def test_a_ledger_as_a_branch_sends_it(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(
        tmp_path,
        """
        城东支行客户台账,,,,
        填表日期：2026年10月30日,,,,单位：万元
        客户编号,客户姓名,建档日期,状态,存款余额
        000123,张　三,2024年3月5日,潜在客户,"1,234.5"
        C002,李四,20240306,在用,3亿
        合计,,,,"31234.5"
        制表人：王五,,,,
        """,
    )
    intake = one(path, specs)
    assert intake.table == "clients"
    assert intake.header_rows == (3,)
    assert intake.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(row.row, row.key) for row in intake.rows] == [(4, "000123"), (5, "C002")]
    assert records(intake)[0] == {
        "client_id": "000123",
        "name": "张三",
        "created_on": "2024-03-05",
        "status": "潜在",
        "deposit": 12_345_000 * 10_000,
    }
    assert records(intake)[1]["deposit"] == 300_000_000 * 10_000
    assert [(item.row, item.why) for item in intake.skipped] == [(1, "title"), (2, "title"), (6, "total"), (7, "note")]
    assert intake.problems == ()


def test_a_bad_cell_rejects_its_row_and_says_where(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(
        tmp_path,
        """
        客户编号,客户名称,建档日期,联系电话
        C1,甲公司,2024-02-30,13800138000
        C2,乙公司,2024-02-28,1380013800
        C3,丙公司,2024-02-28,13800138000
        """,
    )
    intake = one(path, specs)
    assert [row.row for row in intake.rows] == [4]
    assert intake.rejected == (2, 3)
    assert said(intake) == [("date", "C2"), ("phone", "D3")]
    assert intake.problems[0].message == "建档日期不是日期：2024-02-30"
    assert intake.problems[0].hint
    assert "1380013800" not in intake.problems[1].message
    assert intake.problems[1].message == "联系电话不是电话号码：1******0"


def test_a_missing_key_rejects_and_a_missing_name_too(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,客户名称,备注\n,甲,x\nC2,,y\nC3,丙,\n")
    intake = one(path, specs)
    assert intake.rejected == (2, 3)
    assert said(intake) == [("missing_key", "A2"), ("missing", "B3")]
    assert intake.problems[1].message == "缺少客户名称"


def test_a_missing_column_is_one_problem_and_every_row_is_rejected(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,联系电话\nC1,13800138000\nC2,13800138000\n")
    intake = one(path, specs, table="clients")
    assert intake.rows == []
    assert intake.rejected == (2, 3)
    assert said(intake) == [("missing_column", "A1")]


def test_duplicates_in_a_file(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(
        tmp_path,
        """
        客户编号,客户名称,备注
        C1,甲,一
        C2,乙,二
        C1,甲,一
        C2,乙,别的
        """,
    )
    intake = one(path, specs)
    assert [row.row for row in intake.rows] == [2, 3]
    assert [(item.row, item.why) for item in intake.skipped] == [(4, "duplicate")]
    assert intake.rejected == (5,)
    assert [(p.code, p.severity) for p in intake.problems] == [("duplicate_row", "warning"), ("duplicate_key", "error")]
    assert "第 3 行" in intake.problems[1].message


def test_a_key_of_several_parts_that_comes_twice(tmp_path: Path, specs: Specs) -> None:
    """Two visits of one day cannot be told apart without 时间; a row that only fills a blank completes the first."""
    path = csv_file(
        tmp_path,
        """
        日期,工号,客户编号,方式,结果
        2026-10-09,E1,C1,面访,第一次
        2026-10-09,E1,C1,面访,第二次
        2026-10-09,E1,C1,面访,第一次
        2026-10-10,E1,C1,面访,
        2026-10-10,E1,C1,面访,补上
        """,
        "走访记录.csv",
    )
    intake = one(path, specs)
    assert [row.row for row in intake.rows] == [2, 5, 6]
    assert intake.rejected == (3,)
    assert [(item.row, item.why) for item in intake.skipped] == [(4, "duplicate")]
    assert [(p.code, p.severity) for p in intake.problems] == [("same_key", "error"), ("duplicate_row", "warning")]
    assert "第 2 行" in intake.problems[0].message
    assert "时间" in intake.problems[0].hint


def test_silenced_warnings_are_counted(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,客户名称,联系电话\nC1,甲,14000000001\nC2,乙,14000000001\n")
    loud = one(path, specs)
    assert [p.code for p in loud.problems] == ["phone_range", "phone_range"]
    assert len(loud.rows) == 2
    quiet = one(path, specs, silence=("phone_range",))
    assert (quiet.problems, quiet.warnings_hidden) == ((), 2)


def test_silence_never_hides_an_error(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,客户名称,联系电话\nC1,甲,12\nC2,乙,13800138000\n")
    assert [p.code for p in one(path, specs, silence=("phone",)).problems] == ["phone"]


def test_the_period_that_the_command_names_fills_the_missing_column(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "指标,人员,实际值\n存款余额,E1,12.5%\n", "实际值.csv")
    options = {
        "period": parse_period("2026-10"),
        "as_of": dt.date(2026, 10, 30),
        "kpis": {"存款余额": "deposit"},
    }
    intake = one(path, specs, table="actuals", **options)
    assert records(intake) == [
        {"kpi": "deposit", "who": "E1", "value": 125_000, "period": "2026-10", "as_of": "2026-10-30"}
    ]
    assert intake.rows[0].key == "deposit|E1|2026-10"


def test_units_of_the_heading(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,客户名称,存款余额（万元）\nC1,甲,1.5\n")
    assert records(one(path, specs))[0]["deposit"] == 15_000 * 10_000


def test_another_currency_is_refused(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,客户名称,存款余额（美元）\nC1,甲,1.5\n")
    intake = one(path, specs)
    assert intake.rejected == (2,)
    assert [p.code for p in intake.problems] == ["foreign_unit"]


def test_masked_values_coming_back_are_blank(tmp_path: Path, specs: Specs) -> None:
    path = csv_file(tmp_path, "客户编号,客户名称,联系电话\nC1,张**,138****8000\n")
    intake = one(path, specs)
    assert records(intake) == [{"client_id": "C1", "name": None, "phone": None}]
    assert [(p.code, p.severity) for p in intake.problems] == [("masked", "warning")] * 2


def test_one_record_merged_over_two_rows(tmp_path: Path, specs: Specs) -> None:
    """
       A        B        C
    1  客户编号  客户名称  备注
    2  C1       甲       第一
    3   ⋮        ⋮
    4  C2       乙       一
    5   ⋮        ⋮       二
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["客户编号", "客户名称", "备注"], ["C1", "甲", "第一"], [], ["C2", "乙", "一"], [None, None, "二"]):
        sheet.append(row)
    for span in ("A2:A3", "B2:B3", "C2:C3", "A4:A5", "B4:B5"):
        sheet.merge_cells(span)
    path = tmp_path / "客户台账.xlsx"
    book.save(path)
    intake = one(path, specs)
    assert [(row.row, row.key) for row in intake.rows] == [(2, "C1")]
    assert intake.rejected == (4,)
    assert said(intake) == [("merged_values", "C5")]


def test_an_amount_merged_over_records_counts_once(tmp_path: Path, specs: Specs) -> None:
    """
       A        B        C
    1  客户编号  客户名称  存款余额
    2  C1       甲       100
    3  C2       乙        ⋮
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["客户编号", "客户名称", "存款余额"], ["C1", "甲", 100], ["C2", "乙"]):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    path = tmp_path / "客户台账.xlsx"
    book.save(path)
    assert [record["deposit"] for record in records(one(path, specs))] == [1_000_000, None]


def test_error_cells_and_unreckoned_formulas_reject_their_rows(tmp_path: Path, specs: Specs) -> None:
    import xlsxwriter

    path = tmp_path / "客户台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ["客户编号", "客户名称", "存款余额"])
        sheet.write_row(1, 0, ["C1", "甲", 5])
        sheet.write_row(2, 0, ["C2", "乙"])
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")
    intake = one(path, specs)
    assert intake.rejected == (3,)
    assert said(intake) == [("error_cell", "C3")]
    assert "#N/A" in intake.problems[0].message


def test_several_sheets_of_one_table(tmp_path: Path, specs: Specs) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, row in (("城东", ["C1", "甲"]), ("城西", ["C2", "乙"]), ("重复", ["C1", "别名"])):
        sheet = book.create_sheet(name)
        sheet.append(["客户编号", "客户名称"])
        sheet.append(row)
    path = tmp_path / "客户台账.xlsx"
    book.save(path)
    intakes, _problems = read_file(path, specs, ReadOptions())
    assert [(intake.sheet, len(intake.rows), len(intake.rejected)) for intake in intakes] == [
        ("城东", 1, 0),
        ("城西", 1, 0),
        ("重复", 0, 1),
    ]
    assert "工作表“城东”第 2 行" in intakes[2].problems[0].message
    (only,), _problems = read_file(path, specs, ReadOptions(sheet="城西"))
    assert only.sheet == "城西"
    with pytest.raises(InputFault, match="没有工作表"):
        read_file(path, specs, ReadOptions(sheet="城南"))


def test_a_table_that_nobody_knows(tmp_path: Path, specs: Specs) -> None:
    intakes, problems = read_file(csv_file(tmp_path, "产品,单价,销量\n面包,7.4,3\n", "x.csv"), specs, ReadOptions())
    assert intakes == []
    assert [(p.code, p.severity) for p in problems] == [("unknown_table", "error")]
    with pytest.raises(UsageFault, match="没有这张表"):
        read_file(tmp_path / "x.csv", specs, ReadOptions(table="products"))


def test_every_row_ends_in_one_outcome(tmp_path: Path, specs: Specs) -> None:
    """200 rows, every seventh with a bad date, every fiftieth a repetition of the first."""
    lines = ["客户编号,客户名称,建档日期"]
    lines += [
        "C0,名0,2026-01-01" if number % 50 == 0 else f"C{number},名{number},{'坏' if number % 7 == 0 else '2026-01-01'}"
        for number in range(200)
    ]
    intake = one(csv_file(tmp_path, "\n".join(lines)), specs)
    came = [row.row for row in intake.rows] + list(intake.rejected) + [item.row for item in intake.skipped]
    assert sorted(came) == list(range(2, 202))
    assert len(intake.rejected) == sum(1 for number in range(200) if number % 7 == 0 and number % 50)
    assert len(intake.skipped) == 3


def test_more_rows_than_one_block(tmp_path: Path, specs: Specs) -> None:
    lines = [
        "客户编号,客户名称,贵宾,走访次数",
        *(f"C{number},名{number},{'是' if number % 2 else '否'},{number}" for number in range(9000)),
    ]
    intake = one(csv_file(tmp_path, "\n".join(lines)), specs)
    assert len(intake.rows) == 9000
    assert [intake.rows[number].values for number in (0, 4096, 8999)] == [
        ("C0", "名0", 0, 0),
        ("C4096", "名4096", 0, 4096),
        ("C8999", "名8999", 1, 8999),
    ]


def test_true_and_one_in_one_column(tmp_path: Path, specs: Specs) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["客户编号", "客户名称", "贵宾", "走访次数"], ["C1", "甲", True, 1], ["C2", "乙", 1, True]):
        sheet.append(row)
    path = tmp_path / "客户台账.xlsx"
    book.save(path)
    intake = one(path, specs)
    assert [row.values for row in intake.rows] == [("C1", "甲", 1, 1)]
    assert said(intake) == [("count", "D3")]
