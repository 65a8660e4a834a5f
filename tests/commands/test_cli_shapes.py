"""What commands show: the JSON that scripts rely on, the other formats, quiet, and where options may stand."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import ON, Office, program, run

CASES = tomllib.loads((Path(__file__).parent.parent / "cases/commands/reading.toml").read_text(encoding="utf-8"))
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _words(case: dict[str, Any], office: Office) -> list[str]:
    return [word.replace("{w}", str(office.root)) for word in shlex.split(case["run"])]


def _values(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(inner)


each_case = pytest.mark.parametrize("case", [pytest.param(case, id=case["run"]) for case in CASES["case"]])


@each_case
def test_json_is_one_value_with_its_keys(bank: Office, case: dict[str, Any]) -> None:
    """One line, one value; the keys of the contract are there; no float anywhere, for amounts are text."""
    done = bank.run(*_words(case, bank), "--format", "json").expect(case.get("exit", 0))
    assert len(done.lines) == 1
    value = done.json()
    assert not [one for one in _values(value) if isinstance(one, float)]
    if "keys" in case:
        assert set(case["keys"]) <= set(value)
    for place, keys in case.get("each", {}).items():
        rows = value[place] if place else value
        assert isinstance(rows, list)
        assert rows or case.get("empty")
        for row in rows:
            assert set(keys) <= set(row)


@each_case
def test_quiet_says_nothing(bank: Office, case: dict[str, Any]) -> None:
    """The exit code is the answer; a success says nothing on stderr either."""
    done = bank.run(*_words(case, bank), "--quiet").expect(case.get("exit", 0))
    assert done.out == ""
    if done.code == 0:
        assert done.err == ""


@each_case
def test_rows_in_other_formats(bank: Office, case: dict[str, Any]) -> None:
    """table, csv and md by turns: each ends alike, and what it shows never steers a terminal."""
    form = ("table", "csv", "md")[CASES["case"].index(case) % 3]
    done = bank.run(*_words(case, bank), "--format", form).expect(case.get("exit", 0))
    assert bool(done.out) == case.get("plain", True)
    assert not STEERING.search(done.out + done.err)


def test_csv_is_read_by_other_programs(bank: Office) -> None:
    """As many columns in every line, and the numbers without separators of thousands."""
    shown = bank.run("kpi", "check", "--period", "2026-10", "--by", "branch", "--format", "csv").expect(3)
    rows = list(csv.reader(io.StringIO(shown.out)))
    value = bank.json("kpi", "check", "--period", "2026-10", "--by", "branch", codes=(3,))
    assert {len(row) for row in rows} == {10}
    assert len(rows) == 1 + len(value["rows"])
    assert shown.err == ""


LINE = ("clients", "list", "--owner", "E1003")


def test_global_options_before_and_after(bank: Office, tmp_path: Path) -> None:
    """``cmkit --workspace W --format json clients list`` and ``cmkit clients list --workspace W --format json``."""
    options = ("--workspace", bank.root, "--on", ON, "--format", "json", "--lang", "zh", "--no-input", "--as", "甲")
    before = run(*options, *LINE, cwd=tmp_path).expect(0)
    after = run(*LINE, *options, cwd=tmp_path).expect(0)
    between = run("clients", *options, "list", "--owner", "E1003", cwd=tmp_path).expect(0)
    joined = run(*LINE, f"--workspace={bank.root}", f"--on={ON}", "--format=json", cwd=tmp_path).expect(0)
    inside = run(*LINE, "--format", "json", cwd=bank.root / "inbox").expect(0)
    assert before.json()
    assert before.out == after.out == between.out == joined.out == inside.out


def test_the_later_option_wins(bank: Office) -> None:
    assert (
        run("--on", "2026-01-01", "--workspace", bank.root, "today", "--on", ON, "--format", "json").json()["subtitle"]
        == ON
    )


def test_every_global_option_has_a_variable(bank: Office, tmp_path: Path) -> None:
    """CMKIT_WORKSPACE, CMKIT_ON, CMKIT_FORMAT, CMKIT_QUIET, CMKIT_AS; and an option goes before its variable."""
    env = {"CMKIT_WORKSPACE": str(bank.root), "CMKIT_ON": ON, "CMKIT_FORMAT": "json", "CMKIT_NO_INPUT": "1"}
    shown = run("today", env=env, cwd=tmp_path).expect(0)
    assert shown.json()["subtitle"] == ON
    for line in (("today", "--on", "2026-10-26"), ("--on", "2026-10-26", "today")):
        assert run(*line, env=env, cwd=tmp_path).expect(0).json()["subtitle"] == "2026-10-26"
    elsewhere = env | {"CMKIT_WORKSPACE": str(tmp_path / "nowhere")}
    found = run("--workspace", bank.root, "clients", "find", "C000002", env=elsewhere, cwd=tmp_path).expect(0).json()
    assert [one["client_id"] for one in found] == ["C000002"]
    assert run("today", env=env | {"CMKIT_QUIET": "1"}, cwd=tmp_path).expect(0).out == ""
    assert run("today", env=env | {"CMKIT_ON": "gestern"}, cwd=tmp_path).expect(2).error()["code"] == "usage"


def test_every_option_of_a_command_has_a_variable(bank: Office) -> None:
    """CMKIT_KPI_CHECK_PERIOD stands for --period of ``cmkit kpi check``."""
    told = bank.run("kpi", "check", "--format", "json", env={"CMKIT_KPI_CHECK_PERIOD": "2026-09"}).expect(0, 3).json()
    assert told["period"] == "2026-09"


def test_a_real_program_says_the_same(bank: Office, tmp_path: Path) -> None:
    """The installed program, with nothing of this process, prints the same bytes."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    line = ("--workspace", bank.root, "--on", ON, "kpi", "check", "--period", "2026-10", "--by", "branch")
    there = program(*line, "--format", "json", "--lang", "zh", env=env, cwd=tmp_path).expect(3)
    assert there.out == run(*line, "--format", "json").out
    assert there.err == ""


