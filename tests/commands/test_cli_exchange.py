"""Branch workbooks: issued, filled in Excel, received, registered; what was tampered with is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.commands.kit import Office, contents, write

META = "_cmkit"
PERIOD = ("--period", "2026-10")


def _issue(office: Office, form: str = "actuals") -> dict[str, Path]:
    paths = [Path(path) for path in office.json("exchange", "issue", form, *PERIOD)]
    return {path.name.split("-")[1][:3]: path for path in paths}


def _states(office: Office, form: str = "actuals", *more: str) -> dict[str, str]:
    told = office.json("exchange", "status", form, *PERIOD, *more, codes=(0, 3))
    assert set(told) >= {"form", "period", "rows", "missing"}
    return {row["branch"]: row["state"] for row in told["rows"]}


def _open(path: Path) -> tuple[Workbook, Worksheet, dict[str, int], int]:
    """The workbook, the sheet to fill, its columns by heading, and the heading's row."""
    book = load_workbook(path)
    sheet = next(one for one in book.worksheets if one.title not in {"填表说明", "_lists", META})
    top = next(row for row in sheet.iter_rows() if sum(bool(cell.value) for cell in row) > 3)
    return book, sheet, {str(cell.value).rstrip("*＊ "): int(cell.column or 0) for cell in top}, int(top[0].row or 0)


def _fill(path: Path, value: float = 91.5) -> Path:
    """Every prefilled line gets the figure that it asks for."""
    book, sheet, columns, top = _open(path)
    row = top + 1
    while sheet.cell(row, columns["责任主体"]).value:
        sheet.cell(row, columns["实际值"], value)
        row += 1
    assert row > top + 2
    book.save(path)
    return path


def test_there_and_back(office: Office) -> None:
    """issue → three workbooks; B01 fills its → received; the others are missing, and status ends with 3."""
    forms = _issue(office)
    assert set(forms) == {"B01", "B02", "B03"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in forms.values())
    assert set(_states(office).values()) == {"missing"}
    told = office.json("exchange", "receive", _fill(forms["B01"]))
    assert [(one["branch"], one["state"], one["rejected"]) for one in told["files"]] == [("B01", "received", 0)]
    assert told["files"][0]["created"] + told["files"][0]["updated"] + told["files"][0]["unchanged"] >= 3
    assert _states(office) == {"B01": "received", "B02": "missing", "B03": "missing"}
    row = office.run("exchange", "status", "actuals", *PERIOD, "--format", "json").expect(3).json()["rows"][0]
    assert (row["received_at"], row["version"], row["problems"]) == ("2026-10-30", 1, 0)
    figure = office.json("kpi", "explain", "SAT", *PERIOD, "--branch", "B01")
    assert figure["value"] == "91.5"
    assert figure["records"][0]["origin"]["file"] == forms["B01"].name


def test_all_back_is_zero(office: Office) -> None:
    """A folder at a time; then nobody is missing."""
    forms = _issue(office)
    for path in forms.values():
        _fill(path)
    told = office.json("exchange", "receive", forms["B01"].parent)
    assert [one["state"] for one in told["files"]] == ["received"] * 3
    assert office.run("exchange", "status", "actuals", *PERIOD).expect(0).code == 0


def test_the_same_form_again_and_a_newer_one(office: Office) -> None:
    """The very same file changes nothing; a corrected one is version 2 and goes over it; undo works as ever."""
    path = _fill(_issue(office)["B01"])
    office.json("exchange", "receive", path)
    before = contents(office)
    assert office.json("exchange", "receive", path)["files"][0]["state"] == "unchanged"
    assert contents(office) == before
    office.json("exchange", "receive", _fill(path, 88))
    told = office.json("exchange", "status", "actuals", *PERIOD, codes=(3,))
    assert [(row["branch"], row["version"]) for row in told["rows"] if row["state"] == "received"] == [("B01", 2)]
    assert office.json("kpi", "explain", "SAT", *PERIOD, "--branch", "B01")["value"] == "88"


def test_a_late_return(office: Office) -> None:
    """Due three working days after the month's end, that is Wednesday 4 November."""
    path = _fill(_issue(office)["B02"])
    assert office.json("exchange", "receive", path, "--on", "2026-11-05")["files"][0]["state"] == "late"
    assert _states(office)["B02"] == "late"
    assert _fill(_issue(office)["B03"]).exists()
    in_time = office.json("exchange", "receive", _fill(_issue(office)["B03"]), "--on", "2026-11-04")
    assert in_time["files"][0]["state"] == "received"


def test_nothing_to_report_is_a_return(office: Office) -> None:
    """ "没有数据也请原样交回": the form as it was issued is a nil return, no row refused."""
    forms = _issue(office)
    told = office.run("exchange", "receive", forms["B03"], "--format", "json").expect(0).json()
    assert [(one["state"], one["rejected"], one["problems"]) for one in told["files"]] == [("nil", 0, [])]
    assert _states(office)["B03"] == "nil"
    complaints = _issue(office, "投诉")
    told = office.run("exchange", "receive", complaints["B01"], "--format", "json").expect(0).json()
    assert told["files"][0]["state"] == "nil"


def test_some_rows_refused_of_a_form(office: Office) -> None:
    """One line with words for a figure: 4, the other lines are in, the problem names the cell."""
    path = _fill(_issue(office)["B01"])
    book, sheet, columns, top = _open(path)
    sheet.cell(top + 1, columns["实际值"], "很好")
    book.save(path)
    told = office.run("exchange", "receive", path, "--format", "json").expect(4).json()["files"][0]
    assert (told["state"], told["rejected"]) == ("received", 1)
    errors = [one for one in told["problems"] if one["severity"] == "error"]
    assert [one["place"]["cell"] for one in errors] == [f"{sheet.cell(top + 1, columns['实际值']).coordinate}"]


