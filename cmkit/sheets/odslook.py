"""A second look at an ods: what calamine drops without a word (errors, merged cells, zeros in front, percent, hidden rows)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from cmkit.sheets.cells import Limits, Merge, Sheet
from cmkit.sheets.ziplook import PartLook

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _ROW = f"{_NS}table:1.0}}table", f"{_NS}table:1.0}}table-row"
_CELLS = (f"{_NS}table:1.0}}table-cell", f"{_NS}table:1.0}}covered-table-cell")
_NAME, _SHOWN = f"{_NS}table:1.0}}name", f"{_NS}table:1.0}}visibility"
_ROWS, _COLUMNS = f"{_NS}table:1.0}}number-rows-repeated", f"{_NS}table:1.0}}number-columns-repeated"
_DOWN, _ACROSS = f"{_NS}table:1.0}}number-rows-spanned", f"{_NS}table:1.0}}number-columns-spanned"
_KIND, _VALUE, _LINE = f"{_NS}office:1.0}}value-type", f"{_NS}office:1.0}}value", f"{_NS}text:1.0}}p"
_ERROR = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)|(?:Err|错误)[:：]\d{3}")
_ZEROS = re.compile(r"0\d{1,17}")


@dataclass(slots=True)
class OdsPart(PartLook):
    """What one sheet says beyond the values."""

    merged: list[Merge] = field(default_factory=list)


def look_at_ods(archive: zipfile.ZipFile, limits: Limits) -> dict[str, OdsPart]:
    """What the sheets of an ods hold beyond their values, by name; as far as they can be read."""
    found: dict[str, OdsPart] = {}
    part, row = OdsPart(), 0
    unreadable = (ET.ParseError, KeyError, ValueError, zipfile.BadZipFile, OSError)
    with suppress(*unreadable), archive.open("content.xml") as stream:
        for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - its sizes are checked
            if event == "start":
                if element.tag == _TABLE:
                    part, row = found.setdefault(element.get(_NAME, ""), OdsPart()), 0
            elif element.tag == _ROW:
                _read_row(element, row, part, limits)
                row += int(element.get(_ROWS, "1"))
                element.clear()
    return found


def with_ods_look(sheets: list[Sheet], parts: dict[str, OdsPart]) -> list[Sheet]:
    """The sheets with their merged cells."""
    return [replace(one, merged=tuple(parts[one.name].merged)) if one.name in parts else one for one in sheets]


def _read_row(element: ET.Element, row: int, part: OdsPart, limits: Limits) -> None:
    odd = list(_odd_cells(element, limits))
    unseen = element.get(_SHOWN, "visible") != "visible"
    if not odd and not unseen:
        return
    # The rows below a table come as one that repeats a million times: they hold nothing.
    times = min(int(element.get(_ROWS, "1")), max(limits.rows - row, 0))
    if unseen and any(cell.get(_KIND) for cell in element):
        part.hidden += times
    for column, cell, error, width in odd:
        down, across = int(cell.get(_DOWN, "1")), int(cell.get(_ACROSS, "1"))
        for number in range(row, row + times):
            if error:
                part.flaws[number, column] = error
            if width:
                part.styled[number, column] = width
            if down > 1 or across > 1:
                part.merged.append((number, column, number + down - 1, column + across - 1))


def _odd_cells(element: ET.Element, limits: Limits) -> Iterator[tuple[int, ET.Element, str, int]]:
    """The cells that are more than their value: place, element, error ("" for none), width of its zeros (-1 percent)."""
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        times = int(cell.get(_COLUMNS, "1"))
        kind, error, width = cell.get(_KIND), "", 0
        if kind is not None:
            line = cell.find(_LINE)
            text = "".join(line.itertext()) if line is not None else ""
            if kind == "percentage":
                width = -1
            elif kind == "float" and _ZEROS.fullmatch(text) and float(text) == float(cell.get(_VALUE, "nan")):
                width = len(text)
            elif _ERROR.fullmatch(text):
                error = text
        if error or width or cell.get(_DOWN, "1") != "1" or cell.get(_ACROSS, "1") != "1":
            for place in range(column, min(column + times, limits.columns)):
                yield place, cell, error, width
        column += times
