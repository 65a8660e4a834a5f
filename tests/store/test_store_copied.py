"""One state of the data for many reports, and the book of reports made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from cmkit.facts.kinds import Kind
from cmkit.facts.records import Client
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.store import (
    Made,
    MadeFile,
    Store,
    copied,
    document_made,
    documents_made,
    keep_documents,
    load,
    open_store,
)

CLIENTS = TableSpec(
    table="clients",
    columns={key: ColumnSpec(key=key, zh=key, en=key, kind=kind) for key, kind in (("client_id", Kind.CODE), ("name", Kind.TEXT))},
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "cmkit.db", {"clients": CLIENTS})
    add(found, "C1")
    yield found
    found.close()


def add(store: Store, client: str) -> None:
    with store.writing() as connection:
        connection.execute(
            text("INSERT INTO clients (key, source_id, source_row, c_client_id, c_name) VALUES (:one, 1, 1, :one, '甲')"),
            {"one": client},
        )  # fmt: skip


def names(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row[0] for row in connection.execute(text("SELECT key FROM clients ORDER BY key"))]


@pytest.mark.parametrize("most", [2**30, 0])
def test_a_copy_stays_as_it_was_while_others_write(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """In memory, or (a big store) in a private file beside it that is gone afterwards. Nobody waits for the reader."""
    monkeypatch.setattr("cmkit.store.snapshot.IN_MEMORY", most)
    before = {path.name for path in tmp_path.iterdir()}
    with copied(store) as still:
        add(store, "C2")
        assert names(still) == ["C1"]
        assert names(store) == ["C1", "C2"]
        assert load(still, Client) == []  # its source is unknown here; what counts is that it can be asked
        for path in tmp_path.iterdir():
            assert path.stat().st_mode & 0o077 == 0
    assert {path.name for path in tmp_path.iterdir()} == before
    assert names(store) == ["C1", "C2"]


def made(**more: object) -> Made:
    plain: dict[str, object] = {"report": "monthly", "who": "E1", "period": "2026-10", "on_day": "2026-10-30"}
    plain |= {"title": "题", "folder": "out/2026-10", "batches": "1-3", "context": b"abc"}
    plain["files"] = (MadeFile("a.md", "00", 3),)
    return Made(**{**plain, **more})  # type: ignore[arg-type]


def test_a_report_is_kept_once_and_its_content_once(store: Store) -> None:
    """The same again keeps its number; another day is another report of the same content; another content another."""
    first, again, later = keep_documents(store, [made(), made(), made(on_day="2026-10-31")], "甲")
    assert first == again
    assert later == first + 1
    (other,) = keep_documents(store, [made(context=b"abd")], "乙")
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM cmkit_contexts")).scalar() == 2
    found = document_made(store, other)
    assert found is not None
    assert (found.context, found.by, found.batches) == (b"abd", "乙", "1-3")
    assert document_made(store, 99) is None


def test_another_format_of_the_same_report_joins_its_entry(store: Store) -> None:
    (number,) = keep_documents(store, [made()], "甲")
    assert keep_documents(store, [made(files=(MadeFile("a.xlsx", "11", 4),))], "甲") == [number]
    (entry,) = documents_made(store)
    assert [file.name for file in entry.files] == ["a.md", "a.xlsx"]
    assert documents_made(store, folder="elsewhere") == []
    assert [one.id for one in documents_made(store, folder="out/2026-10")] == [number]
