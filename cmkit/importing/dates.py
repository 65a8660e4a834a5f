"""Dates, times and periods as offices write them. A day-first date that could be month-first is never guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from cmkit.base.faults import UsageFault
from cmkit.base.period import Period, parse_period
from cmkit.importing.flaws import Flaw
from cmkit.sheets.cells import Cell

_EPOCH = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)
FIRST_YEAR, LAST_YEAR = 1850, 2150
_SERIALS = (3_654, 91_676)
"""1910 to 2150: 10.12 or 1231 in a column of days is somebody's 12 October or 31 December, not a day of the year 1900."""
_CLOCK = r"(?:[T\s]*\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?(?:[秒分])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_WEEKDAY = r"\s*[(\[]?\s*(?:星期|周|礼拜)?[一二三四五六日天]?\s*[)\]]?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})\s*[年./-]\s*(\d{{1,2}})\s*[月./-]\s*(\d{{1,2}})\s*[日号]?{_WEEKDAY}\s*{_CLOCK}")
_SHORT_YEAR = re.compile(rf"['’`]?(\d{{1,2}})\s*[年./-]\s*(\d{{1,2}})\s*[月./-]\s*(\d{{1,2}})\s*[日号]?{_CLOCK}")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6}|\.0)?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})\s*[./-]\s*(\d{{1,2}})\s*[./-]\s*(\d{{4}}){_CLOCK}")
_NO_YEAR = re.compile(r"(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})\s*[日号]?")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TIME = re.compile(
    r"(上午|下午|中午|晚上|晚|早上|凌晨|am|pm)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?|(半)|(整)|(一刻))?(?::\d{1,2}(?:\.\d+)?|\d{1,2}秒)?\s*(am|pm)?",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*月?(?:份)?")
_PACKED_MONTH = re.compile(r"(\d{4})(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})\s*(?:年|[-/.])?\s*(?:第?\s*([1-4一二三四])\s*季度?|Q([1-4]))", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})\s*(?:年|[-/.])?\s*(?:第\s*(\d{1,2})\s*周|W(\d{1,2}))", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})\s*(?:年度?)?")
_BARE_MONTH = re.compile(r"(\d{1,2})\s*月(?:份)?")
_BARE_QUARTER = re.compile(r"(?:第?\s*([1-4一二三四])\s*季度?|Q([1-4]))", re.IGNORECASE)
_HAN = {"一": 1, "二": 2, "三": 3, "四": 4}
LUNAR = re.compile("农历|阴历|旧历|夏历")
_LUNAR_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_LUNAR_YEAR = re.compile(
    r"^\d{4}\s*[./-]\s*(?=\d{1,2}\s*[./-])|^(?:\d{2,4}|[〇零○一二三四五六七八九]{2,4}|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥])\s*年"
)
_LUNAR_DIGITS = re.compile(r"(闰)?\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
_NOON = 12
_LONGEST = 60


def read_date(
    cell: Cell, period: Period | None = None, *, date1904: bool = False
) -> tuple[dt.date | None, Flaw | None]:
    """The day a cell names: a date cell, an Excel serial, or any of the forms people write."""
    if isinstance(cell, dt.datetime):
        return _checked(cell.date())
    if isinstance(cell, dt.date):
        return _checked(cell)
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return None, Flaw("date")
    if isinstance(cell, int | float):
        return _from_number(float(cell), date1904=date1904)
    text = unicodedata.normalize("NFKC", cell).strip().lstrip("'")
    return _from_text(text, period, date1904=date1904) if len(text) <= _LONGEST else (None, Flaw("date"))


def _checked(day: dt.date) -> tuple[dt.date | None, Flaw | None]:
    return (day, None) if FIRST_YEAR <= day.year <= LAST_YEAR else (None, Flaw("date"))


def _build(year: int, month: int, day: int) -> tuple[dt.date | None, Flaw | None]:
    try:
        return _checked(dt.date(year, month, day))
    except ValueError:
        return None, Flaw("date")


def _from_number(number: float, *, date1904: bool) -> tuple[dt.date | None, Flaw | None]:
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        return None, Flaw("date")
    if _SERIALS[0] <= number < _SERIALS[1]:
        days = int(number)
        if date1904:
            return _checked(_EPOCH_1904 + dt.timedelta(days=days))
        return _checked(_EPOCH + dt.timedelta(days=days))
    packed = _PACKED.fullmatch(str(int(number)))
    return _build(int(packed[1]), int(packed[2]), int(packed[3])) if packed else (None, Flaw("date"))


def _from_text(text: str, period: Period | None, *, date1904: bool) -> tuple[dt.date | None, Flaw | None]:
    if LUNAR.search(text):
        return None, Flaw("date_lunar")
    for form in (_YEAR_FIRST, _PACKED):
        match = form.fullmatch(text)
        if match:
            return _build(int(match[1]), int(match[2]), int(match[3]))
    match = _SHORT_YEAR.fullmatch(text)
    if match:
        return _short_year(match, text)
    match = _YEAR_LAST.fullmatch(text)
    if match:
        return _year_last(int(match[1]), int(match[2]), int(match[3]))
    match = _NO_YEAR.fullmatch(text)
    if match and not re.fullmatch(r"\d+\.\d+", text):
        return _in_period(int(match[1]), int(match[2]), period)
    return _from_odd_text(text, period, date1904=date1904)


def _from_odd_text(text: str, period: Period | None, *, date1904: bool) -> tuple[dt.date | None, Flaw | None]:
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), date1904=date1904)
    if re.search(r"[〇零○一二三四五六七八九十]", text) and "年" in text:
        digits = _han_date(text)
        return _from_text(digits, period, date1904=date1904) if digits != text else (None, Flaw("date"))
    if re.search(r"[A-Za-z]{3}", text) and re.search(r"\d{4}", text):
        from dateutil import parser

        try:
            return _checked(parser.parse(text, default=dt.datetime(1, 1, 1)).date())  # noqa: DTZ001 - a day has no zone
        except (ValueError, OverflowError, TypeError):
            return None, Flaw("date")
    return None, Flaw("date")


