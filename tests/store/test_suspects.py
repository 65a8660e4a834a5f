"""To look only at clients whose marks repeat finds the same twins as to compare everybody with everybody."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmkit.facts.intake import IntakeRow, SheetIntake
from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.store import BatchInfo, open_store
from cmkit.store import twins as module
from cmkit.store.batches import write_batch
from cmkit.store.twins import Marks, Suspects, twins

_NAMES = ("client_id", "name", "id_no", "phone")
_KINDS = (Kind.CODE, Kind.TEXT, Kind.ID_NO, Kind.PHONE)
_PERSON = st.tuples(
    *[st.sampled_from(values) for values in (("甲", "乙", None), ("1", "2", "3", None), ("8", "9", None))]
)


def _specs() -> dict[str, TableSpec]:
    columns = {key: ColumnSpec(key=key, zh=key, en=key, kind=kind) for key, kind in zip(_NAMES, _KINDS, strict=True)}
    return {"clients": TableSpec(table="clients", columns=columns)}


@pytest.mark.parametrize("asked", [module._ASKED, 0])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books=st.lists(st.lists(_PERSON, max_size=4), min_size=1, max_size=4))
def test_suspects_are_enough(
    books: list[list[tuple[str | None, ...]]], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASKED", asked)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "cmkit.db", _specs())
        marks, suspects, batches = Marks(), Suspects(), []
        for number, people in enumerate(books):
            rows = [IntakeRow(n + 2, f"C{number}{n}", (f"C{number}{n}", *person)) for n, person in enumerate(people)]
            intake = SheetIntake(f"{number}.xlsx", "表", "clients", (1,), _NAMES, tuple(rows), letters=tuple("ABCD"))
            with store.writing() as connection:
                info = BatchInfo(who="王", label="", as_of="2026-10-01")
                report = write_batch(connection, store.schema, [intake], info, marks)
            suspects.add(report.suspects)
            batches.append(report.batch)
        everybody = twins(store, batches, Suspects(everybody=True))
        assert twins(store, batches, suspects) == everybody
        assert bool(suspects) >= bool(everybody)
        store.close()
