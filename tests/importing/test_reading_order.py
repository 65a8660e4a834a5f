"""The order of several files: by what their first rows bring, not by what they are called."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cmkit.importing.order import brought, depths_of, in_order
from cmkit.packs import load_pack
from tests.importing.sends import HEAD, SPECS, STAFF, client, person, workbook

ORGS = ["机构编号", "机构名称", "级别"]
CONTACTS = ["日期", "客户编号", "客户姓名", "工号", "方式", "目的", "沟通内容", "结果"]
CONTACT = ["2026-10-09", "C1", "甲", "E1", "电话", "问候", "谈存款", "成交"]


def test_depths_are_steps_of_reference() -> None:
    """客户 names 人员 and 机构, 人员 names 机构; nobody names contacts."""
    assert depths_of(SPECS) == {"orgs": 0, "staff": 1, "clients": 2}


def test_tables_that_name_each_other_have_an_order() -> None:
    """A made pack: a names b and b names a; c names both."""
    from tests.importing.conftest import column, table

    specs = {
        one.table: one
        for one in (
            table("b", "乙", ("k",), column("k", "号"), column("a", "甲", ref="a")),
            table("a", "甲", ("k",), column("k", "号"), column("b", "乙", ref="b")),
            table("c", "丙", ("k",), column("k", "号"), column("a", "甲", ref="a"), column("c", "上级", ref="c")),
            table("d", "丁", ("k",), column("k", "号"), column("c", "丙", ref="c")),
        )
    }
    assert depths_of(specs) == {"a": 0, "b": 1, "c": 1}


def test_by_content_whatever_the_name(tmp_path: Path) -> None:
    """
    01.xlsx  contacts, with the clients' names (all that a new client needs but the kind)
    02.xlsx  clients: a title, a header of two rows, an unmerged row of notes
    03.csv   clients, GBK
    04.xlsx  one sheet of staff, one of offices
    05.xlsx  clients with balances only: it can only update
    """
    head: list[Any] = [["平川客户台账"], [*HEAD[:4], "余额", None], [None, None, None, None, "存款", "贷款"], client(1)]
    paths = [
        workbook(tmp_path / "01.xlsx", {"表": [CONTACTS, CONTACT]}),
        workbook(tmp_path / "02.xlsx", {"表": head}, merges=("A1:F1", "E2:F2")),
        tmp_path / "03.csv",
        workbook(tmp_path / "04.xlsx", {"人": [STAFF, person(1)], "机构": [ORGS, ["B1", "一支行", "分部"]]}),
        workbook(tmp_path / "05.xlsx", {"表": [["客户编号", "存款"], ["C1", 10]]}),
    ]
    paths[2].write_bytes((",".join(HEAD) + "\nC9,己,个人,E1,1,\n").encode("gb18030"))
    assert [path.stem for path in in_order(paths, SPECS)] == ["04", "02", "03", "01", "05"]
    found = brought(paths, SPECS)
    assert found[paths[3]] == {"staff", "orgs"}
    assert found[paths[4]] == set()


def test_files_of_one_kind_stay_as_they_were_given(tmp_path: Path) -> None:
    paths = [workbook(tmp_path / f"{name}.xlsx", {"表": [HEAD, client(1)]}) for name in ("丙", "甲", "乙")]
    assert in_order(paths, SPECS) == paths


def test_texts_inside_the_cells(tmp_path: Path) -> None:
    """A writer that keeps no list of strings, and cells with a format only before the headings."""
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("表")
    for column in range(3):
        sheet.write_blank(0, column, None, book.add_format({"bold": True}))
    sheet.write_row(0, 3, STAFF)
    sheet.write_row(1, 3, [str(one) for one in person(1)])
    book.close()
    assert brought([path], SPECS)[path] == {"staff"}


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04nothing", b"\xff\xfe\xff", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a\0b,c\n"]
)
def test_what_cannot_be_seen_goes_by_its_name_and_never_fails(tmp_path: Path, data: bytes) -> None:
    paths = [tmp_path / "接触.xls", tmp_path / "客户台账.xls", tmp_path / "人员名单.xls"]
    for path in paths:
        path.write_bytes(data)
    found = in_order(paths, SPECS)
    assert sorted(found) == sorted(paths)
    if data.startswith((b"\xd0", b"PK", b"a")):
        assert [path.stem for path in found] == ["人员名单", "客户台账", "接触"]


def test_a_container_without_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert in_order([path], SPECS) == [path]


@pytest.mark.parametrize("pack", ["bank_retail", "tobacco", "telecom", "insurance"])
def test_every_sample_puts_people_before_clients_before_the_rest(pack: str) -> None:
    folder = Path(__file__).parents[2] / "sample_data" / pack
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".xlsx", ".csv"})
    specs = load_pack(pack).tables
    found = brought(paths, specs)
    ordered = in_order(paths, specs)
    kinds = [next((name for name in ("orgs", "staff", "clients") if name in found[path]), "") for path in ordered]
    assert {"orgs", "clients", ""} <= set(kinds)
    places = [("orgs", "staff", "clients", "").index(kind) for kind in kinds]
    assert places == sorted(places)