def _short_year(match: re.Match[str], text: str) -> tuple[dt.date | None, Flaw | None]:
    """``24-3-5`` has its year in front, as Chinese offices write it; ``03/05/04`` could be anything."""
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if year <= _NOON and "年" not in text:
        return None, Flaw("date_ambiguous")
    century = 2000 if year < 70 else 1900  # noqa: PLR2004 - 70 and later are birthdays
    return _build(century + year, month, day)


def _year_last(first: int, second: int, year: int) -> tuple[dt.date | None, Flaw | None]:
    if first == second or second > _NOON:
        return _build(year, first, second)
    if first > _NOON:
        return _build(year, second, first)
    return None, Flaw("date_ambiguous")


def _in_period(month: int, day: int, period: Period | None) -> tuple[dt.date | None, Flaw | None]:
    """A day without a year belongs to the year of the period; where the period spans two, to the one inside it."""
    if period is None:
        return None, Flaw("date_year")
    found, flaw = _build(period.start.year, month, day)
    if found is not None and found not in period and period.end.year != period.start.year:
        later, _flaw = _build(period.end.year, month, day)
        if later is not None and later in period:
            return later, None
    return found, flaw


def _han_date(text: str) -> str:
    """二〇二六年三月五日 with figures; 十 is reckoned."""

    def number(match: re.Match[str]) -> str:
        word = match[0]
        if "十" not in word:
            return word.translate(_HAN_DIGITS)
        tens, _ten, ones = word.partition("十")
        return str((int(tens.translate(_HAN_DIGITS)) if tens else 1) * 10 + int(ones.translate(_HAN_DIGITS) or 0))

    return re.sub(r"[〇零○一二三四五六七八九十]+", number, text)


def lunar_birthday(cell: Cell) -> tuple[str, Flaw | None]:
    """The lunar day in a cell that is marked 农历; "" for any other."""
    return read_lunar(cell) if isinstance(cell, str) and LUNAR.search(cell) else ("", None)


