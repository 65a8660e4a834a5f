"""Showing findings."""

from __future__ import annotations

from collections.abc import Sequence

from cmkit.base.faults import Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session
from cmkit.facts.finding import Finding
from cmkit.facts.section import Column


def show_findings(session: Session, findings: Sequence[Finding]) -> int:
    """Findings as a table or JSON; the exit code says whether there are any."""
    names = session.desk().names
    columns = [Column(_("规则")), Column(_("级别")), Column(_("对象")), Column(_("问题")), Column(_("责任人"))]
    columns += [Column(_("期限")), Column(_("建议"))]
    grave = {"error": _("严重"), "warning": _("一般")}
    rows = [
        (
            one.rule,
            grave[one.severity],
            one.subject,
            one.message,
            names.get(one.owner, one.owner),
            one.due.isoformat() if one.due else "",
            one.hint,
        )
        for one in findings
    ]
    if rows or session.format != "table":
        session.show_rows(columns, rows, [one.as_dict() for one in findings])
    elif not session.quiet:
        session.say(_("检查未发现问题。"))
    return Exit.NEGATIVE if findings else Exit.DONE
