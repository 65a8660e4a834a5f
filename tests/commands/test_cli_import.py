"""Import: one outcome a row, nothing twice, options, and taking batches back exactly."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.commands.kit import Office, book, contents, run, write

OUTCOMES = ("created", "updated", "unchanged", "kept", "rejected")
HEAD = "客户编号,客户名称,客户类型,客户等级,手机号,客户经理工号,状态,建档日期\n"


def _sums(told: dict[str, Any]) -> list[tuple[int, int]]:
    return [(one["read"], sum(one[name] for name in OUTCOMES)) for one in told["files"]]


@pytest.mark.parametrize("pack", ["bank", "tobacco"])
def test_every_row_has_one_outcome_and_the_second_time_none_changes(
    pack: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The whole sample again: read = created + updated + unchanged + kept + rejected, and the store as it was."""
    shared: Office = request.getfixturevalue(pack)
    office = shared.copy(tmp_path / "office")
    before = contents(office)
    told = office.json("import", office.root / "inbox", codes=(0, 4))
    assert sum(one["created"] + one["updated"] for one in told["files"]) == 0
    assert sum(one["unchanged"] for one in told["files"]) > 1500
    assert contents(office) == before
    files = {path.name for path in (office.root / "inbox").glob("*.*") if path.suffix in {".xlsx", ".csv"}}
    assert {one["file"] for one in told["files"]} == files
    assert all(read == parts for read, parts in _sums(told))
    for one in told["files"]:
        assert {"file", "sheet", "table", "header_rows", "read", "skipped", "problems", *OUTCOMES} <= set(one)
        assert one["header_rows"]
        for problem in one["problems"]:
            assert {"code", "place", "message", "hint", "severity"} <= set(problem)
            assert problem["severity"] in {"error", "warning"}
            assert problem["place"]["file"] == one["file"]
        refused = {problem["place"]["cell"] for problem in one["problems"] if problem["severity"] == "error"}
        assert bool(refused) == bool(one["rejected"])


FILES = (
    "机构人员.xlsx",
    "客户台账_城东支行.xlsx",
    "客户资产_2026-08-31.csv",
    "客户资产_2026-09-30.csv",
    "接触记录_2026年10月.xlsx",
    "投诉登记.xlsx",
    "指标目标_2026.xlsx",
)


def _take(office: Office, inbox: Path, names: tuple[str, ...] = FILES) -> dict[str, int]:
    return {name: office.json("import", inbox / name, codes=(0, 4))["batch"] for name in names}


@pytest.fixture(scope="module")
def imported(bank: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, int]]:
    """An office that holds nothing but FILES, and the batch of each."""
    root = tmp_path_factory.mktemp("imported") / "office"
    run("init", root, "--pack", "bank_retail").expect(0)
    return Office(root), _take(Office(root), bank.root / "inbox")


@pytest.mark.parametrize("seed", [1, 2])
def test_undo_of_every_batch_in_any_order_leaves_nothing(
    imported: tuple[Office, dict[str, int]], tmp_path: Path, seed: int
) -> None:
    """
    staff ◁ clients ◁ contacts, complaints, targets: whoever is named by others stays until these are gone, too.
    """
    office, batches = imported[0].copy(tmp_path / "office"), list(imported[1].values())
    assert any(contents(office).values())
    random.Random(seed).shuffle(batches)
    for batch in batches:
        told = office.json("imports", "undo", batch, codes=(0, 4))
        assert all(one["why"] for one in told["stays"])
    assert not any(contents(office).values())
    assert {one["id"] for one in office.json("imports", "list") if one["undone_at"]} == set(batches)


def test_undo_of_some_batches_is_as_if_they_had_never_come(
    bank: Office, imported: tuple[Office, dict[str, int]], fresh: Callable[..., Office], tmp_path: Path
) -> None:
    """Contacts, one day's balances and the targets are taken back: the store is what the other files alone make."""
    whole, rest = imported[0].copy(tmp_path / "whole"), fresh("rest")
    gone = ("指标目标_2026.xlsx", "客户资产_2026-08-31.csv", "接触记录_2026年10月.xlsx")
    _take(rest, bank.root / "inbox", tuple(name for name in FILES if name not in gone))
    for name in gone:
        whole.run("imports", "undo", imported[1][name]).expect(0)
    assert contents(whole) == contents(rest)


