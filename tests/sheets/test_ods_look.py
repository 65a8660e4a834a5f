"""What an ods shows beyond its values: errors, zeros in front, percent, merged cells, hidden rows."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cmkit.sheets.book import open_book

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="表">'
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    "</manifest:manifest>"
)


def cell(text: str, value: float | None = None, kind: str = "", extra: str = "") -> str:
    held = f' office:value="{value}"' if value is not None else ""
    kind = kind or ("float" if value is not None else "string")
    return f'<table:table-cell office:value-type="{kind}"{held} {extra}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, extra: str = "") -> str:
    return f"<table:table-row {extra}>{''.join(cells)}</table:table-row>"


def ods(path: Path, *rows: str) -> Path:
    blank = row("<table:table-cell/>", extra='table:number-rows-repeated="1048000"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _HEAD + "".join(rows) + blank + _TAIL)
    return path


def test_what_calamine_drops_is_there(tmp_path: Path) -> None:
    """
    A1 E1 over A1:A3 | B1 12 as 00012  | C1 #N/A
                     | B2 7, no format | C2 85%
                     | B3 甲           | C3 Err:502     row 3 is hidden
    """
    path = ods(
        tmp_path / "客户.ods",
        row(cell("E1", extra='table:number-rows-spanned="3"'), cell("00012", 12), cell("#N/A", 0, "float")),
        row("<table:covered-table-cell/>", cell("7", 7), cell("85%", 0.85, "percentage")),
        row("<table:covered-table-cell/>", cell("甲"), cell("Err:502"), extra='table:visibility="collapse"'),
    )
    (sheet,) = open_book(path).sheets
    assert [one[:2] for one in sheet.rows[:3]] == [["E1", "00012"], ["", 7.0], ["", "甲"]]
    assert sheet.rows[1][2] == "85%"
    assert sheet.flaws == {(0, 2): "#N/A", (2, 2): "Err:502"}
    assert sheet.merged == ((0, 0, 2, 0),)
    assert sheet.hidden_rows == 1


def test_rows_that_repeat_have_their_flaws_each(tmp_path: Path) -> None:
    path = ods(tmp_path / "客户.ods", row(cell("0007", 7), cell("#REF!", 0), extra='table:number-rows-repeated="3"'))
    (sheet,) = open_book(path).sheets
    assert [one[0] for one in sheet.rows[:3]] == ["0007"] * 3
    assert sorted(sheet.flaws) == [(0, 1), (1, 1), (2, 1)]


def test_what_cannot_be_looked_at_is_read_all_the_same(tmp_path: Path) -> None:
    path = ods(tmp_path / "客户.ods", row(cell("x", extra='table:number-columns-spanned="many"'), cell("00012", 12)))
    (sheet,) = open_book(path).sheets
    assert sheet.rows[0][0] == "x"


def test_what_repeats_a_million_times_is_looked_at_no_further_than_it_was_read(tmp_path: Path) -> None:
    """Sixteen thousand million cells without a value: calamine passes over them, and so does the look."""
    wide = 'table:number-columns-repeated="16000"'
    odd = f'<table:table-cell {wide} office:value-type="percentage"/>'
    spread = f'<table:table-cell {wide} table:number-columns-spanned="2" table:number-rows-spanned="900000"/>'
    many = 'table:number-rows-repeated="500000"'
    path = ods(tmp_path / "客户.ods", row(cell("E1"), cell("00012", 12)), row(odd, extra=many), row(spread, extra=many))
    (sheet,) = open_book(path).sheets
    assert sheet.rows[0][:2] == ["E1", "00012"]
    assert sheet.flaws == {}
    assert all(bottom < len(sheet.rows) for _top, _left, bottom, _right in sheet.merged)


def test_a_definition_of_entities_ends_the_look(tmp_path: Path) -> None:
    path = ods(tmp_path / "客户.ods", row(cell("E1"), cell("00012", 12)))
    plain = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    head, rest = content.split("?>", 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", f'{head}?><!DOCTYPE x [<!ENTITY a "aa">]>{rest}')
    assert path.read_bytes() != plain
    (sheet,) = open_book(path).sheets
    assert sheet.rows[0][:2] == ["E1", 12.0]
