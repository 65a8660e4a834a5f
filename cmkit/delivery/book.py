"""What is known of each delivery: the row is there before anything leaves the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cmkit.delivery.message import Outcome, State


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What is sent to whom: one target, one report of one scope for one period."""

    target: str
    report: str
    who: str
    period: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt. ``digest`` is the message's; times are UTC."""

    id: int
    key: Key
    digest: str
    state: State
    begun: str
    ended: str = ""
    attempt: int = 1
    note: str = ""
    by: str = ""


class Book(Protocol):
    """Where the entries are kept; every call is one committed transaction."""

    def latest(self, key: Key) -> Entry | None:
        """The newest entry of a key."""

    def begin(self, key: Key, digest: str, by: str) -> int:
        """Commit the intent and give its number; an older failure of the key is marked as replaced."""

    def close(self, number: int, outcome: Outcome) -> None:
        """Commit what became of it."""

    def open_entries(self) -> Sequence[Entry]:
        """Entries that are being sent or have failed, oldest first."""

    def moments(self, target: str, since: str) -> Sequence[str]:
        """When messages went to a target since then."""
