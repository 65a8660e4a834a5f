"""``cmkit audit``."""

from __future__ import annotations

import click

from cmkit.base.faults import Exit, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session


@group("audit", _("调阅登记：谁看过谁的完整信息"))
def cli() -> None:
    """The access record."""


@cli.command("show", help=_("列出调阅登记"))
@with_session
def show(session: Session) -> None:
    """Every access, oldest first."""
    from cmkit.facts.section import Column
    from cmkit.privacy.access import access_log, read_entries

    entries = read_entries(access_log(session.workspace.root))
    rows = [(one.no, session.clock(one.when), one.who, one.what, len(one.whose), one.why) for one in entries]
    columns = [Column(_("序号"), "count"), Column(_("时间")), Column(_("调阅人")), Column(_("操作"))]
    columns += [Column(_("客户数"), "count"), Column(_("事由"))]
    session.show_rows(columns, rows, [one.as_dict() for one in entries])


@cli.command("verify", help=_("核对调阅登记是否被改动（被改动则退出码 3）"))
@with_session
def verify_(session: Session) -> int:
    """Whether the record was touched."""
    from cmkit.privacy.access import access_log, verify

    problems = verify(access_log(session.workspace.root))
    if session.format == "json":
        session.show_json([problem.as_dict() for problem in problems])
    elif problems:
        session.show_problems(problems)
    else:
        session.say(_("调阅登记完整，没有改动"))
    return Exit.NEGATIVE if problems else Exit.DONE


@cli.command("reanchor", help=_("工作区搬动或改名后重新启用调阅登记；写明 --reason 事由，此举也记入登记"))
@click.option("--reason", metavar="TEXT", required=True, help=_("搬动的事由"))
@with_session
def reanchor_(session: Session, reason: str) -> None:
    """Take up the record of a workspace that was moved."""
    from cmkit.base.clock import stamp
    from cmkit.privacy.access import access_log, reanchor

    if not reason.strip():
        raise UsageFault(_("请写明 --reason 事由"))
    reanchor(access_log(session.workspace.root), who=session.who, when=stamp(), why=reason.strip())
    session.say(_("已重新启用调阅登记，此举记入登记"))
