"""The present state of a record is the fold of its claims, oldest batch first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, bindparam, delete, select

from cmkit.facts.kinds import Stored
from cmkit.store.schema import FactTables, Schema

CHUNK = 500
_decoder = msgspec.json.Decoder(list[str | int | None])


@dataclass(frozen=True, slots=True)
class Claim:
    """What one row of one source said of a record."""

    record_id: int
    source_id: int
    row: int
    columns: Sequence[str]
    values: Sequence[Stored]
    as_of: str
    policy: str
    blank: str


@dataclass(slots=True)
class State:
    """A record as its claims make it: values, where the last change came from, measures by day."""

    values: dict[str, Stored] = field(default_factory=dict)
    source_id: int = 0
    row: int = 0
    days: dict[str, tuple[int, int, dict[str, Stored]]] = field(default_factory=dict)


def fold(claims: Iterable[Claim], measures: frozenset[str]) -> State:
    """The state that ``claims`` (in the order they came) make. A measure's present value is its latest by as-of date.

    What is kept against a later claim is a value; of a measure, its value of that very day.
    """
    state = State()
    since: dict[str, str] = {}
    for claim in claims:
        before = dict(state.values)
        held = _held(state, claim)
        for column, value in zip(claim.columns, claim.values, strict=True):
            if value is None and claim.blank != "clear":
                continue
            if column in measures:
                if column in held:
                    continue
                if value is None:
                    _unsay(state, since, column, claim.as_of)
                elif since.get(column, "") <= claim.as_of:
                    since[column] = claim.as_of
                    state.values[column] = value
            elif claim.policy != "keep" or state.values.get(column) is None:
                state.values[column] = value
        _date(state, claim, measures.difference(held))
        if not state.source_id or state.values != before:
            state.source_id, state.row = claim.source_id, claim.row
    return state


def said_by(claims: Iterable[Claim], column: str, measures: frozenset[str], as_of: str = "") -> Claim | None:
    """The claim that :func:`fold` takes the value of ``column`` from; with ``as_of``, the measure's of that day."""
    found: Claim | None = None
    value: Stored = None
    days: dict[str, Claim] = {}
    for claim in claims:
        if column not in claim.columns:
            continue
        said = claim.values[claim.columns.index(column)]
        if said is None and claim.blank != "clear":
            continue
        if column in measures:
            if claim.policy == "keep" and claim.as_of in days:
                continue
            if said is None:
                days.pop(claim.as_of, None)
            else:
                days[claim.as_of] = claim
        elif (claim.policy != "keep" or value is None) and (found is None or said != value):
            found, value = claim, said
    return days.get(as_of or max(days, default="")) if column in measures else found


def _unsay(state: State, since: dict[str, str], column: str, as_of: str) -> None:
    """A blank that clears takes back a measure of its own day; the latest of the days left is the present value."""
    if as_of in state.days:
        state.days[as_of][2].pop(column, None)
        if not state.days[as_of][2]:
            del state.days[as_of]
    if since.get(column) == as_of:
        since[column] = max((day for day, (_source, _row, said) in state.days.items() if column in said), default="")
        state.values[column] = state.days[since[column]][2][column] if since[column] else None


def _held(state: State, claim: Claim) -> Collection[str]:
    """The measures of the claim's day that it may not alter."""
    day = state.days.get(claim.as_of) if claim.policy == "keep" else None
    return day[2].keys() if day is not None else ()


def _date(state: State, claim: Claim, measures: Collection[str]) -> None:
    """Put the measures that ``claim`` gives under its day."""
    pairs = zip(claim.columns, claim.values, strict=True)
    day = {column: value for column, value in pairs if column in measures and value is not None}
    if day:
        before = state.days.get(claim.as_of)
        state.days[claim.as_of] = (claim.source_id, claim.row, {**(before[2] if before else {}), **day})


def filled(tables: FactTables, column: str, value: Stored) -> Stored:
    """What a column shows: its value, else the pack's default. A default is never a claim: it yields to any value."""
    return tables.defaults.get(column) if value is None else value


def live_claims(
    connection: Connection, schema: Schema, tables: FactTables, records: Sequence[int]
) -> Iterator[tuple[int, list[Claim]]]:
    """Each record with its claims of batches that stand, oldest first; records without any are left out."""
    claims, sources, batches = tables.claims, schema.sources, schema.batches
    words = (
        select(
            claims.c.record_id,
            claims.c.source_id,
            claims.c.source_row,
            claims.c.data,
            sources.c.columns,
            sources.c.as_of,
            sources.c.policy,
            sources.c.blank,
        )
        .join(sources, sources.c.id == claims.c.source_id)
        .join(batches, batches.c.id == sources.c.batch_id)
        .where(batches.c.undone_at.is_(None), claims.c.record_id.in_(bindparam("ids", expanding=True)))
        .order_by(claims.c.record_id, claims.c.source_id, claims.c.source_row)
    )
    columns: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(records), CHUNK):
        found: dict[int, list[Claim]] = {}
        for row in connection.execute(words, {"ids": list(records[start : start + CHUNK])}):
            record_id, source_id, source_row, data, names, as_of, policy, blank = row
            if names not in columns:
                columns[names] = tuple(msgspec.json.decode(names, type=list[str]))
            found.setdefault(record_id, []).append(
                Claim(record_id, source_id, source_row, columns[names], _decoder.decode(data), as_of, policy, blank)
            )
        yield from found.items()


def rewrite(connection: Connection, schema: Schema, tables: FactTables, records: Sequence[int]) -> set[int]:
    """Make the stored state of ``records`` what their claims say. Returns those that no claim holds any more.

    The rows of these are left as they are: whether they may go is for the caller to say.
    """
    if not records:
        return set()
    measures = frozenset(tables.spec.measures())
    update = (
        tables.state.update()
        .where(tables.state.c.id == bindparam("p_id"))
        .values(
            source_id=bindparam("p_source"),
            source_row=bindparam("p_row"),
            **{f"c_{name}": bindparam(f"b_{name}") for name in tables.spec.columns},
        )
    )
    left = set(records)
    if tables.by_day is not None:
        for start in range(0, len(records), CHUNK):
            part = list(records[start : start + CHUNK])
            connection.execute(delete(tables.by_day).where(tables.by_day.c.record_id.in_(part)))
    rows: list[dict[str, object]] = []
    days: list[dict[str, object]] = []
    for record_id, claims in live_claims(connection, schema, tables, records):
        left.discard(record_id)
        state = fold(claims, measures)
        values = {f"b_{name}": filled(tables, name, state.values.get(name)) for name in tables.spec.columns}
        rows.append({"p_id": record_id, "p_source": state.source_id, "p_row": state.row, **values})
        for as_of, (source_id, row, day) in state.days.items():
            cells = {f"c_{name}": day.get(name) for name in measures}
            days.append({"record_id": record_id, "as_of": as_of, "source_id": source_id, "source_row": row, **cells})
    if rows:
        connection.execute(update, rows)
    if days and tables.by_day is not None:
        connection.execute(tables.by_day.insert(), days)
    return left
