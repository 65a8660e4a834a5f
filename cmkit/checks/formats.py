"""What is wrong with a number as it was entered: identity cards, credit codes, phones. "" where nothing is."""

from __future__ import annotations

import re
from datetime import date

from cmkit.base.lang import _
from cmkit.base.text import fold_key
from cmkit.facts.kinds import Kind

_ID_LENGTH = 18
_OLD_ID = re.compile(r"\d{15}")
_ID = re.compile(r"\d{17}[\dX]")
_EXTENSION = re.compile(r"(转|x|ext\.?|#)\s*\d+$", re.IGNORECASE)
_PHONE_NOISE = re.compile(r"[\s()\-–—]")
_PHONES = re.compile(r"[/、,;]")
_HOME = re.compile(r"^(\+86|0086|86(?=1\d{10}$))")
_PHONE = re.compile(r"1[3-9]\d{9}|(0\d{2,3})?[2-9]\d{6,7}|[48]00\d{7}")


def masked(text: str) -> bool:
    """Whether parts of the value are hidden, so that it cannot be judged."""
    return "*" in text or "＊" in text


def fault_of(kind: Kind, text: str, on: date) -> str:
    """What is wrong with a value of that kind, in words that do not repeat it."""
    if masked(text):
        return ""
    if kind is Kind.PHONE:
        return phone_fault(text)
    if kind is Kind.USCC:
        return uscc_fault(text)
    return identity_fault(text, on) if kind is Kind.ID_NO else ""


def identity_fault(text: str, on: date) -> str:
    """An identity-card number by length, birth date and check digit (GB 11643-1999); 15 digits are the old form.

    The area code is not judged: areas are merged and renumbered, and the number stays.
    """
    from stdnum.cn import ric

    number = fold_key(text).upper()
    if _OLD_ID.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        number += ric.calc_check_digit(f"{number}0")
    if len(number) != _ID_LENGTH:
        return _("应为 18 位")
    if not _ID.fullmatch(number):
        return _("只能是数字，末位可以是 X")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return _("出生日期不存在")
    if born > on:
        return _("出生日期在将来")
    return "" if ric.calc_check_digit(number) == number[17] else _("校验位不符")


def uscc_fault(text: str) -> str:
    """A unified social credit code by length and check character (GB 32100-2015)."""
    from stdnum.cn import uscc

    return "" if uscc.is_valid(fold_key(text)) else _("长度或校验位不符")


def phone_fault(text: str) -> str:
    """One or several phone numbers by their shape; whether a range is in service is not asked."""
    parts = [part for part in _PHONES.split(fold_key(text)) if part.strip()]
    return "" if parts and all(_is_phone(part) for part in parts) else _("位数或写法不对")


def _is_phone(text: str) -> bool:
    number = _HOME.sub("", _PHONE_NOISE.sub("", _EXTENSION.sub("", text.strip())))
    if number.startswith("+"):
        return _is_foreign(number)
    return bool(_PHONE.fullmatch(number))


def _is_foreign(number: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number, None)))
    except phonenumbers.NumberParseException:
        return False
