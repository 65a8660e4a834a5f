"""Workbooks behind a password: opened with it, one sentence without it."""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cmkit.base.faults import InputFault
from cmkit.sheets.book import open_book

WORD = "开门123"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """客户.xlsx with one row, encrypted as Excel does it."""
    office: Any = pytest.importorskip("msoffcrypto.format.ooxml")
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate([["客户编号", "客户姓名"], ["00123", "张三"]], 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    plain = io.BytesIO()
    book.save(plain)
    path = tmp_path / "客户.xlsx"
    with path.open("wb") as target:
        office.OOXMLFile(plain).encrypt(WORD, target)
    return path


def test_the_right_password_opens_it(locked: Path) -> None:
    assert open_book(locked, password=WORD).sheets[0].rows == [["客户编号", "客户姓名"], ["00123", "张三"]]


@pytest.mark.parametrize(("password", "word"), [(None, "--password-file"), ("错", "核对密码"), ("", "核对密码")])
def test_without_it_one_sentence(locked: Path, password: str | None, word: str) -> None:
    with pytest.raises(InputFault) as stop:
        open_book(locked, password=password)
    assert "已加密" in stop.value.message
    assert word in stop.value.hint


def test_without_the_extra_the_sentence_names_it(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    importlib.invalidate_caches()
    with pytest.raises(InputFault) as stop:
        open_book(locked, password=WORD)
    assert "cmkit[password]" in stop.value.hint


def test_a_password_for_a_book_that_has_none_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    Workbook().save(path)
    assert len(open_book(path, password=WORD).sheets) == 1
