"""Clients and any record: masks, reasons, exports that come back the same, single rows."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.commands.kit import Office, contents, run, write

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "砚霁珩翊琮澍曦瑄璟烨"


def _check_digit(digits: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11]


def _person(number: int, dice: random.Random) -> dict[str, str]:
    digits = f"999999{dice.randint(1950, 2000)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}{number:03}"
    name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
    return {
        "客户编号": f"S{number:04}",
        "客户名称": name,
        "证件号码": digits + _check_digit(digits),
        "手机号": f"140{dice.randint(10**7, 10**8 - 1)}",
        "地址": f"云州市东湖区望江路{number}号{number % 9 + 1}幢{number * 3 + 100}室",
    }


@pytest.fixture(scope="module")
def seeded(bank: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, list[dict[str, str]]]:
    """The demo office with 200 more clients, of whom we know everything, and records that speak of them."""
    office = bank.copy(tmp_path_factory.mktemp("seeded") / "office")
    dice = random.Random(7)
    people = [_person(number, dice) for number in range(200)]
    head = [*people[0], "客户类型", "客户等级", "客户经理工号", "机构编号", "建档日期", "状态", "生日"]
    rows = [
        [*one.values(), "个人", "贵宾", "E1003", "B01", "2026-01-05", "在用", f"{one['证件号码'][6:10]}-11-02"]
        for one in people
    ]
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    office.run("import", write(office.root / "inbox" / "已知.csv", text.getvalue())).expect(0, 4)
    one, two = people[0], people[1]
    contact = ["日期=2026-10-30", "客户经理工号=E1003", f"客户编号={one['客户编号']}", "方式=电话", "目的=回访"]
    contact += [f"沟通内容=请打 {two['手机号']}，证件 {two['证件号码']}", "结果=好"]
    office.run("records", "contacts", "add", *contact).expect(0)
    complaint = ["投诉编号=TS-1", "受理日期=2026-10-29", f"客户编号={one['客户编号']}", f"投诉人={one['客户名称']}"]
    complaint += [f"联系电话={one['手机号']}", "渠道=电话", "类别=服务", "承办人工号=E1003"]
    office.run("records", "complaints", "add", *complaint).expect(0)
    visit = ["计划日期=2026-10-20", "目的=回访", "客户经理工号=E1003", f"客户编号={two['客户编号']}"]
    office.run("records", "visits", "add", *visit, f"未完成原因=电话 {two['手机号']} 打不通").expect(0)
    task = ["任务编号=T-9", f"事项=给 {one['手机号']} 回电话", "责任人工号=E1003", "期限=2026-10-30", "状态=待办"]
    office.run("records", "tasks", "add", *task).expect(0)
    office.run("worklog", "write", "--owner", "E1003", "--summary", f"已打 {one['手机号']}").expect(0)
    office.run(
        "records",
        "feedback",
        "add",
        "日期=2026-10-28",
        f"客户编号={one['客户编号']}",
        "类别=建议",
        f"内容=回 {one['手机号']}",
    ).expect(0)
    return office, people


SCREENS = (
    "clients list",
    "clients find S0",
    "clients find {phone}",
    "clients find {name}",
    "clients show S0000",
    "clients show S0001",
    "clients check",
    "check",
    "today",
    "today --owner E1003",
    "log list",
    "log list --owner E1003",
    "records contacts list",
    "records complaints list",
    "records visits list",
    "records tasks list",
    "records feedback list",
    "records worklogs list",
    "minutes actions --all",
    "visits due --to 2026-11-30",
    "visits gaps",
    "worklog gaps",
    "kpi explain NEWC",
    "imports list",
    "import {inbox}/已知.csv",
    "exchange status actuals --period 2026-11",
)


def _secrets(people: list[dict[str, str]], *, names: bool) -> re.Pattern[str]:
    """The full values that may not be shown."""
    words = [one[key] for one in people for key in ("证件号码", "手机号")]
    words += [one["地址"].split("东湖区")[1] for one in people]
    words += [one["客户名称"] for one in people] if names else []
    return re.compile("|".join(map(re.escape, words)))


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize("line", SCREENS)
def test_the_screen_shows_nothing_in_full(seeded: tuple[Office, list[dict[str, str]]], line: str, form: str) -> None:
    """200 clients with known names, phones, ID numbers, addresses: none of them on stdout or stderr."""
    office, people = seeded
    fill = {"{phone}": people[5]["手机号"], "{name}": people[6]["客户名称"], "{inbox}": str(office.root / "inbox")}
    words = [fill.get(word, word.replace("{inbox}", fill["{inbox}"])) for word in line.split()]
    done = office.run(*words, "--format", form).expect(0, 3, 4)
    shown = done.out + done.err
    assert done.out
    assert _secrets(people, names=True).findall(shown) == []


def test_documents_show_names_and_nothing_else(seeded: tuple[Office, list[dict[str, str]]], tmp_path: Path) -> None:
    """The bank's reports print clients' names; phones, ID numbers and addresses are never in them."""
    office, people = seeded
    for words in (
        ("worklog", "--owner", "E1003", "--to", "md,html"),
        ("worklog", "--owner", "E1003", "--week", "--to", "md,html"),
        ("report", "monthly", "--owner", "E1003", "--to", "md,html"),
        ("report", "monthly", "--branch", "B01", "--to", "md,html"),
        ("visits", "plan", "--owner", "E1003", "--from", "2026-11-02", "--to", "2026-11-06", "--files", "md,html"),
    ):
        office.run(*words, "--out", tmp_path).expect(0)
    texts = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir()) if path.suffix != ".json"]
    assert len(texts) == 10
    found = [word for text in texts for word in _secrets(people, names=False).findall(text)]
    assert found == []


def test_refused_rows_are_told_without_their_values(
    seeded: tuple[Office, list[dict[str, str]]], tmp_path: Path
) -> None:
    """Numbers that are wrong belong to somebody, too."""
    office, people = seeded
    bad = people[3]["证件号码"][:-1] + ("1" if people[3]["证件号码"][-1] != "1" else "2")
    text = f"客户编号,客户名称,证件号码,手机号,客户经理工号,建档日期\nS9,{people[3]['客户名称']},{bad},1401,E1003,2026-01-05\n"
    done = office.run("import", write(tmp_path / "错.csv", text), "--dry-run").expect(4)
    assert bad not in done.out + done.err
    assert people[3]["客户名称"] not in done.out + done.err


def test_no_full_value_in_the_error_log(
    seeded: tuple[Office, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, people = seeded

    def broken(*words: Any, **_more: Any) -> None:
        raise ValueError(people[0]["手机号"], words)

    monkeypatch.setattr("cmkit.privacy.masks.mask_facts", broken)
    done = office.run("clients", "list").expect(1)
    log = (office.root / ".cmkit" / "error.log").read_text(encoding="utf-8")
    assert _secrets(people, names=True).findall(log + done.err + done.out) == []


def test_a_name_appears_only_with_a_reason(office: Office, bank: Office) -> None:
    """``--unmask`` alone is 2; with a reason the values are shown, and the record says who saw whose file and why."""
    masked = office.json("clients", "list", "--owner", "E1003")
    assert all("*" in one["name"] for one in masked if one["kind"] == "个人")
    office.run("clients", "list", "--unmask").expect(2)
    office.run("clients", "list", "--unmask", "--reason", "  ").expect(2)
    assert office.json("audit", "show") == []
    full = office.json("clients", "list", "--owner", "E1003", "--unmask", "--reason", "核对电话", "--as", "周启明")
    assert not any("*" in one["name"] or "*" in (one["phone"] or "") for one in full)
    entry = office.json("audit", "show")
    assert [(one["no"], one["who"], one["why"]) for one in entry] == [(1, "周启明", "核对电话")]
    assert sorted(entry[0]["whose"]) == sorted(one["client_id"] for one in full)
    office.run("clients", "show", "C000101", "--unmask", "--reason", "来访").expect(0)
    office.run("records", "complaints", "list", "--unmask", "--reason", "投诉").expect(0)
    assert [one["what"] for one in office.json("audit", "show")] == [
        "clients list",
        "clients show",
        "records complaints list",
    ]
    assert office.run("audit", "verify").expect(0).code == 0


def test_the_access_record_shows_tampering(office: Office) -> None:
    office.run("clients", "show", "C000101", "--unmask", "--reason", "来访").expect(0)
    log = office.root / ".cmkit" / "access.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace("来访", "别的"), encoding="utf-8")
    done = office.run("audit", "verify", "--format", "json").expect(3)
    assert {one["code"] for one in done.json()} == {"audit_edited"}
    # Nothing more is shown in full until somebody has looked into it.
    refused = office.run("clients", "show", "C000101", "--unmask", "--reason", "再看").expect(77)
    assert refused.out == ""


def test_the_access_record_of_a_moved_workspace_is_taken_up_again(office: Office) -> None:
    """The office gets a new computer: the record's end is anchored for the old path, and nothing is shown until told."""
    seen = ("clients", "show", "C000101", "--unmask", "--reason", "来访")
    office.run(*seen).expect(0)
    office.root.rename(office.root.with_name("搬家"))
    moved = Office(office.root.with_name("搬家"))
    assert "cmkit audit reanchor" in moved.run(*seen).expect(77).err
    assert [one["code"] for one in moved.run("audit", "verify", "--format", "json").expect(3).json()] == [
        "audit_anchor_missing"
    ]
    moved.run("audit", "reanchor").expect(2)
    moved.run("audit", "reanchor", "--reason", " ").expect(2)
    moved.run("audit", "reanchor", "--reason", "换新电脑", "--as", "周启明").expect(0)
    moved.run(*seen).expect(0)
    moved.run("audit", "verify").expect(0)
    told = [(one["no"], one["who"], one["what"], one["why"]) for one in moved.json("audit", "show")]
    assert told[1] == (2, "周启明", "audit reanchor", "换新电脑")
    assert len(told) == 3


