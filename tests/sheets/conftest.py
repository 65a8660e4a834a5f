from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Make = Callable[..., Path]


@pytest.fixture
def make_xlsx(tmp_path: Path) -> Make:
    """Write rows as an xlsx and give its path."""

    def make(rows: Sequence[Sequence[Any]], *, name: str = "book.xlsx", merged: Sequence[str] = ()) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(list(row))
        for span in merged:
            sheet.merge_cells(span)
        path = tmp_path / name
        book.save(path)
        return path

    return make


@pytest.fixture
def real_files() -> Path:
    """The folder of real workbooks, else skip."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("CMKIT_REAL_FILES", str(beside))) / "workbooks"
    if not folder.is_dir():
        pytest.skip("no folder of real workbooks")
    return folder
