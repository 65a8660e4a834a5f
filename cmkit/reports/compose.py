"""A report is a list of sections: each name leads to one function, and the document is what they give."""

from __future__ import annotations

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _, language
from cmkit.base.workdays import ONE_DAY
from cmkit.facts.records import Actual, Client, Contact, Target
from cmkit.facts.section import Document, Section
from cmkit.facts.specs import Pack, ReportSpec
from cmkit.kpi.sections import cards, headline
from cmkit.reports.desk import Desk, Scope
from cmkit.reports.paper import Paper
from cmkit.reports.parts import PARTS


def find_report(pack: Pack, name: str) -> ReportSpec:
    """The report of that name.

    Raises UsageFault naming those there are.
    """
    if name not in pack.reports:
        known = "、".join(f"{key}（{spec.label}）" for key, spec in pack.reports.items())
        raise UsageFault(_("没有报告 {name}").format(name=name), hint=_("可用的有：{names}").format(names=known))
    return pack.reports[name]


def scopes_of(
    desk: Desk, owner: str | None, branch: str | None, everybody: bool, client: str | None = None
) -> list[Scope]:
    """Whom the report is for: one client, one person, one branch, each branch, everybody, or else the whole office."""
    if client:
        return [desk.client(client)]
    if owner:
        return [desk.owner(owner)]
    if branch and branch != "all":
        return [desk.branch(branch)]
    if branch:
        return desk.branches()
    if everybody:
        people = [desk.owner(person.staff_id) for person in desk.employed()]
        return [desk.everything(), *desk.branches(), *people]
    return [desk.everything()]


def compose(desk: Desk, spec: ReportSpec, scope: Scope) -> Document:
    """The whole report of one scope, before it has a format."""
    paper = Paper(desk, scope)
    sections: list[Section] = []
    for name in spec.sections:
        sections += PARTS[name](paper)
    rows = [row for row in paper.rows if row.relevant]
    cut = min(desk.on, desk.period.end)
    return Document(
        name=spec.name or "report",
        title=_title(desk, spec, scope),
        subtitle=_("{period}（截至 {day}）").format(period=desk.period.label, day=cut.isoformat()),
        meta=document_meta(desk, scope),
        headline=headline(rows) if rows else "",
        cards=cards(rows),
        sections=tuple(sections),
        notes=_notes(desk),
        signatures=tuple(spec.signatures),
        mark=_(spec.mark) if spec.mark else "",
        made_on=desk.on,
        template=spec.template,
        lang=language(),
    )


def _title(desk: Desk, spec: ReportSpec, scope: Scope) -> str:
    name = scope.name or desk.workspace.settings.office
    return f"{name}{spec.label}" if language() == "zh" else f"{name} {spec.label}".strip()


def document_meta(desk: Desk, scope: Scope) -> tuple[tuple[str, str], ...]:
    """The head of a document: whose it is, for what period, made when."""
    pairs = [(_("报告期"), f"{desk.period.start.isoformat()} ～ {desk.period.end.isoformat()}")]
    if scope.kind == "owner":
        person = desk.staff[scope.id]
        pairs = [(_("单位"), desk.org_name(person.org_id)), (_("岗位"), person.role), *pairs]
    elif scope.kind == "client":
        client = desk.clients[scope.id]
        owner = desk.names.get(client.owner_id, client.owner_id)
        pairs = [(_("单位"), desk.org_name(client.org_id)), (_("客户编号"), scope.id), (_("客户经理"), owner)]
    else:
        pairs = [(_("单位"), scope.name or desk.workspace.settings.office), *pairs]
    return (*pairs, (_("编制日期"), desk.on.isoformat()))


def _notes(desk: Desk) -> tuple[str, ...]:
    days = (desk.period.start + ONE_DAY * n for n in range(desk.period.days))
    guessed = any(desk.calendar.is_estimated(day) for day in days)
    return (*lacking(desk), *((_("放假安排未导入，工作日为推算。"),) if guessed else ()))


def lacking(desk: Desk) -> tuple[str, ...]:
    """Why a report of this period can hold next to nothing, if it can: said to whoever makes it, and printed in it."""
    if not any(desk.raw(kind) for kind in (Client, Contact, Actual, Target)):
        return (_("工作区里还没有数据，报告是空的；请先用 cmkit import 导入。"),)
    if desk.on < desk.period.start:
        day = desk.period.start.isoformat()
        return (_("{period}从 {day} 才开始，报告里还没有实际数。").format(period=desk.period.label, day=day),)
    return ()
