"""Taking in what an import read: one batch, one transaction, one outcome a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import msgspec
from sqlalchemy import Connection, Table, bindparam, func, select

from cmkit.base.clock import stamp
from cmkit.base.faults import InternalFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.intake import Blank, Block, HoldNeeded, IntakeRow, Outcome, Passing, Policy, SheetIntake
from cmkit.facts.kinds import Stored
from cmkit.facts.specs import TableSpec
from cmkit.store.connection import Store
from cmkit.store.fold import CHUNK, rewrite
from cmkit.store.schema import FactTables, Schema
from cmkit.store.twins import Marks, Suspects, Twin, twins_in

_COUNTS = ("created", "updated", "unchanged", "kept", "rejected", "skipped")
_encode = msgspec.json.Encoder().encode
_encode_lines = msgspec.json.Encoder().encode_lines


@dataclass(frozen=True, kw_only=True)
class BatchInfo:
    """Who brings what, and how conflicts are settled. ``as_of`` (ISO) is the day that measures are dated."""

    who: str
    label: str
    as_of: str
    kind: str = "import"
    policy: Policy = "update"
    blank: Blank = "keep"
    on: str = ""
    """The day on which it is written (ISO), by which locked records are judged; ``as_of`` where nobody says."""


@dataclass(frozen=True)
class _Sheet:
    """One sheet on its way in."""

    tables: FactTables
    intake: SheetIntake
    info: BatchInfo
    source: int


@dataclass
class BatchReport:
    """The batch's number (0 where nothing was written) and what became of each sheet, in the order given."""

    batch: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)
    """Position of a sheet whose very bytes had been taken in before, to that batch's number."""
    sheets: list[SheetIntake] = field(default_factory=list)
    """The sheets as they were read; those that were read in passing without their rows."""
    suspects: Suspects = field(default_factory=Suspects)
    """Clients that came in and may have a twin: all, where others were there before, or those who share a mark."""
    twins: list[Twin] = field(default_factory=list)
    """Where nothing is kept, the twins that there would have been."""


def take_in(
    store: Store, intakes: Iterable[SheetIntake | Passing], info: BatchInfo, *, dry: bool = False
) -> BatchReport:
    """Write ``intakes`` as one batch: all of it or nothing. ``dry`` tells the outcomes and leaves the store alone.

    They may still be in the reading. Raises HoldNeeded where a sheet that was read in passing has to be held.
    """
    with store.writing(dry=dry) as connection:
        report = write_batch(connection, store.schema, intakes, info)
        if dry:
            report.twins = twins_in(connection, store.schema, [report.batch], report.suspects)
    if dry:
        report.batch = 0
    return report


def write_batch(
    connection: Connection,
    schema: Schema,
    intakes: Iterable[SheetIntake | Passing],
    info: BatchInfo,
    marks: Marks | None = None,
) -> BatchReport:
    """One batch within a transaction that the caller holds; several may share one, and the ``marks`` of a run."""
    report = BatchReport()
    marks = marks or Marks()
    for position, given in enumerate(intakes):
        passing = given if isinstance(given, Passing) else _held(given)
        intake = passing.head if isinstance(given, Passing) else given
        earlier = _same_before(connection, schema, intake, info, report.batch, told=not isinstance(given, Passing))
        if earlier:
            count = sum(map(len, passing.blocks))
            intake = passing.whole()
            if not _same_before(connection, schema, intake, info, report.batch):
                raise HoldNeeded
            report.known[position] = earlier
            report.outcomes.append(Outcome(unchanged=count, rejected=len(intake.rejected)))
        else:
            if not report.batch:
                report.batch = _open_batch(connection, schema, info)
            outcome, intake = _take_sheet(connection, schema, passing, info, report, marks)
            report.outcomes.append(outcome)
        report.sheets.append(intake)
    return report


def _held(intake: SheetIntake) -> Passing:
    return Passing(intake, iter([Block.of(intake.rows)]), lambda: intake)


def _open_batch(connection: Connection, schema: Schema, info: BatchInfo) -> int:
    values = {"at": stamp(), "who": info.who, "kind": info.kind, "label": info.label}
    return _insert(connection, schema.batches, values)


