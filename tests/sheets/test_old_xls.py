"""What an old xls shows beyond its values: errors, zeros in front, percent, hidden rows, days since 1904.

The workbooks are laid out by hand ([MS-CFB] and [MS-XLS]), record by record: nothing here writes xls.
"""

from __future__ import annotations

import struct
from pathlib import Path

from cmkit.sheets.book import open_book
from cmkit.sheets.oldxls import look_at_xls

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
ZEROS, PERCENT = 1, 2
"""Cell styles of :func:`workbook`: 00000 and 0%; 0 is none."""


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def numbers(row: int, column: int, values: list[tuple[int, int]]) -> bytes:
    """Whole numbers side by side in one record (MULRK): style and value."""
    cells = b"".join(struct.pack("<Hi", style, value << 2 | 2) for style, value in values)
    return record(0xBD, struct.pack("<HH", row, column) + cells + struct.pack("<H", column + len(values) - 1))


def error(row: int, column: int, code: int) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def failed(row: int, column: int, code: int) -> bytes:
    """A formula whose result is an error."""
    result = bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF])
    return record(0x06, struct.pack("<HHH", row, column, 0) + result + struct.pack("<HIH", 0, 0, 0))


def hidden(row: int) -> bytes:
    return record(0x208, struct.pack("<HHHHHHHH", row, 0, 4, 255, 0, 0, 0x0120, 15))


def workbook(*cells: bytes, since_1904: bool = False, sheet_at: int | None = None) -> bytes:
    """A compound file with one stream of the book's records and those of the sheet 表."""
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    epoch = record(0x22, struct.pack("<H", since_1904))
    form = record(0x41E, struct.pack("<HHB", 164, 5, 0) + b"00000")
    styles = b"".join(record(0xE0, struct.pack("<HHHHHHHHHH", 0, one, 0, 0, 0, 0, 0, 0, 0, 0)) for one in (0, 164, 9))
    name = "表".encode("utf-16-le")
    before = begin + epoch + form + styles
    length = len(before) + 4 + 8 + len(name) + 4
    place = length if sheet_at is None else sheet_at
    listed = record(0x85, struct.pack("<IBBBB", place, 0, 0, 1, 1) + name)
    part = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    size = record(0x200, struct.pack("<IIHHH", 0, 10, 0, 10, 0))
    return compound(before + listed + record(0x0A) + part + size + b"".join(cells) + record(0x0A))


def compound(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // SECTOR)
    stream = stream.ljust(count * SECTOR, b"\0")
    links = [TABLE, END, *range(3, count + 2), END]
    fat = struct.pack(f"<{SECTOR // 4}I", *links, *[FREE] * (SECTOR // 4 - len(links)))

    def entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
        words = name.encode("utf-16-le")
        head = words.ljust(64, b"\0") + struct.pack("<HBBIII", len(words) + 2, kind, 1, FREE, FREE, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, END, 0, 1) + entry("Workbook", 2, 2, len(stream), FREE) + bytes(256)
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096)
    )
    head += struct.pack("<IIII", END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return head + fat + folder + stream


def test_what_calamine_drops_is_there(tmp_path: Path) -> None:
    """
    A1 12 as 00012 | B1 #N/A          | C1 0.85 as 85%
    A2 7 as 00007  | B2 8, no format  | C2 =1/0
    row 2 is hidden
    """
    path = tmp_path / "旧.xls"
    path.write_bytes(
        workbook(
            hidden(1),
            number(0, 0, 12, ZEROS),
            error(0, 1, 42),
            number(0, 2, 0.85, PERCENT),
            numbers(1, 0, [(ZEROS, 7), (0, 8)]),
            failed(1, 2, 7),
        )
    )
    (sheet,) = open_book(path).sheets
    assert [row[:3] for row in sheet.rows[:2]] == [["00012", "", "85%"], ["00007", 8.0, ""]]
    assert sheet.flaws == {(0, 1): "#N/A", (1, 2): "#DIV/0!"}
    assert sheet.hidden_rows == 1


def test_days_since_1904(tmp_path: Path) -> None:
    path = tmp_path / "旧.xls"
    path.write_bytes(workbook(number(0, 0, 1), since_1904=True))
    assert open_book(path).date1904
    path.write_bytes(workbook(number(0, 0, 1)))
    assert not open_book(path).date1904


def test_a_damaged_one_is_left_as_it_is() -> None:
    """Cut anywhere, with any byte of its head turned, or with its sheet pointing at the book itself: no error, no loop."""
    whole = workbook(number(0, 0, 12, ZEROS), error(0, 1, 42))
    for length in range(0, len(whole), 97):
        look_at_xls(whole[:length])
    for place in range(24, 700):
        look_at_xls(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    assert look_at_xls(workbook(error(0, 1, 42), sheet_at=0)).parts["表"].flaws == {}


def test_sectors_in_a_circle_end() -> None:
    whole = bytearray(workbook(error(0, 1, 42)))
    struct.pack_into("<I", whole, SECTOR + 4 * 3, 2)  # the stream's second sector is followed by its first
    assert look_at_xls(bytes(whole)).parts == {}
