"""Rows out of the XML of a sheet, in the plain dialect that Excel, WPS, openpyxl and XlsxWriter write.

Nearly all rows of a sheet look alike: a pattern learned from the first rows reads such a row in one match; other rows
are read cell by cell. What is in no dialect known here raises :class:`Irregular`, and another reader takes the file.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from itertools import islice
from operator import ge, itemgetter
from typing import TypeVar

import msgspec

from cmkit.facts.intake import HoldNeeded
from cmkit.sheets.cells import Cell, CellBlock, Row, column_index, column_name
from cmkit.sheets.formats import DAY, PLAIN, shown_as

Flaws = dict[tuple[int, int], str]
_ROW = re.compile(r'\s*<row((?:\s+[\w:]+="[^"]*")*)\s*(/?)>')
_ROW_NUMBER = re.compile(r'\sr="(\d{1,12})"')
_CELL = re.compile(
    r'\s*<c r="([A-Z]{1,7})(\d{1,12})"((?:\s+[a-z]+="[^"<]*")*)\s*(?:/>|>'
    r"\s*(<f(?:\s[^>]*)?(?:/>|>[^<]*</f>))?\s*"
    r'(?:(<v(?:\s+xml:space="preserve")?(?:/>|>([^<]*)</v>))|<is>(.*?)</is>)?\s*(?:<extLst>.*?</extLst>)?\s*</c>)',
    re.DOTALL,
)
_ROW_END = re.compile(r"\s*</row>")
_TYPE = re.compile(r'\bt="([^"]*)"')
_STYLE = re.compile(r'\bs="(\d+)"')
_TEXT = re.compile(r"<t(?:\s[^>]*)?(?:/>|>([^<]*)</t>)", re.DOTALL)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>|<phoneticPr\b[^>]*/>", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_T = TypeVar("_T")
Match = Callable[[str, int], "re.Match[str] | None"]
_INFINITE = float("inf")
_HEADS = 6
_SAMPLE = 48
_NEARLY_ALL = 90
_PATIENCE = 2000
_PATTERNS = 8
_TRIED = 12
_FEW = 20
_REMEMBERED = 50_000
_LAST_DAY = 75_500
_DAY_0 = date(1899, 12, 30).toordinal()
_MARCH_1900 = 61
_WIDEST = 256  # WPS formats whole rows: 16,384 cells with nothing in them
_SHOWN = 40


class Irregular(HoldNeeded):
    """The sheet is written in a way that this reader does not know."""


def clean(text: str) -> str:
    """Text of the XML as people see it."""
    if "&" in text:
        text = unescape(text)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def rich_text(xml: str) -> str:
    """The text of a string with runs of different fonts; readings of characters (rPh) are left out."""
    if "<rPh" in xml or "<phoneticPr" in xml:
        xml = _PHONETIC.sub("", xml)
    return clean("".join(_TEXT.findall(xml)))


@dataclass(slots=True)
class Meaning:
    """What the numbers in the XML stand for: shared strings, format classes, the epoch."""

    strings: Sequence[str]
    classes: tuple[str, ...]
    date1904: bool = False
    known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, attributes: str) -> tuple[str, str]:
        """Type (n, s, str, b, e, inlineStr) and format class behind the attributes of a cell."""
        found = self.known.get(attributes)
        if found is None:
            kind, style = _TYPE.search(attributes), _STYLE.search(attributes)
            name = kind[1] if kind else "n"
            if name not in {"n", "s", "str", "b", "e", "inlineStr"}:
                raise Irregular(name)
            number = int(style[1]) if style else 0
            found = self.known[attributes] = name, self.classes[number] if number < len(self.classes) else PLAIN
        return found


@dataclass(frozen=True, slots=True)
class _Slot:
    """One column of the learned pattern: its kind and format class, the attributes seen, how many cells were full."""

    index: int
    kind: str
    style: str
    heads: tuple[str, ...]
    full: int
    formula: bool

    def pattern(self, *, always: bool) -> str:
        """A regular expression for the cell, which has to be there or may be blank or absent."""
        heads = "|".join(map(re.escape, self.heads))
        head = f"(?:{heads})" if len(self.heads) > 1 else heads
        formula = r"(?:<f(?: [^>]*)?(?:/>|>[^<]*</f>))?" if self.formula else ""
        value = {"s": "([0-9]+)", "n": "([-+.0-9eE]+)"}.get(self.kind, "([^<]*)")
        body = r'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>' if self.kind == "inlineStr" else f"<v>{value}</v>"
        cell = f'<c r="{column_name(self.index)}\\1"{head}'
        return f"{cell}>{formula}{body}</c>" if always else f"(?:{cell}(?:/>|>{formula}{body}</c>))?"


class _Usual(list[tuple[str | None, ...]]):
    """Rows that look as learned; ``loose`` are the places of those that may have blanks in any column."""

    def __init__(self, rows: Iterable[tuple[str | None, ...]] = (), *, full: bool = True) -> None:
        super().__init__(rows)
        self.full = full
        """Whether every column of every other row is there."""
        self.loose: list[int] = []


def _usual(text: str, position: int, pattern: _Pattern, held: _Usual) -> int:
    """Add the rows from ``position`` on that look as learned to ``held``; where they end."""
    strict, loose, add = pattern.strict, pattern.loose, held.append
    held.full = held.full and pattern.full
    while True:
        match = strict(text, position)
        if match is None:
            match = loose(text, position)
            if match is None:
                return position
            if match.lastindex == 1:
                position = match.end()
                continue
            held.loose.append(len(held))
        add(match.groups())
        position = match.end()


def _put_in(
    numbers: list[int], columns: list[list[Cell]], others: Sequence[tuple[int, Row]]
) -> tuple[list[int], list[list[Cell]]]:
    """Rows that were read one by one among those that were read together."""
    width = max(len(columns), *(len(row) for _number, row in others))
    columns += [[""] * len(numbers) for _more in range(width - len(columns))]
    if len(others) * 10 < len(numbers):
        for number, row in others:
            place = bisect(numbers, number)
            numbers.insert(place, number)
            for index, column in enumerate(columns):
                column.insert(place, row[index] if index < len(row) else "")
        return numbers, columns
    rows = [*zip(numbers, zip(*columns, strict=True), strict=True)]
    rows += [(number, (*row, *[""] * (width - len(row)))) for number, row in others]
    rows.sort(key=itemgetter(0))
    return [number for number, _row in rows], [list(column) for column in zip(*[row for _at, row in rows], strict=True)]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How a usual row looks: with every column that was always there, and with any of them blank."""

    slots: tuple[_Slot, ...]
    strict: Match
    loose: Match
    full: bool
    """No column may be blank in the strict form."""


