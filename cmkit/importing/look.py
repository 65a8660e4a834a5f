"""What is in a workbook, without taking anything in: tables, header rows, columns, rows, what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.text import safe_line
from cmkit.facts.intake import Skipped
from cmkit.facts.specs import TableSpec
from cmkit.importing.find import find_all
from cmkit.importing.options import ReadOptions
from cmkit.sheets.book import open_book, sheet_problems


@dataclass(frozen=True, slots=True)
class LookTable:
    """One table as ``cmkit look`` shows it; ``table`` is the record type that it fits, or None."""

    file: str
    sheet: str
    range: str
    header_rows: tuple[int, ...]
    columns: tuple[str, ...]
    rows: int
    skipped: tuple[Skipped, ...]
    table: str | None

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "range": self.range,
            "header_rows": list(self.header_rows),
            "columns": list(self.columns),
            "rows": self.rows,
            "skipped": [{"row": item.row, "why": item.why} for item in self.skipped],
            "table": self.table,
        }


def look(
    paths: Sequence[Path], specs: Mapping[str, TableSpec], *, sheet: str = "", password: str | None = None
) -> tuple[list[LookTable], list[Problem]]:
    """The tables of all files; a file that cannot be used is an error among the problems (code ``input``)."""
    tables: list[LookTable] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            seen, said = _look_at(path, specs, ReadOptions(sheet=sheet, password=password))
        except InputFault as fault:
            place = fault.place if fault.place.file else Place(path.name)
            problems.append(Problem(place, fault.code, fault.message, fault.hint))
            continue
        tables.extend(seen)
        problems.extend(said)
        if not seen:
            problems.append(Problem(Place(path.name), "no_table", _("没有找到表格"), _("请核对文件内容"), "warning"))
    return tables, problems


def _look_at(path: Path, specs: Mapping[str, TableSpec], options: ReadOptions) -> tuple[list[LookTable], list[Problem]]:
    book = open_book(path, password=options.password, limits=options.limits)
    tables = [
        LookTable(
            book.file,
            found.sheet.name,
            found.table.range,
            found.table.header_rows,
            tuple(safe_line(column) for column in found.table.columns),
            len(found.table.rows),
            tuple(found.table.skipped),
            found.spec.table if found.spec is not None else None,
        )
        for found in find_all(book, specs, options)
    ]
    flawed = [problem for sheet in book.sheets for problem in sheet.problems]
    return tables, [*sheet_problems(book), *flawed]
