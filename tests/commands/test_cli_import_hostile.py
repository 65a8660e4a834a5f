"""Each row of the table of hostile and odd workbooks, sent through ``cmkit import`` as a stranger would send it.

| input | test |
|---|---|
| much that unpacks to more; one endless string; millions of cells in a small file | ``bomb``, ``endless-text``, ``many-cells`` |
| entities, outside definitions, any DTD | ``entities``, ``outside-file`` |
| cells at both ends of the sheet; absurd row numbers; loops in old workbooks | ``both-ends``, ``absurd-row``, ``ole-loop`` |
| NaN, 1e400, an index of no string, #REF!, day 9999999: the others are read | :func:`test_a_bad_cell_spoils_itself_only` |
| names that leave the container, a part twice, lying sizes, truncated, bad deflate, empty | ``traversal`` … ``empty`` |
| HTML, CSV, Word or a picture called xlsx; parts missing | ``html`` … ``no-sheet`` |
| locked by a password, by an enterprise's program | ``locked``, ``enterprise`` |
| formulas without a value, numbers that lost digits | :func:`test_a_bad_cell_spoils_itself_only` |
| hidden sheets and rows, macros, links | :func:`test_what_is_hidden_is_read_and_said` |
| csv: NUL, unclosed quote, endless field, another encoding | ``nul`` … ``shift-jis`` |
| two sheets of one name; wrong ending | :func:`test_two_sheets_of_one_name`, :func:`test_the_bytes_decide_not_the_name` |
| symlinks, pipes, folders that lead back | :func:`test_a_folder_with_links_pipes_and_loops` |
| a cell of more than 32,767 characters, steering characters | :func:`test_long_and_steering_texts` |
| formulas in disguise | :func:`test_a_formula_in_disguise_stays_text` |
| a wrong dimension | :func:`test_a_wrong_dimension_hides_no_row` |
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.commands.kit import Office, book, contents, program

Fresh = Callable[..., Office]
HEAD = ["客户编号", "客户姓名", "客户类型", "客户经理工号", "地址"]
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def ledger(path: Path) -> Path:
    return book(path, {"表": [HEAD, ["C1", "甲", "个人", "E1", "一路"], ["C2", "乙", "个人", "E1", "二路"]]})


def changed(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    """The workbook with its parts as ``change`` makes them and some more beside them."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, change(name, data))
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return path


def with_sheet(path: Path, rows: str) -> Path:
    xml = f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    return changed(ledger(path), lambda name, data: xml if name == SHEET else data)


def with_prolog(path: Path, prolog: str) -> Path:
    def change(name: str, data: bytes) -> bytes:
        body = data.partition(b"?>")[2] if data.startswith(b"<?xml") else data
        return b'<?xml version="1.0"?>' + prolog.encode() + body if name == SHEET else data

    return changed(ledger(path), change)


