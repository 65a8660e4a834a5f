"""Find the tables of a sheet: header, data rows, and every row that is left out with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from cmkit.facts.intake import Skipped
from cmkit.sheets import words
from cmkit.sheets.cells import Cell, Merge, Row, Sheet, column_name
from cmkit.sheets.header import Header, Known, find_header, is_second_header

_SAMPLE = 50
_UNDER_HEADER = 5


@dataclass(slots=True)
class Table:
    """One table of a sheet. Columns and rows are counted from 1, as Excel does."""

    sheet: str
    first_column: int
    last_column: int
    header_rows: tuple[int, ...]
    columns: list[str]
    rows: list[tuple[int, Sequence[Cell]]] = field(default_factory=list)
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

    @property
    def range(self) -> str:
        """``A2:H31``: from the first header row to the last row with anything in it."""
        first, last = column_name(self.first_column - 1), column_name(self.last_column - 1)
        return f"{first}{self.header_rows[0]}:{last}{self.last_row}"


def find_tables(sheet: Sheet, known: Known | None = None) -> list[Table]:
    """The tables of a sheet from top to bottom.

    ``known`` says whether a folded label is a column word of the packs; the shape of the rows must do without it.
    """
    tables: list[Table] = []
    start = 0
    while start < len(sheet.rows):
        header = find_header(sheet.rows, start, _near(sheet, start), known)
        if header is None:
            break
        table, start = _read_table(sheet, header, start, known)
        tables.append(table)
    return tables


def _near(sheet: Sheet, start: int) -> list[Merge]:
    """The merged ranges that can matter for a header sought from ``start``."""
    gap = start
    while gap < len(sheet.rows) and sheet.rows[gap].count("") == len(sheet.rows[gap]):
        gap += 1
    return [span for span in sheet.merged if start <= span[0] < gap + 200]


def _read_table(sheet: Sheet, header: Header, start: int, known: Known | None) -> tuple[Table, int]:
    numbers = tuple(range(header.first + 1, header.last + 2))
    table = Table(sheet.name, header.left + 1, header.right + 1, numbers, list(header.labels), last_row=header.last + 1)
    for index in range(start, header.first):
        texts = [str(cell).strip() for cell in sheet.rows[index] if not words.is_blank(cell)]
        if texts:
            table.skipped.append(Skipped(index + 1, "title"))
            table.above += tuple(texts)
    table.unit = unit_line(table.above)
    begin = _under_header(sheet, header, table)
    end = _Reader(sheet, header, table, known).read(begin)
    _drop_unlabelled_total(table)
    return table, end


def unit_line(lines: Sequence[str]) -> str:
    """The unit that lines above a table name: ``单位：万元``, ``（金额单位：元）``."""
    for line in lines:
        _before, found, after = line.replace(":", "：").partition("单位：")
        word = after.strip().split(" ")[0].strip("()（）[]【】 、，,") if found else ""
        for part in (word, word.split("、")[0], word.split("，")[0]):
            if part in words.UNITS:
                return part
        bare = words.unit_word(line)
        if bare in words.UNITS and "元" in bare:
            return bare
    return ""


def _under_header(sheet: Sheet, header: Header, table: Table) -> int:
    """Past the rows of units, numbers, codes, advice and examples; the first row of data."""
    index = header.last + 1
    while index < min(len(sheet.rows), header.last + 1 + _UNDER_HEADER):
        cells = sheet.rows[index][header.left : header.right + 1]
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

    def __init__(self, sheet: Sheet, header: Header, table: Table, known: Known | None) -> None:
        self.sheet = sheet
        self.header = header
        self.table = table
        self.known = known
        self.carried = _carry(sheet, header)
        self.numeric: list[int] | None = None

    def read(self, index: int) -> int:
        """Sort every row from ``index`` on; the index where the next table may begin."""
        rows, left, right = self.sheet.rows, self.header.left, self.header.right + 1
        width = right - left
        whole = left == 0 and bool(rows) and right == len(rows[0])
        data, total = self.table.rows, words.is_total
        heading = rows[self.header.last][left] or None
        gap = 0
        while index < len(rows):
            cells: Row = rows[index] if whole else rows[index][left:right]
            blank = cells.count("")
            if blank == width or (blank * 2 >= width and all(map(words.is_blank, cells))):
                gap += 1
                index += 1
                continue
            if gap and self._starts_table(index):
                return index
            if gap:
                self.table.skipped.extend(Skipped(number, "blank") for number in range(index - gap + 1, index + 1))
                gap = 0
            if blank * 2 < width and cells[0] != heading and not _suspect(cells):
                why = ""
            else:
                why = "total" if total(cells) else self._why(index, cells)
            self.table.last_row = index + 1
            if why:
                self.table.skipped.append(Skipped(index + 1, why))
            else:
                data.append((index + 1, self._filled(index, cells) if index in self.carried else cells))
            index += 1
        return index

    def _filled(self, index: int, cells: Row) -> Row:
        """The row with what merged cells bring down."""
        row = list(cells)
        for column, value in self.carried[index]:
            row[column] = value
            self.table.carried.setdefault(column, set()).add(index + 1)
        return row

    def _why(self, index: int, cells: Row) -> str:
        if words.is_note(cells):
            return "note"
        found = words.filled(cells)
        if any(isinstance(cell, str) and "{{" in cell for cell in found):
            return "template"
        if words.same_labels(cells, self.header.labels):
            return "header"
        if all(not isinstance(cell, bool) and cell == 0 for cell in found) and len(cells) > 1:
            return "zeros"
        if len(found) == 1 and len(cells) > 2 and isinstance(found[0], str):  # noqa: PLR2004 - a list of pairs has gaps
            return self._lone(index, found[0])
        return ""

    def _lone(self, index: int, cell: str) -> str:
        """One text in the row: a group heading over all columns, or a remark under the table."""
        for top, left, bottom, right in self.sheet.merged:
            if top == index == bottom and left <= self.header.left and right - left >= len(self.header.labels) // 2:
                return "title"
        long = len(cell.strip()) > 20 or "。" in cell  # noqa: PLR2004 - longer than any name
        return "note" if long and self.sheet.rows[index][self.header.left] == cell else ""

    def _starts_table(self, index: int) -> bool:
        if self.numeric is None or len(self.table.rows) <= _SAMPLE:
            self.numeric = self._numeric_columns()
        rows = self.sheet.rows
        for ahead in range(index, min(index + 4, len(rows))):
            filled = words.filled(rows[ahead])
            if words.same_labels(rows[ahead][self.header.left : self.header.right + 1], self.header.labels):
                return False
            if is_second_header(rows, ahead, self.numeric, self.known):
                return True
            if len(filled) > 2 or not all(isinstance(cell, str) for cell in filled):  # noqa: PLR2004 - title, unit
                return False
        return False

    def _numeric_columns(self) -> list[int]:
        votes: dict[int, int] = defaultdict(int)
        for _number, cells in self.table.rows[:_SAMPLE]:
            for column, cell in enumerate(cells):
                if not words.is_blank(cell):
                    votes[column] += 1 if words.is_numeric(cell) else -1
        return [column + self.header.left for column, vote in votes.items() if vote > 0]


def _suspect(cells: Row) -> bool:
    """Whether a well-filled row may still be a total or a repeated header: only then is it looked at closely."""
    for cell in cells[:4]:
        if type(cell) is str and cell and ("计" in cell or "otal" in cell or "OTAL" in cell):
            return True
    first = cells[0]
    return type(first) is str and (not first or first.isspace() or first[0] in "注备说制填审数单例示样合小总")


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


def _drop_unlabelled_total(table: Table) -> None:
    """A last row without a label whose numbers are the sums of the rows above is a total, not a record."""
    if len(table.rows) < 3:  # noqa: PLR2004 - two rows that are equal would pass
        return
    number, cells = table.rows[-1]
    summed = [
        (column, cell)
        for column, cell in enumerate(cells)
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell
    ]
    if not summed or len(words.filled(cells)) != len(summed) or not words.is_blank(cells[0]):
        return
    for column, total in summed:
        above = [row[column] for _number, row in table.rows[:-1]]
        parts = [float(cell) for cell in above if isinstance(cell, int | float) and not isinstance(cell, bool)]
        if abs(sum(parts) - total) > max(0.01, abs(total) * 1e-9):
            return
    table.rows.pop()
    table.skipped.append(Skipped(number, "total"))
