"""What became of planned visits: done or not and why, and how far the plan covered who was due (走访计划规则 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import rounded_percent
from cmkit.facts.records import Client, Contact, Visit
from cmkit.facts.specs import VisitSpec
from cmkit.visits.due import UNRANKED, Due, tier_of

LOST = "流失"
MATCH_DAYS = 3
"""A visit made so many days before or after its planned day is still that visit."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One tier: clients, clients due, of those planned, planned visits, visits done. ``tier`` "" is the sum.

    Clients that are lost are not counted, as in 客户情况; what was planned and done for them is.
    """

    tier: str
    label: str
    clients: int
    due: int
    covered: int
    planned: int
    done: int
    due_ids: tuple[str, ...] = field(default=(), compare=False)
    covered_ids: tuple[str, ...] = field(default=(), compare=False)
    undone: tuple[tuple[str, int], ...] = ()
    """Why planned visits were not made, and how often, the commonest first."""

    @property
    def coverage(self) -> Decimal | None:
        """Planned clients of the clients due, in percent."""
        return rounded_percent(self.covered, self.due)

    @property
    def done_rate(self) -> Decimal | None:
        """Visits done of the visits planned, in percent."""
        return rounded_percent(self.done, self.planned)


@dataclass(frozen=True, slots=True)
class Gap:
    """A visit that is missing: planned and not made, or due and not planned."""

    client_id: str
    owner_id: str
    kind: str
    """``undone`` or ``overdue``."""
    day: date
    days: int
    why: str
    counted: bool = True
    """Whether the days tell anything: not where they only tell the age of an archive that nobody visited."""

    @property
    def told_days(self) -> int | None:
        """The days since as people are told them."""
        return self.days if self.counted else None


def match_done(visits: Sequence[Visit], contacts: Iterable[Contact], channels: Collection[str]) -> list[Visit]:
    """``visits`` with what the contact records say: each visit on record makes the nearest planned one done.

    A visit that somebody ticked (or crossed) by hand stays as it is. One contact makes one visit done.
    """
    result = list(visits)
    open_at: dict[tuple[str, str], list[int]] = {}
    for index, visit in enumerate(result):
        if visit.done is None and visit.date is not None:
            open_at.setdefault((visit.staff_id, visit.client_id), []).append(index)
    made = [c for c in contacts if c.channel in channels and c.date is not None]
    for contact in sorted(made, key=lambda c: (c.date or date.min, c.key)):
        waiting = open_at.get((contact.staff_id, contact.client_id), [])
        near = [(abs((_day(result[i]) - _day(contact)).days), i) for i in waiting]
        best = min(near, default=(MATCH_DAYS + 1, -1))
        if best[0] <= MATCH_DAYS:
            result[best[1]] = result[best[1]].changed(done=True, done_on=contact.date)
            waiting.remove(best[1])
    return result


def coverage(
    clients: Sequence[Client], dues: Sequence[Due], visits: Sequence[Visit], spec: VisitSpec, on: date = date.min
) -> list[Coverage]:
    """One line a tier in the order of rank, the sum last. ``dues`` are those of the period, ``visits`` its plan.

    What was planned before ``on`` and not made is told with its reason.
    """
    by_id = {client.client_id: client for client in clients}
    lost = {client.client_id for client in clients if client.status == LOST}
    due = {one.client_id for one in dues}
    tiers: dict[str, list[str]] = {}
    for client in clients:
        tiers.setdefault(tier_of(client, spec)[0], []).append(client.client_id)

    def line(name: str, label: str, ids: Collection[str]) -> Coverage:
        inside = set(ids)
        planned = [visit for visit in visits if visit.client_id in inside]
        covered = {visit.client_id for visit in planned} & due
        done = sum(1 for visit in planned if visit.done)
        missed = Counter(
            visit.undone_reason or _("未填写原因")
            for visit in planned
            if not visit.done and (visit.done is False or (visit.date or date.max) < on)
        )
        undone = tuple(sorted(missed.items(), key=lambda one: (-one[1], one[0])))
        ids_due, ids_covered = tuple(sorted(due & inside)), tuple(sorted(covered))
        counts = (len(inside - lost), len(ids_due), len(ids_covered), len(planned), done)
        return Coverage(name, label, *counts, ids_due, ids_covered, undone)

    def rank(name: str) -> tuple[int, str]:
        tier = spec.tiers.get(name)
        return (tier.rank or UNRANKED) if tier else UNRANKED + 1, name

    lines = [line(name, _label(name, spec), tiers[name]) for name in sorted(tiers, key=rank)]
    return [*lines, line("", _("合计"), by_id)]


def gaps(visits: Sequence[Visit], dues: Sequence[Due], on: date) -> list[Gap]:
    """Planned visits whose day has passed without a visit, then clients overdue, the longest first."""
    undone = [
        Gap(v.client_id, v.staff_id, "undone", v.date, (on - v.date).days, v.undone_reason or _("未填写原因"))
        for v in visits
        if v.date is not None and v.date < on and not v.done
    ]
    overdue = [
        Gap(
            due.client_id,
            due.owner_id,
            "overdue",
            due.due_on,
            due.overdue_days,
            _("；").join(due.reasons),
            not due.since_archive,
        )
        for due in dues
        if due.overdue_days
    ]
    order = sorted(undone, key=lambda gap: (-gap.days, gap.client_id))
    return order + sorted(overdue, key=lambda gap: (-gap.days, gap.client_id))


def _label(name: str, spec: VisitSpec) -> str:
    tier = spec.tiers.get(name)
    return (tier.label if tier else "") or name or _("未分级")


def _day(fact: Visit | Contact) -> date:
    return fact.date or date.min
