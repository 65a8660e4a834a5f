"""Short cuts for cells that are plainly right: the stored value at once, or None to take the careful way.

Every short cut gives exactly what the parser and ``encode`` would give; a test holds them against each other. A bulk
goes over many cells at once and hands those that are not plain to the careful way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import product, repeat
from math import isnan
from operator import sub

from cmkit.base.money import SCALE
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.specs import ColumnSpec
from cmkit.importing.dates import FIRST_YEAR, LAST_YEAR
from cmkit.importing.numbers import factor
from cmkit.importing.people import is_day, is_known_area, is_served, resident_flaw, served
from cmkit.importing.values import BLANKS, Context, Lookup, refs_of, unit_into
from cmkit.sheets.cells import Cell

Fast = Callable[[Cell], Stored]
Bulk = Callable[[Sequence[Cell], Fast], list[Stored]]
"""Cells of one column, and the careful way for those that are not plain."""

_WORDS = re.compile(r"[\u4e00-\u9fff0-9A-WYZa-wyz]{1,32767}")
_CODE = re.compile(r"[A-Z]{1,4}[0-9]{1,64}|[0-9]{1,64}")
_ID = re.compile(r"[0-9]{17}[0-9X]")
_FIGURES = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.([0-9]{1,4}))?")
_MOBILE = re.compile(r"1[0-9]{10}")
# Below this a float times a power of ten is off by less than 0.0003, so that the nearest integer is the rounded value.
_BLANK_FORMS = frozenset(
    "".join(letters) for word in BLANKS for letters in product(*[{char.lower(), char.upper()} for char in word])
)
_MOST = 50_000
_SURE = 1e12
_NEAR = 1e-3


def shortcut(kind: Kind, column: ColumnSpec, context: Context) -> Fast | None:
    """The short cut of a column, where its kind has one."""
    tables = refs_of(column)
    if tables:
        return None if kind is Kind.NAMES or context.lookup is None else _known(tables, context.lookup)
    if column.key == "kpi":
        return None
    if kind in {Kind.TEXT, Kind.NOTE}:
        return _text
    if kind in {Kind.MONEY, Kind.NUMBER, Kind.RATE}:
        return _amount(kind, column, context)
    return {Kind.CODE: _code, Kind.PHONE: _phone, Kind.ID_NO: _identity, Kind.DATE: _day}.get(kind)


def bulk(kind: Kind, column: ColumnSpec, context: Context) -> Bulk | None:
    """The short cut of a column for many cells that differ from each other, where its kind has one."""
    fast = shortcut(kind, column, context)
    if fast is None or refs_of(column):
        return None
    if kind in {Kind.TEXT, Kind.NOTE}:
        return _bulk_text
    if kind is Kind.CODE:
        return lambda cells, slow: _matching(_CODE, cells, slow)
    if kind in {Kind.MONEY, Kind.NUMBER, Kind.RATE}:
        scale = _scale(kind, column, context)
        return (lambda cells, slow: _bulk_amounts(scale, cells, slow)) if scale else None
    if kind is Kind.ID_NO:
        return _bulk_identities
    if kind is Kind.PHONE:
        return lambda cells, slow: _matching(served(), cells, slow)
    return _bulk_days


def _matching(pattern: re.Pattern[str], cells: Sequence[Cell], slow: Fast) -> list[Stored]:
    """Cells that are what they are stored as where they match."""
    if set(map(type, cells)) != {str}:
        return [cell if type(cell) is str and pattern.fullmatch(cell) else slow(cell) for cell in cells]
    hits = list(map(pattern.fullmatch, cells))  # type: ignore[arg-type]
    if None not in hits:
        return list(cells)  # type: ignore[arg-type]
    return [slow(cell) if hit is None else cell for cell, hit in zip(cells, hits, strict=True)]  # type: ignore[misc]


def _bulk_text(cells: Sequence[Cell], slow: Fast) -> list[Stored]:
    if not _BLANK_FORMS.isdisjoint(cells):
        return [slow(cell) if cell in _BLANK_FORMS else _matching(_WORDS, [cell], slow)[0] for cell in cells]
    return _matching(_WORDS, cells, slow)


class _Known(dict[str, bool]):
    """What a test said of each text, worked out once."""

    def __init__(self, test: Callable[[str], bool]) -> None:
        super().__init__()
        self.test = test

    def __missing__(self, text: str) -> bool:
        if len(self) > _MOST:
            self.clear()
        found = self[text] = self.test(text)
        return found


_days = _Known(is_day)
_areas = _Known(is_known_area)
_LAST = {**{str(digit): digit for digit in range(10)}, "X": 10}


def _bulk_identities(cells: Sequence[Cell], slow: Fast) -> list[Stored]:
    if set(map(type, cells)) != {str}:
        return [cell if type(cell) is str and _identity(cell) else slow(cell) for cell in cells]
    texts: list[str] = list(cells)  # type: ignore[arg-type]
    digits = list(map(_ID.fullmatch, texts))
    right = texts if None not in digits else [text for text, hit in zip(texts, digits, strict=True) if hit]
    sums = map(int, [text[:17] for text in right], repeat(13))
    last, days, areas = _LAST, _days, _areas
    sound = [
        text
        for text, total in zip(right, sums, strict=True)
        if (2 * total + last[text[17]]) % 11 == 1 and days[text[6:14]] and areas[text[:6]]
    ]
    if len(sound) == len(texts):
        return texts  # type: ignore[return-value]
    kept = set(sound)
    return [text if text in kept else slow(text) for text in texts]


def _bulk_amounts(scale: float, cells: Sequence[Cell], slow: Fast) -> list[Stored]:
    floats = [cell for cell in cells if type(cell) is float]
    if not floats:
        return list(map(slow, cells))
    scaled = [cell * scale for cell in floats]
    if isnan(sum(scaled)) or not (min(scaled) > -_SURE and max(scaled) < _SURE):
        return list(map(slow, cells))
    nearest = list(map(round, scaled))
    away = list(map(sub, scaled, nearest))
    if not (min(away) > -_NEAR and max(away) < _NEAR):
        return list(map(slow, cells))
    if len(floats) == len(cells):
        return nearest  # type: ignore[return-value]
    done = iter(nearest)
    return [next(done) if type(cell) is float else slow(cell) for cell in cells]


def _known(tables: Sequence[str], lookup: Lookup) -> Fast:
    """Codes of records that are there."""

    def read(cell: Cell) -> Stored:
        if type(cell) is str and _CODE.fullmatch(cell) and any(cell in lookup.find(table, cell) for table in tables):
            return cell
        return None

    return read


def _text(cell: Cell) -> Stored:
    if type(cell) is str and _WORDS.fullmatch(cell) and cell not in _BLANK_FORMS:
        return cell
    return None


def _day(cell: Cell) -> Stored:
    return cell.isoformat() if type(cell) is dt.date and FIRST_YEAR <= cell.year <= LAST_YEAR else None


class _Iso(dict[dt.date, str]):
    """Days as they are stored; a ledger names the same few thousand again and again."""

    def __missing__(self, day: dt.date) -> str:
        """Raises LookupError for a day that is none of anybody alive."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise LookupError(day)
        if len(self) > _MOST:
            self.clear()
        text = self[day] = day.isoformat()
        return text


