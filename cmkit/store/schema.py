"""The store's tables, made from the pack's table specs.

Each fact ``clients`` has three: ``clients`` (the present state, one row a business key), ``clients_claims`` (what each
import said of a record, never changed) and, where the spec has measures, ``clients_by_day`` (measures by as-of date).
The present state is always the fold of the claims of all batches that have not been undone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from cmkit.base.money import to_store
from cmkit.facts.kinds import Kind, Stored
from cmkit.facts.specs import TableSpec

SCHEMA_VERSION = "1"


@dataclass(frozen=True)
class FactTables:
    """The tables of one record type."""

    spec: TableSpec
    state: Table
    claims: Table
    by_day: Table | None
    defaults: Mapping[str, Stored]
    """Column to the encoded default that shows where nobody has said anything."""


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
    if spec.owner in spec.columns and spec.date in spec.columns:
        Index(f"ix_{spec.table}_owner_date", state.c[f"c_{spec.owner}"], state.c[f"c_{spec.date}"])
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
    return FactTables(spec, state, claims, by_day, _defaults(spec))


def _defaults(spec: TableSpec) -> dict[str, Stored]:
    """Text and choices as they are; numbers and flags in the store's form."""
    found: dict[str, Stored] = {}
    for key, column in spec.columns.items():
        if column.default and key not in spec.key:
            kind = column.kind
            scaled = to_store(Decimal(column.default)) if kind.scaled else column.default
            found[key] = int(column.default in {"1", "是", "true"}) if kind is Kind.FLAG else scaled
    return found


def build_schema(specs: Mapping[str, TableSpec]) -> Schema:
    """The tables that ``specs`` call for, and the store's own."""
    metadata = MetaData()
    meta = Table("cmkit_meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
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
        *[
            Column(name, Integer, nullable=False, default=0)
            for name in ("created", "updated", "unchanged", "kept", "rejected", "skipped")
        ],
        sqlite_autoincrement=True,
    )
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
    register = Table(
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
    facts = {name: _fact_tables(metadata, spec) for name, spec in specs.items()}
    shape = {
        name: [f"{key}:{kind}" for key, kind in spec.kinds().items()] + ["|", *spec.measures()]
        for name, spec in specs.items()
    }
    digest = hashlib.sha256(SCHEMA_VERSION.encode() + msgspec.json.encode(shape)).hexdigest()
    return Schema(metadata, facts, meta, batches, sources, runs, seen, register, digest)
