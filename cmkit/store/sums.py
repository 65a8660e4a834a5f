"""Queries run where the records are: nothing is loaded to be added up, and what is asked together is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, Table, and_, func, select, true

from cmkit.base.faults import InternalFault
from cmkit.base.money import from_store
from cmkit.facts.query import Query
from cmkit.store.connection import Store
from cmkit.store.credit import credited, owner_of
from cmkit.store.filters import Words, condition
from cmkit.store.schema import FactTables

Answers = dict[Query, dict[str, Decimal]]


def run_query(store: Store, query: Query) -> dict[str, Decimal]:
    """The figure by owner ("" where a record has none), and by group for a ``distinct`` that asks for groups.

    Money comes in yuan, counts as whole numbers; an owner without a record is left out.
    """
    return run_queries(store, [query])[query]


def run_queries(store: Store, queries: Iterable[Query]) -> Answers:
    """The answers to many queries. Those that look at the same records over the same span share one reading of them."""
    found: Answers = {}
    together: dict[tuple[object, ...], list[Query]] = defaultdict(list)
    with store.reading() as connection:
        for query in dict.fromkeys(queries):
            tables = tables_of(store, query)
            if query.how == "average":
                found[query] = _average(connection, tables, query)
            elif query.how == "latest":
                found[query] = _balances(connection, tables, query)
            else:
                alone = query.how == "distinct" and _months(tables, query) == "many"
                span = (query.table, query.owner, query.date, query.split, query.start, query.end)
                together[(*span, query if alone else None)].append(query)
        for part in together.values():
            tables = tables_of(store, part[0])
            found |= _counted(connection, tables, part)
            for query in part:
                if query.groups:
                    found[query] |= _by_group(connection, tables, query, found[query])
    return found


def tables_of(store: Store, query: Query) -> FactTables:
    """The tables that a query looks at."""
    tables = store.schema.facts.get(query.table)
    if tables is None:
        raise InternalFault(f"no table {query.table!r} for a query")
    return tables


def is_scaled(tables: FactTables, query: Query) -> bool:
    """Whether the query's amounts are integers of 0.0001."""
    return query.how in ("latest", "average") or (query.how == "sum" and tables.spec.columns[query.field].kind.scaled)


def dated(tables: FactTables, query: Query) -> list[ColumnElement[bool]]:
    """What the span asks of a record."""
    if not query.date:
        return []
    column = tables.state.c[f"c_{query.date}"]
    found = [column >= query.start.isoformat(), column <= query.end.isoformat()]
    if tables.month is not None and query.date == tables.spec.date:
        found = [tables.month >= query.start.isoformat()[:7], tables.month <= query.end.isoformat()[:7], *found]
    return found


def filtered(tables: FactTables, query: Query) -> list[ColumnElement[bool]]:
    """What the filters ask of a record."""
    return [one for part in query.where for one in condition(tables, part)]


def _months(tables: FactTables, query: Query) -> str:
    """Whether the span lies within ``one`` month of the index, in ``many``, or the index does not serve ("")."""
    if tables.month is None or query.date != tables.spec.date:
        return ""
    return "one" if query.start.isoformat()[:7] == query.end.isoformat()[:7] else "many"


def _counted(connection: Connection, tables: FactTables, queries: Sequence[Query]) -> Answers:
    """Several counts and sums over one span in one pass. Over several months it goes month by month, as the index does."""
    first = queries[0]
    owner = owner_of(tables, first)
    amounts = [_amount(tables, query) for query in queries]
    by = [owner]
    if tables.month is not None and _months(tables, first) == "many" and first.how != "distinct":
        by = [tables.month, owner]
    if len(queries) == 1:
        wanted = filtered(tables, first)
    else:
        amounts = [_filter(amount, tables, query) for amount, query in zip(amounts, queries, strict=True)]
        wanted = []
    words = select(owner, *amounts).where(*dated(tables, first), *wanted).group_by(*by)
    sums: list[dict[str, int]] = [{} for _query in queries]
    for who, *cells in connection.execute(words):
        for place, cell in enumerate(cells):
            if cell is not None:
                sums[place][who] = sums[place].get(who, 0) + cell
    return {query: credited(_decimals(found, tables, query), query) for query, found in zip(queries, sums, strict=True)}


def _decimals(found: Mapping[str, int], tables: FactTables, query: Query) -> dict[str, Decimal]:
    if query.how != "sum":
        return {who: Decimal(amount) for who, amount in found.items() if amount}
    scaled = is_scaled(tables, query)
    return {who: from_store(int(amount)) if scaled else Decimal(int(amount)) for who, amount in found.items()}


