"""Complaint deadlines by level.

Defaults: 《银行业保险业消费投诉处理管理办法》 (2020): 15 natural days, complex 30, very complex another 30 after approval
(60 in all). Other sectors set their own days, and whether they are working days (check again when the rule is revised).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Complaint

SIMPLE, COMPLEX, SPECIAL = "一般", "复杂", "特别复杂"
State = Literal["in_time", "late", "overdue", "soon", "open"]


@dataclass(frozen=True, kw_only=True)
class Sla:
    """The deadlines of a sector. ``days`` always has those of a simple complaint."""

    days: Mapping[str, int] = field(default_factory=lambda: {SIMPLE: 15, COMPLEX: 30, SPECIAL: 60})
    working: bool = False
    warn_days: int = 3

    def due(self, complaint: Complaint, calendar: WorkCalendar) -> date | None:
        """The deadline: the one in the record, else the limit of its level; None without a day of receipt."""
        if complaint.due or complaint.received_on is None:
            return complaint.due
        return self.limit(complaint.received_on, complaint.level, calendar)

    def limit(self, received: date, level: str, calendar: WorkCalendar) -> date:
        """The last day that the level allows; an unknown or blank level counts as simple."""
        return self.after(received, self.days.get(level, self.days[SIMPLE]), calendar)

    def after(self, day: date, days: int, calendar: WorkCalendar) -> date:
        """So many days later, as the sector counts them."""
        return calendar.add(day, days) if self.working else day + timedelta(days=days)


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
