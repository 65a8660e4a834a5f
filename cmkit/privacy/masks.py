"""Masks by field kind: what a screen, a report, a log or a mail may show of a person.

Full values are only shown with a reason that stands in the access record (保密制度; 个人信息保护法 art. 51,
de-identification; identity and financial accounts are sensitive, art. 28).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from cmkit.base.lang import pick
from cmkit.base.text import fold_key
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Client, Fact, core_kinds
from cmkit.facts.specs import Mask, TableSpec

F = TypeVar("F", bound=Fact)
STAR = "*"
BUSINESS_KINDS = frozenset({"企业", "机构", "零售户", "经销商"})
"""Clients whose name is a business name and no personal data."""
BY_KIND: dict[Kind, Mask] = {Kind.PHONE: "phone", Kind.ID_NO: "id_no", Kind.ACCOUNT: "card"}
"""Kinds that are masked even where a pack says nothing."""
COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 "  # noqa: SIM905
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 "
    "段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 "
    "南荣 东里 东宫 仲长 子书 子桑 即墨 达奚 褚师 纳兰 完颜 叶赫 那拉".split()
)
BANDS: tuple[tuple[Decimal | None, str, str], ...] = (
    (Decimal(50_000), "<5万", "<50k"),
    (Decimal(200_000), "5-20万", "50k-200k"),
    (Decimal(500_000), "20-50万", "200k-500k"),
    (Decimal(2_000_000), "50-200万", "500k-2M"),
    (Decimal(6_000_000), "200-600万", "2M-6M"),
    (None, "≥600万", "≥6M"),
)
"""Upper bounds in yuan (not included) and their words: the tiers that banks use (5, 20, 50, 200, 600 万)."""

_MASKED = re.compile(r"[*＊]{2,}")
_PLACE = r"(?:(?![路街巷弄号栋幢村镇乡楼室座期])[\u4e00-\u9fff])"
_DISTRICT = re.compile(
    rf"(?:{_PLACE}{{2,8}}?(?:省|自治区))?(?:{_PLACE}{{2,8}}?(?:市(?!场)|自治州|地区|盟))?"
    rf"(?:{_PLACE}{{1,8}}?(?<![小社园校厂库])(?:区|县|旗|市)(?!场))?"
)
_GAP = r"[ \u3000\-]?"
_SPLIT = re.compile(r"([/、,，;；|\n]\s*|\s{2,}|转|ext\.?)")
_MOBILE = re.compile(r"(?:\+?86[ \-]?)?(1\d{10})")
_SHORT_NUMBER = 6
_LONG_NUMBER = 11
_CARD = 13
_ACCOUNT = 8


def mask_name(name: str) -> str:
    """Surname and ``**``; compound surnames are kept whole: ``欧阳**``. The number of stars says nothing."""
    word = name.strip()
    if not word:
        return ""
    surname = word[:2] if word[:2] in COMPOUND_SURNAMES else word[:1]
    return surname + STAR * 2


def mask_phone(phone: str) -> str:
    """``138****8000``; a land line keeps its area code and the last four digits; several numbers are masked each."""
    return "".join(part if _SPLIT.fullmatch(part) else _one_phone(part) for part in _SPLIT.split(phone))


def _one_phone(phone: str) -> str:
    digits = re.sub(r"[^\d+]", "", fold_key(phone))
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return mobile[1][:3] + STAR * 4 + mobile[1][-4:]
    digits = digits.lstrip("+")
    if not digits:
        return phone.strip() and STAR * 4
    if len(digits) < _SHORT_NUMBER:
        return STAR * 4
    head = re.match(r"0(?:10|2\d|\d{3})", digits)
    if head and len(digits) - head.end() > _SHORT_NUMBER:
        return f"{head[0]}-{STAR * 4}{digits[-4:]}"
    return STAR * 4 + digits[-3:] if len(digits) < _LONG_NUMBER else digits[:3] + STAR * 4 + digits[-4:]


def mask_id_no(number: str) -> str:
    """First and last character of an ID number, stars between."""
    text = re.sub(r"[\s\-]", "", fold_key(number))
    return text[0] + STAR * (len(text) - 2) + text[-1] if len(text) >= _SHORT_NUMBER else STAR * len(text)


def mask_card(number: str) -> str:
    """First six and last four digits of a bank card; a shorter account number keeps its last four, or nothing."""
    text = re.sub(r"[\s\-]", "", fold_key(number))
    if len(text) >= _CARD:
        return text[:6] + STAR * (len(text) - 10) + text[-4:]
    return STAR * (len(text) - 4) + text[-4:] if len(text) >= _ACCOUNT else STAR * len(text)


def mask_address(address: str) -> str:
    """The address down to its district (区, 县, 市), then ``***``."""
    text = address.strip()
    if not text:
        return ""
    match = _DISTRICT.match(text)
    return (match[0] if match else "") + STAR * 3


_PERSONAL: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(rf"(?<!\d)\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ](?!\d)"), mask_id_no),
    (re.compile(rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)"), mask_card),
    (re.compile(rf"(?<!\d)1\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"), mask_phone),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), mask_phone),
    (re.compile(r"(?<!\d)\d{15}(?!\d)"), mask_id_no),
    (re.compile(r"(?<!\d)\d{11,}(?!\d)"), mask_card),
)


def mask_text(text: str) -> str:
    """Free text with the phone, ID, card and account numbers in it masked; dates and amounts stay."""
    if not re.search(r"\d", text):
        return text
    for form, mask in _PERSONAL:
        text = form.sub(partial(_masked_match, mask), text)
    return text


def _masked_match(mask: Callable[[str], str], match: re.Match[str]) -> str:
    return mask(match[0])


def band(amount: Decimal) -> str:
    """The band an amount in yuan lies in, each closed at its lower end: 50,000 is ``5-20万``."""
    return next(pick(zh, en) for upper, zh, en in BANDS if upper is None or amount < upper)


def is_masked(text: str) -> bool:
    """Whether ``text`` is what a mask leaves, so that it must never be stored again."""
    return bool(_MASKED.search(text)) or any(text.strip() in (zh, en) for _upper, zh, en in BANDS)


_MASKS: dict[Mask, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "id_no": mask_id_no,
    "card": mask_card,
    "address": mask_address,
    "text": mask_text,
}


def mask_value(mask: Mask, value: Any) -> Any:
    """``value`` as that mask shows it; an amount becomes the words of its band, blanks stay blank."""
    if mask == "amount":
        return band(value) if isinstance(value, Decimal) else value
    if isinstance(value, tuple):
        return tuple(mask_value(mask, item) for item in value)
    if not isinstance(value, str) or not value or mask not in _MASKS:
        return value
    return _MASKS[mask](value)


def mask_of(fact: type[Fact], spec: TableSpec, column: str) -> Mask:
    """The mask of a column: what the pack says, else what its kind asks for; free text is looked through."""
    given = spec.columns.get(column)
    if given is not None and given.mask:
        return given.mask
    kind = core_kinds(fact).get(column) or (given.kind if given else Kind.TEXT)
    return BY_KIND.get(kind, "text" if kind in {Kind.TEXT, Kind.NOTE} else "")


def mask_fact(fact: F, spec: TableSpec, reveal: Collection[str] | bool = ()) -> F:
    """``fact`` as it may be shown. ``reveal`` names masks that are lifted (``{"name"}``), or True lifts them all.

    Business names are no personal data and stay. Amounts stay numbers here, so that sums can be told: whoever shows a
    single client's amount to somebody who does not own the client calls :func:`band`.
    """
    return mask_facts([fact], spec, reveal)[0]


def mask_facts(facts: Sequence[F], spec: TableSpec, reveal: Collection[str] | bool = ()) -> list[F]:
    """Records of one type, each as :func:`mask_fact` gives it."""
    if reveal is True or not facts:
        return list(facts)
    return list(map(Masker(type(facts[0]), spec, () if reveal is False else reveal).shown, facts))


class Masker:
    """Masks the records of one type; which columns are masked, and how, is worked out once."""

    def __init__(self, kind: type[Fact], spec: TableSpec, lifted: Collection[str] = ()) -> None:
        self.kind = kind
        self.spec = spec
        self.lifted = lifted
        self.own = {name: mask for name in core_kinds(kind) if (mask := self._mask(name))}
        self.more: dict[str, Mask] = {name: self._mask(name) for name in spec.columns}

    def _mask(self, column: str) -> Mask:
        """What the column is masked with; "" where it is shown as it is."""
        mask = mask_of(self.kind, self.spec, column)
        return "" if mask in self.lifted or mask == "amount" else mask

    def shown(self, fact: F) -> F:
        """The record as it may be shown."""
        changed: dict[str, Any] = {}
        for name, mask in self.own.items():
            value = getattr(fact, name)
            if value and not (mask == "name" and name == fact.label_field and _is_business(fact)):
                shown = mask_value(mask, value)
                if shown != value:
                    changed[name] = shown
        more = {}
        for name, value in fact.more.items():
            hidden = self.more[name] if name in self.more else self._mask(name)
            if value and hidden and (shown := mask_value(hidden, value)) != value:
                more[name] = shown
        if more:
            changed["more"] = {**fact.more, **more}
        return fact.changed(**changed) if changed else fact


def _is_business(fact: Fact) -> bool:
    return isinstance(fact, Client) and fact.kind in BUSINESS_KINDS
