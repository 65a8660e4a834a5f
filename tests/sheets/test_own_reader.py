"""Our reader of xlsx against calamine, and what it keeps that calamine loses."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmkit.base.faults import InputFault
from cmkit.base.problem import Place
from cmkit.sheets.book import open_book
from cmkit.sheets.calamine import read_apart
from cmkit.sheets.cells import Cell, Limits, Sheet
from cmkit.sheets.cellxml import Irregular, Meaning, RowReader, _floats, clean
from cmkit.sheets.formats import code_class, format_classes
from cmkit.sheets.xlsx import open_sheets
from cmkit.sheets.ziplook import apply_styles, look_at_cells, look_at_container

Make = Callable[..., Path]
SHEET = "xl/worksheets/sheet1.xml"


def with_rows(path: Path, rows: str, styles: str = "") -> Path:
    """The workbook with other rows in its first sheet, and other cell styles."""
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name == SHEET:
                text = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            elif name == "xl/styles.xml" and styles:
                text = f'<styleSheet xmlns="{space}">{styles}</styleSheet>'.encode()
            target.writestr(name, text)
    return path


def first(path: Path) -> Sheet:
    return open_book(path).sheets[0]


STYLES = (
    '<numFmts count="3"><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="166" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellXfs>'
    + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 31, 164, 10, 20, 165, 166, 4))
    + "</cellXfs>"
)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1.5</v></c>', 1.5),
        ('<c r="A1" s="1"><v>45000</v></c>', dt.date(2023, 3, 15)),
        ('<c r="A1" s="2"><v>45000</v></c>', dt.date(2023, 3, 15)),
        ('<c r="A1" s="7"><v>45000.5</v></c>', dt.datetime(2023, 3, 15, 12)),  # noqa: DTZ001 - cells have no zone
        ('<c r="A1" s="3"><v>123</v></c>', "00123"),
        ('<c r="A1" s="4"><v>0.855</v></c>', "85.5%"),
        ('<c r="A1" s="5"><v>0.5</v></c>', dt.time(12)),
        ('<c r="A1" s="6"><v>1.5</v></c>', dt.timedelta(days=1.5)),
        ('<c r="A1" s="1"><v>9999999</v></c>', 9999999.0),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r></is></c>', "张三"),
        ('<c r="A1" t="str"><f>A2</f><v>a&amp;b_x000D_</v></c>', "a&b\r"),
        ('<c r="A1" s="99"><v>7</v></c>', 7.0),
    ],
)
def test_cells(make_xlsx: Make, cell: str, value: Cell) -> None:
    """Number formats of Chinese Excel (31), codes shown with zeros, percentages, spans, rich text."""
    path = with_rows(make_xlsx([["a"]]), f'<row r="1">{cell}</row>', STYLES)
    assert first(path).rows == [[value]]


@pytest.mark.parametrize(
    ("cell", "flaw"),
    [
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="e"><f>B1</f><v>#REF!</v></c>', "#REF!"),
        ('<c r="A1"><v>NaN</v></c>', "NaN"),
        ('<c r="A1"><v>1e400</v></c>', "1e400"),
        ('<c r="A1"><v>1_000</v></c>', "1_000"),
        ('<c r="A1" t="s"><v>77</v></c>', "#77"),
        ('<c r="A1"><f>1+1</f></c>', ""),
    ],
)
def test_flawed_cells_are_problems_and_the_others_are_read(make_xlsx: Make, cell: str, flaw: str) -> None:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number}</v></c><c r="B{number}"><v>2</v></c></row>'
        for number in range(2, 300)
    )
    sheet = first(with_rows(make_xlsx([["a"]]), f'<row r="1">{cell}<c r="B1"><v>5</v></c></row>{rows}'))
    assert sheet.flaws == {(0, 0): flaw}
    assert sheet.rows[0] == ["", 5.0]
    assert len(sheet.rows) == 299
    (problem,) = sheet.problems
    assert problem.place.cell == "A1"


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c><v>1</v></c></row>',
        '<row r="1"><!-- x --><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[x]]></t></is></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="d"><v>2026-01-01</v></c></row>',
    ],
)
def test_other_ways_to_write_go_to_the_other_reader(make_xlsx: Make, rows: str) -> None:
    path = with_rows(make_xlsx([["a"]]), rows)
    with zipfile.ZipFile(path) as archive:
        look = look_at_container(archive, Place(path.name), Limits())
        with pytest.raises(Irregular):
            open_sheets(archive, look, Place(path.name), Limits(), None)
    assert any(cell not in ("", None) for row in first(path).rows for cell in row)


def test_rows_that_do_not_look_like_the_others(make_xlsx: Make) -> None:
    """Blank cells, other styles, text where numbers stand, gaps between rows: in order and in their columns."""
    rng = random.Random(7)
    expected: dict[tuple[int, int], Cell] = {}
    parts = []
    number = 0
    for _row in range(3000):
        number += rng.choice((1, 1, 1, 1, 3))
        cells = []
        for column, letter in enumerate("ABCD"):
            form = rng.choice("nnnnnnbse" if column else "nnnnnnnns")
            name = f'r="{letter}{number}"'
            if form == "n":
                expected[number, column] = float(number * 10 + column)
                cells.append(f'<c {name} s="0"><v>{number * 10 + column}</v></c>')
            elif form == "s":
                expected[number, column] = "字"
                cells.append(f'<c {name} t="inlineStr"><is><t>字</t></is></c>')
            elif form == "b":
                cells.append(f'<c {name} s="0"/>')
        parts.append(f'<row r="{number}" spans="1:4">{"".join(cells)}</row>')
    sheet = first(with_rows(make_xlsx([["a"]]), "".join(parts)))
    found = {
        (row, column): cell
        for row, cells in enumerate(sheet.rows, 1)
        for column, cell in enumerate(cells)
        if cell != ""
    }
    assert found == expected


XML_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\u2028\u2029\x85"), max_size=20
)


AMOUNTS = st.integers(-(10**12), 10**12).map(lambda cents: cents / 100)


@given(st.lists(st.one_of(AMOUNTS, XML_TEXT, st.none()), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_what_openpyxl_writes_is_read_as_it_was(values: list[float | str | None]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, value in enumerate(values, 1):
        sheet.cell(number, 2).value = number
        cell = sheet.cell(number, 1)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    data = io.BytesIO()
    book.save(data)
    with zipfile.ZipFile(data) as archive:
        look = look_at_container(archive, Place("x"), Limits())
        (read,) = open_sheets(archive, look, Place("x"), Limits(), None)
    wanted = [
        "" if value is None else clean(value) if isinstance(value, str) and "_x" in value else value for value in values
    ]
    assert [row[0] for row in read.rows] == wanted


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", "day"),
        ('yyyy"年"m"月"d"日"', "day"),
        ("[$-804]yyyy年m月d日", "day"),
        ("h:mm", "day"),
        ("[h]:mm:ss", "span"),
        ("00000", "5"),
        ("0.0%", "percent"),
        ("General", ""),
        ("#,##0.00_);[Red](#,##0.00)", ""),
        ('0.00"m"', ""),
        ("@", ""),
    ],
)
def test_format_classes(code: str, kind: str) -> None:
    assert code_class(code) == kind


def test_styles_without_formats() -> None:
    assert format_classes(b"<styleSheet/>") == ()


def test_a_block_without_rows() -> None:
    assert RowReader(Meaning((), ()), {}).read('<row r="1"/>').numbers == []


@pytest.mark.real_files
def test_cell_for_cell_as_calamine_reads_it(real_files: Path) -> None:
    """Every real xlsx: the same cells; but for blanks at the ends of texts, which calamine takes away."""
    same, irregular = 0, 0
    for path in sorted(path for path in real_files.rglob("*") if path.is_file() and path.read_bytes()[:2] == b"PK"):
        place = Place(path.name)
        try:
            with zipfile.ZipFile(path) as archive:
                look = look_at_container(archive, place, Limits())
                if not look.sheets:
                    continue
                mine = open_sheets(archive, look, place, Limits(), None)
                look_at_cells(archive, look, place, Limits())
            theirs = {sheet.name: sheet for sheet in read_apart(path, place, Limits())}
        except (InputFault, zipfile.BadZipFile):
            continue
        except Irregular:
            irregular += 1
            continue
        for sheet in mine:
            other = theirs[sheet.name]
            apply_styles(other.rows, look.parts[sheet.name].styled)
            assert sheet.flaws == look.parts[sheet.name].flaws, path.name
            assert sorted(sheet.merged) == sorted(other.merged), path.name
            assert sheet.hidden == other.hidden, path.name
            assert _filled(sheet) == _filled(other), path.name
            same += 1
    assert same > 250
    assert irregular < 25


def _filled(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    return {
        (row, column): cell.strip() if isinstance(cell, str) else cell
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells)
        if not (isinstance(cell, str) and not cell.strip())
    }


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.integers().map(str), min_size=1))
def test_numbers_at_one_go_are_the_numbers_one_by_one(texts: list[str]) -> None:
    """Whatever Python writes as a number comes out as ``float`` reads it, to the last bit."""
    try:
        found = _floats(texts)
    except ValueError:
        return  # read one by one then
    assert found == [float(text) for text in texts]
