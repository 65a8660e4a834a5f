"""One report while it is composed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from cmkit.facts.finding import Finding
from cmkit.facts.records import Fact
from cmkit.kpi.evaluate import Total, totals
from cmkit.kpi.row import KpiRow
from cmkit.reports.checking import findings_with, in_scope
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.kpis import kpi_rows

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Paper:
    """One report while it is composed: what several parts need is reckoned once."""

    desk: Desk
    scope: Scope

    @property
    def target(self) -> str:
        """Whose indicators are reported."""
        return self.scope.id

    def own(self, records: Sequence[F]) -> list[F]:
        """Those of the report's people, or of its one client."""
        return self.desk.of_scope(records, self.scope)

    def of_clients(self, records: Sequence[F]) -> list[F]:
        """Those whose client belongs to the scope."""
        return self.desk.of_clients(records, self.scope)

    @cached_property
    def rows(self) -> list[KpiRow]:
        """The verdicts of the report's own person or organisation."""
        return kpi_rows(self.desk, [self.target]) if self.target and self.scope.kind != "client" else []

    @cached_property
    def members(self) -> list[str]:
        """Those below, whose figures stand side by side: organisations for the whole office, else people."""
        if self.scope.kind == "all":
            return [scope.id for scope in self.desk.branches()]
        if self.scope.kind == "branch":
            return [person.staff_id for person in self.desk.employed() if person.staff_id in self.scope.staff]
        return []

    @cached_property
    def member_rows(self) -> list[KpiRow]:
        """The verdicts of those below."""
        return kpi_rows(self.desk, self.members, trend=0) if self.members else []

    @cached_property
    def member_totals(self) -> list[Total]:
        """The totals of those below, ranked."""
        return totals(self.desk.pack, self.member_rows)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the checks found for the scope."""
        return in_scope(findings_with(self.desk, [*self.rows, *self.member_rows]), self.scope)
