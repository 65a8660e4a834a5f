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
from cmkit.facts.kinds import Kind
from cmkit.facts.specs import TableSpec
from cmkit.importing.columns import match_columns, needed_columns
from cmkit.importing.find import Found, find_all
from cmkit.importing.options import ReadOptions
from cmkit.sheets.book import open_book, sheet_problems

_FEW = 8


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
    missing: tuple[str, ...] = ()
    """The labels of the columns that a new record of that type needs and that are not here."""

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
            "missing": list(self.missing),
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


def reasons(skipped: Sequence[Skipped]) -> str:
    """The rows left out, by why: 标题 1、2；合计 25."""
    return _("；").join(
        f"{why} {_('、').join(map(str, numbers[:_FEW]))}{'…' if len(numbers) > _FEW else ''}"
        for why, numbers in _by_reason(skipped).items()
    )


def counted(skipped: Sequence[Skipped]) -> str:
    """How many rows are left out, by why, the most frequent first: 标题 40、合计 12."""
    found = sorted(_by_reason(skipped).items(), key=lambda one: -len(one[1]))
    return _("、").join(f"{why} {len(numbers)}" for why, numbers in found)


def _by_reason(skipped: Sequence[Skipped]) -> dict[str, list[int]]:
    words = {
        "title": _("标题"),
        "blank": _("空行"),
        "formula": _("只有公式的行"),
        "note": _("注或落款"),
        "total": _("合计"),
        "units": _("单位行"),
        "numbers": _("栏次行"),
        "codes": _("字段代码行"),
        "advice": _("填写说明"),
        "example": _("示例"),
        "template": _("模板行"),
        "header": _("重复的表头"),
        "zeros": _("全为零的行"),
        "numbering": _("只有序号的行"),
        "duplicate": _("重复的行"),
    }
    rows: dict[str, list[int]] = {}
    for item in skipped:
        rows.setdefault(words.get(item.why, item.why), []).append(item.row)
    return rows


def _missing(found: Found, options: ReadOptions) -> tuple[str, ...]:
    """What only a person can say is missing: a period or a day may stand in the title, the name or the options."""
    spec = found.spec
    if spec is None:
        return ()
    choices = found.layout.choices if found.layout is not None else options.columns
    held = found.mapping or match_columns(found.table.columns, spec, choices)[0]
    said = {*held.values(), *(("kpi",) if found.kpi else ())}
    return tuple(
        spec.columns[key].label
        for key in needed_columns(spec)
        if key not in said and key != "as_of" and spec.columns[key].kind is not Kind.PERIOD
    )


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
            _missing(found, options),
        )
        for found in find_all(book, specs, options)
    ]
    flawed = [problem for sheet in book.sheets for problem in sheet.problems]
    return tables, [*sheet_problems(book), *flawed]
