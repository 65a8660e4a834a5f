"""Clients that may be one person: the same identity number, or the same phone and name, under two keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from cmkit.facts.records import Origin
from cmkit.store.connection import Store
from cmkit.store.schema import FactTables, Schema

MARKS = (("id_no",), ("phone", "name"))
_MOST = 200


@dataclass(frozen=True)
class Twin:
    """Two records that share ``columns``; ``mine`` came in with the batches that were asked about."""

    key: str
    mine: Origin
    other: str
    theirs: Origin
    columns: tuple[str, ...]


def twins(store: Store, batches: Sequence[int]) -> list[Twin]:
    """The pairs of clients of which one was last changed by ``batches``; each pair once, at most 200 of them."""
    tables = store.schema.facts.get("clients")
    if tables is None or not batches:
        return []
    found: dict[tuple[str, str], Twin] = {}
    with store.reading() as connection:
        for columns in MARKS:
            if all(name in tables.spec.columns for name in columns):
                for one in _sharing(connection, store.schema, tables, batches, columns):
                    found.setdefault((min(one.key, one.other), max(one.key, one.other)), one)
    return list(found.values())[:_MOST]


def _sharing(
    connection: Connection, schema: Schema, tables: FactTables, batches: Sequence[int], columns: Sequence[str]
) -> list[Twin]:
    state, sources = tables.state, schema.sources
    marks = [state.c[f"c_{name}"] for name in columns]
    double = (
        select(*marks)
        .where(*[mark.is_not(None) for mark in marks])
        .group_by(*marks)
        .having(func.count() > 1)
        .subquery()
    )
    words = (
        select(
            *marks,
            state.c.key,
            sources.c.batch_id,
            sources.c.file,
            sources.c.sheet,
            state.c.source_row,
        )
        .join(double, and_(*[mark == double.c[mark.name] for mark in marks]))
        .join(sources, sources.c.id == state.c.source_id)
        .order_by(*marks, state.c.id)
    )
    groups: dict[tuple[object, ...], list[tuple[str, Origin]]] = {}
    for row in connection.execute(words):
        groups.setdefault(tuple(row[: len(marks)]), []).append((row[len(marks)], Origin(*row[len(marks) + 1 :])))
    mine = set(batches)
    found = []
    for group in groups.values():
        for key, origin in group:
            other = next((pair for pair in group if pair[0] != key and pair[1].batch not in mine), None) or group[0]
            if origin.batch in mine and other[0] != key:
                found.append(Twin(key, origin, *other, tuple(columns)))
    return found
