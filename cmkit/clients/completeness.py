"""How sound the client file is: archives complete, stale, owners missing or doubled, clients twice in it.

These are the facts behind the checks K1 and K2 (档案完整、更新、一户一人).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmkit.base.money import rounded_percent
from cmkit.facts.records import Client
from cmkit.facts.specs import Pack, TableSpec

LOST = "流失"


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many clients' archives have every column that the pack asks for."""

    clients: int
    filled: int
    wanted: int
    complete: int
    """Clients with nothing missing."""
    missing: Mapping[str, tuple[str, ...]]
    """Column key to the clients that lack it; columns without a gap are left out."""

    @property
    def rate(self) -> Decimal | None:
        """档案完整率: clients with nothing missing of all clients, in percent; None without clients."""
        return rounded_percent(self.complete, self.clients)


def required_columns(spec: TableSpec) -> tuple[str, ...]:
    """The columns that the pack requires, in its order."""
    return tuple(key for key, column in spec.columns.items() if column.required)


def archive_columns(pack: Pack) -> tuple[str, ...]:
    """The columns that make an archive complete: those the pack names, else the required ones."""
    spec = pack.tables.get("clients", TableSpec(table="clients"))
    return pack.info.archive or required_columns(spec)


def archived(clients: Iterable[Client], pack: Pack) -> list[Client]:
    """The clients whose archive counts: those in the states the pack names, else all that are not lost."""
    states = pack.info.archive_status
    return [client for client in clients if (client.status in states if states else client.status != LOST)]


def missing_columns(client: Client, columns: Iterable[str]) -> tuple[str, ...]:
    """Which of ``columns`` are blank; a nought and a no are values."""
    return tuple(column for column in columns if client.get(column) in (None, "", ()))


def completeness(clients: Sequence[Client], columns: Sequence[str]) -> Completeness:
    """Archive completeness over ``columns`` (see :func:`archive_columns`)."""
    missing: dict[str, list[str]] = {column: [] for column in columns}
    complete = 0
    for client in clients:
        blank = missing_columns(client, columns)
        complete += not blank
        for column in blank:
            missing[column].append(client.client_id)
    wanted = len(clients) * len(columns)
    gaps = {column: tuple(ids) for column, ids in missing.items() if ids}
    return Completeness(len(clients), wanted - sum(map(len, gaps.values())), wanted, complete, gaps)


def stale(clients: Iterable[Client], on: date, days: int) -> list[tuple[str, int]]:
    """Clients whose archive nobody has touched for more than ``days``, and for how many, the longest first.

    A client without any date at all is not told here: the date itself is missing.
    """
    found = []
    for client in clients:
        touched = client.updated_on or client.created_on
        if touched is not None and (on - touched).days > days:
            found.append((client.client_id, (on - touched).days))
    return sorted(found, key=lambda item: (-item[1], item[0]))


def without_owner(clients: Iterable[Client], staff_ids: Collection[str] | None = None) -> list[str]:
    """Clients whose owner is blank or, where ``staff_ids`` are given, nobody of the staff."""
    unknown = [
        c.client_id for c in clients if not c.owner_id or (staff_ids is not None and c.owner_id not in staff_ids)
    ]
    return sorted(unknown)
