"""What the checks look at: the records, the day, the period, the pack and the KPI rows, with a few look-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar, cast

from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.kinds import Value
from cmkit.facts.records import (
    AgendaItem,
    Client,
    Complaint,
    Contact,
    Fact,
    Feedback,
    InfoReport,
    Meeting,
    Referral,
    Staff,
    Task,
    Visit,
    WorkLog,
)
from cmkit.facts.specs import Pack

F = TypeVar("F", bound=Fact)
VISIT_CHANNELS = ("面访", "走访", "来访")


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One indicator of one owner or branch as K9 judges it; rates in percent, ``gap_pp`` in percentage points."""

    code: str
    label: str
    who: str
    who_name: str = ""
    status: Literal["met", "behind", "missed", "no_target", "no_actual"] = "met"
    rate: Decimal | None = None
    time_progress: Decimal | None = None
    gap_pp: Decimal | None = None
    target: Decimal | None = None
    actual: Decimal | None = None
    needed: Decimal | None = None
    """Needed on each working day that is left."""


def as_is(fact: Fact) -> Fact:
    """The record itself: nothing is masked."""
    return fact


@dataclass(frozen=True)
class CheckFacts:
    """The material of one run of the checks, on the day ``on``.

    The records are judged as they are stored (a masked number cannot be checked); ``hide`` masks a record before its
    name is printed in a finding. Masked values are never judged, so a run over masked records finds less, not more.
    """

    on: date
    period: Period
    calendar: WorkCalendar
    pack: Pack
    tables: Mapping[str, Sequence[Fact]]
    kpi_rows: Sequence[KpiLine] = ()
    hide: Callable[[Fact], Fact] = field(default=as_is, repr=False)

    def of(self, kind: type[F]) -> Sequence[F]:
        """The records of one type."""
        return cast("Sequence[F]", self.tables.get(kind.table, ()))

    @property
    def clients(self) -> Sequence[Client]:
        """The client records."""
        return self.of(Client)

    @property
    def contacts(self) -> Sequence[Contact]:
        """The contacts."""
        return self.of(Contact)

    @property
    def worklogs(self) -> Sequence[WorkLog]:
        """The work logs."""
        return self.of(WorkLog)

    @property
    def visits(self) -> Sequence[Visit]:
        """The planned visits."""
        return self.of(Visit)

    @property
    def meetings(self) -> Sequence[Meeting]:
        """The meetings."""
        return self.of(Meeting)

    @property
    def agenda_items(self) -> Sequence[AgendaItem]:
        """The topics and decisions of the meetings."""
        return self.of(AgendaItem)

    @property
    def tasks(self) -> Sequence[Task]:
        """The action items."""
        return self.of(Task)

    @property
    def complaints(self) -> Sequence[Complaint]:
        """The complaints."""
        return self.of(Complaint)

    @property
    def feedback(self) -> Sequence[Feedback]:
        """The feedback."""
        return self.of(Feedback)

    @property
    def info_reports(self) -> Sequence[InfoReport]:
        """The information reports."""
        return self.of(InfoReport)

    @property
    def referrals(self) -> Sequence[Referral]:
        """The referrals."""
        return self.of(Referral)

    @property
    def staff(self) -> Sequence[Staff]:
        """The people."""
        return self.of(Staff)

    @cached_property
    def client_by_id(self) -> Mapping[str, Client]:
        """Client number to record."""
        return {client.client_id: client for client in self.clients}

    @cached_property
    def staff_by_id(self) -> Mapping[str, Staff]:
        """Staff number to record."""
        return {person.staff_id: person for person in self.staff}

    @cached_property
    def _ids_by_name(self) -> Mapping[str, Sequence[str]]:
        ids: dict[str, list[str]] = defaultdict(list)
        for person in self.staff:
            ids[person.name].append(person.staff_id)
        return ids

    @property
    def visit_channels(self) -> tuple[str, ...]:
        """The channels that count as a visit."""
        return self.pack.visits.visit_channels or VISIT_CHANNELS

    def staff_named(self, text: str) -> str:
        """The staff number behind a number or a name that only one person bears; "" otherwise."""
        if text in self.staff_by_id:
            return text
        ids = self._ids_by_name.get(text, ())
        return ids[0] if len(ids) == 1 else ""

    def label(self, fact: Fact) -> str:
        """``C000123 王芳``: the key and the (masked) name of a record."""
        key, name = fact.key, str(fact.get(fact.label_field) or "") if fact.label_field else ""
        known = self._labels.get((fact.table, key, name))
        if known is None:
            shown = str(self.hide(fact).get(fact.label_field) or "") if name else ""
            known = self._labels[fact.table, key, name] = " ".join(part for part in (key, shown) if part)
        return known

    @cached_property
    def _labels(self) -> dict[tuple[str, str, str], str]:
        """Table, key and name to what is said: a report names the same person a thousand times."""
        return {}

    def client_label(self, client_id: str) -> str:
        """A client's number and name; the number alone where the record is missing."""
        client = self.client_by_id.get(client_id)
        return self.label(client) if client else client_id

    def staff_label(self, staff_id: str) -> str:
        """A person's number and name; the number alone where the record is missing."""
        person = self.staff_by_id.get(staff_id)
        return self.label(person) if person else staff_id

    def column_label(self, table: str, column: str) -> str:
        """The pack's label of a column; the key where the pack has none."""
        spec = self.pack.tables.get(table)
        found = spec.columns.get(column) if spec else None
        return (found.label if found else "") or column

    def past(self, day: date | None) -> bool:
        """Whether ``day`` lies in the period and is over."""
        return day is not None and day in self.period and day < self.on


def blank(value: Value) -> bool:
    """Whether nothing was entered."""
    return value is None or value == () or (isinstance(value, str) and not value.strip())
