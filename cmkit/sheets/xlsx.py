"""Our own reader of xlsx: the sheets as pieces of XML, read a block of rows at a time, never whole in memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import IO

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.sheets.calamine import check_extent, save_as, unreadable
from cmkit.sheets.cells import CellBlock, Limits, Merge, Row, Sheet, cell_index
from cmkit.sheets.cellxml import Flaws, Irregular, Meaning, RowReader, clean, rich_text
from cmkit.sheets.formats import format_classes
from cmkit.sheets.ziplook import SheetEntry, ZipLook

_PIECE = 2**20
_LONGEST = 16 * 2**20
_TAIL = 64 * 2**20
_ENCODING = re.compile(rb'^\s*<\?xml[^>]*encoding\s*=\s*["\']([\w-]+)["\']')
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_ANY_STRING = re.compile(r"<si\s*/>|<si(?:\s[^>]*)?>(.*?)</si>", re.DOTALL)
_MERGE = re.compile(r'<mergeCell\s+ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_TAG = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_DATA = re.compile(rb"<sheetData(?:\s[^>]*)?(/?)>")


def text_of(data: bytes) -> str:
    """XML as text, its line ends as parsers give them.

    Raises Irregular for any encoding but UTF-8, and for comments and CDATA sections.
    """
    found = _ENCODING.match(data[:200])
    if found and found[1].lower() not in {b"utf-8", b"utf8"}:
        raise Irregular("encoding")
    if b"<!" in data:
        raise Irregular("comment or CDATA")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        raise Irregular("encoding") from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def too_long(place: Place) -> InputFault:
    """The stop for a cell longer than any reader bears."""
    return InputFault(_("有一个单元格大得不合情理"), hint=save_as(), place=place)


def read_strings(archive: zipfile.ZipFile, part: str, place: Place) -> list[str]:
    """The shared strings, read in pieces.

    Raises Irregular where they are written in a way that is not known here, InputFault for one without end.
    """
    strings: list[str] = []
    rest = b""
    with archive.open(part) as stream:
        block = stream.read(_PIECE)
        if b"<sst" not in block[:4096] or b"<!--" in block[:4096]:
            raise Irregular("shared strings")
        while block:
            piece = rest + block
            cut = piece.rfind(b"</si>") + len(b"</si>")
            if cut < len(b"</si>"):
                cut = 0
            _add_strings(text_of(piece[:cut]), strings)
            rest = piece[cut:]
            if len(rest) > _LONGEST:
                raise too_long(place)
            block = stream.read(_PIECE)
    _add_strings(text_of(rest), strings)
    return strings


def _add_strings(text: str, strings: list[str]) -> None:
    begin, end = text.find("<si><t>"), text.rfind("</t></si>")
    if (
        0 <= begin < end
        and begin == text.find("<si")
        and text.find("<si", end) < 0
        and "&" not in text
        and "_x" not in text
    ):
        plain = text[begin + len("<si><t>") : end].split("</t></si><si><t>")
        if text.count("<", begin, end) == 4 * len(plain) - 2:
            strings.extend(plain)
            return
    found = _STRING.findall(text)
    if len(found) == text.count("<si>") + text.count("<si/>") + text.count("<si "):
        strings.extend(map(clean, found) if "&" in text or "_x" in text else found)
        return
    strings.extend(rich_text(match[1] or "") for match in _ANY_STRING.finditer(text))


Again = Callable[[], AbstractContextManager[zipfile.ZipFile]]


@dataclass(slots=True)
class SheetPart:
    """One sheet as a part of the container, to be read from its first row as often as is wanted."""

    archive: Again
    part: str
    meaning: Meaning
    place: Place
    limits: Limits
    flaws: Flaws = field(default_factory=dict)
    merged: tuple[Merge, ...] = ()
    """Known when ``whole`` is True: with the last block."""
    whole: bool = False
    large: bool = False
    """Whether it would cost too much to hold."""
    hidden_rows: int = 0
    """Known with the last block."""

    def blocks(self) -> Iterator[CellBlock]:
        """The rows that hold something.

        Raises Irregular where the sheet is written in a way that is not known here, InputFault where it reaches too far.
        """
        self.hidden_rows = 0
        self.flaws.clear()
        self.whole = False
        reader = RowReader(self.meaning, self.flaws)
        width = 0
        try:
            with self.archive() as archive, archive.open(self.part) as stream:
                pieces = _Pieces(stream, self.place)
                for text in pieces.rows():
                    if ' hidden="' in text:
                        self.hidden_rows += text.count(' hidden="1"') + text.count(' hidden="true"')
                    if pieces.ended:
                        self._end(pieces)
                    block = reader.read(text)
                    if not block.numbers:
                        continue
                    width = max(width, len(block.columns))
                    if width > self.limits.columns:
                        width = max(_used(row) for _number, row in block.rows())
                    check_extent(block.numbers[-1], width, self.place, self.limits)
                    yield block
                if not self.whole:
                    self._end(pieces)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Irregular(str(error)) from None

    def _end(self, pieces: _Pieces) -> None:
        """What stands behind the rows."""
        self.merged = tuple(_merges(pieces.tail()))
        self.whole = True


class _Pieces:
    """A sheet's XML, cut between rows."""

    def __init__(self, stream: IO[bytes], place: Place) -> None:
        self.stream = stream
        self.place = place
        self.rest = b""
        self.ended = False
        """Whether the last rows have been given."""

    def rows(self) -> Iterator[str]:
        """Text that begins and ends between two rows."""
        if not self._begin():
            return
        while True:
            end = self.rest.find(b"</sheetData>")
            if end >= 0:
                text, self.rest = text_of(self.rest[:end]).rstrip(), self.rest[end:]
                self.ended = True
                if text:
                    yield text
                return
            cut = self.rest.rfind(b"</row>") + len(b"</row>")
            if cut >= len(b"</row>"):
                text, self.rest = text_of(self.rest[:cut]), self.rest[cut:]
                yield text
            block = self.stream.read(_PIECE)
            if not block:
                raise Irregular("no end of the rows")
            if len(self.rest) > _LONGEST:
                raise too_long(self.place)
            self.rest += block

    def _begin(self) -> bool:
        """Past everything before the rows; False for a sheet without any."""
        while True:
            block = self.stream.read(_PIECE)
            self.rest += block
            found = _DATA.search(self.rest)
            if found is not None:
                break
            if not block or len(self.rest) > _LONGEST:
                raise Irregular("no rows")
        head = self.rest[: found.start()]
        root = _TAG.search(head)
        if root is None or root[1] or root[2] != b"worksheet" or b"<!--" in head or b"<![" in head:
            raise Irregular("no plain worksheet")
        text_of(head)
        self.rest = self.rest[found.end() :]
        return not found[1]

    def tail(self) -> str:
        """What follows the rows."""
        while (block := self.stream.read(_PIECE)) and len(self.rest) < _TAIL:
            self.rest += block
        return text_of(self.rest)


