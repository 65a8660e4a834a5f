"""Who belongs where: staff in organisations, organisations under others; and rolling figures up that tree.

The one organisation on top stands for the whole office: it also holds what belongs to nobody, or to somebody unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from cmkit.facts.records import Org, Staff

T = TypeVar("T")


@dataclass(frozen=True)
class Tree:
    """Staff number to organisation, and organisation to the one above it."""

    staff: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, staff: Iterable[Staff], orgs: Iterable[Org]) -> Tree:
        """The tree that the records of staff and organisations describe."""
        return cls(
            {person.staff_id: person.org_id for person in staff},
            {org.org_id: org.parent_id for org in orgs},
        )

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """Each organisation with what stands directly under it: its own staff first, then the organisations."""
        found: dict[str, list[str]] = {org: [] for org in self.parents}
        for person, org in self.staff.items():
            found.setdefault(org, []).append(person)
        for org, parent in self.parents.items():
            if parent and parent != org:
                found.setdefault(parent, []).append(org)
        return {org: tuple(members) for org, members in found.items() if org}

    def is_org(self, who: str) -> bool:
        """Whether ``who`` is an organisation."""
        return who in self.below and who not in self.staff

    def members(self, who: str) -> frozenset[str]:
        """``who`` and everybody and every organisation under it; a ring in the tree is walked once."""
        seen: set[str] = set()
        waiting = [who]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                if self.is_org(name):
                    waiting.extend(self.below[name])
        return frozenset(seen)

    @cached_property
    def root(self) -> str:
        """The organisation above all others; "" where there is none or several."""
        tops = [org for org, parent in self.parents.items() if not parent or parent not in self.parents]
        return tops[0] if len(tops) == 1 else ""

    def holds(self, who: str, owner: str) -> bool:
        """Whether what belongs to ``owner`` counts for ``who``."""
        return (bool(who) and who == self.root) or owner in self._sets.get(who, (who,))

    def knows(self, owner: str) -> bool:
        """Whether ``owner`` is one of the staff or of the organisations."""
        return owner in self.staff or self.is_org(owner)

    @cached_property
    def _sets(self) -> Mapping[str, frozenset[str]]:
        return {org: self.members(org) for org in self.below if self.is_org(org)}

    @cached_property
    def spans(self) -> Mapping[str, tuple[str, ...]]:
        """Each organisation with itself and everything under it, in one fixed order."""
        return {org: tuple(sorted(members)) for org, members in self._sets.items()}

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each organisation with whom it holds, as a query asks for it; no names stand for everybody."""
        return tuple((org, () if org == self.root else members) for org, members in self.spans.items())

    def roll_up(self, values: Mapping[str, T], add: Callable[[T, T], T]) -> dict[str, T]:
        """``values`` of staff (and of organisations themselves) with every organisation's sum over whom it holds.

        Only for figures that add; a ratio rolls up both its parts and divides afterwards.
        """
        result = dict(values)
        for org, members in self.spans.items():
            total: T | None = None
            for owner in sorted(values) if org == self.root else members:
                if owner in values:
                    total = values[owner] if total is None else add(total, values[owner])
            if total is not None:
                result[org] = total
        return result

    def fill_up(self, own: Callable[[str], T | None], join: Callable[[list[T]], T], who: str) -> T | None:
        """The value that ``who`` has itself, else the joined values of what stands directly under it."""
        return self._fill(own, join, who, frozenset())

    def _fill(
        self, own: Callable[[str], T | None], join: Callable[[list[T]], T], who: str, above: frozenset[str]
    ) -> T | None:
        value = own(who)
        if value is not None or who in above or not self.is_org(who):
            return value
        parts = [self._fill(own, join, member, above | {who}) for member in self.below[who]]
        known = [part for part in parts if part is not None]
        return join(known) if known else None
