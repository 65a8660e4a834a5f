"""Everything that one person's day is made of, and the small questions the blocks ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import (
    Client,
    CompetitorIntel,
    Complaint,
    Contact,
    Feedback,
    InfoReport,
    Referral,
    Staff,
    Task,
    Training,
    Visit,
    WorkLog,
)
from cmkit.facts.specs import ColumnSpec, RoutineSpec

CLOSED_TASK = ("完成", "取消")
DEAL = "成交"


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    """One person's day. The sequences may hold more than the day and more than the person: the blocks pick.

    Visits are wanted for the day and the next working day; contacts as far back as a promised next contact may lie;
    tasks as far as they are open. ``names`` maps staff numbers to names, ``counts`` step keys to what was done.
    ``extra_columns`` are the contact columns that only the sector has (分流至, 缺货); block B shows those in use.
    """

    staff: Staff
    day: date
    routine: RoutineSpec = field(default_factory=RoutineSpec)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    org_name: str = ""
    tier_column: str = "tier"
    worklog: WorkLog | None = None
    contacts: Sequence[Contact] = ()
    tasks: Sequence[Task] = ()
    visits: Sequence[Visit] = ()
    complaints: Sequence[Complaint] = ()
    feedback: Sequence[Feedback] = ()
    referrals: Sequence[Referral] = ()
    intel: Sequence[CompetitorIntel] = ()
    info_reports: Sequence[InfoReport] = ()
    trainings: Sequence[Training] = ()
    clients: Mapping[str, Client] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Decimal] = field(default_factory=dict)
    extra_columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    log_columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    """The columns of the log that only the sector has (到岗时间, 工作地点); the head shows those that are filled."""

    @property
    def who(self) -> str:
        """The person's number."""
        return self.staff.staff_id

    @property
    def tomorrow(self) -> date:
        """The next working day."""
        return self.calendar.add(self.day, 1)

    @property
    def yesterday(self) -> date:
        """The working day before."""
        return self.calendar.add(self.day, -1)

    def client_name(self, client_id: str) -> str:
        """The client's name, or the number where the client is not known."""
        client = self.clients.get(client_id)
        return client.name if client and client.name else client_id

    def tier(self, client_id: str) -> str:
        """The client's tier by the pack's column; "" where it is not known."""
        client = self.clients.get(client_id)
        return str(client.get(self.tier_column) or "") if client else ""

    def staff_name(self, staff_id: str) -> str:
        """The colleague's name, or what stands in the record."""
        return self.names.get(staff_id, staff_id)

    def todays_contacts(self) -> list[Contact]:
        """The person's contacts of the day, by time."""
        found = [one for one in self.contacts if one.staff_id == self.who and one.date == self.day]
        return sorted(found, key=lambda one: (one.time or "99", one.client_id, one.purpose))

    def planned(self, day: date) -> list[Visit]:
        """The person's planned visits of ``day``, in their order."""
        found = [one for one in self.visits if one.staff_id == self.who and one.date == day]
        return sorted(found, key=lambda one: (one.order or 0, one.client_id))

    def open_tasks(self, *, due_by: date) -> list[Task]:
        """The person's tasks due by ``due_by`` that were open when the day began, the most urgent first."""
        found = [one for one in self.tasks if one.owner_id == self.who and one.due and one.due <= due_by]
        found = [one for one in found if was_open(one, self.day) and not (one.raised_on and one.raised_on > self.day)]
        return sorted(found, key=lambda one: (one.due or self.day, one.priority or "Z", one.task_id))

    def promised(self, *, said_by: date, after: date, until: date) -> list[Contact]:
        """Each client's last contact up to ``said_by`` whose next contact was set for ``after`` < date <= ``until``.

        A client with an open task or a planned visit for those days is left out: it stands there already.
        """
        last: dict[str, Contact] = {}
        own = [one for one in self.contacts if one.staff_id == self.who and one.date and one.date <= said_by]
        for one in sorted(own, key=_moment):
            last[one.client_id] = one
        listed = {one.client_id for one in self.open_tasks(due_by=until)} | {
            one.client_id for one in self.visits if one.staff_id == self.who and one.date and after < one.date <= until
        }
        found = [one for one in last.values() if one.next_date and after < one.next_date <= until]
        return sorted((one for one in found if one.client_id not in listed), key=lambda one: one.client_id)


def _moment(contact: Contact) -> tuple[date, str]:
    return contact.date or date.min, contact.time


def was_open(task: Task, day: date) -> bool:
    """Whether a task was still to be done when ``day`` began; a task closed later counts as open."""
    if task.done_on:
        return task.done_on >= day
    return task.status not in CLOSED_TASK


def joined(parts: Iterable[str], separator: str = "；") -> str:
    """The parts that say something, as one text."""
    return separator.join(part for part in parts if part)
