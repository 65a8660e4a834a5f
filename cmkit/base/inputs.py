"""Reading ``key=value`` words: numbers, lists with commas, pairs with colons, days, and words of a closed set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.base.text import fold_key

# Beyond this the 28 digits of Decimal no longer hold the answer to the cent.
LARGEST = Decimal(10) ** 15
SMALLEST_EXPONENT = -12


def read_number(text: str, key: str) -> Decimal:
    """The number that ``text`` writes.

    Raises UsageFault for anything that is not a plain finite number of a sensible size.
    """
    try:
        value = Decimal(fold_key(text))
    except InvalidOperation:
        raise UsageFault(_("{key}={text} 不是数字").format(key=key, text=text)) from None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(value) > LARGEST or exponent < SMALLEST_EXPONENT:
        raise UsageFault(_("{key}={text} 超出可计算的范围").format(key=key, text=text))
    return value


@dataclass(frozen=True, slots=True)
class Inputs:
    """The words given to a rule. A key that is missing or blank takes the default; without one it is a UsageFault."""

    values: Mapping[str, str]

    def has(self, key: str) -> bool:
        """Whether ``key`` was given with something in it."""
        return bool(self.values.get(key, "").strip())

    def text(self, key: str, default: str | None = None) -> str:
        """The word of ``key``."""
        if self.has(key):
            return fold_key(self.values[key])
        if default is None:
            raise UsageFault(_("缺少 {key}").format(key=key), hint=_("请写 {key}=值").format(key=key))
        return default

    def number(self, key: str, default: Decimal | None = None) -> Decimal:
        """The number of ``key``."""
        if default is not None and not self.has(key):
            return default
        return read_number(self.text(key), key)

    def positive(self, key: str, default: Decimal | None = None) -> Decimal:
        """The number of ``key``, which must be above zero (it divides)."""
        value = self.number(key, default)
        if value <= 0:
            raise UsageFault(_("{key} 必须大于 0").format(key=key))
        return value

    def maybe(self, key: str) -> Decimal | None:
        """The number of ``key``, or None where it was left blank."""
        return self.number(key) if self.has(key) else None

    def whole(self, key: str, default: int | None = None) -> int:
        """The whole number of ``key``."""
        value = self.number(key, None if default is None else Decimal(default))
        if value != value.to_integral_value():
            raise UsageFault(_("{key}={text} 不是整数").format(key=key, text=self.values[key]))
        return int(value)

    def numbers(self, key: str) -> tuple[Decimal | None, ...]:
        """The list of ``key``; an empty place is None (``,9.5,1.7,,``)."""
        return tuple(read_number(part, key) if part.strip() else None for part in self.text(key).split(","))

    def table(self, key: str) -> tuple[tuple[str, ...], ...]:
        """The rows of ``key``: rows apart by commas, cells by colons (``90:0.8,85:0.2``)."""
        return tuple(tuple(cell.strip() for cell in row.split(":")) for row in self.text(key).split(",") if row.strip())

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """The pairs of ``key`` (``2026-11-01:100,2026-11-11:150``)."""
        rows = self.table(key)
        wrong = next((row for row in rows if len(row) != 2), None)  # noqa: PLR2004 - a pair
        if wrong is not None or not rows:
            raise UsageFault(_("{key} 要写成 甲:乙,甲:乙").format(key=key))
        return tuple((row[0], row[1]) for row in rows)

    def day(self, key: str) -> date:
        """The date of ``key``."""
        text = self.text(key)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise UsageFault(
                _("{key}={text} 不是日期").format(key=key, text=text), hint=_("请写成 2026-10-31")
            ) from None

    def choice(self, key: str, legal: Collection[str], default: str | None = None) -> str:
        """The word of ``key``, which must be one of ``legal``."""
        word = self.text(key, default)
        if word not in legal:
            raise UsageFault(
                _("{key}={text} 不在可选值之内").format(key=key, text=word),
                hint=_("可选：{legal}").format(legal="、".join(legal)),
            )
        return word
