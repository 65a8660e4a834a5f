"""A file from its bytes to typed rows: open, find the tables, recognise each, match its columns, read its rows."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cmkit.base.faults import InputFault, UsageFault
from cmkit.base.lang import _
from cmkit.base.period import Period
from cmkit.base.problem import Place, Problem
from cmkit.base.text import fold_label, safe_line
from cmkit.facts.intake import SheetIntake
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.columns import heading_unit, known_words, match_columns, rank, recognise
from cmkit.importing.numbers import FOREIGN
from cmkit.importing.rows import Outcomes, Reading, bind_columns, split_silent
from cmkit.importing.values import Context, Lookup
from cmkit.sheets.book import open_book, sheet_problems
from cmkit.sheets.cells import DEFAULT_LIMITS as _LIMITS
from cmkit.sheets.cells import Book, Limits, Sheet, cell_name
from cmkit.sheets.table import Table, find_tables

_STOPPING = frozenset({"missing_column", "ambiguous_column", "foreign_unit"})


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the command or the job says about a file."""

    table: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading to column key (``--map 表头=field``); ``-`` leaves a column out."""
    period: Period | None = None
    as_of: dt.date | None = None
    lookup: Lookup | None = None
    kpis: Mapping[str, str] = field(default_factory=dict)
    """Label, alias or code of an indicator to its code."""
    password: str | None = None
    silence: Collection[str] = ()
    limits: Limits = _LIMITS


@dataclass(frozen=True, slots=True)
class Found:
    """One table of a book, and the spec that it was recognised as (None: not recognised)."""

    sheet: Sheet
    table: Table
    spec: TableSpec | None
    rivals: tuple[str, ...] = ()


def read_file(
    path: Path, specs: Mapping[str, TableSpec], options: ReadOptions
) -> tuple[list[SheetIntake], list[Problem]]:
    """Every recognised table of a file with its rows' outcomes, and the problems of the file as a whole.

    Raises InputFault where the file cannot be used, UsageFault where an option names what is not there.
    """
    if options.table and options.table not in specs:
        raise UsageFault(
            _("没有这张表：{table}").format(table=options.table),
            hint=_("可以写：{names}").format(names="、".join(specs)),
        )
    with _collector_resting():
        return _read(path, specs, options)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Millions of small values that live to the end are made here: walking them again and again costs a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: Path, specs: Mapping[str, TableSpec], options: ReadOptions) -> tuple[list[SheetIntake], list[Problem]]:
    book = open_book(path, password=options.password, limits=options.limits)
    problems = sheet_problems(book)
    intakes: list[SheetIntake] = []
    seen: dict[str, dict[str, tuple[Reading, int, tuple[Stored, ...]]]] = {}
    for found in find_all(book, specs, options):
        if found.spec is None:
            problems.append(_unrecognised(book, found))
            continue
        intakes.append(_read_table(book, found, found.spec, options, seen.setdefault(found.spec.table, {})))
    if not intakes:
        problems = [
            replace(problem, severity="error") if problem.code == "unknown_table" else problem for problem in problems
        ]
    if not intakes and not any(problem.severity == "error" for problem in problems):
        problems.append(Problem(Place(book.file), "no_table", _("没有找到表格"), _("请核对文件内容")))
    return intakes, problems


def find_all(book: Book, specs: Mapping[str, TableSpec], options: ReadOptions) -> list[Found]:
    """The tables of a book, each with the spec it fits.

    Raises InputFault where the sheet that was asked for is not there.
    """
    sheets = book.sheets
    if options.sheet:
        sheets = [sheet for sheet in book.sheets if sheet.name.strip() == options.sheet.strip()]
        if not sheets:
            raise InputFault(
                _("没有工作表“{name}”").format(name=options.sheet),
                hint=_("有这些：{names}").format(names="、".join(sheet.name for sheet in book.sheets)),
                place=Place(book.file),
            )
    known = known_words(specs.values()) | {fold_label(heading) for heading in options.columns}
    tables = [(sheet, table) for sheet in sheets for table in find_tables(sheet, known.__contains__)]
    if options.table and len(tables) == 1:
        return [Found(sheet, table, specs[options.table]) for sheet, table in tables]
    return [_found(book, sheet, table, specs, options) for sheet, table in tables]


def _found(book: Book, sheet: Sheet, table: Table, specs: Mapping[str, TableSpec], options: ReadOptions) -> Found:
    if options.table:
        specs = {options.table: specs[options.table]}
    names = "/".join((sheet.name, book.file, *table.above))
    mapped = [options.columns.get(heading, heading) for heading in table.columns]
    spec = recognise(mapped, specs, names)
    rivals = tuple(guess.table for guess in rank(mapped, specs, names)[:2]) if spec is None else ()
    return Found(sheet, table, spec, rivals)


def _unrecognised(book: Book, found: Found) -> Problem:
    place = Place(book.file, found.sheet.name, cell_name(found.table.header_rows[-1] - 1, found.table.first_column - 1))
    columns = "、".join(safe_line(column) for column in found.table.columns[:8] if column)
    if len(found.rivals) > 1:
        message = _("分不清是哪张表，可能是 {names}；列：{columns}").format(
            names="、".join(found.rivals), columns=columns
        )
    else:
        message = _("认不出是哪张表；列：{columns}").format(columns=columns)
    return Problem(place, "unknown_table", message, _("请用 --table 指明"), "warning")


def _read_table(
    book: Book,
    found: Found,
    spec: TableSpec,
    options: ReadOptions,
    seen: dict[str, tuple[Reading, int, tuple[Stored, ...]]],
) -> SheetIntake:
    table = found.table
    place = Place(book.file, found.sheet.name)
    corner = (table.header_rows[-1] - 1, table.first_column - 1)
    mapping, problems = match_columns(table.columns, spec, options.columns, place=place, corner=corner)
    contexts = {index: _context(book, table, spec.columns[key], index, options) for index, key in mapping.items()}
    problems.extend(_foreign(mapping, contexts, spec, place, corner))
    constants = constants_of(spec, mapping.values(), options)
    problems = [problem for problem in problems if not _covered(problem, spec, mapping.values(), constants)]
    columns = bind_columns(spec, mapping, contexts, options.silence)
    reading = Reading(table, spec, columns, constants, place, found.sheet.flaws, seen)
    if any(problem.code in _STOPPING for problem in problems):
        out = Outcomes(rejected=[number for number, _cells in table.rows])
    else:
        out = reading.run()
    kept, hidden = split_silent([*problems, *out.problems], options.silence)
    return SheetIntake(
        file=book.file,
        sheet=found.sheet.name,
        table=spec.table,
        header_rows=table.header_rows,
        columns=reading.keys,
        rows=out.rows,
        rejected=tuple(out.rejected),
        skipped=tuple(sorted([*table.skipped, *out.skipped], key=lambda item: item.row)),
        problems=tuple(kept),
        digest=book.digest,
        warnings_hidden=hidden + sum(column.hidden for column in columns),
    )


def _context(book: Book, table: Table, column: ColumnSpec, index: int, options: ReadOptions) -> Context:
    unit = heading_unit(table.columns[index])
    if not unit and table.units and index < len(table.units):
        unit = table.units[index]
    if not unit and column.kind is Kind.MONEY:
        unit = table.unit
    kpis = {fold_label(word): code for word, code in options.kpis.items()} if column.key == "kpi" else {}
    return Context(options.period, book.date1904, options.lookup, kpis, unit)


def _foreign(
    mapping: Mapping[int, str], contexts: Mapping[int, Context], spec: TableSpec, place: Place, corner: tuple[int, int]
) -> list[Problem]:
    """Amounts in another currency are never taken for yuan."""
    return [
        Problem(
            Place(place.file, place.sheet, cell_name(corner[0], corner[1] + index)),
            "foreign_unit",
            _("{label}的单位是{unit}，不会换算").format(label=spec.columns[key].label, unit=contexts[index].unit),
            _("请换算成{into}后再导入").format(into=spec.columns[key].unit or _("元")),
        )
        for index, key in mapping.items()
        if contexts[index].unit in FOREIGN
        and spec.columns[key].kind is Kind.MONEY
        and spec.columns[key].unit not in FOREIGN
    ]


def constants_of(spec: TableSpec, held: Collection[str], options: ReadOptions) -> dict[str, Stored]:
    """Columns that the sheet does not have but the command names: the period and the as-of date; and plain defaults."""
    fixed: dict[str, Stored] = {}
    for key, column in spec.columns.items():
        if key in held:
            continue
        if column.kind is Kind.PERIOD and key == "period" and options.period is not None:
            fixed[key] = options.period.name
        elif key == "as_of" and options.as_of is not None:
            fixed[key] = options.as_of.isoformat()
        elif column.default and key not in spec.key:
            made = bind_columns(spec, {0: key}, {0: Context()})[0].default
            if made is not None:
                fixed[key] = made
    return fixed


def _covered(problem: Problem, spec: TableSpec, held: Collection[str], constants: Mapping[str, Stored]) -> bool:
    """Whether the columns that are missing are those that the command has given."""
    if problem.code != "missing_column":
        return False
    needed = {key for key, column in spec.columns.items() if column.required and not column.default}
    needed |= set(spec.key) if len(spec.key) == 1 else set()
    return not needed - set(held) - set(constants)


def count_read(intakes: Sequence[SheetIntake]) -> int:
    """How many records the sheets hold, whatever became of them."""
    return sum(len(intake.rows) + len(intake.rejected) for intake in intakes)
