"""The rest of what strangers send: each ends in one sentence, or is read, within a second or two."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkit.base.faults import Exit, InputFault
from cmkit.sheets.book import open_book, sheet_problems
from cmkit.sheets.cells import Limits

Make = Callable[..., Path]
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def remade(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, data in (more or {}).items():
            target.writestr(name, data)
    return path


def with_sheet(path: Path, xml: str) -> Path:
    return remade(path, lambda name, data: xml.encode() if name == SHEET else data)


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(InputFault) as caught:
        open_book(path, limits=limits or Limits())
    assert caught.value.exit_code == Exit.INPUT
    assert "\n" not in str(caught.value)
    return caught.value.message


def test_five_million_cells_in_a_small_file(make_xlsx: Make) -> None:
    """A row of a hundred cells, fifty thousand times: more rows than limits allow once they are read."""
    cells = "".join(f"<c><v>{number % 2}</v></c>" for number in range(200))
    xml = f'<worksheet xmlns="{SPACE}"><sheetData>' + f"<row>{cells}</row>" * 26_000 + "</sheetData></worksheet>"
    assert refusal(with_sheet(make_xlsx([[1]]), xml))


def test_one_huge_string_in_the_shared_strings(make_xlsx: Make) -> None:
    path = make_xlsx([["a"]])
    xml = f'<worksheet xmlns="{SPACE}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    data = os.urandom(9 * 2**20).hex()
    assert "单元格大得不合情理" in refusal(with_sheet(path, xml + data + "</t></is></c></row></sheetData></worksheet>"))


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY % d SYSTEM "http://127.0.0.1:9/x.dtd"> %d;]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml"])
def test_entities_and_outside_definitions(make_xlsx: Make, prolog: str, part: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        head, _mark, body = (
            data.partition(b"?>") if data.startswith(b"<?xml") else (b'<?xml version="1.0"', b"?>", data)
        )
        return head + b"?>" + prolog.encode() + body if name == part else data

    assert "DTD" in refusal(remade(make_xlsx([[1]]), change))


def test_a_lying_size(make_xlsx: Make) -> None:
    """The directory says that the sheet is shorter than it is."""
    path = make_xlsx([[str(number)] for number in range(4000)])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    data = path.read_bytes().replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))
    path.write_bytes(data)
    assert refusal(path)


def test_more_sheets_than_any_office_has(make_xlsx: Make) -> None:
    names = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 300))

    def change(name: str, data: bytes) -> bytes:
        head, mark, tail = data.partition(b"<sheets>")
        return head + mark + names.encode() + tail[tail.index(b"</sheets>") :] if name == "xl/workbook.xml" else data

    assert "工作表太多" in refusal(remade(make_xlsx([[1]]), change))


def test_missing_parts(make_xlsx: Make) -> None:
    path = make_xlsx([[1]])
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    for gone in ("xl/workbook.xml", SHEET):
        with zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                if name != gone:
                    target.writestr(name, source.read(name))
        assert refusal(path)


def test_hidden_sheets_macros_and_links_are_said(make_xlsx: Make) -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b'state="visible"', b'state="hidden"') if name == "xl/workbook.xml" else data

    more = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    book = open_book(remade(make_xlsx([["a"], [1]]), change, more))
    assert {problem.code for problem in sheet_problems(book)} == {"hidden_sheet", "macros", "links"}
    assert {problem.severity for problem in sheet_problems(book)} == {"warning"}


def test_sheets_that_a_program_keeps_for_itself_are_no_word_worth(make_xlsx: Make) -> None:
    def change(name: str, data: bytes) -> bytes:
        hidden = data.replace(b'state="visible"', b'state="veryHidden"').replace(b'name="Sheet"', b'name="_lists"')
        return hidden if name == "xl/workbook.xml" else data

    assert sheet_problems(open_book(remade(make_xlsx([["a"]]), change))) == []


@pytest.mark.parametrize("locked", [b"x\xff" * 400, bytes(range(256)) * 40])
def test_damaged_old_workbooks_end_only_the_child(tmp_path: Path, locked: bytes) -> None:
    path = tmp_path / "坏.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + locked)
    assert refusal(path)


def test_a_loop_in_an_old_workbook(tmp_path: Path) -> None:
    """Sectors that point at each other: the reader would never end, or take all memory."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[24:34] = b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    head[44:48] = (1).to_bytes(4, "little")
    head[56:60] = (4096).to_bytes(4, "little")
    head[60:64] = head[68:72] = b"\xfe\xff\xff\xff"
    head[76:80] = (0).to_bytes(4, "little")
    head[80:512] = b"\xff" * 432
    table = b"".join(number.to_bytes(4, "little") for number in [0xFFFFFFFD, 2, 1] + [0xFFFFFFFF] * 125)
    path = tmp_path / "环.xls"
    path.write_bytes(bytes(head) + table + b"\0" * 1024)
    assert refusal(path)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("长.csv", b"a,b\n" + b"x" * 140_000 + b",1\n", ""),
        ("日文.csv", "商品名,数量\nチーズ,1\nバター,2\n".encode("shift-jis"), "encoding"),
        ("西文.csv", "naïve café,1\nrésumé façade,2\n".encode("cp1252"), "encoding"),
        ("正常.csv", "客户名称,余额\n张三,1\n李四,2\n".encode("gb18030"), None),
    ],
)
def test_text_files_that_are_not_what_they_seem(tmp_path: Path, name: str, data: bytes, code: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    if code == "":
        assert refusal(path)
        return
    try:
        found = [problem.code for problem in open_book(path).problems]
    except InputFault as fault:
        assert code is not None, fault  # noqa: PT017 - a fault is right where a code was expected
        return
    assert found == ([code] if code else [])


HARNESS = """
import os, sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from cmkit.base.faults import Fault
from cmkit.facts.intake import HoldNeeded, Passing
from cmkit.importing.look import look
from cmkit.importing.options import ReadOptions
from cmkit.importing.read import read_file, read_passing
from cmkit.packs import load_pack
specs = load_pack("bank_retail").tables

def read(path):
    said = []
    try:
        for one in read_passing(path, specs, ReadOptions(), said):
            if isinstance(one, Passing):
                sum(map(len, one.blocks))
                one.whole()
    except HoldNeeded:
        read_file(path, specs, ReadOptions())

for path in sorted(Path(sys.argv[1]).rglob("*")):
    if not path.is_file():
        continue
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            read(path)
            code = 65 if any(one.code == "input" for one in look([path], specs)[1]) else 0
        except Fault as fault:
            code = int(fault.exit_code)
        except BaseException as error:
            print("RAISED", type(error).__name__, file=sys.stderr)
            code = 1
        os._exit(code)
    _pid, status, usage = os.wait4(child, 0)
    seconds = round(usage.ru_utime + usage.ru_stime, 2)
    print(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss // 1024, path.name, sep="\\t")
"""


@pytest.mark.real_files
def test_every_library_file_ends_in_time_and_memory(real_files: Path) -> None:
    """Each read as an import does and looked at, in a process of its own: exit 0 or 65, never a signal.

    At most 20 processor seconds (a busy machine must not fail it) and 600 MiB. ``pytest -s`` prints the figures.
    """
    done = subprocess.run(
        [sys.executable, "-c", HARNESS, str(real_files / "libs")],
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
    )
    found = [line.split("\t") for line in done.stdout.splitlines()]
    read, refused = (sum(line[0] == code for line in found) for code in ("0", "65"))
    seconds, mib = max(float(line[1]) for line in found), max(int(line[2]) for line in found)
    sys.stdout.write(f"libs: {len(found)} files, {read} read, {refused} refused; at most {seconds} s and {mib} MiB\n")
    assert len(found) > 300
    assert [line for line in found if int(line[0]) not in (0, 65)] == []
    assert [line for line in found if float(line[1]) > 20 or int(line[2]) > 600] == []
