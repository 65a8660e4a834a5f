"""Workbooks that cmkit made itself: told by their properties, as long as nobody has saved them since."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

MAKER = "cmkit"
_FORM_SHEETS = (b'name="_cmkit"', b'name="_lists"')
_BY = re.compile(rb"<cp:lastModifiedBy>([^<]*)</cp:lastModifiedBy>")
_TIMES = re.compile(rb"<dcterms:(created|modified)\b[^>]*>([^<]*)</dcterms:")
_CORE, _BOOK = "docProps/core.xml", "xl/workbook.xml"
_MOST = 2**20


def made_here(path: Path) -> bool:
    """Whether the file is a report, a form or a rejects workbook of cmkit as it was written.

    A program or a person that saves it leaves another time or another name: a form that was filled in is data.
    """
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            core = _part(archive, _CORE)
            times = dict(_TIMES.findall(core))
            if not times or times.get(b"created") != times.get(b"modified"):
                return False
            by = _BY.search(core)
            if by is not None and by[1] == MAKER.encode():
                return True
            book = _part(archive, _BOOK)
            return any(name in book for name in _FORM_SHEETS)
    except (OSError, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return False


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(_MOST)
