"""Find the tables of a sheet: header, data rows, and every row that is left out with its reason."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from cmkit.base.text import fold_label
from cmkit.facts.intake import HoldNeeded, Skipped
from cmkit.sheets import words
from cmkit.sheets.cells import Cell, CellBlock, Merge, Row, Sheet, cell_name, column_name
from cmkit.sheets.header import Header, Known, find_header, is_second_header

NumberedRow = tuple[int, Sequence[Cell]]
_SUSPECT_FIRST = frozenset("注备说制填审数单例示样合小总平均占较 \t\n\r\u3000\xa0")
_SAMPLE = 50
_AHEAD = 400
_KEPT = 2000
_FIGURE = re.compile(r"\s*-?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?\s*|\s*-?\d{1,15}(?:\.\d+)?\s*")
_UNDER_HEADER = 5
_TITLES = 4
_CHUNK = 128
_LONGEST_WORD = 12
_ENOUGH = 60


@dataclass(slots=True)
class Table:
    """One table of a sheet. Columns and rows are counted from 1, as Excel does."""

    sheet: str
    first_column: int
    last_column: int
    header_rows: tuple[int, ...]
    columns: list[str]
    rows: list[NumberedRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unit: str = ""
    """The unit that a line above the table names for all amounts (单位：万元)."""
    units: tuple[str, ...] = ()
    """The units of a row under the header, column by column."""
    above: tuple[str, ...] = ()
    """The lines above the header: title, 填表单位, 填表日期."""
    carried: dict[int, set[int]] = field(default_factory=dict)
    """Column index to the rows whose cell came down from a merged cell above."""
    last_row: int = 0
    turned: bool = False
    """Labels go down the side: rows and columns have changed places."""
    spots: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Where the values of a form stand (row and column, from 0), by the index of their column."""

    def cell(self, number: int, index: int) -> str:
        """The name of the cell in row ``number`` (from 1) and column ``index`` (from 0) of the table."""
        if index in self.spots:
            return cell_name(*self.spots[index])
        row, column = number - 1, self.first_column - 1 + index
        return cell_name(column, row) if self.turned else cell_name(row, column)

    @property
    def range(self) -> str:
        """``A2:H31``: from the first header row to the last row with anything in it."""
        if self.spots:
            rows, columns = zip(*self.spots.values(), strict=True)
            return f"{cell_name(min(rows), 0)}:{cell_name(max(rows), max(columns))}"
        if self.turned:
            return f"{self.cell(self.header_rows[0], 0)}:{self.cell(self.last_row, len(self.columns) - 1)}"
        first, last = column_name(self.first_column - 1), column_name(self.last_column - 1)
        return f"{first}{self.header_rows[0]}:{last}{self.last_row}"


class Window(Sequence[Row]):
    """The rows of a sheet, from A1 on; where they stay in the file, only those around the place being read."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.rows
        self._first = 0
        self._blocks = sheet.source.blocks() if sheet.source is not None else None
        self._block: CellBlock | None = None
        """The block that is being read: the first ``_taken`` of its rows are known row by row."""
        self._taken = 0
        self._refused = False
        """Whether it cannot be taken as a whole; then pieces of it are tried, none before row ``_tried``."""
        self._tried = 0

    def __len__(self) -> int:
        """How many rows are known so far."""
        return self._first + len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """The row with that number (from 0)."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self._rows[index - self._first]

    @property
    def streams(self) -> bool:
        """Whether the rows stay in the file."""
        return self._blocks is not None

    def reach(self, index: int) -> bool:
        """Read on until the row is known; False where the sheet ends before it."""
        while index >= len(self):
            if not self._pull():
                return False
            self._add(max(_CHUNK, index + 1 - len(self)))
        return True

    def whole_block(self, index: int) -> CellBlock | None:
        """The rows from row ``index`` to the end of its block, or some of them, where they have no gaps.

        Either :meth:`skip` or :meth:`put_back` has to follow.
        """
        if index < self._tried or (index == len(self) and not self._pull()):
            return None
        block = self._block
        if block is None or index + 1 < block.numbers[0]:
            return None
        start, end = bisect_left(block.numbers, index + 1), len(block.numbers)
        if self._refused:
            end = min(start + _CHUNK, end)
        cut = block.part(start, end) if end - start < len(block.numbers) else block
        if cut.gapless(index):
            return cut
        self.put_back(cut)
        return None

    def skip(self, cut: CellBlock) -> None:
        """Go past rows that were read together."""
        self._rows.clear()
        self._first = cut.numbers[-1]
        if self._block is not None:
            self._taken = bisect_left(self._block.numbers, self._first + 1)

    def put_back(self, cut: CellBlock) -> None:
        """Have these rows read one by one after all, or in smaller pieces."""
        if self._refused and cut.numbers:
            self._tried = cut.numbers[-1]
        self._refused = True

    def _pull(self) -> bool:
        """Have a block of which not all rows are known; False at the end of the sheet."""
        if self._block is not None and self._taken < len(self._block.numbers):
            return True
        self._block = next(self._blocks, None) if self._blocks is not None else None
        self._taken, self._refused = 0, False
        return self._block is not None

    def _add(self, count: int) -> None:
        """Know the next rows of the block one by one."""
        if self._block is None:
            return
        part = self._block.part(self._taken, self._taken + count)
        self._taken += len(part.numbers)
        width, known = len(part.columns), len(self)
        for number, row in part.rows():
            while known < number - 1:
                self._rows.append([""] * width)
                known += 1
            self._rows.append(row)
            known += 1

    def forget(self, index: int) -> None:
        """Let go of the rows before ``index``."""
        if self._blocks is not None and index - self._first > _KEPT:
            del self._rows[: index - self._first]
            self._first = index


