"""``cmkit packs``."""

from __future__ import annotations

from pathlib import Path

import click

from cmkit.base.faults import ConfigFault, Exit
from cmkit.base.lang import _
from cmkit.commands._kit import Session, group, with_session


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
    rows = [
        (pack.info.name, pack.info.label, "、".join(pack.chain[:-1]), len(pack.tables), len(pack.kpis))
        for pack in packs
    ]
    columns = [
        Column(_("名称")),
        Column(_("行业")),
        Column(_("基于")),
        Column(_("表"), "count"),
        Column(_("指标"), "count"),
    ]
    value = [{"name": row[0], "label": row[1], "extends": row[2], "tables": row[3], "kpis": row[4]} for row in rows]
    session.show_rows(columns, rows, value)


@cli.command("show", help=_("一个行业包里的表、栏目和指标"))
@click.argument("name", metavar="NAME")
@with_session
def show(session: Session, name: str) -> None:
    """What a pack says."""
    from cmkit.facts.section import Column
    from cmkit.packs import load_pack

    pack = load_pack(name, _search(session))
    rows = [
        (spec.table, spec.label, column.key, column.label, str(column.kind), "是" if column.required else "")
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


@cli.command("check", help=_("检查一个行业包文件夹"))
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@with_session
def check(session: Session, folder: Path | None) -> int:
    """Look for mistakes in a pack folder, or in the workspace's own packs."""
    from cmkit.packs import check_pack

    folders = (
        [folder] if folder else sorted(path for path in (session.workspace.root / "packs").iterdir() if path.is_dir())
    )
    problems = [problem for one in folders for problem in check_pack(one)]
    if session.format == "json":
        session.show_json([problem.as_dict() for problem in problems])
    else:
        session.show_problems(problems)
    return Exit.CONFIG if problems else Exit.DONE
