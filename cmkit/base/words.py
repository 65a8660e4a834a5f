"""What people type in a word or two: a day, a time, an amount, a choice. None where it cannot be read, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from cmkit.base.money import UNITS
from cmkit.base.text import fold_key, fold_label

_FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_OFFSET = re.compile(r"([+-]\d{1,4})天?")
_WEEKDAY = re.compile(r"(上|本|这|下)(?:周|星期)([一二三四五六日天])")
_NAMED = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_NAMED |= {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKS = {"上": -7, "本": 0, "这": 0, "下": 7}
_CLOCK = re.compile(r"(\d{1,2})[:点时](\d{2})?(?::\d{2})?分?")
_AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(元|千元|万元|万|百万元|亿元|亿)?")
_HOURS, _MINUTES = 24, 60


def spoken_day(text: str, *, on: date) -> date | None:
    """The day that ``text`` names, seen from ``on``: 2026-10-30, 2026年10月30日, 10-30, +3, 明天, 下周一.

    A day without a year is the one nearest to ``on``, so that ``1-5`` said in December lies ahead.
    """
    word = fold_key(text)
    if word.lower() in _NAMED:
        return on + timedelta(days=_NAMED[word.lower()])
    for form in (_FULL, _SOLID):
        if match := form.fullmatch(word):
            return _day(*(int(part) for part in match.groups()))
    if match := _OFFSET.fullmatch(word):
        return on + timedelta(days=int(match[1]))
    if match := _WEEKDAY.fullmatch(word):
        monday = on - timedelta(days=on.weekday())
        return monday + timedelta(days=_WEEKS[match[1]] + "一二三四五六日".index(match[2].replace("天", "日")))
    if match := _SHORT.fullmatch(word):
        near = (_day(year, int(match[1]), int(match[2])) for year in (on.year - 1, on.year, on.year + 1))
        return min((day for day in near if day), key=lambda day: abs(day - on), default=None)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def spoken_clock(text: str) -> str | None:
    """A time of day as ``HH:MM``: 9:30, 9：30, 9点, 14时05分."""
    match = _CLOCK.fullmatch(fold_key(text))
    if not match or int(match[1]) >= _HOURS or int(match[2] or 0) >= _MINUTES:
        return None
    return f"{int(match[1]):02d}:{match[2] or '00'}"


def spoken_amount(text: str) -> Decimal | None:
    """An amount in yuan: 30000, 30,000元, 3.5万, 1.2亿."""
    match = _AMOUNT.fullmatch(fold_key(text).replace(",", ""))
    if not match:
        return None
    try:
        return Decimal(match[1]) * UNITS[match[2] or "元"]
    except InvalidOperation:
        return None


def spoken_choice(text: str, choices: Mapping[str, Iterable[str]]) -> str | None:
    """The stored choice that ``text`` means, by its own word or one of its other ways of writing."""
    word = fold_label(text)
    for stored, others in choices.items():
        if word in {fold_label(stored), *(fold_label(other) for other in others)}:
            return stored
    return None


def nearest(word: str, options: Iterable[str]) -> str:
    """The option that looks most like ``word``; "" where none does."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(options), n=1, cutoff=0.5)), "")
