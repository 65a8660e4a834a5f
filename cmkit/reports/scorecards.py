"""KPI考核表 at the desk: the appraisal sheet of one person, one organisation or each of several, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from cmkit.base.lang import _, language
from cmkit.facts.section import Document, Section
from cmkit.kpi import sections as kpi
from cmkit.kpi.evaluate import Total, totals
from cmkit.kpi.row import KpiRow
from cmkit.kpi.scorecard import basis, scorecard, signatures
from cmkit.reports.compose import document_meta
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.kpis import kpi_rows


def ranked(desk: Desk, who: Sequence[str], *, rows: Sequence[KpiRow] | None = None) -> list[Total]:
    """The totals of ``who`` with their places among each other, best first; one alone has no place."""
    found = totals(desk.pack, kpi_rows(desk, who, trend=0) if rows is None else rows)
    if len(who) == 1:
        return [replace(one, rank=None) for one in found]
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.who))


def peers(desk: Desk, scope: Scope) -> list[str]:
    """Those that a scope is ranked among: everybody employed, or the branches; the whole office stands alone."""
    if scope.kind == "owner":
        return list(dict.fromkeys([*(person.staff_id for person in desk.employed()), scope.id]))
    branches = [branch.id for branch in desk.branches()]
    return branches if scope.id in branches else [scope.id]


def score_cards(desk: Desk, scopes: Sequence[Scope]) -> list[tuple[str, Document]]:
    """The appraisal sheet of each scope, with its place among its peers; each group of peers is reckoned once."""
    known: dict[tuple[str, ...], dict[str, list[KpiRow]]] = {}
    made: list[tuple[str, Document]] = []
    for scope in scopes:
        group = tuple(peers(desk, scope))
        if group not in known:
            by_who: dict[str, list[KpiRow]] = {}
            for row in kpi_rows(desk, group, trend=0):
                by_who.setdefault(row.who, []).append(row)
            known[group] = by_who
        rows = known[group]
        places = {one.who: one for one in ranked(desk, group, rows=[row for own in rows.values() for row in own])}
        made.append((scope.stem, _document(desk, scope, rows.get(scope.id, []), places.get(scope.id))))
    return made


def _document(desk: Desk, scope: Scope, rows: Sequence[KpiRow], total: Total | None) -> Document:
    told = [row for row in rows if row.relevant]
    sections: list[Section] = [scorecard(rows, total or Total(scope.id, None)), basis(rows)]
    members = _members(desk, scope)
    if members:
        below = kpi_rows(desk, members, trend=0)
        sections.insert(1, kpi.people(below, totals(desk.pack, below), desk.names, offices=members[0] in desk.orgs))
    name = scope.name or desk.workspace.settings.office
    cut = min(desk.on, desk.period.end)
    weights = sum((row.kpi.weight for row in rows if row.kpi.rule != "bonus"), Decimal(0))
    return Document(
        name="scorecard",
        title=_("{name}KPI 考核表").format(name=name) if language() == "zh" else f"{name} scorecard".strip(),
        subtitle=_("{period}（截至 {day}）").format(period=desk.period.label, day=cut.isoformat()),
        meta=document_meta(desk, scope),
        headline=kpi.headline(told) if told else "",
        sections=tuple(sections),
        notes=(_("权重合计 {weights}。").format(weights=kpi.number_plain(weights)),),
        signatures=signatures(),
        made_on=desk.on,
        lang=language(),
        landscape=True,
    )


def _members(desk: Desk, scope: Scope) -> list[str]:
    """Whose totals stand below the sheet: the branches under the office, the people of a branch."""
    if scope.kind == "owner":
        return []
    below = [branch.id for branch in desk.branches() if branch.id != scope.id]
    if scope.id not in below and scope.id == desk.everything().id:
        return below
    return [person.staff_id for person in desk.employed() if person.staff_id in scope.staff]
