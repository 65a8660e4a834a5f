"""The organisation as a tree: head office, branches, outlets, and the staff in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cmkit.facts.records import Org, Staff


class Tree:
    """Orgs and staff, looked at from above or below. A parent that is missing, or a ring, makes a root."""

    def __init__(self, orgs: Sequence[Org], staff: Sequence[Staff] = ()) -> None:
        self.orgs = {org.org_id: org for org in orgs}
        self.staff = {person.staff_id: person for person in staff}
        self._children: dict[str, list[str]] = {}
        for org in orgs:
            self._children.setdefault(self.parent(org.org_id), []).append(org.org_id)

    def parent(self, org_id: str) -> str:
        """The org above; "" at the top."""
        above = self.orgs[org_id].parent_id if org_id in self.orgs else ""
        return above if above in self.orgs and above != org_id else ""

    def parents(self, org_id: str) -> tuple[str, ...]:
        """All orgs above, the nearest first."""
        found: list[str] = []
        above = self.parent(org_id)
        while above and above not in found and above != org_id:
            found.append(above)
            above = self.parent(above)
        return tuple(found)

    def children(self, org_id: str = "") -> tuple[str, ...]:
        """The orgs directly below, in the order of the register; with "" those at the top."""
        return tuple(self._children.get(org_id, ()))

    def descendants(self, org_id: str) -> tuple[str, ...]:
        """The org itself and all orgs below it, each parent before its children."""
        return tuple(self._walk(org_id, set()))

    def _walk(self, org_id: str, seen: set[str]) -> Iterator[str]:
        if org_id in seen:
            return
        seen.add(org_id)
        yield org_id
        for child in self.children(org_id):
            yield from self._walk(child, seen)

    def level(self, org_id: str, level: str) -> str:
        """The org of that level which ``org_id`` belongs to (the branch of an outlet); "" where there is none."""
        chain = (org_id, *self.parents(org_id))
        return next((one for one in chain if one in self.orgs and self.orgs[one].level == level), "")

    def staff_of(self, org_id: str, on: date | None = None) -> list[Staff]:
        """The people of the org and of all below it; with ``on`` only those employed that day."""
        inside = set(self.descendants(org_id))
        people = [p for p in self.staff.values() if p.org_id in inside and (on is None or employed(p, on))]
        return sorted(people, key=lambda p: p.staff_id)

    def reports_to(self, supervisor_id: str) -> list[Staff]:
        """The people directly under a supervisor."""
        below = [p for p in self.staff.values() if p.supervisor_id == supervisor_id and p.staff_id != supervisor_id]
        return sorted(below, key=lambda p: p.staff_id)

    def team_of(self, supervisor_id: str) -> list[Staff]:
        """The people under a supervisor, and under those in turn."""
        found: dict[str, Staff] = {}
        waiting = [supervisor_id]
        while waiting:
            for person in self.reports_to(waiting.pop(0)):
                if person.staff_id not in found and person.staff_id != supervisor_id:
                    found[person.staff_id] = person
                    waiting.append(person.staff_id)
        return sorted(found.values(), key=lambda p: p.staff_id)


def employed(person: Staff, on: date) -> bool:
    """Whether the person is in office on a day: the first and the last day count."""
    joined = person.join_date is None or person.join_date <= on
    return joined and (person.leave_date is None or person.leave_date >= on)
