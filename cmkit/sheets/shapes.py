"""Tables that do not stand as tables usually do: labels down the side, pairs of label and value, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cmkit.base.text import bare_label, fold_label
from cmkit.facts.intake import Skipped
from cmkit.sheets.cells import Cell, Sheet
from cmkit.sheets.header import Known
from cmkit.sheets.table import Table, find_tables
from cmkit.sheets.words import is_blank, is_label

_LEAST_PAIRS = 4
_LEAST_ROWS = 2
_LARGEST_FORM = 400
_REACH = 12


def bands(table: Table) -> list[Table]:
    """The parts of a table that are parted by columns with nothing in them; none where it is in one piece."""
    width = len(table.columns)
    used = [
        bool(table.columns[index]) or any(not is_blank(cells[index]) for _number, cells in table.rows)
        for index in range(width)
    ]
    if all(used):
        return _repeated(table)
    spans: list[tuple[int, int]] = []
    for index in range(width):
        if used[index] and (index == 0 or not used[index - 1]):
            spans.append((index, index + 1))
        elif used[index]:
            spans[-1] = (spans[-1][0], index + 1)
    parts = [_band(table, start, end) for start, end in spans]
    return [part for part in parts if sum(map(bool, part.columns)) > 1 and part.rows]


def _repeated(table: Table) -> list[Table]:
    """The parts of a table whose headings come again in the same order, without a gap; none where they do not."""
    labels = list(map(fold_label, table.columns))
    for width in range(2, len(labels) // 2 + 1):
        if (
            len(labels) % width == 0
            and len(set(labels[:width])) == width
            and labels == labels[:width] * (len(labels) // width)
        ):
            parts = [_band(table, start, start + width) for start in range(0, len(labels), width)]
            return [part for part in parts if part.rows]
    return []


def _band(table: Table, start: int, end: int) -> Table:
    rows = [(number, cells[start:end]) for number, cells in table.rows]
    rows = [(number, cells) for number, cells in rows if not all(map(is_blank, cells))]
    return replace(
        table,
        first_column=table.first_column + start,
        last_column=table.first_column + end - 1,
        columns=table.columns[start:end],
        rows=rows,
        units=table.units[start:end],
        carried={index - start: held for index, held in table.carried.items() if start <= index < end},
        last_row=rows[-1][0] if rows else table.header_rows[-1],
    )


def same_columns(parts: Sequence[Table]) -> bool:
    """Whether all parts have the first one's headings: one long table folded to save paper."""
    first = {fold_label(label) for label in parts[0].columns if label}
    return len(parts) > 1 and all({fold_label(label) for label in part.columns if label} == first for part in parts)


def turned(sheet: Sheet, known: Known) -> list[Table]:
    """The tables of a sheet whose labels go down the side; rows and columns have changed places in them."""
    if len(sheet.rows) > _LARGEST_FORM or not sheet.rows:
        return []
    side = [row[index] for row in sheet.rows for index in (0, 1) if index < len(row)]
    if sum(1 for cell in side if is_label(cell) and known(fold_label(str(cell)))) < 2:  # noqa: PLR2004 - one is chance
        return []
    rows = [list(cells) for cells in zip(*sheet.rows, strict=True)]
    merged = tuple((left, top, right, bottom) for top, left, bottom, right in sheet.merged)
    titles = [index for index, cells in enumerate(sheet.rows) if _is_title(cells, known)]
    for cells in rows:
        for index in titles:
            cells[index] = ""
    tables = find_tables(Sheet(sheet.name, sheet.hidden, rows, merged, {}, sheet.file), known)
    for table in tables:
        table.turned = True
        table.skipped.extend(Skipped(index + 1, "title") for index in titles)
    return tables


def _is_title(cells: Sequence[Cell], known: Known) -> bool:
    """A line over or under labels that go down the side: one text alone that is none of them."""
    found = [cell for cell in cells if not is_blank(cell)]
    return len(found) == 1 and isinstance(found[0], str) and not known(fold_label(found[0]))


def pairs(sheet: Sheet, known: Known) -> Table | None:
    """A form of labels with their values to the right (客户编号 | C001 | 客户名称 | 张三) as a table of one row."""
    if not sheet.rows or len(sheet.rows) > _LARGEST_FORM:
        return None
    found: dict[str, tuple[int, int, Cell]] = {}
    for row, cells in enumerate(sheet.rows):
        for label, column, value in _pairs_of(cells, known):
            if label in found:
                return None  # a label that comes again is the heading of a column
            found[label] = row, column, value
    # Labels that all stand in one row are the headings of a table, whatever stands between them.
    if len(found) < _LEAST_PAIRS or len({row for row, _column, _value in found.values()}) < _LEAST_ROWS:
        return None
    labels = list(found)
    spots = {index: found[label][:2] for index, label in enumerate(labels)}
    first = min(row for row, _column in spots.values()) + 1
    table = Table(sheet.name, 1, len(labels), (first,), labels, [(first, [found[label][2] for label in labels])])
    table.spots = spots
    table.last_row = max(row for row, _column in spots.values()) + 1
    used = {row for row, _column in spots.values()}
    table.skipped = [
        Skipped(row + 1, "title" if row < first else "note")
        for row, cells in enumerate(sheet.rows)
        if row not in used and not all(map(is_blank, cells))
    ]
    return table


def _pairs_of(cells: Sequence[Cell], known: Known) -> Iterator[tuple[str, int, Cell]]:
    index = 0
    while index < len(cells):
        cell = cells[index]
        label = str(cell).strip().rstrip(":：") if isinstance(cell, str) else ""
        index += 1
        if not label or not is_label(label) or not _is_known(label, known):
            continue
        for place in range(index, min(index + _REACH, len(cells))):
            value = cells[place]
            if is_blank(value):
                continue
            if not (isinstance(value, str) and _is_known(value.strip().rstrip(":："), known)):
                yield label, place, value
                index = place + 1
            break


def _is_known(label: str, known: Known) -> bool:
    """With its unit or remark in brackets or without."""
    return known(fold_label(label)) or known(bare_label(label))


def moved_flaws(sheet: Sheet, table: Table) -> Mapping[tuple[int, int], str]:
    """The sheet's flawed cells at the places that they have in the table."""
    if table.spots:
        back = {spot: (table.rows[0][0] - 1, index) for index, spot in table.spots.items()}
        return {back[spot]: text for spot, text in sheet.flaws.items() if spot in back}
    if table.turned:
        return {(column, row): text for (row, column), text in sheet.flaws.items()}
    return sheet.flaws
