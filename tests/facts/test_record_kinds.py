"""The kinds of a record's fields, looked up by name, are those that the annotations say when they are evaluated."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from cmkit.facts.kinds import Kind
from cmkit.facts.records import RECORDS, core_kinds


@pytest.mark.parametrize("table", RECORDS)
def test_looked_up_as_evaluated(table: str) -> None:
    hints = get_type_hints(RECORDS[table], include_extras=True)
    evaluated = {name: part for name, hint in hints.items() for part in get_args(hint)[1:] if isinstance(part, Kind)}
    assert core_kinds(RECORDS[table]) == evaluated
    assert list(core_kinds(RECORDS[table])) == list(evaluated)
    assert evaluated