def without(path: Path, part: str) -> Path:
    with zipfile.ZipFile(ledger(path)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist() if name != part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return path


def raw(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def lying(path: Path) -> Path:
    book(path, {"表": [HEAD, *[[f"C{number}", "甲", "个人", "E1", str(number)] for number in range(3000)]]})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    return raw(path, path.read_bytes().replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little")))


def deflated_badly(path: Path) -> Path:
    book(path, {"表": [HEAD, *[[f"C{number}", "甲", "个人", "E1", str(number)] for number in range(500)]]})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(SHEET).header_offset
    for offset in range(start + 200, start + 260):
        data[offset] ^= 0xFF
    return raw(path, bytes(data))


def looped(path: Path) -> Path:
    """Sectors of an old workbook that point at each other."""
    head = bytearray(512)
    head[:8], head[24:34] = OLE, b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    head[44:48], head[56:60] = (1).to_bytes(4, "little"), (4096).to_bytes(4, "little")
    head[60:64] = head[68:72] = b"\xfe\xff\xff\xff"
    head[80:512] = b"\xff" * 432
    table = b"".join(number.to_bytes(4, "little") for number in [0xFFFFFFFD, 2, 1] + [0xFFFFFFFF] * 125)
    return raw(path, bytes(head) + table + b"\0" * 1024)


def word(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return path


CELLS = "".join(f"<c><v>{number}</v></c>" for number in range(200))
CSV = "客户编号,客户姓名,客户类型,客户经理工号\n"
ROWS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "bomb": (
        "x.xlsx",
        lambda path: changed(ledger(path), lambda _name, data: data, {"xl/media/x.bin": b"\0" * (40 * 2**20)}),
        "解压后",
    ),
    "endless-text": (
        "x.xlsx",
        lambda path: with_sheet(
            path, f'<row r="1"><c r="A1" t="inlineStr"><is><t>{os.urandom(9 * 2**20).hex()}</t></is></c></row>'
        ),
        "单元格",
    ),
    "many-cells": (
        "x.xlsx",
        lambda path: with_sheet(path, f"<row>{CELLS}</row>" * 26_000),
        "范围太大|单元格太多|解压后",
    ),
    "entities": (
        "x.xlsx",
        lambda path: with_prolog(path, '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'),
        "DTD",
    ),
    "outside-file": ("x.xlsx", lambda path: with_prolog(path, '<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "DTD"),
    "both-ends": (
        "x.xlsx",
        lambda path: with_sheet(
            path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        ),
        "范围太大",
    ),
    "absurd-row": (
        "x.xlsx",
        lambda path: with_sheet(path, '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
        "范围太大|损坏|读不了",
    ),
    "ole-loop": ("x.xls", looped, "损坏|读不了"),
    "traversal": (
        "x.xlsx",
        lambda path: changed(ledger(path), lambda _name, data: data, {"../../etc/cron.d/x": b"x"}),
        "越界",
    ),
    "part-twice": (
        "x.xlsx",
        lambda path: changed(ledger(path), lambda _name, data: data, {"xl/worksheets/Sheet1.xml": b"x"}),
        "两次",
    ),
    "lying-size": ("x.xlsx", lying, "损坏"),
    "truncated": ("x.xlsx", lambda path: raw(path, ledger(path).read_bytes()[:-400]), "损坏"),
    "bad-deflate": ("x.xlsx", deflated_badly, "损坏"),
    "empty": ("x.xlsx", lambda path: raw(path, b""), "空的"),
    "html": ("x.xls", lambda path: raw(path, b"<html><table><tr><td>1</td></tr></table></html>"), "网页"),
    "csv-as-xlsx": ("x.xlsx", lambda path: raw(path, CSV.encode()), "CSV"),
    "word": ("x.xlsx", word, "Word"),
    "picture": ("x.xlsx", lambda path: raw(path, b"\x89PNG\r\n\x1a\n" + b"\0" * 200), "损坏|读不了|不是"),
    "no-workbook": ("x.xlsx", lambda path: without(path, "xl/workbook.xml"), ""),
    "no-sheet": ("x.xlsx", lambda path: without(path, SHEET), ""),
    "locked": ("x.xlsx", lambda path: raw(path, OLE + "EncryptedPackage".encode("utf-16-le")), "已加密"),
    "enterprise": ("x.xlsx", lambda path: raw(path, b"%TSD-Header-###%" + b"\1" * 100), "已加密"),
    "nul": ("x.csv", lambda path: raw(path, (CSV + "C1,甲\0,个人,E1\n").encode()), "NUL"),
    "quote": ("x.csv", lambda path: raw(path, (CSV + 'C1,"甲,个人,E1\n').encode()), "引号"),
    "endless-field": ("x.csv", lambda path: raw(path, (CSV + "C1," + "长" * 140_000 + ",个人,E1\n").encode()), "太长"),
    "no-text": ("x.csv", lambda path: raw(path, b"\xff\xff\xff,1\n"), "编码"),
}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An empty office: nothing that is refused may put anything into it."""
    from tests.commands.kit import run

    root = tmp_path_factory.mktemp("quiet") / "office"
    run("init", root, "--pack", "bank_retail").expect(0)
    return Office(root)


@pytest.mark.parametrize("row", ROWS)
def test_refused_in_one_sentence(quiet: Office, tmp_path: Path, row: str) -> None:
    """Exit 65, one sentence of its own kind, no traceback, nothing stored; ``look`` says the same."""
    name, make, said = ROWS[row]
    path = make(tmp_path / name)
    done = quiet.run("import", path).expect(65)
    (line,) = done.err.splitlines()
    assert re.search(said, line), line
    assert line.startswith(f"[input] {name}")
    assert quiet.run("look", path).expect(65).err == done.err
    assert not any(contents(quiet).values())


def test_a_stranger_beside_good_files_keeps_nobody_out(fresh: Fresh, tmp_path: Path) -> None:
    """A bomb, an old workbook with a loop and a good ledger in one folder, through a program of its own."""
    office, box = fresh(), tmp_path / "箱"
    box.mkdir()
    for row in ("bomb", "ole-loop", "both-ends"):
        name, make, _said = ROWS[row]
        make(box / f"{row}{Path(name).suffix}")
    ledger(box / "好.xlsx")
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = program("--workspace", office.root, "--on", office.on, "import", box, env=env, cwd=tmp_path)
    done.expect(65)
    assert done.err.count("[input]") == 3
    assert len(contents(office)["clients"]) == 2


def test_a_bad_cell_spoils_itself_only(fresh: Fresh, tmp_path: Path) -> None:
    """Seven rows, each with one cell that no reader likes, and one good row between them."""
    bad = {
        "nan": '<c r="F{row}"><v>NaN</v></c>',
        "huge": '<c r="F{row}"><v>1e400</v></c>',
        "index": '<c r="F{row}" t="s"><v>99999</v></c>',
        "error": '<c r="F{row}" t="e"><v>#REF!</v></c>',
        "formula": '<c r="F{row}"><f>1+1</f></c>',
        "day": '<c r="G{row}"><v>9999999</v></c>',
        "digits": '<c r="H{row}"><v>110101199003070038</v></c>',
    }

    def text(name: str, value: str) -> str:
        return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'

    heads = [*HEAD, "存款", "建档日期", "证件号码"]
    rows = ['<row r="1">' + "".join(text(f"{'ABCDEFGH'[place]}1", word) for place, word in enumerate(heads)) + "</row>"]
    for number, cell in enumerate([*bad.values(), '<c r="F{row}"><v>5</v></c>'], 2):
        start = "".join(
            text(f"{'ABCD'[place]}{number}", word) for place, word in enumerate([f"C{number}", "甲", "个人", "E1"])
        )
        rows.append(f'<row r="{number}">{start}{cell.format(row=number)}</row>')
    office = fresh()
    told = office.json("import", with_sheet(tmp_path / "坏格.xlsx", "".join(rows)), codes=(4,))
    (sheet,) = told["files"]
    assert (sheet["read"], sheet["created"], sheet["rejected"]) == (8, 1, 7)
    cells = {one["place"]["cell"]: one["code"] for one in sheet["problems"] if one["severity"] == "error"}
    assert cells["F6"] == "no_cached_value"
    assert cells["G7"] == "date"
    assert cells["H8"] == "precision"
    assert set(cells) == {"F2", "F3", "F4", "F5", "F6", "G7", "H8"}


def test_what_is_hidden_is_read_and_said(fresh: Fresh, tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in (
        HEAD,
        ["C1", "甲", "个人", "E1", "一路"],
        ["C2", "乙", "个人", "E1", "二路"],
        ["C3", "丙", "个人", "E1", "三路"],
    ):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    other = made.create_sheet("藏")
    for row in (HEAD, ["C4", "丁", "个人", "E1", "四路"]):
        other.append(row)
    other.sheet_state = "hidden"
    path = tmp_path / "台账.xlsx"
    made.save(path)
    more = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    told = fresh().json("import", changed(path, lambda _name, data: data, more))
    assert sum(one["created"] for one in told["files"]) == 4
    said = {one["code"]: one for one in told["problems"]}
    assert set(said) == {"hidden_sheet", "hidden_rows", "macros", "links"}
    assert "1 行" in said["hidden_rows"]["message"]
    assert {one["severity"] for one in told["problems"]} == {"warning"}


@pytest.mark.parametrize("held", [True, False])
def test_two_sheets_of_one_name(fresh: Fresh, tmp_path: Path, held: bool) -> None:
    """Excel forbids it, programs write it: both are read, and neither is taken for the other sent twice."""
    sheets = {"表": [HEAD, ["C1", "甲", "个人", "E1", "一路"]], "表二": [HEAD, ["C2", "乙", "个人", "E1", "二路"]]}
    path = book(tmp_path / "台账.xlsx", sheets)
    changed(
        path, lambda name, data: data.replace("表二".encode(), "表".encode()) if name == "xl/workbook.xml" else data
    )
    office = fresh()
    more = ("--rejects", tmp_path / "退回.xlsx") if held else ()
    told = office.json("import", path, *more)
    assert [(one["created"], one["unchanged"]) for one in told["files"]] == [(1, 0), (1, 0)]
    assert [(one["created"], one["unchanged"]) for one in office.json("import", path, *more)["files"]] == [
        (0, 1),
        (0, 1),
    ]


def test_a_list_folded_to_save_paper_comes_in_whole(fresh: Fresh, tmp_path: Path) -> None:
    """Two lists side by side are alike in all but their place: the right one is no repetition of the left one."""
    rows: list[Any] = [[*HEAD[:4], None, *HEAD[:4]]]
    rows += [
        ["C1", "甲", "个人", "E1", None, "C3", "丙", "个人", "E1"],
        ["C2", "乙", "个人", "E1", None, "C4", "丁", "个人", "E1"],
    ]
    office = fresh()
    office.json("import", book(tmp_path / "台账.xlsx", {"表": rows}))
    assert len(contents(office)["clients"]) == 4


@pytest.mark.parametrize("name", ["x.csv", "x.xls", "x.txt", "x.XLSX", "没有扩展名"])
def test_the_bytes_decide_not_the_name(fresh: Fresh, tmp_path: Path, name: str) -> None:
    path = shutil.copy(ledger(tmp_path / "good.xlsx"), tmp_path / name)
    assert [one["created"] for one in fresh().json("import", path)["files"]] == [2]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_text_that_a_system_exports_as_xls_is_read_and_said(fresh: Fresh, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "客户.xls"
    path.write_bytes((CSV + "C1,张三,个人,E1\n").replace(",", "\t").encode(encoding))
    answer = fresh().json("import", path)
    assert [one["created"] for one in answer["files"]] == [1]
    assert [problem["code"] for problem in answer["problems"]] == ["text_as_xls"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes or links there")
def test_a_folder_with_links_pipes_and_loops(fresh: Fresh, tmp_path: Path) -> None:
    """
    箱/a.xlsx  箱/b.xlsx -> a.xlsx  箱/dead.xlsx -> nothing  箱/pipe.xlsx (a pipe)  箱/loop -> 箱  箱/out -> another folder
    """
    outside = tmp_path / "外"
    ledger(outside / "secret.xlsx")
    box = tmp_path / "箱"
    ledger(box / "a.xlsx")
    (box / "b.xlsx").symlink_to(box / "a.xlsx")
    (box / "dead.xlsx").symlink_to("nowhere.xlsx")
    (box / "loop").symlink_to(box, target_is_directory=True)
    (box / "out").symlink_to(outside, target_is_directory=True)
    os.mkfifo(box / "pipe.xlsx")
    found = fresh().json("import", box)
    assert [one["file"] for one in found["files"]] == ["a.xlsx", "b.xlsx"]
    assert found["files"][1]["same_as_batch"] == 1


def test_long_and_steering_texts(fresh: Fresh, tmp_path: Path) -> None:
    """An address of 40,000 characters rejects its row; what steers a terminal is gone from names; ``_x001B_`` is ESC."""
    path = book(
        tmp_path / "台账.xlsx",
        {
            "表": [
                HEAD,
                ["C1", "甲", "个人", "E1", "路" * 32_767],
                ["C2", "\u202e反\u2066乙", "企业", "E1", "x"],
                ["C3", "_x001B_[31m红", "企业", "E1", "y"],
            ]
        },
    )
    long, longer = ("路" * 32_767).encode(), ("路" * 40_000).encode()
    character = b"&#36335;"
    changed(path, lambda _name, data: data.replace(long, longer).replace(character * 32_767, character * 40_000))
    office = fresh()
    told = office.run("import", path).expect(4)
    assert "[too_long]" in told.err
    assert not STEERING.search(told.out + told.err)
    names = {one["client_id"]: one["name"] for one in office.json("clients", "list")}
    assert names == {"C2": "反乙", "C3": "[31m红"}


FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x","y")', "|calc", "＝1+1")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_formula_in_disguise_stays_text(fresh: Fresh, tmp_path: Path, ending: str) -> None:
    """Typed as text, taken in, exported: no formula in the workbook, nothing that a spreadsheet reckons in the csv."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append([*HEAD, "备注"])
    for number, text in enumerate(FORMULAS, 1):
        sheet.append([f"C{number}", "甲", "企业", "E1", "路"])
        sheet.cell(number + 1, 6, text).data_type = "s"
    made.save(tmp_path / "台账.xlsx")
    office = fresh()
    office.json("import", tmp_path / "台账.xlsx", codes=(0,))
    out = tmp_path / f"导出.{ending}"
    office.run("clients", "export", "--out", out, "--unmask", "--reason", "核对").expect(0)
    if ending == "xlsx":
        cells = [cell for sheet in load_workbook(out) for row in sheet for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert any("HYPERLINK" in str(cell.value) for cell in cells)
    else:
        import csv

        words = [word for row in csv.reader(out.read_text(encoding="utf-8-sig").splitlines()) for word in row]
        assert not [word for word in words if re.match(r"[=+@\t\r|]|-\D|-\d+\+", word)]
        assert any("HYPERLINK" in word for word in words)


def test_a_wrong_dimension_hides_no_row(fresh: Fresh, tmp_path: Path) -> None:
    rows = [HEAD, *[[f"C{number}", "甲", "个人", "E1", "路"] for number in range(100)]]
    path = book(tmp_path / "台账.xlsx", {"表": rows})
    changed(path, lambda _name, data: data.replace(b'ref="A1:E101"', b'ref="A1:A1"'))
    assert [one["created"] for one in fresh().json("import", path)["files"]] == [100]


def test_another_encoding_is_flagged(fresh: Fresh, tmp_path: Path) -> None:
    """Shift-JIS is valid GB18030 of characters that nobody writes."""
    path = raw(
        tmp_path / "x.csv",
        "客户编号,客户姓名,客户类型,客户经理工号\nチーズ,バターとチーズ,ヨーグルト,ケーキ\n".encode(
            "shift-jis", "ignore"
        ),
    )
    done = fresh().run("import", path, "--format", "json")
    assert done.code in {4, 65}
    assert "Traceback" not in done.err
