"""Records laid out as an office's clerk lays them out: titles, a line of units, merged headings, subtotals, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

from sample_data.makers.book import Cell, Row, Serial, Sheet, write_csv, write_xlsx
from sample_data.makers.cells import Record, matches
from sample_data.makers.days import styled

STYLES = 5


def write_file(path: Path, told: Mapping[str, Any], records: Mapping[str, Sequence[Record]], random: Random) -> None:
    """One file: a sheet, or several of them (``[[file.sheet]]``); ``.csv`` in the encoding it names."""
    sheets = [_sheet(one, records, random) for one in told.get("sheet", (told,))]
    if path.suffix == ".csv":
        write_csv(path, sheets[0].rows, told.get("encoding", "utf-8-sig"))
        return
    notes = [Sheet("填报说明", [[line] for line in told["manual"]], head=())] if "manual" in told else []
    write_xlsx(path, [*sheets, *notes])


def _sheet(told: Mapping[str, Any], records: Mapping[str, Sequence[Record]], random: Random) -> Sheet:
    columns = [_Column(text) for text in told["columns"]]
    found = [one for one in records[told["table"]] if matches(one, told.get("where", {}))]
    if "subtotal" in told:
        order = list(dict.fromkeys(str(one[told["subtotal"]]) for one in found))
        found.sort(key=lambda one: order.index(str(one[told["subtotal"]])))
    rows: list[Row] = [[told["title"]]] if "title" in told else []
    rows += [[line] for line in told.get("under", ())]
    merges = [(0, 0, 0, len(columns) - 1)] if rows else []
    top = len(rows)
    rows += _headings(told, columns, merges, top)
    body = len(rows)
    rows += _body(told, columns, found, random)
    for spoil in told.get("spoil", ()):
        place = next(number for number, one in enumerate(columns) if one.field == spoil["field"])
        changed = list(rows[body + spoil["row"] - 1])
        changed[place] = spoil["value"]
        rows[body + spoil["row"] - 1] = changed
    if "total" in told:
        rows.append(_total("合计", columns, found, told["total"]))
    rows += [[], *([line] for line in told["notes"])] if "notes" in told else []
    heads = (top + 1, top + 2) if "groups" in told else (top + 1,)
    return Sheet(told.get("sheet_name", "Sheet1"), rows, head=heads, merges=tuple(merges), widths={1: 24})


class _Column:
    """``金额（万元）=amount/10000``: a heading, the field under it, a divisor, and how it is written.

    ``:text`` writes what it holds as text, ``:serial`` a date as a bare number, ``:mixed`` dates as different hands do.
    """

    def __init__(self, text: str) -> None:
        self.heading, _equals, rest = text.partition("=")
        rest, _colon, self.how = rest.partition(":")
        self.field, _slash, by = rest.partition("/")
        self.by = int(by) if by else 1

    def cell(self, record: Record, row: int) -> Cell:
        found = record.get(self.field)
        if self.by != 1 and found is not None:
            found = (Decimal(str(found)) / self.by).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if isinstance(found, date) and self.how == "serial":
            return Serial(found)
        if isinstance(found, date) and self.how == "mixed":
            return styled(found, row % STYLES)
        if self.how == "text" and isinstance(found, int | Decimal):
            return f"{found:,}"
        return found


def _headings(
    told: Mapping[str, Any], columns: Sequence[_Column], merges: list[tuple[int, int, int, int]], top: int
) -> list[Row]:
    """One row of headings, or two where ``groups`` names what stands above some of them: ``["存款", 2]``."""
    names = tuple(column.heading for column in columns)
    if "groups" not in told:
        return [names]
    above: list[Cell] = []
    for name, width in told["groups"]:
        place = len(above)
        if not name:
            above += names[place : place + width]
            merges += [(top, at, top + 1, at) for at in range(place, place + width)]
            continue
        above += [name, *[None] * (width - 1)]
        if width > 1:
            merges.append((top, place, top, place + width - 1))
    below = [None if above[at] == name else name for at, name in enumerate(names)]
    return [above, below]


def _body(told: Mapping[str, Any], columns: Sequence[_Column], found: Sequence[Record], random: Random) -> list[Row]:
    """The rows, with a subtotal after each value of ``subtotal`` and an empty row now and then (``gaps``)."""
    rows: list[Row] = []
    part: list[Record] = []
    by = told.get("subtotal")
    for number, one in enumerate(found):
        if by and part and part[-1][by] != one[by]:
            rows.append(_total(f"{part[-1][by]}小计", columns, part, told.get("total", ())))
            part = []
        rows.append([column.cell(one, number) for column in columns])
        part.append(one)
        if told.get("gaps") and random.randrange(told["gaps"]) == 0:
            rows.append([])
    if by and part:
        rows.append(_total(f"{part[-1][by]}小计", columns, part, told.get("total", ())))
    return rows


def _total(label: str, columns: Sequence[_Column], found: Sequence[Record], fields: Sequence[str]) -> Row:
    cells: list[Cell] = [label]
    for column in columns[1:]:
        if column.field not in fields:
            cells.append(None)
            continue
        amounts = [Decimal(str(one[column.field])) for one in found if one.get(column.field) is not None]
        cells.append((sum(amounts, Decimal(0)) / column.by).quantize(Decimal("0.01"), ROUND_HALF_UP))
    return cells
