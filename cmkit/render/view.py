"""A document as templates see it: every value a text, every part numbered, charts ready to be drawn.

The names of the fields here are what a clerk writes between braces; ``fields.py`` says what each one means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from cmkit.base.lang import _, language
from cmkit.facts.section import Cell, Chart, Column, Document, Figure, Level, Section, Status, Trend
from cmkit.render import cells, chart_text, svg
from cmkit.render.ready import NOTHING, Ready

_DIGITS = "零一二三四五六七八九"
_TEN = 10
Drawn = Literal["all", "charts", "none", "words"]
"""Everything; charts but no bars and sparklines in cells; no drawing; and for Excel, which writes raw values, no table."""
EXTRA = (
    *("time", "place", "host", "recorder", "present", "absent", "attending", "issue_no", "approved_by", "issued_on"),
    "picture",
)
"""The names of ``Document.extra`` that the shipped layouts use; each may be missing."""


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: its text, how it stands and, for a bar or a sparkline, its drawing."""

    text: str
    kind: str
    align: cells.Align
    level: Level
    svg: Ready = NOTHING
    percent: str = ""
    word: Ready = NOTHING


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column's heading."""

    title: str
    kind: str
    align: cells.Align
    width: int = 0
    word: Ready = NOTHING


@dataclass(frozen=True, slots=True)
class FigureView:
    """One card."""

    label: str
    value: str
    unit: str
    note: str
    level: Level
    word: Ready = NOTHING


@dataclass(frozen=True, slots=True)
class ChartView:
    """One chart: drawn as SVG, told as a table in Markdown, native in Word."""

    title: str
    kind: str
    svg: Ready
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    word: Ready = NOTHING
    source: Chart | None = field(default=None, repr=False)
    levels: Mapping[str, Level] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SectionView:
    """One part of the document."""

    id: str
    number: str
    title: str
    level: int
    text: tuple[str, ...]
    figures: tuple[FigureView, ...]
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    total: tuple[CellView, ...]
    charts: tuple[ChartView, ...]
    notes: tuple[str, ...]
    empty: str

    @property
    def heading(self) -> str:
        """Number and title in one."""
        return f"{self.number}{self.title}"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """The whole document."""

    name: str
    title: str
    subtitle: str
    meta: tuple[tuple[str, str], ...]
    headline: str
    cards: tuple[FigureView, ...]
    sections: tuple[SectionView, ...]
    notes: tuple[str, ...]
    signatures: tuple[str, ...]
    mark: str
    made_on: str
    landscape: bool
    lang: str
    extra: Mapping[str, str]


def document_view(document: Document, *, drawn: Drawn = "all") -> DocumentView:
    """What a template is given, in the language spoken now; ``drawn`` says which drawings the format has a use for."""
    numbers = _numbers(document.sections)
    pairs = zip(document.sections, numbers, strict=True)
    return DocumentView(
        name=document.name,
        title=cells.clean(document.title),
        subtitle=cells.clean(document.subtitle),
        meta=tuple((cells.clean(label), cells.clean(value)) for label, value in document.meta),
        headline=cells.clean(document.headline),
        cards=tuple(figure_view(card) for card in document.cards),
        sections=tuple(section_view(section, number, drawn=drawn) for section, number in pairs),
        notes=_texts(document.notes),
        signatures=_texts(document.signatures),
        mark=cells.clean(document.mark),
        made_on=f"{document.made_on:%Y-%m-%d}" if document.made_on else "",
        landscape=document.landscape,
        lang=document.lang,
        extra=dict.fromkeys(EXTRA, "") | {key: cells.clean(value) for key, value in document.extra},
    )


def on_page(section: Section) -> Section:
    """The part without the columns that only a sheet needs."""
    if not any(column.sheet_only for column in section.columns):
        return section
    kept = [spot for spot, column in enumerate(section.columns) if not column.sheet_only]
    return replace(
        section,
        columns=tuple(section.columns[spot] for spot in kept),
        rows=tuple(tuple(row[spot] for spot in kept if spot < len(row)) for row in section.rows),
        total=tuple(section.total[spot] for spot in kept if spot < len(section.total)),
    )


