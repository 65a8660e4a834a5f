"""Facts written one by one: what a person adds at the terminal, as a batch of its own."""

from __future__ import annotations

from collections.abc import Sequence

from cmkit.base.faults import DeniedFault, InternalFault
from cmkit.facts.intake import Blank, IntakeRow, SheetIntake
from cmkit.facts.kinds import encode
from cmkit.facts.records import Fact
from cmkit.store.batches import BatchInfo, BatchReport, write_batch
from cmkit.store.connection import Store


def put(
    store: Store,
    facts: Sequence[Fact],
    *,
    who: str,
    label: str,
    as_of: str,
    kind: str = "hand",
    file: str = "",
    blank: Blank = "keep",
) -> BatchReport:
    """Write ``facts`` (of any types) as one batch; blank fields leave what is there. ``file`` is their origin.

    Raises DeniedFault where one of them is locked; then nothing is written.
    """
    tables: dict[str, list[Fact]] = {}
    for fact in facts:
        tables.setdefault(fact.table, []).append(fact)
    intakes = [_intake(store, table, found, file or label) for table, found in tables.items()]
    info = BatchInfo(who=who, label=label, as_of=as_of, kind=kind, blank=blank)
    with store.writing() as connection:
        report = write_batch(connection, store.schema, intakes, info)
        for problem in (problem for outcome in report.outcomes for problem in outcome.problems):
            if problem.code == "locked":
                raise DeniedFault(problem.message, hint=problem.hint)
    return report


def _intake(store: Store, table: str, facts: Sequence[Fact], file: str) -> SheetIntake:
    if table not in store.schema.facts:
        raise InternalFault(f"the pack has no table {table!r}")
    columns = store.schema.facts[table].spec.kinds()
    used = [name for name in columns if any(fact.get(name) not in (None, "", ()) for fact in facts)]
    rows = [
        IntakeRow(number, fact.key, tuple(encode(columns[name], fact.get(name)) for name in used))
        for number, fact in enumerate(facts, 1)
    ]
    return SheetIntake(file, "", table, (), tuple(used), rows)
