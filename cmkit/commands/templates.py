"""``cmkit templates``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmkit.base.faults import Exit, InputFault, OutputFault, UsageFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.commands._kit import Session, group, with_session

if TYPE_CHECKING:
    from cmkit.facts.section import Document


@group("templates", _("文档模板：列出、复制到工作区后自行修改"))
def cli() -> None:
    """Templates belong to the office."""


@cli.command("list", help=_("现用的模板（工作区里的优先）"))
@with_session
def list_(session: Session) -> None:
    """Every template in force."""
    from cmkit.facts.section import Column
    from cmkit.render.templates import listing

    root = session.workspace.root
    rows = [
        (path.name, _("工作区") if path.is_relative_to(root) else _("自带"), str(path))
        for path in listing(root / "templates", session.pack.info.name)
    ]
    names = ("name", "from", "path")
    session.show_rows(
        [Column(_("模板")), Column(_("来源")), Column(_("文件"))],
        rows,
        [dict(zip(names, row, strict=True)) for row in rows],
    )


@cli.command("eject", help=_("把自带的模板复制到工作区的 templates 文件夹，改后即生效"))
@click.argument("name", metavar="NAME")
@with_session
def eject(session: Session, name: str) -> None:
    """Copy a template into the workspace."""
    from cmkit.render.output import write_bytes
    from cmkit.render.templates import listing

    folder = session.workspace.root / "templates"
    shipped = {path.name: path for path in listing(None, session.pack.info.name)}
    if name not in shipped:
        raise InputFault(
            _("没有模板 {name}").format(name=name), hint=_("可用的有：{names}").format(names="、".join(shipped))
        )
    target = folder / name
    if target.exists():
        raise OutputFault(_("工作区里已有这个模板，没有覆盖"), place=Place(file=str(target)))
    session.show_paths([write_bytes(target, shipped[name].read_bytes())])


@cli.command("check", help=_("检查模板用到哪些字段、写错的在哪里（有错退出码 65）；不写文件则检查工作区的全部模板"))
@click.argument("files", metavar="[FILE]...", nargs=-1)
@with_session
def check(session: Session, files: tuple[str, ...]) -> int:
    """Every field that a template names, and what is wrong with it."""
    from cmkit.facts.section import Column
    from cmkit.render.fields import check_template
    from cmkit.render.used import used_fields

    told, rows = [], []
    for path in _named(session, files):
        problems = check_template(path)
        used = used_fields(path).fields if path.suffix != ".typ" else {}
        told.append(
            {
                "file": str(path),
                "fields": [{"field": name, "place": place} for name, place in used.items()],
                "problems": [problem.as_dict() for problem in problems],
            }
        )
        rows += [(path.name, problem.place.cell, problem.message, problem.hint) for problem in problems]
        if session.format != "json":
            names = "、".join(used) or _("无")
            session.say(_("{file}：用到 {count} 个字段：{names}").format(file=path.name, count=len(used), names=names))
    if rows or session.format != "table":
        session.show_rows([Column(_("模板")), Column(_("位置")), Column(_("问题")), Column(_("建议"))], rows, told)
    elif told:
        session.say(_("模板都没有问题"))
    return Exit.INPUT if rows else Exit.DONE


def _named(session: Session, files: tuple[str, ...]) -> list[Path]:
    """The templates that are meant: files, or names of templates in force; nothing said: the workspace's own.

    Raises InputFault for one that is not there.
    """
    from cmkit.render.templates import listing

    folder = session.workspace.root / "templates"
    force = {path.name: path for path in listing(folder, session.pack.info.name)}
    if not files:
        own = [path for path in force.values() if path.is_relative_to(folder)]
        if not own:
            session.say(_("工作区里没有自己的模板；cmkit templates eject NAME 复制一个来改"))
        return own
    found = []
    for name in files:
        path = Path(name) if Path(name).is_file() else force.get(name)
        if path is None:
            hint = _("可用的有：{names}").format(names="、".join(force))
            raise InputFault(_("没有模板 {name}").format(name=name), hint=hint)
        found.append(path)
    return found


@cli.command(
    "fields", help=_("模板里可以写的字段，各带一个实例：cmkit templates fields monthly（或 minutes、worklog）")
)
@click.argument("report", metavar="[REPORT]", required=False)
@with_session
def fields(session: Session, report: str | None) -> None:
    """What a template may use, with an example of each from this office's own data."""
    from cmkit.facts.section import Column
    from cmkit.render.fields import examples, field_list, specimen

    document = _sample(session, report) if report else specimen()
    found = examples(document)
    rows = [(name, meaning, _short(found.get(name, ""))) for name, meaning in field_list()]
    value = [{"field": name, "meaning": meaning, "example": found.get(name, "")} for name, meaning, _text in rows]
    session.show_rows([Column(_("字段")), Column(_("含义")), Column(_("实例"))], rows, value)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}……"


_LONGEST = 36


def _sample(session: Session, report: str) -> Document:
    """The report of the whole office, the last minutes, or somebody's log, as documents of this office.

    Raises UsageFault naming those there are.
    """
    from cmkit.facts.records import Meeting
    from cmkit.render.fields import specimen
    from cmkit.reports import logs
    from cmkit.reports.compose import compose, find_report
    from cmkit.reports.meetings import minutes

    if report in session.pack.reports:
        spec = find_report(session.pack, report)
        desk = session.desk(session.period(None, spec.period))
        return compose(desk, spec, desk.everything())
    desk = session.desk()
    if report == "minutes":
        held = sorted(desk.facts(Meeting), key=lambda one: (str(one.date or ""), one.meeting_id))
        return minutes(desk, held[-1].meeting_id) if held else specimen("minutes")
    if report == "worklog":
        people = logs.writers(desk, desk.everything(), session.on)
        return logs.day_document(desk, people[0], session.on) if people else specimen()
    known = "、".join([*session.pack.reports, "minutes", "worklog"])
    raise UsageFault(_("没有报告 {name}").format(name=report), hint=_("可用的有：{names}").format(names=known))
