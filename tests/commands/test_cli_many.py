"""``report --all``, the book of reports, printing one again, and what is said of a report that can hold nothing."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import Office, book

MONTH = ("report", "monthly", "--period", "2026-10")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "manifest.json"}


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def last_made(office: Office) -> int:
    kinds = office.json("report", "list")
    return max(int(one["id"]) for kind in kinds for one in kind["made"])


def new_client(folder: Path) -> Path:
    rows = [["客户编号", "客户名称", "客户类型", "联系电话", "客户经理工号", "状态", "建档日期"]]
    rows.append(["C990001", "后来的客户", "个人", "13000000000", "E1003", "在用", "2026-10-29"])
    return book(folder / "新客户.xlsx", {"客户": rows})


def test_a_report_is_printed_again_as_it_was_after_later_imports(office: Office, tmp_path: Path) -> None:
    """Made, then a client comes in: the report made now differs, the one printed again does not."""
    words = (*MONTH, "--owner", "E1003", "--to", "md,html,docx,xlsx,pdf")
    office.run(*words, "--out", tmp_path / "当时").expect(0)
    number = last_made(office)
    office.run("import", new_client(tmp_path), "--table", "clients").expect(0)
    office.run(*words, "--out", tmp_path / "现在").expect(0)
    done = office.run("report", "reprint", number).expect(0)
    assert done.err == ""
    paths = [Path(line) for line in done.lines]
    assert {path.parent for path in paths} == {office.root / "out" / "reprint" / str(number)}
    assert {path.name: path.read_bytes() for path in paths} == files(tmp_path / "当时")
    assert files(tmp_path / "当时") != files(tmp_path / "现在")
    only = office.run("report", "reprint", number, "--to", "md", "--out", tmp_path / "只要一种").expect(0)
    assert [Path(line).suffix for line in only.lines] == [".md"]


def test_a_changed_template_is_said_when_printing_again(office: Office) -> None:
    office.run(*MONTH, "--owner", "E1003", "--to", "md").expect(0)
    target = Path(office.json("templates", "eject", "document.md.j2")[0])
    target.write_text(target.read_text(encoding="utf-8") + "\n改过\n", encoding="utf-8")
    done = office.run("report", "reprint", last_made(office)).expect(0)
    assert "字节不同" in done.err


@pytest.mark.parametrize(
    ("words", "code"),
    [(("reprint", "999999"), 65), (("reprint",), 2), (("monthly", "3"), 2), (("reprint", "x"), 2)],
)
def test_printing_what_there_is_not(bank: Office, words: tuple[str, ...], code: int) -> None:
    bank.run("report", *words).expect(code)


def test_the_same_report_again_is_no_new_entry(office: Office, tmp_path: Path) -> None:
    before = {}
    for turn in (1, 2):
        office.run(*MONTH, "--owner", "E1003", "--to", "md", "--out", tmp_path / "out").expect(0)
        before[turn] = (last_made(office), (tmp_path / "out" / "manifest.json").read_bytes())
    assert before[1] == before[2]


def test_the_manifest_tells_what_each_file_was_made_of(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "out"
    office.run(*MONTH, "--owner", "E1003", "--to", "md,xlsx", "--out", out).expect(0)
    office.run(*MONTH, "--branch", "B01", "--to", "md", "--out", out).expect(0)
    told = manifest(out)
    assert set(told["files"]) == set(files(out))
    for name, data in files(out).items():
        assert told["files"][name]["sha256"] == hashlib.sha256(data).hexdigest()
        assert told["files"][name]["size"] == len(data)
    used = told["files"]["monthly-E1003林一舟-2026-10.md"]["batches"]
    first, _dash, last = used.partition("-")
    assert sorted(map(int, told["batches"])) == list(range(int(first), int(last) + 1))
    sources = [source for batch in told["batches"].values() for source in batch["sources"]]
    ledger = next(source for source in sources if source["file"] == "客户台账_城东支行.xlsx")
    inbox = next((office.root / "inbox").rglob("客户台账_城东支行.xlsx"))
    assert ledger["table"] == "clients"
    assert len(ledger["sha256"]) in {0, 64}
    assert inbox.exists()


def test_all_with_two_workers_is_all_with_one(bank: Office, tmp_path: Path) -> None:
    for workers in (1, 2):
        done = bank.run(*MONTH, "--all", "--to", "html,xlsx", "--workers", workers, "--out", tmp_path / str(workers))
        done.expect(0)
        assert done.err == ""
    one, two = files(tmp_path / "1"), files(tmp_path / "2")
    assert one == two
    assert len(one) == len(bank.json("records", "staff", "list")) * 2 + 8


def test_one_that_fails_is_told_and_the_others_are_written(office: Office, tmp_path: Path) -> None:
    """A template that stumbles over one person's report only."""
    target = Path(office.json("templates", "eject", "document.md.j2")[0])
    text = target.read_text(encoding="utf-8")
    target.write_text(text + "{% if '林一舟' in document.title %}{{ document.nirgends }}{% endif %}", encoding="utf-8")
    done = office.run(*MONTH, "--all", "--to", "md", "--out", tmp_path / "out", "--workers", 2).expect(65)
    assert "E1003林一舟" in done.err
    assert "nirgends" in done.err
    assert done.err.count("没有写出") == 1
    staff = office.json("records", "staff", "list")
    assert len(done.lines) == len(staff) + 4 - 1
    assert not any("E1003" in name for name in files(tmp_path / "out"))
    (failed,) = manifest(tmp_path / "out")["failed"]
    assert failed["who"] == "E1003林一舟"


def test_a_bar_on_a_terminal_and_nothing_without_one(bank: Office, tmp_path: Path) -> None:
    words = ["--workspace", str(bank.root), "--on", bank.on, "report", "weekly", "--all", "--to", "md"]
    parent, child = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "cmkit", *words, "--out", str(tmp_path)],
        stderr=child, stdout=subprocess.PIPE, check=True, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(child)
    shown = os.read(parent, 100_000).decode("utf-8", "replace")
    os.close(parent)
    count = len(done.stdout.splitlines())
    assert "生成报告" in shown
    assert f"{count}/{count}" in shown
    assert bank.run(*words[4:], "--out", tmp_path).expect(0).err == ""


def test_a_month_that_has_not_begun_is_said(bank: Office, tmp_path: Path) -> None:
    """0 and a sentence: done, and nothing to report. The page says it, too."""
    done = bank.run("report", "monthly", "--period", "2027-01", "--to", "md", "--out", tmp_path).expect(0)
    assert "从 2027-01-01 才开始" in done.err
    assert "从 2027-01-01 才开始" in Path(done.lines[0]).read_text(encoding="utf-8")


def test_an_empty_office_is_said(fresh: Callable[..., Office], tmp_path: Path) -> None:
    office = fresh()
    done = office.run(*MONTH, "--to", "md", "--out", tmp_path / "out").expect(0)
    assert "还没有数据" in done.err
    assert "cmkit import" in done.err
