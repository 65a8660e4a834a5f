"""Every figure can be followed to the rows it came from, and the rows are really there."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from tests.commands.kit import Office, contents

WHO = {
    "bank": (("--owner", "E1003"), ("--branch", "B01"), ("--branch", "Z00")),
    "tobacco": (("--owner", "Y2002"), ("--branch", "T02"), ("--branch", "T00")),
}
CODE = re.compile(r"[A-Z]{0,3}\d{3,}|[A-Z]+\d{4}-\d+")


@pytest.fixture(params=["bank", "tobacco"])
def demo(request: pytest.FixtureRequest) -> tuple[str, Office]:
    """Each of the two demo offices."""
    office: Office = request.getfixturevalue(request.param)
    return request.param, office


@cache
def _sheets(path: Path) -> dict[str, list[list[str]]]:
    """The cells of a source file as text, by sheet; row 1 first."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        return {"": list(csv.reader(io.StringIO(text)))}
    book = load_workbook(path, data_only=True)
    return {
        sheet.title: [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def _row(office: Office, origin: dict[str, Any]) -> list[str]:
    found = sorted((office.root / "inbox").rglob(origin["file"]))
    assert len(found) == 1, origin
    sheets = _sheets(found[0])
    rows = sheets[origin["sheet"]] if origin["sheet"] in sheets else next(iter(sheets.values()))
    return [cell.strip() for cell in rows[origin["row"] - 1]]


def test_a_figure_is_the_sum_of_its_records(demo: tuple[str, Office]) -> None:
    """Every indicator × owner, branch, office: what check says = what explain says = the sum of the records."""
    pack, office = demo
    codes = [one["kpi"] for one in office.json("kpi", "list")]
    names = {row[0]: row[2] for table in ("clients", "staff", "orgs") for row in contents(office)[table]}
    labels = {one["kpi"]: one["label"] for one in office.json("kpi", "list")}
    traced = 0
    for who in WHO[pack]:
        checked = office.json("kpi", "check", "--period", "2026-10", *who, codes=(0, 3))
        actuals = {row["kpi"]: row["actual"] for row in checked["rows"]}
        assert actuals
        for code in codes:
            told = office.json("kpi", "explain", code, "--period", "2026-10", *who)
            where = (pack, who, code)
            if code in actuals:
                assert _same(told["value"], actuals[code]), where
            _adds_up(told, where)
            for record in told["records"]:
                cells = _row(office, record["origin"])
                parts = [part for part in record["key"].split("|") if CODE.fullmatch(part) or part in labels]
                assert parts, record
                for part in parts:
                    also = {part, names.get(part, part), labels.get(part, part)}
                    assert any(word in cell for cell in cells for word in also if word), (where, record, cells)
                traced += 1
    assert traced > 200


def _same(one: str | None, other: str | None) -> bool:
    return one == other if one is None or other is None else abs(Decimal(one) - Decimal(other)) < Decimal("0.0000001")


def _adds_up(told: dict[str, Any], where: object) -> None:
    shares = [(record.get("part", ""), Decimal(record["contributes"])) for record in told["records"]]
    if "top" in told:
        top, bottom = (sum((share for part, share in shares if part == name), Decimal(0)) for name in ("top", "bottom"))
        assert (top, bottom) == (Decimal(told["top"]), Decimal(told["bottom"])), where
        if bottom and told["value"] is not None:
            factor = Decimal(told["value"]) / (top / bottom) if top else Decimal(100)
            assert abs(factor - round(factor)) < Decimal("0.001"), where
    elif told["value"] is not None:
        total = sum((share for _part, share in shares), Decimal(0))
        assert abs(total - Decimal(told["value"])) < Decimal("0.0000001") * (len(shares) + 1), where
    else:
        assert not shares, where


def test_a_branch_is_the_sum_of_its_people(bank: Office) -> None:
    """Sales of the branches together are the office's; each is the sum of what its records give."""
    top = Decimal(bank.json("kpi", "explain", "SALE", "--period", "2026-10", "--branch", "Z00")["value"])
    branches = [
        Decimal(bank.json("kpi", "explain", "SALE", "--period", "2026-10", "--branch", name)["value"])
        for name in ("B01", "B02", "B03")
    ]
    assert top == sum(branches) > 0


def test_a_growth_without_a_balance_since_its_base_is_not_reported(bank: Office) -> None:
    """Balances are of 2025-12-31 and then of 2026-07-31: nobody knows what had come by the end of May, least of all 0."""
    words = ("--period", "2026-05", "--branch", "Z00")
    told = bank.json("kpi", "explain", "AUM", *words)
    assert (told["value"], told["records"]) == (None, [])
    row = next(one for one in bank.json("kpi", "check", *words, codes=(0, 3))["rows"] if one["kpi"] == "AUM")
    assert (row["status"], row["actual"]) == ("no_actual", None)


def test_a_growth_is_held_against_the_day_of_its_last_balance(bank: Office) -> None:
    """Acting on 2026-11-20 with the balances of 10-30: 303 of the year's 365 days have passed, 83.01 %."""
    words = ("--on", "2026-11-20", "--period", "2026-11", "--owner", "E1003")
    rows = bank.json("kpi", "check", *words, codes=(0, 3))["rows"]
    grown = next(one for one in rows if one["kpi"] == "AUM")
    assert (grown["as_of"], grown["time_progress"]) == ("2026-10-30", "83.01")


def test_what_is_only_watched_misses_no_target(tobacco: Office) -> None:
    """档案月销量合计 has no weight: it is shown, but neither counted in the verdict nor asked for a target."""
    shown = tobacco.run("kpi", "check", "--period", "2026-10", "--branch", "T00").expect(3)
    assert any("档案月销量合计" in line and "监测" in line for line in shown.lines)
    assert "9 项指标中 4 项未达标或落后" in shown.err
    found = tobacco.json("check", "K9", "--period", "2026-10", codes=(0, 3))
    assert found
    assert not [one for one in found if "档案月销量合计" in one["subject"]]


def test_by_name_and_by_label(bank: Office) -> None:
    """``explain 走访户数 --owner 林一舟`` is ``explain VIS --owner E1003``."""
    by_code = bank.json("kpi", "explain", "VIS", "--owner", "E1003", "--period", "2026-10")
    assert bank.json("kpi", "explain", "走访户数", "--owner", "林一舟", "--period", "2026-10") == by_code
    shown = bank.run("kpi", "explain", "vis", "--owner", "E1003", "--period", "2026-10").expect(0)
    assert any(f"：{by_code['value']} 户，{len(by_code['records'])} 条记录" in line for line in shown.lines)


def _value(office: Office, place: dict[str, Any]) -> Decimal:
    """The number that stands in the very cell that a record names."""
    path = next((office.root / "inbox").rglob(place["origin"]["file"]))
    if path.suffix == ".csv":
        column, row = coordinate_to_tuple(place["cell"])[::-1]
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data.decode("gb18030")
        return Decimal(list(csv.reader(io.StringIO(text)))[row - 1][column - 1].replace(",", ""))
    book = load_workbook(path, data_only=True)
    try:
        return Decimal(str(book[place["origin"]["sheet"]][place["cell"]].value))
    finally:
        book.close()


@pytest.mark.parametrize("code", ["AUM", "SALE", "SAT"])
def test_the_cell_itself_holds_what_is_counted(bank: Office, code: str) -> None:
    """Growth names both balances, a sum each amount, an imported figure its own cell, a target the cell it came in."""
    told = bank.json("kpi", "explain", code, "--owner", "E1003", "--period", "2026-10")
    assert told["records"]
    parts = {record.get("part") for record in told["records"]}
    assert parts == ({"end", "start"} if code == "AUM" else {None})
    for record in told["records"][:12]:
        amount = abs(Decimal(record["contributes"]))
        assert _value(bank, record) in (amount, amount * 10_000), record
    goal = told["target"]
    assert goal["how"] == "given"
    assert [_value(bank, one) for one in goal["records"]] == [Decimal(goal["value"])]


def test_scores_are_ranked(bank: Office) -> None:
    """The ranks count up, the scores come down, and a grade stands beside each score."""
    rows = bank.json("kpi", "score", "--period", "2026-10", "--by", "branch")["rows"]
    ranked = [(one["rank"], Decimal(one["score"])) for one in rows if one["rank"]]
    assert ranked == sorted(ranked, key=lambda one: (one[0], -one[1]))
    assert [score for _rank, score in ranked] == sorted((score for _rank, score in ranked), reverse=True)
    assert all(one["grade"] for one in rows if one["score"])


def test_alert_once(office: Office) -> None:
    """
    first run: everything that is bad, 3      second: nothing new, 0
    one target is corrected and made worse again → told again; another scope and ``check`` have books of their own
    """
    words = ("kpi", "check", "--period", "2026-10", "--by", "branch", "--alert-once", "--format", "json")
    first = office.run(*words).expect(3).json()
    assert first["missed"] == len(first["rows"]) > 0
    assert office.run(*words).expect(0).json()["rows"] == []
    found = office.run("check", "--alert-once", "--format", "json").expect(3).json()
    assert found
    assert office.run("check", "--alert-once", "--format", "json").expect(0).json() == []
    # What one command has told, the other does not forget; nor what has been told of other people.
    assert office.run(*words).expect(0).json()["rows"] == []
    mine = ("kpi", "check", "--period", "2026-10", "--owner", "E1003", "--alert-once", "--format", "json")
    assert office.run(*mine).expect(3).json()["rows"]
    assert office.run(*words).expect(0).json()["rows"] == []
    assert office.run(*mine).expect(0).json()["rows"] == []
    assert office.run("check", "k4", "--alert-once", "--format", "json").expect(0).json() == []
    bad = next(row for row in first["rows"] if row["kpi"] == "SALE")
    target = ("records", "targets", "add", "指标=SALE", f"责任主体={bad['who']}", "期间=2026-10")
    office.run(*target, "目标值=0.01").expect(0)
    assert office.run(*words).expect(0).json()["rows"] == []
    office.run(*target, "目标值=999999").expect(0)
    assert [(row["kpi"], row["who"]) for row in office.run(*words).expect(3).json()["rows"]] == [("SALE", bad["who"])]


def test_checks_name_rule_owner_and_day(bank: Office) -> None:
    """Rules by name in any case; the findings of several rules are those of each."""
    both = bank.json("check", "k4", "K6", codes=(3,))
    assert {one["rule"] for one in both} == {"K4", "K6"}
    one = bank.json("check", "K6", codes=(3,))
    assert sorted(map(str, one)) == sorted(str(each) for each in both if each["rule"] == "K6")
    assert all(each["owner"] for each in one)
    staff = {each["staff_id"] for each in bank.json("records", "staff", "list")}
    assert {each["owner"] for each in one} <= staff


def test_visits_due_gaps_and_coverage_agree(bank: Office) -> None:
    """Every overdue client that nobody has planned is a gap; coverage counts the same clients by tier."""
    due = bank.json("visits", "due", "--owner", "E1003")
    assert all(one["due_on"] <= "2026-10-30" and one["reasons"] for one in due)
    later = bank.json("visits", "due", "--owner", "E1003", "--to", "2026-11-30")
    assert {one["client"] for one in due} <= {one["client"] for one in later}
    gaps = bank.json("visits", "gaps", "--owner", "E1003", codes=(3,))
    assert {one["client"] for one in gaps if one["kind"] == "overdue"} <= {one["client"] for one in due}
    lines = bank.json("visits", "coverage", "--owner", "E1003", "--period", "2026-10")
    assert sum(one["clients"] for one in lines if one["tier"]) == lines[-1]["clients"]
    assert lines[-1]["clients"] == len(bank.json("clients", "list", "--owner", "E1003", "--status", "在用")) or (
        lines[-1]["clients"] <= len(bank.json("clients", "list", "--owner", "E1003"))
    )


def test_a_plan_is_saved_once_and_kept(office: Office, tmp_path: Path) -> None:
    """``--save`` puts the plan into the store; saved again it changes nothing; ``--keep`` leaves the first days alone."""
    words = (
        "visits",
        "plan",
        "--owner",
        "E1003",
        "--from",
        "2026-12-01",
        "--to",
        "2026-12-11",
        "--files",
        "xlsx,md,html",
    )
    first = office.json(*words, "--save", "--out", tmp_path / "plan")
    names = {path.name for path in (tmp_path / "plan").iterdir()}
    assert names == {f"visit_plan-E1003林一舟-2026-12-01_2026-12-11.{ext}" for ext in ("xlsx", "md", "html")}
    saved = contents(office)["visits"]
    office.json(*words, "--save", "--out", tmp_path)
    assert contents(office)["visits"] == saved
    planned = {(visit["client"], day["date"]) for day in first["days"] for visit in day["visits"]}
    assert len([row for row in saved if row[1].startswith("2026-12")]) == len(planned)
    kept = office.json(*words, "--keep", "2026-12-05", "--seed", "9", "--out", tmp_path)
    again = {(visit["client"], day["date"]) for day in kept["days"] for visit in day["visits"]}
    assert {one for one in planned if one[1] < "2026-12-05"} == {one for one in again if one[1] < "2026-12-05"}
