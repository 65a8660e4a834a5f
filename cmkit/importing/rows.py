"""The rows of one table through the column parsers. Each row ends in exactly one outcome.

Columns are read a block of rows at a time: a cell that was seen before costs one dictionary look-up, and only cells
that fail take the slow path.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import compress, repeat

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.intake import Block, Double, IntakeRow, Skipped
from cmkit.facts.kinds import Kind, Stored, decode, encode
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.dates import lunar_birthday
from cmkit.importing.fast import Bulk, Fast, bulk, shortcut
from cmkit.importing.flaws import Flaw, flaw_problem, shown
from cmkit.importing.numbers import read_number
from cmkit.importing.values import Context, Parser, bind, refs_of
from cmkit.sheets.cells import Cell, CellBlock
from cmkit.sheets.table import NumberedRow, Table

_BLOCK = 4096
_NO_BLOCK = Block((), (), ())
_FEW = 100
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
            if flaw.code in self.silence and flaw.severity == "warning" and flaw.code != "unknown_ref":
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
    bulk: Bulk | None = None
    last: Stored = None
    once: bool = False
    unit: str = ""
    """The unit that the heading names."""
    hidden: int = 0
    """How many warnings were not said."""
    unlike: bool | None = None
    """Whether the cells of the first block hardly ever repeated; None where no block was large enough to tell."""

    def read(self, cells: Sequence[Cell], *, bools: bool = True) -> tuple[list[Stored], dict[int, Flaw]]:
        """The stored values of a block, and the flaws by position."""
        memo = self.memo
        if len(memo) > _REMEMBERED:
            memo.clear()
            memo.flaws.clear()
            memo.quiet.clear()
        if bools and bool in set(map(type, cells)):
            # True and 1.0 would be one dictionary key, but they are two values.
            cells = [str(cell).upper() if isinstance(cell, bool) else cell for cell in cells]
        if self.unlike is None and len(cells) > _FEW:
            self.unlike = self.bulk is not None and len(set(cells)) * 2 > len(cells)
        if self.unlike and self.bulk is not None:
            values = self.bulk(cells, memo.__getitem__)
        else:
            values = list(map(memo.__getitem__, cells))
        if memo.quiet:
            self.hidden += sum(map(memo.quiet.__contains__, cells))
        flaws: dict[int, Flaw] = {}
        if memo.flaws:
            wrong = memo.flaws
            if bad := wrong.keys() & cells:
                flaws = {place: wrong[cell] for place, cell in enumerate(cells) if cell in bad}
        if self.spec.fill == "down":
            self._fill(values, flaws)
        return values, flaws

    def _fill(self, values: list[Stored], flaws: Mapping[int, Flaw]) -> None:
        for place, value in enumerate(values):
            if value is None and place not in flaws:
                values[place] = self.last
            else:
                self.last = value


Seen = dict[str, "tuple[Reading, int, tuple[Stored, ...] | int]"]
"""Business key to the first row that had it: whose, its number, and its values (their hash where the key is one column)."""


@dataclass(slots=True)
class Outcomes:
    """What became of the rows read so far, over all the sheets of one file."""

    rows: list[IntakeRow] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """One table being read."""

    table: Table
    spec: TableSpec
    columns: list[Column]
    constants: Mapping[str, Stored]
    place: Place
    flaws: Mapping[tuple[int, int], str]
    seen: Seen
    known: Callable[[str], bool] | None = None
    """Where the sheet only updates: whether the store has a key."""
    out: Outcomes = field(default_factory=Outcomes)
    make_key: Callable[[tuple[Stored, ...]], str] = field(init=False)
    key_place: int = -1
    """The column that is the key by itself."""
    loose: dict[int, dict[Stored, list[int]]] = field(default_factory=dict)
    """Position of a column to the values that name no record yet, and the rows that say them."""
    factors: Mapping[str, Decimal | int] = field(default_factory=dict)
    """Indicators whose values are kept in a larger unit, and how much it is."""
    taken: bool = False
    """Whether any row came in."""
    unknown: list[int] = field(default_factory=list)
    """Rows whose key the store does not have, where the sheet only updates."""

    def __post_init__(self) -> None:
        self.make_key = key_maker(self.spec, self.keys)
        single = self.spec.key[0] if len(self.spec.key) == 1 else ""
        if single in self.keys and not self.spec.columns[single].kind.whole:
            self.key_place = self.keys.index(single)

    @property
    def keys(self) -> tuple[str, ...]:
        """The column keys in the order of the values."""
        return (*(column.key for column in self.columns), *self.constants)

    def run(self) -> Outcomes:
        """Read every row and keep the records."""
        for _block in self.blocks(self.table.rows, hold=True):
            pass
        return self.out

    def blocks(self, rows: Iterable[NumberedRow | CellBlock], *, hold: bool = False) -> Iterator[Block]:
        """Read ``rows`` a block at a time; the records of a block are handed over, or kept where ``hold`` says so."""
        part_of = self._joined_rows()
        waiting: list[NumberedRow] = []
        for item in rows:
            if isinstance(item, CellBlock):
                if waiting:
                    yield self._take(*_apart(waiting), part_of, hold=hold)
                    waiting = []
                yield self._take(item.numbers, item.columns, part_of, hold=hold, bools=item.bools)
                continue
            waiting.append(item)
            if len(waiting) == _BLOCK:
                yield self._take(*_apart(waiting), part_of, hold=hold)
                waiting = []
        if waiting:
            yield self._take(*_apart(waiting), part_of, hold=hold)

    def _take(
        self,
        numbers: Sequence[int],
        raw: Sequence[Sequence[Cell]],
        part_of: frozenset[int],
        *,
        hold: bool,
        bools: bool = True,
    ) -> Block:
        """The records of a block; none are handed over where they are kept."""
        columns, problems = self._block(numbers, raw, bools=bools)
        done = None if hold or part_of or self.known is not None else self._settle_together(numbers, columns, problems)
        if done is not None:
            self.taken = self.taken or bool(done.keys)
            return done
        self._settle(numbers, list(zip(*columns, strict=True)), problems, part_of)
        self.taken = self.taken or bool(self.out.rows)
        if hold:
            return _NO_BLOCK
        rows, self.out.rows = self.out.rows, []
        return Block.of(rows)

    def _settle_together(
        self, numbers: Sequence[int], columns: Sequence[Sequence[Stored]], problems: Mapping[int, list[Problem]]
    ) -> Block | None:
        """The outcome of all rows of a block at once; None where two of them, or one before, have the same key."""
        bad = [place for place, mine in problems.items() if any(problem.severity == "error" for problem in mine)]
        good, rows = columns, numbers
        if bad:
            keep = [True] * len(numbers)
            for place in bad:
                keep[place] = False
            rows = list(compress(numbers, keep))
            good = [list(compress(column, keep)) for column in columns]
        values: Sequence[tuple[Stored, ...]] = list(zip(*good, strict=True))
        place = self.key_place
        keys = list(map(self.make_key, values)) if place < 0 else list(map(str, good[place]))
        if len(set(keys)) < len(keys) or not self.seen.keys().isdisjoint(keys):
            return None
        for place in sorted(problems):
            self.out.problems.extend(problems[place])
        self.out.rejected.extend(numbers[place] for place in sorted(bad))
        held = values if len(self.spec.key) > 1 else map(hash, values)
        self.seen.update(zip(keys, zip(repeat(self), rows, held), strict=False))
        return Block(rows, keys, good)

    def _block(
        self, numbers: Sequence[int], raw: Sequence[Sequence[Cell]], *, bools: bool
    ) -> tuple[list[Sequence[Stored]], dict[int, list[Problem]]]:
        """The stored values of a block, column by column, and what is wrong by the row's place in it."""
        wrong = self._sheet_flaws(numbers[-1])
        problems: dict[int, list[Problem]] = {}
        read: list[list[Stored]] = []
        figures: list[tuple[Column, list[Stored], Sequence[Cell]]] = []
        for position, column in enumerate(self.columns):
            values, flaws = column.read(raw[column.index], bools=bools)
            if column.index in self.table.carried and column.once:
                self._keep_once(column, numbers, values)
            self._cell_flaws(column, numbers, wrong, flaws)
            if flaws and (column.spec.ref or column.key == "who"):
                self._set_loose(position, numbers, values, flaws)
            self._note(column, numbers, raw[column.index], flaws, problems)
            self._demand(column, numbers, values, flaws, problems)
            if self.factors and column.spec.kind is Kind.NUMBER:
                figures.append((column, values, raw[column.index]))
            read.append(values)
        if figures:
            self._into_units(read, figures)
        fixed = [[value] * len(numbers) for value in self.constants.values()]
        return [*read, *fixed], problems

    def _into_units(
        self, read: Sequence[list[Stored]], figures: Sequence[tuple[Column, list[Stored], Sequence[Cell]]]
    ) -> None:
        """Values with a unit of their own (500万, a heading in 元) in the unit of their indicator (万元)."""
        place = next((position for position, column in enumerate(self.columns) if column.key == "kpi"), -1)
        fixed = self.constants.get("kpi")
        for column, values, cells in figures:
            for row, value in enumerate(values):
                unit = self.factors.get(str(read[place][row] if place >= 0 else fixed))
                if unit is None or not isinstance(value, int):
                    continue
                cell = cells[row]
                if column.unit or (isinstance(cell, str) and read_number(cell)[1]):
                    values[row] = int((Decimal(value) / unit).to_integral_value(ROUND_HALF_UP))

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

    def _set_loose(
        self, position: int, numbers: Sequence[int], values: Sequence[Stored], flaws: dict[int, Flaw]
    ) -> None:
        """References that nothing answers yet: the rest of the book may, so they are judged at its end."""
        for place in [place for place, flaw in flaws.items() if flaw.code == "unknown_ref"]:
            del flaws[place]
            self.loose.setdefault(position, {}).setdefault(values[place], []).append(numbers[place])

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
        if not (single or (column.spec.required and not column.spec.default)) or None not in values:
            return
        code = "missing_key" if single else "missing"
        for place, value in enumerate(values):
            if value is None and (place not in flaws or (single and flaws[place].severity == "warning")):
                at = self._at(numbers[place], column.index)
                problems.setdefault(place, []).append(flaw_problem(Flaw(code), at, column.spec.label, ""))

    def _at(self, number: int, index: int) -> Place:
        return Place(self.place.file, self.place.sheet, self.table.cell(number, index))

    def refs_at(self, problem: Problem) -> tuple[str, ...]:
        """The tables that the column of a problem refers to."""
        for column in self.columns:
            if column.spec.label in problem.message and (tables := refs_of(column.spec)):
                return tables
        return ()

    def _sheet_flaws(self, last: int) -> dict[int, dict[int, Flaw]]:
        """Error cells and formulas without a value up to row ``last``: column index to row number to flaw."""
        left = self.table.first_column - 1
        wrong: dict[int, dict[int, Flaw]] = {}
        for (row, column), text in self.flaws.items():
            if row < last:
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
        part_of: frozenset[int],
    ) -> None:
        """Give each row its outcome."""
        out, seen, make_key = self.out, self.seen, self.make_key
        add = out.rows.append
        several = len(self.spec.key) > 1
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
            if self.known is not None and not self.known(key):
                self.unknown.append(number)
                out.rejected.append(number)
                continue
            first = seen.get(key)
            if first is None:
                seen[key] = (self, number, row if several else hash(row))
            elif not self._twin(number, row, *first):
                continue
            add(IntakeRow(number, key, row))

    def _twin(
        self, number: int, row: tuple[Stored, ...], other: Reading, first: int, values: tuple[Stored, ...] | int
    ) -> bool:
        """Whether a row with a key that was there before comes in all the same."""
        at = self._at(number, 0)
        again = _("第 {row} 行").format(row=first)
        if other is not self:
            again = _("工作表“{sheet}”第 {row} 行").format(sheet=other.place.sheet, row=first)
        same = values == (row if isinstance(values, tuple) else hash(row))
        if same and other.keys == self.keys:
            said = Problem(at, "duplicate_row", _("与{first}完全相同，没有再读").format(first=again), "", "warning")
            self.out.skipped.append(Skipped(number, "duplicate"))
        elif isinstance(values, tuple):
            if not self._differs(row, other, values):
                return True
            message = _("与{first}是同一条记录，内容不同").format(first=again)
            said = Problem(at, "same_key", message, self._advice(row))
            self.out.rejected.append(number)
            self._double(number, row, other, first)
        else:
            label = self.spec.columns[self.spec.key[0]].label if self.spec.key else ""
            message = _("{label}与{first}重复，内容不同").format(label=label, first=again)
            said = Problem(at, "duplicate_key", message, _("请只留一行，改正后重发"))
            self.out.rejected.append(number)
            self._double(number, row, other, first)
        self.out.problems.append(said)
        return False

    def _double(self, number: int, row: tuple[Stored, ...], other: Reading, first: int) -> None:
        """Keep both for a look at them side by side."""
        if len(self.out.doubles) >= _FEW:
            return
        place = bisect_left(other.out.rows, first, key=lambda one: one.row)
        held = place < len(other.out.rows) and other.out.rows[place].row == first
        before = dict(zip(other.keys, other.out.rows[place].values, strict=True)) if held else {}
        self.out.doubles.append(Double(number, row, other.place.sheet, first, before, self.make_key(row)))

    def _differs(self, row: tuple[Stored, ...], other: Reading, values: tuple[Stored, ...]) -> bool:
        """Whether the rows say two different things; one that merely fills blanks of the other completes it."""
        before = dict(zip(other.keys, values, strict=True))
        return any(
            value is not None and before.get(key) is not None and before[key] != value
            for key, value in zip(self.keys, row, strict=True)
        )

    def _advice(self, row: tuple[Stored, ...]) -> str:
        """What would tell the two apart: a part of the key that this row leaves blank, else one row less."""
        said = {key for key, value in zip(self.keys, row, strict=True) if value is not None}
        blank = [self.spec.columns[key].label for key in self.spec.key if key not in said and key in self.spec.columns]
        if blank:
            return _("若是两条记录，请补上{labels}；否则只留一行").format(labels=_("、").join(blank))
        return _("请只留一行，改正后重发")

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


