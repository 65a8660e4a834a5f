"""Every record type (R1-R29 and what stands beside them): a sheet comes in, is listed, exported, read again; and its form."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from cmkit.facts.kinds import Kind
from cmkit.facts.records import RECORDS
from cmkit.facts.specs import ColumnSpec
from cmkit.packs import load_pack
from tests.commands.kit import Office, run, write

PACK = load_pack("common")
EXAMPLES = {
    Kind.DATE: "2026-10-12",
    Kind.TIME: "09:30",
    Kind.PERIOD: "2026-10",
    Kind.MONEY: "1200.50",
    Kind.NUMBER: "3.5",
    Kind.RATE: "12",
    Kind.COUNT: "4",
    Kind.FLAG: "是",
    Kind.PHONE: "13800138000",
    Kind.ACCOUNT: "62220001",
    Kind.NAMES: "甲、乙",
}


def example(column: ColumnSpec) -> str:
    """A value that the column takes."""
    if column.choices:
        return next(iter(column.choices))
    if column.ref:
        return {"clients": "C001", "staff": "E001", "orgs": "B01"}[column.ref]
    return EXAMPLES.get(column.kind, "V1")


@pytest.fixture(scope="module")
def common(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has one organisation, one person and one client."""
    root = tmp_path_factory.mktemp("records") / "office"
    run("init", root, "--pack", "common").expect(0)
    office = Office(root)
    for table, text in (
        ("orgs", "机构编号,机构名称\nB01,一部\n"),
        ("staff", "工号,姓名,岗位,机构编号,入职日期\nE001,甲,客户经理,B01,2020-01-06\n"),
        ("clients", "客户编号,客户名称,客户类型,客户等级,客户经理工号,状态\nC001,乙公司,企业,一般,E001,在用\n"),
    ):
        office.run("import", write(root / "inbox" / f"{table}.csv", text), "--table", table).expect(0)
    return office


def test_all_twenty_nine_record_types_have_a_table() -> None:
    numbers = {record.number for record in RECORDS.values()}
    assert {f"R{number}" for number in range(1, 30)} <= numbers
    assert set(PACK.tables) == set(RECORDS)


@pytest.mark.parametrize("table", sorted(RECORDS))
def test_a_record_goes_in_and_out(common: Office, table: str, tmp_path: Path) -> None:
    spec = PACK.tables[table]
    wanted = {key: column for key, column in spec.columns.items() if column.required or key in spec.key}
    heading = ",".join(column.zh for column in wanted.values())
    row = ",".join(example(column) for column in wanted.values())
    sheet = write(tmp_path / "one.csv", f"{heading}\n{row}\n")
    told = common.json("import", sheet, "--table", table)["files"][0]
    assert told["rejected"] == 0, told["problems"]
    assert told["created"] + told["updated"] + told["unchanged"] == 1
    assert common.json("records", table, "list")
    exported = tmp_path / "out.xlsx"
    common.run("records", table, "export", "--out", exported, "--unmask", "--reason", "核对").expect(0)
    again = common.json("import", exported, "--table", table)["files"][0]
    assert (again["rejected"], again["created"]) == (0, 0), again["problems"]
    form = tmp_path / "form.xlsx"
    common.run("records", table, "form", form).expect(0)
    texts = {str(cell.value).rstrip("*") for page in openpyxl.load_workbook(form) for line in page for cell in line}
    assert all(any(column.zh in text for text in texts) for column in wanted.values())


def test_everything_that_a_new_record_lacks_is_told_at_once(office: Office) -> None:
    """A person without organisation and day of entry: both are named, and what to write for them."""
    told = office.run("records", "staff", "add", "工号=S1", "姓名=王一", "岗位=理财经理").expect(65).err
    assert "缺少机构编号；缺少入职日期" in told
    assert "机构编号=" in told
    assert "入职日期=" in told