def _decoded(texts: Sequence[str], kind: type[_T]) -> _T:
    """Numbers written as JSON has them too, in a third of the time that one by one takes.

    Raises ValueError where one of them is not: the slower way may still know it.
    """
    try:
        return msgspec.json.decode(f"[{','.join(texts)}]", type=kind)
    except msgspec.DecodeError as error:
        raise ValueError from error


def _chosen(values: Sequence[str], places: Sequence[int]) -> list[Cell]:
    return list(itemgetter(*places)(values)) if len(places) > 1 else [values[place] for place in places]


def _floats(texts: Sequence[str]) -> list[Cell]:
    """Plain numbers at one go.

    Raises ValueError where one of them is none.
    """
    values = _decoded(texts, list[float])
    if max(values) == _INFINITE or min(values) == -_INFINITE:
        raise ValueError
    return values  # type: ignore[return-value]


class _Calendar(dict[str, Cell]):
    """Serial numbers as written to their days, made when they are first met: up to 2106 there are not too many."""

    def __missing__(self, text: str) -> Cell:
        """Raises ValueError for what is no whole day of anybody alive."""
        serial = int(text)
        if not 0 <= serial < _LAST_DAY:
            raise ValueError(text)
        if len(self) > _LAST_DAY:
            self.clear()
        day = self[text] = date.fromordinal(_DAY_0 + serial) if serial >= _MARCH_1900 else shown_as(float(serial), DAY)
        return day


_calendar = _Calendar()


class _Numbers(dict[str, Cell]):
    """Numbers as written to the cells that they are with one format; amounts are not remembered, days are."""

    def __init__(self, style: str, *, date1904: bool) -> None:
        super().__init__()
        self.style = style
        self.date1904 = date1904

    def __missing__(self, text: str) -> Cell:
        """Raises ValueError for what is no number that a cell can hold."""
        number = float(text)
        if not _NUMBER.fullmatch(text.strip()) or number in (_INFINITE, -_INFINITE):
            raise ValueError(text)
        value = shown_as(number, self.style, date1904=self.date1904)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


_learned: dict[tuple[str, ...], _Pattern] = {}
"""The last patterns by the styles of their workbook: the workbooks of a thousand branches look alike."""


