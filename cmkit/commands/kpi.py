"""``cmkit kpi``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmkit.base.faults import Exit, UsageFault
from cmkit.base.lang import _
from cmkit.commands._kit import DAY, KPI_MARK, Session, group, with_session

if TYPE_CHECKING:
    from decimal import Decimal

    from cmkit.facts.section import Cell, Column
    from cmkit.kpi.row import KpiRow
    from cmkit.reports.desk import Desk, Scope


@group("kpi", _("指标：检查、得分、追溯、试算"))
def cli() -> None:
    """Targets against actuals."""


@cli.command("try", help=_("试算一条计分规则，列出步骤：cmkit kpi try ratio actual=8 target=10 points=20"))
@click.argument("rule", metavar="RULE")
@click.argument("values", metavar="key=value...", nargs=-1)
@with_session
def try_(session: Session, rule: str, values: tuple[str, ...]) -> None:
    """One rule with its working shown."""
    from cmkit.facts.section import Column
    from cmkit.facts.trial import Result
    from cmkit.reports.trying import try_named

    given: dict[str, str] = {}
    for word in values:
        key, mark, value = word.partition("=")
        if not mark:
            raise UsageFault(_("{word} 不是 键=值 的形式").format(word=word))
        given[key.strip()] = value
    trial = try_named(rule, given)
    if session.format == "json":
        session.show_json(trial.as_dict())
        return

    def told(result: Result) -> str:
        if isinstance(result, str):
            return result
        return (
            "、".join(result) if isinstance(result, tuple) else "、".join(f"{key}={one}" for key, one in result.items())
        )

    rows = [(step.what, step.formula, step.value) for step in trial.steps]
    session.show_rows([Column(_("步骤")), Column(_("算式")), Column(_("值"))], rows, None)
    if session.format == "table":
        session.show(_("结果：{result}").format(result=told(trial.result)))
    if session.format == "table" and trial.source:
        session.show(_("依据：{source}").format(source=trial.source))


def _who(desk: Desk, by: str, owner: str | None, branch: str | None) -> list[str]:
    if owner:
        return [desk.owner(owner).id]
    if branch and branch != "all":
        return [desk.branch(branch).id]
    if by == "branch" or branch == "all":
        return list(desk.orgs)
    return [person.staff_id for person in desk.employed()]


@cli.command("check", help=_("目标与实际：完成率、时间进度、差距（有未达标或落后的退出码 3）"))
@click.option("--period", "period", metavar="P", required=True, help=_("期间，如 2026-10"))
@click.option("--by", "by", type=click.Choice(["owner", "branch"]), default="owner", help=_("按人或按机构"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@click.option("--branch", metavar="NAME", help=_("只看这个机构"))
@click.option("--alert-once", "once", is_flag=True, help=_("同一项只提示一次，转好后再变差才再提示"))
@click.option("--target-on", "target_on", metavar="DATE", type=DAY, help=_("按这一天当时的目标评价"))
@with_session
def check(
    session: Session,
    period: str,
    by: str,
    owner: str | None,
    branch: str | None,
    once: bool,
    target_on: date | None,
) -> int:
    """The verdict on every indicator."""
    from cmkit.kpi.row import NEGATIVE, verdict
    from cmkit.reports.kpis import kpi_rows
    from cmkit.store.ledger import keep_seen, seen_findings

    desk = session.desk(session.period(period))
    rows = [
        row
        for row in kpi_rows(desk, _who(desk, by, owner, branch), trend=0, target_on=target_on)
        if row.relevant or row.status == "no_actual"
    ]
    if once:
        seen = seen_findings(session.store)
        looked = {_mark(row) for row in rows}
        bad = {_mark(row) for row in rows if row.status in NEGATIVE}
        rows = [row for row in rows if _mark(row) in bad - seen]
        keep_seen(session.store, (seen - looked) | bad)
    told = verdict(desk.period, rows)
    if not session.quiet or session.format == "json":
        session.show_rows(_columns(), [_line(desk, row) for row in rows], told)
    session.verdict = _("{period}：{count} 项指标中 {missed} 项未达标或落后").format(
        period=desk.period.label, count=sum(row.target is not None for row in rows), missed=told["missed"]
    )
    bare = sum(row.status == "no_target" and row.wants_target for row in rows)
    if bare:
        session.verdict += _("；另有 {count} 项没有目标").format(count=bare)
    if session.format == "table":
        session.say(session.verdict)
    return Exit.NEGATIVE if told["missed"] else Exit.DONE


def _mark(row: KpiRow) -> str:
    return f"{KPI_MARK}{row.kpi.code}:{row.who}:{row.period.name}"


def _columns() -> list[Column]:
    from cmkit.facts.section import Column

    heads = (
        _("对象"),
        _("指标"),
        _("单位"),
        _("目标"),
        _("实际"),
        _("完成率%"),
        _("时间进度%"),
        _("差距(百分点)"),
        _("得分"),
        _("结论"),
    )
    return [Column(head) for head in heads]


def _line(desk: Desk, row: KpiRow) -> list[Cell]:
    from cmkit.base.money import plain, round_half_up

    def short(value: Decimal | None) -> str:
        return "" if value is None else plain(round_half_up(value, row.kpi.digits))

    told: dict[str, Any] = row.as_dict()
    names = ("rate", "time_progress", "gap_pp", "score")
    figures = [short(row.target), short(row.actual), *[told[name] for name in names]]
    return [desk.names.get(row.who, row.who), row.kpi.label, row.kpi.unit, *figures, row.words]


@cli.command("score", help=_("加权得分、等级和排名；加 --to xlsx 写出 KPI 考核表"))
@click.option("--period", "period", metavar="P", required=True, help=_("期间，如 2026-10"))
@click.option("--by", "by", type=click.Choice(["owner", "branch"]), default="owner", help=_("按人或按机构"))
@click.option("--owner", metavar="NAME", help=_("只看这个人"))
@click.option("--branch", metavar="NAME", help=_("只看这个机构；all 表示每个机构"))
@click.option("--to", "to", help=_("写成考核表：xlsx,docx,html,md，用逗号分开"))
@click.option("--out", "out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help=_("写到这个文件夹"))
@with_session
def score(
    session: Session, period: str, by: str, owner: str | None, branch: str | None, to: str | None, out: Path | None
) -> None:
    """Weighted totals, or the appraisal sheets as documents."""
    from cmkit.commands._documents import write_documents
    from cmkit.reports.scorecards import score_cards

    if owner and branch:
        raise UsageFault(_("--owner、--branch 只能用一个"))
    desk = session.desk(session.period(period))
    scopes = _scopes(desk, by, owner, branch)
    if to is None:
        _show_scores(session, desk, scopes)
        return
    session.show_paths(write_documents(session, score_cards(desk, scopes), desk.period.name, to, out))


def _scopes(desk: Desk, by: str, owner: str | None, branch: str | None) -> list[Scope]:
    if owner:
        return [desk.owner(owner)]
    if branch and branch != "all":
        return [desk.branch(branch)]
    if by == "branch" or branch == "all":
        return [desk.branch(number) for number in desk.orgs]
    return [desk.owner(person.staff_id) for person in desk.employed()]


def _show_scores(session: Session, desk: Desk, scopes: list[Scope]) -> None:
    from cmkit.facts.section import Column
    from cmkit.reports.scorecards import peers, ranked

    wanted = {scope.id for scope in scopes}
    groups = dict.fromkeys(tuple(peers(desk, scope)) for scope in scopes)
    found = [one for group in groups for one in ranked(desk, group) if one.who in wanted]
    rows = [(one.rank, desk.names.get(one.who, one.who), one.score, one.grade) for one in found]
    columns = [Column(_("名次"), "count"), Column(_("对象")), Column(_("总分"), "number"), Column(_("等级"))]
    session.show_rows(columns, rows, {"period": desk.period.name, "rows": [one.as_dict() for one in found]})


@cli.command(
    "explain",
    help=_("一个数字背后的每条记录：文件、工作表、行；也可写报告的一部分（service）或报告里的数字（走访客户）"),
)
@click.argument("kpi", metavar="KPI|SECTION|FIGURE")
@click.option("--period", "period", metavar="P", help=_("期间，如 2026-10（默认本月）"))
@click.option("--owner", metavar="NAME", help=_("这个人的数字"))
@click.option("--branch", metavar="NAME", help=_("这个机构的数字（默认全部）"))
@with_session
def explain(session: Session, kpi: str, period: str | None, owner: str | None, branch: str | None) -> None:
    """The records behind a figure."""
    from cmkit.commands._explaining import show_explanation, show_figures, show_sections
    from cmkit.reports.kpis import is_kpi

    desk = session.desk(session.period(period))
    scope = desk.scope(owner, branch)
    if not is_kpi(desk, kpi) and (show_sections(session, desk, scope, kpi) or show_figures(session, desk, scope, kpi)):
        return
    show_explanation(session, desk, scope, kpi)


@cli.command("list", help=_("行业包里的指标"))
@with_session
def list_(session: Session) -> None:
    """The indicators of the pack."""
    from cmkit.facts.section import Column

    ways = {
        "count": _("笔数"),
        "sum": _("合计"),
        "distinct": _("去重计数"),
        "latest": _("时点余额"),
        "average": _("日均余额"),
        "growth": _("净增"),
        "ratio": _("比率"),
        "share": _("占比"),
        "actual": _("导入实际值"),
    }
    directions = {"up": _("越大越好"), "down": _("越小越好"), "band": _("区间为好")}

    kpis = [
        {
            "kpi": kpi.code,
            "label": kpi.label,
            "unit": kpi.unit,
            "weight": str(kpi.weight),
            "direction": kpi.direction,
            "rule": kpi.rule,
            "measure": kpi.measure.how,
            "definition": kpi.definition,
        }
        for kpi in session.pack.kpis.values()
    ]
    heads = (_("代码"), _("指标"), _("单位"), _("权重"), _("方向"), _("计分规则"), _("取数"), _("口径"))
    rows = [
        tuple({**one, "direction": directions.get(one["direction"]), "measure": ways.get(one["measure"])}.values())
        for one in kpis
    ]
    session.show_rows([Column(head) for head in heads], rows, kpis)
