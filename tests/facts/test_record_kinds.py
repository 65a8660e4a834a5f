"""The kinds of a record's fields, looked up by name, are those that the annotations say when they are evaluated."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from cmkit.facts.kinds import Kind
from cmkit.facts.records import RECORDS, Client, Contact, Origin, core_kinds


@pytest.mark.parametrize("table", RECORDS)
def test_looked_up_as_evaluated(table: str) -> None:
    hints = get_type_hints(RECORDS[table], include_extras=True)
    evaluated = {name: part for name, hint in hints.items() for part in get_args(hint)[1:] if isinstance(part, Kind)}
    assert core_kinds(RECORDS[table]) == evaluated
    assert list(core_kinds(RECORDS[table])) == list(evaluated)
    assert evaluated


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
