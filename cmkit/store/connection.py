"""Opening a store: SQLite by default, with everything that keeps it whole when several programs write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.schema import CreateColumn, CreateIndex

from cmkit.base.faults import DiskFault, Fault, StoreFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.facts.specs import TableSpec
from cmkit.store.schema import Schema, build_schema

BUSY_SECONDS = 30
# WAL is not the default: versions in common use still carry a WAL-reset race, and WAL does not work on a network share.
_PRAGMAS = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


@dataclass(frozen=True)
class Store:
    """An open store. ``path`` is what messages call it."""

    engine: Engine
    schema: Schema
    path: str
    pinned: Connection | None = None
    """A connection in which every reading sees one state of the data, where such a one is held open."""

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the data and changes nothing."""
        if self.pinned is not None:
            yield self.pinned
            return
        with self._translated(), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextlib.contextmanager
    def writing(self, *, dry: bool = False) -> Iterator[Connection]:
        """One transaction that takes the write lock at once; rolled back on any error, and always when ``dry``."""
        with self._translated(), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            if dry:
                connection.rollback()
            else:
                connection.commit()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise store_fault(error, self.path) from error

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def store_fault(error: DBAPIError, path: str) -> Fault:
    """The fault that stands for a database error."""
    text = str(error.orig)
    place = Place(file=path)
    if "disk is full" in text or "disk I/O" in text:
        return DiskFault(
            _("数据库写不下去：{text}").format(text=text), hint=_("请检查磁盘空间后重试，数据未改变"), place=place
        )
    if "locked" in text:
        return StoreFault(_("数据库一直被占用"), hint=_("请稍后再试"), place=place)
    if isinstance(error, OperationalError | DatabaseError):
        return StoreFault(
            _("数据库不能用：{text}").format(text=text), hint=_("请检查路径与权限，或从备份恢复"), place=place
        )
    return StoreFault(text, place=place)


def open_store(path: Path, specs: Mapping[str, TableSpec]) -> Store:
    """The SQLite store at ``path``, made (0600) when missing, with tables for ``specs`` and columns added where new.

    Raises StoreFault when it cannot be opened.
    """
    _create_private(path)
    engine = create_engine(f"sqlite+pysqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # SQLAlchemy must not begin transactions by itself: every one of ours says what kind it is.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    store = Store(engine, build_schema(specs), str(path))
    grow(store)
    return store


def _create_private(path: Path) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreFault(
            _("不能建立数据库：{text}").format(text=error.strerror or str(error)),
            hint=_("请检查文件夹是否存在、是否可写"),
            place=Place(file=str(path)),
        ) from error


def grow(store: Store) -> list[str]:
    """Create what is missing; tables and columns are only ever added. Returns what was added."""
    schema = store.schema
    with store.reading() as connection:
        known = inspect(connection).has_table("cmkit_meta")
        if known:
            row = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == "schema")).scalar()
            if row == schema.digest:
                return []
    added: list[str] = []
    with store.writing() as connection:
        inspector = inspect(connection)
        existing = set(inspector.get_table_names())
        list(schema.facts.values())  # made when looked at: here all of them are wanted
        for table in schema.metadata.sorted_tables:
            if table.name not in existing:
                table.create(connection)
                added.append(table.name)
                continue
            have = {column["name"] for column in inspector.get_columns(table.name)}
            for column in table.columns:
                if column.name not in have:
                    words = CreateColumn(column).compile(dialect=connection.dialect)
                    connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {words}')
                    added.append(f"{table.name}.{column.name}")
        _index(connection, schema)
        _remember(connection, schema, "schema", schema.digest)
    return added


def _index(connection: Connection, schema: Schema) -> None:
    """Make the indexes that sums are read from; one that has other columns now, or an older kind, goes."""
    words = select(schema.meta.c.name, schema.meta.c.value)
    known = {name: value for name, value in connection.execute(words)}  # noqa: C416 - rows are not pairs to dict()
    for name, tables in schema.facts.items():
        wanted = str(tables.index.name) if tables.index is not None else ""
        before = known.get(f"index:{name}", f"ix_{name}_owner_date")
        if before and before != wanted:
            connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{before}"')
        if tables.index is not None:
            connection.execute(CreateIndex(tables.index, if_not_exists=True))
        _remember(connection, schema, f"index:{name}", wanted)


def _remember(connection: Connection, schema: Schema, name: str, value: str) -> None:
    connection.execute(schema.meta.delete().where(schema.meta.c.name == name))
    connection.execute(schema.meta.insert().values(name=name, value=value))
