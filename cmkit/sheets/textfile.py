"""Text files as sheets: strict UTF-8, UTF-16 with its mark, then strict GB18030; a wrong guess is an error, not mojibake."""

from __future__ import annotations

import csv
import io

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.sheets.cells import DEFAULT_LIMITS, Limits, Row, Sheet

UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 20
_USUAL_HAN = 0.9
_SAMPLE_BYTES = 65_536


def read_text(
    data: bytes, name: str, *, tabs: bool = False, limits: Limits = DEFAULT_LIMITS
) -> tuple[Sheet, list[Problem]]:
    """The rows of a csv, tsv or txt file, and what is doubtful about its encoding or quotes.

    Raises InputFault where it cannot be read without guessing.
    """
    if len(data) > limits.unpacked:
        raise InputFault(_("文件太大"), hint=_("请拆成几个文件"), place=Place(name))
    text, problems = decode_text(data, name)
    lines, first_number = _without_sep(text)
    delimiter = "\t" if tabs else _delimiter(text)
    rows, sloppy = _rows(lines, delimiter, name)
    problems.extend(sloppy)
    rows[:0] = [[] for _blank in range(first_number)]
    width = max((len(row) for row in rows), default=0)
    if len(rows) > limits.rows or width > limits.columns:
        raise InputFault(
            _("表太大：{rows} 行 {columns} 列").format(rows=len(rows), columns=width),
            hint=_("一张表最多 {rows} 行 {columns} 列，请拆成几个文件").format(
                rows=limits.rows, columns=limits.columns
            ),
            place=Place(name),
        )
    for row in rows:
        row.extend([""] * (width - len(row)))
    return Sheet("", rows=rows, file=name), problems


def decode_text(data: bytes, name: str) -> tuple[str, list[Problem]]:
    """The text behind the bytes, and a warning where GB18030 fits but reads oddly.

    Raises InputFault for NUL bytes and for bytes that none of the three encodings takes.
    """
    place = Place(name)
    if data.startswith(UTF16):
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            raise _undecodable(place) from None
    if b"\0" in data:
        raise InputFault(
            _("文本文件里有空字节（NUL），不是完整的文本"), hint=_("请重新导出，或另存为 xlsx"), place=place
        )
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise _undecodable(place) from None
    return text, _doubts(data, text, place)


def _undecodable(place: Place) -> InputFault:
    return InputFault(
        _("认不出这个文本文件的编码，既不是 UTF-8 也不是 GBK/GB18030"),
        hint=_("请在 Excel 里另存为 xlsx 或“CSV UTF-8”"),
        place=place,
    )


def _doubts(data: bytes, text: str, place: Place) -> list[Problem]:
    """Other encodings are valid GB18030 too, but give characters that nobody writes."""
    odd = [char for char in text if ord(char) > 0x7F]  # noqa: PLR2004 - ASCII
    usual = sum(1 for char in odd if char.encode("gb2312", "ignore"))
    if not odd or usual / len(odd) >= _USUAL_HAN:
        return []
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    other = best.encoding if best is not None else ""
    message = _("按 GB18030 读出的文字里有许多少见的字")
    if other and not other.startswith("gb"):
        message = _("按 GB18030 读出的文字里有许多少见的字，也可能是 {other}").format(other=other)
    return [
        Problem(
            place,
            "encoding",
            message,
            _("请核对姓名等文字；不对时在 Excel 里另存为 xlsx"),
            "warning",
        )
    ]


def _without_sep(text: str) -> tuple[str, int]:
    """Excel's ``sep=;`` line is no row of the table, but it counts as one."""
    first, _newline, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep="):
        return rest, 1
    return text, 0


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) > len("sep="):
        return first[len("sep=")]
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def weight(mark: str) -> int:
        return sum(1 for line in lines if mark in line) * 1000 + sum(line.count(mark) for line in lines)

    return max(_DELIMITERS, key=weight)


def _rows(text: str, delimiter: str, name: str) -> tuple[list[Row], list[Problem]]:
    """Strictly where that works; a stray quote inside a cell is read as it stands and said."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for row in reader:
            rows.append([*row])  # noqa: PERF401 - what came before the error tells the line
    except csv.Error as error:
        place = Place(name, cell=f"A{len(rows) + 1}")
        if "unexpected end" in str(error):
            raise InputFault(_("从这一行起引号没有配对"), hint=_("请补上引号，或另存为 xlsx"), place=place) from None
        if "limit" in str(error):
            raise InputFault(_("这一行有个单元格太长"), hint=_("一个单元格最多 32767 个字"), place=place) from None
        loose = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            found: list[Row] = [[*row] for row in loose]
        except csv.Error:
            raise InputFault(_("这一行读不懂"), hint=_("请另存为 xlsx"), place=place) from None
        return found, [Problem(place, "quotes", _("引号不规范，按原样读入"), _("请核对这一行"), "warning")]
    return rows, []