@pytest.mark.parametrize(
    ("table", "ext"), [("clients", "xlsx"), ("clients", "csv"), ("contacts", "csv"), ("complaints", "xlsx")]
)
def test_export_and_import_give_the_same_rows(
    bank: Office, office: Office, fresh: Callable[..., Office], tmp_path: Path, table: str, ext: str
) -> None:
    """demo → export --unmask → import into an office that has the people → export again: the same rows."""
    first, second = tmp_path / f"一.{ext}", tmp_path / f"二.{ext}"
    reason = ("--unmask", "--reason", "迁移")
    office.run("records", table, "export", "--out", first, *reason).expect(0)
    other = fresh("other")
    other.run("import", bank.root / "inbox" / "机构人员.xlsx").expect(0)
    if table != "clients":
        ledger = tmp_path / "客户.xlsx"
        office.run("clients", "export", "--out", ledger, *reason).expect(0)
        other.run("import", ledger).expect(0)
    told = other.json("import", first)
    assert told["files"][0]["rejected"] == 0
    other.run("records", table, "export", "--out", second, *reason).expect(0)
    assert contents(other)[table] == contents(office)[table]
    assert _rows(second) == _rows(first)
    assert first.stat().st_mode & 0o077 == 0


def _rows(path: Path) -> list[list[Any]]:
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    found = [[cell.value for cell in row] for row in load_workbook(path).worksheets[1].iter_rows()]
    assert len(found) > 10
    return found


