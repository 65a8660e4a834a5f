"""The day at the terminal: finding a client, what a supervisor has to do, completion after a tab, a word mistyped."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.kit import Office, run

SHELLS = ("bash", "zsh", "fish")


def names(office: Office) -> dict[str, str]:
    """The full names of the sample's clients, as stored."""
    with closing(sqlite3.connect(office.root / "cmkit.db")) as store:
        return dict(store.execute("SELECT c_client_id, c_name FROM clients ORDER BY c_client_id"))


def test_an_unknown_client_is_answered_with_the_nearest_masked(bank: Office) -> None:
    done = bank.run("clients", "show", "C00010111").expect(65)
    assert "没有这位客户：C00010111" in done.err
    assert "C000101 陆**" in done.err
    assert "没有唯一" not in done.err
    assert bank.run("clients", "show", "Q").expect(65).err.strip().endswith("用 cmkit clients find 查找")
    assert (
        "C000101 陆**"
        in bank.run("log", "add", "C00010111", "--channel", "电话", "--purpose", "问候", "--result", "已问")
        .expect(65)
        .err
    )


def test_several_that_fit_are_named_and_counted(bank: Office) -> None:
    done = bank.run("clients", "show", "C00010").expect(65)
    assert "有 10 位客户符合“C00010”，请写编号" in done.err
    assert done.err.count("**") == 8


def test_an_empty_find_says_so_and_is_no_failure(bank: Office) -> None:
    """CLI.md: 0 is done, nothing to report; scripts get the empty list."""
    done = bank.run("clients", "find", "zzzqq").expect(0)
    assert (done.out, done.err.strip()) == ("", "没有符合“zzzqq”的客户")
    assert bank.json("clients", "find", "zzzqq") == []
    assert bank.run("clients", "find", "zzzqq", "--quiet").expect(0).err == ""


def test_a_supervisor_sees_the_logs_that_wait(office: Office) -> None:
    """谭伯雍 (E1007) leads 贺知秋, who joined this year and is read daily; 林一舟 leads nobody."""
    shown = office.json("today", "--owner", "E1007")
    unread = next(one for one in shown["sections"] if one["id"] == "today-reviews")
    assert unread["rows"]
    assert all(row[-1] == "谭伯雍" for row in unread["rows"])
    assert "today-reviews" not in {one["id"] for one in office.json("today", "--owner", "E1003")["sections"]}


def test_today_tells_of_complaints_by_the_deadline_of_their_level(office: Office) -> None:
    """No deadline was written down: 15 days after the 17th is 1 November, two days off; of a complex one it is later."""
    for number, level in (("TS-8", "一般"), ("TS-9", "复杂")):
        words = [
            f"投诉编号={number}",
            "受理日期=2026-10-17",
            "投诉人=王女士",
            "渠道=电话",
            "类别=服务",
            f"级别={level}",
        ]
        office.run("records", "complaints", "add", *words, "承办人工号=E1003").expect(0)
    shown = office.json("today", "--owner", "E1003")
    near = next(one for one in shown["sections"] if one["id"] == "today-complaints")
    assert [(row[0], row[3]) for row in near["rows"] if row[0] in {"TS-8", "TS-9"}] == [("TS-8", "2026-11-01")]