def test_undo_twice_is_refused(office: Office) -> None:
    office.run("imports", "undo", 5).expect(0, 4)
    assert "撤销" in office.run("imports", "undo", 5).expect(65).err


def _clients(office: Office, *rows: str, name: str = "台账.csv") -> Path:
    return write(office.root / "inbox" / name, HEAD + "".join(f"{row}\n" for row in rows))


def _client(office: Office, number: str, *words: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = office.json("clients", "find", number, *words)
    return next(one for one in found if one["client_id"] == number)


GOOD = "X1,甲一,个人,贵宾,14011112222,E1003,在用,2026-01-05"
BAD = "X2,乙二,个人,贵宾,14011113333,E1003,在用,2026-02-30"


@pytest.mark.parametrize("words", [("--dry-run",), ("--strict",), ("--dry-run", "--strict")])
def test_dry_run_and_strict_write_nothing(office: Office, words: tuple[str, ...]) -> None:
    """One good row, one with a day that does not exist: told as it would be, nothing written."""
    before = contents(office)
    told = office.json("import", _clients(office, GOOD, BAD), *words, codes=(4, 65))
    assert (told["files"][0]["created"], told["files"][0]["rejected"]) == (1, 1)
    assert told["batch"] is None
    assert contents(office) == before


def test_strict_takes_what_is_whole(office: Office) -> None:
    assert office.json("import", _clients(office, GOOD), "--strict")["files"][0]["created"] == 1


def test_rejects_come_back_corrected(office: Office, tmp_path: Path) -> None:
    """
    X1 good                     first: 1 created, 1 rejected → 拒收.xlsx holds X2 alone, its cell marked with the reason
    X2 建档日期 2026-02-30       corrected in that very file → 1 created
    """
    back = tmp_path / "back" / "拒收.xlsx"
    path = book(
        office.root / "inbox" / "台账.xlsx",
        {"客户台账": [HEAD.strip().split(","), GOOD.split(","), BAD.split(",")]},
    )
    office.run("import", path, "--rejects", back).expect(4)
    sheet = load_workbook(back)["客户台账"]
    rows = [row for row in sheet.iter_rows() if any(cell.value == "X2" for cell in row)]
    assert len(rows) == 1
    assert not any(cell.value == "X1" for row in sheet.iter_rows() for cell in row)
    cell = rows[0][7]
    assert cell.value == "2026-02-30"
    assert cell.comment is not None
    assert "日期" in str(cell.comment.text)
    assert back.stat().st_mode & 0o077 == 0
    cell.value = "2026-02-28"
    fixed = tmp_path / "改好.xlsx"
    assert sheet.parent is not None
    sheet.parent.save(fixed)
    told = office.json("import", fixed)
    assert (told["files"][0]["created"], told["files"][0]["rejected"]) == (1, 0)
    assert _client(office, "X2")["created_on"] == "2026-02-28"


def test_no_rejects_file_where_nothing_was_rejected(office: Office, tmp_path: Path) -> None:
    office.run("import", _clients(office, GOOD), "--rejects", tmp_path / "拒收.xlsx").expect(0)
    assert not (tmp_path / "拒收.xlsx").exists()


def test_map_says_what_a_heading_is(office: Office) -> None:
    """``--map 联络电=phone``: the heading that nobody knows is the phone; ``表头=field`` by a column's key."""
    path = write(
        office.root / "inbox" / "怪表.csv",
        "客户编号,客户名称,联络电,客户经理工号,建档日期\nX1,甲一,14011112222,E1003,2026-01-05\n",
    )
    office.run("import", path, "--table", "clients", "--map", "联络电=phone").expect(0)
    assert _client(office, "X1")["phone"] == "140****2222"


@pytest.mark.parametrize(
    ("policy", "outcome", "tier"),
    [("update", "updated", "财富"), ("keep", "kept", "贵宾"), ("fail", "rejected", "贵宾")],
)
def test_on_conflict(office: Office, policy: str, outcome: str, tier: str) -> None:
    """X1 is 贵宾; a later sheet says 财富."""
    office.run("import", _clients(office, GOOD)).expect(0)
    later = _clients(office, GOOD.replace("贵宾", "财富"), name="更新.csv")
    told = office.json("import", later, "--on-conflict", policy, codes=(0, 4))
    assert {name: told["files"][0][name] for name in OUTCOMES if told["files"][0][name]} == {outcome: 1}
    assert _client(office, "X1")["tier"] == tier


@pytest.mark.parametrize(
    ("policy", "outcome", "balance"), [("update", "updated", "2"), ("keep", "kept", "1"), ("fail", "rejected", "1")]
)
def test_on_conflict_about_a_balance_of_the_same_day(office: Office, policy: str, outcome: str, balance: str) -> None:
    """X9 had 1 yuan that day, a later sheet says 2; the balance of the next day contradicts nobody."""
    line = "客户编号,客户姓名,客户类型,客户经理工号,存款\nX9,周九,个人,E1001,"

    def sheet(name: str, amount: int) -> Path:
        return write(office.root / "inbox" / name, f"{line}{amount}\n")

    office.run("import", sheet("一.csv", 1), "--as-of", "2026-10-30").expect(0)
    told = office.json("import", sheet("二.csv", 2), "--as-of", "2026-10-30", "--on-conflict", policy, codes=(0, 4))
    assert {name: told["files"][0][name] for name in OUTCOMES if told["files"][0][name]} == {outcome: 1}
    assert [("存款" in problem["message"]) for problem in told["files"][0]["problems"]] == [True] * (policy == "fail")
    assert _client(office, "X9", "--unmask", "--reason", "核对")["deposit"] == balance
    told = office.json("import", sheet("三.csv", 3), "--as-of", "2026-10-31", "--on-conflict", policy)
    assert told["files"][0]["updated"] == 1
    assert _client(office, "X9", "--unmask", "--reason", "核对")["deposit"] == "3"
    office.run("imports", "undo", told["batch"]).expect(0)
    assert _client(office, "X9", "--unmask", "--reason", "核对")["deposit"] == balance


@pytest.mark.parametrize(("blank", "phone"), [("keep", "140****2222"), ("clear", None)])
def test_blank_cells(office: Office, blank: str, phone: str | None) -> None:
    """X1 has a phone; a later sheet leaves it blank."""
    office.run("import", _clients(office, GOOD)).expect(0)
    later = _clients(office, GOOD.replace("14011112222", ""), name="更新.csv")
    office.run("import", later, "--blank", blank).expect(0)
    assert _client(office, "X1")["phone"] == phone


def test_a_blank_that_clears_takes_back_the_balance_of_its_day(office: Office) -> None:
    """
    day 30  X9 1 yuan
    day 31  X9 3 yuan, then blank with ``--blank clear``: 1 yuan of the day before is the latest again
    """
    line = "客户编号,客户姓名,客户类型,客户经理工号,存款\nX9,周九,个人,E1001,"
    show = ("--unmask", "--reason", "核对")
    for name, amount, day in (("一.csv", "1", 30), ("二.csv", "3", 31)):
        office.run("import", write(office.root / "inbox" / name, f"{line}{amount}\n"), "--as-of", f"2026-10-{day}")
    blank = write(office.root / "inbox" / "三.csv", f"{line}\n")
    assert office.json("import", blank, "--as-of", "2026-10-31")["files"][0]["unchanged"] == 1
    told = office.json("import", blank, "--as-of", "2026-10-31", "--blank", "clear")
    assert told["files"][0]["updated"] == 1
    assert _client(office, "X9", *show)["deposit"] == "1"
    again = office.json("import", blank, "--as-of", "2026-10-31", "--blank", "clear")
    assert again["files"][0]["unchanged"] == 1
    office.run("imports", "undo", told["batch"]).expect(0)
    assert _client(office, "X9", *show)["deposit"] == "3"


@pytest.mark.parametrize("way", ["option", "name", "today"])
def test_balances_are_kept_by_day(office: Office, way: str) -> None:
    """``--as-of``, else the date in the file's name, else the acting day."""
    name = "余额_2026-05-31.csv" if way == "name" else "余额.csv"
    path = write(
        office.root / "inbox" / name, "客户编号,客户名称,客户经理工号,金融资产余额(元)\nC000101,甲,E1006,123456.78\n"
    )
    given = ("--as-of", "2026-05-31") if way == "option" else ()
    office.run("import", path, "--table", "clients", *given).expect(0)
    days = {row[1]: row for row in contents(office)["clients_by_day"] if row[0] == "C000101"}
    assert 1234567800 in days["2026-10-30" if way == "today" else "2026-05-31"]


def test_sheet_and_table_by_name(office: Office) -> None:
    """A workbook of two sheets, only one of them wanted, and said to be what its heading does not tell."""
    people = [["工号", "姓名", "岗位", "机构编号", "入职日期"], ["E9001", "丁一", "理财经理", "B01", "2020-01-06"]]
    path = book(office.root / "inbox" / "混合.xlsx", {"人": people, "别的": [["甲", "乙"], ["1", "2"]]})
    told = office.json("import", path, "--sheet", "人", "--table", "staff")
    assert [(one["sheet"], one["table"], one["created"]) for one in told["files"]] == [("人", "staff", 1)]


def test_the_same_bytes_are_told_as_such(office: Office) -> None:
    path = _clients(office, GOOD)
    first = office.json("import", path)
    again = office.json("import", path)
    assert again["files"][0]["same_as_batch"] == first["batch"]
    assert again["batch"] is None


def test_look_needs_no_workspace_and_counts_as_excel(bank: Office, tmp_path: Path) -> None:
    """
    1  某支行客户清单
    2  单位：元
    3  客户编号 | 客户名称 | 手机号
    4  C1 ...
    5  C2 ...
    6  合计 | 2
    """
    rows: list[list[Any]] = [["某支行客户清单"], ["单位：元"], ["客户编号", "客户名称", "手机号"]]
    rows += [["C1", "甲一", "14011112222"], ["C2", "乙二", "14011113333"], ["合计", 2]]
    path = book(tmp_path / "清单.xlsx", {"清单": rows})
    told = run("look", path, "--format", "json", cwd=tmp_path).expect(0).json()
    table = told["tables"][0]
    assert (table["header_rows"], table["rows"], table["table"]) == ([3], 2, "clients")
    assert table["columns"] == ["客户编号", "客户名称", "手机号"]
    assert 6 in {one["row"] for one in table["skipped"]}
    assert all(one["why"] for one in table["skipped"])


def test_a_new_file_is_read_as_the_office_would(fresh: Callable[..., Office]) -> None:
    """init makes what cron needs; the settings name the pack; nothing is readable by others."""
    office = fresh("新办公室", "tobacco")
    names = {path.name for path in office.root.iterdir()}
    assert {"cmkit.toml", "inbox", "outbox", "out", "packs", "templates"} <= names
    assert 'pack = "tobacco"' in (office.root / "cmkit.toml").read_text(encoding="utf-8")
    assert all(path.stat().st_mode & 0o077 == 0 for path in [office.root, *office.root.iterdir()])
    office.run("clients", "list").expect(0)


def test_a_sheet_of_clients_that_is_refused_whole_is_no_crash(fresh: Callable[..., Office], tmp_path: Path) -> None:
    """| 客户编号 | 客户名称 | 联系电话 |: nobody looks after them, so every row goes back, and that is 4."""
    path = tmp_path / "客户.csv"
    path.write_text(
        "客户编号,客户名称,联系电话,客户类型\nC1,王芳,14000000001,个人\nC2,李强,14000000002,个人\n", encoding="utf-8"
    )
    done = fresh().run("import", path, "--table", "clients").expect(4)
    assert "客户经理工号" in done.out + done.err
