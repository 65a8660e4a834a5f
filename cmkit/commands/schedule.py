"""``cmkit schedule``."""

from __future__ import annotations

from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session


@group("schedule", _("任务安排：下次日期和要安装的 crontab"))
def cli() -> None:
    """What runs when."""


@cli.command("list", help=_("每个任务下次执行的日期"))
@with_session
def list_(session: Session) -> None:
    """The next date of each job."""
    from cmkit.facts.section import Column
    from cmkit.schedule import next_due

    works, scheme = session.workspace.calendar(), session.pack.info.work_month
    jobs = [
        {
            "job": job.name,
            "next": str(next_due(job.when, session.on, works, scheme) or ""),
            "at": job.at,
            "when": job.when,
        }
        for job in session.workspace.settings.jobs
        if job.enabled
    ]
    columns = [Column(_("任务")), Column(_("下次")), Column(_("时间")), Column(_("规则"))]
    session.show_rows(columns, [tuple(job.values()) for job in jobs], {"jobs": jobs})


@cli.command("crontab", help=_("打印要装进 crontab 的行"))
@with_session
def crontab(session: Session) -> None:
    """The lines to install."""
    from cmkit.schedule import crontab_lines

    lines = crontab_lines(session.workspace.root, session.workspace.settings.jobs)
    if session.format == "json":
        session.show_json({"lines": lines})
        return
    for line in lines:
        session.show(line)
