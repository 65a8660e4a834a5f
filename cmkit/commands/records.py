"""``cmkit records``."""

from __future__ import annotations

from pathlib import Path

import click

from cmkit.base.faults import InputFault, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, reveal, unmask_options, with_session


@group("records", _("任何一种记录：cmkit records complaints list|add|export|form"))
@click.argument("table", metavar="TABLE")
@click.pass_context
def cli(ctx: click.Context, table: str) -> None:
    """Any record type."""
    session = ctx.find_object(Session)
    if session is None:
        return
    for name, spec in session.pack.tables.items():
        if table in {name, spec.zh, spec.en}:
            ctx.meta["cmkit.table"] = name
            return
    known = "、".join(f"{name}（{spec.label}）" for name, spec in session.pack.tables.items())
    raise UsageFault(_("没有表 {name}").format(name=table), hint=_("可用的有：{names}").format(names=known))


def _table() -> str:
    return str(click.get_current_context().meta["cmkit.table"])


@cli.command("list", help=_("列出记录"))
@unmask_options
@with_session
def list_(session: Session, unmask: bool, reason: str | None) -> None:
    """Rows, masked unless asked and recorded."""
    from cmkit.facts.records import RECORDS
    from cmkit.facts.section import Column
    from cmkit.privacy.masks import mask_facts

    table = _table()
    spec = session.pack.tables[table]
    rows = session.desk().raw(RECORDS[table])
    keys = [key for key in spec.columns if any(row.get(key) not in (None, "", ()) for row in rows)]
    whose = [str(row.get("client_id") or row.key) for row in rows]
    full = reveal(session, f"records {table} list", whose, unmask, reason)
    shown = rows if full else mask_facts(rows, spec)
    cells = [[row.get(key) for key in keys] for row in shown]
    value = ({**{key: row.get(key) for key in keys}, "origin": row.origin.as_dict()} for row in shown)
    session.show_rows([Column(spec.columns[key].label) for key in keys], cells, value)


@cli.command("add", help=_("新增一条：cmkit records feedback add 日期=今天 客户编号=C000123 …"))
@click.argument("values", metavar="栏目=值...", nargs=-1, required=True)
@with_session
def add(session: Session, values: tuple[str, ...]) -> None:
    """One new row, read as an import reads it."""
    from cmkit.commands._tables import add_row

    report = add_row(session, _table(), values)
    session.show_problems([problem for outcome in report.outcomes for problem in outcome.problems])
    done = report.outcomes[0]
    told = {"batch": report.batch, "created": done.created, "updated": done.updated, "unchanged": done.unchanged}
    if session.format == "json":
        session.show_json(told)
    else:
        session.say(_("新增 {created}，更新 {updated}，未变 {unchanged}（第 {batch} 批）").format(**told))


@cli.command("export", help=_("导出为表格（不加 --unmask 时已脱敏）"))
@click.option(
    "--out",
    "out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("写到这个文件（xlsx 或 csv）"),
)
@unmask_options
@with_session
def export(session: Session, out: Path | None, unmask: bool, reason: str | None) -> None:
    """The table as a sheet."""
    from cmkit.commands._tables import export_table

    export_table(session, _table(), out, unmask=unmask, reason=reason, owner=None)


@cli.command("form", help=_("写出一张可填的表：下拉列表、必填标记，填好可直接导入"))
@click.argument("out", metavar="FILE.xlsx", required=False, type=click.Path(dir_okay=False, path_type=Path))
@with_session
def form(session: Session, out: Path | None) -> None:
    """A filling-in form."""
    from cmkit.render.form import Form, form_bytes, form_column
    from cmkit.render.output import write_bytes

    spec = session.pack.tables[_table()]
    lines = (_("填好后用 cmkit import 导入。橙色表头为必填；有下拉列表的请从列表中选择。"),)
    columns = tuple(form_column(column) for column in spec.columns.values())
    made = Form(title=spec.label, sheet=spec.label, lines=lines, columns=columns, made_on=session.on)
    path = out or session.workspace.root / "outbox" / f"{spec.label}.xlsx"
    if path.suffix.lower() != ".xlsx":
        raise UsageFault(_("表单只能写成 xlsx：{name}").format(name=path.name))
    session.show_paths([write_bytes(path, form_bytes(made))])


@cli.command(
    "print", help=_("打印成 A4 表单，可签字归档：cmkit records complaints print TS2026-076；--blank 打印空表手填")
)
@click.argument("keys", metavar="[编号]...", nargs=-1)
@click.option("--blank", is_flag=True, help=_("一张空表"))
@click.option("--to", "to", default="docx,xlsx", show_default=True, help=_("文件格式，用逗号分开"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@unmask_options
@with_session
def print_(
    session: Session,
    keys: tuple[str, ...],
    blank: bool,
    to: str,
    out: Path | None,
    unmask: bool,
    reason: str | None,
) -> None:
    """Records as papers, one file a record."""
    from cmkit.commands._documents import write_documents
    from cmkit.reports.papers import client_numbers, find_records, paper

    table = _table()
    if bool(keys) == blank:
        raise UsageFault(_("请写要打印的编号（或客户、日期），或用 --blank 打印空表"))
    spec = session.pack.tables[table]
    found = find_records(session.desk(), table, keys)
    if keys and not found:
        raise InputFault(
            _("没有这条记录：{keys}").format(keys="、".join(keys)), hint=_("用 cmkit records 表名 list 查看")
        )
    reveal(session, f"records {table} print", client_numbers(found), unmask, reason)
    desk = session.desk()
    made = [(one.key.replace("|", "-"), paper(desk, spec, one)) for one in found]
    session.show_paths(
        write_documents(session, made or [(_("空表"), paper(desk, spec, None))], session.on.isoformat(), to, out)
    )
