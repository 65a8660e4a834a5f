"""The few colours of every format: one accent, three lights, greys. Hex without the sign, as Word wants them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cmkit.facts.section import Level

ACCENT: Final = "1F5A8C"
ACCENT_SOFT: Final = "E8F0F7"
INK: Final = "1E2933"
MUTED: Final = "66727F"
LINE: Final = "D5DCE3"
TRACK: Final = "E9EDF1"
PAPER: Final = "FFFFFF"
LEVELS: Final[dict[Level, str]] = {"good": "2B7A4B", "warn": "B7720F", "bad": "B3372F", "none": ACCENT}
SOFT: Final[dict[Level, str]] = {"good": "E3F2E8", "warn": "FCF1DC", "bad": "FAE6E4", "none": "F1F4F7"}
SERIES: Final = (ACCENT, "8A98A8", "C98A2B", "5B8C7B")
HEAT: Final = ("F1F4F7", "CFE0EF", "97BEDF", "5592C6", ACCENT)
COOL: Final = (*HEAT[:3], "6DA5D4", ACCENT)
WARM: Final = (HEAT[0], "F9E7C6", "EFC684", "DB9E42", "94590A")
_PARTS: Final = (0, 5, 20, 50)
"""From more than so many percent of a row on, a square takes the next darker shade."""


def css(color: str) -> str:
    """The colour as HTML, SVG and Excel want it."""
    return f"#{color}"


def heat(count: int, most: int) -> str:
    """The shade of a day with ``count`` visits where the busiest day had ``most``."""
    if count <= 0 or most <= 0:
        return HEAT[0]
    return HEAT[min(4, 1 + (count * 4 - 1) // most)] if count < most else HEAT[4]


def shade(share: Decimal, *, worse: bool) -> str:
    """The shade of a square that holds ``share`` percent of its row; what got worse stands in the warning hue."""
    return (WARM if worse else COOL)[sum(share > part for part in _PARTS)]


def on_shade(color: str) -> str:
    """The ink that can be read on a shade."""
    return PAPER if color in {COOL[4], WARM[4]} else INK
