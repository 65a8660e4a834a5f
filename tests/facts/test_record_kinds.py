"""The kinds of a record's fields, looked up by name, are those that the annotations say when they are evaluated."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from cmkit.facts.kinds import Kind, Stored, decode, decode_all, encode
from cmkit.facts.records import RECORDS, Client, Contact, Origin, core_kinds


@pytest.mark.parametrize("table", RECORDS)
def test_looked_up_as_evaluated(table: str) -> None:
    hints = get_type_hints(RECORDS[table], include_extras=True)
    evaluated = {name: part for name, hint in hints.items() for part in get_args(hint)[1:] if isinstance(part, Kind)}
    assert core_kinds(RECORDS[table]) == evaluated
    assert list(core_kinds(RECORDS[table])) == list(evaluated)
    assert evaluated


@pytest.mark.parametrize("kind", Kind)
def test_a_column_decodes_as_its_cells(kind: Kind) -> None:
    day: list[Stored] = ["2026-10-01", None, "2024-02-29", "2026-10-01"]
    whole: list[Stored] = [10_000, None, 0, -25_000, 10_000]
    flags: list[Stored] = [1, None, 0, 1]
    column = (
        flags
        if kind is Kind.FLAG
        else whole
        if kind.whole
        else day
        if kind is Kind.DATE
        else ["甲、乙", None, "甲", "0", "甲、乙"]
    )
    decoded = decode_all(kind, column)
    assert decoded == [decode(kind, cell) for cell in column]
    assert [encode(kind, value) for value in decoded] == column
    assert decode_all(kind, []) == []


def test_a_record_is_what_it_says_wherever_it_was_read() -> None:
    one = Client(client_id="C1", name="甲", more={"tags": ["新"]})
    assert one == Client(client_id="C1", name="甲", more={"tags": ["新"]}, origin=Origin(3, "台账.xlsx", "表", 4))
    assert one != Client(client_id="C1", name="乙", more={"tags": ["新"]})
    assert one != Contact(client_id="C1")
    assert one.changed(name="乙").name == "乙"
    assert one.name == "甲"
    with pytest.raises(AttributeError):
        one.name = "丙"  # type: ignore[misc]
    with pytest.raises(TypeError):
        one.changed(nobody="1")
    with pytest.raises(TypeError):
        hash(one)
