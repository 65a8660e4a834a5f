"""A cheap look into an xlsx before it is parsed: names, sizes, DTDs, extents; and what calamine does not tell.

Our own reader needs only the look from outside. For a workbook that calamine has to read, one more pass inflates each
sheet in pieces and searches bytes; cells are looked at one by one only where that finds something: calamine loses error cells (``#N/A`` comes back as ""), formulas without a stored value, leading
zeros shown by a number format (00123) and the percent sign.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.base.problem import Place, Problem
from cmkit.sheets.calamine import check_extent, locked, save_as, unreadable
from cmkit.sheets.cells import Limits, Row, column_index

_PIECE = 4 * 2**20
_LONGEST_CELL = 32 * 2**20
_PROLOG = 65_536
_ROOT = re.compile(rb"<[A-Za-z_]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*["\']([^"\']*)["\']')
_PREFIX = re.compile(rb"<(/?)\w+:")

# Columns A-Z and rows to 199999 are within the limits whatever else the sheet holds.
_FAR = re.compile(rb' r="(?:[A-Z]{2,}[0-9]|[A-Z]?[0-9]{7,}|[A-Z]?[2-9][0-9]{5})')
_FILLED = re.compile(rb'<c r="([A-Z]+)[0-9]+"[^>/]*>[^/]')
_LONG_ROW = re.compile(rb'<c r="[A-Z]+([0-9]{6,})"[^>/]*>[^/]')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*? t="e"[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]*)</v>')
_UNREAD = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"((?: [a-z]+="[^"]*")*)><f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(<v></v>|<v/>)?</c>'
)
_ZEROS = re.compile(r"0{2,}")
_PERCENT_IDS = {9, 10}


@dataclass(slots=True)
class PartLook:
    """What one sheet's XML says beyond the values."""

    flaws: dict[tuple[int, int], str] = field(default_factory=dict)
    styled: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cells shown with leading zeros (their width) or as percent (-1)."""
    columns: int = 0
    rows: int = 0
    hidden: int = 0
    """How many rows are hidden."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it: its name, what kind it is, and the part that holds it ("" where none does)."""

    name: str
    kind: str
    part: str
    hidden: bool


@dataclass(slots=True)
class ZipLook:
    """What the container says: its sheets, looks by sheet name, the epoch, oddities worth a word."""

    sheets: list[SheetEntry] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    parts: dict[str, PartLook] = field(default_factory=dict)
    date1904: bool = False
    problems: list[Problem] = field(default_factory=list)


def look_at_container(archive: zipfile.ZipFile, place: Place, limits: Limits) -> ZipLook:
    """The look at an xlsx or xlsm from outside: names, sizes, DTDs, the list of its sheets; no cell is looked at.

    Raises InputFault where it breaks a limit or is not what it says.
    """
    check_names(archive, place, limits)
    names = members(archive)
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        raise unreadable(place, "", "not found")
    found = ZipLook()
    try:
        _check_prologs(archive, place)
        if "xl/workbook.xml" in names:
            workbook = _read(archive, "xl/workbook.xml", names)
            found.date1904 = re.search(rb'date1904\s*=\s*["\'](?:1|true)', workbook) is not None
            found.sheets, found.others = layout(workbook, _read(archive, "xl/_rels/workbook.xml.rels", names), names)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise unreadable(place) from None
    if len(found.sheets) > limits.sheets:
        raise InputFault(_("工作表太多：{n} 张").format(n=len(found.sheets)), hint=_("请拆成几个文件"), place=place)
    if "xl/vbaproject.bin" in names:
        found.problems.append(Problem(place, "macros", _("文件里有宏，没有运行"), "", "warning"))
    if any(name.startswith("xl/externallinks/") for name in names):
        found.problems.append(Problem(place, "links", _("文件引用了别的工作簿，没有跟过去"), "", "warning"))
    return found


