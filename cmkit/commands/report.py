"""``cmkit report``."""

from __future__ import annotations

from pathlib import Path

import click

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session


@command("report", _("生成报告：cmkit report monthly --period 2026-10 --branch 城东支行；cmkit report list 列出有哪些"))
@click.argument("name", metavar="NAME")
@click.option("--period", "period", metavar="P", help=_("期间，如 2026-10（默认本期）"))
@click.option("--owner", metavar="NAME", help=_("一个人的报告"))
@click.option("--branch", metavar="NAME", help=_("一个机构的报告；all 表示每个机构"))
@click.option("--client", metavar="CLIENT", help=_("一个客户的文件：客户分析、服务方案（写客户编号或全名）"))
@click.option("--all", "everybody", is_flag=True, help=_("全部：总体、每个机构、每个人"))
@click.option("--to", "to", help=_("文件格式，用逗号分开（默认按行业包）"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@with_session
def cli(  # noqa: PLR0913, PLR0917 - one argument an option
    session: Session,
    name: str,
    period: str | None,
    owner: str | None,
    branch: str | None,
    client: str | None,
    everybody: bool,
    to: str | None,
    out: Path | None,
) -> None:
    """A report as documents."""
    from cmkit.commands._documents import write_documents
    from cmkit.reports.compose import compose, find_report, scopes_of

    if name == "list":
        _list(session)
        return
    if sum(map(bool, (owner, branch, client, everybody))) > 1:
        raise UsageFault(_("--owner、--branch、--client、--all 只能用一个"))
    spec = find_report(session.pack, name)
    desk = session.desk(session.period(period, spec.period))
    scopes = scopes_of(desk, owner, branch, everybody, client)
    documents = [(scope.stem, compose(desk, spec, scope)) for scope in scopes]
    session.show_paths(write_documents(session, documents, desk.period.name, to or ",".join(spec.formats), out))


def _list(session: Session) -> None:
    from cmkit.facts.section import Column

    values = [
        (name, spec.label, spec.period, spec.sections, spec.formats) for name, spec in session.pack.reports.items()
    ]
    rows = [(*head, "、".join(sections), "、".join(formats)) for *head, sections, formats in values]
    names = ("name", "label", "period", "sections", "formats")
    columns = [Column(_("名称")), Column(_("报告")), Column(_("周期")), Column(_("部分")), Column(_("格式"))]
    session.show_rows(columns, rows, [dict(zip(names, one, strict=True)) for one in values])