def _tampered(path: Path, change: dict[str, str]) -> Path:
    book = load_workbook(path)
    for row in book[META].iter_rows():
        if row[0].value in change:
            row[1].value = change[str(row[0].value)]
    book.save(path)
    return path


@pytest.mark.parametrize(
    "change",
    [
        {"branch": "B02"},
        {"period": "2026-09"},
        {"table": "clients"},
        {"version": "2"},
        {"signature": "0" * 64},
        {"columns": "kpi,who"},
    ],
)
def test_a_tampered_form_is_refused(office: Office, change: dict[str, str]) -> None:
    """Whatever is changed on the hidden sheet: 65, nothing imported, and the register has B01's form as returned."""
    path = _tampered(_fill(_issue(office)["B01"]), change)
    before = contents(office)
    done = office.run("exchange", "receive", path, "--format", "json").expect(65)
    told = done.json()["files"][0]
    assert told["state"] == "rejected"
    assert told["problems"][0]["message"]
    assert contents(office) == before
    assert told["branch"] == "B01"
    assert _states(office) == {"B01": "rejected", "B02": "missing", "B03": "missing"}
    office.run("exchange", "receive", path).expect(65)
    rows = office.json("exchange", "status", "actuals", *PERIOD, codes=(3,))["rows"]
    assert [(one["version"], one["problems"]) for one in rows if one["branch"] == "B01"] == [(1, 1)]


def test_a_refused_form_does_not_undo_a_good_return(office: Office) -> None:
    """B01 has returned; a second, tampered copy is refused and B01 stays returned."""
    path = _fill(_issue(office)["B01"])
    office.json("exchange", "receive", path)
    office.run("exchange", "receive", _tampered(path, {"signature": "0" * 64})).expect(65)
    assert _states(office)["B01"] == "received"


def test_a_form_without_its_hidden_sheet_or_of_another_office(office: Office, bank: Office, tmp_path: Path) -> None:
    """The hidden sheet gone; a form that another office signed; a file that is no form: each is refused with its reason."""
    forms = _issue(office)
    book = load_workbook(forms["B01"])
    del book[META]
    book.save(forms["B01"])
    other = bank.copy(tmp_path / "other")
    (other.root / ".cmkit" / "exchange.key").unlink()
    foreign = _fill(_issue(other)["B02"])
    done = office.run("exchange", "receive", forms["B01"], foreign, bank.root / "inbox" / "投诉登记.xlsx").expect(65)
    assert len(done.err.splitlines()) == 3
    assert _states(office) == {"B01": "rejected", "B02": "rejected", "B03": "missing"}


def test_one_bad_form_does_not_stop_the_others(office: Office) -> None:
    forms = _issue(office)
    for path in forms.values():
        _fill(path)
    _tampered(forms["B02"], {"branch": "B01"})
    told = office.run("exchange", "receive", forms["B01"].parent, "--format", "json").expect(65).json()
    assert {one["file"].split("-")[1][:3]: one["state"] for one in told["files"]} == {
        "B01": "received",
        "B02": "rejected",
        "B03": "received",
    }


def test_clients_come_prefilled_and_go_back_changed(office: Office) -> None:
    """The branch's own clients stand in its form; a corrected phone comes back as one update."""
    forms = _issue(office, "clients")
    book, sheet, columns, top = _open(forms["B01"])
    own = {one["client_id"] for one in office.json("clients", "list") if one["org_id"] == "B01"}
    rows: dict[str, Any] = {}
    for row in range(top + 1, sheet.max_row + 1):
        number = sheet.cell(row, columns["客户编号"]).value
        if number:
            rows[str(number)] = row
    assert set(rows) == own
    sheet.cell(rows["C000101"], columns["联系电话"], "14000009999")
    book.save(forms["B01"])
    told = office.json("exchange", "receive", forms["B01"])["files"][0]
    assert (told["created"], told["updated"], told["unchanged"], told["rejected"]) == (0, 1, len(own) - 1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_branches_from_a_list(office: Office, encoding: str) -> None:
    """``编号,名称`` a line, as Excel or an editor saves it."""
    listed = office.root / "名单.csv"
    listed.write_bytes("编号,名称\nN1,南支行\n007,北支行\n".encode(encoding))
    paths = [Path(path) for path in office.json("exchange", "issue", "complaints", *PERIOD, "--branches", listed)]
    assert {path.name for path in paths} == {"投诉-N1南支行-2026-10.xlsx", "投诉-007北支行-2026-10.xlsx"}
    assert _states(office, "complaints") == {"N1": "missing", "007": "missing"}


def test_issue_twice_keeps_the_register(office: Office) -> None:
    """Issued again after one has returned: the same bytes, and who has returned stays returned."""
    forms = _issue(office)
    first = {name: path.read_bytes() for name, path in forms.items()}
    office.json("exchange", "receive", _fill(forms["B01"]))
    again = _issue(office)
    assert {name: path.read_bytes() for name, path in again.items()} == first
    assert _states(office)["B01"] == "received"


def test_a_lock_file_of_excel_is_no_form(office: Office) -> None:
    forms = _issue(office)
    write(forms["B01"].parent / f"~${forms['B01'].name}", "lock")
    told = office.run("exchange", "receive", forms["B01"].parent, "--format", "json").expect(0).json()
    assert len(told["files"]) == 3
