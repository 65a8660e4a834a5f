"""Whole documents: same bytes, nothing lost, nothing computed, nothing fetched."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from cmkit.base.faults import UsageFault
from cmkit.facts.section import Column, Document, Figure, Section, Status
from cmkit.render import FORMATS, render, write
from cmkit.render.excel import sheet_name
from cmkit.render.view import chinese_number, document_view

GOLDEN = Path(__file__).parent / "golden"
# openpyxl says that it does not know sparklines and data bars of 2010; it only reads here.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
HOSTILE = {
    "amp": "A&B <重点> 尾 \"引号\" 'x'",
    "entity": "&lt;b&gt; &amp; &#60;",
    "braces": "｛｛值｝｝ {{ document.title }} {% if x %} {_{ }_} {%_ %_}",
    "rare": "䶮𠮷😀",
    "rtl": "שם\u200f名",
    "pipe": "甲|乙 *星* _线_ `码` [链](http://x) ~~删~~ \\ #",
    "masked": "张** 李**",
    "script": "<script>alert(1)</script><img src=x onerror=y>",
}
LONG = "长期跟进客户的备注," * 300
PAYLOADS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "|calc",
    '=HYPERLINK("http://x","y")',
    "http://x",
    "{=1}",
)


def hostile() -> Document:
    columns = (Column("名"), Column("备注", "note"))
    rows = (*HOSTILE.items(), ("long", LONG))
    return Document(
        name="hostile",
        title=HOSTILE["amp"],
        subtitle=HOSTILE["braces"],
        meta=((HOSTILE["amp"], HOSTILE["rare"]),),
        headline=HOSTILE["script"],
        cards=(Figure(HOSTILE["amp"], HOSTILE["pipe"], "text", "<户>", note=HOSTILE["entity"]),),
        sections=(Section("s", HOSTILE["script"], tuple(HOSTILE.values()), columns=columns, rows=rows),),
        notes=(HOSTILE["rtl"],),
        signatures=(HOSTILE["amp"],),
        mark="<内部>&",
        made_on=date(2026, 10, 30),
    )


class Texts(HTMLParser):
    """The words of a page, its tags and its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)
        self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def page(data: bytes) -> Texts:
    texts = Texts()
    texts.feed(data.decode())
    return texts


def word_cells(data: bytes) -> list[str]:
    file = docx.Document(io.BytesIO(data))
    found = [
        "\n".join(part.text for part in cell.paragraphs)
        for table in file.tables
        for row in table.rows
        for cell in row.cells
    ]
    return [
        *found,
        *(part.text for part in file.paragraphs),
        *(part.text for part in file.sections[0].header.paragraphs),
    ]


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_document_gives_the_same_bytes(monthly: Document, minutes: Document, fmt: str) -> None:
    for document in (monthly, minutes, hostile()):
        assert render(document, fmt) == render(replace(document), fmt)


@pytest.mark.parametrize("fmt", ["md", "html"])
def test_pages_look_as_before(monthly: Document, minutes: Document, fmt: str, update_golden: bool) -> None:
    for document in (monthly, minutes):
        path = GOLDEN / f"{document.template or document.name}.{fmt}"
        data = render(document, fmt)
        if update_golden:
            path.write_bytes(data)
        assert path.read_bytes() == data


def test_no_golden_file_is_an_orphan() -> None:
    names = {f"{kind}.svg" for kind in ("bars", "line", "columns", "funnel", "calendar", "migration", "small")}
    names |= {f"{name}.{ext}" for name in ("monthly", "minutes") for ext in ("md", "html")}
    assert {path.name for path in GOLDEN.iterdir()} == names


def test_hostile_text_survives_in_html() -> None:
    texts = page(render(hostile(), "html"))
    for value in (*HOSTILE.values(), LONG):
        assert value in [text.strip() for text in texts.cells]
    assert "script" not in texts.tags
    assert "img" not in texts.tags


def test_hostile_text_survives_in_word() -> None:
    data = render(hostile(), "docx")
    found = word_cells(data)
    for value in (*HOSTILE.values(), LONG):
        assert value in found
    assert f"{HOSTILE['amp']}\t<内部>&" in found


def test_hostile_text_survives_in_excel() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(hostile(), "xlsx")))
    found = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    for value in (*HOSTILE.values(), LONG):
        assert value in found


def test_hostile_text_survives_in_markdown() -> None:
    from markdown_it import MarkdownIt

    shown = MarkdownIt("gfm-like", {"linkify": False}).render(render(hostile(), "md").decode())
    texts = page(shown.encode())
    for value in (*HOSTILE.values(), LONG):
        assert value in [text.strip() for text in texts.cells]
    assert "script" not in texts.tags
    assert not {"em", "code", "a", "s"} & set(texts.tags)


