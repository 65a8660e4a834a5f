"""Which tables a book holds, and which record type each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.text import bare_label, fold_label, safe_line
from cmkit.facts.specs import TableSpec
from cmkit.importing.columns import candidates, known_words, meanings, rank, recognise
from cmkit.importing.layouts import Layout, fingerprint
from cmkit.importing.options import ReadOptions
from cmkit.sheets.cells import Book, Sheet
from cmkit.sheets.header import Known
from cmkit.sheets.shapes import bands, pairs, same_columns, turned
from cmkit.sheets.table import Table, find_tables
from cmkit.sheets.words import is_blank

_PROSE = ("说明", "须知", "注意事项", "指引", "封面", "目录", "readme", "instruction")
_LARGEST_FORM = 100
_FIGURES = {
    "targets": re.compile(r"目标|任务|计划|target", re.IGNORECASE),
    "actuals": re.compile(r"实际|完成|业绩|达成|actual", re.IGNORECASE),
}
_PEOPLE = frozenset({"targets", "actuals", "staff", "orgs"})


@dataclass(frozen=True, slots=True)
class Found:
    """One table of a book, and the spec that it was recognised as (None: not recognised)."""

    sheet: Sheet
    table: Table
    spec: TableSpec | None
    rivals: tuple[str, ...] = ()
    layout: Layout | None = None
    mapping: Mapping[int, str] = field(default_factory=dict)
    """Where an indicator has a column of its own: the columns to read, and no others."""
    kpi: str = ""


def find_all(book: Book, specs: Mapping[str, TableSpec], options: ReadOptions) -> list[Found]:
    """The tables of a book, each with the spec it fits.

    Raises InputFault where the sheet that was asked for is not there.
    """
    known = words_of(specs, options).__contains__
    tables = [(sheet, table) for sheet in sheets_of(book, options) for table in find_tables(sheet, known)]
    if options.table and len(tables) == 1:
        sheet, table = tables[0]
        found = _in_one_table(book, sheet, table, specs, options)
        if all(one.spec is None for one in found):
            found = _other_shape(book, sheet, specs, options, known) or [Found(sheet, table, specs[options.table])]
        return found
    found = []
    for sheet in sheets_of(book, options):
        mine = [
            one
            for owner, table in tables
            if owner is sheet
            for one in _in_one_table(book, sheet, table, specs, options)
        ]
        if not any(one.spec is not None for one in mine) or _is_form(mine, known):
            mine = _other_shape(book, sheet, specs, options, known) or mine
        found.extend(mine)
    return found


def words_of(specs: Mapping[str, TableSpec], options: ReadOptions) -> frozenset[str]:
    """Every folded word that may be a heading."""
    return _Words.of(specs, options.kpis) | {fold_label(heading) for heading in options.columns}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a pack: the same for the thousand workbooks of one import."""

    specs: Mapping[str, TableSpec]
    kpis: Mapping[str, str]
    words: frozenset[str]

    @classmethod
    def of(cls, specs: Mapping[str, TableSpec], kpis: Mapping[str, str]) -> frozenset[str]:
        if not (_last and _last[0].specs is specs and _last[0].kpis is kpis):
            _last[:] = [cls(specs, kpis, known_words(specs.values()) | set(map(fold_label, kpis)))]
        return _last[0].words


_last: list[_Words] = []


def sheets_of(book: Book, options: ReadOptions) -> list[Sheet]:
    """The sheets to read, without those that a program keeps for itself: our own forms have _cmkit and _lists.

    Raises InputFault where the one that was asked for is not there.
    """
    if not options.sheet:
        return [sheet for sheet in book.sheets if not (sheet.hidden and sheet.name.startswith("_"))]
    sheets = [sheet for sheet in book.sheets if sheet.name.strip() == options.sheet.strip()]
    if sheets:
        return sheets
    raise InputFault(
        _("没有工作表“{name}”").format(name=options.sheet),
        hint=_("有这些：{names}").format(names=_("、").join(sheet.name for sheet in book.sheets)),
        place=Place(book.file),
    )