def test_a_masked_export_does_not_come_back(office: Office, tmp_path: Path) -> None:
    """A masked value is never stored: the phones of the store stay as they are."""
    before = contents(office)["clients"]
    path = tmp_path / "脱敏.xlsx"
    office.run("clients", "export", "--out", path).expect(0)
    assert "*" in json.dumps(_rows(path), ensure_ascii=False, default=str)
    # Clearing blanks would clear every name and number that the export does not show: the file is refused.
    assert "打了星号" in office.run("import", path, "--blank", "clear").expect(65).err
    assert contents(office)["clients"] == before
    assert "[masked]" in office.run("import", path).expect(0).err
    assert contents(office)["clients"] == before
    assert office.json("audit", "show") == []


def test_export_of_one_owner(office: Office, tmp_path: Path) -> None:
    office.run("clients", "export", "--owner", "E1003", "--out", tmp_path / "林.csv").expect(0)
    assert len(_rows(tmp_path / "林.csv")) - 1 == len(office.json("clients", "list", "--owner", "E1003"))


def test_a_form_is_filled_and_imported(office: Office, tmp_path: Path) -> None:
    """``records complaints form`` → one line filled in Excel → ``import``: one complaint more."""
    path = tmp_path / "投诉.xlsx"
    office.run("records", "投诉", "form", path).expect(0)
    made = load_workbook(path)
    sheet = made["投诉"]
    top = next(row for row in sheet.iter_rows() if any("投诉编号" in str(cell.value) for cell in row))
    head = {str(cell.value).rstrip("*＊ "): cell.column for cell in top if cell.value}
    given = {
        "投诉编号": "TS2026-900",
        "受理日期": "2026-10-30",
        "客户编号": "C000101",
        "渠道": "电话",
        "类别": "服务",
        "承办人工号": "E1004",
    }
    for label, value in given.items():
        sheet.cell(int(top[0].row or 0) + 1, head[label], value)
    made.save(path)
    told = office.json("import", path)
    assert [(one["table"], one["created"], one["rejected"]) for one in told["files"]] == [("complaints", 1, 0)]
    found = next(one for one in office.json("records", "complaints", "list") if one["complaint_id"] == "TS2026-900")
    assert (found["client_id"], found["handler_id"], found["received_on"]) == ("C000101", "E1004", "2026-10-30")


def test_single_rows_are_read_as_imports_are(office: Office) -> None:
    """Chinese dates, labels or keys; the same again is unchanged; undo takes it back."""
    words = ("日期=2026年10月29日", "客户编号=C000101", "类别=建议", "内容=排队太久")
    first = office.json("records", "意见反馈", "add", *words)
    assert (first["created"], first["updated"], first["unchanged"]) == (1, 0, 0)
    again = office.json("records", "feedback", "add", *words)
    assert (again["created"], again["unchanged"]) == (0, 1)
    assert any(one["content"] == "排队太久" for one in office.json("records", "feedback", "list"))
    office.run("imports", "undo", again["batch"]).expect(0, 4)
    office.run("imports", "undo", first["batch"]).expect(0)
    assert not any(one["content"] == "排队太久" for one in office.json("records", "feedback", "list"))


def test_find_by_part_initials_number_and_tail(bank: Office) -> None:
    """C000101 is 陆…: found by number, by the tail of the phone; what is found is masked."""
    assert [one["client_id"] for one in bank.json("clients", "find", "C000101")] == ["C000101"]
    tail = _one(bank, "C000101")["phone"][-4:]
    assert "C000101" in {one["client_id"] for one in bank.json("clients", "find", tail)}


def _one(office: Office, number: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = office.json("clients", "find", number)
    return found[0]


def test_outside_a_workspace_records_say_so(tmp_path: Path) -> None:
    run("records", "clients", "list", cwd=tmp_path).expect(78)
