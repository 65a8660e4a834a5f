"""Where the header is: the row whose cells are labels over data, and the rows above and below that belong to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from cmkit.base.text import fold_label
from cmkit.sheets.cells import Cell, Merge, Row
from cmkit.sheets.words import is_blank, is_codes, is_label, is_numbers, is_numeric, is_units

Known = Callable[[str], bool]
_WINDOW = 15
_BELOW = 30
_PROSE = 8
_DEEPEST = 4
_LEAST = 0.45
_GOOD = 0.6
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Header:
    """Rows ``first``..``last`` (from 0), columns ``left``..``right`` (from 0), and the joined labels."""

    first: int
    last: int
    left: int
    right: int
    labels: tuple[str, ...]


def find_header(rows: Sequence[Row], start: int, merged: Sequence[Merge], known: Known | None) -> Header | None:
    """The header in the first rows from ``start``; None where no row looks like one."""
    grid = Grid(rows, merged)
    window = _window(grid, start)
    best, best_score = -1, _LEAST
    for place, index in enumerate(window[:_WINDOW]):
        if best >= 0 and best_score > _GOOD and window[place - 1] != index - 1 and window[place - 1] > best:
            break  # a table stands above this gap
        if best >= 0 and index > best + 1 and known is not None and _is_sure(grid, best, known):
            break  # what looks like a header below belongs to the next table
        if best == index - 1 and is_codes(rows[index], [str(cell) for cell in rows[best]]):
            continue  # codes under the labels are no header, whatever words they are
        score = _score(grid, window, place, known, best_score + 0.01 * place)
        if score - 0.01 * place > best_score:
            best, best_score = index, score - 0.01 * place
    return None if best < 0 else _grow(grid, best, start)


def _window(grid: Grid, start: int) -> list[int]:
    """The filled rows among which the header is sought; of a page of explanations above, only its last lines."""
    filled = (index for index in range(start, len(grid.rows)) if not grid.is_empty(index))
    prose: list[int] = []
    for index in filled:
        prose.append(index)
        if len(grid.filled(index)) > 1:
            return [*prose[-_PROSE:], *islice(filled, _WINDOW + _BELOW - min(len(prose), _PROSE))]
    return prose[: _WINDOW + _BELOW]


def _is_sure(grid: Grid, index: int, known: Known) -> bool:
    """Whether a row is a header beyond doubt: hardly anything but known words, and a record below."""
    cells = [cell for cell in grid.rows[index] if not is_blank(cell)]
    words = sum(1 for cell in cells if is_label(cell) and known(fold_label(str(cell))))
    return words >= 3 and words * 4 >= len(cells) * 3 and any(map(is_numeric, grid.rows[index + 1]))  # noqa: PLR2004


def _block_below(window: Sequence[int], place: int) -> Sequence[int]:
    """The rows under a row up to the next gap; past a gap only where nothing stands before it."""
    end = place + 1
    while end < len(window) and end - place <= _BELOW and (window[end] == window[end - 1] + 1 or end == place + 1):
        end += 1
    return window[place + 1 : end]


class Grid:
    """The rows of a sheet together with its merged ranges near the top."""

    def __init__(self, rows: Sequence[Row], merged: Sequence[Merge]) -> None:
        self.rows = rows
        self.merged = merged
        self._filled: dict[int, frozenset[int]] = {}
        self._numeric: dict[int, frozenset[int]] = {}

    def filled(self, index: int) -> frozenset[int]:
        """The columns of a row that hold something."""
        found = self._filled.get(index)
        if found is None:
            row = self.rows[index]
            found = self._filled[index] = frozenset(_present(row))
        return found

    def numeric(self, index: int) -> frozenset[int]:
        """The columns of a row that hold numbers."""
        found = self._numeric.get(index)
        if found is None:
            row = self.rows[index]
            found = self._numeric[index] = frozenset(
                [at for at in self.filled(index) if type(row[at]) is float or is_numeric(row[at])]
            )
        return found

    def is_empty(self, index: int) -> bool:
        """Whether nothing stands in the row."""
        return not self.filled(index)

    def down(self, index: int) -> Row:
        """The row with what is merged down into it from above."""
        row = list(self.rows[index])
        for top, left, bottom, _right in self.merged:
            if top < index <= bottom and left < len(row) and is_blank(row[left]):
                row[left] = self.rows[top][left]
        return row

    def spread(self, index: int) -> Row:
        """The row with merged cells repeated to the right, as a group heading is meant."""
        row = self.down(index)
        for top, left, bottom, right in self.merged:
            if top <= index <= bottom:
                for column in range(left + 1, min(right + 1, len(row))):
                    row[column] = self.rows[top][left]
        return row

    def spans(self, index: int) -> list[Merge]:
        """The ranges that begin in the row and go to the right."""
        return [span for span in self.merged if span[0] == index and span[3] > span[1]]


def _present(row: Row) -> list[int]:
    """The columns of a row that hold something."""
    return [at for at, cell in enumerate(row) if cell != "" and (type(cell) is not str or not cell.isspace())]


def _score(grid: Grid, window: Sequence[int], place: int, known: Known | None, least: float) -> float:
    """Coverage by different labels, more for known words and for columns that hold numbers under their label.

    0 where the row itself shows that it cannot come above ``least``: what stands below it is not looked at then.
    """
    index = window[place]
    row = grid.down(index) if grid.merged else grid.rows[index]
    present = _present(row)
    texts = sum(type(row[column]) is str for column in present)
    if not texts or _sum(texts, texts, texts, texts, len(present), len(present), _LEAST) <= least:
        return 0.0
    labels = [column for column in present if is_label(row[column])]
    folded = [fold_label(str(row[column])) for column in labels]
    words = sum(map(known, folded)) if known is not None else 0
    different = len(set(folded))
    floor = _LEAST if words >= 2 else 0.0  # noqa: PLR2004 - one word may stand in a title
    if not labels or _sum(different, len(labels), words, len(labels), len(present), len(present), floor) <= least:
        return 0.0
    below = _block_below(window, place)
    used = frozenset(present).union(*map(grid.filled, below))
    if different < min(2, len(used)) or (len(used) == 1 and not below):
        return 0.0
    if is_units(row) or is_numbers(row):
        return 0.0
    filled = Counter(chain.from_iterable(map(grid.filled, below)))
    numeric = Counter(chain.from_iterable(map(grid.numeric, below)))
    over = sum(1 for column in labels if numeric[column] * 2 > filled[column])
    return _sum(different, len(labels), words, over, len(present), len(used), floor)


def _sum(different: int, labels: int, words: int, over: int, present: int, used: int, floor: float) -> float:
    coverage = max(different / used * (labels / present), floor)
    return coverage + 0.3 * over / used + 0.5 * words / present


def _grow(grid: Grid, base: int, start: int) -> Header:
    last = _last_row(grid, base)
    first = base
    while first > start and last - first + 1 < _DEEPEST and _is_group_row(grid, first - 1, first, last):
        first -= 1
    labels = _labels(grid, first, last)
    named = [column for column, label in enumerate(labels) if label]
    left, right = named[0], named[-1]
    return Header(first, last, left, right, tuple(labels[left : right + 1]))


def _last_row(grid: Grid, base: int) -> int:
    """Further down while cells are merged across the edge, or the next row fills the blanks with labels."""
    last = base
    while last - base + 1 < _DEEPEST and last + 1 < len(grid.rows):
        spanning = [span for span in grid.merged if base <= span[0] <= last < span[2]]
        if spanning and _all_labels(grid.rows[last + 1], empty=True):
            reach = min(max(span[2] for span in spanning), base + _DEEPEST - 1, len(grid.rows) - 1)
            last = max(last + 1, reach)
        elif (not grid.merged and _completes(grid, last)) or (grid.spans(last) and _splits(grid, last)):
            last += 1
        else:
            break
    return last


def _all_labels(row: Row, *, empty: bool = False) -> bool:
    cells = [cell for cell in row if not is_blank(cell)]
    return all(map(is_label, cells)) and (empty or bool(cells))


def _completes(grid: Grid, upper: int) -> bool:
    """In files without merged cells: the blanks of the upper row are labelled below, and only near its groups."""
    above, below = grid.rows[upper], grid.rows[upper + 1]
    if not _all_labels(below) or upper + 2 >= len(grid.rows):
        return False
    named = [column for column, cell in enumerate(below) if not is_blank(cell)]
    gaps = [column for column in named if is_blank(above[column])]
    lone = [column for column, cell in enumerate(above) if not is_blank(cell) and is_blank(below[column])]
    return bool(gaps) and bool(lone) and any(is_numeric(grid.rows[upper + 2][column]) for column in named)


def _splits(grid: Grid, upper: int) -> bool:
    """A group heading merged to the right whose parts are labelled in the row below."""
    below = grid.rows[upper + 1]
    return any(
        all(is_label(below[column]) for column in range(left, min(right + 1, len(below))))
        for _top, left, _bottom, right in grid.spans(upper)
    ) and _all_labels(below)


def _is_group_row(grid: Grid, index: int, base: int, last: int) -> bool:
    """A row over the header that groups its columns; a title over the whole table is none."""
    row = grid.rows[index]
    cells = [(column, cell) for column, cell in enumerate(row) if not is_blank(cell)]
    if not cells or not all(is_label(cell) for _column, cell in cells):
        return False
    bottom = [fold_label(str(cell)) for cell in grid.down(last) if not is_blank(cell)]
    if any(top <= index < bottom_row for top, _left, bottom_row, _right in grid.merged if bottom_row >= base):
        return True
    if grid.spans(index):
        left = min(column for column, cell in enumerate(grid.rows[base]) if not is_blank(cell))
        return len(cells) > 1 or cells[0][0] > left
    if not grid.merged and index + 1 == last and _completes(grid, index):
        return True
    return len(cells) > 1 and len(set(bottom)) < len(bottom)


def _labels(grid: Grid, first: int, last: int) -> list[str]:
    """``group/label`` per column; words that merely repeat the one above are said once."""
    width = max(len(grid.rows[index]) for index in range(first, last + 1))
    parts: list[list[str]] = [[] for _column in range(width)]
    for index in range(first, last + 1):
        row = grid.down(index) if index == last else _carried(grid, index, last)
        for column, cell in enumerate(row):
            word = " ".join(str(cell)[:_LONGEST].split()) if not is_blank(cell) else ""
            if word and (not parts[column] or parts[column][-1] != word):
                parts[column].append(word)
    return ["/".join(words) for words in parts]


def _carried(grid: Grid, index: int, last: int) -> Row:
    """A group row with its headings carried to the right over the columns that they group."""
    row = grid.spread(index)
    if grid.merged:
        return row
    carried: Cell = ""
    for column, cell in enumerate(row):
        if not is_blank(cell):
            carried = cell
        elif not is_blank(grid.rows[last][column]):
            row[column] = carried
    return row


def is_second_header(rows: Sequence[Row], index: int, numeric: Sequence[int], known: Known | None) -> bool:
    """Whether a row after a gap starts another table: labels, also where the columns above held numbers, over data.

    A row of known words needs no such proof.
    """
    cells = [cell for cell in rows[index] if not is_blank(cell)]
    if len(cells) < 3 or not all(map(is_label, cells)) or index + 1 >= len(rows):  # noqa: PLR2004 - a pair is no table
        return False
    breaks = [column for column in numeric if column < len(rows[index]) and is_label(rows[index][column])]
    below = rows[index + 1]
    if known is not None and sum(1 for cell in cells if known(fold_label(str(cell)))) * 2 > len(cells):
        return True
    over = sum(1 for column, cell in enumerate(below) if is_numeric(cell) and is_label(rows[index][column]))
    return bool(breaks) and (over > 0 or is_codes(below, [str(cell) for cell in cells]))