def _amount(tables: FactTables, query: Query) -> Any:
    if query.how == "count":
        return func.count()
    column = tables.state.c[f"c_{query.field}"]
    return func.count(column.distinct()) if query.how == "distinct" else func.sum(column)


def _filter(amount: Any, tables: FactTables, query: Query) -> Any:
    wanted = filtered(tables, query)
    return amount.filter(and_(true(), *wanted)) if wanted else amount


def _by_group(
    connection: Connection, tables: FactTables, query: Query, single: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """Each group's own count: what its members count, less once for every further member that counts the same thing."""
    doubles = _shared(connection, tables, query)
    found: dict[str, Decimal] = {}
    for name, members in query.groups:
        inside = frozenset(members)
        total = sum((amount for who, amount in single.items() if not inside or who in inside), Decimal(0))
        for owners in doubles:
            known = len(owners) if not inside else len(owners & inside)
            total -= max(known - 1, 0)
        if total:
            found[name] = total
    return found


def _shared(connection: Connection, tables: FactTables, query: Query) -> list[frozenset[str]]:
    """The owners of each thing that more than one owner counts."""
    owner, thing = owner_of(tables, query), tables.state.c[f"c_{query.field}"]
    wanted = [*dated(tables, query), *filtered(tables, query), thing.is_not(None)]
    several = select(thing).where(*wanted).group_by(thing).having(func.min(owner) < func.max(owner))
    words = select(thing, owner).where(*wanted, thing.in_(several)).distinct()
    found: dict[str, set[str]] = defaultdict(set)
    for what, who in connection.execute(words):
        found[what].add(who)
    return [frozenset(owners) for owners in found.values()]


def _by_day(tables: FactTables) -> Table:
    if tables.by_day is None:
        raise InternalFault(f"{tables.spec.table} keeps no measures by day")
    return tables.by_day


def _balances(connection: Connection, tables: FactTables, query: Query) -> dict[str, Decimal]:
    inner = latest(tables, query).subquery()
    words = select(inner.c.owner, func.sum(inner.c.amount)).group_by(inner.c.owner)
    return credited({who: from_store(int(amount)) for who, amount in connection.execute(words)}, query)


def latest(tables: FactTables, query: Query) -> Words:
    """Each record's last value on or before the end of the span."""
    by_day, state = _by_day(tables), tables.state
    value = by_day.c[f"c_{query.field}"]
    place = func.row_number().over(partition_by=by_day.c.record_id, order_by=by_day.c.as_of.desc())
    ranked = (
        select(
            by_day.c.record_id,
            value.label("amount"),
            by_day.c.as_of,
            by_day.c.source_id,
            by_day.c.source_row,
            place.label("place"),
        )
        .where(by_day.c.as_of <= query.end.isoformat(), value.is_not(None))
        .subquery()
    )
    return (
        select(
            owner_of(tables, query),
            ranked.c.amount,
            state.c.key,
            ranked.c.as_of,
            ranked.c.source_id,
            ranked.c.source_row,
        )
        .join(ranked, ranked.c.record_id == state.c.id)
        .where(ranked.c.place == 1, *filtered(tables, query))
    )


def _average(connection: Connection, tables: FactTables, query: Query) -> dict[str, Decimal]:
    """Mean over the days of the span; a value holds from its day until the record's next one (日均)."""
    state, spans = tables.state, held(tables, query)
    owner = owner_of(tables, query)
    words = (
        select(owner, func.sum(spans.c.amount), spans.c.as_of, spans.c.until)
        .join(spans, spans.c.record_id == state.c.id)
        .where(*filtered(tables, query))
        .group_by(owner, spans.c.as_of, spans.c.until)
    )
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for who, amount, since, until in connection.execute(words):
        sums[who] += on_average(int(amount), since, until, query)
    return credited(sums, query)


def held(tables: FactTables, query: Query) -> Subquery:
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


def on_average(amount: int, since: str, until: str | None, query: Query) -> Decimal:
    """What a stored value that held from ``since`` until the day before ``until`` adds to the mean of the span."""
    start = max(date.fromisoformat(since), query.start)
    last = date.fromisoformat(until) - timedelta(days=1) if until else query.end
    length = max(0, (min(last, query.end) - start).days + 1)
    return from_store(amount) * length / Decimal((query.end - query.start).days + 1)


def measure_days(store: Store, table: str) -> list[date]:
    """The as-of dates that a table's measures are known for, oldest first."""
    tables = store.schema.facts.get(table)
    if tables is None or tables.by_day is None:
        return []
    words = select(tables.by_day.c.as_of).distinct().order_by(tables.by_day.c.as_of)
    with store.reading() as connection:
        return [date.fromisoformat(day) for (day,) in connection.execute(words)]
