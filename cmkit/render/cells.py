"""A cell as text, by its column: the same words in Markdown, HTML, Word and on the terminal, all of them in GBK."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal
from unicodedata import east_asian_width

from cmkit.base.lang import _, language
from cmkit.base.money import grouped
from cmkit.facts.section import Cell, Column, Figure, Level, Status, Trend

Align = Literal["left", "right", "center"]
MARKS: Final[dict[Level, str]] = {"good": "●", "warn": "▲", "bad": "■", "none": "—"}
MISSING: Final = "—"
NUMERIC: Final = frozenset({"number", "money", "rate", "pp", "count"})
TICKED, UNTICKED = "√", "□"
_BLOCKS = "▁▂▃▄▅▆▇█"
_BAR_CELLS = 10
# What XML 1.0 has no place for, and C1; line breaks and tabs stay.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text that every format can hold: characters outside XML as �, line breaks as one kind. Nothing else changes."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def shown(cell: Cell, column: Column | Figure) -> str:
    """The cell as its column wants it: ``12,345.60``, ``84.62%``, ``+6.94``, ``2026-10-30``, ``● 达标``."""
    if isinstance(cell, str):
        return clean(cell)
    if cell is None:
        return _missing(column.kind)
    if isinstance(cell, Status):
        return status(cell)
    if isinstance(cell, Trend):
        return blocks(cell.values)
    if isinstance(cell, bool):
        return _flag(cell, column.kind)
    if isinstance(cell, int | Decimal):
        return _number(Decimal(cell), column, whole=isinstance(cell, int))
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return clean(joined(cell))


def status(cell: Status) -> str:
    """``● 达标``: the light's own shape goes before its word, so that a black-and-white print still tells."""
    return f"{MARKS[cell.level]} {clean(cell.text)}".strip()


def blocks(values: tuple[Decimal | None, ...]) -> str:
    """A row of block characters from the lowest to the highest value; a dot where a value is missing."""
    known = [value for value in values if value is not None]
    if not known:
        return MISSING
    low, spread = min(known), max(known) - min(known)
    return "".join(
        "·" if value is None else _BLOCKS[int((value - low) / spread * 7) if spread else 3] for value in values
    )


def bar(value: Decimal, digits: int = 2) -> str:
    """``■■■■■□□□□□ 52%``: ten boxes stand for 100 %."""
    return f"{boxes(value)} {trimmed(value, digits)}%"


def boxes(value: Decimal) -> str:
    """The ten boxes of a bar; only a target that is met fills the last one."""
    full = min(_BAR_CELLS, max(0, int(value / 10)))
    return "■" * full + "□" * (_BAR_CELLS - full)


def trimmed(value: Decimal, digits: int = 2) -> str:
    """A grouped number with at most ``digits`` decimals and no zeros at the end: ``400``, ``1,256.5``."""
    text = grouped(value, digits)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def heading(column: Column) -> str:
    """The column's title with its unit: ``余额（万元）``; rates carry their sign in the cell."""
    title, unit = clean(column.title), clean(column.unit)
    if not unit or unit in title or (unit == "%" and column.kind in {"rate", "bar"}):
        return title
    return f"{title}（{unit}）" if language() == "zh" else f"{title} ({unit})"


def align(kind: str) -> Align:
    """Numbers stand right, ticks, dates and times centred, words left."""
    if kind in NUMERIC:
        return "right"
    return "center" if kind in {"tick", "date", "time"} else "left"


def width(column: Column, texts: Iterable[str], *, most: int = 40) -> int:
    """The column's width in Latin characters: its own, else that of its longest line, within ``most``."""
    if column.width:
        return column.width
    widest = 4
    for text in {heading(column), *texts}:
        for line in text.split("\n") if "\n" in text else (text,):
            widest = max(widest, measure(line))
    return min(most, widest)


@lru_cache(maxsize=8192)
def measure(text: str) -> int:
    """The width of a line in Latin characters; a Chinese character counts two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def level(cell: Cell) -> Level:
    """The light of a cell; ``none`` where it has none."""
    return cell.level if isinstance(cell, Status) else "none"


def joined(parts: Iterable[str]) -> str:
    """Names in a row, as the language writes them."""
    return ("、" if language() == "zh" else ", ").join(parts)


def _missing(kind: str) -> str:
    if kind == "tick":
        return UNTICKED
    return MISSING if kind in NUMERIC or kind in {"bar", "spark", "status"} else ""


def _flag(value: bool, kind: str) -> str:
    if kind == "tick":
        return TICKED if value else UNTICKED
    return _("是") if value else _("否")


def _number(value: Decimal, column: Column | Figure, *, whole: bool) -> str:
    if not value.is_finite():
        return MISSING
    kind, digits = column.kind, column.digits
    if kind == "bar":
        return bar(value, digits)
    if kind == "rate":
        return f"{_signless_zero(grouped(value, digits))}%"
    if kind == "pp":
        text = _signless_zero(grouped(value, digits))
        return text if text.startswith("-") or not text.strip("0.,") else f"+{text}"
    if kind == "money" and not whole:
        return _signless_zero(grouped(value, digits))
    return trimmed(value, 0 if kind == "count" else digits)


def _signless_zero(text: str) -> str:
    return text.lstrip("-") if not text.strip("-0.,") else text
