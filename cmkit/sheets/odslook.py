"""A second look at an ods: what calamine drops without a word (errors, merged cells, zeros in front, percent, hidden rows).

The XML goes by in pieces and nothing of it is kept; only cells within the rows that were read count, whatever repeats.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from xml.parsers import expat

from cmkit.base.problem import Place
from cmkit.sheets.calamine import endless
from cmkit.sheets.cells import Limits, Merge, Sheet
from cmkit.sheets.ziplook import PartLook

_PIECE = 2**20
_MOST = 40
_ERROR = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)|(?:Err|错误)[:：]\d{3}")
_ZEROS = re.compile(r"0\d{1,17}")
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_LINE = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 p"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
Attributes = Mapping[str, str]


@dataclass(slots=True)
class OdsPart(PartLook):
    """What one sheet says beyond the values."""

    merged: list[Merge] = field(default_factory=list)


def look_at_ods(archive: zipfile.ZipFile, sheets: Sequence[Sheet], place: Place, limits: Limits) -> dict[str, OdsPart]:
    """What the ``sheets`` of an ods hold beyond the values that were read, by name; as far as they can be read.

    Raises InputFault where it takes too long.
    """
    walk = _Walk({sheet.name: (len(sheet.rows), max(map(len, sheet.rows), default=0)) for sheet in sheets})
    deadline = monotonic() + limits.seconds
    unreadable = (expat.ExpatError, KeyError, ValueError, zipfile.BadZipFile, OSError)
    with suppress(*unreadable), archive.open("content.xml") as stream:
        while piece := stream.read(_PIECE):
            walk.parser.Parse(piece)
            if monotonic() > deadline:
                raise endless(place, limits)
    return walk.parts


def with_ods_look(sheets: Sequence[Sheet], parts: Mapping[str, OdsPart]) -> list[Sheet]:
    """The sheets with their merged cells."""
    return [replace(one, merged=tuple(parts[one.name].merged)) if one.name in parts else one for one in sheets]


class _Walk:
    """The cells of all sheets going by."""

    def __init__(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        self.sizes = sizes
        self.parts: dict[str, OdsPart] = {}
        self.part = OdsPart()
        self.rows = self.width = 0
        self.row = self.column = 0
        self.of_row: Attributes = {}
        self.filled = False
        """Whether the row holds anything."""
        self.of_cell: Attributes = {}
        self.line: str | None = None
        """What the cell's first line says so far."""
        self.inside = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _refuse

    def _start(self, name: str, attributes: Attributes) -> None:
        if name in _CELLS:
            self.of_cell, self.line = attributes, None
        elif name == _LINE:
            self.inside = self.line is None
            self.line = self.line or ""
        elif name == f"{_TABLE}table-row":
            self.of_row, self.column, self.filled = attributes, 0, False
        elif name == f"{_TABLE}table":
            title = attributes.get(f"{_TABLE}name", "")
            self.part = self.parts.setdefault(title, OdsPart())
            self.rows, self.width = self.sizes.get(title, (0, 0))
            self.row = 0

    def _text(self, text: str) -> None:
        if self.inside and self.line is not None and len(self.line) < _MOST:
            self.line += text[:_MOST]

    def _end(self, name: str) -> None:
        if name == _LINE:
            self.inside = False
        elif name in _CELLS:
            self._cell()
        elif name == f"{_TABLE}table-row":
            times = int(self.of_row.get(f"{_TABLE}number-rows-repeated", "1"))
            if self.filled and self.of_row.get(f"{_TABLE}visibility", "visible") != "visible":
                self.part.hidden += max(min(times, self.rows - self.row), 0)
            self.row += times

    def _cell(self) -> None:
        """What one cell is beyond its value, at each of its places."""
        said, first = self.of_cell, self.column
        self.column += int(said.get(f"{_TABLE}number-columns-repeated", "1"))
        self.filled = self.filled or f"{_OFFICE}value-type" in said
        error, width = _beyond(said, self.line or "")
        down = int(said.get(f"{_TABLE}number-rows-spanned", "1"))
        across = int(said.get(f"{_TABLE}number-columns-spanned", "1"))
        if not error and not width and down == across == 1:
            return
        times = int(self.of_row.get(f"{_TABLE}number-rows-repeated", "1"))
        for row in range(self.row, min(self.row + times, self.rows)):
            for column in range(first, min(self.column, self.width)):
                if error:
                    self.part.flaws[row, column] = error
                if width:
                    self.part.styled[row, column] = width
                if down > 1 or across > 1:
                    bottom, right = min(row + down, self.rows) - 1, min(column + across, self.width) - 1
                    self.part.merged.append((row, column, bottom, right))


def _beyond(said: Attributes, text: str) -> tuple[str, int]:
    """The error that a cell shows ("" for none), and the width of its zeros in front (-1 percent, 0 neither)."""
    kind = said.get(f"{_OFFICE}value-type")
    if kind == "percentage":
        return "", -1
    if kind == "float" and _ZEROS.fullmatch(text) and float(text) == float(said.get(f"{_OFFICE}value", "nan")):
        return "", len(text)
    return (text, 0) if kind is not None and _ERROR.fullmatch(text) else ("", 0)


def _refuse(*_declaration: object) -> None:
    """No office program writes one."""
    raise ValueError("DTD")
