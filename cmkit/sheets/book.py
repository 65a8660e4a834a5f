"""Open a workbook: one clear sentence for whatever cannot be used, never a traceback."""

from __future__ import annotations

import hashlib
import importlib
import io
import tempfile
import zipfile
from functools import partial
from pathlib import Path

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.sheets.calamine import locked, read_apart, save_as, unreadable
from cmkit.sheets.cells import DEFAULT_LIMITS, Book, Limits, Sheet
from cmkit.sheets.cellxml import Irregular
from cmkit.sheets.odslook import look_at_ods, with_ods_look
from cmkit.sheets.oldxls import look_at_xls
from cmkit.sheets.textfile import UTF16, read_text
from cmkit.sheets.xlsx import open_sheets
from cmkit.sheets.ziplook import ZipLook, apply_styles, check_names, look_at_cells, look_at_container, members

_KEPT = 2**20
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENTERPRISE = b"%TSD-Header"
_TEXT_ENDINGS = {".csv", ".tsv", ".txt"}
_BOOK_ENDINGS = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et"}


def open_book(
    path: Path, *, password: str | None = None, limits: Limits = DEFAULT_LIMITS, passing: bool = False
) -> Book:
    """The workbook behind ``path``: xlsx, xlsm, xls, xlsb, ods, csv, tsv or txt; the bytes decide, not the name.

    ``passing`` leaves the rows of plain xlsx sheets in the file, to be read in blocks from ``Sheet.source``. Raises InputFault (exit 65) where it is unreadable, locked, hostile or too large.
    """
    data = _bytes(path, limits)
    digest = hashlib.sha256(data).hexdigest()
    place = Place(path.name)
    if not data:
        raise InputFault(_("文件是空的"), hint=_("请核对后重发"), place=place)
    if data.startswith(_ENTERPRISE):
        raise InputFault(_("已加密（企业加密软件）"), hint=_("请先解密再发"), place=place)
    if data.startswith(_OLE):
        return _open_ole(path, data, password, limits, digest)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return _open_zip(path, data, limits, digest, passing=passing)
    _refuse_markup(data, place)
    ending = path.suffix.lower()
    if ending in _BOOK_ENDINGS and not (ending == ".xls" and _is_text(data)):
        raise _not_a_book(data, place)
    sheet, problems = read_text(data, path.name, tabs=ending == ".tsv", limits=limits)
    if ending == ".xls":  # business systems export lists so; xlsx only came up later, and nothing writes text under it
        problems.append(Problem(place, "text_as_xls", _("这是文本（CSV），却叫作 .xls，按文本读入"), "", "warning"))
    return Book(path.name, digest, [sheet], problems)


def _is_text(data: bytes) -> bool:
    return data.startswith(UTF16) or (b"\0" not in data[:4096] and (b"," in data[:4096] or b"\t" in data[:4096]))


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise InputFault(_("这是文件夹，不是文件"), hint=_("请给出文件"), place=Place(str(path)))
        if path.stat().st_size > limits.unpacked:
            raise InputFault(_("文件太大"), hint=_("请拆成几个文件"), place=Place(path.name))
        return path.read_bytes()
    except OSError as error:
        raise InputFault(
            _("打不开文件：{why}").format(why=error.strerror or error),
            hint=_("请核对路径和权限"),
            place=Place(str(path)),
        ) from None


def _refuse_markup(data: bytes, place: Place) -> None:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"mime-version")):
        raise InputFault(_("这是网页或 XML，不是表格文件"), hint=save_as(), place=place)


def _not_a_book(data: bytes, place: Place) -> InputFault:
    if _is_text(data):
        return InputFault(
            _("这是文本（CSV），却叫作 Excel 文件"), hint=_("请把扩展名改成 .csv，或另存为 xlsx"), place=place
        )
    return unreadable(place, "", "invalid ole")


def _open_ole(path: Path, data: bytes, password: str | None, limits: Limits, digest: str) -> Book:
    place = Place(path.name)
    if password is None:
        if _ENCRYPTED in data:
            raise locked(place)
        return _old_book(path, data, path.name, digest, limits)
    plain = _decrypt(data, password, place)
    if plain.startswith(_ZIP):
        return _open_zip(path, plain, limits, digest)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book.xls"
        copy.write_bytes(plain)
        return _old_book(copy, plain, path.name, digest, limits)


def _old_book(path: Path, data: bytes, name: str, digest: str, limits: Limits) -> Book:
    """An xls as calamine reads it, with what it drops."""
    sheets = read_apart(path, Place(name), limits)
    look = look_at_xls(data)
    return _with_look(Book(name, digest, sheets, [], look.date1904), look)


