"""What ``cmkit kpi explain`` shows: the records behind an indicator, a part of a report, or a figure of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmkit.base.lang import _
from cmkit.facts.section import Column
from cmkit.kpi.row import exact_text
from cmkit.reports.explaining import find_figures, find_sections, trace_figures, trace_sections
from cmkit.reports.kpis import TargetTrace, explain_figure, explain_target

if TYPE_CHECKING:
    from cmkit.commands._kit import Session
    from cmkit.facts.records import Origin
    from cmkit.facts.section import Cell
    from cmkit.kpi.explain import Explanation
    from cmkit.reports.desk import Desk, Scope

_SHOWN = 5
"""How many places of a target are named before the rest is counted."""


def show_explanation(session: Session, desk: Desk, scope: Scope, kpi: str) -> None:
    """The records behind an indicator, its value, and the target that it is judged by."""
    found = explain_figure(desk, kpi, scope.id)
    columns, rows = _trail(session, found)
    target = explain_target(desk, kpi, scope.id)
    shape = {**found.as_dict(), "target": target.as_dict()} if target else found.as_dict()
    session.show_rows(columns, rows, shape)
    if session.format != "table":
        return
    session.show(
        _("{kpi} {who} {period}：{value} {unit}，{count} 条记录").format(
            kpi=found.kpi.label,
            who=scope.name,
            period=desk.period.label,
            value="—" if found.value is None else exact_text(found.value),
            unit=found.kpi.unit,
            count=len({(one.contribution.table, one.contribution.key) for one in found.sources}),
        )
    )
    if found.top is not None and found.bottom is not None:
        session.show(_("分子 {top}，分母 {bottom}").format(top=exact_text(found.top), bottom=exact_text(found.bottom)))
    if target is not None:
        session.show(_told(target, found.kpi.unit))


def _told(target: TargetTrace, unit: str) -> str:
    """The target in one sentence: its value, how it was found, and where it was handed down."""
    ways = {
        "given": _("下达值"),
        "summed": _("各期相加"),
        "split": _("由较长期间的目标分解"),
        "shaped": _("按去年的分布分解"),
        "rolled_up": _("下级合计或平均"),
    }
    places = [
        f"{one.origin.file} {one.origin.sheet} {one.cell or one.origin.row}".replace("  ", " ")
        for one in target.sources[:_SHOWN]
    ]
    more = len(target.sources) > _SHOWN
    return _("目标 {value} {unit}（{how}）：{places}").format(
        value=exact_text(target.aim.value),
        unit=unit,
        how=ways[target.aim.how],
        places=_("；").join(places) + (_(" 等 {count} 处").format(count=len(target.sources)) if more else ""),
    )


def _table_label(session: Session, table: str) -> str:
    tables = session.pack.tables
    return tables[table].label if table in tables else table


def _where(origin: Origin) -> tuple[Cell, ...]:
    """Where a record was read, as the three columns of ``_place_columns``."""
    return (origin.file, origin.sheet, origin.row)


def _place_columns() -> tuple[Column, ...]:
    return (Column(_("文件")), Column(_("工作表")), Column(_("行"), "count"))


def _trail(session: Session, found: Explanation) -> tuple[list[Column], list[tuple[Cell, ...]]]:
    """A line for each value behind the figure, down to its cell; columns that nothing stands in are left out."""
    parts = {"": "", "top": _("分子"), "bottom": _("分母"), "end": _("期末"), "start": _("期初")}
    rows: list[tuple[Cell, ...]] = [
        (
            _table_label(session, one.contribution.table),
            one.contribution.key,
            parts[one.part],
            one.contribution.as_of,
            exact_text(one.contribution.amount),
            *_where(one.contribution.origin),
            one.contribution.cell,
        )
        for one in found.sources
    ]
    columns = [
        Column(_("表")),
        Column(_("记录")),
        Column(_("部分")),
        Column(_("截至"), "date"),
        Column(_("计入")),
        *_place_columns(),
        Column(_("单元格")),
    ]
    used = [place for place in range(len(columns)) if place not in (2, 3, 8) or any(row[place] for row in rows)]
    return [columns[place] for place in used], [tuple(row[place] for place in used) for row in rows]


def show_sections(session: Session, desk: Desk, scope: Scope, name: str) -> bool:
    """The records behind a part of a report; False where no part has that name."""
    sections = find_sections(desk, scope, name)
    if not sections:
        return False
    found = trace_sections(desk, sections)
    rows = [
        (one.section.title, _table_label(session, ref.table), ref.key, *_where(origin))
        for one in found
        for ref, origin in one.records
    ]
    columns = [Column(_("部分")), Column(_("表")), Column(_("记录")), *_place_columns()]
    session.show_rows(columns, rows, {"sections": [one.as_dict() for one in found]})
    return True


def show_figures(session: Session, desk: Desk, scope: Scope, label: str) -> bool:
    """The records behind a figure of a report by its label; False where no part has such a figure."""
    found = trace_figures(desk, find_figures(desk, scope, label))
    if not found:
        return False
    parts = {"": "", "top": _("分子"), "bottom": _("分母")}
    rows = [
        (
            one.section.title,
            _table_label(session, line.ref.table),
            line.ref.key,
            parts[line.part],
            exact_text(line.amount),
            *_where(origin),
        )
        for one in found
        for line, origin in one.lines
    ]
    heads = (_("部分"), _("表"), _("记录"), _("在比率中"), _("计入"))
    columns = [*(Column(head) for head in heads), *_place_columns()]
    session.show_rows(columns, rows, {"figures": [one.as_dict() for one in found]})
    if session.format == "table":
        for one in found:
            session.show(
                _("{section} {label}：{value} {unit}")
                .format(section=one.section.title, label=label, value=one.figure.value, unit=one.figure.unit)
                .rstrip()
            )
    return True
