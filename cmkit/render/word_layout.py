"""After the template is filled: the page turned where the document is wide, columns as wide as what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cmkit.base.lang import _
from cmkit.render.cells import measure

TABLE_STYLE: Final = "数据表"
_TWIPS, _EMU_PER_TWIP, _EMU_PER_HALF_POINT = 20, 635, 6350
_PADDING = 165
_HALF_POINTS = 18
_LEAST = 400
_LONGEST = 9000
_SHORT, _HEAD, _NOTE = 14, 6, 40
"""In Latin characters: what stays on one line, where a heading may break, how wide a long note should be at least."""
_SMALLEST = 0.74
_SAMPLE = 200
_SIGNING, _SIGNATURE = 510, 2200
"""9 mm high, 39 mm wide: room for a signature."""
_LATIN_EXTRA = 0.28
_DRAWN: Final = re.compile("[▁-█]")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUN, _PARAGRAPH, _WORDS = f"{_W}r", f"{_W}p", f"{_W}t"
_RUN_SIZE: Final = f"{_W}rPr/{_W}sz"
_CELL_WIDTH: Final = f"{_W}tcPr/{_W}tcW"
_SIGNS: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def turn(file: Any, *, landscape: bool) -> None:
    """The pages of the file across where the document asks for it."""
    for page in file.sections if landscape else ():
        if page.page_width < page.page_height:
            page.orientation = 1
            page.page_width, page.page_height = page.page_height, page.page_width


def widths(file: Any) -> None:
    """Every table in the style 数据表 fills the width of the text, shared out by what its columns hold.

    docxtpl gives each column of a loop the same width; LibreOffice and a phone preview show it just so.
    """
    page = file.sections[0]
    room = int((page.page_width - page.left_margin - page.right_margin) / _EMU_PER_TWIP)
    styles = {style.style_id: style for style in file.styles}
    dressed = {key for key, style in styles.items() if style.name == TABLE_STYLE}
    for table in file.element.body.tbl_lst:
        rows = list(table.tr_lst)
        if not rows:
            continue
        if table.tblStyle_val in dressed:
            base = _base(rows, styles)
            needs = _needs(rows, base)
            signed = [spot for spot, cell in enumerate(rows[0].tc_lst) if _words(cell) in _to_sign()]
            for spot in signed:
                needs[spot] = Need(_SIGNATURE, _SIGNATURE)
            least = sum(need.least for need in needs)
            if least > room:
                _shrink(rows, max(_SMALLEST, room / least), base)
                needs = _needs(rows, base)
            _apply(table, rows, shared(needs, room))
            if signed:
                _tall(rows[1:])
        else:
            count = max(len(row.tc_lst) for row in rows)
            _apply(table, rows, [room // count] * count)


def _to_sign() -> frozenset[str]:
    """The headings of columns in which people write by hand."""
    return frozenset({_("签到"), _("签字"), _("签名"), _("填写内容")})


def _words(cell: Any) -> str:
    return "".join(_text(run) for run in cell.iter(_RUN))


def _tall(rows: list[Any]) -> None:
    """Rows high enough for a signature."""
    from docx.shared import Twips

    for row in rows:
        row.trHeight_val = Twips(_SIGNING)


@dataclass(frozen=True, slots=True)
class Need:
    """What a column wants to stand on one line, and the least it can do with."""

    whole: int
    least: int
    wraps: bool = False


def shared(needs: list[Need], room: int) -> list[int]:
    """Widths that fill ``room``: with enough, all get a share of the rest; with too little, texts wrap first."""
    total, least = sum(need.whole for need in needs), sum(need.least for need in needs)
    if total <= room:
        return [need.whole * room // total for need in needs]
    if least >= room:
        fixed, soft = (sum(need.least for need in needs if need.wraps is wraps) for wraps in (False, True))
        rest = room - fixed
        if soft and rest * 2 >= soft:
            return [need.least * rest // soft if need.wraps else need.least for need in needs]
        return [need.least * room // least for need in needs]
    return [need.least + (need.whole - need.least) * (room - least) // (total - least) for need in needs]


def _base(rows: list[Any], styles: Mapping[str, Any]) -> int:
    name = rows[0].tc_lst[0].find(f"{_W}p/{_W}pPr/{_W}pStyle") if rows[0].tc_lst else None
    style = styles.get(name.get(f"{_W}val")) if name is not None else None
    size = style.font.size if style is not None else None
    return int(size / _EMU_PER_HALF_POINT) if size else _HALF_POINTS


def _needs(rows: list[Any], base: int) -> list[Need]:
    count = max(len(row.tc_lst) for row in rows)
    found = [Need(_LEAST, _LEAST)] * count
    for number, row in enumerate(rows[:_SAMPLE]):
        for spot, cell in enumerate(row.tc_lst):
            here, before = _cell(cell, base, head=number == 0), found[spot]
            found[spot] = Need(max(before.whole, here.whole), max(before.least, here.least), before.wraps or here.wraps)
    return found


def _cell(cell: Any, base: int, *, head: bool) -> Need:
    paragraphs = [
        [(_text(run), _size(run, base)) for run in paragraph.iter(_RUN)] for paragraph in cell.iter(_PARAGRAPH)
    ]
    words = "\n".join("".join(text for text, _half in runs) for runs in paragraphs)
    text = max((measure(line) for line in words.split("\n")), default=0)
    whole = max(
        (sum(_wide(measure(one.replace("\n", "")), half, one) for one, half in runs) for runs in paragraphs), default=0
    )
    whole = min(whole, _LONGEST) + _PADDING
    rigid = not head and (text <= _SHORT or bool(_DRAWN.search(words)))
    least = whole if rigid else min(whole, _wide(max(_SHORT, min(_NOTE, text // 2)), base) + _PADDING)
    return Need(
        min(whole, least) if head else whole,
        min(least, _wide(_HEAD, base) + _PADDING) if head else least,
        not rigid and not head,
    )


def _text(run: Any) -> str:
    """python-docx asks an XPath for it, which took a third of a whole document's time."""
    return "".join((part.text or "") if part.tag == _WORDS else _SIGNS.get(part.tag, "") for part in run)


def _size(run: Any, base: int) -> int:
    size = run.find(_RUN_SIZE)
    return int(size.get(f"{_W}val")) if size is not None else base


def _wide(units: int, half_points: int, text: str = "") -> int:
    # A substitute's Latin letters may be a quarter wider than those of the font that is named; blocks are full width.
    latin = sum(3 if sign == "%" else 1 for sign in text if sign < "\u2000")
    units += len(_DRAWN.findall(text))
    return int((units + latin * _LATIN_EXTRA) * half_points * _TWIPS / 4)


def _shrink(rows: list[Any], scale: float, base: int) -> None:
    from docx.shared import Emu

    for row in rows:
        for run in row.iter(_RUN):
            run.get_or_add_rPr().sz_val = Emu(int(_size(run, base) * scale + 0.5) * _EMU_PER_HALF_POINT)


def _apply(table: Any, rows: list[Any], wide: list[int]) -> None:
    from docx.shared import Twips

    table.tblPr.autofit = False
    for spot, column in enumerate(table.tblGrid.gridCol_lst):
        if spot < len(wide):
            column.w = Twips(wide[spot])
    sizes = [str(width) for width in wide]
    for row in rows:
        for spot, cell in enumerate(row.tc_lst):
            kept = cell.find(_CELL_WIDTH)
            if kept is None:
                cell.width = Twips(wide[spot])
            else:
                kept.set(f"{_W}type", "dxa")
                kept.set(f"{_W}w", sizes[spot])
