"""Work logs at the desk: the day and the week of one person, and who has not written theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from cmkit.base.period import Period, period_of
from cmkit.facts.records import (
    CompetitorIntel,
    Complaint,
    Contact,
    Fact,
    Feedback,
    InfoReport,
    Referral,
    Staff,
    Task,
    Training,
    Visit,
    WorkLog,
    core_kinds,
)
from cmkit.facts.section import Document
from cmkit.facts.specs import ColumnSpec, KpiSpec, MeasureSpec, RoutineSpec
from cmkit.kpi.measure import formula, value
from cmkit.kpi.sections import kpi_table
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.kpis import kpi_rows
from cmkit.store import run_query
from cmkit.worklog.day import day_log
from cmkit.worklog.dayfacts import DayFacts
from cmkit.worklog.gaps import LogFacts, LogGap, log_gaps
from cmkit.worklog.week import WeekFacts, week_log


def counters(desk: Desk, routine: RoutineSpec, person: Staff, span: Period) -> dict[str, Decimal]:
    """What was done of each counter of the routine in a span, by step key."""
    steps = [*routine.activity, *[step for block in routine.blocks for step in block.steps]]
    return {step.key: _counted(desk, step.counts, person.staff_id, span) for step in steps if step.counts and step.key}


def _counted(desk: Desk, measure: MeasureSpec, who: str, span: Period) -> Decimal:
    asked = formula(desk.pack, KpiSpec(code="count", measure=measure), span)
    found = value(asked, lambda query: run_query(desk.store, query)) or {}
    return (found[who].value if who in found else None) or Decimal(0)


def day_document(desk: Desk, person: Staff, day: date) -> Document:
    """One person's work log of one day."""
    routine = desk.routine(person) or RoutineSpec()
    return day_log(
        DayFacts(
            staff=person,
            day=day,
            routine=routine,
            calendar=desk.calendar,
            org_name=desk.org_name(person.org_id),
            tier_column=desk.pack.info.tier_column,
            worklog=next(
                (log for log in desk.facts(WorkLog) if log.date == day and log.staff_id == person.staff_id), None
            ),
            contacts=desk.facts(Contact),
            tasks=desk.facts(Task),
            visits=desk.facts(Visit),
            complaints=desk.facts(Complaint),
            feedback=desk.facts(Feedback),
            referrals=desk.facts(Referral),
            intel=desk.facts(CompetitorIntel),
            info_reports=desk.facts(InfoReport),
            trainings=desk.facts(Training),
            clients=desk.clients,
            names=desk.names,
            counts=counters(desk, routine, person, period_of("day", day)),
            extra_columns=_extra(desk, Contact),
            log_columns=_extra(desk, WorkLog),
        )
    )


def _extra(desk: Desk, kind: type[Fact]) -> Mapping[str, ColumnSpec]:
    """The columns of a table that only the sector has."""
    spec = desk.pack.tables.get(kind.table)
    known = core_kinds(kind)
    return {key: column for key, column in spec.columns.items() if key not in known} if spec else {}


def week_document(desk: Desk, person: Staff, week: Period) -> Document:
    """One person's week log, with the month's indicators to date."""
    routine = desk.routine(person) or RoutineSpec()
    month = period_of("month", min(desk.on, week.end), desk.pack.info.work_month)
    rows = [row for row in kpi_rows(desk.at(month, min(desk.on, week.end)), [person.staff_id], trend=0) if row.relevant]
    return week_log(
        WeekFacts(
            staff=person,
            week=week,
            routine=routine,
            calendar=desk.calendar,
            org_name=desk.org_name(person.org_id),
            indicators=kpi_table(rows) if rows else None,
            contacts=desk.facts(Contact),
            tasks=desk.facts(Task),
            visits=desk.facts(Visit),
            worklogs=desk.facts(WorkLog),
            clients=desk.clients,
            names=desk.names,
            counts=counters(desk, routine, person, week),
        )
    )


def log_facts(desk: Desk, scope: Scope, start: date, end: date) -> LogFacts:
    """Who should have written which log between two days."""
    return LogFacts(
        staff=[person for person in desk.staff.values() if person.staff_id in scope.staff],
        worklogs=desk.raw(WorkLog),
        routines=desk.pack.routines,
        start=start,
        end=end,
        on=desk.on,
        calendar=desk.calendar,
        newcomer_days=desk.pack.info.newcomer_days,
    )


def gaps(desk: Desk, scope: Scope, start: date, end: date) -> list[LogGap]:
    """What is missing, late, empty or unreviewed."""
    return log_gaps(log_facts(desk, scope, start, end))


def writers(desk: Desk, scope: Scope, day: date) -> list[Staff]:
    """The scope's people who write a log on ``day``."""
    people: Sequence[Staff] = [person for person in desk.employed(day) if person.staff_id in scope.staff]
    return [person for person in people if (routine := desk.routine(person)) is not None and routine.writes_log]
