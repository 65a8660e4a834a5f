"""What the store would have said on an earlier day: the claims up to then, folded anew."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from sqlalchemy import select

from cmkit.facts.kinds import decode
from cmkit.facts.records import Fact, Origin, core_kinds
from cmkit.store.connection import Store
from cmkit.store.fold import CHUNK, filled, fold, live_claims

F = TypeVar("F", bound=Fact)


def load_at(store: Store, fact: type[F], day: date) -> list[F]:
    """The records of a type as the batches of up to ``day`` made them, in the order of their keys.

    A batch belongs to the day that it was brought in for (``--as-of``, else the day of the import). One that has been
    taken back since is left out: it was a mistake on that day too.
    """
    tables = store.schema.facts.get(fact.table)
    if tables is None:
        return []
    state, sources = tables.state, store.schema.sources
    kinds, core = tables.spec.kinds(), core_kinds(fact)
    measures = frozenset(tables.spec.measures())
    found: dict[str, F] = {}
    with store.reading() as connection:
        keys = {number: key for number, key in connection.execute(select(state.c.id, state.c.key))}  # noqa: C416
        words = select(sources.c.id, sources.c.batch_id, sources.c.file, sources.c.sheet)
        places = {row[0]: (row[1], row[2], row[3]) for row in connection.execute(words)}
        numbers = sorted(keys)
        for start in range(0, len(numbers), CHUNK):
            part = numbers[start : start + CHUNK]
            for number, claims in live_claims(connection, store.schema, tables, part):
                early = [claim for claim in claims if claim.as_of <= day.isoformat()]
                if not early:
                    continue
                made = fold(early, measures)
                cells = {
                    name: decode(kind, filled(tables, name, made.values.get(name))) for name, kind in kinds.items()
                }
                values = {name: cell for name, cell in cells.items() if name in core}
                more = {name: cell for name, cell in cells.items() if name not in core}
                origin = Origin(*places[made.source_id], made.row)
                found[keys[number]] = fact(**values, more=more, origin=origin)
    return [found[key] for key in sorted(found)]
