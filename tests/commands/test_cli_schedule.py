"""Cron: what is due runs once, under a lock, with the same bytes in the barest environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import ON, Office, kill, program, write

HEAD = 'pack = "bank_retail"\nlang = "zh"\n'


def _jobs(office: Office, *jobs: str) -> None:
    write(office.root / "cmkit.toml", HEAD + "\n".join(jobs))


def _job(name: str, run: list[str], when: str = "daily", **more: str) -> str:
    lines = [f'name = "{name}"', f"run = {json.dumps(run, ensure_ascii=False)}", f'when = "{when}"']
    return "\n".join(["[[jobs]]", *lines, *[f'{key} = "{value}"' for key, value in more.items()], ""])


LOGS = _job("日志检查", ["worklog", "gaps", "--owner", "E1003"], "workday")
WEEK = _job(
    "周报",
    ["report", "weekly", "--period", "{period}", "--owner", "E1003", "--to", "md"],
    "week-last-workday",
    period="week",
)
MONTH = _job("档案", ["clients", "list", "--owner", "E1003"], "last-workday", period="month")


def _ran(told: list[dict[str, Any]]) -> dict[str, tuple[str, int, bool]]:
    return {one["job"]: (one["period"], one["exit_code"], one["skipped"]) for one in told}


def test_what_is_due_runs_once(office: Office) -> None:
    """
    Friday 30 October 2026: a working day, the week's last and the month's last → all three jobs, once
    Saturday 31 October: none
    """
    _jobs(office, LOGS, WEEK, MONTH)
    first = office.json("run", "--due", codes=(3,))
    assert _ran(first) == {
        "日志检查": ("2026-10-30", 3, False),
        "周报": ("2026-W44", 0, False),
        "档案": ("2026-10", 0, False),
    }
    outputs = next(one["outputs"] for one in first if one["job"] == "周报")
    assert [Path(path).name for path in outputs] == ["weekly-E1003林一舟-2026-W44.md"]
    assert all(Path(path).is_file() for path in outputs)
    again = office.json("run", "--due")
    assert all(skipped and code == 0 for _period, code, skipped in _ran(again).values())
    assert office.json("run", "--due", "--on", "2026-10-31") == []
    ledger = office.json("runs", "list")
    assert [(one["job"], one["exit_code"]) for one in reversed(ledger)] == [("日志检查", 3), ("周报", 0), ("档案", 0)]
    assert next(one["outputs"] for one in ledger if one["job"] == "周报") == outputs


def test_run_by_name_again_and_for_a_period(office: Office) -> None:
    """``run JOB`` when it is not due runs nothing but by ``--period``; ``--again`` in spite of the ledger."""
    _jobs(office, LOGS, WEEK, MONTH)
    assert _ran(office.json("run", "周报")) == {"周报": ("2026-W44", 0, False)}
    assert _ran(office.json("run", "周报")) == {"周报": ("2026-W44", 0, True)}
    assert _ran(office.json("run", "周报", "--again")) == {"周报": ("2026-W44", 0, False)}
    assert _ran(office.json("run", "周报", "--period", "2026-W40")) == {"周报": ("2026-W40", 0, False)}
    assert (office.root / "out" / "2026-W40" / "weekly-E1003林一舟-2026-W40.md").is_file()


def test_an_old_period_does_not_stand_for_today(office: Office) -> None:
    """On the 30th somebody makes September's by hand: October's is still due that evening."""
    _jobs(office, MONTH)
    assert _ran(office.json("run", "档案", "--period", "2026-09")) == {"档案": ("2026-09", 0, False)}
    assert _ran(office.json("run", "--due")) == {"档案": ("2026-10", 0, False)}


def test_missed_and_caught_up(office: Office) -> None:
    """
    Mon 26 Oct ran · Tue 27, Wed 28, Thu 29 did not · on Fri 30 they are missed, caught up oldest first, and missed no more
    """
    _jobs(office, _job("日志检查", ["worklog", "gaps", "--owner", "E1003", "--from", "{date}"], "workday"))
    office.run("run", "--due", "--on", "2026-10-26").expect(0, 3)
    missed = office.run("runs", "list", "--missed", "--format", "json").expect(3).json()
    assert [one["due_on"] for one in missed] == ["2026-10-27", "2026-10-28", "2026-10-29"]
    caught = office.json("run", "--catch-up", codes=(0, 3))
    days = [one["due_on"] for one in caught if not one["skipped"]]
    assert days == sorted(days)
    assert {"2026-10-27", "2026-10-28", "2026-10-29", "2026-10-30"} <= set(days)
    assert office.json("runs", "list", "--missed") == []


def test_catching_up_begins_where_the_ledger_begins(office: Office) -> None:
    """
    the ledger's first run is of Mon 26 Oct: catching up on Fri 30 does 27 … 30 and nothing of September
    an office that has never run a job has missed nothing: only today's
    """
    _jobs(office, _job("日志检查", ["worklog", "gaps", "--owner", "E1003", "--from", "{date}"], "workday"))
    alone = office.json("run", "--catch-up", codes=(0, 3))
    assert [one["due_on"] for one in alone] == ["2026-10-30"]
    office.run("run", "--due", "--on", "2026-10-26").expect(0, 3)
    caught = office.json("run", "--catch-up", codes=(0, 3))
    assert [one["due_on"] for one in caught if not one["skipped"]] == ["2026-10-27", "2026-10-28", "2026-10-29"]


def test_each_job_s_output_has_its_heading(office: Office) -> None:
    """
    ■ 日志检查（2026-10-30，应办日 2026-10-30）
    姓名 …
    ■ 档案（2026-10，应办日 2026-10-30）
    客户编号 …
    ■ 执行结果
    """
    _jobs(office, LOGS, MONTH)
    shown = office.run("run", "--due").expect(3).lines
    heads = [line for line in shown if line.startswith("■")]
    assert heads == [
        "■ 日志检查（2026-10-30，应办日 2026-10-30）",
        "■ 档案（2026-10，应办日 2026-10-30）",
        "■ 执行结果",
    ]
    assert "姓名" in shown[shown.index(heads[0]) + 1]
    assert "任务" in shown[shown.index(heads[2]) + 1]
    again = office.run("run", "--due").expect(0).lines
    assert not [line for line in again if line.startswith("■")]
    assert (
        office.run("run", "--due", "--again", "--format", "csv").expect(3).lines[0].startswith(("任务", "\ufeff任务"))
    )


def test_a_job_that_fails_does_not_stop_the_rest(office: Office) -> None:
    """
    甲: unknown owner (65)  乙: wrong words (78)  丙: fine     → all three ran; the worst code; only what failed is due again
    """
    _jobs(
        office,
        _job("甲", ["worklog", "--owner", "nobody"]),
        _job("乙", ["report", "monthly", "--nope"]),
        _job("丙", ["clients", "list", "--owner", "E1003"]),
    )
    done = office.run("run", "--due", "--format", "json").expect(78)
    assert {one["job"]: one["exit_code"] for one in done.json()} == {"甲": 65, "乙": 78, "丙": 0}
    assert "nobody" in done.err
    assert "--nope" in done.err
    again = {one["job"]: one["skipped"] for one in office.json("run", "--due", codes=(78,))}
    assert again == {"甲": False, "乙": False, "丙": True}


def test_a_bug_in_a_job_does_not_stop_the_rest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cmkit.reports.logs.gaps", broken)
    _jobs(office, LOGS, MONTH)
    done = office.run("run", "--due", "--format", "json").expect(1)
    assert {one["job"]: one["exit_code"] for one in done.json()} == {"日志检查": 1, "档案": 0}
    assert (office.root / ".cmkit" / "error.log").is_file()


def test_quiet_names_only_what_went_wrong(office: Office) -> None:
    """What cron mails: nothing where all is well, a line a job that did not end with 0."""
    _jobs(office, LOGS, MONTH)
    done = office.run("--quiet", "--no-input", "run", "--due").expect(3)
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert "日志检查" in done.err
    done = office.run("--quiet", "run", "--due").expect(0)
    assert done.out + done.err == ""


def test_the_time_of_day_counts(office: Office) -> None:
    """Without --on, a job whose hour has not come is not yet due; with ``run`` alone it is."""
    _jobs(
        office, _job("早", ["clients", "list", "--owner", "E1003"], at="00:00"), _job("晚", ["check", "K5"], at="23:59")
    )
    env = {name: os.environ[name] for name in ("PATH", "XDG_STATE_HOME")} | {"HOME": str(office.root)}
    if time.gmtime(time.time() + 8 * 3600)[3:5] == (23, 59):
        pytest.skip("the one minute in which the late job is due")
    told = program("--workspace", office.root, "--format", "json", "run", "--due", env=env, cwd=office.root).expect(0)
    assert [one["job"] for one in told.json()] == ["早"]


def test_crontab_lines_are_what_cron_can_run(office: Office) -> None:
    """Absolute paths, one line a time of day; the line itself works under ``env -i`` in a shell."""
    _jobs(
        office,
        _job("甲", ["clients", "list"], at="18:30"),
        _job("乙", ["clients", "list"], at="18:30"),
        _job("丙", ["clients", "list"], at="00:00"),
    )
    lines = [line for line in office.run("schedule", "crontab").expect(0).lines if not line.startswith("#")]
    assert [line.split(" ", 5)[:5] for line in lines] == [["0", "0", "*", "*", "*"], ["30", "18", "*", "*", "*"]]
    command = lines[0].split(" ", 5)[5]
    assert command.startswith("/")
    assert str(office.root) in command
    done = subprocess.run(
        ["env", "-i", "HOME=/nonexistent", "/bin/sh", "-c", command], cwd="/", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert [one["job"] for one in office.json("runs", "list")] == ["丙"]


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "bare": {},
    "c": {"LANG": "C", "LC_ALL": "C"},
    "utc": {"TZ": "UTC", "LANG": "C.UTF-8"},
    "desk": {"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "USER": "王主管"},
}


def test_the_barest_environment_writes_the_same_bytes(bank: Office, tmp_path: Path) -> None:
    """``env -i cmkit --workspace W run --due``: no LANG, LANG=C, TZ=UTC, a desk: the documents are the same."""
    made: dict[str, dict[str, bytes]] = {}
    document = _job("日志", ["worklog", "--owner", "E1003", "--to", "md,html,docx,xlsx"], "workday")
    for name, env in ENVIRONMENTS.items():
        office = bank.copy(tmp_path / name / "office")
        _jobs(office, document)
        done = program("--workspace", office.root, "--on", ON, "run", "--due", env=env, cwd=Path("/")).expect(0)
        assert "日志" in done.out
        made[name] = {path.name: path.read_bytes() for path in sorted((office.root / "out").rglob("*.*"))}
    assert len(made["bare"]) == 4
    assert all(files == made["bare"] for files in made.values())


def test_twenty_at_once(office: Office) -> None:
    """One does the work; the others find the lock held (75), or come late and have nothing to do (0)."""
    _jobs(office, MONTH)
    words = [
        sys.executable,
        "-m",
        "cmkit",
        "--workspace",
        str(office.root),
        "--on",
        ON,
        "--format",
        "json",
        "run",
        "--due",
    ]
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(20)]
    try:
        ended = [(process.communicate(timeout=120), process.returncode) for process in started]
    finally:
        for process in started:
            kill(process)
    codes = Counter(code for _streams, code in ended)
    assert set(codes) <= {0, 75}
    done = [json.loads(out) for (out, _err), code in ended if code == 0]
    assert sum(not one["skipped"] for told in done for one in told) == 1
    assert all(json.loads(err)["error"]["code"] == "busy" for (_out, err), code in ended if code == 75)
    assert len(office.json("runs", "list")) == 1


def test_a_killed_run_frees_the_lock(office: Office) -> None:
    """kill -9 in the middle: the next one runs at once, the ledger shows the run that never ended."""
    _jobs(office, _job("月报", ["report", "monthly", "--all"], "daily"))
    words = [sys.executable, "-m", "cmkit", "--workspace", str(office.root), "--on", ON, "run", "--due"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            until = time.monotonic() + 60
            while not office.json("runs", "list") and time.monotonic() < until:
                time.sleep(0.1)
            assert office.run("run", "--due").expect(75).out == ""
        finally:
            kill(process)
    _jobs(office, MONTH)
    assert _ran(office.json("run", "--due")) == {"档案": ("2026-10", 0, False)}
    left = [(one["job"], one["ended"], one["exit_code"]) for one in office.json("runs", "list")]
    assert ("月报", "", None) in left
    assert (office.root / ".cmkit" / "run.lock").is_file()


def test_schedule_says_what_comes_next(office: Office) -> None:
    """Jobs that are switched off are neither listed nor run."""
    _jobs(office, LOGS, f"{MONTH}enabled = false\n")
    assert [job["job"] for job in office.json("schedule", "list")["jobs"]] == ["日志检查"]
    assert [one["job"] for one in office.json("run", "--due", codes=(3,))] == ["日志检查"]
