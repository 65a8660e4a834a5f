"""``cmkit worklog``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cmkit.base.faults import Exit, InputFault, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import DAY, Session, group, with_session


@group("worklog", _("工作日志：生成日志和周志、查缺、审阅"), invoke_without_command=True)
@click.option("--owner", metavar="NAME", help=_("这个人的日志"))
@click.option("--all", "everybody", is_flag=True, help=_("每个该写日志的人"))
@click.option("--date", "day", type=DAY, help=_("哪一天（默认 --on 或今天）"))
@click.option("--week", is_flag=True, help=_("生成这一周的周志"))
@click.option("--to", "to", default="md,html,docx,xlsx", show_default=True, help=_("文件格式，用逗号分开"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@with_session
@click.pass_context
def cli(
    ctx: click.Context,
    session: Session,
    owner: str | None,
    everybody: bool,
    day: Any,
    week: bool,
    to: str,
    out: Path | None,
) -> None:
    """Work logs as documents."""
    if ctx.invoked_subcommand is not None:
        return
    from cmkit.base.period import period_of
    from cmkit.commands._documents import write_documents
    from cmkit.reports import logs

    if bool(owner) == everybody:
        raise UsageFault(_("请用 --owner 指定一个人，或用 --all 表示每个人"))
    when = day or session.on
    desk = session.desk()
    people = [desk.staff[desk.owner(owner).id]] if owner else logs.writers(desk, desk.everything(), when)
    span = period_of("week" if week else "day", when)
    documents = [
        (
            f"{person.staff_id}{person.name}",
            logs.week_document(desk, person, span) if week else logs.day_document(desk, person, when),
        )
        for person in people
    ]
    session.show_paths(write_documents(session, documents, span.name, to, out))


@cli.command("gaps", help=_("谁没有写、迟写、没人审阅（有则退出码 3）"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@click.option("--from", "start", type=DAY, help=_("从哪一天（默认本月第一天）"))
@click.option("--to", "end", type=DAY, help=_("到哪一天（默认 --on 或今天）"))
@with_session
def gaps(session: Session, owner: str | None, start: Any, end: Any) -> int:
    """Missing, late, empty, unreviewed."""
    from cmkit.facts.section import Column
    from cmkit.reports import logs

    desk = session.desk()
    scope = desk.scope(owner)
    found = logs.gaps(desk, scope, start or desk.period.start, end or session.on)
    rows = [(one.name, one.day.isoformat(), one.what) for one in found]
    if rows or session.format != "table":
        session.show_rows(
            [Column(_("姓名")), Column(_("日期")), Column(_("问题"))], rows, [one.as_dict() for one in found]
        )
    else:
        session.say(_("日志齐全，都已审阅"))
    return Exit.NEGATIVE if found else Exit.DONE


@cli.command("write", help=_("补充日志里系统不知道的内容"))
@click.option("--owner", metavar="NAME", required=True, help=_("谁的日志"))
@click.option("--date", "day", type=DAY, help=_("哪一天（默认 --on 或今天）"))
@click.option("--summary", metavar="TEXT", help=_("今日总结"))
@click.option("--learned", metavar="TEXT", help=_("学习内容"))
@click.option("--problems", metavar="TEXT", help=_("问题"))
@click.option("--support", metavar="TEXT", help=_("需要支持"))
@click.option("--tomorrow", metavar="TEXT", help=_("明日计划"))
@click.option("--morning", metavar="TEXT", help=_("晨会要点"))
@click.option("--step", "steps", multiple=True, metavar="TEXT", help=_("已完成的步骤，可重复"))
@with_session
def write(
    session: Session, owner: str, day: Any, morning: str | None, steps: tuple[str, ...], **words: str | None
) -> None:
    """What only the person knows."""
    from cmkit.facts.records import WorkLog
    from cmkit.store.put import put

    desk = session.desk()
    given: dict[str, Any] = {key: value for key, value in words.items() if value}
    if morning:
        given["morning_notes"] = morning
    if not given and not steps:
        raise UsageFault(_("没有要写的内容"), hint=_("至少给出 --summary"))
    when = day or session.on
    log = WorkLog(date=when, staff_id=desk.owner(owner).id, steps=steps, written_on=session.on, **given)
    report = put(session.store, [log], who=session.who, label="cmkit worklog write", as_of=session.on.isoformat())
    session.say(_("已写入 {date} 的日志（第 {batch} 批）").format(date=when, batch=report.batch))


@cli.command("review", help=_("审阅一篇日志：cmkit worklog review E1003 --date 2026-10-29 --note 已阅"))
@click.argument("owner", metavar="NAME")
@click.option("--date", "day", type=DAY, help=_("哪一天（默认 --on 或今天）"))
@click.option("--note", metavar="TEXT", required=True, help=_("评语"))
@with_session
def review(session: Session, owner: str, day: Any, note: str) -> None:
    """A supervisor's review."""
    from cmkit.facts.records import WorkLog
    from cmkit.store.put import put
    from cmkit.worklog.entry import review_log

    desk = session.desk()
    when, who = day or session.on, desk.owner(owner).id
    log = next((one for one in desk.raw(WorkLog) if one.date == when and one.staff_id == who), None)
    if log is None:
        raise InputFault(_("{name} {date} 没有写日志").format(name=owner, date=when))
    supervisor = next(
        (one.staff_id for one in desk.staff.values() if session.who in {one.staff_id, one.name}), session.who
    )
    done = review_log(log, reviewer=supervisor, words=note, on=session.on)
    put(session.store, [done], who=session.who, label="cmkit worklog review", as_of=session.on.isoformat())
    session.say(_("已审阅 {name} {date} 的日志").format(name=owner, date=when))