def find_tables(sheet: Sheet, known: Known | None = None) -> list[Table]:
    """The tables of a sheet from top to bottom, with all their rows.

    ``known`` says whether a folded label is a column word of the packs; the shape of the rows must do without it.
    """
    tables = []
    for table, rows in tables_in(sheet, known):
        table.rows.extend(row for row in rows if isinstance(row, tuple))
        _drop_unlabelled_totals(table)
        table.skipped.sort(key=lambda item: item.row)
        tables.append(table)
    return tables


def tables_in(sheet: Sheet, known: Known | None = None) -> Iterator[tuple[Table, Iterator[NumberedRow | CellBlock]]]:
    """The tables of a sheet one after another, each without its rows and with an iterator over them.

    Where the sheet is read in passing, rows that need no closer look come in blocks.

    What else the table says of itself is known when its rows have been read. Raises HoldNeeded, after the last row,
    where merged cells would have changed what was read.
    """
    window = Window(sheet)
    start = 0
    first: Header | None = None
    head: list[Row] = []
    while window.reach(start):
        _look_ahead(window, start)
        merged = sheet.source.merged if sheet.source is not None and sheet.source.whole else sheet.merged
        header = find_header(window, start, _near(merged, window, start), known)
        if header is None:
            break
        if first is None and sheet.source is not None:
            first = header
            if not sheet.source.whole:
                head = [[*row] for row in window[:_AHEAD]]
            elif any(span[2] > header.last for span in merged):
                raise HoldNeeded
        table = _new_table(window, sheet, header, start)
        reader = _Reader(sheet, window, header, table, known)
        rows = reader.read(_under_header(window, header, table))
        yield table, rows
        for _rest in rows:
            pass
        start = reader.end
    if sheet.source is not None:
        while window.reach(len(window)):
            window.forget(len(window))
        if head or first is None:
            _check_merged(sheet.source.merged, first, head, known)


def _look_ahead(window: Window, start: int) -> None:
    """Know enough rows to find a header in: the first ones, more where most of them are blank."""
    end = start
    while end < start + _AHEAD:
        end = min(end + _CHUNK, start + _AHEAD)
        if not window.reach(end) or sum(any(map(_there, row)) for row in window[start:end]) > _ENOUGH:
            break


def _there(cell: Cell) -> bool:
    return cell != ""


def _check_merged(merged: Sequence[Merge], first: Header | None, head: Sequence[Row], known: Known | None) -> None:
    """Merged cells stand behind the rows in the file: now they tell whether the rows were read rightly without them."""
    if not merged:
        return
    near = [span for span in merged if span[0] < len(head)]
    if first is None or find_header(head, 0, near, known) != first or any(span[2] > first.last for span in merged):
        raise HoldNeeded


def _near(merged: Sequence[Merge], rows: Sequence[Row], start: int) -> list[Merge]:
    """The merged ranges that can matter for a header sought from ``start``."""
    gap = start
    while gap < len(rows) and rows[gap].count("") == len(rows[gap]):
        gap += 1
    return [span for span in merged if start <= span[0] < gap + 200]


