"""Numbers as offices write them: 1.2万, 3亿, 1,234.50元, ￥, (1,234), 12%, 壹万贰仟. Decimal throughout."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from cmkit.importing.flaws import Flaw
from cmkit.sheets.cells import Cell
from cmkit.sheets.words import word_set

FOREIGN = word_set("美元 港元 港币 欧元 日元 英镑 澳元 USD HKD EUR JPY GBP $ 美金")
MEASURES = word_set(
    "元 块 户 人 次 笔 个 件 台 条 名 家 天 日 月 年 分 分钟 小时 张 份 项 箱 包 公斤 千克 吨 公里 倍 岁 套 部 只 双 袋 瓶 支 户次 人次 箱/户 元/户 元/条 次/户 单 点 pp 个百分点 百分点 km kg"
)
_SCALES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "w": 10**4,
    "W": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_PLAIN = re.compile(r"(?:\d{1,3}(?:[, ]\d{3})+|\d{1,4}(?:,\d{4})+|\d+)(?:\.\d*)?|\.\d+")
_FORM = re.compile(
    r"(?:RMB|CNY|人民币)?\s*(?P<sign>[+-]?)\s*(?:RMB|CNY|人民币)?[¥]?\s*(?P<sign2>[+-]?)\s*(?P<number>[\d., ]*\d[\d., ]*?)(?P<exp>E[+-]?\d{1,3})?\s*(?P<word>[^\d\s.,+-][^\d]{0,7})?",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"\((.+)\)|(.+)-")
_DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇○", "一壹", "二贰两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for char in chars
}
_ZERO = "零〇○"
_CUT_SHORT = re.compile(r"[百佰千仟][一壹二贰两貳三叁參四肆五伍六陆陸七柒八捌九玖]$")
"""一百二: 120 in speech, 102 by the letter."""
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CAPITAL = re.compile(r"[零〇○一壹二贰两貳三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億元圆块角分整正点]+")
_LARGEST = Decimal(9 * 10**14)
_EXACT = 2**53
_LONGEST = 60


def factor(word: str) -> Decimal | None:
    """How many base units (元, 户, percent) one of ``word`` is; None for what is no unit."""
    word = unicodedata.normalize("NFKC", word).strip()
    if word == "‰":
        return Decimal("0.1")
    if word in {"", "%"} or word in MEASURES:
        return Decimal(1)
    for length in (2, 1):
        scale, rest = word[:length], word[length:]
        if scale in _SCALES and (not rest or rest in MEASURES):
            return Decimal(_SCALES[scale])
    return None


def is_foreign(word: str) -> bool:
    """Whether a unit is money of another country: 美元, 万美元, usd."""
    word = unicodedata.normalize("NFKC", word).strip().lstrip("十百千万亿")
    return word in FOREIGN or word.upper() in FOREIGN


def read_number(cell: Cell) -> tuple[Decimal | None, str, Flaw | None]:
    """The number in a cell and the unit written behind it ("" where there is none)."""
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
            return None, "", Flaw("number")
        return Decimal(repr(cell)), "", None
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        return None, "", Flaw("number")
    if isinstance(cell, int):
        return Decimal(cell), "", None
    text = unicodedata.normalize("NFKC", cell).strip().lstrip("'`")
    return _from_text(text) if len(text) <= _LONGEST else (None, "", Flaw("number"))


def _from_text(text: str) -> tuple[Decimal | None, str, Flaw | None]:
    text = text.replace("−", "-").replace("－", "-")
    negative = _NEGATIVE.fullmatch(text)
    if negative:
        value, word, flaw = _from_text((negative[1] or negative[2]).strip())
        return (None if value is None else -abs(value)), word, flaw
    match = _FORM.fullmatch(text)
    if match is None:
        capital = chinese_number(text)
        return (
            (capital, "元" if re.search("[元圆块角]", text) else "", None)
            if capital is not None
            else (None, "", Flaw("number"))
        )
    figure = match["number"].strip()
    if not _PLAIN.fullmatch(figure):
        return None, "", Flaw("number")
    value = Decimal(figure.replace(",", "").replace(" ", "") + (match["exp"] or ""))
    if "-" in {match["sign"], match["sign2"]}:
        value = -value
    word = (match["word"] or "").strip().removesuffix("整").removesuffix("正").removesuffix("人民币")
    if word and factor(word) is None:
        return None, word, Flaw("number_unit" if is_foreign(word) else "number")
    return value, word, None


def chinese_number(text: str) -> Decimal | None:
    """壹万贰仟叁佰元伍角, 一万二千, 三点五; None for what is no number."""
    text = re.sub(r"\s", "", text).removeprefix("人民币")
    if not text or not _CAPITAL.fullmatch(text):
        return None
    text = text.rstrip("整正")
    whole, mark, small = text, "", ""
    for sign in "元圆块":
        if sign in text:
            whole, mark, small = text.partition(sign)
            break
    if not mark and re.search("[角分]", text):
        whole, small = "", text
    total = _whole(whole) if whole else Decimal(0)
    if total is None:
        return None
    jiao = re.fullmatch(r"零?(?:(.)角)?零?(?:(.)分)?", small)
    if jiao is None or any(part and part not in _DIGITS for part in jiao.groups()):
        return None
    return total + Decimal(_DIGITS.get(jiao[1] or "零", 0)) / 10 + Decimal(_DIGITS.get(jiao[2] or "零", 0)) / 100


def _whole(text: str) -> Decimal | None:
    whole, point, tail = text.partition("点")
    if any(char in "元圆块角分点整正" for char in whole + tail):
        return None
    if point:
        base = _whole(whole)
        if base is None or not tail or any(char not in _DIGITS for char in tail):
            return None
        return base + Decimal("0." + "".join(str(_DIGITS[char]) for char in tail))
    for sign, size in (("亿億", 10**8), ("万萬", 10**4)):
        cut = max(whole.rfind(char) for char in sign)
        if cut >= 0:
            tail = whole[cut + 1 :]
            if len(tail) == 1 and tail not in _ZERO:
                return None  # 一万二 is twelve thousand to some and ten thousand and two to others
            head, rest = _whole(whole[:cut]), _whole(tail) if tail else Decimal(0)
            return None if head is None or rest is None or not whole[:cut] else head * size + rest
    return _below_myriad(whole)


def _below_myriad(text: str) -> Decimal | None:
    if not text:
        return None
    if _CUT_SHORT.search(text):
        return None
    if all(char in _DIGITS for char in text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, None
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
        else:
            return None
    return Decimal(total + (digit or 0))


def read_amount(cell: Cell, source: str, into: str, *, money: bool) -> tuple[Decimal | None, Flaw | None]:
    """A number in the column's unit ``into``; ``source`` is the unit of the heading, a unit in the cell goes first."""
    value, word, flaw = read_number(cell)
    if flaw is not None or value is None:
        return None, flaw if flaw is None or flaw.code != "number_unit" else Flaw("number_unit", into)
    if money and (word in {"%", "‰"} or (word and not word.endswith(("元", "块")) and word not in _SCALES)):
        return None, Flaw("number_unit", into)
    have, want = factor(word or source), factor(into)
    if have is not None and want is not None and have != want:
        value = value * have / want
    if abs(value) > _LARGEST:
        return None, Flaw("number_large")
    if value.as_tuple().exponent < -4 and value != round(value, 4):  # type: ignore[operator]  # noqa: PLR2004 - 0.0001
        # A float that Excel shows as 0.3 may be 0.30000000000000004: that is no loss.
        lost = abs(value - round(value, 4)) > Decimal("1e-9") and isinstance(cell, str)
        return value, Flaw("number_rounded") if lost else None
    return value, None


def read_count(cell: Cell) -> tuple[int | None, Flaw | None]:
    """A whole number."""
    value, word, flaw = read_number(cell)
    if flaw is not None or value is None:
        return None, Flaw("count")
    scale = factor(word)
    value *= scale if scale is not None else 1
    if value != int(value) or abs(value) >= _EXACT or word in {"%", "‰"}:
        return None, Flaw("count")
    return int(value), None