def test_a_line_break_in_a_cell_stays_one_row_of_markdown() -> None:
    document = Document(
        name="x", title="t", sections=(Section("s", "s", columns=(Column("备注", "note"),), rows=(("一\n二",),)),)
    )
    assert "| 一<br>二 |" in render(document, "md").decode()


@pytest.mark.parametrize("fmt", ["docx", "xlsx"])
def test_no_formula_is_made_of_people_s_text(fmt: str) -> None:
    rows = tuple((text, text) for text in PAYLOADS)
    section = Section(
        "s",
        "=1+1",
        ("=1+1",),
        (Figure("=1", "=1", "text", "=1"),),
        (Column("=A"), Column("备注", "note")),
        rows,
        total=("=1+1", "+2"),
    )
    data = render(Document(name="x", title="=1+1", headline="=cmd|x", sections=(section,)), fmt)
    if fmt == "docx":
        assert '=HYPERLINK("http://x","y")' in word_cells(data)
        return
    parts = zipfile.ZipFile(io.BytesIO(data))
    sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/" in name)
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets
    sheet = openpyxl.load_workbook(io.BytesIO(data))["=1+1"]
    values = [cell.value for cell in sheet["A"]]
    assert [text for text in PAYLOADS if text.replace("\r", "\n") not in values] == []
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_an_empty_section_prints_why(monthly: Document) -> None:
    for fmt in ("md", "html"):
        assert "本月无新增预警。" in render(monthly, fmt).decode()
    assert "本月无新增预警。" in word_cells(render(monthly, "docx"))
    sheet = openpyxl.load_workbook(io.BytesIO(render(monthly, "xlsx")))["概览"]
    assert "本月无新增预警。" in {cell.value for cell in sheet["A"]}


def test_a_bare_document_renders_everywhere() -> None:
    for fmt in FORMATS:
        assert render(Document(name="x", title="只有标题"), fmt)


