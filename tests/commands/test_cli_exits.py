"""How command lines end: the exit codes of the contract, each with one sentence and never a traceback."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.commands.kit import ON, Office, kill, program, run, write

CASES = tomllib.loads((Path(__file__).parent.parent / "cases/commands/exit_codes.toml").read_text(encoding="utf-8"))
STOPS = {2, 69, 73, 75, 77, 78, 130, 143}
"""Codes that stand for a stop: there is no result, only one sentence."""
HEAD = "客户编号,客户名称,客户类型,客户经理工号,机构编号,建档日期\n"


def test_the_table_is_whole() -> None:
    """The codes that a command line can end with are all there, and enough of them."""
    assert len(CASES["case"]) >= 60
    assert {case["exit"] for case in CASES["case"]} == {0, 2, 3, 4, 65, 69, 73, 75, 77, 78}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Good and bad files by name."""
    folder = tmp_path / "files"
    write(folder / "good.csv", HEAD + "D1,甲一,个人,E1003,B01,2026-01-05\n")
    write(folder / "mixed.csv", HEAD + "D1,甲一,个人,E1003,B01,2026-01-05\nD2,乙二,个人,E1003,B01,2026-02-30\n")
    write(folder / "conflict.csv", "客户编号,客户名称,客户经理工号\nC000101,另一个名字,E1003\n")
    write(folder / "page.xlsx", "<html><body><table><tr><td>客户编号</td></tr></table></body></html>")
    write(folder / "half.toml", 'place = "会议室"\n')
    (folder / "gbk.toml").write_bytes('title = "周例会"\n'.encode("gb18030"))
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "cut.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 40)
    (folder / "binary.csv").write_bytes(b"\x00\xff\x00\xfe" * 50)
    return folder


def _jobs(office: Office, *jobs: tuple[str, str, str]) -> None:
    lines = [f'[[jobs]]\nname = "{name}"\nrun = {words}\nwhen = "{when}"\n' for name, words, when in jobs]
    write(office.root / "cmkit.toml", 'pack = "bank_retail"\n' + "\n".join(lines))


def _bad_pack(office: Office) -> None:
    folder = office.root / "packs" / "mine"
    write(folder / "pack.toml", 'extends = "common"\nzh = "我的"\nen = "Mine"\n')
    write(folder / "kpi.toml", '[kpi.X]\nzh = "甲"\nen = "X"\nweigth = 3\n')
    write(office.root / "cmkit.toml", 'pack = "mine"\n')


BROKEN: dict[str, Callable[[Office], object]] = {
    "fresh": lambda office: None,
    "bad_key": lambda office: write(office.root / "cmkit.toml", 'pack = "tobacco"\noffices = "甲"\n'),
    "bad_toml": lambda office: write(office.root / "cmkit.toml", "pack = \n"),
    "bad_pack": _bad_pack,
    "bad_when": lambda office: _jobs(office, ("甲", '["check"]', "sometimes")),
    "bad_words": lambda office: _jobs(
        office, ("坏任务", '["nope"]', "daily"), ("坏括号", '["check", "{nope}"]', "daily")
    ),
    "corrupt_store": lambda office: write(office.root / "cmkit.db", "这不是数据库" * 500),
    "store_is_folder": lambda office: (office.root / "cmkit.db").mkdir(),
    "store_in_file": lambda office: write(office.root / "cmkit.toml", 'pack = "tobacco"\nstore = "cmkit.toml/x.db"\n'),
    "ejected": lambda office: office.run("templates", "eject", "document.md.j2").expect(0),
}


@pytest.fixture
def place(
    request: pytest.FixtureRequest, bank: Office, fresh: Callable[..., Office], tmp_path: Path
) -> Iterator[Office | None]:
    """The office that a case names."""
    wanted = request.param
    if wanted == "none":
        yield None
    elif wanted == "bank":
        yield bank
    elif wanted == "copy":
        yield bank.copy(tmp_path / "copy")
    elif wanted == "audit_blocked":
        office = bank.copy(tmp_path / "copy")
        (office.root / ".cmkit" / "access.jsonl").mkdir(parents=True)
        yield office
    elif wanted == "locked":
        office = fresh()
        (office.root / ".cmkit").mkdir(exist_ok=True)
        with FileLock(office.root / ".cmkit" / "run.lock"):
            yield office
    else:
        office = fresh()
        BROKEN[wanted](office)
        yield office


def _case(case: dict[str, Any]) -> Any:
    return pytest.param(case.get("in", "bank"), case, id=f"{case['exit']}-{case['run']}-{case.get('in', 'bank')}")


