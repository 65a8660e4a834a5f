"""The closed set of column kinds: what a value is, how the store keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from cmkit.base.money import from_store, to_store


class Kind(StrEnum):
    """What a column holds. Every kind has one Python type and one stored type."""

    TEXT = "text"
    NOTE = "note"
    CODE = "code"
    CHOICE = "choice"
    DATE = "date"
    TIME = "time"
    PERIOD = "period"
    MONEY = "money"
    NUMBER = "number"
    RATE = "rate"
    COUNT = "count"
    FLAG = "flag"
    PHONE = "phone"
    ID_NO = "id_no"
    USCC = "uscc"
    ACCOUNT = "account"
    NAMES = "names"

    @property
    def scaled(self) -> bool:
        """A Decimal that the store keeps as an integer of 0.0001."""
        return self in {Kind.MONEY, Kind.NUMBER, Kind.RATE}

    @property
    def whole(self) -> bool:
        """An integer in the store."""
        return self.scaled or self in {Kind.COUNT, Kind.FLAG}


Value = str | int | bool | Decimal | date | tuple[str, ...] | None
Stored = str | int | None

Text = Annotated[str, Kind.TEXT]
Note = Annotated[str, Kind.NOTE]
Code = Annotated[str, Kind.CODE]
Choice = Annotated[str, Kind.CHOICE]
Day = Annotated[date | None, Kind.DATE]
Clock = Annotated[str, Kind.TIME]
PeriodName = Annotated[str, Kind.PERIOD]
Money = Annotated[Decimal | None, Kind.MONEY]
Number = Annotated[Decimal | None, Kind.NUMBER]
Rate = Annotated[Decimal | None, Kind.RATE]
Count = Annotated[int | None, Kind.COUNT]
Flag = Annotated[bool | None, Kind.FLAG]
Phone = Annotated[str, Kind.PHONE]
IdNo = Annotated[str, Kind.ID_NO]
Account = Annotated[str, Kind.ACCOUNT]
Names = Annotated[tuple[str, ...], Kind.NAMES]

NAMES_SEPARATOR = "、"


def encode(kind: Kind, value: Value) -> Stored:
    """``value`` as the store keeps it: blank is None, dates are ISO text, Decimals integers of 0.0001."""
    if value is None or value in ("", ()):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return to_store(value) if kind.scaled else int(value)
    if isinstance(value, int):
        return to_store(Decimal(value)) if kind.scaled else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return NAMES_SEPARATOR.join(value)
    return value


def decode(kind: Kind, stored: Stored) -> Value:
    """The Python value behind what the store keeps; text kinds give "" for blank, the others None."""
    if stored is None:
        if kind is Kind.NAMES:
            return ()
        return None if kind.whole or kind is Kind.DATE else ""
    if kind.scaled:
        return from_store(int(stored))
    if kind is Kind.FLAG:
        return bool(int(stored))
    if kind is Kind.COUNT:
        return int(stored)
    if kind is Kind.DATE:
        return date.fromisoformat(str(stored))
    if kind is Kind.NAMES:
        return tuple(str(stored).split(NAMES_SEPARATOR))
    return str(stored)


def decode_all(kind: Kind, column: Sequence[Stored]) -> list[Value]:
    """A column of stored values as :func:`decode` gives each; equal ones are worked out once."""
    if kind in _TEXTS:
        return ["" if cell is None else str(cell) for cell in column]
    known = {cell: decode(kind, cell) for cell in set(column)}
    return [known[cell] for cell in column]


_TEXTS = frozenset(kind for kind in Kind if not kind.whole and kind not in {Kind.DATE, Kind.NAMES})