def _apart(rows: Sequence[NumberedRow]) -> tuple[list[int], list[Sequence[Cell]]]:
    """Rows as their numbers and their columns."""
    return [number for number, _cells in rows], list(zip(*[cells for _number, cells in rows], strict=True))


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
    spec: TableSpec,
    mapping: Mapping[int, str],
    contexts: Mapping[int, Context],
    silence: Collection[str] = (),
    *,
    lunar: bool = False,
) -> list[Column]:
    """The columns that are read, each with its parser. Defaults are the store's affair: a default is nobody's word.

    ``lunar`` makes of the birthdays that are marked 农历 a column of their own.
    """
    found = []
    for index, key in mapping.items():
        column, context = spec.columns[key], contexts[index]
        if lunar and key == "birthday":
            found.append(_lunar_column(index, spec))
            context = replace(context, lunar=True)
        parser = bind(column.kind, column, context)
        once = column.fill == "once" or (column.fill == "" and column.kind in _ONCE and not column.required)
        memo = Memo(parser, column.kind, shortcut(column.kind, column, context), silence)
        found.append(Column(index, key, column, memo, bulk(column.kind, column, context), once=once, unit=context.unit))
    return found


def _lunar_column(index: int, spec: TableSpec) -> Column:
    column = spec.columns["lunar_birthday"]
    return Column(index, column.key, column, Memo(lunar_birthday, column.kind))


def split_silent(problems: Sequence[Problem], silence: Iterable[str]) -> tuple[list[Problem], int]:
    """The problems that are shown, and how many warnings are not because the pack silences their code."""
    quiet = frozenset(silence)
    kept = [problem for problem in problems if problem.severity == "error" or problem.code not in quiet]
    return kept, len(problems) - len(kept)
