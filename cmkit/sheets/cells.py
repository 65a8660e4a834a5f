"""Raw cells, their names, and the values that a look into a sheet gives: Sheet, Book."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem

Cell = str | float | int | bool | dt.date | dt.time | dt.timedelta
Row = list[Cell]
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; from 0."""

_NAME = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may be at most; the defaults bear ten years of a branch's ledgers."""

    unpacked: int = 512 * 2**20
    ratio: int = 200
    ratio_from: int = 10 * 2**20
    sheets: int = 200
    rows: int = 200_000
    columns: int = 200
    cells: int = 5_000_000
    seconds: int = 20
    memory: int = 600 * 2**20
    held: int = 24 * 2**20
    """A sheet whose XML is larger than this is only held where there is no other way."""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Rows that hold something, a column at a time: their numbers (from 1) and the cells of each column from A on."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[Cell]]
    bools: bool = True
    """Whether there may be TRUE or FALSE among them."""

    def rows(self) -> Iterator[tuple[int, Row]]:
        """The same row by row."""
        return zip(self.numbers, map(list, zip(*self.columns, strict=True)), strict=True)

    def part(self, start: int, end: int) -> CellBlock:
        """Its rows from the ``start``-th up to before the ``end``-th."""
        return CellBlock(self.numbers[start:end], [column[start:end] for column in self.columns], self.bools)

    def gapless(self, after: int) -> bool:
        """Whether the rows follow each other, and the row numbered ``after``."""
        return bool(self.numbers) and self.numbers[0] == after + 1 and self.numbers[-1] == after + len(self.numbers)


class Source(Protocol):
    """The rows of a sheet that is too large to hold: read in blocks, as often as is wanted."""

    flaws: dict[tuple[int, int], str]
    """The flawed cells of the blocks read so far."""
    merged: tuple[Merge, ...]
    """Known when ``whole`` is True: at the latest after the last block."""
    whole: bool
    large: bool
    """Whether it would cost too much to hold."""
    hidden_rows: int
    """Known after the last block."""

    def blocks(self) -> Iterator[CellBlock]:
        """The rows that hold something."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as read: ``rows`` start at A1, so that row 17 of the sheet is ``rows[16]``."""

    name: str
    hidden: bool = False
    rows: list[Row] = field(default_factory=list)
    merged: tuple[Merge, ...] = ()
    flaws: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cells (row, column; from 0) that show an Excel error, or "" where a formula has no stored value."""
    file: str = ""
    source: Source | None = None
    """Where the rows come from instead of ``rows``, in a book that was opened to be read in passing."""
    hidden_rows: int = 0
    """How many rows are hidden or filtered away: they are read like the rest."""

    @property
    def problems(self) -> list[Problem]:
        """The flawed cells as problems."""
        return [flaw_problem(text, Place(self.file, self.name, cell_name(*spot))) for spot, text in self.flaws.items()]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its file name, the SHA-256 of its bytes, its sheets, and what is odd about it as a whole."""

    file: str
    digest: str
    sheets: list[Sheet]
    problems: list[Problem] = field(default_factory=list)
    date1904: bool = False


def flaw_problem(text: str, place: Place) -> Problem:
    """What is said about a cell that shows an error (``#N/A``) or a formula that was never reckoned ("")."""
    if text:
        return Problem(
            place,
            "error_cell",
            _("单元格是错误值 {text}").format(text=text),
            _("请在 Excel 里改正公式或填上数值"),
        )
    return Problem(place, "no_cached_value", _("公式没有缓存值"), _("请在 Excel 里打开保存一次"))


def column_name(index: int) -> str:
    """The letters of a column; 0 is A."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """The name of a cell (``C17``), both counted from 0."""
    return f"{column_name(column)}{row + 1}"


def cell_index(name: str) -> tuple[int, int]:
    """Row and column (from 0) of a cell name.

    Raises ValueError for what is no cell name.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(name)
    return int(match[2]) - 1, column_index(match[1])


def column_index(letters: str) -> int:
    """The number of a column, from 0."""
    index = 0
    for letter in letters:
        index = index * _LETTERS + ord(letter) - 64
    return index - 1