def test_times_are_the_offices_on_the_screen_and_the_stores_in_json(bank: Office) -> None:
    """Shanghai is eight hours ahead of what the store keeps."""
    kept = datetime.fromisoformat(bank.json("imports", "list")[0]["at"])
    shown = (kept + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
    assert kept.utcoffset() == timedelta(0)
    assert shown in bank.run("imports", "list").expect(0).lines[2]


def test_what_runs_out_is_called_by_what_it_means(office: Office) -> None:
    """The column is called 到期日; what it calls for is 产品到期."""
    shown = office.json("today", "--owner", "E1003")
    running = next(one for one in shown["sections"] if one["id"] == "today-maturities")
    assert {row[3] for row in running["rows"]} == {"产品到期"}


def complete(root: Path, shell: str, *words: str, on: str = "2026-10-30") -> list[str]:
    """What a shell is told after a tab at the end of ``words``; nothing is one empty line."""
    current = words[-1] if shell == "fish" else str(len(words))
    env = {
        "_CMKIT_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(("cmkit", *words)),
        "COMP_CWORD": current,
        "CMKIT_WORKSPACE": str(root),
        "CMKIT_ON": on,
    }
    return [line for line in run(env=env).expect(0).lines if line]


def values(root: Path, *words: str) -> list[str]:
    """The candidates that bash gets."""
    return [line.partition(",")[2] for line in complete(root, "bash", *words)]


def test_a_client_is_completed_by_number_by_name_and_by_initials(bank: Office) -> None:
    """A surname alone gives numbers with masked names; two characters typed give the name."""
    full = names(bank)
    assert full["C000101"].startswith("陆")
    assert values(bank.root, "clients", "show", "C00010") == [f"C00010{n}" for n in range(10)]
    told = complete(bank.root, "zsh", "clients", "show", "陆")
    assert "C000101" in told
    assert set(told[2::3]) == {"陆**"}
    assert full["C000101"] in values(bank.root, "clients", "show", full["C000101"][:2])
    from cmkit.clients.initials import initials

    assert "C000101" in values(bank.root, "log", "add", initials(full["C000101"]))


def test_names_stay_masked_where_the_pack_prints_none(office: Office) -> None:
    pack = office.root / "packs" / "bank_retail" / "pack.toml"
    pack.write_text(pack.read_text(encoding="utf-8") + "show_names = false\n", encoding="utf-8")
    full = names(office)
    assert values(office.root, "clients", "show", full["C000101"][:2]) == [
        number for number, name in sorted(full.items()) if full["C000101"][:2] in name
    ]


def test_periods_people_offices_and_packs_are_completed(bank: Office) -> None:
    assert values(bank.root, "report", "monthly", "--period", "2026-1") == ["2026-10"]
    assert values(bank.root, "kpi", "check", "--period", "")[:3] == ["2026-10", "2026-09", "2026-08"]
    assert values(bank.root, "kpi", "check", "--period", "2026-W") == ["2026-W44", "2026-W43", "2026-W42", "2026-W41"]
    assert values(bank.root, "report", "monthly", "--owner", "林") == ["林一舟"]
    assert values(bank.root, "today", "--owner", "E1003") == ["E1003"]
    assert values(bank.root, "report", "monthly", "--branch", "城") == ["城东支行", "城西支行"]
    assert "tobacco" in values(bank.root, "init", "office", "--pack", "t")
    assert values(bank.root, "records", "cont") == ["contact_people", "contacts"]
    assert "--period" in values(bank.root, "report", "monthly", "--per")


def test_a_tab_outside_a_workspace_says_nothing_wrong(tmp_path: Path) -> None:
    assert complete(tmp_path / "none", "bash", "clients", "show", "王") == []
    (tmp_path / "cmkit.toml").write_text('pack = "bank_retail"\n', encoding="utf-8")
    assert complete(tmp_path, "bash", "clients", "show", "王") == []
    (tmp_path / "cmkit.db").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    assert complete(tmp_path, "bash", "clients", "show", "王") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell: str) -> None:
    script = run(env={"_CMKIT_COMPLETE": f"{shell}_source"}).expect(0).out
    assert f"_CMKIT_COMPLETE={shell}_complete" in script


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_a_real_bash_completes(bank: Office, tmp_path: Path) -> None:
    """The script is switched on as the README says, and the word before the cursor is a half period."""
    program = tmp_path / "cmkit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cmkit "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = (
        f'PATH="{tmp_path}:$PATH"; export CMKIT_WORKSPACE="{bank.root}" CMKIT_ON=2026-10-30; '
        'eval "$(_CMKIT_COMPLETE=bash_source cmkit)"; COMP_WORDS=(cmkit kpi check --period 2026-1); COMP_CWORD=4; '
        '_cmkit_completion cmkit; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.stdout.decode(), done.stderr.decode()) == ("2026-10\n", "")


def test_a_tab_loads_nothing_heavy(bank: Office) -> None:
    """Neither the database library nor the spreadsheets' are imported for it."""
    code = (
        "import sys, atexit; from cmkit.cli import main; "
        "atexit.register(lambda: print(sorted({'sqlalchemy', 'openpyxl', 'jinja2', 'rapidfuzz'} & set(sys.modules)), file=sys.stderr))"
        "; main([])"
    )
    env = {
        "_CMKIT_COMPLETE": "bash_complete",
        "COMP_WORDS": "cmkit clients show C00010",
        "COMP_CWORD": "3",
        "CMKIT_WORKSPACE": str(bank.root),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env={**env, "PYTHONPATH": ":".join(sys.path)}, capture_output=True, check=True
    )
    assert done.stderr.decode().strip() == "[]"
    assert "plain,C000101" in done.stdout.decode()


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (("clinets", "list"), "是不是：'clients'", "Did you mean 'clients'"),
        (("clients", "lsit"), "是不是：'list'", "Did you mean 'list'"),
        (("report", "monthly", "--perio", "2026-10"), "'--period'", "'--period'"),
    ],
)
def test_a_word_mistyped_is_asked_back(words: Sequence[str], zh: str, en: str) -> None:
    assert zh in run(*words).expect(2).err
    assert en in run(*words, "--lang", "en").expect(2).err


def test_the_archive_rate_of_the_report_is_the_indicator(bank: Office, tmp_path: Path) -> None:
    rows = bank.json("kpi", "check", "--period", "2026-10", "--branch", "Z00", codes=(0, 3))["rows"]
    [rate] = [row["actual"] for row in rows if row["kpi"] == "ARC"]
    bank.run("report", "monthly", "--period", "2026-10", "--to", "md", "--out", tmp_path).expect(0)
    [text] = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.md")]
    assert text.count(f"| 档案完整率 | **{round(Decimal(rate), 2)}%** |") == 2


def test_a_draw_for_the_archive_check(bank: Office) -> None:
    """The same five in the same month, another five in the next; all of them in use."""
    first = bank.json("clients", "sample", "--count", 5)
    assert len(first) == 5
    assert {one["status"] for one in first} == {"在用"}
    assert bank.json("clients", "sample", "--count", 5, "--period", "2026-10") == first
    assert bank.json("clients", "sample", "--count", 5, "--period", "2026-11") != first
