"""``cmkit templates``."""

from __future__ import annotations

import click

from cmkit.base.faults import InputFault, OutputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.commands._kit import Session, group, with_session


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
