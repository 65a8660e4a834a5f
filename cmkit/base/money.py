"""Amounts: Decimal in people's units, integers of 0.0001 in the store, rounded once at the end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

SCALE = 10_000
UNITS = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
    "%": Decimal(1),
    "‰": Decimal("0.1"),
}


def round_half_up(value: Decimal, digits: int = 2) -> Decimal:
    """``value`` with ``digits`` decimals, halves away from zero (四舍五入)."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def percent(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """``part`` of ``whole`` in percent, unrounded; None where there is no whole."""
    return Decimal(100) * part / whole if whole else None


def rounded_percent(part: Decimal | int, whole: Decimal | int | None, digits: int = 2) -> Decimal | None:
    """``part`` of ``whole`` in percent, rounded half up; None where there is no whole."""
    found = percent(part, whole)
    return None if found is None else round_half_up(found, digits)


def to_store(value: Decimal) -> int:
    """The integer of 0.0001 that the store keeps for ``value`` (yuan, a number or percent)."""
    return int((value * SCALE).to_integral_value(rounding=ROUND_HALF_UP))


def from_store(value: int) -> Decimal:
    """The Decimal behind a stored integer, without trailing zeros."""
    result = (Decimal(value) / SCALE).normalize()
    return result if result.as_tuple().exponent <= 0 else result.quantize(Decimal(1))  # type: ignore[operator]


def convert(value: Decimal, unit: str, into: str) -> Decimal:
    """``value`` in ``unit`` as a value in ``into``; units outside the table must be equal.

    Raises KeyError for a pair of units that do not convert.
    """
    if unit == into:
        return value
    return value * UNITS[unit] / UNITS[into]


def grouped(value: Decimal, digits: int = 2) -> str:
    """``12,345.60``: rounded half up, thousands grouped."""
    return f"{round_half_up(value, digits):,.{digits}f}"


def plain(value: Decimal) -> str:
    """A Decimal as people write it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
