"""The records behind a figure, each with what it adds and where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select

from cmkit.base.money import from_store
from cmkit.facts.query import WHOLE, Contribution, Query
from cmkit.facts.records import Origin
from cmkit.store.connection import Store
from cmkit.store.credit import credits_of, owner_of
from cmkit.store.filters import Words
from cmkit.store.schema import FactTables
from cmkit.store.sums import dated, filtered, held, is_scaled, latest, on_average, tables_of


def contributions(store: Store, query: Query, owners: Sequence[str] | None = None) -> list[Contribution]:
    """The records behind a figure, in the order of their keys; one shared by several owners comes once for each.

    Together they make exactly the figure: of records that name the same thing ``distinct`` counts the first of each
    owner (the first of all within the one group that the query names), and each record's share of an ``average`` is
    its own mean over the span, one line for each value that held.
    """
    tables = tables_of(store, query)
    if query.how == "average":
        found = _shares(store, tables, query)
    else:
        words = _traced_latest(store, tables, query) if query.how == "latest" else _traced(store, tables, query)
        found = _contributions(store, words, query, scaled=is_scaled(tables, query))
    credited = [part for one in found for part in _credited(one, query)]
    return credited if owners is None else [one for one in credited if one.owner in owners]


def _credited(found: Contribution, query: Query) -> Iterable[Contribution]:
    if not query.split:
        return (found,)
    return (
        replace(found, owner=who, amount=found.amount * share / WHOLE, share=share)
        for who, share in credits_of(found.owner).items()
    )


def _place(store: Store, row: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    sources = store.schema.sources
    return sources.c.batch_id, sources.c.file, sources.c.sheet, row


def _traced_latest(store: Store, tables: FactTables, query: Query) -> Words:
    inner = latest(tables, query).subquery()
    return (
        select(inner.c.key, inner.c.owner, inner.c.amount, inner.c.as_of, *_place(store, inner.c.source_row))
        .join(store.schema.sources, store.schema.sources.c.id == inner.c.source_id)
        .order_by(inner.c.key)
    )


def _traced(store: Store, tables: FactTables, query: Query) -> Words:
    state, owner = tables.state, owner_of(tables, query)
    wanted = [*dated(tables, query), *filtered(tables, query)]
    amount: ColumnElement[Any] = literal(1)
    if query.how == "sum":
        amount = state.c[f"c_{query.field}"]
    elif query.how == "distinct":
        thing = state.c[f"c_{query.field}"]
        within = (thing,) if query.groups else (owner, thing)
        members = query.groups[0][1] if query.groups else ()
        if members:
            wanted.append(owner.in_(members))
        first = func.row_number().over(partition_by=within, order_by=state.c.key) == 1
        amount = case((thing.is_(None), 0), (first, 1), else_=0)
    return (
        select(state.c.key, owner, amount, literal(None), *_place(store, state.c.source_row))
        .join(store.schema.sources, store.schema.sources.c.id == state.c.source_id)
        .where(*wanted)
        .order_by(state.c.key)
    )


def _contributions(store: Store, words: Words, query: Query, *, scaled: bool) -> list[Contribution]:
    found: list[Contribution] = []
    with store.reading() as connection:
        for key, owner, amount, as_of, *place in connection.execute(words):
            if amount is not None:
                value = from_store(int(amount)) if scaled else Decimal(int(amount))
                day = date.fromisoformat(as_of) if as_of else None
                found.append(Contribution(query.table, key, owner, value, Origin(*place), as_of=day))
    return found


def _shares(store: Store, tables: FactTables, query: Query) -> list[Contribution]:
    spans, state, sources = held(tables, query), tables.state, store.schema.sources
    words = (
        select(
            state.c.key,
            owner_of(tables, query),
            spans.c.amount,
            spans.c.as_of,
            spans.c.until,
            *_place(store, spans.c.source_row),
        )
        .join(spans, spans.c.record_id == state.c.id)
        .join(sources, sources.c.id == spans.c.source_id)
        .where(*filtered(tables, query))
        .order_by(state.c.key, spans.c.as_of)
    )
    found: list[Contribution] = []
    with store.reading() as connection:
        for key, owner, amount, since, until, *place in connection.execute(words):
            part = on_average(int(amount), since, until, query)
            if part:
                day = date.fromisoformat(since)
                found.append(Contribution(query.table, key, owner, part, Origin(*place), as_of=day))
    return found