def find_one(book: Book, sheet: Sheet, table: Table, specs: Mapping[str, TableSpec], options: ReadOptions) -> Found:
    """One table with the spec it fits: as was decided before, as the headings say, or as a person says."""
    layout = options.layouts.get(fingerprint(table.columns))
    if layout is not None and layout.table in specs and options.table in {"", layout.table}:
        return Found(sheet, table, specs[layout.table], layout=layout)
    if options.table:
        specs = {options.table: specs[options.table]}
    names = "/".join((sheet.name, book.file, *table.above))
    mapped = [options.columns.get(heading, heading) for heading in table.columns]
    spec = recognise(mapped, specs, names)
    if spec is not None:
        return Found(sheet, table, spec)
    rivals = tuple(guess.table for guess in rank(mapped, specs, names)[:2])
    if len(rivals) > 1 and options.choose is not None and table.rows:
        question = _("{file} {sheet}：这是哪张表？").format(file=book.file, sheet=sheet.name)
        chosen = options.choose(question, [(name, specs[name].label) for name in rivals])
        if chosen is not None and chosen in specs:
            return Found(sheet, table, specs[chosen], layout=Layout(chosen))
    return Found(sheet, table, None, tuple(f"{specs[name].label}（{name}）" for name in rivals))


def _in_one_table(
    book: Book, sheet: Sheet, table: Table, specs: Mapping[str, TableSpec], options: ReadOptions
) -> list[Found]:
    """A table as it stands, or its parts side by side, or one a column where indicators have columns of their own."""
    parts = bands(table)
    if len(parts) > 1:
        each = [find_one(book, sheet, part, specs, replace(options, choose=None)) for part in parts]
        if same_columns(parts) or all(_has_key(one) for one in each):
            return each
    return [*_indicators(book, sheet, table, specs, options)] or [find_one(book, sheet, table, specs, options)]


def is_simple(book: Book, found: Found, specs: Mapping[str, TableSpec], options: ReadOptions) -> bool:
    """Whether a table can only be what its headings say, whatever stands in its rows."""
    return (
        found.spec is not None
        and all(found.table.columns)
        and len(set(map(fold_label, found.table.columns))) == len(found.table.columns)
        and next(_indicators(book, found.sheet, found.table, specs, options), None) is None
    )


def _has_key(found: Found) -> bool:
    """Whether the headings have every part of the key that a record cannot do without."""
    spec = found.spec
    if spec is None:
        return False
    held = {key for heading in found.table.columns if heading for key in candidates(heading, spec, near=False).keys}
    return all(key in held for key in spec.key if spec.columns[key].required or len(spec.key) == 1)


def _indicators(
    book: Book, sheet: Sheet, table: Table, specs: Mapping[str, TableSpec], options: ReadOptions
) -> Iterator[Found]:
    """A sheet of people or offices with a column an indicator, as one table for each of these columns."""
    words = {fold_label(word): code for word, code in options.kpis.items()}
    if not words or options.table not in {"", *_FIGURES} or not _FIGURES.keys() & specs.keys():
        return
    codes = {index: code for index, heading in enumerate(table.columns) if (code := _kpi_of(heading, words))}
    if len(codes) < 2:  # noqa: PLR2004 - one word may be chance
        return
    names = "/".join((*table.above, sheet.name, book.file))
    guess = recognise(table.columns, specs, names)
    if guess is not None and guess.table not in _PEOPLE:
        return
    for index, code in codes.items():
        name = options.table or _figure(table.columns[index]) or _figure(names)
        spec = specs.get(name)
        held = _others(table, spec, codes) if spec is not None else {}
        if spec is None or "who" not in held.values() or "kpi" in held.values():
            return
        rows = [(number, cells) for number, cells in table.rows if not is_blank(cells[index])]
        yield Found(sheet, replace(table, rows=rows), spec, mapping={**held, index: "value"}, kpi=code)


def _kpi_of(heading: str, words: Mapping[str, str]) -> str:
    """The indicator that a heading, or a part of a grouped one, stands for."""
    parts = [heading, *heading.split("/")] if "/" in heading else [heading]
    return next((code for part in parts if part and (code := meanings(part, words))), "")


