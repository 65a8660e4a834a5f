"""Complaint deadlines by level.

Defaults: 《银行业保险业消费投诉处理管理办法》 (2020): 15 natural days, complex 30, very complex another 30 after approval
(60 in all). Other sectors set their own days, and whether they are working days (check again when the rule is revised).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Complaint

SIMPLE, COMPLEX, SPECIAL = "一般", "复杂", "特别复杂"
State = Literal["in_time", "late", "overdue", "soon", "open"]


@dataclass(frozen=True, kw_only=True)
class Sla:
    """The deadlines of a sector. ``approval`` names the levels whose longer time needs somebody's approval."""

    days: Mapping[str, int] = field(default_factory=lambda: {SIMPLE: 15, COMPLEX: 30, SPECIAL: 60})
    working: bool = False
    approval: tuple[str, ...] = (SPECIAL,)
    warn_days: int = 3
    first_reply_days: int | None = None
    """Days until the first reply is due; None where the sector has no such rule."""

    def due(self, complaint: Complaint, calendar: WorkCalendar) -> date | None:
        """The deadline: the one in the record, else reckoned by level; an unknown or blank level counts as simple."""
        return complaint.due or self.reckoned(complaint, calendar)

    def reckoned(self, complaint: Complaint, calendar: WorkCalendar) -> date | None:
        """The deadline by level, whatever the record says; None without a day of receipt or a rule."""
        days = self.days.get(complaint.level, self.days.get(SIMPLE))
        if complaint.received_on is None or days is None:
            return None
        return self._after(complaint.received_on, days, calendar)

    def first_reply_due(self, complaint: Complaint, calendar: WorkCalendar) -> date | None:
        """The day by which the complainant must have heard from somebody."""
        if complaint.received_on is None or self.first_reply_days is None:
            return None
        return self._after(complaint.received_on, self.first_reply_days, calendar)

    def _after(self, day: date, days: int, calendar: WorkCalendar) -> date:
        return calendar.add(day, days) if self.working else day + timedelta(days=days)


def with_due(complaint: Complaint, sla: Sla, calendar: WorkCalendar) -> Complaint:
    """The complaint with its deadline filled in where the record has none."""
    return replace(complaint, due=sla.due(complaint, calendar))


def state_of(complaint: Complaint, sla: Sla, calendar: WorkCalendar, on: date) -> State:
    """Where the complaint stands at the end of ``on``; the deadline itself is still in time."""
    due = sla.due(complaint, calendar)
    if complaint.closed_on and complaint.closed_on <= on:
        return "late" if due and complaint.closed_on > due else "in_time"
    if due is None:
        return "open"
    if due < on:
        return "overdue"
    return "soon" if (due - on).days <= sla.warn_days else "open"
