"""What the service sections are made from, and the rates they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.money import round_half_up
from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Complaint, Feedback, InfoReport, Referral, Survey
from cmkit.service.sla import Sla

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class ServiceFacts:
    """The service records of some people or units. The sequences may hold more than the period: sections pick.

    ``on`` is the day on which states are seen; what happened later does not count yet.
    """

    period: Period
    on: date
    complaints: Sequence[Complaint] = ()
    feedback: Sequence[Feedback] = ()
    referrals: Sequence[Referral] = ()
    info_reports: Sequence[InfoReport] = ()
    surveys: Sequence[Survey] = ()
    sla: Sla = field(default_factory=Sla)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    clients: Mapping[str, Client] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    satisfied_from: Decimal = Decimal(4)
    """The score that counts as satisfied: 4 of 5 unless the sector asks on another scale."""
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    """Dimensions of a survey to their weight in the weighted rate."""

    def client_name(self, client_id: str) -> str:
        """The client's name, or the number where the client is not known."""
        client = self.clients.get(client_id)
        return client.name if client and client.name else client_id

    def staff_name(self, staff_id: str) -> str:
        """The person's name, or what stands in the record."""
        return self.names.get(staff_id, staff_id)

    def within(self, day: date | None) -> bool:
        """Whether ``day`` lies in the period and not after ``on``."""
        return day is not None and day in self.period and day <= self.on


def mean(total: Decimal, count: int, digits: int = 2) -> Decimal | None:
    """The mean, rounded half up; None of nothing."""
    return round_half_up(total / count, digits) if count else None
