"""One table made ready to be read: its columns matched and bound, and what stands in for those it does not have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.base.period import parse_period
from cmkit.base.problem import Place, Problem
from cmkit.base.text import fold_label
from cmkit.facts.intake import Block, HoldNeeded, SheetIntake
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.importing.columns import heading_unit, match_columns, needed_columns
from cmkit.importing.dates import LUNAR
from cmkit.importing.find import Found
from cmkit.importing.layouts import Layout
from cmkit.importing.numbers import factor, is_foreign
from cmkit.importing.options import ReadOptions
from cmkit.importing.refs import companions, settle
from cmkit.importing.rows import Reading, Seen, bind_columns, split_silent
from cmkit.importing.values import Context, refs_of
from cmkit.sheets.cells import Book, CellBlock
from cmkit.sheets.shapes import moved_flaws
from cmkit.sheets.table import NumberedRow, Table
from cmkit.sheets.words import MONEY_UNIT, is_blank, unit_word

_SHOWN_ROWS = 10
_STOPPING = frozenset({"missing_column", "ambiguous_column", "foreign_unit", "mixed_units"})
_UNIT_COLUMNS = frozenset(
    map(fold_label, ("单位", "金额单位", "货币单位", "计量单位", "币种", "货币", "unit", "currency"))
)
_MONTH = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月|(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])(?![-_.]?\d)")
_QUARTER = re.compile(r"(20\d\d)\s*年?\s*(?:第?\s*([一二三四1-4])\s*季度?|Q([1-4]))", re.IGNORECASE)
_HAN = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, slots=True)
class Part:
    """One table to be read; what it refers to in the rest of the book is judged at the end."""

    found: Found
    reading: Reading
    problems: list[Problem]
    absent: Sequence[str] = ()
    """Columns of a new record that the sheet does not have: it can only update."""
    lacking: Sequence[Problem] = ()

    def read(self, rows: Iterable[NumberedRow | CellBlock], *, hold: bool = False) -> Iterator[Block]:
        """The records in blocks, or kept in the reading; none where a problem of the columns stops the table."""
        if any(problem.code in _STOPPING for problem in self.problems):
            for item in rows:
                self.reading.out.rejected.extend(item.numbers if isinstance(item, CellBlock) else [item[0]])
            return
        yield from self.reading.blocks(rows, hold=hold)

    @property
    def letters(self) -> tuple[str, ...]:
        """The sheet's column of each of the reading's; none where a record does not lie in a row of the sheet."""
        table, reading = self.reading.table, self.reading
        if table.turned or table.spots:
            return ()
        places = {column.key: table.cell(1, column.index).rstrip("1") for column in reading.columns}
        return tuple(places.get(key, "") for key in reading.keys)

    def finish(self, book: Book, options: ReadOptions, *, held: bool = True) -> SheetIntake:
        """The table as it was read; ``held`` where its rows are still here. Raises HoldNeeded."""
        reading, out = self.reading, self.reading.out
        if not held and any(problem.code == "date_lunar" for problem in out.problems) and self._may_be_lunar():
            raise HoldNeeded
        loose = settle(reading, options.lookup, held=held) if reading.loose and options.lookup is not None else []
        new = _new_records(reading, self.absent, self.lacking) if reading.unknown else []
        kept, hidden = split_silent([*self.problems, *new, *out.problems, *loose], options.silence)
        tables = {name for problem in loose for name in reading.refs_at(problem)}
        return SheetIntake(
            file=book.file,
            sheet=self.found.sheet.name,
            table=reading.spec.table,
            header_rows=reading.table.header_rows,
            columns=reading.keys,
            rows=out.rows,
            rejected=tuple(out.rejected),
            skipped=tuple(sorted([*reading.table.skipped, *out.skipped], key=lambda item: item.row)),
            problems=tuple(kept),
            digest=book.digest,
            warnings_hidden=hidden + sum(column.hidden for column in reading.columns),
            unanswered=tuple(sorted(tables | ({reading.spec.table} if reading.unknown else set()))),
            doubles=tuple(out.doubles),
            letters=self.letters,
        )

    def _may_be_lunar(self) -> bool:
        """Whether lunar birthdays among the others would have got a column of their own, had they been seen before."""
        return "lunar_birthday" in self.reading.spec.columns and "lunar_birthday" not in self.reading.keys


def prepare(book: Book, found: Found, specs: Mapping[str, TableSpec], options: ReadOptions, seen: Seen) -> Part:
    """The table with its columns bound. A column that is doubtful is asked for where somebody can be asked."""
    table, spec = found.table, specs[found.spec.table if found.spec is not None else ""]
    place = Place(book.file, found.sheet.name)
    mapping, problems = _matched(found, spec, specs, options, place)
    beside = _unit_beside(found, mapping, spec)
    if len(beside) > 1:
        problems.append(_mixed_units(table, place, beside))
    contexts = {
        index: _context(book, table, spec.columns[key], index, options, beside) for index, key in mapping.items()
    }
    problems.extend(_foreign(mapping, contexts, spec, table, place))
    names = (*table.above, found.sheet.name, book.file)
    constants = constants_of(spec, mapping.values(), options, names)
    if found.kpi:
        constants["kpi"] = found.kpi
    absent = [key for key in needed_columns(spec) if key not in {*mapping.values(), *constants}]
    lacking = [problem for problem in problems if problem.code == "missing_column"]
    problems = [problem for problem in problems if problem.code != "missing_column"]
    columns = bind_columns(spec, mapping, contexts, options.silence, lunar=_marked_lunar(spec, mapping, table))
    flaws = found.sheet.source.flaws if found.sheet.source is not None else moved_flaws(found.sheet, table)
    reading = Reading(table, spec, columns, constants, place, flaws, seen)
    if "kpi" in spec.columns:
        reading.factors = {code: unit for code, word in options.kpi_units.items() if (unit := factor(word) or 1) != 1}
    if absent and lacking and options.lookup is not None and not set(absent) & set(spec.key):
        lookup = options.lookup
        reading.known = lambda key: key in lookup.find(spec.table, key)
        return Part(found, reading, problems, absent, lacking)
    return Part(found, reading, [*problems, *lacking] if absent else problems)


def _matched(
    found: Found, spec: TableSpec, specs: Mapping[str, TableSpec], options: ReadOptions, place: Place
) -> tuple[dict[int, str], list[Problem]]:
    """The columns to read; what was chosen, now or before, is remembered for these headings."""
    table = found.table
    if found.mapping:
        return dict(found.mapping), []
    given = {**(found.layout.choices if found.layout is not None else {}), **options.columns}

    def choose(question: str, answers: Sequence[tuple[str, str]]) -> str | None:
        return options.choose(question, answers) if options.choose is not None else None

    overrides = (
        {heading: key for heading, key in given.items() if _stands_for(key, spec)} if not options.columns else given
    )
    mapping, problems = match_columns(
        table.columns,
        spec,
        overrides,
        place=place,
        corner=lambda index: table.cell(table.header_rows[-1], index) if not table.spots else table.cell(0, index),
        companions=lambda read: companions(spec, specs, read),
        choose=choose if options.choose is not None else None,
    )
    if options.remember is not None:
        plain, _doubts = match_columns(table.columns, spec, {})
        chosen = {table.columns[index]: key for index, key in mapping.items() if plain.get(index) != key}
        chosen |= {table.columns[index]: "-" for index in plain if index not in mapping}
        if chosen or options.table or found.layout is not None:
            options.remember(table.columns, Layout(spec.table, chosen))
    return mapping, problems


def _stands_for(key: str, spec: TableSpec) -> bool:
    return key in spec.columns or key == "-"


def _unit_beside(found: Found, mapping: Mapping[int, str], spec: TableSpec) -> dict[str, int]:
    """The units that a column of their own (单位, 币种) names for the amounts of each row, and where it stands.

    A column of organisations is called 单位, too: only one that holds nothing but units counts.

    Raises HoldNeeded where the rows are still in the file.
    """
    table = found.table
    indexes = [
        index
        for index, label in enumerate(table.columns)
        if index not in mapping and fold_label(label.rsplit("/", 1)[-1]) in _UNIT_COLUMNS
    ]
    if not indexes or all(spec.columns[key].kind is not Kind.MONEY for key in mapping.values()):
        return {}
    if found.sheet.source is not None:
        raise HoldNeeded
    units: dict[str, int] = {}
    for index in indexes:
        words = {unit_word(str(cells[index])) or "元" for _number, cells in table.rows if not is_blank(cells[index])}
        if all(map(MONEY_UNIT.fullmatch, words)):
            units |= dict.fromkeys(words if len(words) > 1 else words - {"元"}, index)
    return units


def _mixed_units(table: Table, place: Place, units: Mapping[str, int]) -> Problem:
    index = next(iter(units.values()))
    return Problem(
        replace(place, cell=table.cell(table.header_rows[-1], index)),
        "mixed_units",
        _("“{label}”一列写着几种单位（{units}），金额没法换算").format(
            label=table.columns[index], units=_("、").join(sorted(units))
        ),
        _("请换算成同一种单位后再导入"),
    )


def _context(
    book: Book, table: Table, column: ColumnSpec, index: int, options: ReadOptions, beside: Mapping[str, int]
) -> Context:
    unit = heading_unit(table.columns[index])
    if not unit and table.units and index < len(table.units):
        unit = table.units[index]
    if not unit and column.kind is Kind.MONEY:
        unit = next(iter(beside), "") or table.unit
    kpis = {fold_label(word): code for word, code in options.kpis.items()} if column.key == "kpi" else {}
    return Context(options.period, book.date1904, options.lookup, kpis, unit)


def _marked_lunar(spec: TableSpec, mapping: Mapping[int, str], table: Table) -> bool:
    """Whether the birthdays of a sheet that has no column for lunar ones hold some."""
    held = set(mapping.values())
    if "lunar_birthday" not in spec.columns or "lunar_birthday" in held or "birthday" not in held:
        return False
    index = next(index for index, key in mapping.items() if key == "birthday")
    words = (cells[index] for _number, cells in table.rows)
    return any(isinstance(word, str) and LUNAR.search(word) for word in words)


def _foreign(
    mapping: Mapping[int, str], contexts: Mapping[int, Context], spec: TableSpec, table: Table, place: Place
) -> list[Problem]:
    """Amounts in another currency are never taken for yuan."""
    return [
        Problem(
            replace(place, cell=table.cell(table.header_rows[-1], index)),
            "foreign_unit",
            _("{label}的单位是{unit}，不会换算").format(label=spec.columns[key].label, unit=contexts[index].unit),
            _("请换算成{into}后再导入").format(into=spec.columns[key].unit or _("元")),
        )
        for index, key in mapping.items()
        if is_foreign(contexts[index].unit)
        and spec.columns[key].kind is Kind.MONEY
        and not is_foreign(spec.columns[key].unit)
    ]


def constants_of(
    spec: TableSpec, held: Collection[str], options: ReadOptions, names: Sequence[str] = ()
) -> dict[str, Stored]:
    """Columns that the sheet does not have but its title, its name or the command says: the period, the as-of date."""
    fixed: dict[str, Stored] = {}
    for key, column in spec.columns.items():
        if key in held:
            continue
        if column.kind is Kind.PERIOD and key == "period" and options.period is not None:
            said = "" if options.strict_period else next(filter(None, map(period_in, names)), "")
            fixed[key] = said or options.period.name
        elif key == "as_of" and options.as_of is not None:
            fixed[key] = options.as_of.isoformat()
    return fixed


def period_in(text: str) -> str:
    """The month or quarter that a title or a file's name says: 2026年10月, 2026-10, 2026年三季度; "" for none."""
    quarter = _QUARTER.search(text)
    if quarter:
        number = quarter[2] or quarter[3]
        return f"{quarter[1]}-Q{_HAN.get(number) or int(number)}"
    month = _MONTH.search(text)
    if month is None:
        return ""
    try:
        return parse_period(f"{month[1] or month[3]}-{int(month[2] or month[4]):02d}").name
    except UsageFault:
        return ""


def _new_records(reading: Reading, absent: Sequence[str], lacking: Sequence[Problem]) -> list[Problem]:
    """A sheet without all the columns of a new record can only update: one problem for the rows that are new."""
    if not reading.taken:
        return list(lacking)
    labels = _("、").join(reading.spec.columns[key].label for key in absent)
    rows = _("、").join(map(str, reading.unknown[:_SHOWN_ROWS])) + ("…" if len(reading.unknown) > _SHOWN_ROWS else "")
    return [
        Problem(
            problem.place,
            "new_record",
            _("有 {count} 行是新记录，缺少必填的{labels}：第 {rows} 行").format(
                count=len(reading.unknown), labels=labels, rows=rows
            ),
            _("已有的记录照常更新；新记录请补齐这些列"),
        )
        for problem in lacking[:1]
    ]


def refs_in(specs: Mapping[str, TableSpec]) -> set[str]:
    """Every table that columns of others refer to."""
    return {name for spec in specs.values() for column in spec.columns.values() for name in refs_of(column)}
