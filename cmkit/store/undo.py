"""Taking a batch back exactly: afterwards the store is what the remaining batches alone would have made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, select

from cmkit.base.clock import stamp
from cmkit.base.faults import DeniedFault, InputFault
from cmkit.base.lang import _
from cmkit.store.connection import Store
from cmkit.store.fold import CHUNK, rewrite
from cmkit.store.schema import FactTables, Schema


@dataclass
class UndoReport:
    """What taking back did. ``stays`` lists ``(table, key, why)`` for records that could not go or keep a hand's edit."""

    batch: int
    removed: int = 0
    restored: int = 0
    stays: list[tuple[str, str, str]] = field(default_factory=list)


def undo(store: Store, batch: int, who: str, *, on: str = "") -> UndoReport:
    """Take back ``batch``. The ledger, the layouts and the columns stay.

    ``on`` (ISO) is the day by which records that have to be kept are judged; without it nothing is held back.
    Raises InputFault where there is no such batch or it has been taken back before, DeniedFault where it brought
    locked records that have to be kept longer.
    """
    report = UndoReport(batch)
    with store.writing() as connection:
        for tables in store.schema.facts.values():
            if on and tables.spec.lock and tables.spec.keep_days:
                _keep(connection, store.schema, tables, batch, on)
        _mark(connection, store.schema, batch, who)
        orphans = {
            name: _undo_table(connection, store.schema, tables, batch, report)
            for name, tables in store.schema.facts.items()
        }
        _sweep(connection, store.schema, orphans, report)
    return report


def _keep(connection: Connection, schema: Schema, tables: FactTables, batch: int, on: str) -> None:
    """Refuse to take back what is locked and younger than its days (营业日志留存 60 日)."""
    claims, sources, state, spec = tables.claims, schema.sources, tables.state, tables.spec
    today = date.fromisoformat(on)
    since = (today - timedelta(days=spec.keep_days)).isoformat()
    day = state.c[f"c_{spec.lock}"]
    words = (
        select(func.count())
        .select_from(claims)
        .join(sources, sources.c.id == claims.c.source_id)
        .join(state, state.c.id == claims.c.record_id)
        .where(sources.c.batch_id == batch, day >= since, day < on)
    )
    held = connection.execute(words).scalar_one()
    if held:
        raise DeniedFault(
            _("第 {batch} 批里有 {count} 条已锁定的记录，{days} 天内不得撤销").format(
                batch=batch, count=held, days=spec.keep_days
            ),
            hint=_("保留原记录，更正写在当天的记录里"),
        )


def _mark(connection: Connection, schema: Schema, batch: int, who: str) -> None:
    batches = schema.batches
    row = connection.execute(select(batches.c.undone_at).where(batches.c.id == batch)).first()
    if row is None:
        raise InputFault(_("没有第 {batch} 批导入").format(batch=batch), hint=_("用 cmkit imports list 查看批次"))
    if row[0]:
        raise InputFault(_("第 {batch} 批已在 {at} 撤销").format(batch=batch, at=row[0]))
    connection.execute(batches.update().where(batches.c.id == batch).values(undone_at=stamp(), undone_by=who))


def _undo_table(connection: Connection, schema: Schema, tables: FactTables, batch: int, report: UndoReport) -> set[int]:
    """Make the records that ``batch`` spoke of what the other batches say; gives those that none speaks of."""
    claims, sources = tables.claims, schema.sources
    touched = [
        row[0]
        for row in connection.execute(
            select(claims.c.record_id)
            .join(sources, sources.c.id == claims.c.source_id)
            .where(sources.c.batch_id == batch)
            .distinct()
            .order_by(claims.c.record_id)
        )
    ]
    if not touched:
        return set()
    orphans = rewrite(connection, schema, tables, touched)
    report.restored += len(touched) - len(orphans)
    _list_hand_edits(connection, schema, tables, touched, batch, report)
    return orphans


def _list_hand_edits(
    connection: Connection,
    schema: Schema,
    tables: FactTables,
    touched: Sequence[int],
    batch: int,
    report: UndoReport,
) -> None:
    """Name the touched records that a hand has changed since: those values stay, by the fold."""
    claims, sources, batches = tables.claims, schema.sources, schema.batches
    words = (
        select(tables.state.c.key)
        .join(claims, claims.c.record_id == tables.state.c.id)
        .join(sources, sources.c.id == claims.c.source_id)
        .join(batches, batches.c.id == sources.c.batch_id)
        .where(batches.c.id > batch, batches.c.kind == "hand", batches.c.undone_at.is_(None))
        .distinct()
    )
    for start in range(0, len(touched), CHUNK):
        part = touched[start : start + CHUNK]
        for (key,) in connection.execute(words.where(tables.state.c.id.in_(part))):
            report.stays.append((tables.spec.table, key, _("此后有人工修改过的值，照旧")))


