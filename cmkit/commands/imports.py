"""``cmkit imports``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click

from cmkit.base.faults import Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session

_SHOWN = 20


@group("imports", _("查看和撤销导入的批次"))
def cli() -> None:
    """What came in, from which file, and taking it back exactly."""


@cli.command("list", help=_("列出所有批次"))
@with_session
def list_(session: Session) -> None:
    """Every batch, newest first."""
    from cmkit.facts.section import Column
    from cmkit.store.undo import live_batches

    rows = live_batches(session.store)
    columns = [
        Column(_("批次")),
        Column(_("时间")),
        Column(_("经办")),
        Column(_("来源")),
        Column(_("新增"), "count"),
        Column(_("更新"), "count"),
        Column(_("未变"), "count"),
        Column(_("保留"), "count"),
        Column(_("拒收"), "count"),
        Column(_("状态")),
    ]
    names = ("who", "label", "created", "updated", "unchanged", "kept", "rejected")
    table = [
        [
            row["id"],
            session.clock(str(row["at"])),
            *[row[name] for name in names],
            _("已撤销") if row["undone_at"] else _("有效"),
        ]
        for row in rows
    ]
    session.show_rows(columns, table, rows)  # type: ignore[arg-type]


@cli.command("show", help=_("一个批次的每张表"))
@click.argument("number", metavar="ID", type=int)
@with_session
def show(session: Session, number: int) -> None:
    """The sheets of one batch."""
    from cmkit.base.faults import InputFault
    from cmkit.facts.section import Column
    from cmkit.store.undo import batch_sources

    rows = [_told(row) for row in batch_sources(session.store, number)]
    if not rows:
        raise InputFault(_("没有第 {batch} 批导入").format(batch=number), hint=_("用 cmkit imports list 查看批次"))
    columns = [Column(_("文件")), Column(_("工作表")), Column(_("表")), Column(_("日期")), Column(_("新增"), "count")]
    columns += [Column(_("更新"), "count"), Column(_("未变"), "count"), Column(_("拒收"), "count"), Column("SHA-256")]
    names = ("file", "sheet", "tbl", "as_of", "created", "updated", "unchanged", "rejected")
    session.show_rows(columns, [[*[row[name] for name in names], str(row["digest"])[:12]] for row in rows], rows)  # type: ignore[list-item]


def _told(row: Mapping[str, object]) -> dict[str, object]:
    """A sheet of the ledger with its lists as lists."""
    return {**row, **{name: json.loads(str(row[name])) for name in ("columns", "header_rows")}}


@cli.command("undo", help=_("撤销一个批次：恢复到没有导入过它的样子"))
@click.argument("number", metavar="ID", type=int)
@with_session
def undo_(session: Session, number: int) -> int:
    """Take a batch back exactly."""
    from cmkit.store import undo

    report = undo(session.store, number, session.who, on=session.on.isoformat())
    stays = [{"table": table, "key": key, "why": why} for table, key, why in report.stays]
    told = {"batch": number, "removed": report.removed, "restored": report.restored, "stays": stays}
    if session.format == "json":
        session.show_json(told)
    else:
        session.say(_("第 {batch} 批已撤销：删除 {removed} 条，复原 {restored} 条").format(**told))
        _tell_stays(session, stays)
    return Exit.REFUSED if stays else Exit.DONE


def _tell_stays(session: Session, stays: Sequence[Mapping[str, str]]) -> None:
    """The records that are still there, with what can be done about them."""
    for one in stays[:_SHOWN]:
        spec = session.pack.tables.get(one["table"])
        session.say(
            _("没有撤掉 {table} {key}：{why}").format(
                table=spec.label if spec is not None else one["table"], key=one["key"], why=one["why"]
            )
        )
    if len(stays) > _SHOWN:
        session.say(_("…… 另有 {count} 条，用 --format json 全部列出").format(count=len(stays) - _SHOWN))
    if stays:
        session.say(
            _(
                "要撤掉它们：先撤销引用它们的批次（cmkit imports list 查看），或改掉引用；人工修改过的值用 records add 改回"
            )
        )


@cli.command("layouts", help=_("列出记住的表头版式；--forget 忘掉一种"))
@click.option("--forget", metavar="ID", default="", help=_("忘掉这一种"))
@with_session
def layouts(session: Session, forget: str) -> None:
    """What was decided about the headings of senders."""
    from cmkit.base.faults import InputFault
    from cmkit.facts.section import Column
    from cmkit.importing.layouts import load_layouts, save_layouts

    found = load_layouts(session.workspace.private)
    if forget:
        if found.pop(forget, None) is None:
            raise InputFault(_("没有这种版式：{mark}").format(mark=forget), hint=_("用 cmkit imports layouts 查看"))
        save_layouts(session.workspace.private, found)
    columns = [
        Column("ID"),
        Column(_("表")),
        Column(_("指定的栏目")),
        Column(_("来自")),
        Column(_("经办")),
        Column(_("时间")),
    ]
    rows = [
        (
            mark,
            one.table,
            "、".join(f"{word}={key}" for word, key in one.choices.items()),
            one.file,
            one.who,
            session.clock(one.at),
        )
        for mark, one in found.items()
    ]
    value = [
        {
            "id": mark,
            "table": one.table,
            "headings": list(one.headings),
            "choices": dict(one.choices),
            "file": one.file,
            "who": one.who,
            "at": one.at,
        }
        for mark, one in found.items()
    ]
    session.show_rows(
        [*columns, Column(_("表头"))],
        [(*row, "、".join(one.headings)) for row, one in zip(rows, found.values(), strict=True)],
        value,
    )
