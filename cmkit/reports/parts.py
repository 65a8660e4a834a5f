"""The parts of a report by name. Each takes the paper (desk and scope) and gives sections; an empty one is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from cmkit.base.lang import _
from cmkit.checks.sections import findings_section, next_section
from cmkit.clients.sections import clients_section
from cmkit.facts.records import (
    ArchiveCheck,
    Client,
    CompetitorIntel,
    Complaint,
    Contact,
    Fact,
    Feedback,
    InfoReport,
    Inspection,
    Referral,
    Survey,
    WorkLog,
)
from cmkit.facts.section import Column, Section
from cmkit.kpi import sections as kpi
from cmkit.kpi.evaluate import totals
from cmkit.kpi.scorecard import rule_word
from cmkit.reports import client, files, lending, norms, selling, teams, visiting
from cmkit.reports.paper import Paper
from cmkit.reports.rules import numbers_of, options_of, sla_of
from cmkit.service.common import ServiceFacts
from cmkit.service.complaints import complaint_list_section, service_section
from cmkit.service.loops import feedback_section, info_section, referral_section
from cmkit.service.market import market_section
from cmkit.service.survey import survey_section, unhappy_section
from cmkit.team.sections import allocation_section, headcount_section, person_section

_LED = ("branch", "all")
"""Scopes of many people: what stands against them is told by kind."""
F = TypeVar("F", bound=Fact)


def _summary(paper: Paper) -> list[Section]:
    return [kpi.summary(paper.rows)]


def _kpi_table(paper: Paper) -> list[Section]:
    return [kpi.kpi_table(paper.rows, totals(paper.desk.pack, paper.rows))]


def _kpi_trend(paper: Paper) -> list[Section]:
    return [kpi.kpi_trend(paper.rows)]


def _clients(paper: Paper) -> list[Section]:
    desk = paper.desk
    clients = paper.own(desk.facts(Client))
    return [clients_section(clients, desk.pack, desk.period, moves=visiting.tier_moves(desk, paper.scope))]


def _activity(paper: Paper) -> list[Section]:
    return [visiting.activity(paper.desk, paper.scope)]


def _visits(paper: Paper) -> list[Section]:
    from cmkit.visits.sections import gaps_section

    desk = paper.desk
    found = visiting.gap_list(desk, paper.scope)[:20]
    return [gaps_section(found, desk.clients, desk.staff)]


def _team(paper: Paper) -> list[Section]:
    desk, scope = paper.desk, paper.scope
    if scope.kind == "owner":
        return []
    staff = [person for person in desk.staff.values() if person.staff_id in scope.staff]
    found = [headcount_section(staff, desk.period)]
    if paper.member_rows:
        found.append(kpi.people(paper.member_rows, paper.member_totals, desk.names, offices=scope.kind == "all"))
    clients = paper.own(desk.facts(Client))
    contacts = paper.own(desk.facts(Contact))
    logs = paper.own(desk.facts(WorkLog))
    channels = desk.pack.visits.visit_channels
    found.append(person_section(staff, clients, contacts, logs, desk.period, channels))
    found.append(allocation_section(staff, clients, desk.pack.visits))
    return found


def _service_facts(paper: Paper) -> ServiceFacts:
    desk = paper.desk
    survey = options_of(desk.pack, "K18")
    return ServiceFacts(
        sla=sla_of(desk.pack),
        satisfied_from=survey.number("satisfied_from"),
        weights=numbers_of(survey, "weights"),
        period=desk.period,
        on=desk.on,
        complaints=_touching(paper, desk.facts(Complaint)),
        feedback=_touching(paper, desk.facts(Feedback)),
        referrals=paper.own(desk.facts(Referral)),
        info_reports=paper.own(desk.facts(InfoReport)),
        surveys=paper.of_clients(desk.facts(Survey)),
        calendar=desk.calendar,
        clients=desk.clients,
        names=desk.names,
    )


def _touching(paper: Paper, rows: list[F]) -> list[F]:
    """What the scope's people handle, and what its own clients raised."""
    handled = {row.key for row in paper.own(rows)} | {row.key for row in paper.of_clients(rows)}
    return [row for row in rows if row.key in handled]


def _service(paper: Paper) -> list[Section]:
    facts = _service_facts(paper)
    found = [service_section(facts), complaint_list_section(facts)]
    if facts.feedback:
        found.append(feedback_section(facts))
    if facts.surveys:
        found += [survey_section(facts), unhappy_section(facts)]
    if facts.referrals:
        found.append(referral_section(facts))
    return found


