"""A branch's own workbook back: bad cells coloured, a note on each, and only the rejected rows kept."""

from __future__ import annotations

import contextlib
import io
import os
import re
import warnings
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cmkit.base.faults import OutputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.text import safe_line
from cmkit.sheets.book import open_book
from cmkit.sheets.cells import Sheet, cell_index
from cmkit.sheets.own import MAKER

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_BAD = "FFF4B6B6"
_DOUBTFUL = "FFFFF2CC"
_NOTE_LENGTH = 1000
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class SheetMarks:
    """What goes back of one sheet: the rows that held data, those that are sent back, and a note a cell."""

    data_rows: Collection[int] = ()
    keep: Collection[int] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    """Cell name to the sentence."""
    warnings: Collection[str] = ()
    """Cells whose note is only a warning."""


def hand_back(path: Path, target: Path, marks: Mapping[str, SheetMarks], *, password: str | None = None) -> None:
    """Write ``target`` (xlsx) from the workbook at ``path``; sheets without marks stay as they are.

    Files that are not xlsx come back as an xlsx with the same rows. Raises OutputFault.
    """
    book = _load(path, password)
    for sheet in list(book.worksheets):
        found = marks.get(sheet.title, marks.get("") if len(book.worksheets) == 1 else None)
        if found is not None:
            _mark(sheet, found)
            _keep_only(sheet, found)
    _save(book, target)


def _load(path: Path, password: str | None) -> Workbook:
    from openpyxl import load_workbook

    opened = open_book(path, password=password)
    if path.suffix.lower() not in {".xlsx", ".xlsm"} or password is not None:
        return _copied(opened.sheets)
    try:
        with warnings.catch_warnings():
            # What openpyxl does not keep (conditional formats of newer versions …) is no news to a branch.
            warnings.simplefilter("ignore", UserWarning)
            return load_workbook(path, rich_text=True)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, zipfile.BadZipFile):
        return _copied(opened.sheets)


def _copied(sheets: Sequence[Sheet]) -> Workbook:
    """The same cells in a new workbook; text that looks like a formula stays text."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, 1):
        made = book.create_sheet(sheet.name or f"Sheet{number}")
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                if value != "":
                    cell = made.cell(row, column)
                    cell.value = safe_line(value) if isinstance(value, str) else value
                    if isinstance(value, str) and value.startswith(_FORMULA):
                        cell.data_type = "s"
        for top, left, bottom, right in sheet.merged:
            made.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return book


def _mark(sheet: Worksheet, marks: SheetMarks) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    for name, text in marks.notes.items():
        row, column = cell_index(name)
        cell = sheet.cell(row + 1, column + 1)
        if isinstance(cell, MergedCell):
            owner = next((span for span in sheet.merged_cells.ranges if cell.coordinate in span), None)
            cell = sheet.cell(owner.min_row, owner.min_col) if owner is not None else cell
        if isinstance(cell, MergedCell):
            continue
        cell.fill = PatternFill("solid", fgColor=_DOUBTFUL if name in marks.warnings else _BAD)
        cell.comment = Comment(text[:_NOTE_LENGTH], "cmkit", height=90, width=260)


def _keep_only(sheet: Worksheet, marks: SheetMarks) -> None:
    """Take out the data rows that are in; rows merged with one that stays, stay."""
    keep = set(marks.keep)
    for span in sheet.merged_cells.ranges:
        rows = set(range(span.min_row, span.max_row + 1))
        if rows & keep:
            keep |= rows
    gone = sorted(set(marks.data_rows) - keep)
    if not gone:
        return
    shift = _Shift(gone)
    spans = [span.bounds for span in sheet.merged_cells.ranges]
    heights = {row: dimension.height for row, dimension in sheet.row_dimensions.items() if dimension.height}
    for span in list(sheet.merged_cells.ranges):
        sheet.merged_cells.remove(span)
    _move_up(sheet, frozenset(gone), shift)
    lost = frozenset(gone)
    for left, top, right, bottom in spans:
        left_over = [row for row in range(top, bottom + 1) if row not in lost]
        if left_over and (right > left or len(left_over) > 1):
            sheet.merge_cells(
                start_row=shift(left_over[0]), end_row=shift(left_over[-1]), start_column=left, end_column=right
            )
    for row in heights:
        sheet.row_dimensions[row].height = None
    for row, height in heights.items():
        if row not in lost:
            sheet.row_dimensions[shift(row)].height = height


class _Shift:
    """Old row number to new."""

    def __init__(self, gone: Sequence[int]) -> None:
        self.gone = gone

    def __call__(self, row: int) -> int:
        from bisect import bisect_left

        return row - bisect_left(self.gone, row)


def _move_up(sheet: Worksheet, gone: Collection[int], shift: _Shift) -> None:
    """In one pass over the cells: openpyxl's own delete_rows takes minutes for scattered rows."""
    from openpyxl.cell.cell import MergedCell

    cells = sheet._cells  # noqa: SLF001 - the only way to move cells with their styles and notes
    moved = {}
    for (row, column), cell in sorted(cells.items()):
        if row in gone or isinstance(cell, MergedCell):
            continue
        before = cell.coordinate
        cell.row = shift(row)
        if cell.data_type == "f" and isinstance(cell.value, str) and cell.row != row:
            cell.value = _translated(cell.value, before, cell.coordinate)
        moved[cell.row, column] = cell
    cells.clear()
    cells.update(moved)


def _translated(formula: str, before: str, after: str) -> str | None:
    """The formula as it reads at its new place; a sum over rows that have left with it says nothing any more."""
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        moved: str = Translator(formula, origin=before).translate_formula(after)
    except TranslatorError:
        return None
    return moved


def _save(book: Workbook, target: Path) -> None:
    """The whole file or none: written beside ``target``, synced and renamed."""
    buffer = io.BytesIO()
    book.properties.creator = book.properties.lastModifiedBy = MAKER
    book.save(buffer)
    temporary = target.with_name(f".{target.name[:60]}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(_unchanged(buffer))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise OutputFault(
            _("写不出文件：{why}").format(why=error.strerror or error),
            hint=_("请核对文件夹和权限"),
            place=Place(str(target)),
        ) from None


def _unchanged(book: io.BytesIO) -> bytes:
    """The file with one fixed time: whoever saves it later leaves another, and it counts as corrected."""
    made = io.BytesIO()
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for old in source.infolist():
            data = source.read(old)
            if old.filename == "docProps/core.xml":
                data = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", data)
            member = zipfile.ZipInfo(old.filename)
            member.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(member, data)
    return made.getvalue()