def section_view(section: Section, number: str = "", *, drawn: Drawn = "all") -> SectionView:
    """A part with its number in front."""
    section = on_page(section)
    levels = chart_levels(section)
    small = drawn == "all"
    rows = () if drawn == "words" else tuple(_row(row, section.columns, drawn=small) for row in section.rows)
    held = section.text or section.figures or section.rows or section.charts or section.notes
    return SectionView(
        id=section.id,
        number=number,
        title=cells.clean(section.title),
        level=section.level,
        text=_texts(section.text),
        figures=tuple(figure_view(figure) for figure in section.figures),
        columns=_columns(section.columns, rows) if rows else (),
        rows=rows,
        total=_row(section.total, section.columns, drawn=small) if section.total else (),
        charts=()
        if drawn == "words"
        else tuple(chart_view(chart, levels, drawn=drawn != "none") for chart in section.charts),
        notes=_texts(section.notes),
        empty="" if held else cells.clean(section.empty or _("无")),
    )


def column_view(column: Column, texts: Iterable[str] = ()) -> ColumnView:
    """A column's heading, standing as its cells do and as wide as they need."""
    return ColumnView(cells.heading(column), column.kind, cells.align(column.kind), cells.width(column, texts))


def cell_view(cell: Cell, column: Column, light: Level = "none", *, drawn: bool = True) -> CellView:
    """A cell as text, with its drawing where it has one; ``light`` is that of its row and colours a bar."""
    text, side = cells.shown(cell, column), cells.align(column.kind)
    drawing, percent = NOTHING, ""
    if column.kind == "bar" and isinstance(cell, int | Decimal) and Decimal(cell).is_finite():
        percent = f"{cells.trimmed(Decimal(cell), column.digits)}%"
        drawing = Ready(svg.bullet(Decimal(cell), light)) if drawn else NOTHING
    elif drawn and column.kind == "spark" and isinstance(cell, Trend):
        drawing = Ready(svg.sparkline(cell.values))
    level = light if column.kind == "bar" else cells.level(cell)
    return CellView(text, column.kind, side, level, drawing, percent)


def figure_view(figure: Figure) -> FigureView:
    """A card's number and unit apart, so that the unit can be set small."""
    value = cells.shown(figure.value, figure)
    unit = "" if value == cells.MISSING or (figure.unit == "%" and value.endswith("%")) else cells.clean(figure.unit)
    return FigureView(cells.clean(figure.label), value, unit, cells.clean(figure.note), figure.level)


def chart_view(chart: Chart, levels: Mapping[str, Level], *, drawn: bool = True) -> ChartView:
    """A chart drawn, and told as a table."""
    columns, raw = chart_text.table(chart)
    rows = tuple(_row(row, columns, drawn=drawn) for row in raw)
    return ChartView(
        title=cells.clean(chart.title),
        kind=chart.kind,
        svg=Ready(svg.draw(chart, levels)) if drawn else NOTHING,
        columns=_columns(columns, rows),
        rows=rows,
        source=chart,
        levels=levels,
    )


def chinese_number(value: int) -> str:
    """一 … 九十九, as headings are numbered."""
    tens, ones = divmod(value, _TEN)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _numbers(sections: tuple[Section, ...]) -> list[str]:
    result, first, second = [], 0, 0
    for section in sections:
        if not section.numbered:
            result.append("")
        elif section.level == 1:
            first, second = first + 1, 0
            result.append(f"{chinese_number(first)}、" if language() == "zh" else f"{first}. ")
        else:
            second += 1
            result.append(f"（{chinese_number(second)}）" if language() == "zh" else f"{first}.{second} ")
    return result


def chart_levels(section: Section) -> dict[str, Level]:
    """The light of each named row: a chart's bar of the same name takes it, so that the two never disagree."""
    found: dict[str, Level] = {}
    for row in section.rows:
        light = next((cell.level for cell in row if isinstance(cell, Status)), None)
        name = next((cell for cell in row if isinstance(cell, str)), None)
        if light and name:
            found[name] = light
    return found


def _columns(columns: tuple[Column, ...], rows: tuple[tuple[CellView, ...], ...]) -> tuple[ColumnView, ...]:
    return tuple(
        column_view(column, (row[spot].text for row in rows if spot < len(row))) for spot, column in enumerate(columns)
    )


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...], *, drawn: bool = True) -> tuple[CellView, ...]:
    padded = row + (None,) * (len(columns) - len(row))
    light: Level = next((cell.level for cell in row if isinstance(cell, Status)), "none")
    return tuple(cell_view(cell, column, light, drawn=drawn) for cell, column in zip(padded, columns, strict=False))


def _texts(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cells.clean(part) for part in parts if part)