def _new_table(rows: Sequence[Row], sheet: Sheet, header: Header, start: int) -> Table:
    numbers = tuple(range(header.first + 1, header.last + 2))
    table = Table(sheet.name, header.left + 1, header.right + 1, numbers, list(header.labels), last_row=header.last + 1)
    for index in range(start, header.first):
        texts = [str(cell).strip() for cell in rows[index] if not words.is_blank(cell)]
        if texts:
            table.skipped.append(Skipped(index + 1, "title"))
            table.above += tuple(texts)
    table.unit = words.unit_line(table.above)
    return table


def _under_header(rows: Sequence[Row], header: Header, table: Table) -> int:
    """Past the rows of units, numbers, codes, advice and examples; the first row of data."""
    index = header.last + 1
    while index < min(len(rows), header.last + 1 + _UNDER_HEADER):
        cells = rows[index][header.left : header.right + 1]
        why = _special(cells, header.labels)
        if not why:
            break
        if why == "units":
            table.units = tuple(words.unit_word(str(cell)) for cell in cells)
        table.skipped.append(Skipped(index + 1, why))
        table.last_row = index + 1
        index += 1
    return index


def _special(cells: Sequence[Cell], labels: Sequence[str]) -> str:
    if words.is_units(cells):
        return "units"
    if words.is_numbers(cells):
        return "numbers"
    if words.is_codes(cells, labels):
        return "codes"
    if words.is_example(cells):
        return "example"
    return "advice" if words.is_advice(cells) else ""


