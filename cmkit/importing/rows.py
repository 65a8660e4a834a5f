"""The rows of one table through the column parsers. Each row ends in exactly one outcome.

Columns are read a block of rows at a time: a cell that was seen before costs one dictionary look-up, and only cells
that fail take the slow path.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.intake import IntakeRow, Skipped
from cmkit.facts.kinds import Kind, Stored, decode, encode
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.fast import Fast, shortcut
from cmkit.importing.flaws import Flaw, flaw_problem, shown
from cmkit.importing.values import Context, Parser, bind
from cmkit.sheets.cells import Cell, cell_name
from cmkit.sheets.table import Table

_BLOCK = 4096
_REMEMBERED = 20_000
_ONCE = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT})


class Memo(dict[Cell, Stored]):
    """Raw cell to stored value, worked out once; cells with something wrong are remembered beside it."""

    def __init__(self, parser: Parser, kind: Kind, fast: Fast | None = None, silence: Collection[str] = ()) -> None:
        super().__init__()
        self.parser = parser
        self.kind = kind
        self.fast = fast
        self.silence = frozenset(silence)
        self.flaws: dict[Cell, Flaw] = {}
        self.quiet: set[Cell] = set()
        """Cells with a warning that nobody wants to see."""

    def __missing__(self, cell: Cell) -> Stored:
        if self.fast is not None:
            stored = self.fast(cell)
            if stored is not None:
                self[cell] = stored
                return stored
        value, flaw = self.parser(cell)
        if flaw is not None:
            if flaw.code in self.silence and flaw.severity == "warning":
                self.quiet.add(cell)
            else:
                self.flaws[cell] = flaw
        stored = self[cell] = (value or None) if isinstance(value, str) else encode(self.kind, value)
        return stored


@dataclass(slots=True)
class Column:
    """One column that is read: where it stands, what it is, and its parser."""

    index: int
    key: str
    spec: ColumnSpec
    memo: Memo
    default: Stored = None
    last: Stored = None
    once: bool = False
    hidden: int = 0
    """How many warnings were not said."""

    def read(self, cells: Sequence[Cell]) -> tuple[list[Stored], dict[int, Flaw]]:
        """The stored values of a block, and the flaws by position."""
        memo = self.memo
        if len(memo) > _REMEMBERED:
            memo.clear()
            memo.flaws.clear()
            memo.quiet.clear()
        if bool in set(map(type, cells)):
            # True and 1.0 would be one dictionary key, but they are two values.
            cells = [str(cell).upper() if isinstance(cell, bool) else cell for cell in cells]
        values = list(map(memo.__getitem__, cells))
        if memo.quiet:
            self.hidden += sum(map(memo.quiet.__contains__, cells))
        flaws: dict[int, Flaw] = {}
        if memo.flaws:
            wrong = memo.flaws
            flaws = {place: wrong[cell] for place, cell in enumerate(cells) if cell in wrong}
        if self.default is not None:
            values = [
                self.default if value is None and place not in flaws else value for place, value in enumerate(values)
            ]
        if self.spec.fill == "down":
            self._fill(values, flaws)
        return values, flaws

    def _fill(self, values: list[Stored], flaws: Mapping[int, Flaw]) -> None:
        for place, value in enumerate(values):
            if value is None and place not in flaws:
                values[place] = self.last
            else:
                self.last = value


@dataclass(slots=True)
class Outcomes:
    """What became of the rows read so far, over all the sheets of one file."""

    rows: list[IntakeRow] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """One table being read."""

    table: Table
    spec: TableSpec
    columns: list[Column]
    constants: Mapping[str, Stored]
    place: Place
    flaws: Mapping[tuple[int, int], str]
    seen: dict[str, tuple[Reading, int, tuple[Stored, ...]]]
    out: Outcomes = field(default_factory=Outcomes)

    @property
    def keys(self) -> tuple[str, ...]:
        """The column keys in the order of the values."""
        return (*(column.key for column in self.columns), *self.constants)

    def run(self) -> Outcomes:
        """Read every row."""
        part_of = self._joined_rows()
        wrong_cells = self._sheet_flaws()
        make_key = key_maker(self.spec, self.keys)
        for start in range(0, len(self.table.rows), _BLOCK):
            block = self.table.rows[start : start + _BLOCK]
            numbers = [number for number, _cells in block]
            values, problems = self._block(block, numbers, wrong_cells)
            self._settle(numbers, values, problems, make_key, part_of)
        return self.out

    def _block(
        self, block: Sequence[tuple[int, Sequence[Cell]]], numbers: Sequence[int], wrong: Mapping[int, dict[int, Flaw]]
    ) -> tuple[list[tuple[Stored, ...]], dict[int, list[Problem]]]:
        raw = list(zip(*[cells for _number, cells in block], strict=True))
        problems: dict[int, list[Problem]] = {}
        read: list[list[Stored]] = []
        for column in self.columns:
            values, flaws = column.read(raw[column.index])
            if column.index in self.table.carried and column.once:
                self._keep_once(column, numbers, values)
            self._cell_flaws(column, numbers, wrong, flaws)
            self._note(column, numbers, raw[column.index], flaws, problems)
            self._demand(column, numbers, values, flaws, problems)
            read.append(values)
        fixed = [[value] * len(numbers) for value in self.constants.values()]
        return list(zip(*read, *fixed, strict=True)), problems

    def _keep_once(self, column: Column, numbers: Sequence[int], values: list[Stored]) -> None:
        """An amount merged over several records counts for the first of them only."""
        carried = self.table.carried[column.index]
        for place, number in enumerate(numbers):
            if number in carried:
                values[place] = None

    @staticmethod
    def _cell_flaws(
        column: Column, numbers: Sequence[int], wrong: Mapping[int, dict[int, Flaw]], flaws: dict[int, Flaw]
    ) -> None:
        if column.index in wrong:
            for place, number in enumerate(numbers):
                if number in wrong[column.index]:
                    flaws[place] = wrong[column.index][number]

    def _note(
        self,
        column: Column,
        numbers: Sequence[int],
        cells: Sequence[Cell],
        flaws: Mapping[int, Flaw],
        problems: dict[int, list[Problem]],
    ) -> None:
        for place, flaw in flaws.items():
            value = flaw.extra if flaw.code == "error_cell" and flaw.extra else shown(cells[place], column.spec.mask)
            problem = flaw_problem(flaw, self._at(numbers[place], column.index), column.spec.label, value)
            problems.setdefault(place, []).append(problem)

    def _demand(
        self,
        column: Column,
        numbers: Sequence[int],
        values: Sequence[Stored],
        flaws: Mapping[int, Flaw],
        problems: dict[int, list[Problem]],
    ) -> None:
        single = self.spec.key == (column.key,)
        if not (single or column.spec.required) or None not in values:
            return
        code = "missing_key" if single else "missing"
        for place, value in enumerate(values):
            if value is None and (place not in flaws or (single and flaws[place].severity == "warning")):
                at = self._at(numbers[place], column.index)
                problems.setdefault(place, []).append(flaw_problem(Flaw(code), at, column.spec.label, ""))

    def _at(self, number: int, index: int) -> Place:
        return Place(self.place.file, self.place.sheet, cell_name(number - 1, self.table.first_column - 1 + index))

    def _sheet_flaws(self) -> dict[int, dict[int, Flaw]]:
        """Error cells and formulas without a value: column index to row number to flaw."""
        left = self.table.first_column - 1
        wrong: dict[int, dict[int, Flaw]] = {}
        for (row, column), text in self.flaws.items():
            flaw = Flaw("error_cell", text) if text else Flaw("no_cached_value")
            wrong.setdefault(column - left, {})[row + 1] = flaw
        return wrong

    def _joined_rows(self) -> frozenset[int]:
        """Rows whose whole key came down from a merged cell: they belong to the record above."""
        places = [column.index for column in self.columns if column.key in self.spec.key]
        if not places or any(place not in self.table.carried for place in places):
            return frozenset()
        return frozenset(set.intersection(*(self.table.carried[place] for place in places)))

    def _settle(
        self,
        numbers: Sequence[int],
        values: Sequence[tuple[Stored, ...]],
        problems: Mapping[int, list[Problem]],
        make_key: Callable[[tuple[Stored, ...]], str],
        part_of: frozenset[int],
    ) -> None:
        """Give each row its outcome."""
        out, seen = self.out, self.seen
        add = out.rows.append
        for position, (number, row) in enumerate(zip(numbers, values, strict=True)):
            mine = problems.get(position)
            if part_of and number in part_of:
                self._join(number, row, mine or [])
                continue
            if mine:
                out.problems.extend(mine)
                if any(problem.severity == "error" for problem in mine):
                    out.rejected.append(number)
                    continue
            key = make_key(row)
            first = seen.get(key)
            if first is None:
                seen[key] = (self, number, row)
            elif not self._twin(number, row, *first):
                continue
            add(IntakeRow(number, key, row))

    def _twin(
        self, number: int, row: tuple[Stored, ...], other: Reading, first: int, values: tuple[Stored, ...]
    ) -> bool:
        """Whether a row with a key that was there before comes in all the same."""
        at = Place(self.place.file, self.place.sheet, f"A{number}")
        again = _("第 {row} 行").format(row=first)
        if other is not self:
            again = _("工作表“{sheet}”第 {row} 行").format(sheet=other.place.sheet, row=first)
        if values == row and other.keys == self.keys:
            said = Problem(at, "duplicate_row", _("与{first}完全相同，没有再读").format(first=again), "", "warning")
            self.out.skipped.append(Skipped(number, "duplicate"))
        elif len(self.spec.key) > 1:
            message = _("与{first}是同一条记录，内容不同").format(first=again)
            self.out.problems.append(Problem(at, "same_key", message, _("请核对；以后一行为准"), "warning"))
            return True
        else:
            label = self.spec.columns[self.spec.key[0]].label if self.spec.key else ""
            message = _("{label}与{first}重复，内容不同").format(label=label, first=again)
            said = Problem(at, "duplicate_key", message, _("请只留一行，改正后重发"))
            self.out.rejected.append(number)
        self.out.problems.append(said)
        return False

    def _join(self, number: int, row: tuple[Stored, ...], mine: list[Problem]) -> None:
        """A row merged into the record above: fills its blanks; a different value cannot be kept and is said."""
        out = self.out
        out.problems.extend(mine)
        if not out.rows or (out.rejected and out.rejected[-1] > out.rows[-1].row):
            return
        before = out.rows[-1]
        joined: list[Stored] = []
        wrong = [problem for problem in mine if problem.severity == "error"]
        for position, (old, new) in enumerate(zip(before.values, row, strict=True)):
            if old is not None and new is not None and old != new:
                column = self.columns[position]
                value = shown(str(new), column.spec.mask)
                at = self._at(number, column.index)
                wrong.append(flaw_problem(Flaw("merged_values"), at, column.spec.label, value))
                out.problems.append(wrong[-1])
            joined.append(new if old is None else old)
        out.rows.pop()
        if wrong:
            self.seen.pop(before.key, None)
            out.rejected.append(before.row)
        else:
            out.rows.append(IntakeRow(before.row, before.key, tuple(joined)))


def key_maker(spec: TableSpec, keys: Sequence[str]) -> Callable[[tuple[Stored, ...]], str]:
    """The function that makes a row's business key as the facts do: parts joined by ``|``."""
    kinds = spec.kinds()
    parts = [(keys.index(name) if name in keys else -1, kinds.get(name, Kind.TEXT)) for name in spec.key]
    if len(parts) == 1 and parts[0][0] >= 0 and not parts[0][1].whole:
        only = parts[0][0]
        return lambda row: str(row[only] or "")

    def part(row: tuple[Stored, ...], place: int, kind: Kind) -> str:
        stored = row[place] if place >= 0 else None
        if stored is None:
            return ""
        return stored if isinstance(stored, str) and kind is not Kind.NAMES else str(decode(kind, stored) or "")

    return lambda row: "|".join(part(row, place, kind) for place, kind in parts)


def bind_columns(
    spec: TableSpec, mapping: Mapping[int, str], contexts: Mapping[int, Context], silence: Collection[str] = ()
) -> list[Column]:
    """The columns that are read, each with its parser and default."""
    found = []
    for index, key in mapping.items():
        column = spec.columns[key]
        parser = bind(column.kind, column, contexts[index])
        fast = shortcut(column.kind, column, contexts[index])
        default = (
            encode(column.kind, bind(column.kind, column, Context())(column.default)[0]) if column.default else None
        )
        once = column.fill == "once" or (column.fill == "" and column.kind in _ONCE and not column.required)
        found.append(Column(index, key, column, Memo(parser, column.kind, fast, silence), default, once=once))
    return found


def split_silent(problems: Sequence[Problem], silence: Iterable[str]) -> tuple[list[Problem], int]:
    """The problems that are shown, and how many warnings are not because the pack silences their code."""
    quiet = frozenset(silence)
    kept = [problem for problem in problems if problem.severity == "error" or problem.code not in quiet]
    return kept, len(problems) - len(kept)