def _merges(tail: str) -> Iterator[Merge]:
    for match in _MERGE.finditer(tail):
        (top, left), (bottom, right) = cell_index(match[1]), cell_index(match[2])
        yield min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def open_sheets(
    archive: zipfile.ZipFile, look: ZipLook, place: Place, limits: Limits, again: Again | None
) -> list[Sheet]:
    """The sheets of a workbook; with ``again``, which opens it once more, their rows are left there.

    Raises Irregular where the workbook is not written plainly, InputFault where a sheet breaks a limit.
    """
    if any(sheet.kind not in {"worksheet", "chartsheet", "dialogsheet"} for sheet in look.sheets):
        raise Irregular("other sheets")
    if any(sheet.kind == "worksheet" and not sheet.part for sheet in look.sheets):
        raise unreadable(place, "", "not found")
    try:
        strings = look.others.get("sharedStrings")
        styles = look.others.get("styles")
        meaning = Meaning(
            read_strings(archive, strings, place) if strings else (),
            format_classes(archive.read(styles)) if styles else (),
            look.date1904,
        )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Irregular(str(error)) from None
    return [
        _open_sheet(archive, sheet, meaning, Place(place.file, sheet.name), limits, again)
        for sheet in look.sheets
        if sheet.kind == "worksheet"
    ]


def _open_sheet(
    archive: zipfile.ZipFile,
    entry: SheetEntry,
    meaning: Meaning,
    place: Place,
    limits: Limits,
    again: Again | None,
) -> Sheet:
    if again is not None:
        large = archive.getinfo(entry.part).file_size > limits.held
        source = SheetPart(again, entry.part, meaning, place, limits, large=large)
        return Sheet(entry.name, entry.hidden, file=place.file, source=source)
    part = SheetPart(lambda: nullcontext(archive), entry.part, meaning, place, limits)
    rows = filled_rows(part.blocks())
    width = max(map(_used, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        elif len(row) > width:
            del row[width:]
    return Sheet(entry.name, entry.hidden, rows, part.merged, part.flaws, place.file, None, part.hidden_rows)


def _used(row: Row) -> int:
    """How many cells a row has up to its last one with anything in it."""
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return end


def filled_rows(blocks: Iterable[CellBlock]) -> list[Row]:
    """The rows from row 1 on, blank ones among them."""
    rows: list[Row] = []
    for block in blocks:
        for number, row in block.rows():
            while len(rows) < number - 1:
                rows.append([])
            rows.append(row)
    return rows