_iso = _Iso()


def _bulk_days(cells: Sequence[Cell], slow: Fast) -> list[Stored]:
    iso = _iso
    try:
        if set(map(type, cells)) == {dt.date}:
            return list(map(iso.__getitem__, cells))  # type: ignore[arg-type]
        return [iso[cell] if type(cell) is dt.date else slow(cell) for cell in cells]
    except LookupError:
        return [slow(cell) if (value := _day(cell)) is None else value for cell in cells]


def _code(cell: Cell) -> Stored:
    return cell if type(cell) is str and _CODE.fullmatch(cell) else None


def _phone(cell: Cell) -> Stored:
    return cell if type(cell) is str and _MOBILE.fullmatch(cell) and is_served(cell) else None


def _identity(cell: Cell) -> Stored:
    if type(cell) is str and _ID.fullmatch(cell) and is_known_area(cell[:6]) and resident_flaw(cell) is None:
        return cell
    return None


def _figures(cell: str, scale: int) -> Stored:
    """``1,234.50`` exactly, in integers."""
    match = _FIGURES.fullmatch(cell)
    if match is None:
        return None
    decimals = match[1] or ""
    value = int(cell.replace(",", "").replace(".", "")) * scale
    value, rest = divmod(value, 10 ** len(decimals))
    return value if not rest and -_SURE < value < _SURE else None


def _scale(kind: Kind, column: ColumnSpec, context: Context) -> float:
    """What a cell is multiplied by to be stored; 0 where that is no exact float."""
    into = unit_into(kind, column)
    have, want = factor(context.unit or into), factor(into)
    ratio = have / want if have is not None and want is not None else Decimal(1)
    scale = float(ratio * SCALE)
    return scale if Decimal(scale) == ratio * SCALE else 0.0


def _amount(kind: Kind, column: ColumnSpec, context: Context) -> Fast | None:
    scale = _scale(kind, column, context)
    if not scale:
        return None
    whole = int(scale) if scale.is_integer() else 0

    def read(cell: Cell) -> Stored:
        if type(cell) is not float:
            return _figures(cell, whole) if whole and type(cell) is str else None
        scaled = cell * scale
        if not -_SURE < scaled < _SURE:
            return None
        nearest = round(scaled)
        return nearest if -_NEAR < scaled - nearest < _NEAR else None

    return read