def read_lunar(cell: Cell, *, date1904: bool = False) -> tuple[str, Flaw | None]:
    """A day of the lunar calendar as it is spoken: 八月十五, also from 农历8月15日, 8.15 or 1965年八月十五(阴历).

    Excel takes 8-15 for a date: its month and day are meant.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = _month_dot_day(cell) if cell < 13 else _from_number(float(cell), date1904=date1904)[0] or ""  # noqa: PLR2004
    if isinstance(cell, dt.date):
        cell = f"{cell.month}-{cell.day}"
    text = LUNAR.sub("", unicodedata.normalize("NFKC", str(cell))).strip(" ()[]【】:,生日")
    text = _LUNAR_YEAR.sub("", text).strip()
    digits = _LUNAR_DIGITS.fullmatch(text)
    if digits and 1 <= int(digits[2]) <= _NOON and 1 <= int(digits[3]) <= 30:  # noqa: PLR2004 - a lunar month
        return f"{digits[1] or ''}{_LUNAR_MONTHS[int(digits[2]) - 1]}月{_lunar_day(int(digits[3]))}", None
    from cmkit.base.days import parse_lunar

    return (text, None) if parse_lunar(text) else ("", Flaw("date_lunar_day"))


def _month_dot_day(number: float) -> str:
    """8.15 typed as a number; 8.1 may have been 8.10, so may 8.2 and 8.3 (a lunar month has 30 days): "" for these."""
    text = f"{number:.2f}"
    if abs(float(text) - number) > 1e-6:  # noqa: PLR2004 - a float's last digits
        return ""
    if not text.endswith("0"):
        return text
    return text[:-1] if text[-2] > "3" else ""


def _lunar_day(day: int) -> str:
    """初一 … 三十."""
    tens, ones = divmod(day, 10)
    if ones == 0:
        return {1: "初十", 2: "二十", 3: "三十"}[tens]
    return ("初", "十", "廿")[tens] + "一二三四五六七八九"[ones - 1]


def read_time(cell: Cell) -> tuple[str, Flaw | None]:
    """A time of day as ``HH:MM``."""
    if isinstance(cell, dt.datetime | dt.time):
        return f"{cell.hour:02d}:{cell.minute:02d}", None
    if isinstance(cell, dt.timedelta):
        cell = cell.total_seconds() / 86_400
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if 0 <= cell < 1:
            minutes = min(round(cell * 1440), 1439)
            return f"{minutes // 60:02d}:{minutes % 60:02d}", None
        return "", Flaw("time")
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", str(cell)[:_LONGEST]).strip().lower())
    if match is None:
        return "", Flaw("time")
    hour = int(match[2])
    minute = int(match[3]) if match[3] else 30 if match[4] else 15 if match[6] else 0
    half = match[1] or match[7] or ""
    if half in {"下午", "晚上", "晚", "pm"} and hour < _NOON:
        hour += _NOON
    if half in {"am", "凌晨"} and hour == _NOON:
        hour = 0
    if hour > 23 or minute > 59:  # noqa: PLR2004 - the clock
        return "", Flaw("time")
    return f"{hour:02d}:{minute:02d}", None


def read_period(cell: Cell, period: Period | None = None) -> tuple[str, Flaw | None]:
    """The name of a period (``2026-10``); Excel turns ``2026-10`` into a date, which stands for its month."""
    if isinstance(cell, dt.date):
        if isinstance(cell, dt.datetime):
            cell = cell.date()
        return (f"{cell.year}-{cell.month:02d}", None) if cell.day == 1 else _named(cell.isoformat())
    if isinstance(cell, float):
        if not cell.is_integer():
            # 2026.10 typed into Excel is the number 2026.1.
            text = f"{cell:.2f}"
            return ("", Flaw("period_ambiguous")) if text.endswith("10") else _period_text(text, period)
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | str):
        return "", Flaw("period")
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    return _period_text(text, period) if len(text) <= _LONGEST else ("", Flaw("period"))


def _named(name: str) -> tuple[str, Flaw | None]:
    try:
        return parse_period(name).name, None
    except UsageFault:
        return "", Flaw("period")


def _period_text(text: str, period: Period | None) -> tuple[str, Flaw | None]:
    match = _MONTH.fullmatch(text) or _PACKED_MONTH.fullmatch(text)
    if match:
        return _named(f"{match[1]}-{int(match[2]):02d}")
    match = _QUARTER.fullmatch(text)
    if match:
        return _named(f"{match[1]}-Q{_quarter(match[2] or match[3])}")
    match = _WEEK.fullmatch(text)
    if match:
        return _named(f"{match[1]}-W{int(match[2] or match[3]):02d}")
    match = _YEAR.fullmatch(text)
    if match:
        return _named(match[1])
    day, flaw = read_date(text) if len(text) >= len("2026-1-1") else (None, Flaw("period"))
    if day is not None and flaw is None:
        return _named(day.isoformat())
    return _bare_period(text, period)


def _bare_period(text: str, period: Period | None) -> tuple[str, Flaw | None]:
    """``10月`` and 三季度 belong to the year of the period that is asked for."""
    month, quarter = _BARE_MONTH.fullmatch(text), _BARE_QUARTER.fullmatch(text)
    if period is None or not (month or quarter):
        return "", Flaw("period")
    year = period.end.year
    if month:
        return _named(f"{year}-{int(month[1]):02d}")
    return _named(f"{year}-Q{_quarter(quarter[1] or quarter[2])}") if quarter else ("", Flaw("period"))


def _quarter(text: str) -> int:
    return _HAN.get(text) or int(text)
