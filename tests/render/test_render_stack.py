"""The days of a plan become one sheet; other sections stay apart."""

from __future__ import annotations

import io

import openpyxl

from cmkit.facts.section import Column, Document, Section
from cmkit.render import render
from cmkit.render.stack import stacked

COLUMNS = (Column("序号", "count"), Column("客户"))


def day(title: str, *names: str) -> Section:
    rows = tuple((number, name) for number, name in enumerate(names, 1))
    return Section(title, title, columns=COLUMNS, rows=rows, level=2, numbered=False)


def test_days_are_one_table_in_excel_and_several_elsewhere() -> None:
    """
    周一: 甲 乙 | 周二: 丙   ->   one sheet 走访计划 with three rows
    """
    left = Section("unplanned", "未能安排", columns=(Column("原因"),), rows=(("休假",),))
    document = Document("visit_plan", "走访计划", sections=(day("周一", "甲", "乙"), day("周二", "丙"), left))
    told = stacked(document)
    assert [section.title for section in told.sections] == ["走访计划", "未能安排"]
    assert [row[1] for row in told.sections[0].rows] == ["甲", "乙", "丙"]
    book = openpyxl.load_workbook(io.BytesIO(render(document, "xlsx")))
    cells = [cell.value for row in book["走访计划"].iter_rows() for cell in row if cell.value in {"甲", "乙", "丙"}]
    assert cells == ["甲", "乙", "丙"]
    assert render(document, "md").decode().count("| 序号") == 2


def test_a_single_day_and_major_sections_stay_as_they_are() -> None:
    major = Section("a", "一", columns=COLUMNS, rows=((1, "甲"),))
    document = Document("x", "标题", sections=(day("周一", "甲"), major, major))
    assert stacked(document).sections == document.sections
