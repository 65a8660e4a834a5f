"""The checks at the desk: the tables they need, the indicators for K9, and who is meant."""

from __future__ import annotations

from collections.abc import Sequence

from cmkit.checks.facts import CheckFacts, KpiLine
from cmkit.checks.registry import chosen, needed_tables
from cmkit.checks.run import in_order, run_checks
from cmkit.facts.finding import Finding
from cmkit.facts.records import RECORDS, Staff
from cmkit.kpi.row import KpiRow
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.kpis import kpi_rows

KPI_RULE = "K9"


def find_all(desk: Desk, only: Sequence[str] = (), *, rows: Sequence[KpiRow] | None = None) -> list[Finding]:
    """Every finding of the pack's rules (or those of ``only``) on the acting day."""
    if rows is None:
        rows = kpi_rows(desk, _judged(desk), trend=0) if not only or "K9" in only else []
    names = {*needed_tables(desk.pack, only), Staff.table}
    tables = {name: desk.raw(RECORDS[name]) for name in names if name in RECORDS}
    facts = CheckFacts(
        on=desk.on,
        period=desk.period,
        calendar=desk.calendar,
        pack=desk.pack,
        tables=tables,
        kpi_rows=[_line(desk, row) for row in rows if _asked_for(row)],
        hide=desk.masked,
    )
    return run_checks(facts, only)


def findings_with(desk: Desk, rows: Sequence[KpiRow]) -> list[Finding]:
    """What every rule found, that of the indicators over ``rows`` alone; the others run once for all reports of a desk."""
    names = list(chosen(desk.pack))
    plain = [name for name in names if name != KPI_RULE]
    found = desk.once(("findings", desk.period, desk.on), lambda: find_all(desk, plain, rows=())) if plain else []
    own = find_all(desk, [KPI_RULE], rows=rows) if KPI_RULE in names else []
    return in_order([*found, *own])


def _judged(desk: Desk) -> list[str]:
    """Those whose indicators are judged: everybody employed, and every organisation."""
    return [*desk.orgs, *[person.staff_id for person in desk.employed()]]


def _asked_for(row: KpiRow) -> bool:
    """Whether the indicator is to be judged: what is only watched is not missing a target."""
    return row.status == "no_actual" or (row.relevant and (row.wants_target or row.status != "no_target"))


def _line(desk: Desk, row: KpiRow) -> KpiLine:
    return KpiLine(
        row.kpi.code,
        row.kpi.label,
        row.who,
        desk.names.get(row.who, row.who),
        row.status,
        row.rate,
        row.time_progress,
        row.gap_pp,
        row.target,
        row.actual,
        row.needed_per_workday,
    )


def in_scope(findings: Sequence[Finding], scope: Scope) -> list[Finding]:
    """The findings that belong to the scope's people, or to itself."""
    if scope.kind == "all":
        return list(findings)
    return [finding for finding in findings if finding.owner in scope.staff or finding.owner == scope.id]
