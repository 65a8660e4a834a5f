"""What a stranger stumbled on: own files taken for data, noise, rows refused by the store that did not come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from cmkit.commands import _importing
from cmkit.commands._kit import Session
from tests.commands.kit import Office, book, run

Fresh = Callable[..., Office]
HEADINGS = ["客户编号", "客户姓名", "客户类型", "联系电话", "客户等级", "客户经理工号"]


def ledger(path: Path, rows: list[list[str]], headings: list[str] = HEADINGS) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate([headings, *rows], 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def test_a_folder_gives_its_data_and_not_what_cmkit_made(fresh: Fresh, tmp_path: Path) -> None:
    """
    箱/客户.xlsx       a ledger
    箱/子/退回.xlsx    rejects of cmkit, as they were written
    箱/空表.xlsx       a form of cmkit, not filled in
    """
    office = fresh()
    box = tmp_path / "箱"
    ledger(box / "客户.xlsx", [["C1", "张三", "个人", "13800138000", "普通", "E1"]])
    bad = ledger(tmp_path / "坏.xlsx", [["C2", "李四", "个人", "13800138001", "铂金", "E1"]])
    (box / "子").mkdir()
    office.run("import", bad, "--rejects", box / "子" / "退回.xlsx").expect(4)
    office.run("records", "clients", "form", box / "空表.xlsx").expect(0)
    told = office.run("import", box, "--dry-run").expect(0)
    assert "子/退回.xlsx" in told.err
    assert "空表.xlsx" in told.err
    found = office.run("import", box, "--dry-run", "--format", "json").expect(0).json()
    assert [one["file"] for one in found["files"]] == ["客户.xlsx"]
    assert sorted(found["own_files"]) == ["子/退回.xlsx", "空表.xlsx"]
    looked = office.run("look", box, "--format", "json").expect(0).json()
    assert [one["file"] for one in looked["tables"]] == ["客户.xlsx"]


def test_every_workbook_has_rejects_of_its_own_and_all_are_named(fresh: Fresh, tmp_path: Path) -> None:
    """Three branches, each with a 客户.xlsx and one row that is refused: three files to send back, none over another."""
    office = fresh()
    for number in (1, 2, 3):
        ledger(tmp_path / f"支行{number}" / "客户.xlsx", [[f"C{number}", "李四", "个人", "13800138001", "铂金", "E1"]])
    words = ("import", *sorted(tmp_path.glob("支行*/客户.xlsx")), "--rejects", tmp_path / "退回.xlsx")
    told = office.run(*words).expect(4)
    back = [tmp_path / name for name in ("退回.xlsx", "退回-客户.xlsx", "退回-客户-2.xlsx")]
    assert all(str(path) in told.err for path in back)
    assert [load_workbook(path).worksheets[0]["A2"].value for path in back] == ["C1", "C2", "C3"]
    assert office.run(*words, "--format", "json").json()["rejects_files"] == list(map(str, back))


def test_after_an_interruption_the_batches_that_stay_are_named(
    fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the second of two files: the first is in and told, and the same words once more bring the other."""
    office = fresh()
    for number in (1, 2):
        ledger(tmp_path / f"客户{number}.xlsx", [[f"C{number}", "李四", "个人", "", "普通", "E1"]])
    words = ("import", tmp_path / "客户1.xlsx", tmp_path / "客户2.xlsx")
    whole = _importing.import_one

    def cut(session: Session, path: Path, *rest: Any) -> None:
        if path.name == "客户2.xlsx":
            raise KeyboardInterrupt
        whole(session, path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(_importing, "import_one", cut)
        told = office.run(*words).expect(130)
    (batch,) = office.json("imports", "list")
    assert f"第 {batch['id']} 批" in told.err
    assert [one["created"] for one in office.json(*words)["files"]] == [0, 1]


def test_what_was_filled_in_or_corrected_is_data(fresh: Fresh, tmp_path: Path) -> None:
    office = fresh()
    bad = ledger(tmp_path / "坏.xlsx", [["C2", "李四", "个人", "13800138001", "铂金", "E1"]])
    box = tmp_path / "箱"
    box.mkdir()
    office.run("import", bad, "--rejects", box / "退回.xlsx").expect(4)
    book = load_workbook(box / "退回.xlsx")
    book.worksheets[0]["E2"] = "贵宾"
    book.save(box / "退回.xlsx")
    found = office.run("import", box, "--format", "json").expect(0).json()
    assert [one["created"] for one in found["files"]] == [1]
    assert found["own_files"] == []


def test_the_folders_of_the_workspace_are_no_data(office: Office) -> None:
    """A csv has no properties that tell who wrote it: its folder does."""
    (office.root / "out").mkdir(exist_ok=True)
    text = "客户编号,客户姓名,客户类型,客户经理工号\nC9,王五,个人,E1003\n"
    (office.root / "out" / "明细.csv").write_text(text, encoding="utf-8")
    found = office.run("import", office.root, "--dry-run", "--format", "json").json()
    assert "out/明细.csv" in found["own_files"]
    assert "明细.csv" not in {one["file"] for one in found["files"]}
    named = office.run("import", office.root / "out" / "明细.csv", "--dry-run", "--format", "json").expect(0).json()
    assert [one["created"] for one in named["files"]] == [1]


def test_warnings_of_one_kind_are_one_line(fresh: Fresh, tmp_path: Path) -> None:
    office = fresh()
    rows: list[list[str]] = [[f"C{n}", "张三", "个人", f"1200000{n:04}", "普通", "E1"] for n in range(50)]
    path = ledger(tmp_path / "客户.xlsx", rows)
    grouped = office.run("import", path, "--dry-run").expect(0)
    assert grouped.err.count("[phone_range]") == 1
    assert "50 处" in grouped.err
    assert "D2" in grouped.err
    assert "--warnings all" in grouped.err
    assert office.run("import", path, "--dry-run", "--warnings", "all").err.count("[phone_range]") == 50
    assert "phone_range" not in office.run("import", path, "--dry-run", "--warnings", "none").err
    # Scripts get every one of them.
    found = office.run("import", path, "--dry-run", "--format", "json").json()
    assert [one["code"] for one in found["files"][0]["problems"]].count("phone_range") == 50


def test_rows_refused_because_of_the_store_come_back_too(fresh: Fresh, tmp_path: Path) -> None:
    """C1 is 普通 in the store; the file says 贵宾, and ``--on-conflict fail`` refuses it."""
    office = fresh()
    rows: list[list[str]] = [
        ["C1", "张三", "个人", "13800138000", "普通", "E1"],
        ["C2", "李四", "个人", "13800138001", "普通", "E1"],
    ]
    office.run("import", ledger(tmp_path / "甲.xlsx", rows)).expect(0)
    rows[0][4] = "贵宾"
    back = tmp_path / "退回.xlsx"
    told = office.run("import", ledger(tmp_path / "乙.xlsx", rows), "--on-conflict", "fail", "--rejects", back).expect(
        4
    )
    assert "客户等级" in told.err
    sheet = load_workbook(back).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [rows[0]]
    assert "客户等级" in (sheet["A2"].comment.text or "")


def test_undo_says_what_is_left_in_the_words_of_the_pack(office: Office) -> None:
    found = office.run("imports", "list", "--format", "json").json()
    told = [office.run("imports", "undo", one["id"]) for one in sorted(found, key=lambda one: int(one["id"]))]
    left = [one for one in told if one.code == 4]
    assert left
    assert "没有撤掉 " in left[0].err
    assert "引用它" in left[0].err
    assert "imports list" in left[0].err
    assert not any(word in one.err for one in left for word in ("clients", "staff", "orgs"))


def test_look_says_why_rows_are_out_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "客户.csv"
    path.write_text(
        "客户台账,,\n客户编号,存款余额,联系电话\nC1,5,13800138000\n合计,5,\n注：截至月末,,\n", encoding="utf-8"
    )
    told = run("look", path).expect(0)
    for word in ("标题 1", "合计 4", "注或落款 5", "缺少必填的栏目 客户"):
        assert word in told.err, told.err
    (found,) = run("look", path, "--format", "json").expect(0).json()["tables"]
    assert found["missing"]


@pytest.mark.filterwarnings("error")
def test_no_word_of_a_library_reaches_the_branch(fresh: Fresh, tmp_path: Path) -> None:
    """A workbook with an extension that openpyxl does not keep: its warning is nobody's business."""
    import xlsxwriter

    path = tmp_path / "客户.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate([HEADINGS, ["C1", "张三", "个人", "13800138000", "铂金", "E1"]]):
        sheet.write_row(number, 0, row)
    sheet.conditional_format("A1:A9", {"type": "data_bar", "data_bar_2010": True})
    book.close()
    told = fresh().run("import", path, "--rejects", tmp_path / "退回.xlsx").expect(4)
    assert "Warning" not in told.err


def test_many_files_again_are_told_in_one_line_and_batches_as_a_span(
    fresh: Callable[..., Office], tmp_path: Path
) -> None:
    """Nine files, nine batches; the same again is one line."""
    head = ["客户编号", "客户名称", "客户类型", "客户经理工号"]
    for number in range(9):
        book(tmp_path / "来" / f"支行{number}.xlsx", {"表": [head, [f"C{number}", "甲", "个人", "E1"]]})
    office = fresh()
    assert "第 1–9 批" in office.run("import", tmp_path / "来").expect(0).err
    again = office.run("import", tmp_path / "来").expect(0)
    assert "9 个文件的内容以前导入过（第 1–9 批），没有改动" in again.err
    assert "内容相同" not in again.err