def _same_before(
    connection: Connection, schema: Schema, intake: SheetIntake, info: BatchInfo, current: int, *, told: bool = True
) -> int:
    """The standing batch that took in the same bytes in the same way, or 0; ``told`` where the rejected are known.

    Two tables side by side, or two sheets of one name, are alike in all this: what ``current`` holds is no earlier one.
    """
    if not intake.digest:
        return 0
    sources, batches = schema.sources, schema.batches
    if not _answer(connection, f"SELECT 1 FROM {sources.name} WHERE digest = ? LIMIT 1", intake.digest):  # noqa: S608 - names are ours
        return 0
    words = (
        select(func.max(batches.c.id))
        .join(sources, sources.c.batch_id == batches.c.id)
        .where(
            batches.c.undone_at.is_(None),
            batches.c.id != current,
            sources.c.digest == intake.digest,
            sources.c.sheet == intake.sheet,
            sources.c.tbl == intake.table,
            sources.c.header_rows == _list(intake.header_rows),
            sources.c.columns == _list(intake.columns),
            sources.c.as_of == info.as_of,
            sources.c.policy == info.policy,
            sources.c.blank == info.blank,
        )
    )
    if told:
        words = words.where(sources.c.rejected == len(intake.rejected))
    return int(connection.execute(words).scalar() or 0)


def _answer(connection: Connection, words: str, *values: object) -> int:
    """The number that a small query gives, or 0. It runs once a sheet: the toolkit would take longer than the query."""
    row = connection.exec_driver_sql(_marked(connection, words), values).first()
    return int(row[0]) if row is not None and row[0] is not None else 0


def _marked(connection: Connection, words: str) -> str:
    """A statement with the marks for values that the driver wants."""
    return words if connection.dialect.paramstyle == "qmark" else words.replace("?", "%s")


def _insert(connection: Connection, table: Table, values: Mapping[str, object]) -> int:
    """Insert one row and give its number."""
    names = ", ".join(f'"{name}"' for name in values)
    words = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(values))}) RETURNING id'  # noqa: S608
    number = _answer(connection, words, *values.values())
    if not number:
        raise InternalFault("an insert gave no number")
    return number


def _list(values: Sequence[object]) -> str:
    return _encode(list(values)).decode()


def _take_sheet(
    connection: Connection, schema: Schema, passing: Passing, info: BatchInfo, report: BatchReport, marks: Marks
) -> tuple[Outcome, SheetIntake]:
    head = passing.head
    tables = schema.facts[head.table]
    unknown = [name for name in head.columns if name not in tables.spec.columns]
    if unknown:
        raise InternalFault(_("表 {table} 没有这些列：{names}").format(table=head.table, names="、".join(unknown)))
    sheet = _Sheet(tables, head, info, _open_source(connection, schema, head, info, report.batch))
    outcome = Outcome()
    held, first = _size(connection, tables.state)
    known: dict[str, int] = {}
    people = head.table == "clients"
    report.suspects.everybody |= people and held != marks.last
    for block in passing.blocks:
        if held:
            known.update(_known_keys(connection, tables.state, block.keys, held))
        fresh, again = _parted(block, known)
        if people:
            report.suspects.everybody |= bool(again)
            report.suspects.add(marks.repeated(head.columns, fresh))
        _create(connection, sheet, first, fresh)
        known.update(zip(fresh.keys, range(first, first + len(fresh)), strict=True))
        first += len(fresh)
        outcome.created += len(fresh)
        if again:
            _update(connection, schema, sheet, known, again, outcome)
    if people:
        marks.last = first - 1
    intake = passing.whole()
    outcome.rejected += len(intake.rejected)
    _close_source(connection, schema, sheet.source, outcome, len(intake.skipped))
    return outcome, intake


def _parted(block: Block, known: Mapping[str, int]) -> tuple[Block, list[IntakeRow]]:
    """The records that are new, and the others: those that are known, or come again in the block itself."""
    if len(set(block.keys)) == len(block.keys) and known.keys().isdisjoint(block.keys):
        return block, []
    fresh: dict[str, IntakeRow] = {}
    again: list[IntakeRow] = []
    for row in block.rows():
        if row.key in known or row.key in fresh:
            again.append(row)
        else:
            fresh[row.key] = row
    return Block.of(list(fresh.values())), again


def _size(connection: Connection, state: Table) -> tuple[int, int]:
    """How many records there are at most, and the next free number: to count them would read them all."""
    last = _answer(connection, f'SELECT max(id) FROM "{state.name}"')  # noqa: S608 - names are ours
    return last, last + 1


def _open_source(connection: Connection, schema: Schema, intake: SheetIntake, info: BatchInfo, batch: int) -> int:
    values = {
        "batch_id": batch,
        "file": intake.file,
        "sheet": intake.sheet,
        "tbl": intake.table,
        "columns": _list(intake.columns),
        "header_rows": _list(intake.header_rows),
        "digest": intake.digest,
        "as_of": info.as_of,
        "policy": info.policy,
        "blank": info.blank,
        "letters": _list(intake.letters),
        **dict.fromkeys(_COUNTS, 0),
    }
    return _insert(connection, schema.sources, values)


