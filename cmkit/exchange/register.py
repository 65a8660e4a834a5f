"""Who has returned what: expected, received, late, rejected, missing."""

from __future__ import annotations

from dataclasses import dataclass

from cmkit.store import Store
from cmkit.store.ledger import Return, read_register


@dataclass(frozen=True)
class StatusRow:
    """One branch's line of the register."""

    branch: str
    state: str
    received_at: str
    version: int
    problems: int
    due: str
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def status(store: Store, form: str, period: str) -> list[StatusRow]:
    """The present state of every branch that was issued the form: its newest valid return, else what is known."""
    entries: dict[str, list[Return]] = {}
    for entry in read_register(store, form, period):
        entries.setdefault(entry.branch, []).append(entry)
    return [_row(branch, found) for branch, found in sorted(entries.items())]


def _row(branch: str, found: list[Return]) -> StatusRow:
    valid = [entry for entry in found if entry.state in {"received", "late", "nil"}]
    best = valid[-1] if valid else found[-1]
    return StatusRow(branch, best.state, best.received_at, best.version, best.problems, found[0].due, best.note)
