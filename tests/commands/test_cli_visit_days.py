"""When a plan sends people out, on the packs as they are shipped: working days, leave, meetings, hours, quotas, joint visits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cmkit.visits.hours import closed_weekdays, spans_of
from tests.commands.kit import Office, write
from tests.commands.visit_offices import built, clients

NOVEMBER = ("--from", "2026-11-02", "--to", "2026-11-30", "--to", "md", "--iterations", "200")


def leave(office: Office, staff: str, start: str, until: str) -> None:
    """Put somebody on leave."""
    words = (f"日期={start}", f"工号={staff}", "异动类型=请假", f"结束日期={until}")
    office.run("records", "staff_events", "add", *words).expect(0)


def meet(office: Office, day: int, start: str, finish: str) -> None:
    """A training of E1003 on a day of November."""
    words = (f"会议日期=2026-11-{day:02d}", f"会议编号=PX{day}", "会议名称=培训", "会议类型=培训", "出席=林一舟")
    hours = (f"开始时间={start}", f"结束时间={finish}", "地点=会议室", "主持人=沈若兰", "记录人=沈若兰")
    office.run("records", "meetings", "add", *words, *hours).expect(0)


@pytest.fixture(scope="module")
def month(bank: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The plan of everybody in the bank for November."""
    told: dict[str, Any] = bank.json("visits", "plan", "--all", *NOVEMBER, "--out", tmp_path_factory.mktemp("month"))
    return told


@pytest.fixture(scope="module")
def bank(demos: Callable[[str], Office]) -> Office:
    return demos("bank_retail")


def visits(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(day["date"], visit) for day in told["days"] for visit in day["visits"]]


def minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def test_a_saturday_that_is_worked_is_planned_and_the_holiday_is_not(tmp_path: Path) -> None:
    """10-01 to 10-07 nobody works, Saturday 10-10 is a make-up day: on leave on all others, it is the only one."""
    ledger = clients("财富", rows=tuple((f"C{n}", "2020-01-02", "2026-08-01") for n in range(8)))
    before = Office(built(tmp_path, "bank_retail", (ledger,)).root, "2026-09-28")
    leave(before, "E2", "2026-09-29", "2026-10-09")
    leave(before, "E2", "2026-10-12", "2026-10-16")
    words = ("--from", "2026-09-29", "--to", "2026-10-16", "--to", "md", "--iterations", "100")
    told = before.json("visits", "plan", "--owner", "E2", *words, "--out", tmp_path)
    assert [(day["date"], len(day["visits"])) for day in told["days"]] == [("2026-10-10", 6)]
    assert [one["why"] for one in told["unplanned"]] == ["可选的 1 个工作日都已排满，还需 1 个工作日"] * 2


def test_the_monday_meeting_comes_first(month: dict[str, Any]) -> None:
    mondays = [day for day in month["days"] if date.fromisoformat(day["date"]).weekday() == 0]
    assert len(mondays) > 5
    for day in mondays:
        assert day["meetings"][0] == {"start": "09:00", "end": "10:00", "label": "周一例会"}
        assert min(visit["arrive"] for visit in day["visits"]) >= "10:00"
    assert not any(day["meetings"] for day in month["days"] if date.fromisoformat(day["date"]).weekday())


def test_a_meeting_on_record_keeps_its_hours_free(office: Office, tmp_path: Path) -> None:
    """Every day of the week there is a training from ten to half past three: visits are before it and after it."""
    for day in range(2, 7):
        meet(office, day, "10:00", "15:30")
    words = ("--from", "2026-11-02", "--to", "2026-11-06", "--to", "md", "--iterations", "100")
    told = office.json("visits", "plan", "--owner", "E1003", *words, "--out", tmp_path)
    made = visits(told)
    assert len(made) > 5
    assert all(visit["leave"] <= "10:00" or visit["arrive"] >= "15:30" for _day, visit in made)


def test_clients_are_met_when_they_receive(bank: Office, month: dict[str, Any]) -> None:
    people = {one["client_id"]: one for one in bank.json("clients", "list")}
    odd = 0
    for day, visit in visits(month):
        client = people[visit["client"]]
        hours, closed = spans_of(client.get("visit_hours") or ""), closed_weekdays(client.get("closed_days") or "")
        odd += bool(hours or closed)
        assert date.fromisoformat(day).weekday() not in closed
        arrive, leave_ = minute(visit["arrive"]), minute(visit["leave"])
        assert not hours or any(opens <= arrive and leave_ <= closes for opens, closes in hours)
    assert odd > 30, "many of those planned say when"