def _close_source(connection: Connection, schema: Schema, source: int, outcome: Outcome, skipped: int) -> None:
    values = [getattr(outcome, name) for name in _COUNTS[:-1]]
    sets = ", ".join(f"{name} = ?" for name in _COUNTS)
    words = _marked(connection, f'UPDATE "{schema.sources.name}" SET {sets} WHERE id = ?')  # noqa: S608 - names are ours
    connection.exec_driver_sql(words, (*values, skipped, source))


def _known_keys(connection: Connection, state: Table, keys: Sequence[str], total: int) -> dict[str, int]:
    """Business key to record number, for those of ``keys`` that the store, which has ``total`` records, has."""
    if total < 4 * len(keys):
        return {key: number for key, number in connection.execute(select(state.c.key, state.c.id))}  # noqa: C416 - rows are not pairs to dict()
    found: dict[str, int] = {}
    for start in range(0, len(keys), CHUNK):
        part = tuple(keys[start : start + CHUNK])
        words = f'SELECT "key", id FROM "{state.name}" WHERE "key" IN ({", ".join("?" * len(part))})'  # noqa: S608
        found.update((key, number) for key, number in connection.exec_driver_sql(_marked(connection, words), part))
    return found


def _create(connection: Connection, sheet: _Sheet, first: int, block: Block) -> None:
    """New records. Bulk rows go as driver SQL: the toolkit's own inserts cost twice as much."""
    tables, intake, source = sheet.tables, sheet.intake, sheet.source
    if not block.keys:
        return
    absent = {name: value for name, value in tables.defaults.items() if name not in intake.columns}
    names = ["id", "key", "source_id", "source_row", *[f"c_{name}" for name in (*intake.columns, *absent)]]
    numbers = range(first, first + len(block))
    shown = [
        _shown(column, tables.defaults.get(name)) for name, column in zip(intake.columns, block.columns, strict=True)
    ]
    fixed = [repeat(value) for value in absent.values()]
    state = zip(numbers, block.keys, repeat(source), block.numbers, *shown, *fixed)
    _bulk(connection, tables.state.name, names, state)
    _claim(connection, tables, source, numbers, block.numbers, list(zip(*block.columns, strict=True)))
    _create_days(connection, sheet, first, len(block))


def _create_days(connection: Connection, sheet: _Sheet, first: int, count: int) -> None:
    """The measures of new records under the day of the batch, out of the records themselves; one without any has none."""
    tables = sheet.tables
    names = [f'"c_{name}"' for name in sheet.intake.columns if tables.spec.columns[name].measure]
    if tables.by_day is None or not names:
        return
    listed, told = ", ".join(names), " OR ".join(f"{name} IS NOT NULL" for name in names)
    words = (
        f'INSERT INTO "{tables.by_day.name}" (record_id, as_of, source_id, source_row, {listed}) '  # noqa: S608 - names are ours
        f'SELECT id, ?, source_id, source_row, {listed} FROM "{tables.state.name}" WHERE id BETWEEN ? AND ? AND ({told})'
    )
    values = (sheet.info.as_of, first, first + count - 1)
    connection.exec_driver_sql(_marked(connection, words), values)


def _shown(column: Sequence[Stored], blank: Stored) -> Sequence[Stored]:
    """A column with the pack's default in place of blanks."""
    if blank is None or None not in column:
        return column
    return [blank if value is None else value for value in column]


def _claim(
    connection: Connection,
    tables: FactTables,
    source: int,
    numbers: Sequence[int],
    places: Sequence[int],
    values: Sequence[tuple[Stored, ...]],
) -> None:
    """What the rows at ``places`` of a source say of the records ``numbers``."""
    # One call for all of them: a line of JSON has no line break in it.
    words = _encode_lines(values).decode().split("\n")
    data = zip(numbers, repeat(source), places, words)
    _bulk(connection, tables.claims.name, ["record_id", "source_id", "source_row", "data"], data)