def _market(paper: Paper) -> list[Section]:
    desk = paper.desk
    intel = paper.own(desk.facts(CompetitorIntel))
    found = [market_section(intel, period=desk.period, names=desk.names)]
    facts = _service_facts(paper)
    if facts.info_reports:
        found.append(info_section(facts))
    return found


def _risk(paper: Paper) -> list[Section]:
    """风险与合规: what inspections and archive checks found and whether it has been put right."""
    desk = paper.desk
    rows = [
        (
            one.date,
            desk.names.get(one.staff_id, one.staff_id),
            one.item,
            one.finding,
            one.deduction,
            one.due,
            one.fixed_on,
        )
        for one in paper.own(desk.facts(Inspection))
        if one.date and one.date in desk.period and not one.passed
    ]
    rows += [
        (one.date, desk.names.get(one.checker_id, one.checker_id), one.item, one.finding, None, one.due, one.fixed_on)
        for one in paper.of_clients(desk.facts(ArchiveCheck))
        if one.date and one.date in desk.period and one.finding
    ]
    columns = (
        Column(_("日期"), "date"),
        Column(_("人员")),
        Column(_("检查项目")),
        Column(_("发现问题"), "note", width=36),
        Column(_("扣分"), "number"),
        Column(_("整改期限"), "date"),
        Column(_("整改完成"), "date"),
    )
    found = Section("risk", _("风险与合规"), columns=columns, rows=tuple(rows), empty=_("本期检查未发现问题。"))
    return [found, *lending.credit(paper)]


def _support(paper: Paper) -> list[Section]:
    """需上级支持: what people asked for in their logs of the period."""
    desk = paper.desk
    rows = [
        (log.date, desk.names.get(log.staff_id, log.staff_id), log.support)
        for log in paper.own(desk.facts(WorkLog))
        if log.support and log.date and log.date in desk.period
    ]
    columns = (Column(_("日期"), "date"), Column(_("提出人")), Column(_("需要的支持"), "note", width=60))
    return [Section("support", _("需上级支持"), columns=columns, rows=tuple(rows), empty=_("没有提出需要支持的事项。"))]


def _problems(paper: Paper) -> list[Section]:
    return [findings_section(paper.findings, paper.desk.names, wide=paper.scope.kind in _LED)]


def _next(paper: Paper) -> list[Section]:
    desk = paper.desk
    return [
        next_section(paper.findings, desk.names, on=desk.on, by=desk.period.next().end, wide=paper.scope.kind in _LED)
    ]


def _appendix(paper: Paper) -> list[Section]:
    desk = paper.desk
    found = [kpi.missing([*paper.rows, *paper.member_rows], desk.names)]
    rules = tuple(
        (row.kpi.label, row.kpi.unit, row.kpi.definition, rule_word(row.kpi.rule), row.kpi.source, row.as_of)
        for row in paper.rows
    )
    columns = (
        Column(_("指标")),
        Column(_("单位")),
        Column(_("口径"), "note", width=40),
        Column(_("计分规则")),
        Column(_("依据"), "note", width=30),
        Column(_("数据截至"), "date"),
    )
    found.append(Section("rules", _("指标口径与规则"), columns=columns, rows=rules))
    return found


PARTS: Mapping[str, Callable[[Paper], list[Section]]] = {
    "summary": _summary,
    "kpi_table": _kpi_table,
    "kpi_trend": _kpi_trend,
    "clients": _clients,
    "activity": _activity,
    "visits": _visits,
    "pipeline": selling.pipeline,
    "funnel": selling.funnel,
    "needs": selling.needs,
    "potential": selling.potential,
    "key_people": selling.key_people,
    "guests": selling.guests,
    "outreach": selling.outreach,
    "campaigns": selling.campaigns,
    "service": _service,
    "risk": _risk,
    "team": _team,
    "force": teams.force,
    "recruit": teams.recruiting,
    "growth": teams.growth,
    "archive": files.archive,
    "leaving": files.who_may_leave,
    "territory": files.territories,
    "market": _market,
    "problems": _problems,
    "next": _next,
    "support": _support,
    "appendix": _appendix,
    **norms.PARTS,
    **lending.PARTS,
    **client.PARTS,
}
