"""A second look at an old xls (BIFF8): what calamine drops without a word.

Error cells come back blank from it, a code shown as 00012 comes back as 12, 85% as 0.85, and hidden rows like the rest. The
records are walked as [MS-XLS] 2.1.4 lays them out; a file that cannot be walked is left as calamine read it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from cmkit.sheets.formats import PERCENT, code_class
from cmkit.sheets.ziplook import PartLook, ZipLook

_FREE = 0xFFFFFFFA
_ENTRY = 128
_STREAMS = ("Workbook", "Book")
_SHEET, _FORMAT, _STYLE, _EPOCH, _LOCKED, _END = 0x85, 0x41E, 0xE0, 0x22, 0x2F, 0x0A
_ROW, _NUMBER, _RK, _RKS, _ERROR, _FORMULA = 0x208, 0x203, 0x27E, 0xBD, 0x205, 0x06
_HIDDEN_ROW = 0x20
_PERCENT_IDS = (9, 10)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def look_at_xls(data: bytes) -> ZipLook:
    """What the sheets of an old workbook hold beyond their values; nothing where it is damaged or locked."""
    look = ZipLook()
    with suppress(struct.error, IndexError, ValueError, UnicodeDecodeError, OverflowError):
        _Walk(_stream(data), look).read()
    return look


def _stream(data: bytes) -> bytes:
    """The workbook's stream out of its compound file ([MS-CFB] 2).

    Raises ValueError where it is not there or its sectors go round in circles.
    """
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    start, cutoff, small_start = struct.unpack_from("<I4xII", data, 48)
    size = 1 << shift
    ids = list(struct.unpack_from("<109I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    for _more in range(min(count, len(data) // size)):
        *more, following = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        ids += more
    ids = ids[: len(data) // size]
    table = b"".join(data[(one + 1) * size : (one + 2) * size] for one in ids if one < _FREE)
    fat = struct.unpack(f"<{len(table) // 4}I", table)

    def chain(first: int, links: tuple[int, ...], source: bytes, length: int, skip: int) -> bytes:
        parts: list[bytes] = []
        while first < _FREE:
            if len(parts) * length > len(source):  # more sectors than there are: it goes round in circles
                raise ValueError("loop")
            parts.append(source[(first + skip) * length : (first + skip + 1) * length])
            first = links[first]
        return b"".join(parts)

    folder = chain(start, fat, data, size, 1)
    root = b""
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        entry = folder[at : at + _ENTRY]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le")
        first, length = struct.unpack_from("<II", entry, 116)
        root = root or entry
        if name in _STREAMS and length >= cutoff:
            return chain(first, fat, data, size, 1)[:length]
        if name in _STREAMS:
            small = chain(small_start, fat, data, size, 1)
            links = struct.unpack(f"<{len(small) // 4}I", small)
            held = chain(struct.unpack_from("<I", root, 116)[0], fat, data, size, 1)
            return chain(first, links, held, 1 << small_shift, 0)[:length]
    raise ValueError("no workbook")


@dataclass(slots=True)
class _Walk:
    """The records of a workbook's stream, one after another."""

    stream: bytes
    look: ZipLook
    formats: dict[int, int] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    left: int = 0
    """How many records there can still be: parts that overlap would be walked without end."""

    def read(self) -> None:
        """The book's own records, then those of each sheet."""
        self.left = len(self.stream) // 4
        sheets: list[tuple[str, int]] = []
        for kind, at, length in self._records(0):
            if kind == _LOCKED:
                return
            if kind == _EPOCH:
                self.look.date1904 = self.stream[at] == 1
            elif kind == _SHEET:
                wide = self.stream[at + 7] & 1
                name = self.stream[at + 8 : at + 8 + self.stream[at + 6] * (1 + wide)]
                sheets.append((_text(name, wide), struct.unpack_from("<I", self.stream, at)[0]))
            elif kind == _FORMAT:
                number, _count, wide = struct.unpack_from("<HHB", self.stream, at)
                self.formats[number] = _width(_text(self.stream[at + 5 : at + length], wide & 1))
            elif kind == _STYLE:
                self.styles.append(struct.unpack_from("<H", self.stream, at + 2)[0])
        known = {**dict.fromkeys(_PERCENT_IDS, -1), **self.formats}
        shown = {number: known[style] for number, style in enumerate(self.styles) if known.get(style)}
        for title, place in sheets:
            self.look.parts[title] = self._sheet(place, shown)

    def _records(self, at: int) -> Iterator[tuple[int, int, int]]:
        """Kind, place and length of the records from ``at`` to the end of their part.

        Raises ValueError where there are more than fit into the stream.
        """
        while at + 4 <= len(self.stream):
            self.left -= 1
            if self.left < 0:
                raise ValueError("overlap")
            kind, length = struct.unpack_from("<HH", self.stream, at)
            if kind == _END:
                return
            yield kind, at + 4, length
            at += 4 + length

    def _sheet(self, place: int, shown: Mapping[int, int]) -> PartLook:
        found, stream = PartLook(), self.stream
        for kind, at, length in self._records(place):
            if kind in {_NUMBER, _RK, _ERROR, _FORMULA}:
                row, column, style = struct.unpack_from("<HHH", stream, at)
                if kind == _ERROR and stream[at + 7]:
                    found.flaws[row, column] = _ERRORS.get(stream[at + 6], "#N/A")
                elif kind == _FORMULA and stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff":  # noqa: PLR2004
                    found.flaws[row, column] = _ERRORS.get(stream[at + 8], "#N/A")
                elif style in shown:
                    found.styled[row, column] = shown[style]
            elif kind == _RKS:
                row, first = struct.unpack_from("<HH", stream, at)
                for index in range((length - 6) // 6):
                    style = struct.unpack_from("<H", stream, at + 4 + 6 * index)[0]
                    if style in shown:
                        found.styled[row, first + index] = shown[style]
            elif kind == _ROW and stream[at + 12] & _HIDDEN_ROW:
                found.hidden += 1
        return found


def _text(data: bytes, wide: int) -> str:
    return data.decode("utf-16-le" if wide else "latin-1")


def _width(code: str) -> int:
    """How many digits a format shows with zeros in front, -1 for percent, 0 for any other."""
    kind = code_class(code)
    return int(kind) if kind.isdigit() else -1 if kind == PERCENT else 0
