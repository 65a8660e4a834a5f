"""``cmkit packs``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmkit.base.faults import ConfigFault, Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session

if TYPE_CHECKING:
    from cmkit.base.problem import Problem


def _search(session: Session) -> list[Path]:
    try:
        return [session.workspace.root / "packs"]
    except ConfigFault:
        return []


@group("packs", _("行业包：列出、查看、检查"))
def cli() -> None:
    """Sector packs."""


@cli.command("list", help=_("可用的行业包"))
@with_session
def list_(session: Session) -> None:
    """The packs that can be named."""
    from cmkit.facts.section import Column
    from cmkit.packs import list_packs, load_pack

    search = _search(session)
    packs = [load_pack(name, search) for name in list_packs(search)]
    names = ("name", "label", "extends", "tables", "kpis")
    values = [(pack.info.name, pack.info.label, pack.chain[:-1], len(pack.tables), len(pack.kpis)) for pack in packs]
    columns = [
        Column(_("名称")),
        Column(_("行业")),
        Column(_("基于")),
        Column(_("表"), "count"),
        Column(_("指标"), "count"),
    ]
    rows = [(name, label, "、".join(extends), tables, kpis) for name, label, extends, tables, kpis in values]
    session.show_rows(columns, rows, [dict(zip(names, one, strict=True)) for one in values])


@cli.command("show", help=_("一个行业包里的表、栏目和指标"))
@click.argument("name", metavar="NAME")
@with_session
def show(session: Session, name: str) -> None:
    """What a pack says."""
    from cmkit.facts.section import Column
    from cmkit.packs import load_pack

    pack = load_pack(name, _search(session))
    rows = [
        (spec.table, spec.label, column.key, column.label, str(column.kind), column.required)
        for spec in pack.tables.values()
        for column in spec.columns.values()
    ]
    columns = [
        Column(_("表")),
        Column(_("表名")),
        Column(_("栏目")),
        Column(_("栏目名")),
        Column(_("类型")),
        Column(_("必填")),
    ]
    names = ("table", "table_label", "column", "label", "kind", "required")
    value = {
        "name": pack.info.name,
        "label": pack.info.label,
        "chain": list(pack.chain),
        "columns": [dict(zip(names, row, strict=True)) for row in rows],
        "kpis": [{"code": kpi.code, "label": kpi.label, "weight": str(kpi.weight)} for kpi in pack.kpis.values()],
        "reports": sorted(pack.reports),
        "roles": sorted(pack.routines),
    }
    session.show_rows(columns, rows, value)


def _problems(folder: Path, search: Sequence[Path]) -> list[Problem]:
    """What is wrong with the files of a pack; where these hold, with what its indicators reckon."""
    from cmkit.kpi.vet import vet
    from cmkit.packs import check_pack, load_pack

    problems = check_pack(folder, search)
    if any(problem.severity == "error" for problem in problems):
        return problems
    return [*problems, *vet(load_pack(folder, search))]


@cli.command("check", help=_("检查一个行业包文件夹"))
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@with_session
def check(session: Session, folder: Path | None) -> int:
    """Look for mistakes in a pack folder, or in the workspace's own packs."""
    search = _search(session) if folder is None else []
    folders = sorted(session.workspace.root.glob("packs/*/")) if folder is None else [folder]
    problems = [problem for one in folders for problem in _problems(one, search)]
    if session.format == "json":
        session.show_json([problem.as_dict() for problem in problems])
    else:
        session.show_problems(problems)
        session.say(_("检查了 {count} 个行业包，{found} 处问题").format(count=len(folders), found=len(problems)))
    if any(problem.severity == "error" for problem in problems):
        return Exit.CONFIG
    return Exit.NEGATIVE if problems else Exit.DONE
