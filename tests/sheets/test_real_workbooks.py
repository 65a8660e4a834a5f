from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cmkit.base.faults import InputFault
from cmkit.sheets.book import open_book
from cmkit.sheets.table import find_tables

MANDATORY = {
    "chinese/tablegpt__产品销量表.csv",
    "chinese/dotnetcore__产品导入模板.xlsx",
    "chinese/SummerNeverEnds__用户导入测试表.xlsx",
    "chinese/SuiMingYang__KPI.xlsx",
    "chinese/liaochong__common.csv",
}
LEAST_RIGHT = 18


def first_table(path: Path) -> tuple[int, int]:
    """Last header row and rows of data of the first table in the workbook."""
    for sheet in open_book(path).sheets:
        for table in find_tables(sheet):
            return table.header_rows[-1], len(table.rows)
    return 0, 0


@pytest.mark.real_files
def test_header_and_rows_as_counted_by_hand(real_files: Path) -> None:
    with (real_files / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        counted = {
            row["file"]: (int(row["last_header_row"]), int(row["data_rows"]))
            for row in csv.DictReader(stream, delimiter="\t")
            if row["file"].startswith(("chinese/", "crm/"))
        }
    seen = {name: first_table(real_files / name) for name in counted}
    wrong = {name: (seen[name], counted[name]) for name in counted if seen[name] != counted[name]}
    assert not wrong.keys() & MANDATORY, wrong
    assert len(counted) == LEAST_RIGHT + 1
    assert len(wrong) <= len(counted) - LEAST_RIGHT, wrong


@pytest.mark.real_files
def test_every_library_file_opens_or_ends_in_one_sentence(real_files: Path) -> None:
    refused: list[InputFault] = []
    opened = 0
    for path in sorted((real_files / "libs").glob("*/*")):
        try:
            book = open_book(path)
        except InputFault as fault:
            refused.append(fault)
            continue
        for sheet in book.sheets:
            find_tables(sheet)
        opened += 1
    assert opened > 250
    assert len(refused) > 50
    assert all(fault.message and fault.hint and "\n" not in str(fault) for fault in refused)
