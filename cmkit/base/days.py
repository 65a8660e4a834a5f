"""Days as people speak of them: 9月20日, a birthday that comes round each year, a birthday by the lunar calendar."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from cmkit.base.lang import pick

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_LUNAR = re.compile(
    r"(闰)?(正|冬|腊|十[一二]?|[一二三四五六七八九]|\d{1,2})月(初?[一二三四五六七八九十廿卅]{1,3}|\d{1,2})日?$"
)
_DIGITS = {word: value for value, word in enumerate("一二三四五六七八九", 1)}
_MONTHS = {"正": 1, "冬": 11, "腊": 12, "十": 10, "十一": 11, "十二": 12, **_DIGITS}
_TENS = {"初": 0, "十": 10, "廿": 20, "卅": 30}
_LONGEST_MONTH = 30
_MONTHS_A_YEAR = 12


def short_day(day: date, on: date | None = None) -> str:
    """``9月20日``; with the year where it is another year than that of ``on``."""
    if on is not None and day.year != on.year:
        return pick(f"{day.year}年{day.month}月{day.day}日", day.isoformat())
    return pick(f"{day.month}月{day.day}日", day.strftime("%d %b").lstrip("0"))


def weekday_name(day: date) -> str:
    """``星期五``, ``Friday``."""
    return pick(_WEEKDAYS[day.weekday()], day.strftime("%A"))


def same_day(day: date, year: int) -> date:
    """The day of that month in ``year``; 29 February falls back to the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def parse_lunar(text: str) -> tuple[int, int, bool] | None:
    """Month, day and leap month of ``农历八月十五``, ``腊月廿三``, ``闰六月初一``; None where it is no lunar day."""
    match = _LUNAR.search(re.sub(r"\s|农历|阴历|旧历", "", text))
    if match is None:
        return None
    leap, month_word, day_word = match.groups()
    month = int(month_word) if month_word.isdigit() else _MONTHS[month_word]
    day = int(day_word) if day_word.isdigit() else _lunar_number(day_word)
    return (month, day, bool(leap)) if 1 <= month <= _MONTHS_A_YEAR and 1 <= day <= _LONGEST_MONTH else None


def yearly(birth: date | None, lunar: str, start: date, end: date) -> list[date]:
    """Each return of a yearly day in ``start``..``end``: by the lunar text where it is one, else by ``birth``."""
    spoken = parse_lunar(lunar) if lunar else None
    years = range(start.year - 1, end.year + 1)
    if spoken:
        days = [_solar(year, *spoken) for year in years]
    elif birth:
        days = [same_day(birth, year) for year in years]
    else:
        days = []
    return [day for day in days if start <= day <= end]


def _lunar_number(word: str) -> int:
    if word in {"二十", "三十"}:
        return _DIGITS[word[0]] * 10
    if word.startswith("二十"):
        return 20 + _DIGITS.get(word[2:], 0)
    if len(word) == 1:
        return _TENS.get(word) or _DIGITS[word]
    if word[0] not in _TENS:
        return 0
    return _TENS[word[0]] + (10 if word[1:] == "十" else _DIGITS.get(word[1:], _LONGEST_MONTH))


@lru_cache(maxsize=4096)
def _solar(year: int, month: int, day: int, leap: bool) -> date:
    """The solar date; a leap month that the year lacks is the plain one, a 30th that the month lacks its 29th."""
    from lunar_python import Lunar, LunarMonth

    sign = -1 if leap and LunarMonth.fromYm(year, -month) is not None else 1
    length = LunarMonth.fromYm(year, sign * month).getDayCount()
    found = Lunar.fromYmd(year, sign * month, min(day, length)).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())
