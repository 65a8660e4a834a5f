"""Files that people name on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.commands._kit import check_words

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt"})


def expand(paths: Sequence[Path]) -> list[Path]:
    """Files as they are, folders as the workbooks in them (lock files of Excel and WPS left out).

    Raises InputFault where that leaves nothing.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in SUFFIXES)
            found += [one for one in inside if not one.name.startswith(("~$", "."))]
        else:
            found.append(path)
    check_words([str(path) for path in found])
    if not found:
        raise InputFault(_("文件夹里没有表格文件"), place=Place("、".join(map(str, paths))))
    return found
