"""Short cuts for cells that are plainly right: the stored value at once, or None to take the careful way.

Every short cut gives exactly what the parser and ``encode`` would give; a test holds them against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from cmkit.base.money import SCALE
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.specs import ColumnSpec
from cmkit.importing.numbers import factor
from cmkit.importing.people import is_known_area, is_served, resident_flaw
from cmkit.importing.values import BLANKS, Context, unit_into
from cmkit.sheets.cells import Cell

Fast = Callable[[Cell], Stored]

_WORDS = re.compile(r"[\u4e00-\u9fff0-9A-WYZa-wyz]+")
_CODE = re.compile(r"[A-Z]{1,4}[0-9]+|[0-9]+")
_ID = re.compile(r"[0-9]{17}[0-9X]")
_FIGURES = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.([0-9]{1,4}))?")
_MOBILE = re.compile(r"1[0-9]{10}")
# Below this a float times a power of ten is off by less than 0.0003, so that the nearest integer is the rounded value.
_SURE = 1e12
_NEAR = 1e-3


def shortcut(kind: Kind, column: ColumnSpec, context: Context) -> Fast | None:
    """The short cut of a column, where its kind has one."""
    if column.ref or column.key == "kpi":
        return None
    if kind in {Kind.TEXT, Kind.NOTE}:
        return _text
    if kind in {Kind.MONEY, Kind.NUMBER, Kind.RATE}:
        return _amount(kind, column, context)
    return {Kind.CODE: _code, Kind.PHONE: _phone, Kind.ID_NO: _identity}.get(kind)


def _text(cell: Cell) -> Stored:
    if type(cell) is str and _WORDS.fullmatch(cell) and cell.casefold() not in BLANKS:
        return cell
    return None


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


def _amount(kind: Kind, column: ColumnSpec, context: Context) -> Fast | None:
    into = unit_into(kind, column)
    have, want = factor(context.unit or into), factor(into)
    ratio = have / want if have is not None and want is not None else Decimal(1)
    scale = float(ratio * SCALE)
    if Decimal(scale) != ratio * SCALE:
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
