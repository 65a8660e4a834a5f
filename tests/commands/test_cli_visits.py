"""A plan from the command line to the phone, through an absence, and back filled in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]
from openpyxl import load_workbook

from tests.commands.kit import Office

PLAN = ("visits", "plan", "--owner", "E1003", "--from", "2026-11-02", "--to", "2026-11-13", "--iterations", "300")


def visits_of(told: dict[str, Any]) -> dict[str, str]:
    return {visit["client"]: day["date"] for day in told["days"] for visit in day["visits"]}


def events(path: Path) -> dict[str, Any]:
    """A calendar file as another library reads it."""
    text = path.read_bytes().decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")), "lines are folded"
    book = vobject.readOne(text)
    return {str(event.uid.value): event for event in book.vevent_list}


def test_the_calendar_is_read_by_another_library(office: Office, tmp_path: Path) -> None:
    told = office.json(*PLAN, "--to", "ics", "--out", tmp_path)
    [path] = tmp_path.glob("*.ics")
    found = events(path)
    planned = visits_of(told)
    assert len(found) == len(planned) > 5
    by_client = {uid.split("-")[0]: event for uid, event in found.items()}
    for day in told["days"]:
        for visit in day["visits"]:
            event = by_client[visit["client"]]
            assert isinstance(event.dtstart.value, datetime)
            assert event.dtstart.value.strftime("%Y-%m-%d %H:%M") == f"{day['date']} {visit['arrive']}"
            assert event.dtend.value.strftime("%H:%M") == visit["leave"]
            assert visit["reason"].split("；")[0] in event.description.value
            assert event.summary.value.startswith("走访 ")
    data = path.read_bytes()
    office.json(*PLAN, "--to", "ics", "--out", tmp_path)
    assert path.read_bytes() == data, "sent again without a change, it is the same to the byte"


def test_after_an_absence_the_phone_is_told_what_moved(office: Office, tmp_path: Path) -> None:
    """The plan is sent and stored; on Wednesday the 4th the manager is away: only that day's visits move."""
    first = office.json(*PLAN, "--to", "ics,md", "--save", "--out", tmp_path / "a")
    away = next(day["date"] for day in first["days"] if day["date"] > "2026-11-03")
    office.run("records", "staff_events", "add", f"日期={away}", "工号=E1003", "异动类型=请假").expect(0)
    again = office.json(*PLAN, "--keep", "2026-11-03", "--to", "ics,md", "--save", "--out", tmp_path / "b")
    before, after = visits_of(first), visits_of(again)
    assert away not in after.values()
    must = {client for client, day in before.items() if day == away}
    moved = [client for client, day in before.items() if client not in must and after.get(client) != day]
    assert must
    assert len(moved) <= (len(before) - len(must)) // 10
    assert {c: d for c, d in before.items() if d < "2026-11-03"} == {c: d for c, d in after.items() if d < "2026-11-03"}
    [path] = (tmp_path / "b").glob("*.ics")
    found = events(path)
    gone = {uid for uid, event in found.items() if event.status.value == "CANCELLED"}
    assert {uid.split("-")[0] for uid in gone} >= must
    assert all(int(found[uid].sequence.value) >= 1 for uid in gone)
    stored = office.json("records", "visits", "list")
    standing = [v for v in stored if v["date"] == away and v["staff_id"] == "E1003" and v["plan_state"] == "有效"]
    assert standing == [], "the store keeps no visit twice"
    office.run(
        "visits", "ics", "--owner", "E1003", "--from", "2026-11-02", "--to", "2026-11-13", "--out", tmp_path / "c"
    ).expect(0)
    [again_path] = (tmp_path / "c").glob("*.ics")
    live = [uid for uid, event in events(again_path).items() if event.status.value != "CANCELLED"]
    assert {uid.split("-")[0] for uid in live} == set(after)


def test_a_filled_in_plan_comes_back(office: Office, tmp_path: Path) -> None:
    """The sheet is filled in by hand (done, the day, why not) and imported; gaps and coverage know of it."""
    office.json(*PLAN, "--to", "xlsx", "--save", "--out", tmp_path)
    [path] = tmp_path.glob("*.xlsx")
    book = load_workbook(path)
    sheet = next(page for page in book if any(cell.value == "未完成原因" for row in page.iter_rows() for cell in row))
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(number for number, row in enumerate(table, 1) if "未完成原因" in row)
    column = {str(title): number for number, title in enumerate(table[at - 1], 1)}
    first, second = at + 1, at + 2
    sheet.cell(first, column["是否完成"]).value = "是"
    sheet.cell(first, column["实际日期"]).value = sheet.cell(first, column["日期"]).value
    sheet.cell(second, column["是否完成"]).value = "否"
    sheet.cell(second, column["未完成原因"]).value = "客户出差"
    names = [sheet.cell(row, column["客户编号"]).value for row in (first, second)]
    book.save(path)
    told = office.json("import", path, "--table", "visits", "--on", "2026-11-14", codes=(0, 4))
    [one] = [file for file in told["files"] if file["table"] == "visits"]
    assert (one["rejected"], one["created"]) == (0, 0)
    assert one["updated"] == 2
    stored = office.json("records", "visits", "list")
    span = [row for row in stored if "2026-11-02" <= row["date"] <= "2026-11-13" and row["plan_state"] == "有效"]
    rows = {row["client_id"]: row for row in span}
    assert rows[names[0]]["done"] in {True, "是"}
    assert rows[names[1]]["undone_reason"] == "客户出差"
    lines = office.json("visits", "coverage", "--owner", "E1003", "--period", "2026-11", "--on", "2026-11-14")
    assert lines[-1]["undone"]["客户出差"] == 1
    due = {one["client"] for one in office.json("visits", "due", "--owner", "E1003", "--on", "2026-11-14")}
    assert (names[0] in due, names[1] in due) == (False, True), "who was ticked off has been visited, record or not"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "xlsx"), "--to"),
        (("--to", "2026-11-13", "--to", "2026-11-14"), "--to"),
        (("--to", "2026-11-13", "--to", "word"), "word"),
        (("--to", "2026-11-13", "--seed", "-1"), "seed"),
    ],
)
def test_what_is_not_understood(bank: Office, words: tuple[str, ...], said: str) -> None:
    found = bank.run("visits", "plan", "--owner", "E1003", "--from", "2026-11-02", *words).expect(2)
    assert said in found.err


def test_the_sheet_of_a_day_is_dated(bank: Office, tmp_path: Path) -> None:
    told = bank.json(*PLAN, "--to", "html", "--out", tmp_path)
    assert date.fromisoformat(told["days"][0]["date"]).weekday() < 5
    [page] = tmp_path.glob("*.html")
    assert "路上" in page.read_text(encoding="utf-8")
