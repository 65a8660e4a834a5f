"""Queries run where the records are: nothing is loaded to be added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from cmkit.base.faults import InternalFault
from cmkit.base.money import from_store
from cmkit.facts.query import Contribution, Query
from cmkit.facts.records import Origin
from cmkit.store.connection import Store
from cmkit.store.filters import Words, condition
from cmkit.store.schema import FactTables


def run_query(store: Store, query: Query) -> dict[str, Decimal]:
    """The figure by owner ("" where a record has none). Money comes in yuan, counts as whole numbers."""
    tables = _tables(store, query)
    with store.reading() as connection:
        if query.how == "average":
            return _average(connection, tables, query)
        if query.how == "latest":
            inner = _latest(tables, query).subquery()
            words = select(inner.c.owner, func.sum(inner.c.amount)).group_by(inner.c.owner)
            return _read(connection, words, scaled=True)
        owner = _owner(tables, query)
        words = _dated(select(owner, _amount(tables, query)), tables, query).group_by(owner)
        return _read(connection, words, scaled=query.how == "sum" and _kind_scaled(tables, query))


def _tables(store: Store, query: Query) -> FactTables:
    tables = store.schema.facts.get(query.table)
    if tables is None:
        raise InternalFault(f"no table {query.table!r} for a query")
    return tables


def _kind_scaled(tables: FactTables, query: Query) -> bool:
    return tables.spec.columns[query.field].kind.scaled


def _owner(tables: FactTables, query: Query) -> ColumnElement[Any]:
    return func.coalesce(tables.state.c[f"c_{query.owner or tables.spec.owner}"], "").label("owner")


def _amount(tables: FactTables, query: Query) -> ColumnElement[Any]:
    if query.how == "count":
        return func.count()
    column = tables.state.c[f"c_{query.field}"]
    return func.count(column.distinct()) if query.how == "distinct" else func.coalesce(func.sum(column), 0)


def _dated(words: Words, tables: FactTables, query: Query) -> Words:
    if query.date:
        column = tables.state.c[f"c_{query.date}"]
        words = words.where(column >= query.start.isoformat(), column <= query.end.isoformat())
    for part in query.where:
        words = words.where(*condition(tables, part))
    return words


def _read(connection: Connection, words: Words, *, scaled: bool) -> dict[str, Decimal]:
    return {
        owner: from_store(int(amount)) if scaled else Decimal(int(amount))
        for owner, amount in connection.execute(words)
        if amount is not None
    }


def _by_day(tables: FactTables) -> Table:
    if tables.by_day is None:
        raise InternalFault(f"{tables.spec.table} keeps no measures by day")
    return tables.by_day


def _latest(tables: FactTables, query: Query) -> Words:
    """Each record's last value on or before the end of the span."""
    by_day, state = _by_day(tables), tables.state
    value = by_day.c[f"c_{query.field}"]
    place = func.row_number().over(partition_by=by_day.c.record_id, order_by=by_day.c.as_of.desc())
    ranked = (
        select(by_day.c.record_id, value.label("amount"), by_day.c.source_id, by_day.c.source_row, place.label("place"))
        .where(by_day.c.as_of <= query.end.isoformat(), value.is_not(None))
        .subquery()
    )
    words = (
        select(_owner(tables, query), ranked.c.amount, state.c.key, ranked.c.source_id, ranked.c.source_row)
        .join(ranked, ranked.c.record_id == state.c.id)
        .where(ranked.c.place == 1)
    )
    for part in query.where:
        words = words.where(*condition(tables, part))
    return words


def _average(connection: Connection, tables: FactTables, query: Query) -> dict[str, Decimal]:
    """Mean over the days of the span; a value holds from its day until the record's next one (日均)."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    days = Decimal((query.end - query.start).days + 1)
    for owner, amount, since, until in _spans(connection, tables, query):
        length = _overlap(since, until, query)
        sums[owner] += from_store(int(amount)) * length / days
    return dict(sums)


def _spans(connection: Connection, tables: FactTables, query: Query) -> list[tuple[str, int, str, str | None]]:
    by_day, state = _by_day(tables), tables.state
    value = by_day.c[f"c_{query.field}"]
    following = func.lead(by_day.c.as_of).over(partition_by=by_day.c.record_id, order_by=by_day.c.as_of)
    held = (
        select(by_day.c.record_id, value.label("amount"), by_day.c.as_of, following.label("until"))
        .where(by_day.c.as_of <= query.end.isoformat(), value.is_not(None))
        .subquery()
    )
    owner = _owner(tables, query)
    words = (
        select(owner, func.sum(held.c.amount), held.c.as_of, held.c.until)
        .join(held, held.c.record_id == state.c.id)
        .group_by(owner, held.c.as_of, held.c.until)
    )
    for part in query.where:
        words = words.where(*condition(tables, part))
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(words)]


def _overlap(since: str, until: str | None, query: Query) -> int:
    start = max(date.fromisoformat(since), query.start)
    last = date.fromisoformat(until) - timedelta(days=1) if until else query.end
    return max(0, (min(last, query.end) - start).days + 1)


def contributions(store: Store, query: Query, owners: Sequence[str] | None = None) -> list[Contribution]:
    """The records behind a figure, each with what it adds and where it was read, in the order of their keys."""
    tables = _tables(store, query)
    state, sources = tables.state, store.schema.sources
    scaled = True
    words: Words
    chosen: ColumnElement[Any]
    if query.how in {"latest", "average"}:
        inner = _latest(tables, query).subquery()
        chosen = inner.c.owner
        words = select(
            inner.c.key,
            inner.c.owner,
            inner.c.amount,
            sources.c.batch_id,
            sources.c.file,
            sources.c.sheet,
            inner.c.source_row,
        ).join(sources, sources.c.id == inner.c.source_id)
        words = words.order_by(inner.c.key)
    else:
        amount: ColumnElement[Any]
        if query.how == "sum":
            amount, scaled = state.c[f"c_{query.field}"], _kind_scaled(tables, query)
        else:
            amount, scaled = func.length("1"), False
        chosen = _owner(tables, query)
        words = _dated(
            select(
                state.c.key, chosen, amount, sources.c.batch_id, sources.c.file, sources.c.sheet, state.c.source_row
            ).join(sources, sources.c.id == state.c.source_id),
            tables,
            query,
        ).order_by(state.c.key)
    if owners is not None:
        words = words.where(chosen.in_(list(owners)))
    return _contributions(store, words, query, scaled=scaled)


def _contributions(store: Store, words: Words, query: Query, *, scaled: bool) -> list[Contribution]:
    found: list[Contribution] = []
    with store.reading() as connection:
        for key, owner, amount, *place in connection.execute(words):
            if amount is None:
                continue
            value = from_store(int(amount)) if scaled else Decimal(int(amount))
            found.append(Contribution(query.table, key, owner, value, Origin(*place)))
    return found


def measure_days(store: Store, table: str) -> list[date]:
    """The as-of dates that a table's measures are known for, oldest first."""
    tables = store.schema.facts.get(table)
    if tables is None or tables.by_day is None:
        return []
    words = select(tables.by_day.c.as_of).distinct().order_by(tables.by_day.c.as_of)
    with store.reading() as connection:
        return [date.fromisoformat(day) for (day,) in connection.execute(words)]
