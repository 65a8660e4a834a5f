"""Taking a batch back exactly: afterwards the store is what the remaining batches alone would have made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, exists, func, select

from cmkit.base.clock import stamp
from cmkit.base.faults import InputFault
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


def undo(store: Store, batch: int, who: str) -> UndoReport:
    """Take back ``batch``. The ledger, the layouts and the columns stay.

    Raises InputFault where there is no such batch or it has been taken back before.
    """
    report = UndoReport(batch)
    with store.writing() as connection:
        _mark(connection, store.schema, batch, who)
        for tables in store.schema.facts.values():
            _undo_table(connection, store.schema, tables, batch, report)
    return report


def _mark(connection: Connection, schema: Schema, batch: int, who: str) -> None:
    batches = schema.batches
    row = connection.execute(select(batches.c.undone_at).where(batches.c.id == batch)).first()
    if row is None:
        raise InputFault(_("没有第 {batch} 批导入").format(batch=batch), hint=_("用 cmkit imports list 查看批次"))
    if row[0]:
        raise InputFault(_("第 {batch} 批已在 {at} 撤销").format(batch=batch, at=row[0]))
    connection.execute(batches.update().where(batches.c.id == batch).values(undone_at=stamp(), undone_by=who))


def _undo_table(connection: Connection, schema: Schema, tables: FactTables, batch: int, report: UndoReport) -> None:
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
        return
    orphans = rewrite(connection, schema, tables, touched)
    report.restored += len(touched) - len(orphans)
    _list_hand_edits(connection, schema, tables, touched, batch, report)
    referred = set(_referred(connection, schema, tables, sorted(orphans), report))
    gone = sorted(orphans - referred)
    for start in range(0, len(gone), CHUNK):
        part = gone[start : start + CHUNK]
        connection.execute(delete(tables.state).where(tables.state.c.id.in_(part)))
    report.removed += len(gone)


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
            report.stays.append((tables.spec.table, key, _("此后有人工修改，修改保留")))


def _referred(
    connection: Connection, schema: Schema, tables: FactTables, orphans: Sequence[int], report: UndoReport
) -> Iterator[int]:
    """Those of ``orphans`` that other records name: they stay, and are listed."""
    name = tables.spec.table
    places = [
        other.state.c[f"c_{key}"]
        for other in schema.facts.values()
        for key, column in other.spec.columns.items()
        if column.ref == name and other.spec.table != name
    ]
    if not places:
        return
    for start in range(0, len(orphans), CHUNK):
        part = orphans[start : start + CHUNK]
        keys = select(tables.state.c.id, tables.state.c.key).where(tables.state.c.id.in_(part)).subquery()
        for place in places:
            words = select(keys.c.id, keys.c.key).where(exists().where(place == keys.c.key))
            for number, key in connection.execute(words).all():
                yield number
                why = _("被 {table} 引用，保留").format(table=place.table.name)
                if (name, key, why) not in report.stays:
                    report.stays.append((name, key, why))


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
