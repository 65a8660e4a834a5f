"""Makes the Word templates of ``base/``: run it after a change here, and commit what it writes.

The templates are ordinary Word files. Whoever edits them in Word or WPS keeps the fields between braces and the names
of the styles; fonts, sizes, colours, margins and the order of the parts are free.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from cmkit.render.colors import ACCENT, ACCENT_SOFT, INK, LEVELS, LINE, MUTED
from cmkit.render.output import write_bytes
from cmkit.render.zipped import moment, repack

HERE = Path(__file__).resolve().parent
MADE_ON = date(2026, 1, 1)
LEFT, CENTER, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
LATIN = "Times New Roman"
RED = "C00000"
BLACK = "000000"
HEAD = "F1F4F7"


@dataclass(frozen=True)
class Look:
    """One paragraph style."""

    name: str
    font: str
    size: float
    align: Any = LEFT
    color: str = INK
    bold: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0
    line: float = 0
    keep: bool = False
    outline: int = -1
    squeeze: float = 0
    snap: bool = True


def report() -> bytes:
    """The base template of every report: A4, any list of sections with any columns."""
    file = Document()
    _page(file, (Mm(22), Mm(20), Mm(20), Mm(20)))
    for look in _REPORT:
        _style(file, look)
    _shade(file, "要点", ACCENT_SOFT, ACCENT)
    _table_style(file)
    _header(file, "{{ document.title }}", "{{ document.mark }}")
    _page_number(file.sections[0].footer.paragraphs[0], "页码")
    _report_head(file)
    _parts(file, body="正文文字")
    _lines(file, "document.notes", "注释")
    _signatures(file)
    return _packed(file)


def minutes() -> bytes:
    """Minutes after GB/T 9704-2012: 5.1 paper, 5.2 type area, 7.3 body, 7.5 page number, 10.3 纪要."""
    file = Document()
    _page(file, (Mm(37), Mm(35), Mm(28), Mm(26)))
    for look in _MINUTES:
        _style(file, replace(look, color=BLACK if look.color == INK else look.color))
    _rule_below(file, "发文字号", RED)
    _table_style(file)
    _grid(file)
    _odd_even_numbers(file)
    _minutes_head(file)
    _parts(file, body="正文文字")
    _people(file)
    _lines(file, "document.notes", "注释")
    _signatures(file)
    return _packed(file)


_CELLS = tuple(
    replace(look, snap=False)
    for look in (
        Look("表格标题", "黑体", 9, bold=False),
        Look("表格文字", "宋体", 9),
        Look("表格数字", "宋体", 9, align=RIGHT),
        Look("表格居中", "宋体", 9, align=CENTER),
        Look("表格合计", "黑体", 9),
        Look("表格达标", "黑体", 9, color=LEVELS["good"]),
        Look("表格落后", "黑体", 9, color=LEVELS["warn"]),
        Look("表格未达标", "黑体", 9, color=LEVELS["bad"]),
        Look("间隔", "宋体", 4),
        Look("图题", "黑体", 10, before=8, after=2, keep=True),
        Look("注释", "宋体", 9, color=MUTED, before=3),
        Look("卡片标签", "宋体", 9, color=MUTED, before=4),
        Look("卡片数值", "黑体", 15, before=1),
        Look("卡片达标", "黑体", 15, color=LEVELS["good"], before=1),
        Look("卡片落后", "黑体", 15, color=LEVELS["warn"], before=1),
        Look("卡片未达标", "黑体", 15, color=LEVELS["bad"], before=1),
        Look("卡片说明", "宋体", 8, color=MUTED, after=4),
        Look("签字", "宋体", 11, before=30),
    )
)
_REPORT = (
    Look("Normal", "宋体", 10.5),
    Look("Title", "方正小标宋简体", 22, align=CENTER, before=4, after=2),
    Look("Subtitle", "楷体", 13, align=CENTER, color=MUTED, after=4),
    Look("报头", "宋体", 10, align=CENTER, color=MUTED, after=8),
    Look("要点", "黑体", 12, before=6, after=8, line=20),
    Look("Heading 1", "黑体", 14, color=ACCENT, before=16, after=6, keep=True, outline=0),
    Look("Heading 2", "楷体", 12, bold=True, before=10, after=4, keep=True, outline=1),
    Look("正文文字", "仿宋", 12, indent=24, line=22, after=2),
    Look("页码", "宋体", 9, align=CENTER, color=MUTED),
    Look("页眉", "宋体", 9, color=MUTED),
    *_CELLS,
)
# 22 lines in 225 mm are 28.99 pt each; 28 characters in 156 mm (442.2 pt) are 15.79 pt, a quarter point less than 16.
# A character grid would say the same, but LibreOffice gives a 16 pt character two squares of 15.79 pt.
_PITCH = 28.95
_SQUEEZE = -0.25
_MINUTES = (
    Look("Normal", "仿宋", 16),
    Look("纪要标志", "方正小标宋简体", 36, align=CENTER, color=RED, before=99),
    Look("发文字号", "仿宋", 16, align=CENTER, after=11, line=_PITCH),
    Look("Title", "方正小标宋简体", 22, align=CENTER, before=_PITCH * 2, after=_PITCH, line=36),
    Look("Subtitle", "楷体", 16, align=CENTER, line=_PITCH),
    Look("会议信息", "仿宋", 16, indent=32, line=_PITCH),
    Look("Heading 1", "黑体", 16, indent=32, line=_PITCH, keep=True, outline=0),
    Look("Heading 2", "楷体", 16, indent=32, line=_PITCH, keep=True, outline=1),
    Look("正文文字", "仿宋", 16, indent=32, line=_PITCH, squeeze=_SQUEEZE),
    Look("出席人员", "仿宋", 16, line=_PITCH, keep=True),
    Look("页码", "宋体", 14),
    *(
        replace(look, size=12, font="仿宋" if look.font == "宋体" else look.font)
        if look.name.startswith("表格") or look.name == "注释"
        else look
        for look in _CELLS
    ),
)


def _report_head(file: Any) -> None:
    file.add_paragraph("{{ document.title }}", style="Title")
    _when(file, "document.subtitle", "Subtitle")
    meta = "{% for label, value in document.meta %}{{ label }}：{{ value }}{% if not loop.last %}　　{% endif %}{% endfor %}"
    _when(file, "document.meta", "报头", meta)
    _when(file, "document.headline", "要点")
    _cards(file, "document.cards")


def _minutes_head(file: Any) -> None:
    _when(file, "document.mark", "纪要标志")
    file.add_paragraph("{{ document.extra.issue_no }}", style="发文字号")
    file.add_paragraph("{{ document.title }}", style="Title")
    _when(file, "document.subtitle", "Subtitle")
    _tag(file, "{%p for label, value in document.meta %}")
    _label(file, "{{ label }}", "{{ value }}", "会议信息")
    _tag(file, "{%p endfor %}")
    for label, field in (("时间", "time"), ("地点", "place"), ("主持", "host"), ("记录", "recorder")):
        _tag(file, f"{{%p if document.extra.{field} %}}")
        _label(file, f"{{{{ _('{label}') }}}}", f"{{{{ document.extra.{field} }}}}", "会议信息")
        _tag(file, "{%p endif %}")
    _when(file, "document.headline", "正文文字")
    _cards(file, "document.cards")


def _people(file: Any) -> None:
    file.add_paragraph(style="正文文字")
    people = (("出席", "present"), ("请假", "absent"), ("列席", "attending"))
    for label, field in (*people, ("签发", "approved_by"), ("印发日期", "issued_on")):
        _tag(file, f"{{%p if document.extra.{field} %}}")
        paragraph = _label(file, f"{{{{ _('{label}') }}}}", f"{{{{ document.extra.{field} }}}}", "出席人员")
        # Wrapped lines stand under the first name (10.3): two characters in, label and colon hang.
        hang = 16 * (len(label) + 1)
        paragraph.paragraph_format.left_indent = Pt(32 + hang)
        paragraph.paragraph_format.first_line_indent = Pt(-hang)
        _tag(file, "{%p endif %}")


def _label(file: Any, label: str, value: str, style: str) -> Any:
    paragraph = file.add_paragraph(style=style)
    _font(paragraph.add_run(f"{label}：").font, "黑体")
    paragraph.add_run(value)
    return paragraph


def _parts(file: Any, *, body: str) -> None:
    _tag(file, "{%p for part in document.sections %}")
    _tag(file, "{%p if part.level == 1 %}")
    file.add_paragraph("{{ part.heading }}", style="Heading 1")
    _tag(file, "{%p else %}")
    file.add_paragraph("{{ part.heading }}", style="Heading 2")
    _tag(file, "{%p endif %}")
    _lines(file, "part.text", body)
    _cards(file, "part.figures")
    _tag(file, "{%p if part.columns %}")
    _data_table(file)
    file.add_paragraph(style="间隔")
    _tag(file, "{%p endif %}")
    _tag(file, "{%p for chart in part.charts %}")
    file.add_paragraph("{{ chart.title }}", style="图题")
    _tag(file, "{{p chart.word }}")
    _tag(file, "{%p endfor %}")
    _lines(file, "part.notes", "注释")
    _when(file, "part.empty", body)
    _tag(file, "{%p endfor %}")


def _data_table(file: Any) -> None:
    table = file.add_table(rows=0, cols=3, style="数据表")
    head = _loop_row(table, "column", "part.columns")
    _fill(head.cells[1], HEAD)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no word for it
    _tag_row(table, "{%tr for cells in part.rows %}")
    _loop_row(table, "value", "cells")
    _tag_row(table, "{%tr endfor %}")
    _tag_row(table, "{%tr if part.total %}")
    _fill(_loop_row(table, "value", "part.total").cells[1], ACCENT_SOFT)
    _tag_row(table, "{%tr endif %}")


def _cards(file: Any, items: str) -> None:
    _tag(file, f"{{%p if {items} %}}")
    table = file.add_table(rows=0, cols=3, style="卡片表")
    _tag_row(table, f"{{%tr for line in {items}|lines %}}")
    row = _loop_row(table, "item", "line")
    cell = row.cells[1]
    cell.paragraphs[0].style = "卡片标签"
    cell.paragraphs[0].runs[0].text = "{{ item.label }}"
    cell.add_paragraph("{{p item.word }}")
    cell.add_paragraph("{{ item.note }}", style="卡片说明")
    _tag_row(table, "{%tr endfor %}")
    file.add_paragraph(style="间隔")
    _tag(file, "{%p endif %}")


def _signatures(file: Any) -> None:
    _tag(file, "{%p if document.signatures %}")
    table = file.add_table(rows=0, cols=3)
    row = _loop_row(table, "name", "document.signatures")
    row.cells[1].paragraphs[0].style = "签字"
    row.cells[1].paragraphs[0].runs[0].text = "{{ name }}：__________"
    _tag(file, "{%p endif %}")


def _loop_row(table: Any, name: str, items: str) -> Any:
    row = table.add_row()
    row.cells[0].paragraphs[0].add_run(f"{{%tc for {name} in {items} %}}")
    row.cells[1].paragraphs[0].add_run(f"{{{{p {name}.word }}}}")
    row.cells[2].paragraphs[0].add_run("{%tc endfor %}")
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no word for it
    return row


def _fill(cell: Any, color: str) -> None:
    _child(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=color)  # noqa: SLF001 - no word for it


def _tag_row(table: Any, tag: str) -> None:
    table.add_row().cells[0].paragraphs[0].add_run(tag)


def _tag(file: Any, tag: str) -> None:
    file.add_paragraph(tag)


def _when(file: Any, field: str, style: str, content: str = "") -> None:
    _tag(file, f"{{%p if {field} %}}")
    file.add_paragraph(content or f"{{{{ {field} }}}}", style=style)
    _tag(file, "{%p endif %}")


def _lines(file: Any, items: str, style: str) -> None:
    _tag(file, f"{{%p for line in {items} %}}")
    file.add_paragraph("{{ line }}", style=style)
    _tag(file, "{%p endfor %}")


def _page(file: Any, margins: tuple[Any, Any, Any, Any]) -> None:
    page = file.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = margins
    page.header_distance, page.footer_distance = Mm(11), Mm(10)


def _style(file: Any, look: Look) -> None:
    names = {style.name for style in file.styles}
    style = file.styles[look.name] if look.name in names else file.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    if look.name != "Normal":
        style.base_style = file.styles["Normal"]
    style.quick_style = True
    borders = style.element.find(qn("w:pPr"))
    for old in list(borders) if borders is not None else []:
        borders.remove(old)
    _font(style.font, look.font)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.color)
    shape = style.paragraph_format
    shape.alignment, shape.keep_with_next = look.align, look.keep
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.first_line_indent = Pt(look.indent)
    shape.widow_control = False
    if look.line:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    if look.squeeze:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(int(look.squeeze * 20)))
        style.element.get_or_add_rPr().find(qn("w:sz")).addprevious(spacing)
    if not look.snap:
        snap = OxmlElement("w:snapToGrid")
        snap.set(qn("w:val"), "0")
        _ordered(style.element.get_or_add_pPr(), snap)
    if look.outline >= 0:
        _child(style.element.get_or_add_pPr(), "w:outlineLvl", val=str(look.outline))


def _font(font: Any, name: str) -> None:
    font.name = LATIN
    fonts = font.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{key}"), value)


def _table_style(file: Any) -> None:
    for name, inside in (("数据表", LINE), ("卡片表", LINE)):
        style = file.styles.add_style(name, WD_STYLE_TYPE.TABLE)
        style.base_style = file.styles["Normal Table"]
        shape = style.element.find(qn("w:tblPr"))
        if shape is None:
            shape = OxmlElement("w:tblPr")
            style.element.append(shape)
        borders = _child(shape, "w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            if name == "卡片表" or side in {"top", "bottom", "insideH"}:
                _child(borders, f"w:{side}", val="single", sz="4", space="0", color=inside)
        margins = _child(shape, "w:tblCellMar")
        for side, width in (("top", "40"), ("left", "70"), ("bottom", "40"), ("right", "70")):
            _child(margins, f"w:{side}", w=width, type="dxa")


def _shade(file: Any, style: str, fill: str, edge: str) -> None:
    shape = file.styles[style].element.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    _child(borders, "w:left", val="single", sz="24", space="6", color=edge)
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{key}"), value)
    _ordered(shape, borders, shade)


def _rule_below(file: Any, style: str, color: str) -> None:
    borders = OxmlElement("w:pBdr")
    _child(borders, "w:bottom", val="single", sz="18", space="8", color=color)
    _ordered(file.styles[style].element.get_or_add_pPr(), borders)


def _ordered(shape: Any, *parts: Any) -> None:
    # The schema wants borders and shading before spacing.
    spacing = next((child for child in shape if child.tag in {qn("w:spacing"), qn("w:ind"), qn("w:jc")}), None)
    for part in parts:
        if spacing is None:
            shape.append(part)
        else:
            spacing.addprevious(part)


def _header(file: Any, left: str, right: str) -> None:
    page = file.sections[0]
    paragraph = page.header.paragraphs[0]
    paragraph.style = "页眉"
    width = page.page_width - page.left_margin - page.right_margin
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, alignment=2)
    paragraph.add_run(left)
    paragraph.add_run("\t")
    paragraph.add_run(right)


def _page_number(paragraph: Any, style: str) -> None:
    paragraph.style = style
    paragraph.add_run("— ")
    for kind in ("begin", "PAGE", "end"):
        run = paragraph.add_run()
        if kind == "PAGE":
            code = _child(run._r, "w:instrText")  # noqa: SLF001 - python-docx has no word for fields
            code.text = " PAGE "
        else:
            _child(run._r, "w:fldChar", fldCharType=kind)  # noqa: SLF001
    paragraph.add_run(" —")


def _odd_even_numbers(file: Any) -> None:
    page = file.sections[0]
    # 7 mm under the type area (7.5): 35 mm less 7 mm less the height of a 14 pt line.
    page.footer_distance = Mm(23)
    file.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((page.footer, RIGHT), (page.even_page_footer, LEFT)):
        paragraph = footer.paragraphs[0]
        _page_number(paragraph, "页码")
        paragraph.alignment = side
        if side == RIGHT:
            paragraph.paragraph_format.right_indent = Pt(14)
        else:
            paragraph.paragraph_format.left_indent = Pt(14)


def _grid(file: Any) -> None:
    page = file.sections[0]._sectPr  # noqa: SLF001 - python-docx has no word for the grid
    for old in page.findall(qn("w:docGrid")):
        page.remove(old)
    _child(page, "w:docGrid", type="lines", linePitch="579")


def _child(parent: Any, tag: str, **values: str) -> Any:
    child = OxmlElement(tag)
    for key, value in values.items():
        child.set(qn(f"w:{key}"), value)
    parent.append(child)
    return child


def _packed(file: Any) -> bytes:
    for key, relation in list(file.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del file.part.package.rels[key]
    core = file.core_properties
    core.author = core.last_modified_by = "cmkit"
    core.title, core.comments = "{{ document.title }}", ""
    core.created = core.modified = moment(MADE_ON)
    target = io.BytesIO()
    file.save(target)
    return repack(target.getvalue(), MADE_ON)


def main() -> None:
    """Write both templates."""
    for name, data in (("document", report()), ("minutes", minutes())):
        path = write_bytes(HERE / "base" / f"{name}.docx", data)
        path.chmod(0o644)
        print(path.name)


if __name__ == "__main__":
    main()