class RowReader:
    """Reads the rows of one sheet from pieces of its XML; remembers what is wrong with single cells in ``flaws``."""

    def __init__(self, meaning: Meaning, flaws: Flaws) -> None:
        self.meaning = meaning
        self.flaws = flaws
        self.last = 0
        self.pattern: _Pattern | None = None
        self.missed = 0
        self._numbers: dict[str, _Numbers] = {}

    def read(self, text: str) -> CellBlock:
        """The rows in ``text``, which begins and ends between two rows; rows without any value are left out."""
        if self.pattern is None:
            self.pattern = self._learned_before(text)
        if self.pattern is None or self.missed > _PATIENCE:
            self.pattern = self._learn(text)
            self.missed = 0
            _learned.pop(self.meaning.classes, None)
            _learned[self.meaning.classes] = self.pattern
            while len(_learned) > _PATTERNS:
                del _learned[next(iter(_learned))]
        usual = _Usual()
        others: list[tuple[int, Row]] = []
        position, end = 0, len(text)
        while (position := _usual(text, position, self.pattern, usual)) < end:
            row, position = self._row(text, position)
            self.missed += 1
            if row is not None:
                others.append(row)
        numbers, columns = self._convert(usual, self.pattern)
        if others:
            numbers, columns = _put_in(numbers, columns, others)
        self._order(numbers)
        return CellBlock(numbers, columns, any(kind == "b" for kind, _style in self.meaning.known.values()))

    def _order(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        if numbers[0] <= self.last or any(map(ge, numbers, islice(numbers, 1, None))):
            raise Irregular("rows out of order")
        self.last = numbers[-1]

    def _convert(self, usual: _Usual, pattern: _Pattern) -> tuple[list[int], list[list[Cell]]]:
        """Rows that look as learned, a column at a time."""
        if not usual:
            return [], []
        if 0 < len(usual.loose) <= _FEW < len(usual):
            apart = [usual[place] for place in usual.loose]
            for place in reversed(usual.loose):
                del usual[place]
            few = CellBlock(*self._by_column(_Usual(apart, full=False), pattern))
            return _put_in(*self._by_column(usual, pattern), list(few.rows()))
        usual.full = usual.full and not usual.loose
        return self._by_column(usual, pattern)

    def _by_column(self, usual: _Usual, pattern: _Pattern) -> tuple[list[int], list[list[Cell]]]:
        raw = list(zip(*usual, strict=True))
        numbers = list(map(int, raw[0]))
        columns: list[list[Cell]] = [[""] * len(usual) for _column in range(pattern.slots[-1].index + 1)]
        for slot, cells in zip(pattern.slots, raw[1:], strict=True):
            read = self._full_column if usual.full else self._column
            columns[slot.index] = read(slot, cells, numbers)
        return numbers, columns

    def _column(self, slot: _Slot, cells: Sequence[str | None], numbers: Sequence[int]) -> list[Cell]:
        if None in cells:
            places = [place for place, cell in enumerate(cells) if cell is not None]
            found: list[Cell] = [""] * len(cells)
            some = self._full_column(slot, [cells[place] for place in places], [numbers[place] for place in places])
            for place, value in zip(places, some, strict=True):
                found[place] = value
            return found
        return self._full_column(slot, cells, numbers)

    def _full_column(self, slot: _Slot, cells: Sequence[str | None], numbers: Sequence[int]) -> list[Cell]:
        texts: Sequence[str] = cells  # type: ignore[assignment]
        if slot.kind == "s":
            try:
                return _chosen(self.meaning.strings, _decoded(texts, list[int]))
            except (ValueError, IndexError):
                pass
        elif slot.kind == "n":
            try:
                if slot.style == PLAIN:
                    return _floats(texts)
                if slot.style == DAY and not self.meaning.date1904:
                    return list(map(_calendar.__getitem__, texts))
            except ValueError:
                pass
            try:
                return list(map(self._shown(slot.style).__getitem__, texts))
            except ValueError:
                pass
        elif slot.kind in {"str", "inlineStr"}:
            return [clean(text) if "&" in text or "_x" in text else text for text in texts]
        return [
            self._value(slot.kind, slot.style, text, number, slot.index)
            for text, number in zip(texts, numbers, strict=True)
        ]

    def _shown(self, style: str) -> _Numbers:
        found = self._numbers.get(style)
        if found is None:
            found = self._numbers[style] = _Numbers(style, date1904=self.meaning.date1904)
        return found

    def _value(self, kind: str, style: str, text: str, number: int, column: int) -> Cell:
        """One cell; what is wrong with it goes to ``flaws``."""
        if kind == "n":
            try:
                return self._shown(style)[text]
            except ValueError:
                self.flaws[number - 1, column] = text[:_SHOWN]
                return ""
        if kind == "s":
            if not text.isdigit() or int(text) >= len(self.meaning.strings):
                self.flaws[number - 1, column] = f"#{text[:_SHOWN]}"
                return ""
            return self.meaning.strings[int(text)]
        if kind == "e":
            self.flaws[number - 1, column] = clean(text) or "#"
            return ""
        if kind == "b":
            return text.strip() in {"1", "true"}
        return clean(text)

    def _row(self, text: str, position: int) -> tuple[tuple[int, Row] | None, int]:
        """One row, cell by cell."""
        number, cells, position = raw_row(text, position)
        row: Row = []
        for cell in cells:
            kind, style = self.meaning.of(cell.attributes)
            if cell.column < len(row):
                raise Irregular("cells out of order")
            spot = number - 1, cell.column
            if cell.rich is not None:
                value: Cell = rich_text(cell.rich)
            elif cell.value or kind == "e":
                value = self._value(kind, style, cell.value or "", number, cell.column)
            else:
                value = ""
                # A text formula may well have stored an empty text: =IF(A1="","",…).
                if cell.formula and not (kind == "str" and cell.stored):
                    self.flaws[spot] = ""
            if value != "" or spot in self.flaws:
                row.extend([""] * (cell.column - len(row)))
                row.append(value)
        return ((number, row) if row else None), position

    def _learned_before(self, text: str) -> _Pattern | None:
        """The pattern of an earlier sheet with the same styles, where it fits most of the first rows."""
        pattern = _learned.get(self.meaning.classes)
        if pattern is None:
            return None
        starts = [match.start() for match in islice(re.finditer("<row ", text), _TRIED)]
        fits = sum(pattern.strict(text, start) is not None for start in starts)
        return pattern if fits * 3 > len(starts) * 2 else None

    def _learn(self, text: str) -> _Pattern:
        """The pattern of the first rows of ``text``."""
        found: dict[int, list[RawCell]] = {}
        rows = position = 0
        while rows < _SAMPLE and position < len(text):
            _number, cells, position = raw_row(text, position)
            rows += bool(cells)
            for cell in cells:
                if cell.column < _WIDEST:
                    found.setdefault(cell.column, []).append(cell)
        slots = tuple(self._slot(column, seen) for column, seen in sorted(found.items()) if len(seen) * 20 >= rows)
        kept = tuple(slot for slot in slots if slot.kind != "e")
        full = all(slot.full * 100 >= rows * _NEARLY_ALL for slot in kept)
        return _Pattern(kept, _compile(kept, rows, strict=True), _compile(kept, rows, strict=False), full)

    def _slot(self, column: int, seen: Sequence[RawCell]) -> _Slot:
        """A column of the pattern: the kind of value that most of its cells have, and how such cells are written."""
        full = [cell for cell in seen if cell.value is not None or cell.rich is not None]
        votes = Counter(self.meaning.of(cell.attributes) for cell in full)
        if not votes:
            votes = Counter(self.meaning.of(cell.attributes) for cell in seen)
        (kind, style), _count = votes.most_common(1)[0]
        alike = [cell for cell in seen if self.meaning.of(cell.attributes) == (kind, style)]
        heads = Counter(cell.attributes for cell in alike).most_common(_HEADS)
        formula = any(cell.formula for cell in alike)
        sound = len(seen) if len(full) == len(seen) else 0
        return _Slot(column, kind, style, tuple(head for head, _count in heads), sound, formula=formula)


def _compile(slots: Sequence[_Slot], rows: int, *, strict: bool) -> Match:
    cells = "".join(slot.pattern(always=strict and slot.full * 100 >= rows * _NEARLY_ALL) for slot in slots)
    return re.compile(f'<row r="([0-9]{{1,7}})"[^>]*>{cells}</row>').match


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell of the XML; None for what is not there."""

    column: int
    attributes: str
    formula: str | None
    stored: str | None
    """The element of the stored value, also where it is empty."""
    value: str | None
    rich: str | None


def raw_row(text: str, position: int) -> tuple[int, list[RawCell], int]:
    """Number, cells and end of the row that begins at ``position``.

    Raises Irregular where it is none in this dialect.
    """
    head = _ROW.match(text, position)
    number = _ROW_NUMBER.search(head[1]) if head is not None else None
    if head is None or number is None:
        raise Irregular(text[position : position + _SHOWN])
    cells: list[RawCell] = []
    position = head.end()
    if head[2]:
        return int(number[1]), cells, position
    while (match := _CELL.match(text, position)) is not None:
        if match[2] != number[1]:
            raise Irregular("a cell of another row")
        cells.append(RawCell(column_index(match[1]), *match.group(3, 4, 5, 6, 7)))
        position = match.end()
    end = _ROW_END.match(text, position)
    if end is None:
        raise Irregular(text[position : position + _SHOWN])
    return int(number[1]), cells, end.end()
