"""Clients that may be one person: the same identity number, or the same phone and name, under two keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from cmkit.facts.kinds import Stored
from cmkit.facts.records import Origin
from cmkit.store.connection import Store
from cmkit.store.schema import FactTables, Schema

MARKS = (("id_no",), ("phone", "name"))
SHOWN = ("name", "kind", "id_no", "phone", "owner_id", "org_id")
"""What tells two clients apart, or shows that they are one."""
_MOST = 200


@dataclass(frozen=True)
class Twin:
    """Two records that share ``columns``; ``mine`` came in with the batches that were asked about."""

    key: str
    mine: Origin
    other: str
    theirs: Origin
    columns: tuple[str, ...]
    values: tuple[Mapping[str, Stored], Mapping[str, Stored]] = ({}, {})
    """What both say in the columns of SHOWN."""


def twins(store: Store, batches: Sequence[int]) -> list[Twin]:
    """The pairs of clients of which one was last changed by ``batches``; each pair once, at most 200 of them."""
    with store.reading() as connection:
        return twins_in(connection, store.schema, batches)


def twins_in(connection: Connection, schema: Schema, batches: Sequence[int]) -> list[Twin]:
    """The same within a transaction."""
    tables = schema.facts.get("clients")
    if tables is None or not batches:
        return []
    found: dict[tuple[str, str], Twin] = {}
    for columns in MARKS:
        if all(name in tables.spec.columns for name in columns):
            for one in _sharing(connection, schema, tables, batches, columns):
                found.setdefault((min(one.key, one.other), max(one.key, one.other)), one)
    return list(found.values())[:_MOST]


def _sharing(
    connection: Connection, schema: Schema, tables: FactTables, batches: Sequence[int], columns: Sequence[str]
) -> list[Twin]:
    state, sources = tables.state, schema.sources
    marks = [state.c[f"c_{name}"] for name in columns]
    shown = [name for name in SHOWN if name in tables.spec.columns]
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
            *[state.c[f"c_{name}"].label(f"s_{name}") for name in shown],
        )
        .join(double, and_(*[mark == double.c[mark.name] for mark in marks]))
        .join(sources, sources.c.id == state.c.source_id)
        .order_by(*marks, state.c.id)
    )
    groups: dict[tuple[object, ...], list[tuple[str, Origin, dict[str, Stored]]]] = {}
    first = len(marks)
    for row in connection.execute(words):
        said = dict(zip(shown, row[first + 5 :], strict=True))
        groups.setdefault(tuple(row[:first]), []).append((row[first], Origin(*row[first + 1 : first + 5]), said))
    mine = set(batches)
    found = []
    for group in groups.values():
        for key, origin, said in group:
            other = next((one for one in group if one[0] != key and one[1].batch not in mine), None) or group[0]
            if origin.batch in mine and other[0] != key:
                found.append(Twin(key, origin, other[0], other[1], tuple(columns), (said, other[2])))
    return found
