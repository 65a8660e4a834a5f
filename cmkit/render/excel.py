"""Excel that anyone can use: an overview, one sheet a section, real numbers, native charts, nothing that computes people's text."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cmkit.base.lang import _
from cmkit.facts.section import Document, Section
from cmkit.render import cells
from cmkit.render.excel_cells import Formats, put_figures, put_line, put_table, table_widths
from cmkit.render.excel_charts import ChartSheet
from cmkit.render.stack import stacked
from cmkit.render.view import SectionView, document_view
from cmkit.render.zipped import moment, repack

_MAX_NAME: Final = 31
_ILLEGAL: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_CARD_COLUMNS: Final = 2
_CARDS: Final = 5
_OVERVIEW_WIDTH: Final = 12
_WIDE: Final = 105
_PLAIN_WIDTH: Final = 9.0
_CHART_WIDTH: Final = 74.0
_TEXTS_ABOVE: Final = 2


def excel(document: Document) -> bytes:
    """The document as .xlsx; every time in it is the day that stands for the document."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_format_properties": {"font_name": "微软雅黑", "font_size": 10},
        },
    )
    book.set_properties(_properties(document))
    _Writer(book, stacked(document)).write()
    book.close()
    return repack(target.getvalue(), document.made_on)


def sheet_name(title: str, taken: set[str]) -> str:
    r"""A name that Excel takes: no ``[]:*?/\\``, at most 31 UTF-16 units, unlike the others; it joins ``taken``."""
    name = cells.clean(title).replace("\n", " ").translate(_ILLEGAL).strip().strip("'").strip() or _("表")
    if name.casefold() == "history":
        name += "_"
    number, tried = 1, _cut(name, _MAX_NAME)
    while tried.casefold() in taken:
        number += 1
        tail = f" ({number})"
        tried = _cut(name, _MAX_NAME - len(tail)) + tail
    taken.add(tried.casefold())
    return tried