def test_a_client_with_two_spans_a_day_is_met_in_either(office: Office, tmp_path: Path) -> None:
    """All clients of E1003 receive for an hour in the morning and in the long afternoon; a meeting takes the afternoon."""
    own = [one["client_id"] for one in office.json("clients", "list") if one["owner_id"] == "E1003"]
    lines = ["客户编号,方便走访时间", *(f"{one},09:00-10:00、14:00-17:30" for one in own)]
    office.run("import", write(tmp_path / "hours.csv", "\n".join(lines)), "--table", "clients").expect(0)
    for day in range(2, 7):
        meet(office, day, "13:30", "17:30")
    words = ("--from", "2026-11-03", "--to", "2026-11-06", "--to", "md", "--iterations", "100")
    told = office.json("visits", "plan", "--owner", "E1003", *words, "--out", tmp_path)
    made = visits(told)
    assert len(made) >= 4
    assert all(visit["leave"] <= "10:00" for _day, visit in made)


def test_visits_of_one_client_keep_their_distance(bank: Office, month: dict[str, Any]) -> None:
    """0.6 of the tier's interval; three days where an event calls; never on the morrow."""
    days: dict[str, list[date]] = defaultdict(list)
    for day, visit in visits(month):
        days[visit["client"]].append(date.fromisoformat(day))
    weekly = {one["client_id"] for one in bank.json("clients", "list") if one.get("tier") == "私行"}
    gaps = [(who, (b - a).days) for who, found in days.items() for a, b in pairwise(sorted(found))]
    assert sum(who in weekly for who, _gap in gaps) > 10
    assert min(gap for _who, gap in gaps) >= 3
    assert max(gap for who, gap in gaps if who in weekly) <= 9


def test_no_day_takes_more_than_the_pack_allows(month: dict[str, Any]) -> None:
    assert max(len(day["visits"]) for day in month["days"]) == 6


def test_tobacco_days_are_full_and_never_too_full(tobacco: Office, tmp_path: Path) -> None:
    """At least and at most 30 shops in town or 25 in the country, five hours at the shops: few full days, not many short ones."""
    words = ("--from", "2026-11-02", "--to", "2026-11-13", "--to", "md", "--iterations", "3000")
    told = tobacco.json("visits", "plan", "--owner", "Y2002", *words, "--out", tmp_path)
    market = {one["client_id"]: one["market"] for one in tobacco.json("clients", "list")}
    share = {"城镇": Fraction(1, 30), "乡村": Fraction(1, 25)}
    loads = {day["date"]: sum(share[market[v["client"]]] for v in day["visits"]) for day in told["days"]}
    assert told["unplanned"] == []
    assert all(load <= 1 for load in loads.values())
    full = [day for day, load in loads.items() if load + Fraction(1, 25) > 1]
    assert sum(len(day["visits"]) for day in told["days"]) > 70
    assert len(loads) <= 4, "more than seventy shops are two days and a half"
    [page] = tmp_path.glob("*.md")
    text = page.read_text(encoding="utf-8")
    assert ("户数不足每日定额的日子" in text) is (len(full) < len(loads))


def test_a_joint_visit_needs_both_to_be_free(office: Office, tmp_path: Path) -> None:
    """Two a month; on the days of both the supervisor then goes on leave: two others, on other days."""
    words = ("visits", "plan", "--owner", "E1003", *NOVEMBER, "--out", tmp_path)
    first = {day for day, visit in visits(office.json(*words)) if visit["companion"]}
    for day in first:
        leave(office, "E1002", day, day)
    joint = [(day, visit["companion"]) for day, visit in visits(office.json(*words)) if visit["companion"]]
    assert first
    assert [name for _day, name in joint] == ["沈若兰"] * 2
    assert not first & {day for day, _name in joint}


def test_everybody_at_once_is_everybody_alone(bank: Office, month: dict[str, Any], tmp_path: Path) -> None:
    """Over several processes the plan of each is the plan made for that one person."""
    alone = bank.json("visits", "plan", "--owner", "E1006", *NOVEMBER, "--out", tmp_path)
    together = [day for day in month["days"] if day["owner"] == "E1006"]
    strip = [[(v["client"], v["arrive"]) for v in day["visits"]] for day in alone["days"]]
    assert strip == [[(v["client"], v["arrive"]) for v in day["visits"]] for day in together]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
def test_progress_is_told_on_a_terminal_only(bank: Office, tmp_path: Path) -> None:
    import pty

    words = [sys.executable, "-m", "cmkit", "--workspace", str(bank.root), "--on", bank.on, "visits", "plan", "--all"]
    words += [*NOVEMBER[:-1], "20", "--out", str(tmp_path), "--format", "json"]
    terminal, theirs = pty.openpty()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        out, _nothing = process.communicate(timeout=120)
        told = b""
        try:
            while part := os.read(terminal, 4096):
                told += part
        except OSError:
            pass
    assert process.returncode == 0
    assert len(json.loads(out)["days"]) > 20
    assert "排计划" in told.decode()
    assert "100%" in told.decode()
    quiet = subprocess.run(words, capture_output=True, check=True, timeout=120)
    assert b"%" not in quiet.stderr