def _decrypt(data: bytes, password: str, place: Place) -> bytes:
    """The workbook without its password; a file that never had one comes back as it is.

    Raises InputFault where the password or the method does not fit.
    """
    try:
        office = importlib.import_module("msoffcrypto")
    except ImportError:
        raise InputFault(
            _("已加密，打开它还需要 msoffcrypto-tool"),
            hint=_('请安装：pip install "cmkit[password]"；或发不带密码的文件'),
            place=place,
        ) from None
    result = io.BytesIO()
    try:
        book = office.OfficeFile(io.BytesIO(data))
        if not book.is_encrypted():
            return data
        book.load_key(password=password)
        book.decrypt(result)
    except Exception:  # noqa: BLE001 - any failure of the library means that this password does not open it
        raise locked(place, tried=True) from None
    return result.getvalue()


def _open_zip(path: Path, data: bytes, limits: Limits, digest: str, *, passing: bool = False) -> Book:
    place = Place(path.name)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise InputFault(
            _("文件不完整或已损坏"), hint=_("请重新发送，或在 Excel 里打开后另存为 xlsx"), place=place
        ) from None
    with archive:
        names = set(members(archive))
        if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
            return _open_other_zip(path, archive, names, limits, digest)
        look = look_at_container(archive, place, limits)
        if "xl/workbook.bin" in names:
            return Book(path.name, digest, read_apart(path, place, limits), look.problems)
        try:
            # A small file is here already; of a large one nothing is kept but what is being read.
            again = partial(zipfile.ZipFile, path if len(data) > _KEPT else io.BytesIO(data)) if passing else None
            sheets = open_sheets(archive, look, place, limits, again)
        except Irregular:
            look_at_cells(archive, look, place, limits)
        else:
            return Book(path.name, digest, sheets, look.problems, look.date1904)
    sheets = _read_copy(path, data, place, limits)
    return _with_look(Book(path.name, digest, sheets, look.problems, look.date1904), look)


def _read_copy(path: Path, data: bytes, place: Place, limits: Limits) -> list[Sheet]:
    """What the child reads; from a copy where the file at ``path`` holds other bytes (it was locked)."""
    if path.stat().st_size == len(data) and path.suffix.lower() != ".xls":
        return read_apart(path, place, limits)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book.xlsx"
        copy.write_bytes(data)
        return read_apart(copy, place, limits)


def _open_other_zip(path: Path, archive: zipfile.ZipFile, names: set[str], limits: Limits, digest: str) -> Book:
    place = Place(path.name)
    check_names(archive, place, limits)
    if "content.xml" in names:
        sheets = read_apart(path, place, limits)
        parts = look_at_ods(archive, sheets, place, limits)
        return _with_look(Book(path.name, digest, with_ods_look(sheets, parts)), ZipLook(parts=dict(parts)))
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise InputFault(_("这是 Word 或 PPT 文件，不是表格"), hint=_("请发表格文件"), place=place)
    if "[content_types].xml" in names:
        # Some writers keep the parts elsewhere; the child finds them or says what is missing.
        if sheets := read_apart(path, place, limits):
            return Book(path.name, digest, sheets)
        raise unreadable(place, "", "not found")
    if path.suffix.lower() in _BOOK_ENDINGS:
        raise unreadable(place, "", "not found")
    raise InputFault(_("这是压缩包，不是表格"), hint=_("请解压后再导入"), place=place)


def _with_look(book: Book, look: ZipLook) -> Book:
    """The sheets with what the look found: flawed cells, numbers shown with zeros in front."""
    sheets: list[Sheet] = []
    for sheet in book.sheets:
        part = look.parts.get(sheet.name)
        if part is None:
            sheets.append(sheet)
            continue
        apply_styles(sheet.rows, part.styled)
        sheets.append(
            Sheet(sheet.name, sheet.hidden, sheet.rows, sheet.merged, part.flaws, sheet.file, None, part.hidden)
        )
    return Book(book.file, book.digest, sheets, book.problems, book.date1904)


def sheet_problems(book: Book) -> list[Problem]:
    """What is said about the book as a whole: its own problems, its hidden sheets and rows."""
    hidden = [
        Problem(Place(book.file, sheet.name), "hidden_sheet", _("这张工作表是隐藏的，照样读入"), "", "warning")
        for sheet in book.sheets
        if sheet.hidden and sheet.rows and not sheet.name.startswith("_")
    ]
    rows = [
        Problem(
            Place(book.file, sheet.name),
            "hidden_rows",
            _("有 {count} 行被隐藏或筛掉，照样读入").format(count=count),
            "",
            "warning",
        )
        for sheet in book.sheets
        if (count := sheet.source.hidden_rows if sheet.source is not None else sheet.hidden_rows)
        and not (sheet.hidden and sheet.name.startswith("_"))
    ]
    return [*book.problems, *hidden, *rows]
