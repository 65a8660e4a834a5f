from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkit.base.faults import Exit, InputFault
from cmkit.sheets.book import open_book
from cmkit.sheets.cells import Limits

Make = Callable[..., Path]

SHEET = "xl/worksheets/sheet1.xml"


def with_part(path: Path, part: str, content: bytes, *, added: bool = False) -> Path:
    """The workbook with one part replaced (or put beside the others)."""
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != part or added:
                target.writestr(name, source.read(name))
        target.writestr(part, content)
    return path


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def refusal(path: Path, limits: Limits | None = None) -> str:
    """The sentence that open_book stops with."""
    with pytest.raises(InputFault) as caught:
        open_book(path, limits=limits or Limits())
    assert caught.value.exit_code == Exit.INPUT
    assert "\n" not in str(caught.value)
    return caught.value.message


def test_cells_at_both_ends_of_the_sheet_are_refused(make_xlsx: Make) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert "范围太大" in refusal(with_part(make_xlsx([[1]]), SHEET, sheet_xml(cells)))


def test_absurd_row_numbers_are_refused(make_xlsx: Make) -> None:
    cells = '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    assert refusal(with_part(make_xlsx([[1]]), SHEET, sheet_xml(cells)))


def test_a_far_cell_without_a_value_does_no_harm(make_xlsx: Make) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
    book = open_book(with_part(make_xlsx([[1]]), SHEET, sheet_xml(cells)))
    assert book.sheets[0].rows[0][0] == 1


def test_a_wrong_dimension_hides_no_rows(make_xlsx: Make) -> None:
    path = make_xlsx([[number] for number in range(100)])
    xml = zipfile.ZipFile(path).read(SHEET).replace(b'ref="A1:A100"', b'ref="A1:A1"')
    assert b'ref="A1:A1"' in xml
    assert len(open_book(with_part(path, SHEET, xml)).sheets[0].rows) == 100


def test_doctype_is_refused(make_xlsx: Make) -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + sheet_xml("").split(b"?>", 1)[1]
    assert "DTD" in refusal(with_part(make_xlsx([[1]]), SHEET, xml))


def test_too_much_unpacked_is_refused(make_xlsx: Make) -> None:
    path = with_part(make_xlsx([[1]]), "xl/media/x.bin", b"\0" * (30 * 2**20), added=True)
    assert "解压后" in refusal(path)


def test_names_that_leave_the_folder_are_refused(make_xlsx: Make) -> None:
    assert "越界" in refusal(with_part(make_xlsx([[1]]), "../../etc/cron.d/x", b"x", added=True))


def test_the_same_part_twice_is_refused(make_xlsx: Make) -> None:
    assert "两次" in refusal(with_part(make_xlsx([[1]]), "xl/worksheets/Sheet1.xml", b"x", added=True))


def test_truncated_file(make_xlsx: Make) -> None:
    path = make_xlsx([["a", "b"]] * 50)
    path.write_bytes(path.read_bytes()[:-400])
    assert "损坏" in refusal(path)


def test_broken_deflate_stream(make_xlsx: Make) -> None:
    path = make_xlsx([[str(number), "b"] for number in range(500)])
    info = zipfile.ZipFile(path).getinfo(SHEET)
    data = bytearray(path.read_bytes())
    for offset in range(info.header_offset + 200, info.header_offset + 260):
        data[offset] ^= 0xFF
    path.write_bytes(bytes(data))
    assert refusal(path)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("空.xlsx", b"", "空的"),
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("文本.xlsx", "姓名,数\n张三,1\n".encode(), "CSV"),
        ("加密.xlsx", b"%TSD-Header-###%" + b"\1" * 100, "已加密"),
        ("锁.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "已加密"),
        ("坏.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""),
        ("空字节.csv", b"a,b\n1,\0\n", "NUL"),
        ("引号.csv", b'a,b\n"1,2\n3,4\n', "引号"),
        ("乱码.csv", b"\xff\xff\xff,1\n", "编码"),
        ("压缩包.zip", b"PK\x05\x06" + b"\0" * 18, "压缩包"),
    ],
)
def test_one_sentence_each(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert word in refusal(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.xlsx")
    assert "文件夹" in refusal(tmp_path)


def test_limits_are_settings(make_xlsx: Make, tmp_path: Path) -> None:
    path = make_xlsx([[number] for number in range(300)])
    assert "范围太大" in refusal(path, Limits(rows=200))
    text = tmp_path / "long.csv"
    text.write_text("a\n" * 300, encoding="utf-8")
    assert "表太大" in refusal(text, Limits(rows=200))


def test_a_text_formula_may_have_stored_nothing(make_xlsx: Make) -> None:
    """=IF(A1="","",A1) with an empty result is reckoned; a formula without any value is not."""
    cells = (
        '<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c><c r="B1"><f>1+1</f></c>'
        '<c r="C1"><f>1+1</f><v>2</v></c><c r="D1"><f t="shared" si="0"/></c></row>'
    )
    book = open_book(with_part(make_xlsx([[1]]), SHEET, sheet_xml(cells)))
    assert book.sheets[0].flaws == {(0, 1): "", (0, 3): ""}
