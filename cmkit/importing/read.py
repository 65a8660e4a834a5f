"""A file from its bytes to typed rows: open, find the tables, recognise each, match its columns, read its rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.intake import HoldNeeded, Passing, SheetIntake
from cmkit.facts.specs import TableSpec
from cmkit.importing.find import (
    Found,
    find_all,
    find_one,
    is_simple,
    left_out,
    may_be_form,
    sheets_of,
    strange,
    words_of,
)
from cmkit.importing.options import ReadOptions
from cmkit.importing.prepare import Part, constants_of, prepare, refs_in
from cmkit.importing.refs import BookLookup
from cmkit.importing.values import refs_of
from cmkit.sheets.book import open_book, sheet_problems
from cmkit.sheets.cells import Book, CellBlock, Sheet
from cmkit.sheets.header import Known
from cmkit.sheets.table import NumberedRow, Table, tables_in

__all__ = ["ReadOptions", "constants_of", "count_read", "read_file", "read_passing"]


def read_file(
    path: Path, specs: Mapping[str, TableSpec], options: ReadOptions
) -> tuple[list[SheetIntake], list[Problem]]:
    """Every recognised table of a file with its rows' outcomes, and the problems of the file as a whole.

    Raises InputFault where the file cannot be used, UsageFault where an option names what is not there.
    """
    _check(specs, options)
    with collector_resting():
        return _read_book(open_book(path, password=options.password, limits=options.limits), specs, options)


def read_passing(
    path: Path, specs: Mapping[str, TableSpec], options: ReadOptions, said: list[Problem]
) -> Iterator[SheetIntake | Passing]:
    """As :func:`read_file`, but the rows of plain sheets are never held: they come in blocks, one table after another.

    ``said`` holds the problems of the file as a whole when all is read. Raises HoldNeeded where :func:`read_file` has
    to read the file after all: of a file without large sheets anything but one simple table; InputFault as it does.
    """
    _check(specs, options)
    with collector_resting():
        book = open_book(path, password=options.password, limits=options.limits, passing=True)
        if any(sheet.source is not None for sheet in book.sheets):
            yield from _pass(book, specs, options, said)
            return
        intakes, problems = _read_book(book, specs, options)
    said.extend(problems)
    yield from intakes


def _check(specs: Mapping[str, TableSpec], options: ReadOptions) -> None:
    if options.table and options.table not in specs:
        raise UsageFault(
            _("没有这张表：{table}").format(table=options.table),
            hint=_("可以写：{names}").format(names=_("、").join(specs)),
        )


@contextmanager
def collector_resting() -> Iterator[None]:
    """Millions of small values that live to the end are made here: walking them again and again costs a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_book(
    book: Book, specs: Mapping[str, TableSpec], options: ReadOptions
) -> tuple[list[SheetIntake], list[Problem]]:
    problems = sheet_problems(book)
    lookup = BookLookup(options.lookup) if options.lookup is not None else None
    options = replace(options, lookup=lookup)
    seen = lookup.seen if lookup is not None else {}
    referred = refs_in(specs)
    parts: list[Part] = []
    strangers: list[Found] = []
    every = find_all(book, specs, options)
    problems.extend(left_out(book, sheets_of(book, options), every))
    for found in every:
        if found.spec is None:
            strangers.append(found)
            continue
        part = prepare(book, found, specs, options, seen.setdefault(found.spec.table, {}))
        for _block in part.read(found.table.rows, hold=True):
            pass
        parts.append(part)
        if lookup is not None and found.spec.table in referred:
            lookup.learn(found.spec, part.reading.keys, part.reading.out.rows)
    problems.extend(_told(book, strangers, problems, alone=not parts))
    return _joined([(part.found, part.finish(book, options)) for part in parts]), problems


def _joined(intakes: Sequence[tuple[Found, SheetIntake]]) -> list[SheetIntake]:
    """One intake a table: indicators that had columns of their own come together again."""
    done: list[SheetIntake] = []
    for apart, group in groupby(
        intakes, key=lambda one: (bool(one[0].kpi), one[1].sheet, one[1].table, one[1].header_rows, one[1].columns)
    ):
        found = [intake for _found, intake in group]
        if not apart[0] or len(found) == 1:
            done.extend(found)
            continue
        done.append(
            replace(
                found[0],
                rows=sorted((row for one in found for row in one.rows), key=lambda row: row.row),
                rejected=tuple(sorted(number for one in found for number in one.rejected)),
                skipped=tuple(dict.fromkeys(item for one in found for item in one.skipped)),
                problems=tuple(dict.fromkeys(problem for one in found for problem in one.problems)),
                warnings_hidden=sum(one.warnings_hidden for one in found),
                unanswered=tuple(sorted({name for one in found for name in one.unanswered})),
            )
        )
    return done


def _pass(
    book: Book, specs: Mapping[str, TableSpec], options: ReadOptions, said: list[Problem]
) -> Iterator[SheetIntake | Passing]:
    lookup = BookLookup(options.lookup) if options.lookup is not None else None
    options = replace(options, lookup=lookup)
    known = words_of(specs, options).__contains__
    warm: set[str] = set()
    seen = lookup.seen if lookup is not None else {}
    strangers: list[Found] = []
    count = 0
    large = any(sheet.source is not None and sheet.source.large for sheet in book.sheets)
    for sheet in sheets_of(book, options):
        tables = tables_in(sheet, known) if large else _one_at_least(sheet, known)
        for table, rows in tables:
            found = find_one(book, sheet, table, specs, options)
            if not large and (count or not is_simple(book, found, specs, options)):
                raise HoldNeeded
            if found.spec is None:
                strangers.append(found)
                continue
            count += 1
            part = prepare(book, found, specs, options, seen.setdefault(found.spec.table, {}))
            # Once rows flow into the store it may be closed to other readers: what is asked of it is read before.
            asked = {name for column in part.reading.columns for name in refs_of(column.spec)}
            if part.reading.known is not None:
                asked.add(found.spec.table)
            if count > 1 and lookup is not None and asked - warm:
                raise HoldNeeded
            warm |= asked
            if lookup is not None:
                for name in sorted(asked):
                    lookup.find(name, "")
            head = SheetIntake(
                book.file,
                sheet.name,
                found.spec.table,
                table.header_rows,
                part.reading.keys,
                digest=book.digest,
                letters=part.letters,
            )
            yield Passing(head, part.read(rows), partial(part.finish, book, options, held=False))
            if not large and may_be_form(table, known):
                raise HoldNeeded
    said.extend(sheet_problems(book))
    said.extend(_told(book, strangers, said, alone=not count))


def _one_at_least(sheet: Sheet, known: Known) -> Iterator[tuple[Table, Iterator[NumberedRow | CellBlock]]]:
    """The tables of a sheet. Raises HoldNeeded where something stands in it that is none: it may be a form."""
    found = False
    for one in tables_in(sheet, known):
        found = True
        yield one
    if not found and (sheet.source is None or next(sheet.source.blocks(), None) is not None):
        raise HoldNeeded


def _told(book: Book, strangers: Sequence[Found], so_far: Sequence[Problem], *, alone: bool) -> list[Problem]:
    """What is said of tables that are none of ours, and of a file without any."""
    found = strange(book, strangers, alone=alone)
    if alone and not any(problem.severity == "error" for problem in (*so_far, *found)):
        found.append(Problem(Place(book.file), "no_table", _("没有找到表格"), _("请核对文件内容")))
    return found


def count_read(intakes: Sequence[SheetIntake]) -> int:
    """How many records the sheets hold, whatever became of them."""
    return sum(len(intake.rows) + len(intake.rejected) for intake in intakes)
