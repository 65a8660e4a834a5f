"""One parser per kind of column. ``bind`` makes the function that a column's cells run through."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cmkit.base.lang import _, language
from cmkit.base.period import Period
from cmkit.base.text import fold_key, fold_label, fold_radicals, squeeze
from cmkit.facts.kinds import Kind, Value
from cmkit.facts.specs import ColumnSpec
from cmkit.importing.dates import read_date, read_lunar, read_period, read_time
from cmkit.importing.flaws import Flaw, plain_text
from cmkit.importing.numbers import read_amount, read_count
from cmkit.importing.people import read_account, read_code, read_id, read_phone, read_uscc
from cmkit.sheets.cells import Cell
from cmkit.sheets.words import word_set

Result = tuple[Value, Flaw | None]
Parser = Callable[[Cell], Result]

BLANKS = word_set(
    "n/a na n.a. #n/a - -- --- — —— ― – / // \\ 无 空 null none nil nan (空) (无) 空白 暂无 不详 未填 未知 . … ..."
)
_YES = word_set("是 √ ✓ ✔ y yes 1 true t 有 对 已 ■ ☑ on 通过 完成 满意 合格")
_NO = word_set("否 × ✗ ✘ x n no 0 false f 无 没有 错 未 off 不通过 未完成 不满意 不合格")
_EMPTY_BOXES = frozenset("□☐")
_EXCEL_ERROR = re.compile(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_NAME_MARKS = re.compile(r"[、,，;；/|\n\r\t]+")
_INNER_SPACE = re.compile(r"(?<=[\u3400-\u9fff])[\s\u3000]+(?=[\u3400-\u9fff])")
_LONGEST = 32_767
_LEGAL_SHOWN = 12


class Lookup(Protocol):
    """What the store already knows, for columns that refer to another table."""

    def find(self, table: str, text: str) -> tuple[str, ...]:
        """The keys of ``table`` that ``text`` may mean, by key or by label."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell's meaning depends on besides its column."""

    period: Period | None = None
    date1904: bool = False
    lookup: Lookup | None = None
    kpis: Mapping[str, str] = field(default_factory=dict)
    """Folded label or alias of an indicator to its code; empty where indicators are not looked up."""
    unit: str = ""
    """The unit of the heading (万元); "" takes the column's own."""
    lunar: bool = False
    """Days that are marked 农历 are read in another column."""


def parse(kind: Kind, cell: Cell, column: ColumnSpec, context: Context) -> Result:
    """The value of one cell and what is wrong with it."""
    return bind(kind, column, context)(cell)


def is_masked(text: str) -> bool:
    """Whether a text is a value with its middle covered (138****8000, 张**, 5222XXXX)."""
    return "*" in text or "＊" in text or "XXXX" in text or "xxxx" in text


def bind(kind: Kind, column: ColumnSpec, context: Context) -> Parser:
    """The parser of one column: blanks, error values and masked values first, then what the kind demands."""
    reader = _reader(kind, column, context)
    speaks = kind in {Kind.FLAG, Kind.CHOICE}

    def read(cell: Cell) -> Result:
        if isinstance(cell, str):
            text = cell.strip()
            if not text:
                return None, None
            word = unicodedata.normalize("NFKC", text).casefold() if len(text) <= 5 else ""  # noqa: PLR2004 - blank words
            if word in BLANKS and not speaks:
                return None, Flaw("error_cell") if word == "#n/a" else None
            if text[0] == "#" and _EXCEL_ERROR.fullmatch(text):
                return None, Flaw("error_cell")
            if column.mask and is_masked(text):
                return None, Flaw("masked")
            if len(text) > _LONGEST:
                return None, Flaw("too_long")
        value, flaw = reader(cell)
        return (None if flaw is not None and flaw.severity == "error" else value), flaw

    return read


def refs_of(column: ColumnSpec) -> tuple[str, ...]:
    """The tables whose keys a column holds: a target's or result's ``who`` is a person or an office."""
    return ("staff", "orgs") if column.key == "who" else (column.ref,) if column.ref else ()


def _reader(kind: Kind, column: ColumnSpec, context: Context) -> Parser:
    if column.key == "kpi" and context.kpis:
        return _kpi_reader(context.kpis)
    tables = refs_of(column)
    if tables and context.lookup is not None:
        return _ref_reader(kind, tables, context.lookup)
    if kind is Kind.CHOICE:
        return _choice_reader(column)
    if kind in {Kind.MONEY, Kind.NUMBER, Kind.RATE}:
        return _amount_reader(kind, column, context.unit)
    if kind is Kind.DATE:
        return _date_reader(context)
    if kind is Kind.PERIOD:
        return lambda cell: read_period(cell, context.period)
    if column.key == "lunar_birthday":
        return lambda cell: read_lunar(cell, date1904=context.date1904)
    if kind is Kind.TEXT:
        return _name_text if column.mask == "name" else _text
    return _PLAIN[kind]


def _date_reader(context: Context) -> Parser:
    def read(cell: Cell) -> Result:
        value, flaw = read_date(cell, context.period, date1904=context.date1904)
        return (None, None) if context.lunar and flaw is not None and flaw.code == "date_lunar" else (value, flaw)

    return read


def unit_into(kind: Kind, column: ColumnSpec) -> str:
    """The unit that values of the column are kept in."""
    return column.unit or {Kind.MONEY: "元", Kind.RATE: "%"}.get(kind, "")


