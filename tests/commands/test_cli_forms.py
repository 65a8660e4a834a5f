"""Every form: made, filled in Excel, imported, and what was written is what is there; and every record on paper."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec
from cmkit.packs import load_pack
from tests.commands.kit import Office

PACK = load_pack("bank_retail", [])
FORMS = (
    *("referrals", "complaints", "feedback", "info_reports", "archive_access", "archive_checks", "bookings"),
    *("warning_signals", "loans", "inspections", "activities", "meetings", "contact_people", "assessments"),
    *("trainings", "recruits", "contacts", "visits", "worklogs", "opportunities", "surveys", "competitor_intel"),
)
REFS = {"staff": "E1003", "clients": "C000001", "orgs": "B01"}
VALUES: dict[Kind, tuple[Any, Any]] = {
    Kind.TEXT: ("试填&<文>", "试填&<文>"),
    Kind.NOTE: ("第一行，“引号”与 5% ", "第一行，“引号”与 5%"),
    Kind.CODE: ("00123", "00123"),
    Kind.DATE: (date(2026, 11, 28), "2026-11-28"),
    Kind.TIME: ("09:30", "09:30"),
    Kind.PERIOD: ("2026-10", "2026-10"),
    Kind.MONEY: (12.5, None),
    Kind.NUMBER: (4.5, "4.5"),
    Kind.RATE: (85, "85"),
    Kind.COUNT: (3, 3),
    Kind.FLAG: ("是", True),
    Kind.PHONE: ("14000001234", "14000001234"),
    Kind.ID_NO: ("99999919900101129X", None),
    Kind.NAMES: ("张三、李四", ["张三", "李四"]),
}
"""What is typed in, and what is there afterwards (None: looked at by the kind's own tests only)."""


def _typed(column: ColumnSpec) -> tuple[Any, Any]:
    if column.ref in REFS:
        return REFS[column.ref], REFS[column.ref]
    if column.choices:
        first = next(iter(column.choices))
        return first, first
    return VALUES.get(column.kind, (None, None))


@pytest.mark.parametrize("table", FORMS)
def test_a_form_comes_back_as_it_was_filled(office: Office, table: str) -> None:
    """make · fill one line with openpyxl as a clerk would · import · the record says just that; a drop-down for each choice."""
    spec = PACK.tables[table]
    path = Path(office.json("records", table, "form", office.root / "试填表.xlsx")[0])
    book = load_workbook(path)
    sheet = book[spec.label[:31]]
    heads = {str(cell.value): cell.column for cell in sheet[2]}
    lists = {
        str(area) for one in sheet.data_validations.dataValidation if one.type == "list" for area in one.sqref.ranges
    }
    typed: dict[str, Any] = {}
    for place, (key, column) in enumerate(spec.columns.items(), 1):
        value, after = _typed(column)
        assert any(head.startswith(column.label) and spot == place for head, spot in heads.items())
        if column.choices or column.kind is Kind.FLAG:
            letter = get_column_letter(place)
            assert any(area.startswith(f"{letter}3:") for area in lists), f"no drop-down for {column.label}"
        if value is not None:
            sheet.cell(3, place, value)
            typed[key] = after
    book.save(path)
    told = office.run("import", path, "--table", table, "--format", "json").expect(0).json()
    assert (told["files"][0]["created"], told["files"][0]["rejected"]) == (1, 0), told["files"][0]["problems"]
    (fresh,) = [one for one in _rows(office, table) if one["origin"]["file"] == path.name]
    for key, after in typed.items():
        if after is not None:
            found = fresh.get(key)
            same = Decimal(str(found)) == Decimal(after) if spec.columns[key].kind.scaled else found == after
            assert same, f"{key}: {found!r} instead of {after!r}"
    assert office.json("import", path, "--table", table)["files"][0]["unchanged"] == 1


def _rows(office: Office, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.json("records", table, "list", "--unmask", "--reason", "核对表单")
    return found


def test_a_record_on_paper(bank: Office, tmp_path: Path) -> None:
    """客户投诉登记表 on A4: its fields with names behind numbers, nothing of the complainant in full, room to sign."""
    paths = bank.json("records", "complaints", "print", "TS2026-076", "--to", "docx,xlsx,html,md", "--out", tmp_path)
    assert [Path(path).suffix for path in paths] == [".docx", ".xlsx", ".html", ".md"]
    file = docx.Document(paths[0])
    page = file.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert file.paragraphs[0].text == "客户投诉登记表"
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert "TS2026-076" in cells
    handler = cells[cells.index("承办人工号") + 1]
    assert handler.startswith("E1")
    assert " " in handler
    signed = " ".join(cells)
    assert all(f"{who}签字" in signed for who in ("承办人", "主管审批", "投诉人确认"))
    phone = cells[cells.index("联系电话") + 1]
    assert phone == "" or "****" in phone
    book = load_workbook(io.BytesIO(Path(paths[1]).read_bytes()))
    assert book.worksheets[0].page_setup.paperSize in {9, "9"}


def test_an_empty_paper_has_room_to_write(bank: Office, tmp_path: Path) -> None:
    (path,) = bank.json("records", "referrals", "print", "--blank", "--to", "docx", "--out", tmp_path)
    file = docx.Document(path)
    assert file.paragraphs[0].text == "优质客户推介单"
    rows = [row for table in file.tables for row in table.rows if row.cells[0].text == "推介日期"]
    assert rows[0]._tr.trHeight_val == 510 * 635
    assert rows[0].cells[1].text == ""


def test_papers_of_a_client_and_of_nobody(bank: Office, tmp_path: Path) -> None:
    """Every visit record of a client is a file; a number that is not there, and no number at all, are told."""
    rows = [one for one in bank.json("records", "contacts", "list") if one["client_id"] == "C000052"]
    paths = bank.json("records", "contacts", "print", "C000052", "--to", "md", "--out", tmp_path)
    assert len(paths) == len(rows) > 0
    assert "客户走访（接触）记录" in Path(paths[0]).read_text(encoding="utf-8")
    bank.run("records", "contacts", "print", "nope").expect(65)
    bank.run("records", "contacts", "print").expect(2)
    bank.run("records", "contacts", "print", "C000052", "--unmask").expect(2)


@pytest.mark.parametrize("table", FORMS)
def test_every_form_has_a_paper(bank: Office, tmp_path: Path, table: str) -> None:
    (path,) = bank.json("records", table, "print", "--blank", "--to", "md", "--out", tmp_path)
    text = Path(path).read_text(encoding="utf-8")
    assert all(column.label in text for column in PACK.tables[table].columns.values())
    assert "签字" in text