@dataclass(slots=True)
class _Writer:
    """One workbook in the making."""

    book: Any
    document: Document
    formats: Formats = field(init=False)
    charts: ChartSheet = field(init=False)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.formats = Formats(self.book)

    def write(self) -> None:
        """Overview first, sections in their order, the data behind charts and sparklines last."""
        overview = self.book.add_worksheet(sheet_name(_("概览"), self.taken))
        own = [part for part in self.document.sections if (part.rows or part.charts) and part is not self._paper()]
        sheets = [(section, self.book.add_worksheet(sheet_name(section.title, self.taken))) for section in own]
        self.charts = ChartSheet(self.book, self.formats, self.taken, sheet_name)
        self._overview(overview)
        for section, sheet in sheets:
            self._section(section, sheet)
        overview.activate()

    def _paper(self) -> Section | None:
        """The one part of a form, which stands with title and signatures on one page to be printed and signed."""
        parts = self.document.sections
        return parts[0] if len(parts) == 1 and not parts[0].numbered and not parts[0].charts else None

    def _overview(self, sheet: Any) -> None:
        view = document_view(self.document, drawn="words")
        lead = self._paper() or next((part for part in self.document.sections if _leads(part)), None)
        widths = table_widths(lead, least=_OVERVIEW_WIDTH) if lead else []
        widths += [_OVERVIEW_WIDTH] * (_CARDS * _CARD_COLUMNS - len(widths))
        for spot, width in enumerate(widths):
            sheet.set_column(spot, spot, width)
        last = len(widths) - 1
        row = put_line(sheet, self.formats, 0, (last, sum(widths)), view.title, "title")
        head = "　　".join(f"{label}：{value}" for label, value in view.meta)
        for text, look in ((view.subtitle, "muted"), (head, "muted"), (view.headline, "headline")):
            row = put_line(sheet, self.formats, row, (last, sum(widths)), text, look) if text else row
        row = put_figures(sheet, self.formats, row + 1, self.document.cards, _CARDS) if self.document.cards else row
        for part, shown in zip(self.document.sections, view.sections, strict=True):
            if part is lead or not (part.rows or part.charts):
                row = self._short_part(sheet, row, part, shown, widths)
        for text in view.notes:
            row = put_line(sheet, self.formats, row, (last, sum(widths)), text, "note")
        for name in view.signatures:
            row = put_line(sheet, self.formats, row + 1, (last, sum(widths)), f"{name}：__________", "text")
        self._page(sheet, row, last, sum(widths))

    def _short_part(self, sheet: Any, row: int, part: Section, shown: SectionView, widths: list[float]) -> int:
        across = (len(widths) - 1, sum(widths))
        row = put_line(sheet, self.formats, row + 1, across, shown.heading, "heading")
        for text in (*shown.text, *((shown.empty,) if shown.empty else ())):
            row = put_line(sheet, self.formats, row, across, text, "text")
        row = put_figures(sheet, self.formats, row, part.figures, _CARDS) if part.figures else row
        if part.rows:
            row = put_table(sheet, self.formats, row, part, self.charts, widths)
        if part.charts:
            row = self.charts.place(sheet, row + 1, part, widths)
        for text in shown.notes:
            row = put_line(sheet, self.formats, row, across, text, "note")
        return row

    def _section(self, section: Section, sheet: Any) -> None:
        widths = table_widths(section) or [_OVERVIEW_WIDTH] * 8
        widths += [_PLAIN_WIDTH] * (_columns_needed(section, widths) - len(widths))
        for spot, width in enumerate(widths):
            sheet.set_column(spot, spot, width)
        last, wide = len(widths) - 1, sum(widths)
        row = put_line(sheet, self.formats, 0, (last, wide), cells.clean(section.title), "heading")
        above = section.text if len(section.text) <= _TEXTS_ABOVE else ()
        for text in above:
            row = put_line(sheet, self.formats, row, (last, wide), cells.clean(text), "text")
        if section.rows:
            head = row
            sheet.freeze_panes(head + 1, 1 if len(section.columns) > _CARDS else 0)
            sheet.repeat_rows(head)
            sheet.autofilter(head, 0, head + len(section.rows), len(section.columns) - 1)
            row = put_table(sheet, self.formats, head, section, self.charts, widths)
        for text in () if above else section.text:
            row = put_line(sheet, self.formats, row, (last, wide), cells.clean(text), "text")
        if section.figures:
            row = put_figures(sheet, self.formats, row + 1, section.figures, 4)
        row = self.charts.place(sheet, row + 1, section, widths)
        for text in section.notes:
            row = put_line(sheet, self.formats, row, (last, wide), cells.clean(text), "note")
        self._page(sheet, row, last, sum(widths))

    def _page(self, sheet: Any, rows: int, last: int, width: float) -> None:
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if self.document.landscape or width > _WIDE:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.center_horizontally()
        sheet.print_area(0, 0, max(rows, 1), last)
        # In headers & begins a code; doubled it is a sign.
        mark = cells.clean(self.document.mark).replace("&", "&&")[:60]
        sheet.set_header(f"&R&9{mark}" if mark else "")
        sheet.set_footer("&C&9— &P —")


def _columns_needed(section: Section, widths: list[float]) -> int:
    # Cards, calendars and charts reach beyond a narrow table; the page must hold them too.
    need = 8 if section.figures else 7 if any(chart.kind == "calendar" for chart in section.charts) else 4
    chart = _CHART_WIDTH if section.charts else 0
    extra = -int(-max(0.0, chart - sum(widths)) // _PLAIN_WIDTH)
    return max(need, len(widths) + extra)


def _leads(section: Section) -> bool:
    return bool(section.rows) and any(column.kind in {"bar", "status"} for column in section.columns)


def _cut(name: str, most: int) -> str:
    # Excel counts UTF-16 units: an emoji or a rare character is two.
    while len(name.encode("utf-16-le", "replace")) // 2 > most:
        name = name[:-1]
    return name.strip()


def _properties(document: Document) -> dict[str, str | datetime]:
    return {
        "title": cells.clean(document.title)[:250],
        "subject": cells.clean(document.subtitle)[:250],
        "author": "cmkit",
        "created": moment(document.made_on),
    }
