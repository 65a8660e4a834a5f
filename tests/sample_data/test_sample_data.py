from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmkit.base.text import fold_key
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.intake import SheetIntake
from cmkit.importing.read import ReadOptions, read_file
from cmkit.minutes.meeting_file import Lookups, read_meeting
from cmkit.packs.load import load_pack
from sample_data.make import main

ROOT = Path(__file__).parents[2] / "sample_data"
PACKS = tuple(sorted(path.parent.name for path in ROOT.glob("*/demo.toml")))
TODAY = date(2026, 10, 30)


def cells(path: Path) -> list[list[str]]:
    """Every cell of a file as text, formulas as they stand."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        return list(csv.reader(text.splitlines()))
    book = openpyxl.load_workbook(path)
    return [
        [f"{page.title}!{value}" for value in row if value is not None]
        for page in book.worksheets
        for row in page.iter_rows(values_only=True)
    ]


def tables() -> list[Path]:
    return sorted(path for pack in PACKS for path in (ROOT / pack).iterdir() if path.suffix in {".csv", ".xlsx"})


def all_text(pack: str = "") -> Iterator[tuple[str, str]]:
    for path in (path for path in tables() if pack in {"", path.parent.name}):
        for row in cells(path):
            for cell in row:
                yield path.name, fold_key(cell.partition("!")[2] if path.suffix == ".xlsx" else cell)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    main(first)
    main(second)
    return first, second


def relative(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_twice_the_same_bytes(made: tuple[Path, Path]) -> None:
    first, second = made
    assert relative(first) == relative(second)
    for name in relative(first):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_what_is_committed_is_what_is_made(made: tuple[Path, Path]) -> None:
    """Cell by cell: another release of zlib or XlsxWriter may pack the same cells in other bytes."""
    first, _second = made
    assert relative(first) == sorted(str(path.relative_to(ROOT)) for path in tables())
    for name in relative(first):
        assert cells(first / name) == cells(ROOT / name), name


def test_small_enough_to_ship() -> None:
    apart = {"__pycache__", "expected"}
    files = [path for path in ROOT.rglob("*") if path.is_file() and not apart & set(path.parts)]
    assert sum(path.stat().st_size for path in files) < 4_500_000


def demo(pack: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / pack / "demo.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=9)
def imported(pack: str) -> Mapping[str, list[SheetIntake]]:
    """Every file that the demo imports, read with the pack that ships."""
    loaded, plan = load_pack(pack), demo(pack)
    kpis = {word: code for code, spec in loaded.kpis.items() for word in (code, spec.zh, *spec.aliases)}
    found: dict[str, list[SheetIntake]] = {}
    for entry in plan["import"]:
        as_of = date.fromisoformat(entry["as_of"]) if "as_of" in entry else None
        options = ReadOptions(as_of=as_of, kpis=kpis, silence=plan["silence"])
        found[entry["file"]], problems = read_file(ROOT / pack / entry["file"], loaded.tables, options)
        assert not [problem for problem in problems if problem.severity == "error"], entry["file"]
    return found


def records(pack: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table as stored, without the month-end files of clients."""
    return [
        dict(zip(intake.columns, row.values, strict=True))
        for name, intakes in imported(pack).items()
        for intake in intakes
        if intake.table == table and not re.search(r"\d{4}-\d\d-\d\d", name)
        for row in intake.rows
    ]


@pytest.mark.parametrize("pack", PACKS)
def test_the_demo_imports_every_file_and_no_other(pack: str) -> None:
    assert sorted(imported(pack)) == sorted(path.name for path in tables() if path.parent.name == pack)
    assert all((ROOT / pack / name).is_file() for name in demo(pack)["meetings"])