class _Reader:
    """Reads the rows under a header until another table begins."""

    def __init__(self, sheet: Sheet, rows: Window, header: Header, table: Table, known: Known | None) -> None:
        self.sheet = sheet
        self.rows = rows
        self.header = header
        self.table = table
        self.known = known
        self.carried = _carry(sheet, header)
        self.numberings = {column for column, label in enumerate(header.labels) if words.is_numbering(label)}
        self.sample: list[Sequence[Cell]] = []
        self.tried = 0
        """Rows before this one are not tried together."""
        self.end = header.last + 1
        """Where the next table may begin."""

    def read(self, index: int) -> Iterator[NumberedRow | CellBlock]:  # noqa: C901 - one pass over every kind of row
        """The rows of data from ``index`` on, or blocks of them; every other row is sorted among those left out."""
        rows, left, right = self.rows, self.header.left, self.header.right + 1
        width = right - left
        sample = self.sample
        heading = rows[self.header.last][left] or None
        gap = 0
        while True:
            if not gap and (together := self._together(index, heading)) is not None:
                index = self.table.last_row
                yield together
                continue
            if not rows.reach(index):
                break
            if not gap and (plain := self._plain_rows(index)):
                yield from enumerate(plain, index + 1)
                index = self.table.last_row = index + len(plain)
                continue
            row = rows[index]
            cells: Row = row if left == 0 and right == len(row) else row[left:right]
            if len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            blank = cells.count("")
            if blank == width or (blank * 2 >= width and all(map(words.is_blank, cells))):
                gap += 1
                index += 1
                continue
            if gap:
                if self._starts_table(index):
                    break
                self._skip_gap(index, gap, every=True)
                gap = 0
            if self._heads_another(index, cells, alone=blank == width - 1):
                break
            well = blank * 2 < width and cells[0] != heading and not _suspect(cells)
            why = "" if well else self._why(index, cells)
            index += 1
            self.table.last_row = index
            if why:
                self.table.skipped.append(Skipped(index, why))
                continue
            if rows.streams and _is_bare(cells):
                raise HoldNeeded  # it may be the sum of all rows above
            if len(sample) < _SAMPLE:
                sample.append(cells)
            yield index, (self._filled(index - 1, cells) if index - 1 in self.carried else cells)
            rows.forget(index)
        self._skip_gap(index, gap, every=False)
        self.end = index

    def _together(self, index: int, heading: Cell | None) -> CellBlock | None:
        """The next rows of a sheet that streams, where none of them needs a closer look."""
        block = self.rows.whole_block(index)
        if block is None:
            return None
        left, right = self.header.left, self.header.right + 1
        cut = CellBlock(block.numbers, block.columns[left:right], block.bools)
        if len(cut.columns) < right - left or not _is_plain(cut, heading, self.known):
            self.rows.put_back(block)
            return None
        if len(self.sample) < _SAMPLE:
            self.sample.extend(row for _number, row in cut.part(0, _SAMPLE - len(self.sample)).rows())
        self.rows.skip(block)
        self.table.last_row = block.numbers[-1]
        return cut

    def _skip_gap(self, index: int, gap: int, *, every: bool) -> None:
        """Name the ``gap`` rows before ``index`` that show nothing; at the end only those with formulas or errors."""
        flaws = self.sheet.source.flaws if self.sheet.source is not None else self.sheet.flaws
        columns = range(self.header.left, self.header.right + 1) if flaws else ()
        for row in range(index - gap, index):
            flawed = any((row, column) in flaws for column in columns)
            if every or flawed:
                self.table.skipped.append(Skipped(row + 1, "formula" if flawed else "blank"))

    def _plain_rows(self, index: int) -> list[Row]:
        """The next rows of a sheet that is held, where none of them needs a closer look."""
        if index < self.tried or self.carried or self.rows.streams:
            return []
        left, right = self.header.left, self.header.right + 1
        rows = self.rows[index : min(index + _CHUNK, len(self.rows))]
        self.tried = index + len(rows)
        if min(map(len, rows)) < right:
            return []
        if left or max(map(len, rows)) > right:
            rows = [row[left:right] for row in rows]
        block = CellBlock(range(index + 1, index + 1 + len(rows)), list(zip(*rows, strict=True)))
        if not _is_plain(block, self.rows[self.header.last][left] or None, self.known):
            return []
        self.sample.extend(rows[: _SAMPLE - len(self.sample)])
        return rows

    def _filled(self, index: int, cells: Row) -> Row:
        """The row with what merged cells bring down."""
        row = list(cells)
        for column, value in self.carried[index]:
            row[column] = value
            self.table.carried.setdefault(column, set()).add(index + 1)
        return row

    def _why(self, index: int, cells: Row) -> str:
        """Why a row is no record, "" where it is one."""
        if words.is_total(cells):
            return "total"
        if words.is_note(cells):
            return "note"
        found = words.filled(cells)
        if any(isinstance(cell, str) and "{{" in cell for cell in found):
            return "template"
        if words.same_labels(cells, self.header.labels):
            return "header"
        if all(not isinstance(cell, bool) and cell == 0 for cell in found) and len(cells) > 1:
            return "zeros"
        if all(words.is_blank(cell) or column in self.numberings for column, cell in enumerate(cells)):
            return "numbering"
        if len(found) == 1 and len(cells) > 2 and isinstance(found[0], str):  # noqa: PLR2004 - a list of pairs has gaps
            return self._lone(index, found[0])
        return ""

    def _lone(self, index: int, cell: str) -> str:
        """One text in the row: a group heading over all columns, or a remark under the table."""
        for top, left, bottom, right in self.sheet.merged:
            if top == index == bottom and left <= self.header.left and right - left >= len(self.header.labels) // 2:
                return "title"
        if words.is_group(cell) or self._stands_over_header(index):
            return "title"
        long = len(cell.strip()) > 20 or "。" in cell  # noqa: PLR2004 - longer than any name
        return "note" if long and self.rows[index][self.header.left] == cell else ""

    def _stands_over_header(self, index: int) -> bool:
        """Whether nothing but lines of one cell comes between the row and the header said again, as on printed pages."""
        for ahead in range(index + 1, index + 1 + _TITLES):
            if not self.rows.reach(ahead):
                return False
            cells = self.rows[ahead][self.header.left : self.header.right + 1]
            if words.same_labels(cells, self.header.labels):
                return True
            if len(words.filled(cells)) > 1 and not words.is_note(cells):
                return False
        return False

    def _heads_another(self, index: int, cells: Row, *, alone: bool) -> bool:
        """Whether the row is the header of another table that follows without a gap, or a title above such a one."""
        if self.known is None:
            return False
        if alone and isinstance(words.filled(cells)[0], str) and self.rows.reach(index + 2):
            index, cells = index + 1, self.rows[index + 1][self.header.left : self.header.right + 1]
        if not cells or not _may_head(cells[0], self.known):
            return False
        self.rows.reach(index + 1)
        if words.same_labels(cells, self.header.labels):
            return False
        return is_second_header(self.rows, index, (), self.known)

    def _starts_table(self, index: int) -> bool:
        rows, numeric = self.rows, self._numeric_columns()
        rows.reach(index + 5)
        for ahead in range(index, min(index + 4, len(rows))):
            filled = words.filled(rows[ahead])
            if words.same_labels(rows[ahead][self.header.left : self.header.right + 1], self.header.labels):
                return False
            if is_second_header(rows, ahead, numeric, self.known):
                return True
            if len(filled) > 2 or not all(isinstance(cell, str) for cell in filled):  # noqa: PLR2004 - title, unit
                return False
        return False

    def _numeric_columns(self) -> list[int]:
        votes: dict[int, int] = defaultdict(int)
        for cells in self.sample:
            for column, cell in enumerate(cells):
                if not words.is_blank(cell):
                    votes[column] += 1 if words.is_numeric(cell) else -1
        return [column + self.header.left for column, vote in votes.items() if vote > 0]


