"""Workbooks as an office sends them, for the tests that go through issue after issue of what import understands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from cmkit.base.problem import Problem
from cmkit.facts.intake import HoldNeeded, Passing, SheetIntake
from cmkit.facts.kinds import decode
from cmkit.importing.options import ReadOptions
from cmkit.importing.read import read_file, read_passing
from cmkit.packs import load_pack

Cells = Sequence[Sequence[Any]]
SPECS = dict(load_pack("bank_retail").tables)
HEAD = ["客户编号", "客户姓名", "客户类型", "客户经理工号", "存款", "联系电话"]
STAFF = ["工号", "姓名", "岗位", "所属机构", "入职日期"]


def client(number: int, deposit: float | str | None = 10.0) -> list[Any]:
    """A row under HEAD."""
    return [f"C{number}", "甲乙丙丁戊己"[number % 6] * 2, "个人", "E1", deposit, f"1380013800{number % 10}"]


def person(number: int) -> list[Any]:
    """A row under STAFF."""
    return [f"E{number}", "赵钱孙李"[number % 4] + "一", "理财经理", "B1", dt.date(2020, 1, 6)]


def workbook(
    path: Path,
    sheets: Mapping[str, Cells],
    *,
    merges: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
) -> Path:
    """A workbook with these sheets; merged ranges and number formats are those of the first."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column).value = value
    for span in merges:
        book.worksheets[0].merge_cells(span)
    for name, code in (formats or {}).items():
        book.worksheets[0][name].number_format = code
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def read(path: Path, options: ReadOptions | None = None) -> tuple[list[SheetIntake], list[str]]:
    """What the retail bank's pack makes of a file, and the codes of what is said of it as a whole.

    Held as a whole and read in passing, as the store takes it in: both must say the same.
    """
    options = options or ReadOptions()
    intakes, problems = read_file(path, SPECS, options)
    said: list[Problem] = []
    try:
        passed = [_whole(one) for one in read_passing(path, SPECS, options, said)]
    except HoldNeeded:
        return intakes, [problem.code for problem in problems]
    assert passed == [replace(one, rows=list(one.rows), doubles=()) for one in intakes]
    assert said == problems
    return intakes, [problem.code for problem in problems]


def _whole(given: SheetIntake | Passing) -> SheetIntake:
    if isinstance(given, SheetIntake):
        return replace(given, rows=list(given.rows), doubles=())
    rows = [row for block in given.blocks for row in block.rows()]
    return replace(given.whole(), rows=rows, doubles=())


def records(intake: SheetIntake) -> dict[str, dict[str, Any]]:
    """The records of a sheet by their key: what each column says, blanks left out."""
    kinds = SPECS[intake.table].kinds()
    return {
        row.key: {
            name: decode(kinds[name], value)
            for name, value in zip(intake.columns, row.values, strict=True)
            if value is not None
        }
        for row in intake.rows
    }
