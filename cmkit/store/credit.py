"""Whose a record is in a query: its owner's, or several owners' in the shares that the record itself names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, literal, or_

from cmkit.facts.kinds import NAMES_SEPARATOR
from cmkit.facts.query import Query
from cmkit.facts.shares import MARKS, WHOLE, shares_of
from cmkit.store.schema import FactTables

_MARK = "\x1f"
"""Stands between the owner and the shares in what the database groups by; no cell can hold it."""


def owner_of(tables: FactTables, query: Query) -> ColumnElement[str]:
    """The owner as the database groups by it: followed by the record's shares where it has some and they count."""
    columns = tables.state.c
    owner = func.coalesce(columns[f"c_{query.owner or tables.spec.owner}"], "")
    if not query.split:
        return owner.label("owner")
    names = columns[f"c_{query.split}"]
    shared = or_(*(names.contains(mark) for mark in MARKS))
    return case((shared, owner + literal(_MARK) + names), else_=owner).label("owner")


def credits_of(text: str) -> Mapping[str, Decimal]:
    """Owner to percent. Shares that cannot be followed leave everything with the record's own owner."""
    owner, mark, names = text.partition(_MARK)
    return (shares_of(names.split(NAMES_SEPARATOR)) if mark else None) or {owner: WHOLE}


def credited(found: Mapping[str, Decimal], query: Query) -> dict[str, Decimal]:
    """Amounts by what the database grouped by, as amounts by owner."""
    if not query.split:
        return dict(found)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for text, amount in found.items():
        for who, share in credits_of(text).items():
            sums[who] += amount * share / WHOLE
    return dict(sums)
