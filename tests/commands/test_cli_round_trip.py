"""Import, export, import again into another office: the same rows, whatever they hold."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import Office

REASON = ("--unmask", "--reason", "核对往返")
TABLES = ("orgs", "staff", "clients", "contacts", "tasks", "complaints", "feedback", "targets", "actuals", "visits")


def rows_of(office: Office, table: str) -> list[dict[str, Any]]:
    """Every record of a table with its full values, but for where it came from."""
    found = office.run("records", table, "list", "--format", "json", *REASON)
    listed = found.expect(0).json()
    rows = listed["rows"] if isinstance(listed, dict) else listed
    return sorted(({key: value for key, value in row.items() if key != "origin"} for row in rows), key=json.dumps)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_goes_out_comes_in_as_it_was(
    office: Office, fresh: Callable[..., Office], tmp_path: Path, ending: str
) -> None:
    """The demo office with its ten tables; balances by day, lunar birthdays, phones two in a cell, blank cells."""
    other = fresh(f"other-{ending}")
    for table in TABLES:
        path = tmp_path / f"{table}.{ending}"
        office.run("records", table, "export", "--out", path, *REASON).expect(0)
        before = rows_of(office, table)
        assert before, table
        done = other.run("import", path, "--table", table, "--format", "json").expect(0).json()
        assert sum(one["rejected"] for one in done["files"]) == 0
        assert rows_of(other, table) == before, table
        # What comes in a third time changes nothing.
        again = tmp_path / f"again-{table}.{ending}"
        other.run("records", table, "export", "--out", again, *REASON).expect(0)
        third = other.run("import", again, "--table", table, "--format", "json").expect(0).json()
        assert [(one["created"], one["updated"], one["rejected"]) for one in third["files"]] == [(0, 0, 0)], table


def test_a_locked_workbook_comes_in_with_its_password(fresh: Callable[..., Office], tmp_path: Path) -> None:
    office_format: Any = pytest.importorskip("msoffcrypto.format.ooxml")
    from openpyxl import Workbook

    book, plain, path = Workbook(), io.BytesIO(), tmp_path / "人员.xlsx"
    sheet = book.worksheets[0]
    for number, row in enumerate([["机构编号", "机构名称", "级别"], ["B1", "一支行", "分部"]], 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    book.save(plain)
    with path.open("wb") as target:
        office_format.OOXMLFile(plain).encrypt("开门123", target)
    word = tmp_path / "密码.txt"
    word.write_text("开门123\n", encoding="utf-8")
    office = fresh()
    assert "已加密" in office.run("import", path).expect(65).err
    done = office.run("import", path, "--password-file", word, "--format", "json").expect(0).json()
    assert [one["created"] for one in done["files"]] == [1]


def test_what_branches_send_back_goes_out_and_comes_in_again(
    office: Office, fresh: Callable[..., Office], tmp_path: Path
) -> None:
    """
    issue -> a branch fills in -> receive -> export -> import into another office: the same figures, line by line;
    the filled form itself, imported like any other workbook, says the same; a third time nothing changes.
    """
    from tests.commands.test_cli_exchange import _fill, _issue

    forms = _issue(office)
    for number, path in enumerate(forms.values()):
        _fill(path, 90.25 + number)
    told = office.json("exchange", "receive", forms["B01"].parent)
    assert [(one["state"], one["rejected"]) for one in told["files"]] == [("received", 0)] * 3
    before = rows_of(office, "actuals")
    assert {row["value"] for row in before} >= {"90.25", "91.25", "92.25"}
    out, other = tmp_path / "实际值.xlsx", fresh("other")
    office.run("records", "actuals", "export", "--out", out, *REASON).expect(0)
    other.run("import", out, "--table", "actuals").expect(0)
    assert rows_of(other, "actuals") == before
    # The forms themselves, sent to an office that never issued them: nothing of theirs is new or different.
    for path in forms.values():
        found = other.json("import", path, "--table", "actuals")
        assert [(one["created"], one["updated"], one["rejected"]) for one in found["files"]] == [(0, 0, 0)]
    assert rows_of(other, "actuals") == before
