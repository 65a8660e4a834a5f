"""``cmkit look``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmkit.base.faults import ConfigFault, Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, command, with_session

if TYPE_CHECKING:
    from cmkit.importing.look import LookTable


@command("look", _("看看工作簿里有什么：表格、表头、栏目、行数，略过了什么（不需要工作区）"))
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--sheet", metavar="NAME", default="", help=_("只看这张工作表"))
@with_session
def cli(session: Session, paths: tuple[Path, ...], sheet: str) -> int:
    """What is in a workbook."""
    from cmkit.commands._files import expand, own_folders
    from cmkit.facts.section import Column
    from cmkit.importing.look import look
    from cmkit.packs import load_pack

    try:
        specs = session.pack.tables
    except ConfigFault:
        if session.options.get("workspace"):
            raise
        specs = load_pack("common").tables
    files = expand(paths, own_folders(session))
    files.tell(session)
    tables, problems = look(files.found, specs, sheet=sheet)
    columns = [
        Column(_("文件")),
        Column(_("工作表")),
        Column(_("范围")),
        Column(_("表头行")),
        Column(_("行数"), "count"),
    ]
    columns += [Column(_("略过"), "count"), Column(_("识别为")), Column(_("栏目"))]
    rows = [
        (
            one.file,
            one.sheet,
            one.range,
            _("、").join(map(str, one.header_rows)),
            one.rows,
            len(one.skipped),
            specs[one.table].label if one.table and one.table in specs else "—",
            _("、").join(one.columns),
        )
        for one in tables
    ]
    value = {"tables": [one.as_dict() for one in tables], "problems": [problem.as_dict() for problem in problems]}
    session.show_rows(columns, rows, value)
    if session.format != "json":
        for one in tables:
            _tell(session, one)
        session.show_problems(problems)
    return Exit.INPUT if any(problem.code == "input" for problem in problems) else Exit.DONE


def _tell(session: Session, table: LookTable) -> None:
    """Why rows are left out, and which columns a new record still wants."""
    place = " · ".join(filter(None, (table.file, table.sheet, table.range)))
    if table.skipped:
        from cmkit.importing.look import reasons

        session.say(_("{place}：略过 {rows}").format(place=place, rows=reasons(table.skipped)))
    if table.missing:
        session.say(
            _("{place}：缺少必填的栏目 {columns}；只能更新已有的记录，或用 --map 表头=栏目 指定").format(
                place=place, columns=_("、").join(table.missing)
            )
        )
