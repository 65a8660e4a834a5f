"""Clients that may be one person: the same identity number, or the same phone and name, under two keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from cmkit.facts.intake import Block
from cmkit.facts.kinds import Stored
from cmkit.facts.records import Origin
from cmkit.store.connection import Store
from cmkit.store.schema import FactTables, Schema

MARKS = (("id_no",), ("phone", "name"))
SHOWN = ("name", "kind", "id_no", "phone", "owner_id", "org_id")
"""What tells two clients apart, or shows that they are one."""
_MOST = 200
_ASKED = 10_000
"""With more marks to look for, all clients are compared with each other."""


@dataclass(slots=True)
class Suspects:
    """Whom to compare with the other clients: nobody, those with certain marks, or everybody."""

    everybody: bool = False
    marks: dict[tuple[str, ...], set[Any]] = field(default_factory=dict)
    """Columns of MARKS to what several clients of the run have in them (a text, or one for each column)."""

    def __bool__(self) -> bool:
        return self.everybody or any(self.marks.values())

    def add(self, other: Suspects) -> None:
        """Those of ``other`` too."""
        self.everybody = self.everybody or other.everybody
        for names, values in other.marks.items():
            self.marks.setdefault(names, set()).update(values)


class Marks:
    """What marks the clients of one run out (identity number; phone and name), to see at once whether any repeats."""

    def __init__(self) -> None:
        self.last = 0
        """The number of the last client that the run knows of: any other number means that somebody brought more."""
        self.seen: dict[tuple[str, ...], set[int]] = {names: set() for names in MARKS}

    def repeated(self, columns: Sequence[str], block: Block) -> Suspects:
        """The marks of new clients that another of the run has; some may merely look alike."""
        found = Suspects()
        if not block.keys:  # every row was refused: there are no columns either
            return found
        for names, seen in self.seen.items():
            if not set(names) <= set(columns):
                continue
            parts = [block.columns[columns.index(name)] for name in names]
            marks: list[Any] = list(parts[0] if len(parts) == 1 else zip(*parts, strict=True))
            if any(None in part for part in parts):
                marks = [mark for mark, *told in zip(marks, *parts, strict=True) if None not in told]
            hashes = list(map(hash, marks))
            fresh = set(hashes)
            if len(fresh) < len(hashes) or not seen.isdisjoint(fresh):
                often = Counter(hashes)
                found.marks[names] = {
                    mark for mark, code in zip(marks, hashes, strict=True) if often[code] > 1 or code in seen
                }
            seen.update(fresh)
        return found


@dataclass(frozen=True)
class Twin:
    """Two records that share ``columns``; ``mine`` came in with the batches that were asked about."""

    key: str
    mine: Origin
    other: str
    theirs: Origin
    columns: tuple[str, ...]
    values: tuple[Mapping[str, Stored], Mapping[str, Stored]] = ({}, {})
    """What both say in the columns of SHOWN."""


def twins(store: Store, batches: Sequence[int], suspects: Suspects) -> list[Twin]:
    """The pairs of ``suspects`` and others of which one was last changed by ``batches``; each pair once, at most 200."""
    with store.reading() as connection:
        return twins_in(connection, store.schema, batches, suspects)


def twins_in(connection: Connection, schema: Schema, batches: Sequence[int], suspects: Suspects) -> list[Twin]:
    """The same within a transaction."""
    tables = schema.facts.get("clients")
    if tables is None or not batches or not suspects:
        return []
    found: dict[tuple[str, str], Twin] = {}
    for columns in MARKS:
        if all(name in tables.spec.columns for name in columns):
            for one in _sharing(connection, schema, tables, batches, columns, suspects):
                found.setdefault((min(one.key, one.other), max(one.key, one.other)), one)
    return list(found.values())[:_MOST]


def _sharing(
    connection: Connection,
    schema: Schema,
    tables: FactTables,
    batches: Sequence[int],
    columns: Sequence[str],
    suspects: Suspects,
) -> list[Twin]:
    state, sources = tables.state, schema.sources
    wanted = suspects.marks.get(tuple(columns), set())
    if not suspects.everybody and not wanted:
        return []
    marks = [state.c[f"c_{name}"] for name in columns]
    shown = [name for name in SHOWN if name in tables.spec.columns]
    words = (
        select(
            *marks,
            state.c.key,
            sources.c.batch_id,
            sources.c.file,
            sources.c.sheet,
            state.c.source_row,
            *[state.c[f"c_{name}"].label(f"s_{name}") for name in shown],
        )
        .join(sources, sources.c.id == state.c.source_id)
        .order_by(*marks, state.c.id)
    )
    some: dict[str, list[Any]] = {}
    if suspects.everybody or len(wanted) > _ASKED:
        several = select(*marks).where(*[mark.is_not(None) for mark in marks])
        double = several.group_by(*marks).having(func.count() > 1).subquery()
        words = words.join(double, and_(*[mark == double.c[mark.name] for mark in marks]))
    else:
        some["some"] = sorted({mark if len(marks) == 1 else mark[0] for mark in wanted})
        words = words.where(marks[0].in_(bindparam("some", expanding=True)), *[mark.is_not(None) for mark in marks[1:]])
    groups: dict[tuple[object, ...], list[tuple[str, Origin, dict[str, Stored]]]] = {}
    first = len(marks)
    for row in connection.execute(words, some):
        said = dict(zip(shown, row[first + 5 :], strict=True))
        groups.setdefault(tuple(row[:first]), []).append((row[first], Origin(*row[first + 1 : first + 5]), said))
    mine = set(batches)
    found = []
    for group in groups.values():
        for key, origin, said in group:
            other = next((one for one in group if one[0] != key and one[1].batch not in mine), None) or group[0]
            if origin.batch in mine and other[0] != key:
                found.append(Twin(key, origin, other[0], other[1], tuple(columns), (said, other[2])))
    return found
