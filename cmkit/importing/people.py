"""Codes, accounts, phones, identity numbers and credit codes. A number that Excel has already destroyed is said so."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from cmkit.base.text import fold_key
from cmkit.importing.flaws import Flaw
from cmkit.sheets.cells import Cell

_EXACT = 10**15
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[Ee]\+?(\d{1,2})")
_MOBILE = re.compile(r"1\d{10}")
# Area codes of three figures are 010 and those of 02; all others have four.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})-?([2-9]\d{6,7})(?:-?(?:转|ext\.?|x)?(\d{1,6}))?", re.IGNORECASE)
_LOCAL = re.compile(r"[2-9]\d{6,7}|(?:400|800)\d{7}|9[5-6]\d{3,4}|1[0-2]\d{3}")
_PHONE_REMARK = re.compile(r"[(（][^()（）\d]{1,12}[)）]")
_PHONE_WORD = re.compile(r"^(?:联系|办公|移动)?(?:手机|电话|座机|tel|mobile)(?:号码?)?\s*[:：.]?\s*", re.IGNORECASE)
_SPLIT = re.compile(
    r"[、,;/|\n]+|\s*(?:或者?|和|及)\s*|(?<=\d{5})\s{1,}(?=(?:\+?86)?1[3-9]\d{9}(?!\d)|0\d{2,3}-?\d{7})"
)
_ID = re.compile(r"\d{17}[\dX]")
_OLD_ID = re.compile(r"\d{15}")
_OTHER_ID = re.compile(r"[A-Z]{1,3}[\d()]{6,12}[A-Z]?|[\u4e00-\u9fff]{1,4}\d{6,10}号?|\d{8,10}")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_ID_LENGTH = 18
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_LONGEST = 100


def read_digits(cell: Cell) -> tuple[str, Flaw | None]:
    """A code that may have come as a number: whole, without ``.0``, leading zeros of text kept."""
    if isinstance(cell, str):
        text = fold_key(cell)
        if text.startswith('="') and text.endswith('"'):
            text = text[2:-1]
        return _spelled(text.lstrip("'`"))
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), None
    if isinstance(cell, int | float):
        if isinstance(cell, float) and not cell.is_integer():
            return (repr(cell), None) if cell == cell else ("", Flaw("precision"))  # noqa: PLR0124 - NaN
        return (str(int(cell)), None) if abs(cell) < _EXACT or isinstance(cell, int) else ("", Flaw("precision"))
    return "", Flaw("code_date")


def _spelled(text: str) -> tuple[str, Flaw | None]:
    """``1.38E+10`` in a text file: only as many digits as it shows are left."""
    match = _SCIENTIFIC.fullmatch(text)
    if match is None or ("." not in text and "+" not in text):
        return text, None
    tail, power = match[2] or "", int(match[3])
    if power < 5:  # noqa: PLR2004 - a code such as 3E2
        return text, None
    return (match[1] + tail.ljust(power, "0"), None) if len(tail) == power else ("", Flaw("precision"))


def read_code(cell: Cell) -> tuple[str, Flaw | None]:
    """A code or key: folded, never reckoned with."""
    return read_digits(cell)


def read_account(cell: Cell) -> tuple[str, Flaw | None]:
    """An account, card or certificate number without its blanks."""
    text, flaw = read_digits(cell)
    text = re.sub(r"\s+", "", text)
    if flaw is None and text and not _ACCOUNT.fullmatch(text):
        return text, None if re.search(r"[\u4e00-\u9fff]", text) else Flaw("account")
    return text, flaw


def read_phone(cell: Cell) -> tuple[str, Flaw | None]:
    """One or more phone numbers; several are joined by 、."""
    text, flaw = read_digits(cell)
    if flaw is not None:
        return "", flaw
    if _MOBILE.fullmatch(text):
        return text, None if is_served(text) else Flaw("phone_range")
    if len(text) > _LONGEST:
        return "", Flaw("phone")
    numbers, flaw = _phones(text)
    if flaw is None or flaw.code != "phone":
        return numbers, flaw
    # 手机：13800138000（微信同号）: the words go, and it is said that they do.
    bare = _PHONE_WORD.sub("", _PHONE_REMARK.sub("", text)).strip()
    numbers, flaw = _phones(bare) if bare and bare != text else (numbers, flaw)
    return numbers, flaw or Flaw("phone_remark")


def _phones(text: str) -> tuple[str, Flaw | None]:
    """The numbers that a text consists of."""
    flaw: Flaw | None = None
    found: list[str] = []
    for part in _SPLIT.split(text):
        number = re.sub(r"[\s().\u00b7\u2010-\u2015]", "" if not part.strip().startswith("(0") else "-", part).strip(
            "-"
        )
        number = re.sub(r"-+", "-", number)
        number, wrong = _one_phone(number)
        if wrong is not None and wrong.code == "phone":
            return "", wrong
        flaw = flaw or wrong
        found.append(number)
    return "、".join(dict.fromkeys(found)), flaw


def _one_phone(number: str) -> tuple[str, Flaw | None]:
    digits = number.replace("-", "")
    mobile = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)|^0(?=1[3-9]\d{9}$)", "", digits)
    if _MOBILE.fullmatch(mobile):
        return mobile, None if is_served(mobile) else Flaw("phone_range")
    home = re.sub(r"^(?:\+|00)86-?0?(?=[1-9])", "0", number)
    match = _LANDLINE.fullmatch(home)
    if match:
        return f"{match[1]}-{match[2]}" + (f"-{match[3]}" if match[3] else ""), None
    if _LOCAL.fullmatch(digits):
        return digits, None
    if re.fullmatch(r"(?:\+|00)(?!86)\d{8,15}", digits):
        return digits, None
    return "", Flaw("phone")


@lru_cache(maxsize=1)
def _ranges() -> re.Pattern[str]:
    import phonenumbers

    china = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    mobile = china.mobile if china is not None else None
    return re.compile(mobile.national_number_pattern or ".*" if mobile is not None else ".*")


@lru_cache(maxsize=1)
def served() -> re.Pattern[str]:
    """A mobile number of eleven digits that the numbering plan serves."""
    return re.compile(rf"(?=1[0-9]{{10}}\Z)(?:{_ranges().pattern})")


def is_served(mobile: str) -> bool:
    """By the numbering plan that phonenumbers ships; its parser costs 30 microseconds a number, its pattern 0.3."""
    return _ranges().fullmatch(mobile) is not None


def read_id(cell: Cell) -> tuple[str, Flaw | None]:
    """An identity number: length, birth date and check digit decide (GB 11643); an unknown area only warns."""
    text, flaw = read_digits(cell)
    if flaw is not None:
        return "", flaw
    text = re.sub(r"[\s-]", "", text).upper()
    if _ID.fullmatch(text):
        flaw = resident_flaw(text)
        # A credit code may consist of digits alone.
        organisation = flaw is not None and flaw.code == "id_birth" and text[0] == "9" and read_uscc(text)[1] is None
        return text, None if organisation else flaw
    if _OLD_ID.fullmatch(text):
        return (text, Flaw("id_old")) if is_day("19" + text[6:12]) else (text, Flaw("id_birth"))
    if len(text) == _ID_LENGTH and _USCC.fullmatch(text):
        return read_uscc(text)
    if _OTHER_ID.fullmatch(text):
        return text, Flaw("id_other")
    return text, Flaw("id_length")


def resident_flaw(text: str) -> Flaw | None:
    """What is wrong with an identity number of 18 places."""
    if not is_day(text[6:14]):
        return Flaw("id_birth")
    if not has_check_digit(text):
        return Flaw("id_check")
    return None if is_known_area(text[:6]) else Flaw("id_area")


def has_check_digit(text: str) -> bool:
    """Whether the last place is right by ISO 7064 MOD 11-2 (GB 11643-1999).

    The weights are powers of 2, and 13 is 2 modulo 11, so that the first 17 places read as a number of base 13 have
    the same remainder; stdnum's loop costs ten times as much.
    """
    return (2 * int(text[:17], 13) + (10 if text[17] == "X" else int(text[17]))) % 11 == 1


@lru_cache(maxsize=65_536)
def is_day(digits: str) -> bool:
    """Whether eight digits are a day on which somebody alive may have been born."""
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return day.year >= 1850  # noqa: PLR2004 - nobody alive is older


def is_known_area(code: str) -> bool:
    """Whether the first two places are a province (GB/T 2260; 81 to 83 on residence permits, GA 1000)."""
    return code[:2] in _PROVINCES


def read_uscc(cell: Cell) -> tuple[str, Flaw | None]:
    """A unified social credit code (GB 32100-2015)."""
    from stdnum.cn import uscc

    text, flaw = read_digits(cell)
    if flaw is not None:
        return "", flaw
    text = re.sub(r"[\s-]", "", text).upper()
    return text, None if uscc.is_valid(text) else Flaw("uscc")
