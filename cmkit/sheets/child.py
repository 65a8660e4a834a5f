"""Reads one workbook in a process of its own, so that a damaged file can end only this process.

Run as a script: ``child.py PATH MEMORY``; writes a pickle of plain values to stdout. Imports nothing of cmkit: it has to
start quickly.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from typing import Any


def read(path: str) -> dict[str, Any]:
    """The sheets as plain values, or the kind and text of the error."""
    import python_calamine as calamine

    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - pathlib would double the start-up time
            book = _open(calamine, path, stream)
            sheets = []
            for index, meta in enumerate(book.sheets_metadata):
                if meta.typ not in (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.MacroSheet):
                    continue
                sheet = book.get_sheet_by_index(index)
                sheets.append(
                    (
                        meta.name,
                        meta.visible != calamine.SheetVisibleEnum.Visible,
                        sheet.to_python(skip_empty_area=False),
                        sheet.merged_cell_ranges or [],
                    )
                )
    except BaseException as error:  # noqa: BLE001 - a Rust panic is a BaseException
        return {"error": type(error).__name__, "text": str(error)}
    return {"sheets": sheets}


def _open(calamine: Any, path: str, stream: Any) -> Any:
    """By the ending first: only then does the reader say that a password is missing."""
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        raise
    except Exception as first:  # noqa: BLE001 - the ending may be wrong; the bytes have the last word
        try:
            return calamine.CalamineWorkbook.from_filelike(stream)
        except Exception:  # noqa: BLE001 - the first error says more
            raise first from None


def main() -> None:
    """Cap the memory, read, answer."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = pickle.dumps(read(sys.argv[1]), protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
