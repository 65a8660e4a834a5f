"""The picture of a report for mail and groups: its title, its cards and its attainment bars on one small page, as PNG."""

from __future__ import annotations

from functools import lru_cache

from cmkit.facts.section import Chart, Document, Level
from cmkit.render import cells, svg
from cmkit.render.colors import INK, LEVELS, LINE, MUTED, PAPER, SOFT, css
from cmkit.render.svg import pen
from cmkit.render.view import FigureView, chart_levels, figure_view

_WIDE, _EDGE, _GAP = 640, 24, 12
_CARD_HIGH, _ACROSS, _CARDS = 84, 2, 6
_ZOOM = 2
_TITLE, _LINE_HIGH = 22, 22


def picture_svg(document: Document) -> str:
    """The page as SVG; "" for a document without cards and without a chart."""
    chart, levels = _chart(document)
    if not document.cards and chart is None:
        return ""
    y = float(_EDGE + _TITLE)
    parts = [pen.text(_EDGE, y, pen.fit(document.title, _WIDE - 2 * _EDGE, _TITLE), size=_TITLE, bold=True)]
    if document.subtitle:
        y += _LINE_HIGH
        parts.append(pen.text(_EDGE, y, document.subtitle, color=MUTED, size=13))
    for line in _wrapped(document.headline, _WIDE - 2 * _EDGE, 14):
        y += _LINE_HIGH
        parts.append(pen.text(_EDGE, y, line, size=14))
    y += 18
    cards = [figure_view(card) for card in document.cards[:_CARDS]]
    for spot, card in enumerate(cards):
        row, column = divmod(spot, _ACROSS)
        wide = (_WIDE - 2 * _EDGE - (_ACROSS - 1) * _GAP) / _ACROSS
        parts.append(_card(card, _EDGE + column * (wide + _GAP), y + row * (_CARD_HIGH + _GAP), wide))
    y += -(-len(cards) // _ACROSS) * (_CARD_HIGH + _GAP)
    if chart is not None:
        y += _LINE_HIGH
        parts.append(pen.text(_EDGE, y, pen.fit(chart.title, _WIDE - 2 * _EDGE, 14), size=14, bold=True))
        drawn, high = _placed(svg.draw(chart, levels), y + _GAP)
        parts.append(drawn)
        y += high + _GAP
    return _page(parts, y + _EDGE, document.title)


def picture(document: Document) -> bytes:
    """The page as PNG; empty where there is nothing to draw, or nothing to draw it with (:func:`can_draw`)."""
    drawn = picture_svg(document)
    return _png(drawn) if drawn and can_draw() else b""


@lru_cache(maxsize=1)
def can_draw() -> bool:
    """The extra ``mail`` is installed and the system has a font with Chinese characters."""
    try:
        import resvg_py  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    # Without such a font the drawing has holes and no error: a character must leave a mark that a blank does not.
    return _png(_page([pen.text(20, 20, "中")], 40, "")) != _png(_page([pen.text(20, 20, " ")], 40, ""))


def _png(drawn: str) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=drawn, zoom=_ZOOM, background=css(PAPER)))


def _chart(document: Document) -> tuple[Chart | None, dict[str, Level]]:
    """The chart that tells most: attainment where there is one."""
    found = [(chart, section) for section in document.sections for chart in section.charts]
    best = next((pair for pair in found if pair[0].kind == "bars"), found[0] if found else None)
    return (best[0], chart_levels(best[1])) if best else (None, {})


def _card(card: FigureView, x: float, y: float, wide: float) -> str:
    room = wide - 24
    parts = [pen.rect(x, y, wide, _CARD_HIGH, SOFT[card.level], round_=6)]
    parts.append(pen.text(x + 12, y + 22, pen.fit(card.label, room), color=MUTED))
    color = LEVELS[card.level] if card.level != "none" else INK
    parts.append(pen.text(x + 12, y + 50, card.value, color=color, size=24, bold=True))
    parts.append(pen.text(x + 16 + pen.length(card.value, 24), y + 50, card.unit, color=MUTED))
    parts.append(pen.text(x + 12, y + 72, pen.fit(card.note, room, 11), color=MUTED, size=11))
    return "".join(parts)


def _placed(drawn: str, y: float) -> tuple[str, float]:
    """A chart as wide as the page, and how high it is then."""
    width, height = (float(part) for part in drawn.partition('viewBox="0 0 ')[2].partition('"')[0].split())
    scale = (_WIDE - 2 * _EDGE) / width
    place = f'x="{_EDGE}" y="{pen.num(y)}" width="{pen.num(width * scale)}" height="{pen.num(height * scale)}"'
    return drawn.replace("<svg ", f"<svg {place} ", 1), height * scale


def _page(parts: list[str], high: float, title: str) -> str:
    frame = f'<rect x="0.5" y="0.5" width="{_WIDE - 1}" height="{pen.num(high - 1)}" fill="none" stroke="{css(LINE)}"/>'
    return pen.svg(_WIDE, high, [frame, *parts], title, fluid=False)


def _wrapped(content: str, room: float, size: float) -> list[str]:
    """The text in at most three lines."""
    lines, line = [], ""
    for sign in cells.clean(content):
        if pen.length(line + sign, size) > room:
            lines.append(line)
            line = ""
        line += sign
    lines.append(line)
    return [one for one in lines if one][:3]
