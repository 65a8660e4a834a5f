"""Large sheets read in passing: the same records, outcomes and problems as when they are held."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cmkit.base.faults import InputFault
from cmkit.base.problem import Problem
from cmkit.facts.intake import HoldNeeded, Passing, SheetIntake
from cmkit.facts.specs import TableSpec
from cmkit.importing.options import ReadOptions
from cmkit.importing.read import read_file, read_passing
from cmkit.packs.load import load_pack
from cmkit.sheets.cells import DEFAULT_LIMITS, Limits

Specs = dict[str, TableSpec]
SMALL = replace(DEFAULT_LIMITS, held=0)


def book(path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    import xlsxwriter

    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("客户台账")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value != "":
                sheet.write(number, place, value)
    for span in merged:
        sheet.merge_range(span, rows[0][0])
    made.close()
    return path


def passed(path: Path, specs: Specs, options: ReadOptions) -> tuple[list[SheetIntake], list[Problem]]:
    said: list[Problem] = []
    found = []
    for given in read_passing(path, specs, replace(options, limits=SMALL), said):
        assert isinstance(given, Passing)
        rows = [row for block in given.blocks for row in block.rows()]
        found.append(replace(given.whole(), rows=rows))
    return found, said


def ledger(rng: random.Random, rows: int) -> Iterator[list[Any]]:
    for number in range(rows):
        row: list[Any] = [
            f"C{number:05d}",
            rng.choice("甲乙丙丁"),
            f"138{number:08d}",
            "潜在",
            number * 1.5,
            number % 7,
            "备注",
        ]
        if rng.random() < 0.02:
            row[rng.randrange(7)] = ""
        if rng.random() < 0.01:
            row[4] = rng.choice(("待定", "1.2万", "#N/A"))
        if rng.random() < 0.005:
            row[0] = "C00001"
        yield row


@pytest.mark.parametrize("seed", range(3))
def test_the_same_as_when_held(tmp_path: Path, specs: Specs, seed: int) -> None:
    rng = random.Random(seed)
    rows: list[list[Any]] = [["客户台账"], ["客户编号", "客户名称", "联系电话", "状态", "存款余额", "走访次数", "备注"]]
    rows += ledger(rng, 6000)
    rows.insert(2500, ["小计", "", "", "", 1, 2, ""])
    rows[4000:4000] = [[""] * 7, [""] * 7]
    rows += [["合计", "", "", "", 5, 6, ""], ["制表人：张三"]]
    path = book(tmp_path / "客户台账.xlsx", rows, ["A1:G1"])
    (held,), problems = read_file(path, specs, ReadOptions())
    (found,), said = passed(path, specs, ReadOptions())
    assert len(held.rows) > 5000
    assert list(found.rows) == list(held.rows)
    # What the first of two rows with one key says is no longer held: the store has it.
    assert held.doubles
    assert {one.row for one in held.doubles} == {one.row for one in found.doubles}
    assert replace(found, rows=(), doubles=()) == replace(held, rows=(), doubles=())
    assert said == problems


def test_a_sum_without_a_word_needs_the_whole_sheet(tmp_path: Path, specs: Specs) -> None:
    """Whether numbers without a key are the sum of the rows above is known only where these are held."""
    rows: list[list[Any]] = [["客户编号", "客户名称", "存款余额"], *[[f"C{n}", "甲", 2] for n in range(500)]]
    path = book(tmp_path / "客户台账.xlsx", [*rows, ["", "", 1000]])
    with pytest.raises(HoldNeeded):
        passed(path, specs, ReadOptions())
    (held,), _problems = read_file(path, specs, ReadOptions())
    assert [(one.row, one.why) for one in held.skipped] == [(502, "total")]


def test_two_tables_one_below_the_other(tmp_path: Path, specs: Specs) -> None:
    rows: list[list[Any]] = [["客户编号", "客户名称", "存款余额"]]
    rows += [[f"C{number}", "甲", 1.5] for number in range(2000)]
    rows += [["", "", ""], ["指标", "人员", "期间", "实际值"], *[[f"K{n}", "E1", "2026-10", 3] for n in range(50)]]
    path = book(tmp_path / "表.xlsx", rows)
    held, _problems = read_file(path, specs, ReadOptions())
    found, _said = passed(path, specs, ReadOptions())
    assert [(one.table, len(one.rows)) for one in found] == [("clients", 2000), ("actuals", 50)]
    assert [list(one.rows) for one in found] == [list(one.rows) for one in held]


def test_cells_merged_among_the_records_need_the_whole_sheet(tmp_path: Path, specs: Specs) -> None:
    rows: list[list[Any]] = [["客户编号", "客户名称", "状态"], *[[f"C{n}", "甲", "潜在"] for n in range(40)]]
    path = book(tmp_path / "客户台账.xlsx", rows, ["C10:C12"])
    with pytest.raises(HoldNeeded):
        passed(path, specs, ReadOptions())


def test_a_name_that_comes_later_needs_the_whole_file(tmp_path: Path, specs: Specs) -> None:
    """客户经理 is a name of nobody: one warning; the rows stay as they are."""

    class Nobody:
        def find(self, table: str, text: str) -> tuple[str, ...]:
            return ()

    rows: list[list[Any]] = [["客户编号", "客户名称", "客户经理"], *[[f"C{n}", "甲", "E1"] for n in range(40)]]
    (found,), _said = passed(book(tmp_path / "客户台账.xlsx", rows), specs, ReadOptions(lookup=Nobody()))
    assert [problem.code for problem in found.problems] == ["unknown_ref"]
    assert "共 40 行" in found.problems[0].message
    assert found.unanswered == ("staff",)


def test_limits_hold_in_passing(tmp_path: Path, specs: Specs) -> None:
    rows: list[list[Any]] = [["客户编号", "客户名称"], *[[f"C{n}", "甲"] for n in range(400)]]
    path = book(tmp_path / "客户台账.xlsx", rows)
    with pytest.raises(InputFault):
        list(read_passing(path, specs, ReadOptions(limits=Limits(rows=100, held=0)), []))


def passed_small(path: Path, specs: Specs) -> tuple[list[SheetIntake], list[Problem]]:
    """As a file comes in whose sheets could be held."""
    said: list[Problem] = []
    found = []
    for given in read_passing(path, specs, ReadOptions(), said):
        assert isinstance(given, Passing)
        rows = [row for block in given.blocks for row in block.rows()]
        found.append(replace(given.whole(), rows=rows))
    return found, said


@pytest.mark.parametrize("seed", range(20))
def test_a_small_simple_table_is_the_same_without_being_held(tmp_path: Path, specs: Specs, seed: int) -> None:
    """Title, gaps, totals, notes and faulty cells among 1 to 400 rows."""
    rng = random.Random(seed)
    rows: list[list[Any]] = [["客户台账"], ["客户编号", "客户名称", "联系电话", "状态", "存款余额", "走访次数", "备注"]]
    rows += ledger(rng, rng.choice((1, 30, 120, 140, 300, 400)))
    for _turn in range(rng.randrange(3)):
        rows.insert(rng.randrange(3, len(rows) + 1), rng.choice((["小计", "", "", "", 1, 2, ""], [""] * 7)))
    if rng.random() < 0.5:
        rows += [["合计", "", "", "", 5, 6, ""], ["制表人：张三"]]
    path = book(tmp_path / "客户台账.xlsx", rows, ["A1:G1"])
    held, problems = read_file(path, specs, ReadOptions())
    found, said = passed_small(path, specs)
    assert [list(one.rows) for one in found] == [list(one.rows) for one in held]
    assert [replace(one, rows=(), doubles=()) for one in found] == [replace(one, rows=(), doubles=()) for one in held]
    assert said == problems


SIMPLE: list[list[Any]] = [
    ["客户编号", "客户名称", "存款余额"],
    ["C1", "甲", 1.5],
    ["C2", "乙", 2.5],
    ["C3", "丙", 3.5],
]
ODD: dict[str, list[list[Any]]] = {
    "a total without a word": [*SIMPLE, ["", "", 7.5]],
    "a heading is blank": [["客户编号", "", "客户名称"], ["C1", "", "甲"], ["C2", "", "乙"]],
    "two tables": [*SIMPLE, ["", "", ""], ["指标", "人员", "期间"], ["K1", "E1", "2026-10"], ["K2", "E1", "2026-10"]],
    "labels down the side": [["客户编号", "C1"], ["客户名称", "甲"], ["存款余额", 1.5]],
    "headings of nothing known": [["颜色", "形状", "重量"], ["红", "圆", 1]],
    "nothing that is a table": [["这里只有一句话"]],
}


@pytest.mark.parametrize("why", ODD)
def test_a_small_file_that_is_not_one_simple_table_is_held(tmp_path: Path, specs: Specs, why: str) -> None:
    with pytest.raises(HoldNeeded):
        passed_small(book(tmp_path / "客户台账.xlsx", ODD[why]), specs)


@pytest.mark.parametrize("small", [True, False])
def test_a_lunar_birthday_among_the_others_needs_the_whole_sheet(tmp_path: Path, small: bool) -> None:
    common = dict(load_pack("bank_retail").tables)
    rows = [
        ["客户编号", "客户名称", "客户经理工号", "生日"],
        ["C1", "甲", "E1", "1990-01-02"],
        ["C2", "乙", "E1", "农历八月十五"],
    ]
    path = book(tmp_path / "客户台账.xlsx", rows)
    with pytest.raises(HoldNeeded):
        passed_small(path, common) if small else passed(path, common, ReadOptions())


def test_sheets_with_nothing_in_them_do_no_harm(tmp_path: Path, specs: Specs) -> None:
    import openpyxl

    made = openpyxl.Workbook()
    for row in SIMPLE:
        made.worksheets[0].append(row)
    made.create_sheet("Sheet2")
    made.save(tmp_path / "客户台账.xlsx")
    [found], _said = passed_small(tmp_path / "客户台账.xlsx", specs)
    assert [row.key for row in found.rows] == ["C1", "C2", "C3"]


def test_a_large_sheet_with_a_total_without_a_word_is_held(tmp_path: Path, specs: Specs) -> None:
    path = book(tmp_path / "客户台账.xlsx", ODD["a total without a word"])
    with pytest.raises(HoldNeeded):
        passed(path, specs, ReadOptions())
