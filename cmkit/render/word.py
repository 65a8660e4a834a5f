"""Word through a template that a clerk can edit in Word itself: docxtpl, escaped, sandboxed and strict.

docxtpl alone drops text after ``&`` or ``<``, runs any template code and rewrites ``{_{`` in people's data; so the
environment is ours and so is the step from template to XML.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.facts.section import Document
from cmkit.render import templates, word_layout
from cmkit.render.sandbox import environment, plain_words
from cmkit.render.view import CellView, ChartView, ColumnView, DocumentView, FigureView, SectionView, document_view
from cmkit.render.word_chart import ChartParts
from cmkit.render.word_xml import Styles, card, cell, heading
from cmkit.render.zipped import moment, repack

_CARDS = 5
_MANY_CARDS = 4
_PARAGRAPH = re.compile(r"<w:p([ >])")
_TAG = re.compile(r"<[^>]+>")


def word(document: Document, where: tuple[Path, ...]) -> bytes:
    """The document as .docx, its times fixed to the day that stands for it."""
    path = templates.find(document.template, "docx", where, document.name)
    env = environment((), escape=True)
    env.filters["lines"] = card_lines
    file = _opened(path)
    file.render_xml_part = partial(_filled, file)
    with plain_words(path, {"document": None}):
        file.init_docx()
        file.render({"document": dressed(file.docx, document)}, jinja_env=env, autoescape=True)
    _finish(file.docx, document)
    target = io.BytesIO()
    file.docx.save(target)
    return repack(target.getvalue(), document.made_on)


def dressed(file: Any, document: Document) -> DocumentView:
    """What the Word template is given: the view of the document with the XML of its cells, cards and charts."""
    return _Dressing(Styles.of(file), ChartParts(file)).document(document_view(document, drawn="none"))


def card_lines(items: tuple[FigureView, ...]) -> list[tuple[FigureView, ...]]:
    """Cards in rows: up to five in one, more in rows of four, the last row filled up with empty ones."""
    size = len(items) if len(items) <= _CARDS else _MANY_CARDS
    rows = [items[start : start + size] for start in range(0, len(items), max(1, size))]
    blank = FigureView("", "", "", "", "none")
    return [row + (blank,) * (size - len(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Dressing:
    """Gives each value of a view its Word XML, in the styles of the template at hand."""

    styles: Styles
    charts: ChartParts

    def document(self, view: DocumentView) -> DocumentView:
        """The view with every cell, card and chart dressed."""
        parts = tuple(self._section(part) for part in view.sections)
        return replace(view, sections=parts, cards=self._cards(view.cards))

    def _section(self, part: SectionView) -> SectionView:
        return replace(
            part,
            figures=self._cards(part.figures),
            columns=tuple(self._column(column) for column in part.columns),
            rows=tuple(tuple(self._cell(value) for value in row) for row in part.rows),
            total=tuple(self._cell(value, total=True) for value in part.total),
            charts=tuple(self._chart(chart) for chart in part.charts if chart.kind != "map"),
        )

    def _cards(self, items: tuple[FigureView, ...]) -> tuple[FigureView, ...]:
        return tuple(replace(item, word=card(item, self.styles)) for item in items)

    def _column(self, column: ColumnView) -> ColumnView:
        return replace(column, word=heading(column, self.styles))

    def _cell(self, value: CellView, *, total: bool = False) -> CellView:
        return replace(value, word=cell(value, self.styles, total=total))

    def _chart(self, chart: ChartView) -> ChartView:
        return replace(chart, word=self.charts.paragraph(chart))


def _opened(path: Path) -> Any:
    from docxtpl import DocxTemplate

    file = DocxTemplate(io.BytesIO(path.read_bytes()))
    try:
        file.get_docx()
    except Exception as error:
        hint = _("请用 Word 或 WPS 打开后另存为 .docx")
        raise InputFault(_("模板 {name} 不是可用的 Word 文件").format(name=path.name), hint=hint) from error
    return file


def _filled(file: Any, source: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
    from jinja2 import TemplateError

    file.current_rendering_part = part
    # One paragraph a line: an error's line number then leads to the words around it.
    source = _PARAGRAPH.sub(r"\n<w:p\1", source)
    try:
        text = _compiled(jinja_env, source).render(context)
    except TemplateError as error:
        _locate(error, source)
        raise
    resolve: Callable[[str], str] = file.resolve_listing
    return resolve(text.replace("\n<w:p", "<w:p"))


@lru_cache(maxsize=24)
def _compiled(env: Any, source: str) -> Any:
    # Kept: compiling the template takes longer than filling it.
    return env.from_string(source)


def _locate(error: Any, source: str) -> None:
    number = getattr(error, "lineno", None)
    lines = source.splitlines()
    if number and 0 < number <= len(lines):
        near = _TAG.sub("", " ".join(lines[max(0, number - 2) : number + 1])).strip()
        error.args = (f"{error.message} （{near[:120]}）",)
        error.lineno = None


def _finish(file: Any, document: Document) -> None:
    word_layout.turn(file, landscape=document.landscape)
    word_layout.widths(file)
    core = file.core_properties
    core.title, core.subject = document.title[:255], document.subtitle[:255]
    core.author = core.last_modified_by = "cmkit"
    core.created = core.modified = moment(document.made_on)
    core.revision = 1
