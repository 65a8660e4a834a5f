"""The book of reports made: each with what it was made from, packed, so that it can be printed again as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, insert, select

from cmkit.base.clock import stamp
from cmkit.store.connection import Store


class MadeFile(msgspec.Struct, frozen=True):
    """One file of a report."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Made:
    """One report as it was made. ``batches`` are the imports that stood at the time: ``1-7 9``."""

    report: str
    who: str
    period: str
    on_day: str
    title: str
    folder: str
    batches: str
    files: tuple[MadeFile, ...]
    context: bytes = b""
    id: int = 0
    at: str = ""
    by: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Standing:
    """One import that stands, with the sheets that it read."""

    id: int
    at: str
    kind: str
    label: str
    sources: tuple[tuple[str, str, str, str], ...]
    """File, sheet, table and digest of each."""


def keep_documents(store: Store, made: Sequence[Made], by: str) -> list[int]:
    """Write reports into the book, all in one transaction; their numbers.

    One with the same content, folder and day as before keeps its number: nothing new was made.
    """
    with store.writing() as connection:
        return [_keep(connection, store, one, by) for one in made]


def _keep(connection: Connection, store: Store, made: Made, by: str) -> int:
    documents, contexts = store.schema.documents, store.schema.contexts
    digest = hashlib.sha256(made.context).hexdigest()
    values = {name: getattr(made, name) for name in ("report", "who", "period", "on_day", "folder")}
    same = [documents.c[name] == value for name, value in values.items()]
    known = connection.execute(
        select(documents.c.id, documents.c.files).where(documents.c.digest == digest, *same)
    ).first()
    files = {one.name: one for one in made.files}
    if known is not None:
        before = {one.name: one for one in msgspec.json.decode(known.files, type=list[MadeFile])}
        told = _told({**before, **files})
        if told != known.files:
            connection.execute(documents.update().where(documents.c.id == known.id).values(files=told))
        return int(known.id)
    if connection.execute(select(contexts.c.digest).where(contexts.c.digest == digest)).first() is None:
        connection.execute(insert(contexts).values(digest=digest, data=made.context))
    values |= {"at": stamp(), "by": by, "title": made.title, "batches": made.batches}
    key = connection.execute(insert(documents).values(**values, digest=digest, files=_told(files))).inserted_primary_key
    return int(key[0]) if key is not None else 0


def _told(files: dict[str, MadeFile]) -> str:
    return msgspec.json.encode([files[name] for name in sorted(files)]).decode()


def documents_made(store: Store, *, limit: int = 50, folder: str | None = None) -> list[Made]:
    """The latest reports, newest first, or all of those in one folder; without what they were made from."""
    documents = store.schema.documents
    words = select(documents).order_by(documents.c.id.desc())
    words = words.limit(limit) if folder is None else words.where(documents.c.folder == folder)
    with store.reading() as connection:
        return [_made(dict(row)) for row in connection.execute(words).mappings()]


def document_made(store: Store, number: int) -> Made | None:
    """One report with what it was made from."""
    documents, contexts = store.schema.documents, store.schema.contexts
    words = select(documents, contexts.c.data).join(contexts, contexts.c.digest == documents.c.digest)
    with store.reading() as connection:
        row = connection.execute(words.where(documents.c.id == number)).mappings().first()
    return None if row is None else _made(dict(row))


def _made(row: dict[str, object]) -> Made:
    data = row.pop("data", b"")
    files = tuple(msgspec.json.decode(str(row.pop("files")), type=list[MadeFile]))
    context = data if isinstance(data, bytes) else b""
    return Made(files=files, context=context, **row)  # type: ignore[arg-type]


def standing(store: Store) -> list[Standing]:
    """The imports that have not been undone, oldest first."""
    batches, sources = store.schema.batches, store.schema.sources
    words = select(batches.c.id, batches.c.at, batches.c.kind, batches.c.label)
    parts = select(sources.c.batch_id, sources.c.file, sources.c.sheet, sources.c.tbl, sources.c.digest)
    with store.reading() as connection:
        found = connection.execute(words.where(batches.c.undone_at.is_(None)).order_by(batches.c.id)).all()
        read: dict[int, list[tuple[str, str, str, str]]] = {}
        for batch, *source in connection.execute(parts.order_by(sources.c.id)):
            read.setdefault(batch, []).append((source[0], source[1], source[2], source[3]))
    return [Standing(row.id, row.at, row.kind, row.label, tuple(read.get(row.id, ()))) for row in found]