@pytest.mark.parametrize("pack", PACKS)
def test_an_import_refuses_exactly_the_rows_that_the_readme_names(pack: str) -> None:
    """| bank_retail/客户台账_城东支行.xlsx | 11 | 身份证号 | 校验位不对 |."""
    lines = re.findall(r"^\| (\w+)/(\S+) \| (\d+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = sorted((file, int(row)) for where, file, row in lines if where == pack)
    # 客户位置.csv and 机构位置.csv add to what is there: read alone, their rows are not whole.
    whole = {name: sheets for name, sheets in imported(pack).items() if name not in {"客户位置.csv", "机构位置.csv"}}
    refused = [(name, row) for name, sheets in whole.items() for sheet in sheets for row in sheet.rejected]
    assert sorted(refused) == named
    assert len(named) == {"bank_retail": 6, "tobacco": 4}.get(pack, len(named)) > 0


@pytest.mark.parametrize(("pack", "clients", "staff", "orgs"), [("bank_retail", 292, 14, 4), ("tobacco", 314, 10, 4)])
def test_how_many_there_are(pack: str, clients: int, staff: int, orgs: int) -> None:
    assert len({row["client_id"] for row in records(pack, "clients")}) == clients
    assert len(records(pack, "staff")) == staff
    assert len(records(pack, "orgs")) == orgs


@pytest.mark.parametrize("pack", PACKS)
def test_everybody_who_is_named_exists(pack: str) -> None:
    clients = {row["client_id"] for row in records(pack, "clients")}
    staff = {row["staff_id"] for row in records(pack, "staff")}
    orgs = {row["org_id"] for row in records(pack, "orgs")}
    for table, column, known in (
        ("clients", "owner_id", staff),
        ("contacts", "client_id", clients),
        ("contacts", "staff_id", staff),
        ("visits", "client_id", clients),
        ("complaints", "client_id", clients),
        ("complaints", "handler_id", staff),
        ("feedback", "client_id", clients),
        ("worklogs", "staff_id", staff),
        ("tasks", "owner_id", staff),
        ("targets", "who", staff | orgs),
        ("actuals", "who", staff | orgs),
    ):
        rows = records(pack, table)
        # Where every indicator is measured from records, nothing is reported.
        assert rows or table == "actuals", table
        assert {row[column] for row in rows} <= known, (table, column)


@pytest.mark.parametrize(("pack", "low", "high"), [("bank_retail", 1100, 1400), ("tobacco", 1100, 1600)])
def test_contacts_fall_on_working_days_until_the_day_of_the_demo(pack: str, low: int, high: int) -> None:
    days = [date.fromisoformat(row["date"]) for row in records(pack, "contacts")]
    assert low < len(days) < high
    assert min(days) >= date(2026, 8, 1)
    assert max(days) == TODAY
    assert all(WorkCalendar().is_workday(day) for day in set(days))
    assert date(2026, 10, 1) not in days


def test_contacts_read_varied() -> None:
    for pack in ("bank_retail", "tobacco"):
        texts = [row["content"] for row in records(pack, "contacts")]
        assert len(set(texts)) > len(texts) * 0.5


def check_digit(body: str) -> str:
    """GB 11643-1999: weights 2^(17-i) mod 11, then 1 0 X 9 8 7 6 5 4 3 2."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return "10X98765432"[total % 11]


def test_the_check_digit_of_a_known_number() -> None:
    """11010519491231002X is the example of the standard."""
    assert check_digit("11010519491231002") == "X"


def test_id_numbers_are_of_no_area_and_all_but_one_are_right() -> None:
    everywhere = {text for _name, text in all_text() if re.fullmatch(r"\d{17}[\dX]", text)}
    assert all(text.startswith("999999") for text in everywhere)
    found = {(name, text) for name, text in all_text("bank_retail") if re.fullmatch(r"\d{17}[\dX]", text)}
    assert len(found) == 292 + 5
    wrong = [(name, text) for name, text in found if check_digit(text[:17]) != text[17]]
    assert [name for name, _text in wrong] == ["客户台账_城东支行.xlsx"]


def test_phones_begin_with_140() -> None:
    phones = [text for _name, text in all_text() if re.fullmatch(r"1\d{10}(\.0)?", text)]
    assert len(phones) > 600
    assert all(text.startswith("140") for text in phones)


def test_mail_goes_nowhere() -> None:
    mails = [text for _name, text in all_text() if "@" in text]
    assert mails
    assert all(mail.endswith("@example.invalid") for mail in mails)


def assets(day: str) -> Mapping[str, int]:
    with (ROOT / "bank_retail" / f"客户资产_{day}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["客户编号"]: int(row["金融资产余额（元）"]) for row in csv.DictReader(stream)}


def grown(who: str) -> int:
    """万元 that the clients of ``who`` have more than at the year's end."""
    before = assets("2025-12-31")
    own = [row for row in records("bank_retail", "clients") if row["owner_id"] == who]
    return sum(int(row["aum"]) // 10_000 - before.get(row["client_id"], 0) for row in own) // 10_000


def test_some_meet_their_target_of_growth_and_some_are_behind() -> None:
    targets = {
        row["who"]: row["value"] // 10_000
        for row in records("bank_retail", "targets")
        if (row["kpi"], row["period"]) == ("AUM", "2026-10")
    }
    assert grown("E1003") >= targets["E1003"]
    assert grown("E1006") < targets["E1006"]
    assert grown("E1013") < 0


def test_complaints_are_open_near_their_day_and_one_is_past_it() -> None:
    still = [date.fromisoformat(row["due"]) for row in records("bank_retail", "complaints") if not row["closed_on"]]
    assert len([due for due in still if due < TODAY]) == 1
    assert [due for due in still if TODAY <= due <= TODAY + timedelta(days=3)]


def test_logs_are_missing_late_and_unreviewed() -> None:
    logs = records("bank_retail", "worklogs")
    written = {(row["date"], row["staff_id"]) for row in logs}
    assert ("2026-10-30", "E1003") in written
    assert ("2026-10-14", "E1013") not in written
    assert [row for row in logs if row["written_on"] > row["date"]]
    assert [row for row in logs if not row["review"]]
    assert [row for row in logs if row["review"]]


@pytest.mark.parametrize("pack", PACKS)
def test_steps_in_the_logs_are_steps_of_the_role(pack: str) -> None:
    routines = load_pack(pack).routines
    roles = {row["staff_id"]: row["role"] for row in records(pack, "staff")}
    for row in records(pack, "worklogs"):
        known = {step.key for block in routines[roles[row["staff_id"]]].blocks for step in block.steps}
        assert set(row["steps"].split("、")) <= known


@pytest.mark.parametrize("pack", PACKS)
def test_meeting_files_are_read_without_a_word(pack: str) -> None:
    """Owners are staff, dates are understood, and the actions that 任务清单 follows up have the numbers it names."""
    names = {row["name"]: row["staff_id"] for row in records(pack, "staff")}
    lookups = Lookups(who=lambda text: names.get(text, ""), on=TODAY)
    actions: dict[str, str] = {}
    for name in demo(pack)["meetings"]:
        found, problems = read_meeting((ROOT / pack / name).read_text(encoding="utf-8"), lookups=lookups, file=name)
        assert found is not None
        assert not problems
        actions |= {task.task_id: task.what for task in found.tasks}
    followed = [row for row in records(pack, "tasks") if row["origin_ref"]]
    assert followed
    assert all(actions[row["task_id"]] == row["what"] for row in followed)