def _bulk(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    words = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 - names are ours
    if data := list(rows):
        connection.exec_driver_sql(_marked(connection, words), data)


def _update(
    connection: Connection,
    schema: Schema,
    sheet: _Sheet,
    known: Mapping[str, int],
    rows: Sequence[IntakeRow],
    outcome: Outcome,
) -> None:
    """Records that the store had: claims are written, then the touched records are folded anew."""
    tables, intake, info, source = sheet.tables, sheet.intake, sheet.info, sheet.source
    numbers = [known[row.key] for row in rows]
    before = _present(connection, tables, intake.columns, numbers)
    days = _day_values(connection, tables, info.as_of, numbers)
    blank_day: dict[str, Stored] = dict.fromkeys(tables.spec.measures())
    accepted: list[tuple[int, IntakeRow]] = []
    for row in rows:
        number = known[row.key]
        given = dict(zip(intake.columns, row.values, strict=True))
        day = days.get(number, blank_day)
        verdict = _verdict(before.get(number, {}), day, given, info)
        if verdict == "fail" or (verdict == "updated" and locked(tables.spec, before.get(number, {}), given, info)):
            outcome.rejected += 1
            outcome.refused.append(row.row)
            there = {**before.get(number, {}), **day}
            outcome.problems.append(_conflict(sheet, row, given, there) if verdict == "fail" else _locked(intake, row))
            continue
        setattr(outcome, verdict, getattr(outcome, verdict) + 1)
        accepted.append((number, row))
    if accepted:
        _claim(
            connection,
            tables,
            source,
            [number for number, _row in accepted],
            [row.row for _number, row in accepted],
            [row.values for _number, row in accepted],
        )
        rewrite(connection, schema, tables, sorted({number for number, _row in accepted}))


def _present(
    connection: Connection, tables: FactTables, columns: Sequence[str], numbers: Sequence[int]
) -> dict[int, dict[str, Stored]]:
    state = tables.state
    words = select(state.c.id, *[state.c[f"c_{name}"] for name in columns]).where(
        state.c.id.in_(bindparam("ids", expanding=True))
    )
    found: dict[int, dict[str, Stored]] = {}
    for start in range(0, len(numbers), CHUNK):
        for row in connection.execute(words, {"ids": list(numbers[start : start + CHUNK])}):
            found[row[0]] = dict(zip(columns, row[1:], strict=True))
    return found


def _day_values(
    connection: Connection, tables: FactTables, as_of: str, numbers: Sequence[int]
) -> dict[int, dict[str, Stored]]:
    """What is known of the measures of ``numbers`` for that very day."""
    if tables.by_day is None:
        return {}
    by_day = tables.by_day
    words = select(by_day).where(by_day.c.as_of == as_of, by_day.c.record_id.in_(bindparam("ids", expanding=True)))
    found: dict[int, dict[str, Stored]] = {}
    for start in range(0, len(numbers), CHUNK):
        for row in connection.execute(words, {"ids": list(numbers[start : start + CHUNK])}).mappings():
            found[row["record_id"]] = {name: row[f"c_{name}"] for name in tables.spec.measures()}
    return found


def _verdict(
    before: Mapping[str, Stored], day: Mapping[str, Stored] | None, given: Mapping[str, Stored], info: BatchInfo
) -> str:
    """updated, unchanged, kept or fail: what this row means for a record that is there.

    ``day`` holds what is known of the measures for the batch's own day: a balance is compared with that, not with
    the latest one.
    """
    changed = held = False
    for column, new in given.items():
        if new is None and info.blank == "keep":
            continue
        there = day[column] if day is not None and column in day else before.get(column)
        if there != new:
            if info.policy == "update" or there is None:
                changed = True
            else:
                held = True
    if held and info.policy == "fail":
        return "fail"
    if changed:
        return "updated"
    return "kept" if held else "unchanged"


def locked(spec: TableSpec, before: Mapping[str, Stored], given: Mapping[str, Stored], info: BatchInfo) -> bool:
    """Whether ``given`` would alter a record whose day is over, in a table that is locked then.

    《娱乐场所管理条例》 (2020) art. 25: the business log may not be altered. Its review stays open.
    """
    day = given.get(spec.lock) or before.get(spec.lock) if spec.lock else None
    if not day or str(day) >= (info.on or info.as_of):
        return False
    return any(
        new != before.get(column)
        for column, new in given.items()
        if column not in spec.lock_open and not (new is None and info.blank == "keep")
    )


def _locked(intake: SheetIntake, row: IntakeRow) -> Problem:
    return Problem(
        Place(intake.file, intake.sheet, f"A{row.row}"),
        "locked",
        _("第 {row} 行是已经锁定的记录，当日结束后不得改动").format(row=row.row),
        _("保留原记录，更正写在当天的记录里"),
    )


def _conflict(sheet: _Sheet, row: IntakeRow, given: Mapping[str, Stored], before: Mapping[str, Stored]) -> Problem:
    columns = sheet.tables.spec.columns
    labels = _("、").join(
        columns[name].label for name, new in given.items() if new is not None and before.get(name) not in {None, new}
    )
    return Problem(
        Place(sheet.intake.file, sheet.intake.sheet, f"A{row.row}"),
        "conflict",
        _("第 {row} 行与库中已有记录不一致：{labels}").format(row=row.row, labels=labels),
        _("去掉 --on-conflict fail 可更新，或改正此行"),
    )
