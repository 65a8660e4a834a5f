"""References to records of the same file, sheets that only update, and our own workbooks read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.read import ReadOptions, read_file
from cmkit.packs import load_pack
from cmkit.render.form import Form, form_bytes, form_column, sheet_bytes

Specs = dict[str, TableSpec]


class Known:
    """A store that has these keys (and labels) by table."""

    def __init__(self, **tables: dict[str, str]) -> None:
        self.tables = tables

    def find(self, table: str, text: str) -> tuple[str, ...]:
        held = self.tables.get(table, {})
        return (text,) if text in held else tuple(key for key, label in held.items() if label == text)


@pytest.fixture
def people() -> Specs:
    """Offices and staff as the common pack has them."""
    tables = load_pack("common").tables
    return {name: tables[name] for name in ("orgs", "staff", "targets", "clients")}


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


ORGS = [
    ["机构编号", "机构名称", "层级", "上级机构编号"],
    ["Z00", "总行", "总部", ""],
    ["B01", "城东支行", "分部", "总行"],
]
STAFF = [
    ["工号", "姓名", "岗位", "机构", "入职日期", "主管工号"],
    ["E1", "张三", "理财经理", "城东支行", "2020-01-01", "E2"],
    ["E2", "李四", "主管", "B01", "2019-01-01", "E9"],
]


def test_keys_and_names_of_the_same_file_are_known(tmp_path: Path, people: Specs) -> None:
    """Staff stand before the offices they belong to; 总行 is a name; only E9 is nobody."""
    path = book(tmp_path / "机构人员.xlsx", 人员=STAFF, 机构=ORGS)
    intakes, _problems = read_file(path, people, ReadOptions(lookup=Known()))
    staff, orgs = intakes
    assert [dict(zip(staff.columns, row.values, strict=True))["org_id"] for row in staff.rows] == ["B01", "B01"]
    assert [dict(zip(orgs.columns, row.values, strict=True))["parent_id"] for row in orgs.rows] == [None, "Z00"]
    assert [(p.code, p.place.cell) for p in staff.problems] == [("unknown_ref", "F3")]
    assert orgs.problems == ()


def test_an_unknown_reference_is_one_warning_a_value(tmp_path: Path, people: Specs) -> None:
    rows: list[list[Any]] = [["工号", "姓名", "岗位", "机构", "入职日期"]]
    rows += [[f"E{number}", "某人", "主管", "B77", "2020-01-01"] for number in range(5)]
    (staff,), _problems = read_file(book(tmp_path / "人员.xlsx", 人员=rows), people, ReadOptions(lookup=Known()))
    (problem,) = staff.problems
    assert problem.code == "unknown_ref"
    assert "B77（共 5 行）" in problem.message
    assert len(staff.rows) == 5


def test_who_is_a_person_or_an_office(tmp_path: Path, people: Specs) -> None:
    known = Known(staff={"E1": "张三"}, orgs={"B01": "城东支行"})
    rows: list[list[Any]] = [
        ["指标", "责任主体", "期间", "目标值"],
        ["K1", "张三", "2026-10", 1],
        ["K1", "城东支行", "2026-10", 2],
        ["K1", "B01", "2026-11", 3],
        ["K1", "无名", "2026-10", 4],
    ]
    path = book(tmp_path / "指标目标.xlsx", 目标=rows)
    (targets,), _problems = read_file(path, people, ReadOptions(lookup=known, kpis={"K1": "K1"}))
    place = targets.columns.index("who")
    assert [row.values[place] for row in targets.rows] == ["E1", "B01", "B01", "无名"]
    assert [p.code for p in targets.problems] == ["unknown_ref"]


def test_a_sheet_without_all_columns_updates_what_is_there(tmp_path: Path, specs: Specs) -> None:
    """客户编号 and 存款余额 only: C1 and C3 are known, C2 would be a new record without a name."""
    path = tmp_path / "客户台账.csv"
    path.write_text("客户编号,存款余额\nC1,100\nC2,200\nC3,300\n", encoding="utf-8")
    known = Known(clients={"C1": "甲", "C3": "丙"})
    (intake,), _problems = read_file(path, specs, ReadOptions(lookup=known, table="clients"))
    assert [row.key for row in intake.rows] == ["C1", "C3"]
    assert intake.rejected == (3,)
    (problem,) = intake.problems
    assert (problem.code, problem.place.cell) == ("new_record", "A1")
    assert "客户名称" in problem.message
    assert "第 3 行" in problem.message


def test_a_sheet_without_all_columns_and_no_known_record(tmp_path: Path, specs: Specs) -> None:
    path = tmp_path / "客户台账.csv"
    path.write_text("客户编号,存款余额\nC1,100\n", encoding="utf-8")
    for lookup in (Known(), None):
        (intake,), _problems = read_file(path, specs, ReadOptions(lookup=lookup, table="clients"))
        assert (intake.rows, intake.rejected) == ([], (2,))
        assert [p.code for p in intake.problems] == ["missing_column"]


def test_defaults_are_nobodys_word(tmp_path: Path) -> None:
    """A pack's default is filled in by the store where nobody spoke: an import never claims it."""
    columns = {
        "client_id": ColumnSpec(key="client_id", zh="客户编号", kind=Kind.CODE, required=True),
        "name": ColumnSpec(key="name", zh="客户名称"),
        "status": ColumnSpec(key="status", zh="状态", required=True, default="在用"),
    }
    specs = {"clients": TableSpec(table="clients", zh="客户", key=("client_id",), columns=columns)}
    path = tmp_path / "客户.csv"
    path.write_text("客户编号,客户名称\nC1,甲\n", encoding="utf-8")
    (intake,), _problems = read_file(path, specs, ReadOptions())
    assert intake.columns == ("client_id", "name")
    path.write_text("客户编号,客户名称,状态\nC1,甲,\n", encoding="utf-8")
    (intake,), _problems = read_file(path, specs, ReadOptions())
    assert [row.values for row in intake.rows] == [("C1", "甲", None)]
    assert intake.problems == ()


