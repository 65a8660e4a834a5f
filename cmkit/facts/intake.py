"""What importing hands to the store: typed, encoded rows of one sheet, and what became of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal, NamedTuple

from cmkit.base.problem import Problem
from cmkit.facts.kinds import Stored

Policy = Literal["update", "keep", "fail"]
Blank = Literal["keep", "clear"]


class IntakeRow(NamedTuple):
    """One record: its row (1 as Excel counts), its business key, its values in the order of ``SheetIntake.columns``.

    A tuple, because there are as many of them as rows in all the workbooks.
    """

    row: int
    key: str
    values: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Some records of one table, a column at a time: rows, keys, and the values of each column."""

    numbers: Sequence[int]
    keys: Sequence[str]
    columns: Sequence[Sequence[Stored]]

    @classmethod
    def of(cls, rows: Sequence[IntakeRow]) -> Block:
        """The same records column by column."""
        if not rows:
            return cls((), (), ())
        numbers, keys, values = zip(*rows, strict=True)
        return cls(numbers, keys, list(zip(*values, strict=True)))

    @classmethod
    def joined(cls, blocks: Sequence[Block]) -> Block:
        """The records of several blocks of one table."""
        filled = [block for block in blocks if block.keys]
        if len(filled) == 1:
            return filled[0]
        columns = zip(*[block.columns for block in filled], strict=True)
        return cls(
            [number for block in filled for number in block.numbers],
            [key for block in filled for key in block.keys],
            [list(chain.from_iterable(parts)) for parts in columns],
        )

    def rows(self) -> list[IntakeRow]:
        """The same records row by row."""
        return list(map(IntakeRow, self.numbers, self.keys, zip(*self.columns, strict=True)))

    def __len__(self) -> int:
        """How many records."""
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no record: ``why`` is title, blank, note, total, example, units, numbers …."""

    row: int
    why: str


class Double(NamedTuple):
    """A row with the key of another of the same file that says something else; ``first`` came in, ``row`` did not."""

    row: int
    values: tuple[Stored, ...]
    sheet: str
    """Of the first one; the other stands in the sheet that it is told of."""
    first: int
    before: Mapping[str, Stored]
    """What the first one says, by column; empty where its row is no longer held: the store has it."""
    key: str


@dataclass(frozen=True, slots=True)
class SheetIntake:
    """One table of one sheet, read and typed. ``read`` = rows + rejected rows; the store adds the outcomes."""

    file: str
    sheet: str
    table: str
    header_rows: tuple[int, ...]
    columns: tuple[str, ...]
    rows: Sequence[IntakeRow] = ()
    rejected: tuple[int, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    """SHA-256 of the file's bytes."""
    warnings_hidden: int = 0
    unanswered: tuple[str, ...] = ()
    """Tables that rows refer to without an answer: what comes in later may give it."""
    doubles: tuple[Double, ...] = ()
    """Rows that say of a record something else than another row, the first hundred."""
    letters: tuple[str, ...] = ()
    """The sheet's column (``U``) of each of ``columns``, "" for what is no column of it; empty where rows are none."""


class HoldNeeded(Exception):
    """A file that was read in passing has to be held as a whole after all."""


@dataclass(frozen=True, slots=True)
class Passing:
    """One table of a sheet that is too large to hold. The rows come in blocks; the rest is known after the last.

    Iterating may raise HoldNeeded.
    """

    head: SheetIntake
    """The table without its rows."""
    blocks: Iterator[Block]
    whole: Callable[[], SheetIntake]
    """After the last block: the table with its rejected and skipped rows and its problems, still without rows."""


@dataclass(slots=True)
class Outcome:
    """What became of the rows of one sheet: every row is exactly one of these."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    """Rows that were read well but that the store would not take, because they differ from what is there."""

    @property
    def read(self) -> int:
        """All records, whatever became of them."""
        return self.created + self.updated + self.unchanged + self.kept + self.rejected
