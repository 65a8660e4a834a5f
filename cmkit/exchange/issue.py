"""One workbook a branch, made from a table spec: locked headings, drop-downs, the branch's own rows filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cmkit.base.faults import InputFault, UsageFault
from cmkit.base.lang import _
from cmkit.base.period import Period
from cmkit.base.workspace import Workspace
from cmkit.exchange.seal import sign
from cmkit.facts.records import Actual, Org, Staff
from cmkit.facts.specs import KpiSpec, Pack, TableSpec
from cmkit.render.form import Form, form_bytes, form_cell, form_column
from cmkit.render.output import file_name, write_bytes
from cmkit.sheets.book import open_book
from cmkit.store import Store, load, stored_rows
from cmkit.store.ledger import Return, read_register, write_return

VERSION = "1"
_BRANCH_LEVEL = "分部"


@dataclass(frozen=True)
class Branch:
    """Where a form goes."""

    code: str
    name: str


def branches_of(store: Store, listed: Path | None = None) -> list[Branch]:
    """The branches: the lines ``编号,名称`` of a sheet (CSV in any encoding, xlsx), else the organisation tree's.

    Raises InputFault where there are none.
    """
    if listed is not None:
        sheet = open_book(listed).sheets[0]
        rows = [["" if cell is None else str(cell).strip() for cell in row] for row in sheet.rows]
        found = [
            Branch(row[0], row[1] if len(row) > 1 and row[1] else row[0])
            for row in rows
            if row and row[0] and row[0] not in {"编号", "机构编号"}
        ]
    else:
        orgs = load(store, Org)
        parents = {org.parent_id for org in orgs}
        found = [
            Branch(org.org_id, org.name)
            for org in orgs
            if org.level == _BRANCH_LEVEL or (not org.level and org.parent_id and org.org_id not in parents)
        ]
    if not found:
        raise InputFault(_("没有可下发的机构"), hint=_("请先导入机构表，或用 --branches 给出名单"))
    return found


def form_spec(pack: Pack, form: str) -> TableSpec:
    """The table that a form collects, by its name or its label."""
    for name, spec in pack.tables.items():
        if form in {name, spec.zh, spec.en}:
            return spec
    raise UsageFault(
        _("没有表单 {form}").format(form=form), hint=_("可用的有：{names}").format(names="、".join(sorted(pack.tables)))
    )


def issue(
    store: Store, pack: Pack, workspace: Workspace, form: str, period: Period, branches: Sequence[Branch], on: date
) -> list[Path]:
    """Write one workbook a branch into ``outbox/<period>/`` and open the register; gives the paths."""
    spec = form_spec(pack, form)
    due = workspace.calendar().add(period.end, workspace.settings.exchange.due_workdays)
    paths = []
    known = {entry.branch for entry in read_register(store, spec.table, period.name)}
    for branch in branches:
        meta = {
            "form": spec.table,
            "version": VERSION,
            "branch": branch.code,
            "period": period.name,
            "table": spec.table,
            "columns": ",".join(spec.columns),
        }
        signed = {**meta, "signature": sign(workspace, meta)}
        made = _form(store, pack, spec, period, branch, due, on, signed)
        name = file_name(spec.zh or spec.table, f"{branch.code}{branch.name}", period.name, "xlsx")
        paths.append(write_bytes(workspace.root / "outbox" / period.name / name, form_bytes(made)))
        if branch.code not in known:
            write_return(store, Return(spec.table, period.name, branch.code, 0, "missing", due.isoformat()))
    return paths


def _form(
    store: Store,
    pack: Pack,
    spec: TableSpec,
    period: Period,
    branch: Branch,
    due: date,
    on: date,
    meta: Mapping[str, str],
) -> Form:
    lines = (
        _("填报机构：{name}（{code}）").format(name=branch.name, code=branch.code),
        _("报告期：{period}，请于 {due} 前交回").format(period=period.label, due=due.isoformat()),
        _("只填白色单元格；橙色表头为必填；有下拉列表的请从列表中选择。"),
        _("请勿改动表头和隐藏的工作表，改动后不能收回。没有数据也请原样交回。"),
    )
    return Form(
        title=f"{spec.label}（{period.label}）",
        sheet=spec.label,
        lines=lines,
        columns=tuple(form_column(column) for column in spec.columns.values()),
        rows=tuple(_prefill(store, pack, spec, period, branch)),
        meta=meta,
        made_on=on,
        protected=True,
    )


def _prefill(
    store: Store, pack: Pack, spec: TableSpec, period: Period, branch: Branch
) -> list[tuple[str | int | float | None, ...]]:
    """The branch's own rows: its clients as they are, or a line for each figure that only it can know."""
    people = [one for one in load(store, Staff) if one.org_id == branch.code and one.leave_date is None]
    if spec.table == Actual.table:
        figures = [kpi for kpi in pack.kpis.values() if kpi.measure.how == "actual"]
        wanted = [(kpi, one) for kpi in figures for one in [branch.code, *[person.staff_id for person in people]]]
        return [_actual_row(spec, kpi, who, period) for kpi, who in wanted]
    if spec.table != "clients":
        return []
    own = {person.staff_id for person in people}
    rows = []
    for _key, values, _origin in stored_rows(store, spec.table):
        if values.get("org_id") == branch.code or values.get("owner_id") in own:
            rows.append(tuple(form_cell(column, values[name]) for name, column in spec.columns.items()))
    return rows


def _actual_row(spec: TableSpec, kpi: KpiSpec, who: str, period: Period) -> tuple[str | None, ...]:
    given = {"kpi": kpi.label, "who": who, "period": period.name, "as_of": period.end.isoformat()}
    return tuple(given.get(name) for name in spec.columns)
