"""At a terminal: a bar for several files, a question where a heading could be two columns, and nothing elsewhere."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.commands.kit import Office, book

Fresh = Callable[..., Office]
CLIENTS = ["客户编号", "客户姓名", "客户类型", "客户经理工号", "联系电话"]


def folder(root: Path, files: int) -> Path:
    for number in range(files):
        book(root / f"{number:02}.xlsx", {"表": [CLIENTS, [f"C{number}", "甲乙", "个人", "E1", None]]})
    return root


def at_terminal(office: Office, words: Sequence[object], answers: Sequence[bytes] = ()) -> tuple[int, str]:
    """The exit code and all that a terminal of 100 columns showed, each answer typed when a question stands."""
    parent, child = pty.openpty()
    line = [sys.executable, "-m", "cmkit", "--workspace", office.root, "--on", office.on, *words]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    running = subprocess.Popen(
        list(map(str, line)), stdin=child, stdout=child, stderr=child, env=env, start_new_session=True
    )
    os.close(child)
    shown, typed, until = b"", list(answers), time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([parent], [], [], 0.2)[0]:
            if running.poll() is not None:
                break
            continue
        try:
            piece = os.read(parent, 65_536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if typed and "选几".encode() in shown.rsplit(b"\n", 1)[-1]:
            os.write(parent, typed.pop(0) + b"\n")
    os.close(parent)
    return running.wait(timeout=30), shown.decode("utf-8", "replace")


@pytest.mark.parametrize("files", [5, 17], ids=["one-process", "several-processes"])
def test_a_bar_and_nothing_of_it_where_nobody_looks(fresh: Fresh, tmp_path: Path, files: int) -> None:
    office, box = fresh(), folder(tmp_path / "箱", files)
    code, shown = at_terminal(office, ["import", box, "--dry-run"])
    assert code == 0
    assert "导入" in shown
    assert re.search(r"\[#+\]\s+100%", shown)
    # Quiet, or on a pipe: not a sign of it.
    code, shown = at_terminal(office, ["import", box, "--dry-run", "--quiet"])
    assert (code, shown) == (0, "")
    piped = office.run("import", box, "--dry-run").expect(0)
    assert "%" not in piped.out + piped.err
    assert "\r" not in piped.out + piped.err
    assert "\x1b" not in piped.out + piped.err


def test_rows_of_a_large_file_are_counted(fresh: Fresh, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "大台账.xlsx"
    made = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = made.add_worksheet("表")
    sheet.write_row(0, 0, [*CLIENTS, "备注"])
    for number in range(1, 40_001):
        sheet.write_row(number, 0, [f"C{number}", "甲乙", "个人", "E1", "", f"{number}" + "长" * 200])
    made.close()
    office = fresh()
    code, shown = at_terminal(office, ["import", path, "--dry-run", "--warnings", "none"])
    assert code == 0
    counts = [int(found.replace(",", "")) for found in re.findall(r"大台账\.xlsx：([\d,]+) 行", shown)]
    assert counts
    assert counts == sorted(counts)
    assert counts[-1] == 40_000
    piped = office.run("import", path, "--dry-run", "--warnings", "none").expect(0)
    assert "\r" not in piped.err


TWO = ["客户编号", "客户姓名", "客户类型", "客户经理工号", "联系电话", "联系电话"]


def test_two_columns_for_one_are_asked_and_remembered(fresh: Fresh, tmp_path: Path) -> None:
    """
    客户编号 … 联系电话 (E) 联系电话 (F): without a terminal refused with both; at one asked; the next time known.
    """
    row = ["C1", "甲乙", "个人", "E1", "13800138000", "13900139000"]
    path, office = book(tmp_path / "台账.xlsx", {"表": [TWO, row]}), fresh()
    refused = office.run("import", path).expect(4)
    assert "[ambiguous_column]" in refused.err
    assert "联系电话 (E1)、联系电话 (F1)" in refused.err
    assert "--map" in refused.err
    code, shown = at_terminal(office, ["import", path], [b"2"])
    assert code == 0, shown
    assert "哪一列是“联系电话”" in shown
    assert "integer" not in shown
    (client,) = office.json("clients", "find", "C1")
    assert client["phone"] == "139****9000"


def test_an_answer_that_is_none_is_asked_for_again_in_ones_own_language(fresh: Fresh, tmp_path: Path) -> None:
    row = ["C1", "甲乙", "个人", "E1", "13800138000", "13900139000"]
    path, office = book(tmp_path / "台账.xlsx", {"表": [TWO, row]}), fresh()
    code, shown = at_terminal(office, ["import", path], [b"x", b"9", b"0"])
    assert code == 4
    assert shown.count("选几") >= 3
    assert "不是有效的数（整数）" in shown
    assert "range" not in shown


def test_a_heading_with_two_meanings_is_asked_remembered_and_forgotten(fresh: Fresh, tmp_path: Path) -> None:
    """
    开户日期 stands for nothing in 客户档案, so --map says once what it is; the next file of that layout needs no option.
    """
    head = ["客户编号", "客户姓名", "客户类型", "客户经理工号", "进门日子"]
    office = fresh()
    first = book(tmp_path / "一.xlsx", {"表": [head, ["C1", "甲乙", "个人", "E1", "2024-03-05"]]})
    second = book(tmp_path / "二.xlsx", {"表": [head, ["C2", "丙丁", "个人", "E1", "2024-03-06"]]})
    told = office.run("import", first).expect(0)
    assert "[unknown_column]" in told.err
    told = office.run("import", first, "--map", "进门日子=建档日期").expect(0)
    assert "记住了 1 种表头版式" in told.err
    (layout,) = office.json("imports", "layouts")
    assert layout["choices"] == {"进门日子": "created_on"}
    told = office.run("import", second).expect(0)
    assert "[unknown_column]" not in told.err
    days = {key: office.json("clients", "find", key)[0]["created_on"] for key in ("C1", "C2")}
    assert days == {"C1": "2024-03-05", "C2": "2024-03-06"}
    office.run("imports", "layouts", "--forget", layout["id"]).expect(0)
    third = book(tmp_path / "三.xlsx", {"表": [head, ["C3", "戊己", "个人", "E1", "2024-03-07"]]})
    assert "[unknown_column]" in office.run("import", third).expect(0).err


def test_a_missing_column_is_one_problem_not_one_a_row(fresh: Fresh, tmp_path: Path) -> None:
    """Thirty new clients without 客户经理工号: one sentence that names the column, thirty rows rejected, and exit 4."""
    rows = [["客户编号", "客户姓名", "客户类型"], *[[f"C{number}", "甲乙", "个人"] for number in range(30)]]
    told = fresh().json("import", book(tmp_path / "台账.xlsx", {"表": rows}), codes=(4,))
    (sheet,) = told["files"]
    assert (sheet["read"], sheet["rejected"]) == (30, 30)
    assert [one["code"] for one in sheet["problems"]] == ["missing_column"]
    assert "客户经理工号" in sheet["problems"][0]["message"]
