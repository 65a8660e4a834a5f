"""Facts out of the store, and the few look-ups that an import needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, null, select

from cmkit.facts.kinds import Stored, Value, decode_all
from cmkit.facts.query import Filter
from cmkit.facts.records import RECORDS, Fact, Origin, core_kinds
from cmkit.store.connection import Store
from cmkit.store.filters import Words, condition
from cmkit.store.fold import CHUNK
from cmkit.store.schema import FactTables

F = TypeVar("F", bound=Fact)
_PART = 5_000


def _narrowed(words: Words, tables: FactTables, where: Sequence[Filter], span: tuple[date, date] | None) -> Words:
    for part in where:
        words = words.where(*condition(tables, part))
    if span and tables.spec.date:
        column = tables.state.c[f"c_{tables.spec.date}"]
        words = words.where(column >= span[0].isoformat(), column <= span[1].isoformat())
    return words


def load(
    store: Store,
    fact: type[F],
    *,
    where: Sequence[Filter] = (),
    span: tuple[date, date] | None = None,
    key: str | None = None,
) -> list[F]:
    """The records of a type in the order of their keys, or the one that ``key`` names.

    ``span`` narrows by the type's date, both ends included. Columns that the fact does not declare are in ``more``. A type that the pack has no table for gives none.
    """
    tables = store.schema.facts.get(fact.table)
    if tables is None:
        return []
    state, sources = tables.state, store.schema.sources
    kinds = tables.spec.kinds()
    core = core_kinds(fact)
    names = [name for name in kinds if name in core]
    extra = [name for name in kinds if name not in core]
    words = select(
        *[state.c[f"c_{name}"] for name in (*names, *extra)],
        sources.c.batch_id,
        sources.c.file,
        sources.c.sheet,
        state.c.source_row,
    ).join(sources, sources.c.id == state.c.source_id)
    words = _narrowed(words, tables, where, span).order_by(state.c.key)
    if key is not None:
        words = words.where(state.c.key == key)
    found: list[F] = []
    with store.reading() as connection:
        for part in connection.execute(words).partitions(_PART):
            columns = list(zip(*part, strict=True))
            origins = map(Origin, *columns[-4:])
            decoded = map(decode_all, map(kinds.__getitem__, (*names, *extra)), columns)
            found.extend(_facts(fact, names, extra, list(decoded), origins))
    return found


def _facts(
    fact: type[F], names: Sequence[str], extra: Sequence[str], columns: Sequence[list[Value]], origins: Iterable[Origin]
) -> Iterator[F]:
    """Records out of their columns: those that the type declares, then those that go to ``more``."""
    own, others = columns[: len(names)], columns[len(names) :]
    mores = (
        (dict(zip(extra, cells, strict=True)) for cells in zip(*others, strict=True))
        if others
        else ({} for _cells in columns[0])
    )
    for cells, more, origin in zip(zip(*own, strict=True), mores, origins, strict=False):
        values: dict[str, Any] = dict(zip(names, cells, strict=True))
        yield fact(**values, more=more, origin=origin)


def stored_rows(
    store: Store, table: str, *, where: Sequence[Filter] = (), span: tuple[date, date] | None = None
) -> Iterator[tuple[str, dict[str, Stored], Origin]]:
    """Key, stored values and origin of each record, for exports."""
    tables = store.schema.facts[table]
    state, sources = tables.state, store.schema.sources
    names = list(tables.spec.columns)
    words = select(
        state.c.key,
        *[state.c[f"c_{name}"] for name in names],
        sources.c.batch_id,
        sources.c.file,
        sources.c.sheet,
        state.c.source_row,
    ).join(sources, sources.c.id == state.c.source_id)
    with store.reading() as connection:
        for row in connection.execute(_narrowed(words, tables, where, span).order_by(state.c.key)):
            yield row[0], dict(zip(names, row[1:], strict=False)), Origin(*row[-4:])


def stored_record(store: Store, table: str, key: str) -> dict[str, Stored]:
    """The stored values of one record; empty where there is none."""
    tables = store.schema.facts[table]
    names = list(tables.spec.columns)
    words = select(*[tables.state.c[f"c_{name}"] for name in names]).where(tables.state.c.key == key)
    with store.reading() as connection:
        row = connection.execute(words).first()
    return dict(zip(names, row, strict=True)) if row else {}


def count(store: Store, table: str) -> int:
    """How many records of a type there are."""
    tables = store.schema.facts.get(table)
    if tables is None:
        return 0
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.state)).scalar_one())


def origin_of(store: Store, table: str, key: str) -> Origin | None:
    """Where the present state of a record was read."""
    tables = store.schema.facts[table]
    sources = store.schema.sources
    words = (
        select(sources.c.batch_id, sources.c.file, sources.c.sheet, tables.state.c.source_row)
        .join(sources, sources.c.id == tables.state.c.source_id)
        .where(tables.state.c.key == key)
    )
    with store.reading() as connection:
        row = connection.execute(words).first()
    return Origin(*row) if row else None


def origins_of(store: Store, table: str, keys: Sequence[str]) -> dict[str, Origin]:
    """Where the present state of each of ``keys`` was read; those that are not there are left out."""
    tables = store.schema.facts.get(table)
    if tables is None:
        return {}
    sources = store.schema.sources
    words = (
        select(tables.state.c.key, sources.c.batch_id, sources.c.file, sources.c.sheet, tables.state.c.source_row)
        .join(sources, sources.c.id == tables.state.c.source_id)
        .where(tables.state.c.key.in_(bindparam("keys", expanding=True)))
    )
    found: dict[str, Origin] = {}
    with store.reading() as connection:
        for start in range(0, len(keys), CHUNK):
            for key, *place in connection.execute(words, {"keys": list(keys[start : start + CHUNK])}):
                found[key] = Origin(*place)
    return found


class Lookup:
    """Finds the key that a cell means: by key, else by label. Read once a table."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, frozenset[str]] = {}
        self._labels: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def find(self, table: str, text: str) -> tuple[str, ...]:
        """The keys in ``table`` that ``text`` means; none where it is not known."""
        if table not in self._keys:
            self._read(table)
        if text in self._keys[table]:
            return (text,)
        return self._labels[table].get(text, ())

    def table(self, name: str) -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
        """The keys of a table, and its labels with the keys that they may mean."""
        if name not in self._keys:
            self._read(name)
        return self._keys[name], self._labels[name]

    def _read(self, table: str) -> None:
        fact = RECORDS.get(table)
        tables = self._store.schema.facts.get(table)
        keys: set[str] = set()
        labels: dict[str, list[str]] = {}
        if fact is not None and tables is not None:
            # A log or a planned visit has no name: it is found by its key alone.
            label = tables.state.c[f"c_{fact.label_field}"] if fact.label_field else null()
            with self._store.reading() as connection:
                for key, name in connection.execute(select(tables.state.c.key, label)):
                    keys.add(key)
                    if name:
                        labels.setdefault(name, []).append(key)
        self._keys[table] = frozenset(keys)
        self._labels[table] = {name: tuple(found) for name, found in labels.items()}
