"""Duplicates side by side: of one key in a file, of one person in a file and against the store; masked, and in JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import Office, Result, book

Fresh = Callable[..., Office]
HEAD = ["客户编号", "客户姓名", "客户类型", "证件号码", "联系电话", "客户经理工号", "存款"]
ID = "110101199003070038"
"""The check digit worked out by hand: the weighted sum is 59, 59 mod 11 is 4, the fifth of 10X98765432 is 8."""


def _pairs(told: Result) -> list[list[str]]:
    """The lines of the small table, cell by cell."""
    return [line.split() for line in told.err.splitlines() if line[:1].isdigit() and line[1:3] == "  "]


def test_the_same_person_in_one_file(fresh: Fresh, tmp_path: Path) -> None:
    """
    row 2  C1  王小明  110101199003070038  13800138000     same number as row 3, same phone and name as row 4
    row 3  C2  王晓明  110101199003070038
    row 4  C3  王小明                      13800138000
    row 5  C4  王小明                      13800138009     a namesake
    """
    rows: list[Any] = [
        HEAD,
        ["C1", "王小明", "个人", ID, "13800138000", "E1", 1],
        ["C2", "王晓明", "个人", ID, None, "E2", 1],
        ["C3", "王小明", "个人", None, "13800138000", "E1", 1],
        ["C4", "王小明", "个人", None, "13800138009", "E1", 1],
    ]
    path = book(tmp_path / "台账.xlsx", {"城东": rows})
    office = fresh()
    for words in (("--dry-run",), ()):
        told = office.run("import", path, *words).expect(0)
        assert "2 对" in told.err
        first, second = _pairs(told)[:2]
        assert first[:6] == ["1", "台账.xlsx", "城东", "2", "本次导入", "C1"]
        assert second[:6] == ["1", "台账.xlsx", "城东", "3", "本次导入", "C2"]
        assert [line[5] for line in _pairs(told)[2:]] == ["C1", "C3"]
        assert "138****8000" in first
        assert "证件号码" in first
        assert first[-1] == "客户名称、客户经理工号"
        for secret in (ID, "13800138000", "王小明", "王晓明"):
            assert secret not in told.err + told.out


def test_the_same_person_in_the_store_and_in_json(fresh: Fresh, tmp_path: Path) -> None:
    office = fresh()
    office.run(
        "import", book(tmp_path / "旧.xlsx", {"表": [HEAD, ["C1", "王小明", "个人", ID, None, "E1", 1]]})
    ).expect(0)
    new = book(tmp_path / "新.xlsx", {"表": [HEAD, ["C9", "王小明", "个人", ID, "13800138000", "E2", 2]]})
    told = office.run("import", new, "--dry-run").expect(0)
    assert [line[1:6] for line in _pairs(told)] == [
        ["旧.xlsx", "表", "2", "第", "1"],
        ["新.xlsx", "表", "2", "本次导入", "C9"],
    ]
    (pair,) = office.json("import", new)["duplicates"]
    assert (pair["code"], pair["table"], pair["same"], pair["different"]) == (
        "same_person",
        "clients",
        ["id_no"],
        ["owner_id"],
    )
    assert [(one["file"], one["row"], one["values"]["client_id"]) for one in pair["records"]] == [
        ("旧.xlsx", 2, "C1"),
        ("新.xlsx", 2, "C9"),
    ]
    assert pair["records"][1]["values"]["name"] == "王**"
    assert ID not in str(pair)
    # Nobody new: nothing to tell.
    assert office.json("import", new)["duplicates"] == []


def test_a_company_has_no_masked_name(fresh: Fresh, tmp_path: Path) -> None:
    rows: list[Any] = [HEAD, *[[f"C{n}", "平川商贸", "企业", None, "0571-88886666", "E1", 1] for n in (1, 2)]]
    told = fresh().run("import", book(tmp_path / "台账.xlsx", {"表": rows})).expect(0)
    assert "平川商贸" in told.err


@pytest.mark.parametrize("held", [True, False])
def test_the_same_key_twice_in_a_file(fresh: Fresh, tmp_path: Path, held: bool) -> None:
    """C1 stands in two sheets with two owners and two balances: the first came in, the second did not."""
    sheets: dict[str, list[Any]] = {
        "城东": [HEAD, ["C1", "王小明", "个人", None, "13800138000", "E1", 10]],
        "城西": [HEAD, ["C1", "王小明", "个人", None, "13800138000", "E2", 20]],
    }
    office = fresh()
    more = ("--rejects", tmp_path / "退回.xlsx") if held else ()
    told = office.run("import", book(tmp_path / "台账.xlsx", sheets), *more).expect(4)
    first, second = _pairs(told)
    assert (first[2:6], second[2:6]) == (["城东", "2", "收下", "C1"], ["城西", "2", "拒收", "C1"])
    assert ("E1" in first, "E2" in second) == (True, True)
    assert "客户经理工号、存款" in first[-1]
    assert office.json("clients", "find", "C1")[0]["owner_id"] == "E1"


def test_the_same_contact_with_two_results(fresh: Fresh, tmp_path: Path) -> None:
    """A key of several parts: the table shows all of them, and what differs."""
    head: list[Any] = ["日期", "时间", "客户编号", "工号", "方式", "目的", "沟通内容", "结果"]
    rows: list[Any] = [
        head,
        *[["2026-10-09", "09:30", "C1", "E1", "电话", "问候", "谈存款", word] for word in ("有意向", "成交")],
    ]
    told = fresh().run("import", book(tmp_path / "接触记录.xlsx", {"接触记录": rows})).expect(4)
    first, second = _pairs(told)
    assert (first[2:5], second[2:5]) == (["接触记录", "2", "收下"], ["接触记录", "3", "拒收"])
    assert "2026-10-09" in first
    assert ("有意向" in first, "成交" in second) == (True, True)


def test_what_is_left_out_is_named(fresh: Fresh, tmp_path: Path) -> None:
    """Rows by why, sheets of the same columns together, a sheet without a table; quiet says nothing of it."""
    rows: list[Any] = [
        ["平川客户台账"],
        HEAD,
        ["C1", "甲", "个人", None, None, "E1", 1],
        ["合计", None, None, None, None, None, 1],
    ]
    sheets: dict[str, list[Any]] = {
        "城东": rows,
        "城西": [HEAD, ["C2", "乙", "个人", None, None, "E1", 1]],
        "说明": [["请按时报送"], ["联系人：张三"]],
    }
    path, office = book(tmp_path / "台账.xlsx", sheets), fresh()
    told = office.run("import", path, "--dry-run").expect(0)
    assert "台账.xlsx · 城东：略过 2 行：标题 1；合计 4" in told.err
    assert "2 张工作表的栏目相同，都读了：城东、城西" in told.err
    assert "没有读：说明" in told.err
    found = office.json("import", path, "--dry-run")
    assert found["files"][0]["left_out"] == [{"row": 1, "why": "title"}, {"row": 4, "why": "total"}]
    assert [one["code"] for one in found["problems"]] == ["sheet_left_out"]
    assert office.run("import", path, "--quiet").expect(0).err == ""


def test_the_same_person_in_two_of_many_files(fresh: Fresh, tmp_path: Path) -> None:
    """20 files with a client each: nobody twice; then the 4th and the 17th have one number; then one of the first run."""

    def many(name: str, ids: dict[int, str]) -> Path:
        for n in range(20):
            client = [f"{name}{n}", f"客户{n}", "个人", ids.get(n), None, "E1", 1]
            book(tmp_path / name / f"支行{n:02}.xlsx", {"表": [HEAD, client]})
        return tmp_path / name

    def people(office: Office, folder: Path) -> list[set[str]]:
        told = office.json("import", folder)["duplicates"]
        return [{one["values"]["client_id"] for one in pair["records"]} for pair in told]

    alone, pair = many("A", {3: ID}), many("B", {3: ID, 16: ID})
    office = fresh()
    assert people(office, alone) == []
    assert people(office, pair) == [{"A3", "B3"}, {"A3", "B16"}]
    assert people(fresh("other"), pair) == [{"B3", "B16"}]