def _amount_reader(kind: Kind, column: ColumnSpec, source: str) -> Parser:
    into = unit_into(kind, column)
    unit = source or into
    money = kind is Kind.MONEY
    return lambda cell: read_amount(cell, unit, into, money=money)


def _text(cell: Cell) -> Result:
    """One line of text: radicals folded, runs of blanks as one, no control characters."""
    return squeeze(fold_radicals(_CONTROL.sub("", plain_text(cell)))), None


def _name_text(cell: Cell) -> Result:
    """A person's name: 张  三 is 张三."""
    return _INNER_SPACE.sub("", squeeze(fold_radicals(_CONTROL.sub("", plain_text(cell))))), None


def _note(cell: Cell) -> Result:
    """Free text: line breaks stay."""
    text = _CONTROL.sub("", plain_text(cell)).replace("\r\n", "\n").replace("\r", "\n")
    return fold_radicals(text).strip(), None


def _flag(cell: Cell) -> Result:
    if isinstance(cell, bool):
        return cell, None
    word = fold_key(plain_text(cell)).casefold()
    if word in _YES:
        return True, None
    if word in _NO:
        return False, None
    # An empty box that was printed to be ticked is no answer yet.
    blank = isinstance(cell, str) and (word in BLANKS or word in _EMPTY_BOXES)
    return None, None if blank else Flaw("flag")


def _names(cell: Cell) -> Result:
    """Several names in one cell; blanks separate only where nothing else does and no piece is a single character."""
    text = squeeze_lines(fold_radicals(plain_text(cell)))
    if _NAME_MARKS.search(text):
        parts = [_INNER_SPACE.sub("", part.strip()) for part in _NAME_MARKS.split(text)]
    else:
        parts = text.split()
        if any(len(part) == 1 for part in parts):
            parts = [_INNER_SPACE.sub("", text)]
    return tuple(dict.fromkeys(part for part in parts if part)), None


def squeeze_lines(text: str) -> str:
    """Text with its control characters taken out and blanks at the ends gone."""
    return _CONTROL.sub("", text).strip()


_PLAIN: dict[Kind, Parser] = {
    Kind.NOTE: _note,
    Kind.CODE: read_code,
    Kind.TIME: read_time,
    Kind.COUNT: read_count,
    Kind.FLAG: _flag,
    Kind.PHONE: read_phone,
    Kind.ID_NO: read_id,
    Kind.USCC: read_uscc,
    Kind.ACCOUNT: read_account,
    Kind.NAMES: _names,
}


def _choice_reader(column: ColumnSpec) -> Parser:
    """The stored word by itself, by any of its other spellings, or by what it says before a bracket or dash."""
    if not column.choices:
        return _text
    words: dict[str, str] = {}
    for choice, others in column.choices.items():
        for other in others:
            words.setdefault(fold_label(other), choice)
    words.update({fold_label(choice): choice for choice in column.choices})
    shown = [_spoken(choice, others) for choice, others in column.choices.items()]
    legal = _("、").join(shown[:_LEGAL_SHOWN]) + ("…" if len(shown) > _LEGAL_SHOWN else "")

    def read(cell: Cell) -> Result:
        text = plain_text(cell)
        found = words.get(fold_label(text))
        if found is not None:
            return found, None
        if isinstance(cell, str) and unicodedata.normalize("NFKC", text).strip().casefold() in BLANKS:
            return None, None
        # 1-潜在, A（高）: a number or a remark beside the word.
        parts = {words[part] for part in map(fold_label, re.split(r"[-—:：.、()（）\s]+", text)) if part in words}
        return (parts.pop(), None) if len(parts) == 1 else (None, Flaw("choice", legal))

    return read


def _spoken(choice: str, others: Sequence[str]) -> str:
    """A choice as it may be written, in English with its English word: 个人 (person)."""
    english = next((word for word in others if word.isascii()), "") if language() == "en" else ""
    return f"{choice} ({english})" if english else choice


def resolve(text: str, tables: Sequence[str], lookup: Lookup) -> Result:
    """A key or a label of one of ``tables`` as its key; what is not there yet stays as it was written."""
    keys = tuple(dict.fromkeys(key for table in tables for key in lookup.find(table, text)))
    if text in keys:
        return text, None
    if len(keys) == 1:
        return keys[0], None
    if len(keys) > 1:
        return None, Flaw("ambiguous_ref", _("、").join(keys[:_LEGAL_SHOWN]))
    return text, Flaw("unknown_ref")


def _ref_reader(kind: Kind, tables: Sequence[str], lookup: Lookup) -> Parser:
    def read(cell: Cell) -> Result:
        if kind is Kind.NAMES:
            names, _flaw = _names(cell)
            found = [resolve(name, tables, lookup) for name in names] if isinstance(names, tuple) else []
            flaw = next((flaw for _value, flaw in found if flaw is not None), None)
            return tuple(str(value) for value, _flaw in found if value is not None), flaw
        text, flaw = read_code(cell)
        return (None, flaw) if flaw is not None else resolve(text, tables, lookup)

    return read


def _kpi_reader(kpis: Mapping[str, str]) -> Parser:
    codes = list(dict.fromkeys(kpis.values()))
    legal = _("、").join(codes[:_LEGAL_SHOWN])

    def read(cell: Cell) -> Result:
        text, flaw = read_code(cell)
        if flaw is not None:
            return None, flaw
        if text in codes:
            return text, None
        code = kpis.get(fold_label(text)) or kpis.get(text)
        return (code, None) if code else (None, Flaw("unknown_kpi", legal))

    return read
