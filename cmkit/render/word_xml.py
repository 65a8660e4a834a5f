"""Word's XML for one cell, one heading, one card: paragraphs in styles that the clerk can change in Word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from cmkit.facts.section import Level
from cmkit.render.colors import ACCENT, LEVELS, LINE
from cmkit.render.ready import Ready

if TYPE_CHECKING:
    from cmkit.render.view import CellView, ColumnView, FigureView

_ALIGNED: Final = {"left": "表格文字", "right": "表格数字", "center": "表格居中"}
_LIGHT: Final[dict[Level, str]] = {"good": "表格达标", "warn": "表格落后", "bad": "表格未达标", "none": "表格文字"}
_CARD: Final[dict[Level, str]] = {"good": "卡片达标", "warn": "卡片落后", "bad": "卡片未达标", "none": "卡片数值"}
_BAR_SIZE, _SPARK_SIZE, _UNIT_SIZE = 10, 11, 18
"""Half points."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The ids behind the style names: Word may rename ids when it saves, it keeps the names."""

    ids: Mapping[str, str]

    @classmethod
    def of(cls, file: Any) -> Styles:
        """The styles of a template."""
        return cls({style.name: style.style_id for style in file.styles})

    def paragraph(self, name: str, runs: str, align: str = "") -> Ready:
        """A paragraph of ready runs; a style that the clerk removed is left out, not an error."""
        style = f"<w:pStyle w:val={quoteattr(self.ids[name])}/>" if name in self.ids else ""
        side = f'<w:jc w:val="{align}"/>' if align else ""
        return Ready(f"<w:p><w:pPr>{style}{side}</w:pPr>{runs}</w:p>")


def run(text: str, *, color: str = "", size: int = 0) -> str:
    """A run of text; size in half points."""
    look = f'<w:color w:val="{color}"/>' if color else ""
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else ""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def heading(column: ColumnView, styles: Styles) -> Ready:
    """The head of a column, standing as its cells do."""
    return styles.paragraph("表格标题", run(column.title), column.align)


def cell(value: CellView, styles: Styles, *, total: bool = False) -> Ready:
    """One cell: a light in its colour, a bar and a sparkline as small blocks, anything else as text."""
    if total:
        inside = _bar(value) if value.kind == "bar" and value.percent else run(value.text)
        return styles.paragraph("表格合计", inside, value.align)
    if value.kind == "status":
        return styles.paragraph(_LIGHT[value.level], run(value.text))
    if value.kind == "bar" and value.percent:
        return styles.paragraph("表格文字", _bar(value))
    if value.kind == "spark":
        return styles.paragraph("表格文字", run(value.text, color=ACCENT, size=_SPARK_SIZE))
    return styles.paragraph(_ALIGNED[value.align], run(value.text))


def card(item: FigureView, styles: Styles) -> Ready:
    """The number of a card in the colour of its light, its unit small behind it."""
    unit = run(f" {item.unit}", size=_UNIT_SIZE) if item.unit else ""
    return styles.paragraph(_CARD[item.level], run(item.value) + unit)


def _bar(value: CellView) -> str:
    drawn = value.text.partition(" ")[0]
    full, rest = drawn.count("■"), drawn.count("□")
    runs = run("█" * full, color=LEVELS[value.level], size=_BAR_SIZE) if full else ""
    runs += run("█" * rest, color=LINE, size=_BAR_SIZE) if rest else ""
    return runs + run(f"\u00a0{value.percent}")
