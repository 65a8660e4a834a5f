"""``cmkit run``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from cmkit.base.faults import Exit, Fault, UsageFault, worst
from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, keep_traceback, os_fault, with_session

if TYPE_CHECKING:
    from cmkit.base.period import Period
    from cmkit.base.workspace import JobSettings

CATCH_UP_DAYS = 31
_ONE_VALUE = frozenset({"json", "csv"})
"""Formats in which stdout holds the run's own rows and nothing else."""


@command("run", _("执行到期的任务（交给 cron）；每个任务每天只做一次"))
@click.argument("job", required=False)
@click.option("--period", "period", metavar="P", help=_("按这个期间执行指定的任务"))
@click.option("--due", is_flag=True, help=_("只做到现在为止该做的"))
@click.option("--catch-up", "catch_up", is_flag=True, help=_("补做最近 31 天漏掉的，从最早的开始"))
@click.option("--again", is_flag=True, help=_("做过也再做一次"))
@with_session
@click.pass_context
def cli(
    ctx: click.Context, session: Session, job: str | None, period: str | None, due: bool, catch_up: bool, again: bool
) -> int:
    """Do what is due."""
    from cmkit.base.clock import now
    from cmkit.commands._sending import retry_failed
    from cmkit.schedule import run_jobs
    from cmkit.schedule.run import reach_back

    if period and not job:
        raise UsageFault(_("--period 要和任务名一起用"))
    span = session.period(period) if period else None
    retried = retry_failed(session) if not job else Exit.DONE
    done = run_jobs(
        session.workspace,
        session.store,
        _runner(ctx, session),
        start=reach_back(session.store, session.on, CATCH_UP_DAYS) if catch_up else session.on,
        end=session.on,
        scheme=session.pack.info.work_month,
        name=job or "",
        latest=now(session.workspace.settings.zone).strftime("%H:%M")
        if due and "on" not in session.options
        else "23:59",
        again=again,
        period=span,
        announce=_heading(session),
    )
    _tell(session, done)
    return worst([int(retried), *(one.exit_code for one in done)])


def _heading(session: Session) -> Callable[[JobSettings, Period, date], None]:
    """What stands over the output of each job, so that two jobs' tables are told apart."""

    def show(job: JobSettings, period: Period, day: date) -> None:
        if session.format in _ONE_VALUE:
            return
        mark = "##" if session.format == "md" else "■"
        title = _("{mark} {job}（{period}，应办日 {day}）")
        session.show(title.format(mark=mark, job=job.name, period=period.name, day=day.isoformat()))

    return show


def _runner(ctx: click.Context, session: Session) -> Callable[[Sequence[str]], tuple[int, list[str]]]:
    root = ctx.find_root().command

    def run(words: Sequence[str]) -> tuple[int, list[str]]:
        # One JSON value on stdout is the run's own: what a job would show is then left out.
        quiet = ["--quiet"] if session.quiet or session.format in _ONE_VALUE else []
        given = ["--workspace", str(session.workspace.root), "--no-input", "--as", session.who, *quiet, *words]
        inner = Session(given)
        try:
            code = root.main(given, "cmkit", standalone_mode=False, obj=inner)
        except click.Abort:
            raise
        except UsageFault as fault:
            session.complain(str(fault))
            code = int(Exit.CONFIG)
        except Fault as fault:
            session.complain(str(fault))
            code = int(fault.exit_code)
        except click.ClickException as error:
            # The words stand in cmkit.toml: that is where the mistake is.
            session.complain(error.format_message())
            code = int(Exit.CONFIG)
        except OSError as error:
            session.complain(str(os_fault(error)))
            code = int(os_fault(error).exit_code)
        except Exception as error:  # noqa: BLE001 - a bug in one job must not keep the others from running
            kept = keep_traceback(session, error)
            session.complain(_("程序出错：{kind}，详情已记入 {path}").format(kind=type(error).__name__, path=kept))
            code = int(Exit.CRASH)
        finally:
            inner.close()
        return (code if isinstance(code, int) else 0), [str(path) for path in inner.outputs]

    return run


def _tell(session: Session, done: Sequence[object]) -> None:
    from cmkit.facts.section import Column
    from cmkit.schedule import JobRun

    runs = [one for one in done if isinstance(one, JobRun)]
    value = [
        {
            "job": one.job,
            "period": one.period,
            "due_on": one.due_on.isoformat(),
            "exit_code": one.exit_code,
            "skipped": one.skipped,
            "outputs": list(one.outputs),
        }
        for one in runs
    ]
    if session.quiet:
        # Cron mails what is said: a job that did not end well is named, and nothing else.
        for one in runs:
            if one.exit_code:
                session.complain(
                    _("任务 {job}（{day}）退出码 {code}").format(job=one.job, day=one.due_on, code=one.exit_code)
                )
        return
    if not runs and session.format == "table":
        session.say(_("没有到期的任务"))
        return
    rows = [
        (
            one.job,
            one.period,
            one.due_on.isoformat(),
            _("已做过") if one.skipped else str(one.exit_code),
            len(one.outputs),
        )
        for one in runs
    ]
    columns = [Column(_("任务")), Column(_("期间")), Column(_("应办日")), Column(_("结果")), Column(_("文件"), "count")]
    if any(not one.skipped for one in runs) and session.format not in _ONE_VALUE:
        session.show(_("{mark} 执行结果").format(mark="##" if session.format == "md" else "■"))
    session.show_rows(columns, rows, value)
