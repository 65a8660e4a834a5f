"""The book of deliveries in the store: the intent is committed before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import RowMapping, insert, select

from cmkit.base.clock import stamp
from cmkit.delivery.book import Entry, Key
from cmkit.delivery.message import Outcome, State
from cmkit.store.connection import Store

_KEY = ("target", "report", "who", "period")


@dataclass(frozen=True)
class DeliveryBook:
    """The deliveries of a workspace (see :class:`cmkit.delivery.book.Book`)."""

    store: Store

    def latest(self, key: Key) -> Entry | None:
        """The newest entry of a key."""
        found = self._select(self._is(key), limit=1)
        return found[0] if found else None

    def begin(self, key: Key, digest: str, by: str) -> int:
        """Commit the intent and give its number; an older failure or doubt of the key is marked as replaced."""
        table = self.store.schema.deliveries
        with self.store.writing() as connection:
            rows = connection.execute(select(table.c.attempt, table.c.state).where(*self._is(key))).all()
            connection.execute(
                table.update()
                .where(*self._is(key), table.c.state.in_(["failed", "uncertain"]))
                .values(state="replaced")
            )
            words = insert(table).values(
                **{name: getattr(key, name) for name in _KEY},
                digest=digest,
                state="sending",
                begun=stamp(),
                ended="",
                attempt=len(rows) + 1,
                note="",
                by=by,
            )
            made = connection.execute(words).inserted_primary_key
            return int(made[0]) if made is not None else 0

    def close(self, number: int, outcome: Outcome) -> None:
        """Commit what became of it."""
        table = self.store.schema.deliveries
        values = {"state": outcome.state, "ended": stamp(), "note": outcome.note}
        with self.store.writing() as connection:
            connection.execute(table.update().where(table.c.id == number).values(**values))

    def open_entries(self) -> Sequence[Entry]:
        """Entries that are being sent or have failed, oldest first."""
        table = self.store.schema.deliveries
        return self._select([table.c.state.in_(["sending", "failed"])], newest=False)

    def moments(self, target: str, since: str) -> Sequence[str]:
        """When messages went to a target since then."""
        table = self.store.schema.deliveries
        words = select(table.c.begun).where(table.c.target == target, table.c.begun >= since)
        with self.store.reading() as connection:
            return [str(begun) for (begun,) in connection.execute(words)]

    def listing(self, *, limit: int = 50, unsettled: bool = False) -> Sequence[Entry]:
        """The latest entries, newest first; with ``unsettled`` only those that somebody has to look at."""
        table = self.store.schema.deliveries
        asked = [table.c.state.in_(["sending", "failed", "uncertain"])] if unsettled else []
        return self._select(asked, limit=limit)

    def _is(self, key: Key) -> list[Any]:
        table = self.store.schema.deliveries
        return [table.c[name] == getattr(key, name) for name in _KEY]

    def _select(self, conditions: Sequence[Any], *, limit: int = 10_000, newest: bool = True) -> list[Entry]:
        table = self.store.schema.deliveries
        order = table.c.id.desc() if newest else table.c.id
        with self.store.reading() as connection:
            rows = connection.execute(select(table).where(*conditions).order_by(order).limit(limit)).mappings()
            return [_entry(row) for row in rows]


def _entry(row: RowMapping) -> Entry:
    key = Key(*(str(row[name]) for name in _KEY))
    return Entry(
        id=int(row["id"]),
        key=key,
        digest=str(row["digest"]),
        state=cast("State", row["state"]),
        begun=str(row["begun"]),
        ended=str(row["ended"]),
        attempt=int(row["attempt"]),
        note=str(row["note"]),
        by=str(row["by"]),
    )
