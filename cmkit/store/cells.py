"""The very cells that a figure was made from: of each record, the sheet's cell that the value counted was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import Connection, bindparam, select

from cmkit.facts.query import Contribution, Query
from cmkit.facts.records import Origin
from cmkit.store.connection import Store
from cmkit.store.fold import CHUNK, live_claims, said_by
from cmkit.store.schema import FactTables


def with_cells(store: Store, query: Query, found: Sequence[Contribution]) -> list[Contribution]:
    """``found`` with the cell of each value, and the file and row that the value itself came from.

    A record may have got its other columns from a later file. Where a record only counts there is no one cell.
    """
    field = query.field
    tables = store.schema.facts[query.table]
    if not field:
        return list(found)
    measures = frozenset(tables.spec.measures())
    wanted: dict[str, list[int]] = {}
    for place, one in enumerate(found):
        wanted.setdefault(one.key, []).append(place)
    done = list(found)
    with store.reading() as connection:
        numbers = _numbers(connection, tables, list(wanted))
        sources = _Sources(connection, store)
        for number, claims in live_claims(connection, store.schema, tables, list(numbers)):
            for place in wanted[numbers[number]]:
                one = found[place]
                claim = said_by(claims, field, measures, one.as_of.isoformat() if one.as_of else "")
                if claim is not None:
                    origin, letter = sources.find(claim.source_id, claim.row, field)
                    done[place] = replace(one, origin=origin, cell=f"{letter}{claim.row}" if letter else "")
    return done


def _numbers(connection: Connection, tables: FactTables, keys: Sequence[str]) -> dict[int, str]:
    state = tables.state
    words = select(state.c.id, state.c.key).where(state.c.key.in_(bindparam("keys", expanding=True)))
    found: dict[int, str] = {}
    for start in range(0, len(keys), CHUNK):
        part = {"keys": list(keys[start : start + CHUNK])}
        found.update((number, key) for number, key in connection.execute(words, part))
    return found


class _Sources:
    """The sources that were asked for so far: file, sheet, and the letters of their columns."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._table = store.schema.sources
        self._known: dict[int, tuple[int, str, str, dict[str, str]]] = {}

    def find(self, source: int, row: int, field: str) -> tuple[Origin, str]:
        """Where that row stands, and the column of ``field`` ("" where it is not known)."""
        if source not in self._known:
            columns = self._table.c
            words = select(columns.batch_id, columns.file, columns.sheet, columns.columns, columns.letters)
            batch, file, sheet, keys, letters = self._connection.execute(words.where(columns.id == source)).one()
            names, places = (msgspec.json.decode(text or "[]", type=list[str]) for text in (keys, letters))
            self._known[source] = (batch, file, sheet, dict(zip(names, places, strict=False)))
        batch, file, sheet, cells = self._known[source]
        return Origin(batch, file, sheet, row), cells.get(field, "")
