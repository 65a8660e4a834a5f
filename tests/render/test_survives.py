"""What people write comes out as they wrote it, in every format: one table of odd texts, one of ways to read them back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import docx
import openpyxl
import pytest

from cmkit.facts.section import Column, Document, Figure, Section
from cmkit.render import FORMATS, render, screen

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
REMARK = "客户表示近期有资金到期，愿意了解稳健类产品，约下周再谈；"
ODD: Mapping[str, str] = {
    "ampersand": "A&B&amp;C & D",
    "angle": "甲<乙>丙 <b>粗</b> a<b",
    "quotes": "他说\"好\"和'行'",
    "full-width braces": "｛｛姓名｝｝ ｛％ ％｝",
    "template braces": "{{ document.title }} {% if x %} {# 注 #}",
    "typst markup": "#let x = 1 *粗* _斜_ $x^2$ @ref <标签> [内容] \\n",
    "emoji": "很好😀",
    "rare": "䶮𠮷㐂",
    "marks of direction": "甲\u200f乙\u200e丙",
    "masked": "张** 138****8000",
    "formula": "=1+1",
    "long": REMARK * (3000 // len(REMARK) + 1),
}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _page(text: str) -> str:
    words = _Words()
    words.feed(text)
    return "".join(words.found)


def _markdown(data: bytes) -> str:
    from markdown_it import MarkdownIt

    return _page(MarkdownIt("gfm-like", {"linkify": False}).render(data.decode()))


def _word(data: bytes) -> str:
    file = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(part.text for part in file.paragraphs)])


def _excel(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def _pdf(data: bytes) -> str:
    pypdf = pytest.importorskip("pypdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    # The foot of a page and the head of the next stand between two halves of a long remark.
    return re.sub(r"第\d+页，共\d+页(题)?(名备注)?", "", re.sub(r"[\s\u200b]", "", "".join(pages)))


READ: Mapping[str, Callable[[bytes], str]] = {
    "md": _markdown,
    "html": lambda data: _page(data.decode()),
    "docx": _word,
    "xlsx": _excel,
    "pdf": _pdf,
    "text": lambda data: data.decode(),
}


def _squeezed(text: str) -> str:
    # Whether a mark of direction is kept where nothing is to be turned is the reader's business: the signs must be there.
    return re.sub(r"[\s\u200b\u200e\u200f\ufffd]", "", text)


def _document(value: str) -> Document:
    columns = (Column("名"), Column("备注", "note"))
    section = Section("s", value[:40], (value,), (Figure(value[:40], value[:40], "text"),), columns, (("行", value),))
    return Document(name="odd", title="题", headline=value[:40], sections=(section,), notes=(value[:40],))


def test_every_format_is_read_back_here() -> None:
    assert set(READ) == {*FORMATS, "text"}


@pytest.mark.parametrize("fmt", READ)
@pytest.mark.parametrize("name", ODD)
def test_odd_text_survives(name: str, fmt: str) -> None:
    value, document = ODD[name], _document(ODD[name])
    if fmt == "pdf":
        pytest.importorskip("typst")
        from cmkit.render.fonts import font_set

        if font_set().missing([value]):
            pytest.skip("no font of this machine has it; test_pdf.py says what happens then")
    data = screen.show_document(document, "table").encode() if fmt == "text" else render(document, fmt)
    found = _squeezed(READ[fmt](data))
    assert _squeezed(value) in found
    if fmt != "text":
        assert found.count(_squeezed(value[:40])) >= 4, "title of the part, text, figure, cell and note"
        assert data == render(_document(value), fmt)
