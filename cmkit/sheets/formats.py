"""What a cell's number format makes of its number: a day, a span of time, a percentage, a code with zeros in front."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from html import unescape

from cmkit.base.money import plain
from cmkit.sheets.cells import Cell

PLAIN, DAY, SPAN, PERCENT = "", "day", "span", "percent"
"""Classes of formats; a format of zeros only is the number of its zeros as text (``5``)."""
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*["\']([^"\']*)["\']')
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\s[^>]*>")
_ZEROS = re.compile(r"0{2,}")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.')
_BRACKETED = re.compile(r"\[[^\]]*\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTER = re.compile(r"[dmhysDMHYS]")
# 27-36 and 50-58 are the day and time formats of Chinese and Japanese Excel; they are in no list of the file.
_DAY_IDS = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)])
_SPAN_IDS = frozenset([46])
_PERCENT_IDS = frozenset([9, 10])
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a day has no zone
_LEAP_BUG = 60
_MS = 86_400_000
_LAST_SERIAL = 2_958_466
_DAYS_1904 = 1462


def format_classes(styles: bytes) -> tuple[str, ...]:
    """The class of every cell style in a styles part, by its number."""
    own: dict[int, str] = {}
    for match in _FORMAT.finditer(styles):
        mark = dict(_ATTRIBUTE.findall(match[0]))
        if mark.get(b"numFmtId", b"").isdigit():
            own[int(mark[b"numFmtId"])] = unescape(mark.get(b"formatCode", b"").decode("utf-8", "replace"))
    block = _STYLES.search(styles)
    found: list[str] = []
    for match in _STYLE.finditer(block[0] if block else b""):
        number = dict(_ATTRIBUTE.findall(match[0])).get(b"numFmtId", b"0")
        found.append(_class(int(number) if number.isdigit() else 0, own))
    return tuple(found)


def _class(number: int, own: dict[int, str]) -> str:
    code = own.get(number)
    if code is None:
        if number in _DAY_IDS:
            return DAY
        return SPAN if number in _SPAN_IDS else PERCENT if number in _PERCENT_IDS else PLAIN
    return code_class(code)


@lru_cache(maxsize=1024)
def code_class(code: str) -> str:
    """The class of a format as it is written (``yyyy-mm-dd``, ``00000``, ``0.0%``); its first part decides."""
    if _ZEROS.fullmatch(code):
        return str(len(code))
    bare = _QUOTED.sub("", code).split(";", 1)[0]
    if _ELAPSED.search(bare):
        return SPAN
    bare = _BRACKETED.sub("", bare)
    if bare.casefold() not in {"general", "g/通用格式"} and _DATE_LETTER.search(bare):
        return DAY
    return PERCENT if "%" in bare else PLAIN


def shown_as(number: float, kind: str, *, date1904: bool = False) -> Cell:
    """The cell that a number with a format of class ``kind`` is; what no day can be stays a number."""
    if kind == PERCENT:
        return plain(Decimal(repr(number)) * 100) + "%"
    if kind == SPAN:
        return dt.timedelta(milliseconds=round(number * _MS)) if abs(number) < _LAST_SERIAL else number
    if kind == DAY:
        return _day(number, date1904=date1904)
    if kind and number >= 0 and number.is_integer():
        return str(int(number)).zfill(int(kind))
    return number


def _day(number: float, *, date1904: bool) -> Cell:
    if date1904:
        number += _DAYS_1904
    if not 0 <= number < _LAST_SERIAL:
        return number
    # Excel believes in 29 February 1900.
    when = _EPOCH + dt.timedelta(days=number < _LEAP_BUG, milliseconds=round(number * _MS))
    if number < 1:
        return when.time()
    return when.date() if number.is_integer() else when
