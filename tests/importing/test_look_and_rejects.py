from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from cmkit.facts.specs import TableSpec
from cmkit.importing.look import look
from cmkit.importing.read import ReadOptions, read_file
from cmkit.importing.rejects import write_rejects
from cmkit.packs import load_pack

Specs = dict[str, TableSpec]


def ledger(folder: Path) -> Path:
    """
       A         B        C          D
    1  城东支行客户台账 (merged to D)
    2  客户编号   客户名称  建档日期    联系电话
    3  C1        甲       2026-01-01  13800138000
    4  C2        乙       坏          13800138000
    5  C3        丙       2026-01-01  12
    6  C4        丁       2026-01-01  13800138000
    7  合计
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    sheet.append(["城东支行客户台账"])
    sheet.merge_cells("A1:D1")
    sheet.append(["客户编号", "客户名称", "建档日期", "联系电话"])
    sheet.append(["C1", "甲", "2026-01-01", "13800138000"])
    sheet.append(["C2", "乙", "坏", "13800138000"])
    sheet.append(["C3", "丙", "2026-01-01", "12"])
    sheet.append(["C4", "丁", "2026-01-01", "13800138000"])
    sheet.append(["合计"])
    path = folder / "客户台账.xlsx"
    book.save(path)
    return path


def test_look_gives_the_shape_that_scripts_rely_on(tmp_path: Path, specs: Specs) -> None:
    tables, problems = look([ledger(tmp_path)], specs)
    assert problems == []
    assert [table.as_dict() for table in tables] == [
        {
            "file": "客户台账.xlsx",
            "sheet": "台账",
            "range": "A2:D7",
            "header_rows": [2],
            "columns": ["客户编号", "客户名称", "建档日期", "联系电话"],
            "rows": 4,
            "skipped": [{"row": 1, "why": "title"}, {"row": 7, "why": "total"}],
            "table": "clients",
            "missing": [],
        }
    ]


def test_look_goes_on_after_a_file_that_cannot_be_used(tmp_path: Path, specs: Specs) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"")
    tables, problems = look([bad, ledger(tmp_path)], specs)
    assert [table.table for table in tables] == ["clients"]
    assert [(problem.code, problem.place.file, problem.severity) for problem in problems] == [
        ("input", "坏.xlsx", "error")
    ]


def test_look_needs_no_specs(tmp_path: Path) -> None:
    tables, _problems = look([ledger(tmp_path)], {})
    assert [(table.rows, table.table) for table in tables] == [(4, None)]


def test_rejected_rows_go_back_coloured_and_noted(tmp_path: Path, specs: Specs) -> None:
    path, target = ledger(tmp_path), tmp_path / "退回.xlsx"
    intakes, _problems = read_file(path, specs, ReadOptions())
    assert write_rejects(path, intakes, target) == 2
    sheet = load_workbook(target)["台账"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["城东支行客户台账", None, None, None],
        ["客户编号", "客户名称", "建档日期", "联系电话"],
        ["C2", "乙", "坏", "13800138000"],
        ["C3", "丙", "2026-01-01", "12"],
        ["合计", None, None, None],
    ]
    assert [str(span) for span in sheet.merged_cells.ranges] == ["A1:D1"]
    note = sheet["C3"].comment
    assert note is not None
    assert note.text.startswith("建档日期不是日期：坏")
    assert sheet["C3"].fill.fgColor.rgb == "FFF4B6B6"
    assert sheet["D4"].comment is not None
    assert sheet["B3"].comment is None
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_what_went_back_can_be_corrected_and_sent_again(tmp_path: Path, specs: Specs) -> None:
    path, target = ledger(tmp_path), tmp_path / "客户台账退回.xlsx"
    write_rejects(path, read_file(path, specs, ReadOptions())[0], target)
    book = load_workbook(target)
    book["台账"]["C3"].value = "2026-02-02"
    book["台账"]["D4"].value = "13900139000"
    book.save(target)
    (intake,), _problems = read_file(target, specs, ReadOptions())
    assert [row.key for row in intake.rows] == ["C2", "C3"]
    assert intake.rejected == ()


def test_a_csv_goes_back_as_xlsx_and_text_stays_text(tmp_path: Path, specs: Specs) -> None:
    path, target = tmp_path / "客户台账.csv", tmp_path / "退回.xlsx"
    path.write_text('客户编号,客户名称,建档日期\nC1,甲,坏\nC2,"=HYPERLINK(""x"")",坏\n', encoding="utf-8")
    intakes, _problems = read_file(path, specs, ReadOptions())
    assert write_rejects(path, intakes, target) == 2
    cell = load_workbook(target).worksheets[0]["B3"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


def test_nothing_rejected_writes_nothing(tmp_path: Path, specs: Specs) -> None:
    path, target = tmp_path / "客户台账.csv", tmp_path / "退回.xlsx"
    path.write_text("客户编号,客户名称\nC1,甲\n", encoding="utf-8")
    assert write_rejects(path, read_file(path, specs, ReadOptions())[0], target) == 0
    assert not target.exists()


@pytest.mark.real_files
@pytest.mark.parametrize("pack", ["", "common", "bank_retail", "tobacco"])
def test_look_on_real_workbooks_counts_as_a_hand_did(real_files: Path, pack: str) -> None:
    """Header row (the last one) and rows counted by hand in the manifest, whatever words the pack knows."""
    known = dict(load_pack(pack).tables) if pack else {}
    with (real_files / "MANIFEST.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["file"].startswith(("chinese/", "crm/"))]
    wrong = []
    for row in rows:
        tables, _problems = look([real_files / row["file"]], known)
        counted = (int(row["last_header_row"]), int(row["data_rows"]))
        seen = [(table.header_rows[-1], table.rows) for table in tables]
        if counted not in seen and not (counted[1] == 0 and all(count == 0 for _header, count in seen)):
            wrong.append((row["file"], counted, seen))
    assert len(rows) == 19
    assert wrong == []
