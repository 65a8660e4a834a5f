"""What importing hands to the store: typed, encoded rows of one sheet, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cmkit.base.problem import Problem
from cmkit.facts.kinds import Stored

Policy = Literal["update", "keep", "fail"]
Blank = Literal["keep", "clear"]


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """One record: its row (1 as Excel counts), its business key, its values in the order of ``SheetIntake.columns``."""

    row: int
    key: str
    values: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no record: ``why`` is title, blank, note, total, example, units, numbers …."""

    row: int
    why: str


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


@dataclass(slots=True)
class Outcome:
    """What became of the rows of one sheet: every row is exactly one of these."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All records, whatever became of them."""
        return self.created + self.updated + self.unchanged + self.kept + self.rejected
