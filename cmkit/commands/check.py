"""``cmkit check``."""

from __future__ import annotations

import click

from cmkit.base.lang import _
from cmkit.commands._kit import KPI_MARK, Session, command, with_session


@command("check", _("按行业包的规则检查：每条发现有责任人和期限（有发现退出码 3）"))
@click.argument("rules", metavar="[RULE]...", nargs=-1)
@click.option("--alert-once", "once", is_flag=True, help=_("同一问题只提示一次，消除后再出现才再提示"))
@click.option("--period", "period", metavar="P", help=_("指标按这个期间判断（默认本月）"))
@with_session
def cli(session: Session, rules: tuple[str, ...], once: bool, period: str | None) -> int:
    """Run the pack's checks."""
    from cmkit.checks.run import alert_once
    from cmkit.commands._findings import show_findings
    from cmkit.reports.checking import find_all
    from cmkit.store.ledger import keep_seen, seen_findings

    wanted = [rule.upper() for rule in rules]
    findings = find_all(session.desk(session.period(period), screen=True), wanted)
    if once:
        seen = seen_findings(session.store)
        fresh, state = alert_once(findings, seen, wanted)
        code = show_findings(session, fresh)
        # What `kpi check --alert-once` has told is kept in the same book.
        keep_seen(session.store, state | {mark for mark in seen if mark.startswith(KPI_MARK)})
        return code
    return show_findings(session, findings)
