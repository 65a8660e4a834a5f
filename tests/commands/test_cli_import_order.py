"""A folder sorts itself: nobody is said to be missing who comes with another file, whatever the files are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import Office, book, contents

Fresh = Callable[..., Office]
CLIENTS = ["客户编号", "客户姓名", "客户类型", "客户经理工号", "联系电话"]
CONTACTS = ["日期", "客户编号", "工号", "方式", "目的", "沟通内容", "结果"]


def folder(root: Path, files: int) -> Path:
    """
    a00 …  contacts of clients C0 …   named first
    b00 …  clients of E1 and E2
    c00    the two people, of office B1
    d00    the office
    """
    for number in range(files):
        contact = ["2026-10-09", f"C{number}", f"E{number % 2 + 1}", "电话", "问候", "谈存款", "成交"]
        book(root / f"a{number:02}.xlsx", {"表": [CONTACTS, contact]})
        rows: list[Any] = [CLIENTS, [f"C{number}", "甲乙", "个人", f"E{number % 2 + 1}", None]]
        book(root / f"b{number:02}.xlsx", {"表": rows})
    people: list[Any] = [
        ["工号", "姓名", "岗位", "所属机构", "入职日期"],
        *[[f"E{n}", "赵一", "理财经理", "B1", "2020-01-06"] for n in (1, 2)],
    ]
    book(root / "c00.xlsx", {"表": people})
    book(root / "d00.xlsx", {"表": [["机构编号", "机构名称", "级别"], ["B1", "一支行", "分部"]]})
    return root


@pytest.mark.parametrize("files", [2, 9], ids=["one-process", "several-processes"])
def test_nobody_is_said_to_be_missing(fresh: Fresh, tmp_path: Path, files: int) -> None:
    box, office = folder(tmp_path / "箱", files), fresh()
    found = office.run("import", box, "--format", "json").expect(0).json()
    assert [one["code"] for sheet in found["files"] for one in sheet["problems"]] == []
    assert sum(one["created"] for one in found["files"]) == 2 * files + 3
    order = [one["file"] for one in found["files"]]
    assert order.index("d00.xlsx") < order.index("c00.xlsx") < order.index("a00.xlsx")
    # The same folder again, and in a second office: the same order.
    assert office.json("import", box)["batches"] == []
    other = fresh("other")
    assert [one["file"] for one in other.json("import", box)["files"]] == order
    assert contents(office) == contents(other)


def test_somebody_who_comes_with_no_file_is_still_missed(fresh: Fresh, tmp_path: Path) -> None:
    """Without c00 and d00 nobody brings E1 and E2."""
    box = folder(tmp_path / "箱", 9)
    (box / "c00.xlsx").unlink()
    (box / "d00.xlsx").unlink()
    found = fresh().json("import", box)
    assert {one["code"] for sheet in found["files"] for one in sheet["problems"]} == {"unknown_ref"}
    assert all("客户编号" not in one["message"] for sheet in found["files"] for one in sheet["problems"])
