"""K9 指标: targets missed, behind the time that has passed, or without the figures to tell.

Looks at the rows of the KPI check (one indicator of one owner or branch). A target is *missed* when its period is over
and *behind* while there is time left; the hint then says what each working day left has to bring.

Source: 进度 = 完成率 − 时间进度 (rules B.4); a missing actual is 未报 and never 0 (rules B.2).

Options:
    statuses: What counts as a finding (missed、behind、no_actual、no_target).

Passes on 2026-10-30 for period 2026-10::

    kpi | code    | label    | who   | status | rate | time_progress
        | deposit | 存款新增 | E1001 | met    | 104  | 94.44

Fails: 14.44 percentage points behind with 120 to bring a day, and one actual not reported::

    kpi   | code    | label    | who   | who_name | status    | rate | time_progress | gap_pp | needed
          | deposit | 存款新增 | E1002 | 刘洋     | behind    | 80   | 94.44         | -14.44 | 120
          | fund    | 基金销量 | E1002 | 刘洋     | no_actual |      | 94.44         |        |
    finds | code      | key                   | owner | due
          | behind    | deposit|E1002|2026-10 | E1002 | 2026-10-31
          | no_actual | fund|E1002|2026-10    | E1002 | 2026-10-31
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import grouped, plain, round_half_up
from cmkit.checks.facts import CheckFacts, KpiLine
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Target

ID = "K9"
TITLE = ("指标完成", "KPI targets")
OPTIONS = {"statuses": Option("words", "missed、behind、no_actual、no_target")}
NEEDS: tuple[str, ...] = ()


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The indicators that are missed or behind, or cannot be judged."""
    return [
        _finding(facts, options, row)
        for row in facts.kpi_rows
        if row.status != "met" and row.status in options.words("statuses")
    ]


def _finding(facts: CheckFacts, options: Options, row: KpiLine) -> Finding:
    return options.found(
        row.status,
        Target(kpi=row.code, who=row.who, period=facts.period.name),
        " ".join(part for part in (row.who_name or row.who, row.label or row.code) if part),
        _message(row),
        hint=_hint(facts, row),
        owner=row.who,
        due=facts.period.end,
    )


def _message(row: KpiLine) -> str:
    if row.status == "no_target":
        return _("没有目标")
    if row.status == "no_actual":
        return _("实际值未报")
    parts = [_("完成率 {rate}%").format(rate=_two(row.rate))] if row.rate is not None else [_("未达目标")]
    if row.status == "behind" and row.time_progress is not None:
        parts.append(_("时间进度 {progress}%").format(progress=_two(row.time_progress)))
    if row.gap_pp is not None:
        word = _("落后 {gap} 个百分点") if row.gap_pp < 0 else _("领先 {gap} 个百分点")
        parts.append(word.format(gap=_two(abs(row.gap_pp))))
    return _("，").join(parts)


def _hint(facts: CheckFacts, row: KpiLine) -> str:
    if row.status == "no_target":
        return _("下达目标")
    if row.status == "no_actual":
        return _("报送实际值")
    if row.needed is None or facts.on >= facts.period.end:
        return _("分析未完成的原因并制订补救措施")
    spec = facts.pack.kpis.get(row.code)
    needed = grouped(row.needed, spec.digits) if spec else plain(round_half_up(row.needed))
    return _("剩余每个工作日需完成 {needed}{unit}").format(needed=needed, unit=spec.unit if spec else "")


def _two(value: Decimal | None) -> str:
    return plain(round_half_up(value)) if value is not None else ""