DECIMAL = re.compile(r"-?\d+(\.\d+)?")


@pytest.mark.parametrize("by", ["owner", "branch"])
def test_kpi_check_speaks_in_decimals(bank: Office, by: str) -> None:
    """Every figure is text; rate = actual / target × 100 to two decimals, gap = rate less time progress."""
    told = bank.json("kpi", "check", "--period", "2026-10", "--by", by, codes=(3,))
    assert told["period"] == "2026-10"
    assert told["missed"] == sum(row["status"] in {"missed", "behind"} for row in told["rows"])
    assert {row["status"] for row in told["rows"]} <= {"met", "behind", "missed", "no_target", "no_actual"}
    checked = 0
    for row in told["rows"]:
        for name in ("target", "actual", "time_progress", "score"):
            assert row[name] is None or DECIMAL.fullmatch(row[name]), row
        if row["rate"] in {None, "n/a"} or row["gap_pp"] in {None, "n/a"}:
            continue
        rate = Decimal(row["actual"]) / Decimal(row["target"]) * 100
        assert abs(Decimal(row["rate"]) - rate) <= Decimal("0.005")
        assert abs(Decimal(row["gap_pp"]) - (rate - Decimal(row["time_progress"]))) <= Decimal("0.015")
        checked += 1
    assert checked > 3


def test_kpi_check_of_a_zero_target(office: Office) -> None:
    """A target of zero has no rate: ``n/a``, in words and not as a number."""
    words = ["指标=产品销售额", "责任主体=E1003", "期间=2026-10", "目标值=0"]
    office.run("records", "targets", "add", *words).expect(0)
    told = office.run("kpi", "check", "--period", "2026-10", "--owner", "E1003", "--format", "json").expect(0, 3).json()
    row = next(one for one in told["rows"] if one["kpi"] == "SALE")
    assert (row["target"], row["rate"], row["gap_pp"]) == ("0", "n/a", "n/a")


def test_kpi_try_needs_no_workspace(tmp_path: Path) -> None:
    """8 of 10 for 20 points is 16; the steps show how."""
    told = run("kpi", "try", "ratio", "actual=8", "target=10", "points=20", "--format", "json", cwd=tmp_path).json()
    assert told["result"] == "16.00"
    assert [step["value"] for step in told["steps"]] == ["80.00", "16.00"]


def test_kpi_explain_names_the_cell(bank: Office) -> None:
    told = bank.json("kpi", "explain", "VIS", "--owner", "E1003", "--period", "2026-10")
    assert (told["kpi"], told["who"]) == ("VIS", "E1003")
    assert Decimal(told["value"]) == sum(Decimal(record["contributes"]) for record in told["records"])
    for record in told["records"]:
        assert {"file", "sheet", "row"} <= set(record["origin"])
        assert isinstance(record["origin"]["row"], int)


def test_visits_plan_shape(office: Office) -> None:
    """Days with visits in order, times inside the day, every client once, and why the others are not planned."""
    words = ("visits", "plan", "--from", "2026-11-02", "--to", "2026-11-06", "--owner", "E1003", "--files", "md")
    told = office.json(*words)
    assert set(told) >= {"days", "unplanned"}
    assert told["days"]
    clients = []
    for day in told["days"]:
        assert {"date", "owner", "visits", "minutes", "km"} <= set(day)
        assert date(2026, 11, 2) <= date.fromisoformat(day["date"]) <= date(2026, 11, 6)
        assert isinstance(day["minutes"], int)
        assert not day["km"] or DECIMAL.fullmatch(day["km"])
        assert [visit["order"] for visit in day["visits"]] == list(range(1, len(day["visits"]) + 1))
        for visit in day["visits"]:
            assert {"order", "client", "reason", "arrive", "leave"} <= set(visit)
            assert re.fullmatch(r"\d\d:\d\d", visit["arrive"])
            assert visit["arrive"] < visit["leave"]
            clients.append(visit["client"])
    assert len(clients) == len(set(clients))
    assert all({"client", "why"} <= set(one) and one["why"] for one in told["unplanned"])
    assert office.json(*words) == told


def test_schedule_list_is_as_promised(bank: Office) -> None:
    """On Friday 2026-10-30 the next working day is Monday 2 November; the month's last working day is the 30th."""
    jobs = {job["job"]: job["next"] for job in bank.json("schedule", "list")["jobs"]}
    assert jobs == {"日志检查": "2026-11-02", "每日检查": "2026-11-02", "周报": "2026-11-06", "月报": "2026-11-30"}


def test_clients_list_is_one_list_unpaged(bank: Office) -> None:
    """As many as the ledgers' accepted rows."""
    created = sum(
        source["created"]
        for batch in bank.json("imports", "list")
        for source in bank.json("imports", "show", batch["id"])
        if source["tbl"] == "clients"
    )
    assert len(bank.json("clients", "list")) == created > 250


def test_help_of_every_command(tmp_path: Path) -> None:
    """Every command and subcommand explains itself, without a workspace, in Chinese."""
    from cmkit.commands._kit import Group
    from cmkit.commands._loading import command_names, load_command

    for name in command_names():
        command = load_command(name)
        lines = [[name]]
        if isinstance(command, Group):
            lines += [[name, sub] for sub in command.commands]
        for line in lines:
            if line[0] == "records" and len(line) > 1:
                continue
            shown = run(*line, "--help", cwd=tmp_path).expect(0)
            assert re.search("[\u4e00-\u9fff]", shown.out), line
