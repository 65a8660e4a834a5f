"""The sides of the import benchmark, each a process of its own: ``python -m benchmarks._import_sides NAME PATH...``."""

from __future__ import annotations

import importlib
import sqlite3
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks._ledgers import COLUMNS


def calamine(book: Path) -> None:
    """Every cell of the first sheet as a Python value, nothing else."""
    _cells(book)


def _cells(book: Path) -> int:
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python())


def calamine_many(folder: Path) -> None:
    """The same for every workbook of a folder, with two threads."""
    with ThreadPoolExecutor(2) as pool:
        sum(pool.map(_cells, sorted(folder.glob("*.xlsx"))))


def openpyxl(book: Path) -> None:
    """Every cell of the first sheet, read only."""
    from openpyxl import load_workbook

    opened = load_workbook(book, read_only=True, data_only=True)
    for _row in opened.worksheets[0].iter_rows(values_only=True):
        pass
    opened.close()


def openpyxl_many(folder: Path) -> None:
    """One after another, as a loop does it."""
    for book in sorted(folder.glob("*.xlsx")):
        openpyxl(book)


def pandas(book: Path) -> None:
    """``read_excel`` and ``to_sql``: nothing checked, no history."""
    _to_sql(book, {})


def pandas_calamine(book: Path) -> None:
    """The same with the faster engine."""
    _to_sql(book, {"engine": "calamine"})


def _to_sql(book: Path, more: Mapping[str, str]) -> None:
    frame = importlib.import_module("pandas").read_excel(book, header=1, **more)
    database = book.with_suffix(".pandas.db")
    with sqlite3.connect(database) as connection:
        frame.to_sql("clients", connection, if_exists="replace", index=False)
    database.unlink()


def frictionless(book: Path) -> None:
    """``validate`` against the types of the columns."""
    library: Any = importlib.import_module("frictionless")
    kinds = {"生日": "date", "到期日": "date", "建档日期": "date"}
    kinds |= {name: "number" for name in COLUMNS if name.endswith("（元）")}
    fields = [{"name": name, "type": kinds.get(name, "string")} for name in COLUMNS]
    resource = library.Resource(
        path=book.name,
        basepath=str(book.parent),
        dialect=library.Dialect(header_rows=[2]),
        schema=library.Schema.from_descriptor({"fields": fields}),
    )
    report = resource.validate(limit_errors=1_000_000)
    book.with_suffix(".frictionless").write_text(str(report.stats["errors"]), encoding="utf-8")


def sqlite_utils(table: Path) -> None:
    """``insert`` from CSV with the types found out; it reads no workbook."""
    library: Any = importlib.import_module("sqlite_utils")
    rows_from_file: Any = importlib.import_module("sqlite_utils.utils")
    database = table.with_suffix(".utils.db")
    with table.open("rb") as stream:
        rows, _format = rows_from_file.rows_from_file(stream)
        tracker = rows_from_file.TypeTracker()
        db = library.Database(str(database))
        db["clients"].insert_all(tracker.wrap(rows), batch_size=1000)
        db["clients"].transform(types=tracker.types)
    db.close()
    database.unlink()


SIDES: Mapping[str, Callable[[Path], None]] = {
    one.__name__: one
    for one in (
        calamine,
        calamine_many,
        openpyxl,
        openpyxl_many,
        pandas,
        pandas_calamine,
        frictionless,
        sqlite_utils,
    )
}

if __name__ == "__main__":
    SIDES[sys.argv[1]](Path(sys.argv[2]))
