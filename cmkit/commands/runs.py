"""``cmkit runs``."""

from __future__ import annotations

from datetime import timedelta

import click

from cmkit.base.faults import Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session


@group("runs", _("任务执行记录"))
def cli() -> None:
    """The run ledger."""


@cli.command("list", help=_("最近的执行；--missed 只列应执行而没有执行的"))
@click.option("--missed", is_flag=True, help=_("最近 31 天应执行而没有执行的任务（有则退出码 3）"))
@with_session
def list_(session: Session, missed: bool) -> int:
    """The latest runs, or those that should have been."""
    from cmkit.facts.section import Column
    from cmkit.store.ledger import list_runs

    if missed:
        return _missed(session)
    runs = list_runs(session.store)
    columns = [Column(_("编号"), "count"), Column(_("任务")), Column(_("期间")), Column(_("应办日"))]
    columns += [Column(_("开始")), Column(_("结束")), Column(_("退出码"), "count"), Column(_("文件"), "count")]
    rows = [
        (
            run.id,
            run.job,
            run.period,
            run.due_on,
            session.clock(run.started),
            session.clock(run.ended),
            run.exit_code,
            len(run.outputs),
        )
        for run in runs
    ]
    value = [{name: getattr(run, name) for name in run.__dataclass_fields__} for run in runs]
    session.show_rows(columns, rows, value)
    return Exit.DONE


@cli.command("deliveries", help=_("发出的文件：已发、失败、不确定；--open 只列要处理的（有则退出码 3）"))
@click.option("--open", "unsettled", is_flag=True, help=_("只列失败和不确定的"))
@with_session
def deliveries(session: Session, unsettled: bool) -> int:
    """What was sent to whom, and what became of it."""
    from cmkit.facts.section import Column
    from cmkit.store.deliveries import DeliveryBook

    found = DeliveryBook(session.store).listing(unsettled=unsettled)
    words = {
        "sending": _("正在发送"),
        "sent": _("已发送"),
        "failed": _("没有发出"),
        "uncertain": _("不确定"),
        "replaced": _("已重发"),
    }
    rows = [
        (
            one.id,
            one.key.target,
            one.key.report,
            one.key.who,
            one.key.period,
            words[one.state],
            session.clock(one.begun),
            one.note,
        )
        for one in found
    ]
    names = ("id", "target", "report", "who", "period", "state", "begun", "note")
    value = [
        {**dict(zip(names, row, strict=True)), "state": one.state, "begun": one.begun, "ended": one.ended, "by": one.by}
        for row, one in zip(rows, found, strict=True)
    ]
    columns = [Column(_("编号"), "count"), Column(_("发送对象")), Column(_("报告")), Column(_("对象"))]
    columns += [Column(_("期间")), Column(_("状态")), Column(_("时间")), Column(_("说明"))]
    session.show_rows(columns, rows, value)
    return Exit.NEGATIVE if unsettled and found else Exit.DONE


def _missed(session: Session) -> int:
    from cmkit.facts.section import Column
    from cmkit.schedule.run import missed_runs

    found = missed_runs(
        session.workspace,
        session.store,
        session.on - timedelta(days=31),
        session.on - timedelta(days=1),
        session.pack.info.work_month,
    )
    rows = [(job, day.isoformat()) for job, day in found]
    session.show_rows(
        [Column(_("任务")), Column(_("应办日"))], rows, [{"job": job, "due_on": day} for job, day in rows]
    )
    return Exit.NEGATIVE if rows else Exit.DONE
