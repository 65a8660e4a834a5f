"""K12 绩效标准值: a client's ratios held against the norms of its industry.

The latest figure of each ratio is placed between the five standards of the client's industry (and size, where the norms
know it), by the efficacy coefficient method; where the industry has no norms, the national ones stand in. A ratio whose
grade is below what is asked for, or that nothing can be held against, is a finding.

Source: 《企业绩效评价》 art. 16-22 (jianbiaoku.com/webarbs/book/164818/4717053.shtml): five grades, art. 21: without an
industry norm the national one.

Options:
    at_least: The worst grade that is not a finding: 优秀, 良好, 平均, 较低 or 较差 (较低).
    national: The industry that stands in where there is no other (全国).
    size_column: The client's column with its size (size).

Passes on 2026-10-30::

    clients       | client_id | name     | owner_id | industry
                  | C000501   | 华源机械 | E1001    | 机械
    client_ratios | client_id | period | indicator    | value
                  | C000501   | 2025   | 净资产收益率 | 6.0
    norms         | industry | year | indicator    | excellent | good | average | low  | poor
                  | 机械     | 2025 | 净资产收益率 | 16.1      | 10.7 | 5.6     | -1.1 | -8.7

Fails: a return below 较差, and a debt ratio (less is better) of which there are no norms::

    clients       | client_id | name     | owner_id | industry
                  | C000502   | 东升铸造 | E1002    | 机械
    client_ratios | client_id | period | indicator    | value
                  | C000502   | 2025   | 净资产收益率 | -9.0
                  | C000502   | 2025   | 资产负债率   | 70
    norms         | industry | year | indicator    | excellent | good | average | low  | poor
                  | 机械     | 2025 | 净资产收益率 | 16.1      | 10.7 | 5.6     | -1.1 | -8.7
    finds         | code       | key                       | owner
                  | below_norm | C000502|2025|净资产收益率 | E1002
                  | no_norm    | C000502|2025|资产负债率   | E1002
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cmkit.base.faults import ConfigFault, UsageFault
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.base.period import parse_period
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import ClientRatio, Norm
from cmkit.kpi.rules.efficacy import BANDS, score

ID = "K12"
TITLE = ("企业指标与行业标准值", "Ratios against norms")
OPTIONS = {
    "at_least": Option("words", "较低"),
    "national": Option("words", "全国"),
    "size_column": Option("words", "size"),
}
NEEDS = ("clients", "client_ratios", "norms", "staff")
BELOW = "较差值以下"
_POINTS = Decimal(100)


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The ratios that are graded too low, and those that no norm is known for."""
    wanted = "".join(options.words("at_least"))
    if wanted not in BANDS:
        raise ConfigFault(
            _("规则 {rule} 的选项 at_least 不能是“{text}”").format(rule=ID, text=wanted),
            hint=_("可用：{names}").format(names="、".join(BANDS)),
        )
    found = [_judged(facts, options, ratio, BANDS.index(wanted)) for ratio in latest(facts.of(ClientRatio))]
    return [finding for finding in found if finding]


def latest(ratios: Iterable[ClientRatio]) -> list[ClientRatio]:
    """The newest figure of each ratio of each client, in the order of their keys."""
    newest: dict[tuple[str, str], ClientRatio] = {}
    for ratio in ratios:
        place = (ratio.client_id, ratio.indicator)
        known = newest.get(place)
        if ratio.value is not None and (known is None or _end(ratio.period) >= _end(known.period)):
            newest[place] = ratio
    return sorted(newest.values(), key=lambda one: one.key)


def _end(period: str) -> str:
    """The last day of a period as text; the words themselves where they name none."""
    try:
        return parse_period(period).end.isoformat()
    except UsageFault:
        return period


def _judged(facts: CheckFacts, options: Options, ratio: ClientRatio, allowed: int) -> Finding | None:
    client = facts.client_by_id.get(ratio.client_id)
    owner = ratio.owner_id or (client.owner_id if client else "")
    subject = " ".join((facts.client_label(ratio.client_id), ratio.indicator))
    norm = _norm(facts, options, ratio)
    if norm is None:
        message = _("没有{indicator}的行业标准值").format(indicator=ratio.indicator)
        hint = _("补录行业或全国标准值")
        return options.softly().found("no_norm", ratio, subject, message, hint=hint, owner=owner)
    standards = standards_of(norm)
    grade = grade_of(ratio.value or Decimal(0), standards)
    if grade <= allowed:
        return None
    value = ratio.value or Decimal(0)
    points = score(value, _POINTS, standards).exact or Decimal(0)
    message = _("{value} 处于{grade}（较差值 {poor}、平均值 {average}），功效系数法百分制得 {points} 分").format(
        value=plain(value),
        grade=BANDS[grade] if grade < len(BANDS) else BELOW,
        poor=plain(standards[-1]),
        average=plain(standards[2]),
        points=plain(points.quantize(Decimal("0.01"))),
    )
    return options.found("below_norm", ratio, subject, message, hint=_("了解原因，重新评估客户"), owner=owner)


def _norm(facts: CheckFacts, options: Options, ratio: ClientRatio) -> Norm | None:
    """The norm of the client's industry, of its size if there is one; the newest year up to the ratio's own."""
    client = facts.client_by_id.get(ratio.client_id)
    year = _end(ratio.period)[:4]
    size = str((client.get("".join(options.words("size_column"))) if client else "") or "")
    known = [
        norm
        for norm in facts.of(Norm)
        if norm.indicator == ratio.indicator and norm.year[:4] <= year and None not in _values(norm)
    ]
    for industry in dict.fromkeys((client.industry if client else "", *options.words("national"))):
        fitting = [norm for norm in known if industry and norm.industry == industry and norm.size in ("", size)]
        if fitting:
            return max(fitting, key=lambda norm: (norm.size == size and bool(size), norm.year))
    return None


def _values(norm: Norm) -> tuple[Decimal | None, ...]:
    return (norm.excellent, norm.good, norm.average, norm.low, norm.poor)


def standards_of(norm: Norm) -> tuple[Decimal, ...]:
    """The five standards, best first."""
    return tuple(value for value in _values(norm) if value is not None)


def grade_of(value: Decimal, standards: tuple[Decimal, ...]) -> int:
    """The place of the best standard that is reached (0 is 优秀); 5 below all of them."""
    sign = 1 if standards[0] > standards[-1] else -1
    return next((place for place, one in enumerate(standards) if sign * value >= sign * one), len(standards))