@pytest.mark.parametrize(("place", "case"), [_case(case) for case in CASES["case"]], indirect=["place"])
def test_exit_code(place: Office | None, case: dict[str, Any], files: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    where = {"{w}": str(place.root if place else ""), "{f}": str(files), "{t}": str(empty)}
    line = case["run"]
    for mark, folder in where.items():
        line = line.replace(mark, folder)
    words = shlex.split(line)
    done = place.run(*words) if place else run("--on", ON, *words, cwd=empty)
    done.expect(case["exit"])
    assert case.get("says", "") in done.err
    if done.code in STOPS and not case.get("goes_on"):
        assert done.out == ""
        # `cmkit kpi` alone shows the group's help instead of a sentence.
        assert len(done.err.splitlines()) == 1 or words == ["kpi"]


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["nope"], "usage", 2),
        (["kpi", "check", "--period", "x"], "usage", 2),
        (["clients", "show", "nobody"], "input", 65),
        (["init", "{w}", "--pack", "tobacco"], "output", 73),
        (["run", "nope"], "config", 78),
    ],
)
@pytest.mark.parametrize("way", ["after", "before", "joined", "environment"])
def test_errors_are_json_on_stderr(bank: Office, words: list[str], code: str, exit_code: int, way: str) -> None:
    """However JSON was asked for, an error is one JSON value on stderr and stdout stays empty."""
    given = [word.replace("{w}", str(bank.root)) for word in words]
    if way == "after":
        done = bank.run(*given, "--format", "json")
    elif way == "before":
        done = bank.run("--format", "json", *given)
    elif way == "joined":
        done = bank.run("--format=json", *given)
    else:
        done = bank.run(*given, env={"CMKIT_FORMAT": "json"})
    done.expect(exit_code)
    assert done.out == ""
    told = done.error()
    assert (told["code"], told["exit"]) == (code, exit_code)
    assert told["message"]


def test_several_codes_the_first_of_the_order(office: Office, files: Path) -> None:
    """One file among three cannot be used (65), one has a refused row (4): 65, and the good rows are in."""
    done = office.run("import", files / "good.csv", files / "empty.xlsx", files / "mixed.csv", "--format", "json")
    told = done.expect(65).json()
    assert [(one["file"], one["created"], one["unchanged"], one["rejected"]) for one in told["files"]] == [
        ("good.csv", 1, 0, 0),
        ("mixed.csv", 0, 1, 1),
    ]
    assert [one["place"]["file"] for one in told["problems"]] == ["empty.xlsx"]
    found = office.json("clients", "find", "D1")
    assert [one["client_id"] for one in found] == ["D1"]


def test_a_bug_is_one_sentence_and_a_log(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash ends with 1; the traceback goes to a log that only the owner reads, without the values."""

    said = "张三 13800000000"

    def broken(*_words: object, **_more: object) -> None:
        raise RuntimeError(said)

    monkeypatch.setattr("cmkit.reports.desk.load", broken)
    done = office.run("clients", "list").expect(1)
    log = office.root / ".cmkit" / "error.log"
    text = log.read_text(encoding="utf-8")
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert str(log) in done.err
    assert "RuntimeError" in text
    assert "13800000000" not in text + done.err
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_program(office: Office, number: int, code: int) -> None:
    """Ctrl-C is 130, SIGTERM 143, and the lock is free for the next run."""
    write(
        office.root / "cmkit.toml",
        'pack = "bank_retail"\n[[jobs]]\nname = "月报"\nrun = ["report", "monthly", "--all"]\nwhen = "daily"\n',
    )
    with subprocess.Popen(
        [sys.executable, "-m", "cmkit", "--workspace", str(office.root), "--on", ON, "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            _wait_for_a_run(office)
            process.send_signal(number)
            _out, err = process.communicate(timeout=30)
        finally:
            kill(process)
    assert b"Traceback" not in err
    assert process.returncode == code
    office.run("run", "nope").expect(78)


def _wait_for_a_run(office: Office) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if json.loads(office.run("runs", "list", "--format", "json").out or "[]"):
            return
        time.sleep(0.1)
    raise AssertionError


def test_no_workspace_needs_no_traceback_in_a_real_program(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = program("today", env=env, cwd=tmp_path).expect(78)
    assert done.out == ""
    assert len(done.err.splitlines()) == 1


def test_a_full_stdout_is_74(bank: Office) -> None:
    """``cmkit clients list > /dev/full`` says so and ends with 74."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cmkit", "--workspace", str(bank.root), "--on", ON, "clients", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 74
    assert b"Traceback" not in done.stderr


def test_a_closed_pipe_is_no_error(bank: Office) -> None:
    """``cmkit clients list | head -1`` ends quietly."""
    words = [sys.executable, "-m", "cmkit", "--workspace", str(bank.root), "--on", ON, "clients", "list"]
    with subprocess.Popen([*words, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=30)
    assert process.returncode == 0
    assert err == b""
