"""The matrix of moves between classes: where a square stands, how dark it is, and how every other format tells it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from cmkit.base.lang import speaking
from cmkit.facts.section import Chart, Document, Section, Series
from cmkit.render import chart_text, render
from cmkit.render.colors import COOL, WARM, on_shade, shade
from cmkit.render.svg import draw

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


def paper(chart: Chart) -> Document:
    return Document("d", "文件", sections=(Section("s", "迁徙", charts=(chart,)),))


def test_shares_are_of_the_row_and_worse_lies_right_of_the_diagonal(charts: dict[str, Chart]) -> None:
    """
    关注: 70 -> 正常 (better), 300 stayed, 30 -> 次级 (worse); of 400 that is 17.5, 75 and 7.5 %. 次级 holds nothing.
    """
    _normal, watch, empty = chart_text.flow(charts["migration"])
    assert [(step.share, step.side) for step in watch.steps] == [
        (Decimal("17.5"), "better"),
        (Decimal(75), "same"),
        (Decimal("7.5"), "worse"),
    ]
    assert [step.amount for step in empty.steps] == [0, 0, 0]
    assert [step.share for step in empty.steps] == [0, 0, 0]


def test_squares_are_shaded_by_share_and_the_diagonal_is_outlined(charts: dict[str, Chart]) -> None:
    root = ET.fromstring(draw(charts["migration"]))  # noqa: S314 - our own drawing
    boxes = [box for box in root.iter(f"{SVG}rect") if box.get("height") == "33"]
    fills = [str(box.get("fill")).removeprefix("#") for box in boxes]
    assert fills == [COOL[4], WARM[1], WARM[1], COOL[2], COOL[4], WARM[2], COOL[0], WARM[0], COOL[0]]
    assert [bool(box.get("stroke")) for box in boxes] == [True, False, False, False, True, False, False, False, True]


def test_a_reader_of_the_screen_hears_every_square_that_holds_something(charts: dict[str, Chart]) -> None:
    root = ET.fromstring(draw(charts["migration"]))  # noqa: S314 - our own drawing
    told = root.findtext(f"{SVG}desc", "")
    assert "关注 → 次级 30 万元，占 7.5%，变差" in told
    assert "正常 → 次级 0.5 万元，占 <0.1%，变差" in told
    assert "关注 → 正常 70 万元，占 17.5%，变好" in told
    assert told.count("占") == 6


@pytest.mark.parametrize(("share", "spot"), [("0", 0), ("0.01", 1), ("5", 1), ("5.1", 2), ("20.1", 3), ("50.1", 4)])
def test_even_a_small_move_is_seen(share: str, spot: int) -> None:
    assert shade(Decimal(share), worse=False) == COOL[spot]
    assert shade(Decimal(share), worse=True) == WARM[spot]


def _light(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("fill", [*COOL, *WARM])
def test_numbers_can_be_read_on_their_shade(fill: str) -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1 for small text."""
    dark, light = sorted((_light(fill), _light(on_shade(fill))))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_words_tell_it_as_a_table(charts: dict[str, Chart]) -> None:
    text = render(paper(charts["migration"]), "md").decode()
    row = next(line for line in text.splitlines() if line.startswith("| 关注"))
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["关注", "70 (17.5%)", "300 (75%)", "30 (7.5%)"]


def test_word_shades_a_table(charts: dict[str, Chart]) -> None:
    with zipfile.ZipFile(io.BytesIO(render(paper(charts["migration"]), "docx"))) as parts:
        body = parts.read("word/document.xml").decode()
        assert not any("/charts/" in name for name in parts.namelist())
    cell = next(one for one in re.findall(r"<w:tc>.*?</w:tc>", body, re.DOTALL) if "30 (7.5%)" in one)
    assert f'w:fill="{WARM[2]}"' in cell
    assert body.count("<w:tcBorders>") >= 3


def test_excel_holds_numbers_on_shaded_cells(charts: dict[str, Chart]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(paper(charts["migration"]), "xlsx")))
    [cell] = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value == 30]
    assert str(cell.fill.fgColor.rgb)[-6:] == WARM[2]
    assert cell.offset(0, -1).value == 300
    assert cell.offset(0, -1).border.left.style == cell.border.left.style == "medium"
    assert cell.offset(0, -3).value == "关注"


def test_rows_of_no_known_class_are_left_out() -> None:
    chart = Chart("migration", "迁徙", ("A", "B"), (Series("x", (Decimal(1), Decimal(2))),))
    assert chart_text.flow(chart) == ()
    for fmt in ("html", "md", "docx", "xlsx"):
        assert render(paper(chart), fmt)
