"""The store as it is at one moment, copied in one short reading, so that no import waits while reports are composed."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

from cmkit.store.connection import Store

IN_MEMORY = 256 * 2**20
"""Bytes; a larger store is copied into a private file beside it."""


@contextlib.contextmanager
def copied(store: Store) -> Iterator[Store]:
    """One state of the data, whatever is imported meanwhile; what is written to it is lost."""
    if store.engine.dialect.name != "sqlite":
        with store.reading() as connection:
            yield replace(store, pinned=connection)
        return
    with _file(store) as path:
        copy = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        with store.reading() as connection:
            source = connection.connection.driver_connection
            if not isinstance(source, sqlite3.Connection):
                raise TypeError(type(source).__name__)
            source.backup(copy, pages=-1)
        engine = create_engine("sqlite+pysqlite://", creator=lambda: copy, poolclass=StaticPool)

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA temp_store=MEMORY")

        try:
            yield replace(store, engine=engine)
        finally:
            engine.dispose()
            copy.close()


@contextlib.contextmanager
def _file(store: Store) -> Iterator[str]:
    path = Path(store.path)
    if not path.exists() or path.stat().st_size <= IN_MEMORY:
        yield ":memory:"
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.{os.getpid()}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    try:
        yield name
    finally:
        Path(name).unlink(missing_ok=True)
