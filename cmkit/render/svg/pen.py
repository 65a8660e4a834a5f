"""The pen of every chart: escaped text, fixed decimals, lengths of text, round axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, Literal
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

from cmkit.facts.section import Chart
from cmkit.render import cells
from cmkit.render.colors import INK, LINE, MUTED, css

WIDTH: Final = 440
SIZE: Final = 12
FONT: Final = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
Anchor = Literal["start", "middle", "end"]
_MAX_TICKS = 5
_LATIN = 0.56


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from ``low`` to ``high`` with round ticks."""

    low: float
    high: float
    ticks: tuple[Decimal, ...]

    def part(self, value: Decimal) -> float:
        """Where the value lies between the ends, 0 to 1; what lies outside is drawn at the end."""
        return min(1.0, max(0.0, (float(value) - self.low) / (self.high - self.low)))


def axis(values: Iterable[Decimal], *, zero: bool = True) -> Axis:
    """The axis that holds the values, from nought unless told otherwise."""
    known = [value for value in values if value.is_finite()] or [Decimal(0)]
    low, high = min(known), max(known)
    low = min(low, Decimal(0)) if zero else low
    high = max(high, Decimal(0)) if zero else high
    step = _step((high - low) or abs(high) or Decimal(1))
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_CEILING))
    last = max(last, first + 1)
    return Axis(float(step * first), float(step * last), tuple(step * spot for spot in range(first, last + 1)))


def svg(width: float, height: float, parts: Iterable[str], title: str, *, fluid: bool = True, words: str = "") -> str:
    """The drawing; a fluid one takes the width of what it stands in and never outgrows its own text.

    ``words`` tell those who cannot see it what it shows.
    """
    style = f"width:100%;max-width:{num(width * 1.35)}px;height:auto" if fluid else "vertical-align:middle"
    size = "" if fluid else f'width="{num(width)}" height="{num(height)}" '
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}viewBox="0 0 {num(width)} {num(height)}" '
        f'style="{style}" role="img" aria-label={attr(title)} font-family="{FONT}" font-size="{SIZE}">'
    )
    told = f"<desc>{text_of(words)}</desc>" if words else ""
    return head + told + "".join(parts) + "</svg>"


def rect(x: float, y: float, width: float, height: float, fill: str, *, round_: float = 2, tip: str = "") -> str:
    """A filled box with a tip for the pointer."""
    inside = f"<title>{text_of(tip)}</title>" if tip else ""
    box = f'<rect x="{num(x)}" y="{num(y)}" width="{num(max(width, 0))}" height="{num(height)}"'
    return f'{box} rx="{num(round_)}" fill="{css(fill)}"' + (f">{inside}</rect>" if tip else "/>")


def text(
    x: float,
    y: float,
    content: str,
    *,
    anchor: Anchor = "start",
    color: str = INK,
    size: float = SIZE,
    bold: bool = False,
) -> str:
    """A label."""
    weight = ' font-weight="600"' if bold else ""
    scale = "" if size == SIZE else f' font-size="{num(size)}"'
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{num(x)}" y="{num(y)}"{side}{scale}{weight} fill="{css(color)}">{text_of(content)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, *, color: str = LINE, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}"'
    return f'<line {ends} stroke="{css(color)}" stroke-width="{num(width)}"{dashes}/>'


def legend(names: Iterable[tuple[str, str, str]], y: float, right: float = WIDTH) -> str:
    """Names, colours and dashes of the series, flush right above the drawing."""
    parts: list[str] = []
    for name, color, dash in reversed(list(names)):
        right -= length(name)
        parts.append(text(right, y + 4, name, color=MUTED))
        parts.append(rule(right - 22, y, right - 5, y, color=color, width=2.5, dash=dash))
        right -= 34
    return "".join(parts)


def attr(content: str) -> str:
    """Text as a quoted attribute."""
    return quoteattr(cells.clean(content))


def text_of(content: str) -> str:
    """Text escaped for the inside of an element."""
    return escape(cells.clean(content))


def num(value: float) -> str:
    """A coordinate with at most one decimal."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def length(content: str, size: float = SIZE) -> float:
    """About how wide the text will be: a Chinese character one em, a Latin one a little more than half."""
    return sum(size if east_asian_width(sign) in "WF" else size * _LATIN for sign in content)


def fit(content: str, room: float, size: float = SIZE) -> str:
    """The text, cut with an ellipsis where it would be wider than ``room``."""
    if length(content, size) <= room:
        return content
    kept = content
    while kept and length(kept + "…", size) > room:
        kept = kept[:-1]
    return kept + "…"


def amount(value: Decimal, chart: Chart) -> str:
    """A value with its unit, as labels show it."""
    unit = chart.unit if chart.unit in {"%", "‰"} else ""
    return f"{cells.trimmed(value, chart.digits)}{unit}"


def tick(value: Decimal, chart: Chart) -> str:
    """A value on an axis: never more decimals than the step needs."""
    return f"{cells.trimmed(value, 4)}{chart.unit if chart.unit in {'%', '‰'} else ''}"


def thinned(labels: tuple[str, ...], room: float) -> tuple[tuple[int, str], ...]:
    """As many labels as fit into ``room`` without touching; the last one always stays."""
    if not labels:
        return ()
    widest = max(length(label) for label in labels) + 10
    every = max(1, -int(-(widest * len(labels)) // room))
    last = len(labels) - 1
    kept = [spot for spot in range(0, len(labels), every) if spot == last or last - spot >= every]
    return tuple((spot, labels[spot]) for spot in dict.fromkeys([*kept, last]))


def _step(spread: Decimal) -> Decimal:
    raw = spread / _MAX_TICKS
    magnitude = Decimal(1).scaleb(raw.adjusted())
    return next((magnitude * step for step in (1, 2, 5) if magnitude * step >= raw), magnitude * 10)