def test_our_own_form_comes_back_without_a_word(tmp_path: Path, people: Specs) -> None:
    """填表说明, a title, headings with units, hidden lists and the hidden sheet that says what it is."""
    spec = people["targets"]
    form = Form(
        title="指标目标",
        sheet="指标目标",
        lines=("填好后导入。橙色表头为必填。",),
        columns=tuple(form_column(column) for column in spec.columns.values()),
        rows=(("K1", "B01", "2026-10", 5.0, None, None, None),),
        meta={"form": "targets", "version": "1"},
    )
    path = tmp_path / "表单.xlsx"
    path.write_bytes(form_bytes(form))
    options = ReadOptions(lookup=Known(orgs={"B01": "城东支行"}), kpis={"K1": "K1"})
    (intake,), problems = read_file(path, people, options)
    assert problems == []
    assert intake.problems == ()
    assert [row.key for row in intake.rows] == ["K1|B01|2026-10"]


def test_our_own_export_comes_back_without_a_word(tmp_path: Path, people: Specs) -> None:
    spec = people["staff"]
    columns = [form_column(column) for column in spec.columns.values()]
    cells: list[Any] = [None] * len(columns)
    for place, key in enumerate(spec.columns):
        cells[place] = {
            "staff_id": "0012",
            "name": "张三",
            "role": "主管",
            "org_id": "B01",
            "join_date": "2020-01-02",
        }.get(key)
    path = tmp_path / "人员.xlsx"
    path.write_bytes(sheet_bytes("人员", columns, [cells], None))
    (intake,), problems = read_file(path, people, ReadOptions(lookup=Known(orgs={"B01": "城东支行"})))
    assert problems == []
    assert intake.problems == ()
    assert [row.key for row in intake.rows] == ["0012"]
