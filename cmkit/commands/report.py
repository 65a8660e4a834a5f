"""``cmkit report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmkit.base.faults import Exit, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session
from cmkit.commands._sending import Sending, send_options

if TYPE_CHECKING:
    from cmkit.store import Made

_LATEST = 20


@command(
    "report",
    _(
        "生成报告：cmkit report monthly --period 2026-10 --branch 城东支行；report list 列出有哪些；report reprint 12 重印"
    ),
)
@click.argument("name", metavar="NAME")
@click.argument("number", metavar="[ID]", type=int, required=False)
@click.option("--period", "period", metavar="P", help=_("期间，如 2026-10（默认本期）"))
@click.option("--owner", metavar="NAME", help=_("一个人的报告"))
@click.option("--branch", metavar="NAME", help=_("一个机构的报告；all 表示每个机构"))
@click.option("--client", metavar="CLIENT", help=_("一个客户的文件：客户分析、服务方案（写客户编号或全名）"))
@click.option("--all", "everybody", is_flag=True, help=_("全部：总体、每个机构、每个人"))
@click.option("--to", "to", help=_("文件格式，用逗号分开（默认按行业包）"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@click.option("--workers", metavar="N", type=click.IntRange(1, 64), help=_("同时生成的进程数（默认按份数和处理器数）"))
@send_options
@with_session
def cli(
    session: Session,
    name: str,
    number: int | None,
    to: str | None,
    out: Path | None,
    sending: Sending,
    **asked: Any,
) -> int:
    """A report as documents."""
    if (number is not None) is not (name == "reprint"):
        raise UsageFault(_("编号只和 reprint 一起用：cmkit report reprint 12"))
    if name == "list":
        _list(session)
        return Exit.DONE
    if number is not None:
        from cmkit.commands._making import reprint

        if sending.to:
            raise UsageFault(_("reprint 的报告不能用 --send 发送"))
        paths, code = reprint(session, number, to, out)
        session.show_paths(paths)
        return code
    return _make(session, name, to, out, sending, asked)


def _make(
    session: Session, name: str, to: str | None, out: Path | None, sending: Sending, asked: dict[str, Any]
) -> int:
    from cmkit.commands._making import Making, spans
    from cmkit.commands._sending import check, finish, look
    from cmkit.reports.compose import compose, find_report, lacking, scopes_of
    from cmkit.store import copied, standing

    if sum(map(bool, (asked["owner"], asked["branch"], asked["client"], asked["everybody"]))) > 1:
        raise UsageFault(_("--owner、--branch、--client、--all 只能用一个"))
    spec, kept = find_report(session.pack, name), []
    check(session, sending)
    with copied(session.store) as store:
        desk = session.desk(session.period(asked["period"], spec.period))
        desk.store = store
        scopes = scopes_of(desk, asked["owner"], asked["branch"], asked["everybody"], asked["client"])
        for sentence in lacking(desk):
            session.say(sentence)
        formats = to or ",".join(spec.formats)
        documents = ((scope.stem, compose(desk, spec, scope)) for scope in scopes)
        if sending.dry_run:
            return look(session, list(documents), desk.period.name, formats, sending)
        if sending.to:
            kept = list(documents)
            documents = (pair for pair in kept)
        making = Making(session, desk.period.name, formats, out, workers=asked["workers"])
        paths, code = making.write(documents, len(scopes), spans(one.id for one in standing(store)))
    return finish(session, kept, desk.period.name, paths, sending, code)


def _list(session: Session) -> None:
    from cmkit.facts.section import Column
    from cmkit.store import documents_made

    values = [
        (name, spec.label, spec.period, spec.sections, spec.formats) for name, spec in session.pack.reports.items()
    ]
    rows = [(*head, "、".join(sections), "、".join(formats)) for *head, sections, formats in values]
    names = ("name", "label", "period", "sections", "formats")
    columns = [Column(_("名称")), Column(_("报告")), Column(_("周期")), Column(_("部分")), Column(_("格式"))]
    made = documents_made(session.store, limit=_LATEST)
    told = [
        dict(zip(names, one, strict=True)) | {"made": [_told(entry) for entry in made if entry.report == one[0]]}
        for one in values
    ]
    session.show_rows(columns, rows, told)
    if made and session.format != "json":
        heads = (_("编号"), _("报告"), _("对象"), _("期间"), _("生成时间"), _("文件"))
        lines = [
            (
                str(one.id),
                one.report,
                one.who,
                one.period,
                session.clock(one.at),
                "、".join(file.name for file in one.files),
            )
            for one in made
        ]
        session.show("")
        session.show_rows([Column(head) for head in heads], lines, None)


def _told(entry: Made) -> dict[str, Any]:
    files = [file.name for file in entry.files]
    return {"id": entry.id, "who": entry.who, "period": entry.period, "at": entry.at, "by": entry.by, "files": files}