def test_sections_are_numbered_by_language(monthly: Document) -> None:
    """一、 二、 三、 （一） and nothing for the appendix; 1. 2. 3. 3.1 in English."""
    assert [part.number for part in document_view(monthly).sections] == ["一、", "二、", "三、", "（一）", ""]
    english = render(replace(monthly, lang="en"), "md").decode()
    assert "## 1. 主要指标完成情况" in english
    assert "### 3.1 细分" in english
    assert [chinese_number(value) for value in (1, 10, 11, 20, 21, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]


def test_html_needs_nothing_from_outside(monthly: Document) -> None:
    data = render(monthly, "html")
    texts = page(data)
    assert not {"script", "link", "img", "iframe", "object"} & set(texts.tags)
    assert not [key for key, _value in texts.attributes if key in {"src", "href", "srcset"} or key.startswith("on")]
    assert not re.findall(rb"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", data)
    assert texts.tags.count("svg") == 5 + 3 + 3
    assert texts.tags.count("thead") == 1


def test_excel_holds_numbers_not_pictures_of_them(monthly: Document) -> None:
    """Row 存款: 3,200 planned, 2,708.50 done, 84.64 %, 12.21 points behind on 2026-10-30."""
    book = openpyxl.load_workbook(io.BytesIO(render(monthly, "xlsx")), data_only=True)
    assert book.sheetnames == ["概览", "主要指标完成情况", "走访与活动量", "图表数据"]
    sheet = book["主要指标完成情况"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "指标")
    first = (head[0].row or 0) + 1
    row = [cell.value for cell in sheet[first]][:10]
    assert row[:6] == ["存款", 3200, 2708.5, 0.8464, 0.8464, -12.21]
    assert row[8:] == ["√", "▲ 落后"]
    assert [sheet.cell(first, spot).number_format for spot in (2, 3, 4, 5, 6, 8)] == [
        "#,##0", "#,##0.00", "0.0%", "0.00%", "+0.00;-0.00;0.00", "yyyy-mm-dd",
    ]  # fmt: skip
    assert sheet.freeze_panes == f"B{first}"
    assert sheet.print_title_rows == f"${first - 1}:${first - 1}"
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.page_setup.paperSize == 9
    assert len(getattr(sheet, "_charts")) == 2  # noqa: B009 - openpyxl shows charts nowhere else


def test_a_total_that_is_a_sum_is_a_formula_with_its_value(monthly: Document) -> None:
    """3,200 + 5,000 + 600 = 8,800 is the sum; 9,521.25 = 2,708.50 + 5,312.75 + 1,500 is too."""
    data = render(monthly, "xlsx")
    formulas = openpyxl.load_workbook(io.BytesIO(data))["主要指标完成情况"]
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["主要指标完成情况"]
    spot = next(cell.row for cell in formulas["A"] if cell.value == "合计")
    assert [formulas.cell(spot, column).value for column in (2, 3)] == [
        f"=SUM(B{spot - 3}:B{spot - 1})",
        f"=SUM(C{spot - 3}:C{spot - 1})",
    ]
    assert [values.cell(spot, column).value for column in (2, 3)] == [8800, 9521.25]


def test_a_total_that_is_no_sum_is_a_value() -> None:
    section = Section(
        "s",
        "表",
        columns=(Column("名"), Column("得分", "number")),
        rows=(("甲", Decimal(80)), ("乙", Decimal(90))),
        total=("平均", Decimal(85)),
    )
    book = openpyxl.load_workbook(io.BytesIO(render(Document(name="x", title="t", sections=(section,)), "xlsx")))
    assert [cell.value for cell in book["表"]["B"] if cell.value is not None] == ["得分", 80, 90, 85]


def test_excel_keeps_ids_and_long_numbers_as_text() -> None:
    section = Section(
        "s",
        "表",
        columns=(Column("编号"), Column("账号", "number")),
        rows=(("000123", 62220000111122223), ("3E5", None)),
    )
    book = openpyxl.load_workbook(io.BytesIO(render(Document(name="x", title="t", sections=(section,)), "xlsx")))
    values = [[cell.value for cell in row] for row in book["表"].iter_rows(min_row=3, max_row=4, max_col=2)]
    assert values == [["000123", "62,220,000,111,122,223"], ["3E5", "—"]]


def test_excel_has_lights_bars_and_sparklines(monthly: Document) -> None:
    parts = zipfile.ZipFile(io.BytesIO(render(monthly, "xlsx")))
    sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.count('type="beginsWith"') == 3
    assert "dataBar" in sheet
    assert sheet.count("<x14:sparkline>") == 3
    assert "dataValidation" in sheet


def test_sheet_names_are_what_excel_takes() -> None:
    taken: set[str] = set()
    assert sheet_name("主要[指标]:*?/\\情况", taken) == "主要 指标      情况"
    assert sheet_name("a" * 40, taken) == "a" * 31
    assert sheet_name("A" * 40, taken) == "A" * 27 + " (2)"
    assert sheet_name("'引'", taken) == "引"
    assert sheet_name("", taken) == "表"
    assert sheet_name("History", taken) == "History_"
    assert len(sheet_name("😀" * 20, taken).encode("utf-16-le")) // 2 <= 31


def test_word_has_its_parts(monthly: Document) -> None:
    data = render(monthly, "docx")
    file = docx.Document(io.BytesIO(data))
    assert file.paragraphs[0].text == "城东支行月度经营分析报告"
    assert [part.text for part in file.paragraphs if part.style is not None and part.style.name == "Heading 1"] == [
        "一、主要指标完成情况", "二、走访与活动量", "三、风险与合规", "附表",
    ]  # fmt: skip
    table = next(table for table in file.tables if table.style is not None and table.style.name == "数据表")
    assert [cell.text for cell in table.rows[0].cells][:4] == ["指标", "目标", "实际（万元）", "完成情况"]
    assert [cell.text for cell in table.rows[-1].cells][:3] == ["合计", "8,800", "9,521.25"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len([name for name in names if name.startswith("word/charts/")]) == 4
    assert "{{" not in file.element.xml
    assert "{%" not in file.element.xml


def test_files_carry_the_day_of_the_document_alone(monthly: Document) -> None:
    for fmt in ("docx", "xlsx"):
        parts = zipfile.ZipFile(io.BytesIO(render(monthly, fmt)))
        assert {member.date_time for member in parts.infolist()} == {(2026, 10, 30, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", core)) == {"2026-10-30T00:00:00Z"}


def test_a_wide_document_lies_across(monthly: Document) -> None:
    wide = replace(monthly, landscape=True)
    page_setup = docx.Document(io.BytesIO(render(wide, "docx"))).sections[0]
    assert page_setup.page_width > page_setup.page_height
    assert "A4 landscape" in render(wide, "html").decode()
    book = openpyxl.load_workbook(io.BytesIO(render(wide, "xlsx")))
    assert {sheet.page_setup.orientation for sheet in book.worksheets[:-1]} == {"landscape"}


def test_minutes_follow_the_standard(minutes: Document) -> None:
    """GB/T 9704-2012: A4, margins 37/35/28/26 mm, 仿宋 16 pt, title 22 pt, line pitch 28.95 pt, page number — 1 —."""
    data = render(minutes, "docx")
    file = docx.Document(io.BytesIO(data))
    sheet = file.sections[0]
    sizes = (
        sheet.page_width,
        sheet.page_height,
        sheet.top_margin,
        sheet.bottom_margin,
        sheet.left_margin,
        sheet.right_margin,
    )
    assert [round(size.mm) for size in sizes if size is not None] == [210, 297, 37, 35, 28, 26]
    body, title = file.styles["正文文字"], file.styles["Title"]
    fonts = body.element.xml
    assert 'w:eastAsia="仿宋"' in fonts
    assert 'w:val="32"' in fonts
    assert 'w:lineRule="exact" w:line="579"' in fonts
    assert 'w:eastAsia="方正小标宋简体"' in title.element.xml
    assert 'w:sz w:val="44"' in title.element.xml
    texts = [part.text for part in file.paragraphs]
    assert "出席：王敏、孙丽" in texts
    assert "请假：沈涛(出差)" in texts
    assert not any(text.startswith("列席") for text in texts)
    assert "一、会议决议" in texts
    assert [part.text for part in sheet.footer.paragraphs] == ["—  —"]
    assert " PAGE " in sheet.footer.paragraphs[0]._p.xml
    assert file.settings.odd_and_even_pages_header_footer


def test_minutes_numbers_in_the_file(minutes: Document) -> None:
    """document.xml: 11906 × 16838 twips, margins of 37/35/28/26 mm, 22 lines of 28.95 pt in 225 mm, 28 characters in 156 mm."""
    file = docx.Document(io.BytesIO(render(minutes, "docx")))
    page = file.sections[0]._sectPr
    sheet = {name: int(page.find(qn("w:pgSz")).get(qn(f"w:{name}"))) for name in ("w", "h")}
    edge = {
        name: int(page.find(qn("w:pgMar")).get(qn(f"w:{name}")))
        for name in ("top", "bottom", "left", "right", "footer")
    }
    assert sheet == {"w": 11906, "h": 16838}
    assert edge == {"top": 2098, "bottom": 1984, "left": 1587, "right": 1474, "footer": 1304}
    high, wide = sheet["h"] - edge["top"] - edge["bottom"], sheet["w"] - edge["left"] - edge["right"]
    assert high // 579 == 22
    assert wide // (16 * 20 - 5) == 28
    fonts = {
        name: (
            file.styles[name].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")),
            int(file.styles[name].element.rPr.find(qn("w:sz")).get(qn("w:val"))),
        )
        for name in ("纪要标志", "Title", "Heading 1", "Heading 2", "正文文字", "出席人员", "页码")
    }
    assert fonts == {
        "纪要标志": ("方正小标宋简体", 72),
        "Title": ("方正小标宋简体", 44),
        "Heading 1": ("黑体", 32),
        "Heading 2": ("楷体", 32),
        "正文文字": ("仿宋", 32),
        "出席人员": ("仿宋", 32),
        "页码": ("宋体", 28),
    }
    mark = file.styles["纪要标志"].element
    assert mark.rPr.find(qn("w:color")).get(qn("w:val")) == "C00000"
    assert 34 <= int(mark.pPr.find(qn("w:spacing")).get(qn("w:before"))) / 20 / 72 * 25.4 <= 36
    assert file.settings.odd_and_even_pages_header_footer


def test_a_sheet_to_sign_has_room_to_sign() -> None:
    columns = (Column("姓名"), Column("签到", width=20))
    section = Section("s", "签到表", columns=columns, rows=(("王敏", ""), ("孙丽", "")))
    made = docx.Document(io.BytesIO(render(Document(name="sign_in", title="签到表", sections=(section,)), "docx")))
    assert [row._tr.trHeight_val for row in made.tables[0].rows][1:] == [510 * 635] * 2


def test_a_thousand_rows_are_not_too_many() -> None:
    rows = tuple((f"C{number:06d}", Decimal(number), Status("good", "达标")) for number in range(1000))
    section = Section(
        "s", "客户", columns=(Column("编号"), Column("余额", "money"), Column("状态", "status")), rows=rows
    )
    data = render(Document(name="x", title="t", sections=(section,)), "docx")
    assert len(docx.Document(io.BytesIO(data)).tables[0]._tbl.tr_lst) == 1001


def test_write_names_files_by_stem_and_format(monthly: Document, tmp_path: Path) -> None:
    paths = write(monthly, ["md", "html", "md"], tmp_path / "out", "monthly-城东支行-2026-10")
    assert [path.name for path in paths] == ["monthly-城东支行-2026-10.md", "monthly-城东支行-2026-10.html"]
    assert paths[0].read_bytes() == render(monthly, "md")


def test_nothing_is_written_when_one_format_fails(monthly: Document, tmp_path: Path) -> None:
    with pytest.raises(UsageFault):
        write(monthly, ["md", "pptx"], tmp_path / "out", "x")
    assert not (tmp_path / "out").exists()
