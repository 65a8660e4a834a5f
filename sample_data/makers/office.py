"""A sample office out of a folder of words: ``offices/<pack>/office.toml``, ``words.toml`` (scenes), ``logs.toml``.

What the files may say is told in ``sample_data/README.md``. Every table and every file has a seed of its own, so that
one may change alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sample_data.makers import logs
from sample_data.makers.book import Row, Sheet, head, write_csv, write_xlsx
from sample_data.makers.cells import Record, Value, Words, matches, value_of
from sample_data.makers.days import CALENDAR, TODAY, month_days, month_end
from sample_data.makers.layout import write_file
from sample_data.makers.people import Crowd
from sample_data.makers.scenes import Scenes, Talk

OFFICES = Path(__file__).parent / "offices"
SPARE = 5
"""One planned visit in so many fell out, and one made in so many had not been planned."""


def make_office(root: Path, folder: Path) -> None:
    """Write the office that the words in ``folder`` tell of, under ``root``."""
    told = tomllib.loads((folder / "office.toml").read_text(encoding="utf-8"))
    office = Office(folder, told)
    target = root / folder.name
    office.fill()
    for file in told["file"]:
        write_file(target / file["name"], file, office.records, Random(f"{folder.name}/{file['name']}"))
    if "kpi" in told:
        _write_kpi(target, told["kpi"], office)
    if "logs" in told:
        _write_logs(target, folder, told["logs"], office)


class Office:
    """The records of one office, table by table, in the order in which ``office.toml`` names them."""

    def __init__(self, folder: Path, told: Mapping[str, Any]) -> None:
        self.folder = folder
        self.told = told
        self.records: dict[str, list[Record]] = {}
        self.words = Words(told.get("words", {}), Crowd(Random(f"{folder.name}/people"), after=told.get("people", 0)))
        self.words.crowd.reserve(*(one["name"] for one in told["staff"]))

    def fill(self) -> None:
        """Make everything: the offices and people as told, the tables, the contacts and what follows from them."""
        self.records["orgs"] = [dict(one) for one in self.told["org"]]
        names = {one["org_id"]: one["name"] for one in self.told["org"]}
        self.records["staff"] = [
            {"phone": self.words.crowd.phone(), **one, "org_name": names[one["org_id"]]} for one in self.told["staff"]
        ]
        for name, table in self.told["table"].items():
            if not table.get("after"):
                self.records[name] = self._table(name, table)
        if "contacts" in self.told:
            self.records["contacts"] = self._contacts(self.told["contacts"])
            self.records["plan"] = self._plan(self.told["contacts"])
        for name, table in self.told["table"].items():
            if table.get("after"):
                self.records[name] = self._table(name, table)

    def _table(self, name: str, table: Mapping[str, Any]) -> list[Record]:
        random = Random(f"{self.folder.name}/{name}")
        made: list[Record] = []
        for parent in self._parents(random, table):
            record: Record = {f"{table['each']}.{key}": cell for key, cell in parent.items()} if parent else {}
            record["n"] = len(made) + 1
            for field, words in table["fields"].items():
                record[field] = value_of(words, record, self.words, random)
            made.append(record)
        for row in table.get("rows", ()):
            record = {"n": len(made) + 1, **row}
            for field, words in table.get("fields", {}).items():
                if field not in record:
                    record[field] = value_of(words, record, self.words, random)
            made.append(record)
        return sorted(made, key=lambda one: str(one[table["sort"]])) if "sort" in table else made

    def _parents(self, random: Random, table: Mapping[str, Any]) -> list[Record]:
        """What a row is made for: nothing (``count``), or each record of another table, once or several times."""
        if "each" not in table:
            return [{} for _number in range(table.get("count", 0))]
        share, (low, high) = table.get("share", 100), table.get("times", (1, 1))
        found = [one for one in self.records[table["each"]] if matches(one, table.get("where", {}))]
        return [one for one in found if random.randrange(100) < share for _time in range(random.randint(low, high))]

    def _contacts(self, told: Mapping[str, Any]) -> list[Record]:
        random = Random(f"{self.folder.name}/contacts")
        scenes = Scenes(self.folder / "words.toml", random)
        made: list[Record] = []
        for month in told.get("months", (8, 9, 10)):
            for day in month_days(month):
                for person in self.records["staff"]:
                    role = told["role"].get(person["role"])
                    away = str(day) in told.get("away", {}).get(str(person["staff_id"]), ())
                    # On the day of the demo everybody is at work, so that its log has something to tell.
                    if role is None or away or (day != TODAY and random.randrange(100) < told.get("skip", 10)):
                        continue
                    made += self._day(random, scenes, told, role, person, day)
        return made

    def _day(
        self,
        random: Random,
        scenes: Scenes,
        told: Mapping[str, Any],
        role: Mapping[str, Any],
        person: Record,
        day: date,
    ) -> list[Record]:
        """What one person did on one day, in order of time, each client once."""
        # A checker sees the clients of the whole branch.
        whose = "org_id" if role.get("any_client") else "owner_id"
        mine = person["org_id"] if role.get("any_client") else person["staff_id"]
        own = [one for one in self.records["clients"] if one[whose] == mine]
        own = [one for one in own if not isinstance(one.get("created_on"), date) or one["created_on"] <= day]
        weights = [int(told.get("weight", {}).get(str(one.get("tier")), 1)) for one in own]
        wanted = random.randint(*role["per_day"])
        clock = int(told.get("opens", 9)) * 60 + random.randrange(0, 4) * 10
        found: list[Record] = []
        seen: set[Value] = set()
        while len(found) < min(wanted, len(own)):
            client = random.choices(own, weights)[0]
            if client["client_id"] in seen:
                continue
            seen.add(client["client_id"])
            who = str(client.get(told.get("who", "name")) or client["name"])
            talk = scenes.talk(
                scenes.weighted(role["scenes"]), who, day, told.get("luck", {}).get(person["staff_id"], 0)
            )
            minutes = (
                random.choice((20, 30, 40, 50, 60)) if talk.channel in told["visits"] else random.choice((5, 10, 15))
            )
            found.append(_contact(person, client, talk, day, clock, minutes))
            clock += minutes + random.randrange(2, 9) * 5
        return found

    def _plan(self, told: Mapping[str, Any]) -> list[Record]:
        """October's plan: most visits made had been planned; some that were planned fell out."""
        random = Random(f"{self.folder.name}/plan")
        plan: list[Record] = [
            {**one, "done": "是", "done_on": one["day"], "why_not": None}
            for one in self.records["contacts"]
            if one["day"].month == TODAY.month and one["channel"] in told["visits"] and random.randrange(SPARE)
        ]
        for one in random.sample(plan, len(plan) // SPARE):
            day = CALENDAR.add(one["day"], -random.randint(1, 3))
            if day.month == TODAY.month:
                one["day"] = day
        for one in random.sample(plan, len(plan) // (SPARE * 2)):
            one |= {"done": "否", "done_on": None, "why_not": random.choice(told["why_not"])}
        plan.sort(key=lambda one: (one["day"], str(one["staff_id"])))
        seen: set[tuple[Value, ...]] = set()
        once: list[Record] = []
        for one in plan:
            key = (one["day"], one["staff_id"], one["client_id"])
            once += [] if key in seen else [one]
            seen.add(key)
        return once


def _contact(person: Record, client: Record, talk: Talk, day: date, clock: int, minutes: int) -> Record:
    return {
        "day": day,
        "time": f"{clock // 60:02d}:{clock % 60:02d}",
        "staff_id": person["staff_id"],
        "staff_name": person["name"],
        "org_id": person["org_id"],
        "client_id": client["client_id"],
        "client_name": client["name"],
        "contact_name": client.get("contact_name"),
        "tier": client.get("tier"),
        "channel": talk.channel,
        "category": talk.category,
        "purpose": talk.purpose,
        "product": talk.product or None,
        "content": talk.content,
        "need": talk.need or None,
        "outcome": talk.outcome,
        "result": talk.result,
        "amount": talk.amount or None,
        "next_step": talk.next_step,
        "next_date": talk.next_date,
        "minutes": minutes,
        "service": talk.service or None,
        **talk.more,
    }


def _write_kpi(target: Path, told: Mapping[str, Any], office: Office) -> None:
    """指标目标: one sheet a month, people first, then their offices; 指标实际: what other systems report."""
    staff = {one["staff_id"]: one for one in office.records["staff"]}
    header = head("考核指标 责任主体 名称 考核期 目标值 单位 备注")
    sheets = []
    for month in told.get("months", (8, 9, 10)):
        rows: list[Row] = [
            (line["name"], who, name, f"2026年{month}月", value, line.get("unit", "%"), None)
            for line in told["line"]
            for who, name, value in _split(line["target"], line, staff, office, month)
        ]
        top: list[Row] = [[f"2026年{month}月考核指标"], header]
        notes: list[Row] = [[], [told.get("note", "注：目标由总部下达，按月分解。")]]
        sheets.append(Sheet(f"{month}月", [*top, *rows, *notes], head=(2,), merges=((0, 0, 0, 6),)))
    if "year" in told:
        sheets.append(_year_sheet(told, staff, office))
    write_xlsx(target / "指标目标_2026.xlsx", sheets)
    reported = [line for line in told["line"] if "actual" in line]
    rows = [head("指标名称 责任主体 名称 考核期 实际值 截止日 备注")]
    for line in reported:
        for month in told.get("months", (8, 9, 10)):
            day = min(month_end(month), TODAY)
            rows += [
                (line["name"], who, name, f"2026-{month:02d}", value, day, line.get("from"))
                for who, name, value in _split(line["actual"], line, staff, office, month)
            ]
    if reported:
        write_csv(target / "指标实际_2026-10.csv", rows, "gb18030")


def _year_sheet(told: Mapping[str, Any], staff: Mapping[Value, Record], office: Office) -> Sheet:
    """年度目标 of the indicators that the head office sets by the year."""
    rows: list[Row] = [
        (line["name"], who, name, "2026年", value, line.get("unit", "%"), None)
        for line in told["year"]
        for who, name, value in _split(line["target"], line, staff, office, TODAY.month)
    ]
    top: list[Row] = [["2026年度考核指标"], head("考核指标 责任主体 名称 考核期 目标值 单位 备注")]
    return Sheet("年度目标", [*top, *rows], head=(2,), merges=((0, 0, 0, 6),))


def _split(
    values: Mapping[str, Any], line: Mapping[str, Any], staff: Mapping[Value, Record], office: Office, month: int
) -> list[tuple[str, str, Value]]:
    """Each person's value of a month, then each office's: the sum of its people, or their mean (``how = "mean"``).

    ``grow`` is how much lower (in percent) each month before October was; offices that are named have their own value.
    """
    digits = line.get("digits", 2)
    back = Decimal(100 - line.get("grow", 0)) / 100
    own = {who: Decimal(str(value)) * back ** (TODAY.month - month) for who, value in values.items()}
    found = [(who, str(staff[who]["name"]), _round(value, digits)) for who, value in own.items() if who in staff]
    for org in office.records["orgs"]:
        below = _below(office, str(org["org_id"]))
        part = [value for who, value in own.items() if who in staff and staff[who]["org_id"] in below]
        if str(org["org_id"]) in own:
            part = [own[str(org["org_id"])]]
        if part:
            whole = sum(part, Decimal(0)) / (len(part) if line.get("how") == "mean" else 1)
            found.append((str(org["org_id"]), str(org["name"]), _round(whole, digits)))
    return found


def _below(office: Office, top: str) -> set[Value]:
    found: set[Value] = {top}
    while True:
        more = {one["org_id"] for one in office.records["orgs"] if one.get("parent_id") in found} - found
        if not more:
            return found
        found |= more


def _round(value: Decimal, digits: int) -> int | float:
    return int(value.quantize(Decimal(1))) if digits == 0 else float(round(value, digits))


class _Member:
    """Somebody who writes a log."""

    def __init__(self, record: Record) -> None:
        self.id, self.name = str(record["staff_id"]), str(record["name"])
        self.role, self.boss = str(record["role"]), str(record.get("supervisor_id") or "")


def _write_logs(target: Path, folder: Path, told: Mapping[str, Any], office: Office) -> None:
    members = [_Member(one) for one in office.records["staff"] if one["role"] in told["steps"]]
    habits = logs.Habits(
        missing=frozenset((who, day) for who, day in told.get("missing", ())),
        late={(who, day): written for who, day, written in told.get("late", ())},
        new=frozenset(told.get("new", ())),
        steps=told["steps"],
    )
    rows = logs.make_logs(Random(f"{folder.name}/logs"), members, _told(office, told), habits, folder / "logs.toml")
    roles = {one.id: one.role for one in members}
    logs.write_logs(target, rows, told.get("more"), [roles[str(row[1])] for row in rows])


def _told(office: Office, told: Mapping[str, Any]) -> Mapping[tuple[str, date], logs.DayTold]:
    """What the contacts say of each person's days in October; ``told`` is a sentence with {all} {visits} {deals}."""
    days: dict[tuple[str, date], list[Record]] = {}
    for one in office.records["contacts"]:
        if one["day"].month == TODAY.month:
            days.setdefault((str(one["staff_id"]), one["day"]), []).append(one)
    visits = office.told["contacts"]["visits"]
    following: dict[tuple[str, date], tuple[str, ...]] = {}
    for (who, _day), contacts in days.items():
        for one in contacts:
            before = CALENDAR.add(one["next_date"], -1)
            line = f"{one['next_step']}（{one['client_name']}）"
            following[who, before] = (*following.get((who, before), ()), line)
    return {
        key: logs.DayTold(
            told["told"].format(
                all=len(mine),
                visits=sum(one["channel"] in visits for one in mine),
                deals=sum(one["outcome"] == "成交" for one in mine),
                clients="、".join(str(one["client_name"]) for one in mine[:2]),
            ),
            following.get(key, ()),
        )
        for key, mine in days.items()
    }


def offices() -> Sequence[Path]:
    """The folders of words there are."""
    return sorted(path.parent for path in OFFICES.glob("*/office.toml"))
