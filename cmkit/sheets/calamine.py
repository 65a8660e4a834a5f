"""Workbooks through python-calamine, in a child process: what it cannot bear ends only the child."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.sheets.cells import Limits, Sheet

_CHILD = Path(__file__).with_name("child.py")


def save_as() -> str:
    """The usual advice."""
    return _("请在 Excel 里打开，另存为 xlsx 再试")


def locked(place: Place, *, tried: bool = False) -> InputFault:
    """The stop for a workbook that needs a password."""
    if tried:
        return InputFault(_("已加密，给的密码打不开"), hint=_("请核对密码，或发不带密码的文件"), place=place)
    return InputFault(_("已加密，打不开"), hint=_("请发不带密码的文件，或用 --password-file 给出密码"), place=place)


def unreadable(place: Place, kind: str = "", text: str = "") -> InputFault:
    """The stop for a workbook that no reader takes; says a little more where the error is a known one."""
    low = text.lower()
    if kind == "PasswordError":
        return locked(place)
    if "biff" in low or "invalid ole" in low or "not an office document" in low:
        return InputFault(_("这不是能读的 Excel 文件（版本太旧或内容不对）"), hint=save_as(), place=place)
    if "cell limit" in low:
        return InputFault(_("表的范围大得不合情理"), hint=_("请删掉多余的行列，另存为 xlsx"), place=place)
    if "not found" in low:
        return InputFault(_("文件不完整，缺少工作簿的部件"), hint=save_as(), place=place)
    return InputFault(_("文件损坏，读不出来"), hint=save_as(), place=place)


def endless(place: Place, limits: Limits) -> InputFault:
    """The stop for a workbook that takes too long."""
    return InputFault(
        _("读了 {seconds} 秒还没有读完，停下了").format(seconds=limits.seconds), hint=save_as(), place=place
    )


def read_apart(path: Path, place: Place, limits: Limits) -> list[Sheet]:
    """The sheets of an xls, xlsb or ods (or a doubtful xlsx), read by a child with a cap on memory and time.

    Raises InputFault where the child cannot read it, dies, or takes too long.
    """
    command = [sys.executable, "-I", str(_CHILD), str(path), str(limits.memory)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.seconds, check=False)  # noqa: S603 - own script
    except subprocess.TimeoutExpired:
        raise endless(place, limits) from None
    if done.returncode != 0 or not done.stdout:
        raise unreadable(place)
    answer: dict[str, Any] = pickle.loads(done.stdout)  # noqa: S301 - written by our own child
    if "error" in answer:
        raise unreadable(place, answer["error"], answer["text"])
    found = [
        _sheet(place.file, name, hidden=hidden, rows=rows, merged=merged)
        for name, hidden, rows, merged in answer["sheets"]
    ]
    for sheet in found:
        check_extent(len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0, Place(place.file, sheet.name), limits)
    return found


def check_extent(rows: int, columns: int, place: Place, limits: Limits) -> None:
    """Refuse a sheet that reaches further than any table of an office does.

    Raises InputFault.
    """
    if rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells:
        return
    raise InputFault(
        _("表的范围太大：{rows} 行 {columns} 列").format(rows=rows, columns=columns),
        hint=_("请删掉远处多余的单元格；一张表最多 {rows} 行 {columns} 列").format(
            rows=limits.rows, columns=limits.columns
        ),
        place=place,
    )


def _sheet(file: str, name: str, *, hidden: bool, rows: list[Any], merged: list[Any]) -> Sheet:
    spans = tuple((top, left, bottom, right) for (top, left), (bottom, right) in merged)
    return Sheet(name, hidden, rows, spans, {}, file)