def look_at_cells(archive: zipfile.ZipFile, look: ZipLook, place: Place, limits: Limits) -> None:
    """The second look that calamine needs: extents, error cells, formulas without a value, number formats.

    Raises InputFault where a sheet breaks a limit.
    """
    try:
        part = look.others.get("styles")
        styles = special_styles(archive.read(part) if part else b"")
        for sheet in look.sheets:
            if sheet.part:
                found = _look_at_sheet(archive, sheet.part, styles, Place(place.file, sheet.name), limits)
                look.parts[sheet.name] = found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise unreadable(place) from None


def members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part names as they are compared (lower case, slashes) to the names in the archive."""
    return {name.replace("\\", "/").lower(): name for name in archive.namelist()}


def check_names(archive: zipfile.ZipFile, place: Place, limits: Limits) -> None:
    """Names that leave the container, parts that are there twice, sizes beyond the limits, locked members."""
    seen: set[str] = set()
    packed = unpacked = 0
    for member in archive.infolist():
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or "\0" in member.orig_filename:
            raise InputFault(_("压缩包里有越界的文件名"), hint=_("请不要打开，向发来的人核实"), place=place)
        if name.lower() in seen:
            raise InputFault(_("同一个部件出现两次：{name}").format(name=name), hint=save_as(), place=place)
        seen.add(name.lower())
        if member.flag_bits & 1:
            raise locked(place)
        packed += member.compress_size
        unpacked += member.file_size
    if unpacked > limits.unpacked or (unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1)):
        raise InputFault(
            _("解压后有 {size} MiB，超过限度").format(size=unpacked // 2**20),
            hint=_("请删掉多余的行列，或拆成几个文件"),
            place=place,
        )


def _check_prologs(archive: zipfile.ZipFile, place: Place) -> None:
    for member in archive.infolist():
        if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(member) as stream:
            head = stream.read(_PROLOG)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            head = head.decode("utf-16", "replace").encode()
        root = _ROOT.search(head)
        if b"<!DOCTYPE" in head or (root is None and len(head) == _PROLOG):
            raise InputFault(_("文件里有 DTD/实体定义，不允许"), hint=save_as(), place=place)


def _read(archive: zipfile.ZipFile, name: str, names: dict[str, str]) -> bytes:
    return archive.read(names[name]) if name in names else b""


def layout(workbook: bytes, relations: bytes, names: dict[str, str]) -> tuple[list[SheetEntry], dict[str, str]]:
    """The sheets in order; and the other parts (``styles``, ``sharedStrings``) by their kind."""
    targets: dict[bytes, tuple[str, str]] = {}
    for match in _RELATION.finditer(relations):
        mark = dict(_ATTRIBUTE.findall(match[0]))
        target = mark.get(b"Target", b"").decode("utf-8", "replace").replace("\\", "/")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        kind = mark.get(b"Type", b"").decode("utf-8", "replace").rsplit("/", 1)[-1]
        targets[mark.get(b"Id", b"")] = kind, names.get(part.lower(), "")
    sheets = []
    for match in _SHEET.finditer(workbook):
        mark = dict(_ATTRIBUTE.findall(match[0]))
        key = next((value for name, value in mark.items() if name.endswith(b":id")), b"")
        kind, part = targets.get(key, ("", ""))
        name = _unescape(mark.get(b"name", b"").decode("utf-8", "replace"))
        hidden = mark.get(b"state", b"visible") != b"visible"
        sheets.append(SheetEntry(name, kind, part, hidden=hidden))
    return sheets, {kind: part for kind, part in targets.values() if part and kind not in {"worksheet", "chartsheet"}}


def _unescape(text: str) -> str:
    from html import unescape

    return unescape(text) if "&" in text else text


def special_styles(styles: bytes) -> dict[int, int]:
    """Style number to the width of a format of zeros only (``00000``), or -1 for percent."""
    own: dict[int, str] = {}
    for match in re.finditer(rb"<(?:\w+:)?numFmt\s[^>]*>", styles):
        mark = dict(_ATTRIBUTE.findall(match[0]))
        if mark.get(b"numFmtId", b"").isdigit():
            own[int(mark[b"numFmtId"])] = _unescape(mark.get(b"formatCode", b"").decode("utf-8", "replace"))
    block = re.search(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    found: dict[int, int] = {}
    for index, match in enumerate(re.finditer(rb"<(?:\w+:)?xf\s[^>]*>", block[0] if block else b"")):
        number = int(dict(_ATTRIBUTE.findall(match[0])).get(b"numFmtId", b"0") or 0)
        code = own.get(number, "")
        if number in _PERCENT_IDS or "%" in re.sub(r'"[^"]*"', "", code):
            found[index] = -1
        elif _ZEROS.fullmatch(code):
            found[index] = len(code)
    return found


def pieces(archive: zipfile.ZipFile, part: str, place: Place) -> Iterator[bytes]:
    """The cells of a sheet's XML in pieces that end between two cells; what follows the cells is left out.

    Raises InputFault where one cell is longer than any reader bears.
    """
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_PIECE):
            piece = rest + block
            cut = piece.rfind(b"<c ")
            if cut < 0:
                cut = piece.rfind(b"<", 0, max(piece.rfind(b":c "), 0))
            if cut < len(rest) and b"sheetData>" in piece[max(cut, 0) :]:
                rest = piece
                break
            if cut > 0:
                yield piece[:cut]
                rest = piece[cut:]
            elif len(piece) > _LONGEST_CELL:
                raise InputFault(_("有一个单元格大得不合情理"), hint=save_as(), place=place)
            else:
                rest = piece
    yield rest


def _look_at_sheet(
    archive: zipfile.ZipFile, part: str, styles: dict[int, int], place: Place, limits: Limits
) -> PartLook:
    found = PartLook()
    special = None
    if styles:
        numbers = b"|".join(str(number).encode() for number in styles)
        special = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" s="(' + numbers + rb')"(?: t="n")?><')
    for raw in pieces(archive, part, place):
        piece = raw if b"<c " in raw or b":c " not in raw else _PREFIX.sub(rb"<\1", raw)
        _extent(piece, found)
        found.hidden += piece.count(b' hidden="1"') + piece.count(b' hidden="true"')
        if b't="e"' in piece:
            for column, row, text in _ERROR.findall(piece):
                found.flaws[int(row) - 1, column_index(column.decode())] = text.decode("utf-8", "replace") or "#"
        if b"<f" in piece:
            _formulas(piece, found)
        if special is not None:
            for column, row, style in special.findall(piece):
                found.styled[int(row) - 1, column_index(column.decode())] = styles[int(style)]
    check_extent(found.rows, found.columns, place, limits)
    return found


def _extent(piece: bytes, found: PartLook) -> None:
    last = piece.rfind(b"<row ")
    if last >= 0:
        match = re.match(rb'<row [^>]*?\br="([0-9]+)"', piece[last : last + 300])
        found.rows = max(found.rows, int(match[1]) if match else 0)
    if _FAR.search(piece) is None:
        return
    for letters in set(_FILLED.findall(piece)):
        found.columns = max(found.columns, column_index(letters[:7].decode()) + 1)
    for row in set(_LONG_ROW.findall(piece)):
        found.rows = max(found.rows, int(row[:19]))


def _formulas(piece: bytes, found: PartLook) -> None:
    if not (b"</f></c>" in piece or b"/></c>" in piece or b"</f><v></v>" in piece or b"</f><v/>" in piece):
        return
    for column, row, marks, value in _UNREAD.findall(piece):
        # A text formula may well have stored an empty text: =IF(A1="","",…).
        if value and b't="str"' in marks:
            continue
        found.flaws.setdefault((int(row) - 1, column_index(column.decode())), "")


def apply_styles(rows: list[Row], styled: dict[tuple[int, int], int]) -> None:
    """Numbers shown as 00123 or 85% become the text that people see."""
    for (row, column), width in styled.items():
        if row >= len(rows) or column >= len(rows[row]):
            continue
        value = rows[row][column]
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if width < 0:
            rows[row][column] = plain(Decimal(repr(value)) * 100) + "%"
        elif value == int(value) and value >= 0:
            rows[row][column] = str(int(value)).zfill(width)