def _sweep(connection: Connection, schema: Schema, touched: Mapping[str, Collection[int]], report: UndoReport) -> None:
    """Take out every record that no claim holds, but for those that a record which stays names: these are listed.

    Records that an earlier undo had to leave go as soon as nothing names them any more.
    """
    orphans = {name: found for name, tables in schema.facts.items() if (found := _orphans(connection, schema, tables))}
    named: dict[tuple[str, str], str] = {}
    edges: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, keys in orphans.items():
        for key, other, from_key in _references(connection, schema, name, set(keys.values())):
            if from_key in orphans.get(other, {}).values():
                edges.setdefault((other, from_key), []).append((name, key))
            else:
                named.setdefault((name, key), other)
    waiting = list(named)
    while waiting:
        place = waiting.pop()
        for named_too in edges.get(place, ()):
            if named_too not in named:
                named[named_too] = place[0]
                waiting.append(named_too)
    for name, keys in orphans.items():
        gone = sorted(number for number, key in keys.items() if (name, key) not in named)
        _delete(connection, schema.facts[name], gone)
        report.removed += len(gone)
        for number in sorted(set(keys) & set(touched.get(name, ()))):
            if (name, keys[number]) in named:
                other = schema.facts[named[name, keys[number]]].spec.label
                why = _("还有{table}引用它").format(table=other)
                report.stays.append((name, keys[number], why))


def _orphans(connection: Connection, schema: Schema, tables: FactTables) -> dict[int, str]:
    """Number and key of the records that only batches which have been taken back speak of."""
    claims, sources, batches, state = tables.claims, schema.sources, schema.batches, tables.state
    undone = (
        select(claims.c.record_id)
        .join(sources, sources.c.id == claims.c.source_id)
        .join(batches, batches.c.id == sources.c.batch_id)
        .where(sources.c.tbl == tables.spec.table, batches.c.undone_at.is_not(None))
    )
    standing = (
        select(claims.c.record_id)
        .join(sources, sources.c.id == claims.c.source_id)
        .join(batches, batches.c.id == sources.c.batch_id)
        .where(claims.c.record_id == state.c.id, batches.c.undone_at.is_(None))
    )
    words = select(state.c.id, state.c.key).where(state.c.id.in_(undone), ~standing.exists())
    return {number: key for number, key in connection.execute(words)}  # noqa: C416 - rows are not pairs to dict()


def _references(
    connection: Connection, schema: Schema, name: str, keys: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """``(key, table, key there)`` for every record of another type that names one of ``keys`` of the type ``name``."""
    for other in schema.facts.values():
        for column, spec in other.spec.columns.items():
            if spec.ref != name or other.spec.table == name:
                continue
            place = other.state.c[f"c_{column}"]
            wanted = sorted(keys)
            for start in range(0, len(wanted), CHUNK):
                words = select(place, other.state.c.key).where(place.in_(wanted[start : start + CHUNK]))
                for key, from_key in connection.execute(words):
                    yield key, other.spec.table, from_key


def _delete(connection: Connection, tables: FactTables, gone: Sequence[int]) -> None:
    for start in range(0, len(gone), CHUNK):
        connection.execute(delete(tables.state).where(tables.state.c.id.in_(gone[start : start + CHUNK])))


def live_batches(store: Store) -> list[dict[str, object]]:
    """Every batch, newest first, with the sums of its sheets."""
    batches, sources = store.schema.batches, store.schema.sources
    sums = [
        func.coalesce(func.sum(sources.c[name]), 0).label(name)
        for name in ("created", "updated", "unchanged", "kept", "rejected", "skipped")
    ]
    words = (
        select(batches, func.count(sources.c.id).label("sheets"), *sums)
        .outerjoin(sources, sources.c.batch_id == batches.c.id)
        .group_by(batches.c.id)
        .order_by(batches.c.id.desc())
    )
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(words)]  # noqa: SLF001 - the documented way to a mapping


def batch_sources(store: Store, batch: int) -> list[dict[str, object]]:
    """The sheets of one batch."""
    sources = store.schema.sources
    words = select(sources).where(sources.c.batch_id == batch).order_by(sources.c.id)
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(words)]  # noqa: SLF001