def _may_head(cell: Cell, known: Known) -> bool:
    """Whether a row that begins with the cell may be a header."""
    return type(cell) is str and not cell.isascii() and len(cell) <= _LONGEST_WORD and known(fold_label(cell))


def _is_plain(block: CellBlock, heading: Cell | None, known: Known | None) -> bool:
    """Whether no row of a block can be anything but a record: most cells are there, and no word of a total or header is."""
    full = 0
    for column in block.columns:
        full += "" not in column
        if full * 2 > len(block.columns):
            break
    else:
        if any(row.count("") * 2 >= len(row) for _number, row in block.rows()):
            return False
    first = block.columns[0]
    if heading in first or "" in first:
        return False
    if not _SUSPECT_FIRST.isdisjoint({cell[0] for cell in first if type(cell) is str}):
        return False
    texts = [cell for cell in first if type(cell) is str]
    if known is not None and not "".join(texts).isascii() and any(_may_head(cell, known) for cell in texts):
        return False
    for column in block.columns[:4]:
        try:
            text = "\n".join(column)  # type: ignore[arg-type]
        except TypeError:
            text = "\n".join([cell for cell in column if type(cell) is str])
        if "计" in text or "otal" in text or "OTAL" in text:
            return False
    return True


def _suspect(cells: Row) -> bool:
    """Whether a well-filled row may still be a total or a repeated header: only then is it looked at closely."""
    first = cells[0]
    if type(first) is str and (not first or first[0] in _SUSPECT_FIRST):
        return True
    return any(type(cell) is str and ("计" in cell or "otal" in cell or "OTAL" in cell) for cell in cells[:4])


def _carry(sheet: Sheet, header: Header) -> dict[int, list[tuple[int, Cell]]]:
    """Row index to the cells (column, value) that merged ranges of the data bring down."""
    found: dict[int, list[tuple[int, Cell]]] = defaultdict(list)
    for top, left, bottom, _right in sheet.merged:
        if top <= header.last or bottom == top or not header.left <= left <= header.right:
            continue
        value = sheet.rows[top][left] if top < len(sheet.rows) else ""
        if words.is_blank(value):
            continue
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            found[row].append((left - header.left, value))
    return found


def _drop_unlabelled_totals(table: Table) -> None:
    """A row of nothing but numbers that are the sums of the rows above is a total, not a record.

    Sums of the rows since the last total (subtotals) and of all rows count; two rows that are equal would pass, so
    that one row alone has no total.
    """
    if not any(_is_bare(cells) for _number, cells in table.rows):
        return
    kept: list[NumberedRow] = []
    since, whole = _Sums(), _Sums()
    for number, cells in table.rows:
        if _is_bare(cells) and (since.make(cells) or whole.make(cells)):
            table.skipped.append(Skipped(number, "total"))
            since = _Sums()
            continue
        since.add(cells)
        whole.add(cells)
        kept.append((number, cells))
    table.rows[:] = kept


def _is_bare(cells: Sequence[Cell]) -> bool:
    """Whether a row has numbers only, and none in its first column."""
    if not words.is_blank(cells[0]):
        return False
    found = words.filled(cells)
    return bool(found) and all(_figure(cell) is not None for cell in found)


def _figure(cell: Cell) -> float | None:
    """The number in a cell, also where it is written as text (1,234.50); None for anything else."""
    if isinstance(cell, int | float):
        return None if isinstance(cell, bool) else cell
    if not isinstance(cell, str) or not _FIGURE.fullmatch(cell.strip()):
        return None
    return float(cell.replace(",", "").replace("，", ""))


class _Sums:
    """The sums of some rows, column by column."""

    def __init__(self) -> None:
        self.rows = 0
        self.sums: dict[int, float] = defaultdict(float)

    def add(self, cells: Sequence[Cell]) -> None:
        self.rows += 1
        for column, cell in enumerate(cells):
            figure = _figure(cell)
            if figure is not None:
                self.sums[column] += figure

    def make(self, cells: Sequence[Cell]) -> bool:
        """Whether the numbers in ``cells`` are these sums."""
        if self.rows < 2:  # noqa: PLR2004 - a row is the sum of itself
            return False
        numbers = [(column, figure) for column, cell in enumerate(cells) if (figure := _figure(cell))]
        return bool(numbers) and all(
            abs(self.sums[column] - figure) <= max(0.01, abs(figure) * 1e-9) for column, figure in numbers
        )
