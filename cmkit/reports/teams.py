"""The sales force at the desk: head-count and productivity, persistency, activity, recruiting, growth, contests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.period import parse_period
from cmkit.checks.k15_activity import counters, limits
from cmkit.checks.options import Options
from cmkit.checks.registry import settings
from cmkit.facts.records import (
    Activity,
    Assessment,
    Campaign,
    Policy,
    Recruit,
    Staff,
    StaffEvent,
    Training,
)
from cmkit.facts.section import Figure, Section
from cmkit.kpi.evaluate import totals
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.kpis import find_kpi, is_kpi, kpi_rows
from cmkit.reports.paper import Paper
from cmkit.team.activity import Standard, activity_standard_section
from cmkit.team.contests import contest_section, standings
from cmkit.team.force import Force, Output, batch_section, force_of, force_sections, output_of, ratios
from cmkit.team.growth import candidates, grade_section, promotion_section, quality_section, training_section
from cmkit.team.persistency import Limits, light, persistency, persistency_section
from cmkit.team.recruiting import recruit_sections

_RULE = "K15"


def people(desk: Desk, scope: Scope) -> list[Staff]:
    """The scope's staff, those who have left among them."""
    return [person for person in desk.staff.values() if person.staff_id in scope.staff]


def _options(desk: Desk) -> Options | None:
    """The pack's own settings of the team check: roles, standards, limits. One truth for the check and the report."""
    return settings(desk.pack).get(_RULE)


def force(paper: Paper) -> list[Section]:
    """队伍经营: the indicators of the manual's row 12-07, each organisation beside the others."""
    desk, scope = paper.desk, paper.scope
    options = _options(desk)
    if options is None:
        return []
    policies = paper.own(desk.raw(Policy))
    found: list[Section] = []
    if policies:
        whole = _line(desk, options, scope)
        lines = [_line(desk, options, one) for one in _below(desk, scope)]
        found += [_headline(desk, options, whole, policies), *force_sections([*lines, whole], policies)]
        found.append(batch_section(people(desk, scope), desk.period, desk.on))
        bounds = {months: limit for months, limit in _bounds(options).items() if limit}
        found.append(persistency_section(policies, desk.names, desk.period, bounds))
    activities = paper.own(desk.raw(Activity))
    if activities:
        span = (desk.period, desk.on, desk.calendar)
        found.append(
            activity_standard_section(people(desk, scope), activities, _standards(options), _labels(desk), span)
        )
    return found


def _below(desk: Desk, scope: Scope) -> list[Scope]:
    if scope.kind == "all":
        return desk.branches()
    if scope.kind == "branch":
        inside = set(desk.tree.descendants(scope.id)) - {scope.id}
        return [one for one in desk.branches() if one.id in inside]
    return []


def _line(desk: Desk, options: Options, scope: Scope) -> tuple[str, Force, Output]:
    roles = options.words("roles")
    team = force_of(people(desk, scope), desk.raw(StaffEvent), desk.period, desk.on, roles)
    name = scope.name if scope.kind != "all" else _("合计")
    return name, team, output_of(desk.raw(Policy), team, desk.period)


def _bounds(options: Options) -> Mapping[int, Limits | None]:
    return {13: limits(options, "persistency"), 25: limits(options, "persistency_25")}


def _headline(desk: Desk, options: Options, whole: tuple[str, Force, Output], policies: Sequence[Policy]) -> Section:
    _name, team, output = whole
    told = ratios(team, output)
    first = persistency(policies, desk.period)
    return Section(
        "team_figures",
        _("队伍经营"),
        figures=(
            Figure(_("期末人力"), len(team.closing), "count", _("人")),
            _rated(_("活动率"), told["activity"], limits(options, "activity_rate")),
            Figure(_("人均产能"), told["productivity"], "money", "元"),
            _rated(_("留存率"), told["retention"], limits(options, "retention")),
            _rated(_("脱落率"), told["drop"], limits(options, "drop_rate"), less=True),
            _rated(_("13个月继续率"), first.rate, limits(options, "persistency")),
        ),
    )


def _rated(label: str, rate: Decimal | None, bounds: Limits | None, *, less: bool = False) -> Figure:
    note = _("绿 {green}% 黄 {amber}%").format(green=bounds[0], amber=bounds[1]) if bounds else ""
    return Figure(label, rate, "rate", "%", note=note, level=light(rate, bounds, less=less))


