"""``cmkit visits``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cmkit.base.faults import Exit, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import DAY, Session, group, with_session


@group("visits", _("走访：谁该走访、排计划、查缺口、看覆盖"))
def cli() -> None:
    """Visits."""


@cli.command("due", help=_("到期该走访的客户，每户说明为什么"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@click.option("--to", "end", type=DAY, help=_("看到哪一天（默认今天）"))
@with_session
def due(session: Session, owner: str | None, end: Any) -> int:
    """The due list."""
    from cmkit.reports.visiting import dues
    from cmkit.visits.sections import due_json, due_section

    desk = session.desk(screen=True)
    last = end or session.on
    found = [one for one in dues(desk, desk.scope(owner), last) if one.due_on <= last]
    section = due_section(found, desk.clients, desk.staff, session.pack.visits)
    session.show_rows(section.columns, section.rows, map(due_json, found))
    return Exit.DONE


@cli.command("plan", help=_("排走访计划：哪天、按什么顺序走访谁，写出表格"))
@click.option("--from", "start", type=DAY, required=True, help=_("从哪一天"))
@click.option(
    "--to",
    "to",
    metavar="DATE|FORMATS",
    multiple=True,
    required=True,
    help=_("到哪一天；再写一次是文件格式，如 --to xlsx,html,ics"),
)
@click.option("--owner", metavar="NAME", help=_("给这个人排"))
@click.option("--all", "everybody", is_flag=True, help=_("给每个人排"))
@click.option("--files", "files", metavar="FORMATS", help=_("文件格式，同 --to（默认 xlsx,md,html）"))
@click.option("--keep", type=DAY, help=_("这一天之前已排的不动，之后的尽量不动"))
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help=_("同样的种子得到同样的计划"))
@click.option("--iterations", type=click.IntRange(1), help=_("搜索多少步（默认按户数定）"))
@click.option(
    "--engine",
    type=click.Choice(["plain", "fast"]),
    default="plain",
    show_default=True,
    help=_("fast 用编译的搜索，计划相同"),
)
@click.option("--save", is_flag=True, help=_("把计划存为走访计划记录"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@with_session
def plan(  # noqa: PLR0913, PLR0917 - click hands every option over by name
    session: Session,
    start: Any,
    to: tuple[str, ...],
    owner: str | None,
    everybody: bool,
    files: str | None,
    keep: Any,
    seed: int,
    iterations: int | None,
    engine: str,
    save: bool,
    out: Path | None,
) -> None:
    """Plan visits for a span."""
    from cmkit.commands._planning import Asked, make, span_and_formats
    from cmkit.reports.planning import Wanted

    if bool(owner) == everybody:
        raise UsageFault(_("请用 --owner 指定一个人，或用 --all 表示每个人"))
    end, formats = span_and_formats(to, files)
    if end < start:
        raise UsageFault(_("结束日期在开始日期之前"))
    wanted = Wanted(start, end, keep, seed, iterations or 0, engine=engine)
    make(session, Asked(owner, formats, save, out), wanted)


@cli.command("ics", help=_("把已存的走访计划写成手机日历文件"))
@click.option("--owner", metavar="NAME", help=_("只写这个人的（默认每个人一份）"))
@click.option("--from", "start", type=DAY, help=_("从哪一天（默认今天）"))
@click.option("--to", "end", type=DAY, help=_("到哪一天（默认一个月后）"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@with_session
def ics(session: Session, owner: str | None, start: Any, end: Any, out: Path | None) -> None:
    """Calendar files of the plan that is stored."""
    from datetime import timedelta

    from cmkit.commands._planning import write_diaries
    from cmkit.reports.visiting import planned

    first = start or session.on
    last = end or first + timedelta(days=31)
    if last < first:
        raise UsageFault(_("结束日期在开始日期之前"))
    desk = session.desk()
    scope = desk.scope(owner)
    visits = [one for one in planned(desk, first, last) if one.staff_id in scope.staff and not one.done]
    session.show_paths(write_diaries(session, desk, visits, (first, last), sorted(scope.staff), out))


@cli.command("gaps", help=_("计划了没做的、到期没排的（有则退出码 3）"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@with_session
def gaps(session: Session, owner: str | None) -> int:
    """Undone and overdue."""
    from cmkit.reports.visiting import gap_list
    from cmkit.visits.sections import gaps_section

    desk = session.desk(screen=True)
    found = gap_list(desk, desk.scope(owner))
    section = gaps_section(found, desk.clients, desk.staff)
    value = [
        {
            "client": one.client_id,
            "owner": one.owner_id,
            "kind": one.kind,
            "day": one.day,
            "days": one.days,
            "why": one.why,
        }
        for one in found
    ]
    session.show_rows(section.columns, section.rows, value)
    return Exit.NEGATIVE if found else Exit.DONE


@cli.command("coverage", help=_("按等级看应访、计划、完成"))
@click.option("--period", "period", metavar="P", help=_("期间，如 2026-10（默认本月）"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@with_session
def coverage(session: Session, period: str | None, owner: str | None) -> None:
    """Coverage by tier."""
    from cmkit.reports.visiting import coverage_lines
    from cmkit.visits.sections import coverage_section

    desk = session.desk(session.period(period))
    lines = coverage_lines(desk, desk.scope(owner))
    section = coverage_section(lines, reasons=True)
    names = ("tier", "label", "clients", "due", "covered", "planned", "done")
    value = [{name: getattr(one, name) for name in names} | {"undone": dict(one.undone)} for one in lines]
    session.show_rows(section.columns, [*section.rows, *([section.total] if section.total else [])], value)