def _figure(words: str) -> str:
    """Targets or actuals, by what a heading or a name says; "" where it says neither or both."""
    found = [name for name, pattern in _FIGURES.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else ""


def _others(table: Table, spec: TableSpec, codes: Mapping[int, str]) -> dict[int, str]:
    """The columns beside the indicators: who, and the period where there is one; numbers go before names."""
    best: dict[str, tuple[tuple[bool, int, int], int]] = {}
    for index, heading in enumerate(table.columns):
        if not heading or index in codes:
            continue
        fit = candidates(heading, spec, near=False)
        for key in fit.keys[:1]:
            if key != "value":
                best[key] = min(best.get(key, (fit.order(key, spec), index)), (fit.order(key, spec), index))
    return {index: key for key, (_order, index) in best.items()}


def _other_shape(
    book: Book, sheet: Sheet, specs: Mapping[str, TableSpec], options: ReadOptions, known: Known
) -> list[Found]:
    """A sheet without a table that is known: its labels may go down the side, or stand before their values."""
    if sheet.source is not None:
        return []
    options = replace(options, choose=None)
    form = pairs(sheet, known)
    one = find_one(book, sheet, form, specs, options) if form is not None else None
    if one is not None and one.spec is not None and len({column for _row, column in one.table.spots.values()}) > 1:
        return [one]
    found = [find_one(book, sheet, table, specs, options) for table in turned(sheet, known)]
    found = [two for two in found if two.spec is not None and two.table.rows and _has_key(two)]
    return found or ([one] if one is not None and one.spec is not None else [])


def _is_form(found: Sequence[Found], known: Known) -> bool:
    """Whether what looks like one table is a form: its headings stand beside values, and further labels below them."""
    if len(found) != 1 or not may_be_form(found[0].table, known):
        return False
    table = found[0].table
    loose = set(_unknown(table, known))
    below = {
        word
        for _number, cells in table.rows
        for index in range(len(table.columns))
        if index not in loose
        and isinstance(cells[index], str)
        and known(word := fold_label(cells[index].rstrip(":：")))  # type: ignore[union-attr]
    }
    return len(below) > 1 and len(below) * 2 >= len(table.rows)


def _unknown(table: Table, known: Known) -> list[int]:
    """The columns whose headings nobody knows, with their units or without."""
    return [
        index
        for index, label in enumerate(table.columns)
        if label and not known(fold_label(label)) and not known(bare_label(label))
    ]


def may_be_form(table: Table, known: Known) -> bool:
    """Whether a table that has been read is as short as a form and has a heading that nobody knows."""
    return table.last_row <= _LARGEST_FORM and bool(_unknown(table, known))


def left_out(book: Book, sheets: Sequence[Sheet], found: Sequence[Found]) -> list[Problem]:
    """Sheets that hold words but none of the tables that are read; one that nobody recognised is told of elsewhere."""
    read = {one.sheet.name for one in found if one.spec is not None or not _is_prose(one)}
    names = [sheet.name for sheet in sheets if sheet.name not in read and sheet.rows]
    ours = any(sheet.hidden and sheet.name.startswith("_") for sheet in book.sheets)  # a form of ours has its own page
    if ours or not names or not any(one.spec is not None for one in found):
        return []
    return [
        Problem(
            Place(book.file),
            "sheet_left_out",
            _("这些工作表没有表格，没有读：{names}").format(names=_("、").join(map(safe_line, names))),
            "",
            "warning",
        )
    ]


def strange(book: Book, strangers: Sequence[Found], *, alone: bool) -> list[Problem]:
    """What is said of tables that are none of ours; a page of explanations beside one that is, is none."""
    if alone:
        return [replace(_unrecognised(book, found), severity="error") for found in strangers]
    return [_unrecognised(book, found) for found in strangers if not _is_prose(found)]


def _is_prose(found: Found) -> bool:
    return len(found.table.columns) == 1 or any(word in fold_label(found.sheet.name) for word in _PROSE)


def _unrecognised(book: Book, found: Found) -> Problem:
    place = Place(book.file, found.sheet.name, found.table.cell(found.table.header_rows[-1], 0))
    columns = _("、").join(safe_line(column) for column in found.table.columns[:8] if column)
    if len(found.rivals) > 1:
        message = _("分不清是哪张表，可能是 {names}；列：{columns}").format(
            names=_("、").join(found.rivals), columns=columns
        )
    else:
        message = _("认不出是哪张表；列：{columns}").format(columns=columns)
    return Problem(place, "unknown_table", message, _("请用 --table 指明"), "warning")
