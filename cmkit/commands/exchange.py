"""``cmkit exchange``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmkit.base.faults import Exit, worst
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session

if TYPE_CHECKING:
    from cmkit.base.problem import Problem
    from cmkit.facts.intake import SheetIntake


@group("exchange", _("与各机构交换表格：下发、收回、登记"))
def cli() -> None:
    """Branch workbooks as plain files."""


def _states() -> dict[str, str]:
    return {
        "missing": _("未交"),
        "received": _("已收"),
        "late": _("迟交"),
        "rejected": _("退回"),
        "nil": _("零报告"),
        "superseded": _("已被新版替代"),
        "unchanged": _("与上次相同"),
    }


@cli.command("issue", help=_("给每个机构下发一张表（写到 outbox）"))
@click.argument("form", metavar="FORM")
@click.option("--period", "period", metavar="P", help=_("报告期，如 2026-10"))
@click.option(
    "--branches",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("机构名单：编号,名称"),
)
@with_session
def issue_(session: Session, form: str, period: str | None, branches: Path | None) -> None:
    """Write one workbook a branch."""
    from cmkit.exchange import branches_of, issue

    span = session.period(period)
    found = branches_of(session.store, branches)
    paths = issue(session.store, session.pack, session.workspace, form, span, found, session.on)
    session.show_paths(paths)


@cli.command("receive", help=_("收回填好的表：检查标识后导入并登记"))
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@with_session
def receive_(session: Session, paths: Sequence[Path]) -> int:
    """Take in filled forms."""
    from cmkit.commands._reading import reader
    from cmkit.exchange import receive
    from cmkit.facts.section import Column

    read = reader(session)

    def one(path: Path, table: str, period: str) -> tuple[Sequence[SheetIntake], Sequence[Problem]]:
        return read(path, table=table, sheet=session.pack.tables[table].label, period=period)

    results = receive(session.store, session.pack, session.workspace, paths, one, who=session.who, on=session.on)
    columns = [Column(_("文件")), Column(_("机构")), Column(_("状态")), Column(_("新增"), "count")]
    columns += [Column(_("更新"), "count"), Column(_("未变"), "count"), Column(_("拒收"), "count")]
    words = _states()
    rows = [
        (one.file, one.branch, words[one.state], one.created, one.updated, one.unchanged, one.rejected)
        for one in results
    ]
    session.show_rows(columns, rows, {"files": [one.as_dict() for one in results]})
    session.show_problems([problem for one in results for problem in one.problems if problem.severity == "error"])
    return worst(one.exit_code for one in results)


@cli.command("status", help=_("谁交了、谁没交（有缺的退出码 3）"))
@click.argument("form", metavar="FORM")
@click.option("--period", "period", metavar="P", help=_("报告期，如 2026-10"))
@with_session
def status_(session: Session, form: str, period: str | None) -> int:
    """The register."""
    from cmkit.exchange import status
    from cmkit.exchange.issue import form_spec
    from cmkit.facts.records import Org
    from cmkit.facts.section import Column
    from cmkit.store import load

    span, spec = session.period(period), form_spec(session.pack, form)
    names = {org.org_id: org.name for org in load(session.store, Org)}
    rows = status(session.store, spec.table, span.name)
    missing = sum(row.state in {"missing", "rejected"} for row in rows)
    words = _states()
    columns = [
        Column(_("机构")),
        Column(_("名称")),
        Column(_("状态")),
        Column(_("收到日期")),
        Column(_("版本"), "count"),
    ]
    columns += [Column(_("问题"), "count"), Column(_("期限"))]
    table = [
        (row.branch, names.get(row.branch, ""), words[row.state], row.received_at, row.version, row.problems, row.due)
        for row in rows
    ]
    value = {"form": spec.table, "period": span.name, "rows": [row.as_dict() for row in rows], "missing": missing}
    session.show_rows(columns, table, value)
    return Exit.NEGATIVE if missing else Exit.DONE
