"""The closed set of conditions as SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Select, and_, or_

from cmkit.base.money import to_store
from cmkit.facts.kinds import Kind
from cmkit.facts.query import Filter
from cmkit.store.schema import FactTables

Words: TypeAlias = Select[*tuple[Any, ...]]


def condition(tables: FactTables, part: Filter) -> list[ColumnElement[bool]]:
    """What ``part`` asks of its column, as conditions that must all hold."""
    column: Column[str | int] = tables.state.c[f"c_{part.field}"]
    kind = tables.spec.columns[part.field].kind
    found: list[ColumnElement[bool]] = []
    if part.any_of:
        found.append(column.in_([_value(kind, text) for text in part.any_of]))
    if part.none_of:
        found.append(or_(column.is_(None), column.not_in([_value(kind, text) for text in part.none_of])))
    if part.at_least:
        found.append(column >= _value(kind, part.at_least))
    if part.at_most:
        found.append(column <= _value(kind, part.at_most))
    if part.filled is not None:
        found.append(column.is_not(None) if part.filled else column.is_(None))
    if part.not_after:
        other = tables.state.c[f"c_{part.not_after}"]
        found.append(and_(column.is_not(None), or_(other.is_(None), column <= other)))
    return found


def _value(kind: Kind, text: str) -> str | int:
    if kind.scaled:
        return to_store(Decimal(text))
    if kind is Kind.FLAG:
        return int(text in {"1", "true", "是"})
    return int(text) if kind is Kind.COUNT else text