def _standards(options: Options) -> Mapping[str, Standard]:
    found = {role: counters(options, "standard") for role in options.words("roles")}
    return found | {role: counters(options, "leader_standard") for role in options.words("leader_roles")}


def _labels(desk: Desk) -> Mapping[str, str]:
    return {key: column.label for key, column in desk.pack.tables[Activity.table].columns.items()}


def recruiting(paper: Paper) -> list[Section]:
    """增员: the year's funnel, sources and introducers; none in the report of one person."""
    desk = paper.desk
    if paper.scope.kind == "owner":
        return []
    columns = desk.pack.tables[Recruit.table].columns
    return recruit_sections(
        paper.own(desk.facts(Recruit)),
        list(columns["stage"].choices),
        list(columns["source"].choices),
        desk.period,
        desk.names,
    )


def growth(paper: Paper) -> list[Section]:
    """成长: grades, training and coaching, quality beside performance, who may be promoted, contests.

    None in the report of one person.
    """
    desk, scope = paper.desk, paper.scope
    if scope.kind == "owner":
        return []
    staff, team = people(desk, scope), desk.pack.team
    trainings = desk.facts(Training)
    mine = [one for one in trainings if {one.staff_id, one.coach_id} & scope.staff]
    found = [training_section(mine, staff, desk.period, team)] if mine else []
    marks = [one for one in paper.own(desk.facts(Assessment)) if one.period == desk.period.name]
    rows = kpi_rows(desk, [one.staff_id for one in staff], trend=0) if marks or team.promotions else []
    scores = {one.who: one.score for one in totals(desk.pack, rows)}
    if marks and team.quality:
        found.append(quality_section(marks, staff, desk.period.name, team, scores))
    if team.promotions:
        ladder = list(desk.pack.tables[Staff.table].columns["grade"].choices)
        found.append(grade_section(staff, desk.on, ladder))
        values: dict[str, dict[str, Decimal | None]] = {}
        for row in rows:
            values.setdefault(row.who, {})[row.kpi.code] = row.actual
        ready = candidates(staff, desk.raw(StaffEvent), team, desk.on, (_past(desk, staff, scores), values))
        found.append(promotion_section(ready, {code: kpi.label for code, kpi in desk.pack.kpis.items()}))
    return [*found, *_contests(desk, scope)]


def _past(
    desk: Desk, staff: Sequence[Staff], now: Mapping[str, Decimal | None]
) -> Mapping[str, Sequence[Decimal | None]]:
    """Everybody's totals of as many periods as a rule asks for, the present one first."""
    wanted = max((rule.periods for rule in desk.pack.team.promotions), default=1)
    found: dict[str, list[Decimal | None]] = {person.staff_id: [now.get(person.staff_id)] for person in staff}
    period = desk.period
    for _step in range(wanted - 1):
        period = period.previous()
        then = desk.at(period, period.end)
        past = {one.who: one.score for one in totals(desk.pack, kpi_rows(then, list(found), trend=0))}
        for who, scores in found.items():
            scores.append(past.get(who))
    return found


def _sellers(desk: Desk) -> set[str]:
    """The roles that a contest ranks: those of the team check, else all that write a log."""
    options = _options(desk)
    named = set(options.words("roles")) if options else set()
    writers = {routine.role or role for role, routine in desk.pack.routines.items() if routine.writes_log}
    return named & writers or writers


def _contests(desk: Desk, scope: Scope) -> list[Section]:
    """竞赛排名 of every campaign that ranks people by an indicator and touches the period."""
    found = []
    for contest in desk.facts(Campaign):
        code, span = str(contest.get("contest_kpi") or ""), str(contest.get("contest_period") or "")
        if not code or not is_kpi(desk, code) or contest.start is None or contest.start > desk.period.end:
            continue
        if contest.end is not None and contest.end < desk.period.start:
            continue
        kpi = find_kpi(desk, code)
        period = parse_period(span, desk.pack.info.work_month) if span else desk.period
        then = desk.at(period, min(desk.on, period.end))
        roles = _sellers(desk)
        who = [one.staff_id for one in desk.employed() if one.staff_id in scope.staff and one.role in roles]
        rows = kpi_rows(then, who, codes=[kpi.code], trend=0)
        ranked = standings({row.who: row.actual for row in rows}, less=kpi.direction == "down")
        found.append(contest_section(contest, kpi.label, kpi.unit, ranked, desk.names, desk.pack.team.honours))
    return found
