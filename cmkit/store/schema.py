"""The store's tables, made from the pack's table specs.

Each fact ``clients`` has three: ``clients`` (the present state, one row a business key), ``clients_claims`` (what each
import said of a record, never changed) and, where the spec has measures, ``clients_by_day`` (measures by as-of date).
The present state is always the fold of the claims of all batches that have not been undone. An index by month and
owner holds every column that figures are made of, so that the database adds up without reading the records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    func,
    literal_column,
)

from cmkit.base.money import to_store
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.specs import TableSpec

SCHEMA_VERSION = "4"
_ADDED_UP = frozenset({Kind.CHOICE, Kind.FLAG, Kind.COUNT, Kind.MONEY, Kind.NUMBER, Kind.RATE})


@dataclass(frozen=True)
class FactTables:
    """The tables of one record type."""

    spec: TableSpec
    state: Table
    claims: Table
    by_day: Table | None
    defaults: Mapping[str, Stored]
    """Column to the encoded default that shows where nobody has said anything."""
    month: ColumnElement[str] | None = None
    """Year and month of a record's date as its index has them; None where the table has no such index."""
    index: Index | None = None


class FactSet(Mapping[str, FactTables]):
    """The tables of each record type, made when they are first looked at: most commands touch a few of them."""

    def __init__(self, metadata: MetaData, specs: Mapping[str, TableSpec]) -> None:
        self._metadata = metadata
        self._specs = specs
        self._made: dict[str, FactTables] = {}

    def __getitem__(self, name: str) -> FactTables:
        if name not in self._made:
            self._made[name] = _fact_tables(self._metadata, self._specs[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)

    def __contains__(self, name: object) -> bool:
        return name in self._specs


@dataclass(frozen=True)
class Schema:
    """Every table of a store."""

    metadata: MetaData
    facts: Mapping[str, FactTables]
    meta: Table
    batches: Table
    sources: Table
    runs: Table
    seen: Table
    register: Table
    documents: Table
    contexts: Table
    deliveries: Table
    digest: str


def _column(name: str, kind: Kind) -> Column[object]:
    return Column(name, BigInteger if kind.whole else Text, nullable=True)


def _fact_tables(metadata: MetaData, spec: TableSpec) -> FactTables:
    state = Table(
        spec.table,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("key", Text, nullable=False, unique=True),
        Column("source_id", Integer, nullable=False),
        Column("source_row", Integer, nullable=False),
        *[_column(f"c_{name}", kind) for name, kind in spec.kinds().items()],
    )
    if "client_id" in spec.columns and spec.table != "clients":
        Index(f"ix_{spec.table}_client", state.c.c_client_id)
    claims = Table(
        f"{spec.table}_claims",
        metadata,
        Column("record_id", Integer, primary_key=True),
        Column("source_id", Integer, primary_key=True),
        Column("source_row", Integer, primary_key=True),
        Column("data", Text, nullable=False),
        sqlite_with_rowid=False,
    )
    Index(f"ix_{spec.table}_claims_source", claims.c.source_id)
    by_day = None
    if spec.measures():
        by_day = Table(
            f"{spec.table}_by_day",
            metadata,
            Column("record_id", Integer, primary_key=True),
            Column("as_of", String(10), primary_key=True),
            Column("source_id", Integer, nullable=False),
            Column("source_row", Integer, nullable=False),
            *[_column(f"c_{name}", spec.columns[name].kind) for name in spec.measures()],
            sqlite_with_rowid=False,
        )
    month, index = _month_index(spec, state)
    return FactTables(spec, state, claims, by_day, _defaults(spec), month, index)


def _month_index(spec: TableSpec, state: Table) -> tuple[ColumnElement[str] | None, Index | None]:
    """What sums by owner and month read instead of the records: everything that is counted, added or filtered by.

    Ordered by month first, so that an import writes at one end of it and a report reads one stretch of it. Tables with
    measures have none: their figures come from the measures by day.
    """
    columns = _added_up(spec)
    if not columns:
        return None, None
    # Spelled out in the statement: the database knows the index again by these very words.
    month = func.substr(state.c[f"c_{spec.date}"], literal_column("1"), literal_column("7"))
    return month, Index(_index_name(spec), month, *[state.c[f"c_{key}"] for key in columns])


def _added_up(spec: TableSpec) -> list[str]:
    """The columns of the index; none for a table that has no such index."""
    if spec.measures() or spec.owner not in spec.columns or spec.date not in spec.columns:
        return []
    first = dict.fromkeys((spec.owner, spec.date, *(key for key in ("client_id",) if key in spec.columns)))
    rest = [key for key, column in spec.columns.items() if column.kind in _ADDED_UP and key not in first]
    return [*first, *rest]


def _index_name(spec: TableSpec) -> str:
    """Named after its columns, so that a store notices when a pack counts something new."""
    columns = _added_up(spec)
    mark = hashlib.sha256(" ".join(columns).encode()).hexdigest()[:8]
    return f"ix_{spec.table}_month_{mark}" if columns else ""


def _defaults(spec: TableSpec) -> dict[str, Stored]:
    """Text and choices as they are; numbers and flags in the store's form. A measure that nobody told is unknown."""
    found: dict[str, Stored] = {}
    for key, column in spec.columns.items():
        if column.default and key not in spec.key and not column.measure:
            kind = column.kind
            scaled = to_store(Decimal(column.default)) if kind.scaled else column.default
            found[key] = int(column.default in {"1", "是", "true"}) if kind is Kind.FLAG else scaled
    return found


def build_schema(specs: Mapping[str, TableSpec]) -> Schema:
    """The tables that ``specs`` call for, and the store's own."""
    metadata = MetaData()
    meta = Table("cmkit_meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
    batches, sources = _taken_in(metadata)
    runs, seen = _runs(metadata)
    register = _register(metadata)
    documents, contexts = _made(metadata)
    deliveries = _deliveries(metadata)
    shape = {
        name: [f"{key}:{kind}" for key, kind in spec.kinds().items()] + ["|", *spec.measures()]
        for name, spec in specs.items()
    }
    indexes = [_index_name(spec) for spec in specs.values()]
    digest = hashlib.sha256(SCHEMA_VERSION.encode() + msgspec.json.encode([shape, indexes])).hexdigest()
    return Schema(
        metadata,
        FactSet(metadata, specs),
        meta,
        batches,
        sources,
        runs,
        seen,
        register,
        documents,
        contexts,
        deliveries,
        digest,
    )


def _taken_in(metadata: MetaData) -> tuple[Table, Table]:
    """What was brought in: a batch, and under it each sheet with what became of its rows."""
    batches = Table(
        "cmkit_batches",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("at", Text, nullable=False),
        Column("who", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("label", Text, nullable=False),
        Column("undone_at", Text),
        Column("undone_by", Text),
        sqlite_autoincrement=True,
    )
    sources = Table(
        "cmkit_sources",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("batch_id", Integer, nullable=False, index=True),
        Column("file", Text, nullable=False),
        Column("sheet", Text, nullable=False),
        Column("tbl", Text, nullable=False),
        Column("columns", Text, nullable=False),
        Column("header_rows", Text, nullable=False),
        Column("digest", Text, nullable=False, index=True),
        Column("as_of", String(10), nullable=False),
        Column("policy", Text, nullable=False),
        Column("blank", Text, nullable=False),
        Column("letters", Text),
        *[
            Column(name, Integer, nullable=False, default=0)
            for name in ("created", "updated", "unchanged", "kept", "rejected", "skipped")
        ],
        sqlite_autoincrement=True,
    )
    return batches, sources


def _runs(metadata: MetaData) -> tuple[Table, Table]:
    """The ledger of runs, and the findings that have been told."""
    runs = Table(
        "cmkit_runs",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("job", Text, nullable=False),
        Column("period", Text, nullable=False),
        Column("due_on", String(10), nullable=False),
        Column("started", Text, nullable=False),
        Column("ended", Text),
        Column("exit_code", Integer),
        Column("outputs", Text, nullable=False, default="[]"),
        Column("said", Text, nullable=False, default=""),
    )
    Index("ix_cmkit_runs_job", runs.c.job, runs.c.due_on)
    seen = Table(
        "cmkit_seen", metadata, Column("fingerprint", Text, primary_key=True), Column("since", Text, nullable=False)
    )
    return runs, seen


def _register(metadata: MetaData) -> Table:
    """Which branch has sent which form for which period."""
    return Table(
        "cmkit_register",
        metadata,
        Column("form", Text, primary_key=True),
        Column("period", Text, primary_key=True),
        Column("branch", Text, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("state", Text, nullable=False),
        Column("due", String(10), nullable=False),
        Column("received_at", Text, nullable=False, default=""),
        Column("digest", Text, nullable=False, default=""),
        Column("batch_id", Integer),
        Column("problems", Integer, nullable=False, default=0),
        Column("note", Text, nullable=False, default=""),
    )


def _made(metadata: MetaData) -> tuple[Table, Table]:
    """The book of reports made, and what they were made from, once each however often it was printed."""
    documents = Table(
        "cmkit_documents",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("at", Text, nullable=False),
        Column("by", Text, nullable=False),
        *[Column(name, Text, nullable=False) for name in ("report", "who", "period")],
        Column("on_day", String(10), nullable=False),
        *[Column(name, Text, nullable=False) for name in ("title", "folder", "batches", "files")],
        Column("digest", String(64), nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    contexts = Table(
        "cmkit_contexts",
        metadata,
        Column("digest", String(64), primary_key=True),
        Column("data", LargeBinary, nullable=False),
    )
    return documents, contexts


def _deliveries(metadata: MetaData) -> Table:
    """What was sent to whom; the row is there before anything leaves."""
    deliveries = Table(
        "cmkit_deliveries",
        metadata,
        Column("id", Integer, primary_key=True),
        *[
            Column(name, Text, nullable=False)
            for name in ("target", "report", "who", "period", "digest", "state", "begun")
        ],
        Column("ended", Text, nullable=False, default=""),
        Column("attempt", Integer, nullable=False, default=1),
        Column("note", Text, nullable=False, default=""),
        Column("by", Text, nullable=False, default=""),
        sqlite_autoincrement=True,
    )
    Index("ix_cmkit_deliveries_key", deliveries.c.target, deliveries.c.period, deliveries.c.report)
    return deliveries
