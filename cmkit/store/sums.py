"""Queries run where the records are: nothing is loaded to be added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, Table, case, func, literal, select

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
    state, held = tables.state, _held(tables, query)
    owner = _owner(tables, query)
    words = (
        select(owner, func.sum(held.c.amount), held.c.as_of, held.c.until)
        .join(held, held.c.record_id == state.c.id)
        .group_by(owner, held.c.as_of, held.c.until)
    )
    for part in query.where:
        words = words.where(*condition(tables, part))
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(words)]


def _held(tables: FactTables, query: Query) -> Subquery:
    """Each value of a measure with the day it held from and the day the next one came."""
    by_day = _by_day(tables)
    value = by_day.c[f"c_{query.field}"]
    following = func.lead(by_day.c.as_of).over(partition_by=by_day.c.record_id, order_by=by_day.c.as_of)
    return (
        select(
            by_day.c.record_id,
            value.label("amount"),
            by_day.c.as_of,
            following.label("until"),
            by_day.c.source_id,
            by_day.c.source_row,
        )
        .where(by_day.c.as_of <= query.end.isoformat(), value.is_not(None))
        .subquery()
    )


def _overlap(since: str, until: str | None, query: Query) -> int:
    start = max(date.fromisoformat(since), query.start)
    last = date.fromisoformat(until) - timedelta(days=1) if until else query.end
    return max(0, (min(last, query.end) - start).days + 1)


def contributions(store: Store, query: Query, owners: Sequence[str] | None = None) -> list[Contribution]:
    """The records behind a figure, each with what it adds and where it was read, in the order of their keys.

    Together they make exactly the figure: of records that name the same thing ``distinct`` counts the first, and each
    record's share of an ``average`` is its own mean over the span.
    """
    tables = _tables(store, query)
    if query.how == "average":
        found = _shares(store, tables, query)
    else:
        words = _traced_latest(store, tables, query) if query.how == "latest" else _traced(store, tables, query)
        scaled = query.how == "latest" or (query.how == "sum" and _kind_scaled(tables, query))
        found = _contributions(store, words, query, scaled=scaled)
    return found if owners is None else [one for one in found if one.owner in owners]


def _place(store: Store, row: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    sources = store.schema.sources
    return sources.c.batch_id, sources.c.file, sources.c.sheet, row


def _traced_latest(store: Store, tables: FactTables, query: Query) -> Words:
    inner = _latest(tables, query).subquery()
    return (
        select(inner.c.key, inner.c.owner, inner.c.amount, *_place(store, inner.c.source_row))
        .join(store.schema.sources, store.schema.sources.c.id == inner.c.source_id)
        .order_by(inner.c.key)
    )


def _traced(store: Store, tables: FactTables, query: Query) -> Words:
    state, owner = tables.state, _owner(tables, query)
    amount: ColumnElement[Any] = literal(1)
    if query.how == "sum":
        amount = state.c[f"c_{query.field}"]
    elif query.how == "distinct":
        thing = state.c[f"c_{query.field}"]
        first = func.row_number().over(partition_by=(owner, thing), order_by=state.c.key) == 1
        amount = case((thing.is_(None), 0), (first, 1), else_=0)
    words = select(state.c.key, owner, amount, *_place(store, state.c.source_row)).join(
        store.schema.sources, store.schema.sources.c.id == state.c.source_id
    )
    return _dated(words, tables, query).order_by(state.c.key)


def _contributions(store: Store, words: Words, query: Query, *, scaled: bool) -> list[Contribution]:
    found: list[Contribution] = []
    with store.reading() as connection:
        for key, owner, amount, *place in connection.execute(words):
            if amount is not None:
                value = from_store(int(amount)) if scaled else Decimal(int(amount))
                found.append(Contribution(query.table, key, owner, value, Origin(*place)))
    return found


def _shares(store: Store, tables: FactTables, query: Query) -> list[Contribution]:
    held, state = _held(tables, query), tables.state
    sources, days = store.schema.sources, Decimal((query.end - query.start).days + 1)
    words = (
        select(
            state.c.key,
            _owner(tables, query),
            held.c.amount,
            held.c.as_of,
            held.c.until,
            *_place(store, held.c.source_row),
        )
        .join(held, held.c.record_id == state.c.id)
        .join(sources, sources.c.id == held.c.source_id)
        .order_by(state.c.key, held.c.as_of)
    )
    for part in query.where:
        words = words.where(*condition(tables, part))
    found: dict[str, Contribution] = {}
    with store.reading() as connection:
        for key, owner, amount, since, until, *place in connection.execute(words):
            share = from_store(int(amount)) * _overlap(since, until, query) / days
            before = found[key].amount if key in found else Decimal(0)
            found[key] = Contribution(query.table, key, owner, before + share, Origin(*place))
    return list(found.values())


def measure_days(store: Store, table: str) -> list[date]:
    """The as-of dates that a table's measures are known for, oldest first."""
    tables = store.schema.facts.get(table)
    if tables is None or tables.by_day is None:
        return []
    words = select(tables.by_day.c.as_of).distinct().order_by(tables.by_day.c.as_of)
    with store.reading() as connection:
        return [date.fromisoformat(day) for (day,) in connection.execute(words)]
