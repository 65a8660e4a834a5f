"""``cmkit minutes``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

import click

from cmkit.base.faults import Exit, InputFault, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session
from cmkit.commands._sending import Sending, send_options, write_and_send


@group("minutes", _("会议纪要：登记会议、生成纪要、跟踪行动项"))
def cli() -> None:
    """Meetings, minutes, actions."""


@cli.command("new", help=_("登记会议文件（TOML 或填好的 Excel 表）"))
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@with_session
def new(session: Session, files: tuple[Path, ...]) -> None:
    """Take in meeting files."""
    from cmkit.reports.meetings import facts_of, read_file
    from cmkit.store.put import put

    told = []
    for path in files:
        found, problems = read_file(session.desk(), path)
        put(
            session.store,
            facts_of(session.desk(), found),
            who=session.who,
            label=f"minutes {path.name}",
            as_of=session.on.isoformat(),
            kind="import",
            file=path.name,
        )
        session.show_problems(problems)
        told.append({"meeting": found.meeting.meeting_id, "file": path.name, "actions": len(found.tasks)})
    if session.format == "json":
        session.show_json(told)
    else:
        for one in told:
            session.show(str(one["meeting"]))


@cli.command("form", help=_("写出一张可填的会议记录表"))
@click.argument("out", metavar="FILE.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@with_session
def form(session: Session, out: Path) -> None:
    """An empty meeting form."""
    from cmkit.minutes.form import meeting_form_rows
    from cmkit.render.form import grid_bytes
    from cmkit.render.output import write_bytes

    if out.suffix.lower() != ".xlsx":
        raise UsageFault(_("表单只能写成 xlsx：{name}").format(name=out.name))
    rows = [[word, *values] for word, values in meeting_form_rows()]
    write_bytes(out, grid_bytes(_("会议记录表"), rows, session.on))
    session.show_paths([out])


@cli.command("render", help=_("生成会议纪要（上次未完成的行动项会带过来）；--agenda 生成会前议程"))
@click.argument("meeting", metavar="MEETING")
@click.option("--agenda", is_flag=True, help=_("会前的议程和签到表"))
@click.option(
    "--style",
    type=click.Choice(["gb", "plain"]),
    default="gb",
    show_default=True,
    help=_("gb：按 GB/T 9704-2012 的纪要格式；plain：普通样式"),
)
@click.option("--to", "to", default="md,html,docx", show_default=True, help=_("文件格式，用逗号分开"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@send_options
@with_session
def render_(
    session: Session,
    meeting: str,
    agenda: bool,
    style: Literal["gb", "plain"],
    to: str,
    out: Path | None,
    sending: Sending,
) -> int:
    """The minutes as documents."""
    from cmkit.reports.meetings import before, meeting_of, minutes

    desk = session.desk()
    held = meeting_of(desk, meeting)
    period = held.date.isoformat()[:7] if held.date else desk.period.name
    documents = before(desk, held.meeting_id) if agenda else [minutes(desk, held.meeting_id, style=style)]
    made = [(held.meeting_id, document) for document in documents]
    return write_and_send(session, made, period, to, out, sending)


@cli.command("actions", help=_("未完成的行动项；--done 关闭一项（逾期的退出码 3）"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@click.option("--done", "done", metavar="TASK", help=_("这一项已完成"))
@click.option("--note", default="", metavar="TEXT", help=_("完成情况"))
@click.option("--all", "everything", is_flag=True, help=_("连同已完成的"))
@with_session
def actions(session: Session, owner: str | None, done: str | None, note: str, everything: bool) -> int:
    """Open actions, and closing one."""
    from cmkit.facts.records import Task
    from cmkit.facts.section import Column
    from cmkit.minutes.actions import action_of, close_action, open_actions
    from cmkit.store.put import put

    desk = session.desk()
    if done:
        task = next((one for one in desk.raw(Task) if one.task_id == done), None)
        if task is None:
            raise InputFault(_("没有行动项 {task}").format(task=done), hint=_("用 cmkit minutes actions 查看编号"))
        closed = close_action(task, on=session.on, remark=note)
        put(session.store, [closed], who=session.who, label="cmkit minutes actions", as_of=session.on.isoformat())
        session.say(_("已完成：{what}").format(what=task.what))
        return Exit.DONE
    scope = desk.scope(owner)
    tasks = desk.of_scope(desk.facts(Task), scope)
    found = [action_of(task, session.on) for task in tasks] if everything else open_actions(tasks, session.on)
    rows = [
        (
            one.task.task_id,
            one.task.what,
            desk.names.get(one.task.owner_id, one.task.owner_id),
            one.task.due,
            one.status,
        )
        for one in found
    ]
    value = [
        {
            "task": one.task.task_id,
            "what": one.task.what,
            "owner": one.task.owner_id,
            "due": one.task.due,
            "state": one.state,
            "meeting": one.task.origin_ref,
        }
        for one in found
    ]
    columns = [
        Column(_("编号")),
        Column(_("事项")),
        Column(_("责任人")),
        Column(_("完成时限"), "date"),
        Column(_("状态"), "status"),
    ]
    session.show_rows(columns, rows, value)
    return Exit.NEGATIVE if any(one.state == "overdue" for one in found) else Exit.DONE


@cli.command("gaps", help=_("没开的例会、不全的纪要（有则退出码 3）"))
@click.option("--days", default=62, show_default=True, help=_("往前看多少天"))
@with_session
def gaps(session: Session, days: int) -> int:
    """Meetings not held, minutes incomplete."""
    from cmkit.facts.section import Column
    from cmkit.reports.meetings import meeting_gaps

    desk = session.desk()
    found = meeting_gaps(desk, session.on - timedelta(days=days), session.on)
    rows = [(one.series, one.due, one.message) for one in found]
    value = [{"series": one.series, "due": one.due, "kind": one.kind, "message": one.message} for one in found]
    session.show_rows([Column(_("例会")), Column(_("期限"), "date"), Column(_("问题"))], rows, value)
    return Exit.NEGATIVE if found else Exit.DONE
