"""What a pack's words mean together: labels, headings that speak for one column only, weights, measures, triggers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from cmkit.base.lang import _
from cmkit.base.money import UNITS, plain
from cmkit.base.problem import Problem
from cmkit.facts.specs import ColumnSpec, Pack
from cmkit.packs.closed import FORMATS, REPORT_SECTIONS, joined
from cmkit.packs.measures import measure_problems
from cmkit.packs.routining import routine_problems
from cmkit.packs.said import Said, label_problems, no_such, twice
from cmkit.packs.tabling import table_problems
from cmkit.packs.teaming import team_problems
from cmkit.packs.visiting import visit_problems

FULL_WEIGHT = Decimal(100)
_WORK_MONTH = re.compile(r"calendar|([1-9]|1\d|2[0-8])-([1-9]|1\d|2[0-7])")


def meaning_problems(pack: Pack, files: Mapping[str, Path]) -> list[Problem]:
    """Everything in a pack that is well formed and yet cannot be meant; a missing translation is a warning."""
    parts: tuple[Iterator[Said], ...] = (
        _info(pack),
        *(table_problems(table) for table in pack.tables.values()),
        _kpis(pack),
        _checks(pack),
        routine_problems(pack),
        _reports(pack),
        visit_problems(pack),
        team_problems(pack),
    )
    return [said.problem(files) for part in parts for said in part]


def _info(pack: Pack) -> Iterator[Said]:
    yield from label_problems("pack", "", pack.info)
    if pack.info.money_unit not in UNITS:
        yield no_such("pack", "money_unit", pack.info.money_unit, UNITS)
    month = _WORK_MONTH.fullmatch(pack.info.work_month)
    if not month or (month[1] and int(month[1]) != int(month[2]) + 1):
        yield Said(
            "pack",
            "work_month",
            _("工作月写法不对：{value}").format(value=pack.info.work_month),
            _("写 calendar，或者相接的起止日，例如 26-25"),
        )
    if pack.tables and pack.info.tier_column not in _columns(pack, "clients"):
        yield no_such("pack", "tier_column", pack.info.tier_column, _columns(pack, "clients"))


def _columns(pack: Pack, table: str) -> Mapping[str, ColumnSpec]:
    return pack.tables[table].columns if table in pack.tables else {}


def _kpis(pack: Pack) -> Iterator[Said]:
    # The points of a bonus come on top.
    weights = {code: kpi.weight for code, kpi in pack.kpis.items() if kpi.weight > 0 and kpi.rule != "bonus"}
    total = sum(weights.values(), Decimal(0))
    if total and total != FULL_WEIGHT:
        each = "、".join(f"{code} {plain(weight)}" for code, weight in weights.items())
        message = _("指标权重合计 {total}，应为 100").format(total=plain(total))
        yield Said("kpi", "kpi", message, _("现有权重：{each}").format(each=each))
    for code, kpi in pack.kpis.items():
        path = f"kpi.{code}"
        yield from label_problems("kpi", path, kpi)
        if kpi.weight < 0:
            yield Said("kpi", f"{path}.weight", _("权重不能为负数"))
        yield from measure_problems(pack, "kpi", f"{path}.measure", kpi.measure)
    yield from twice(
        "kpi",
        (
            (word, code, f"kpi.{code}.aliases")
            for code, kpi in pack.kpis.items()
            for word in (kpi.zh, kpi.en, code, *kpi.aliases)
        ),
    )


def _checks(pack: Pack) -> Iterator[Said]:
    for name in pack.checks:
        if not re.fullmatch(r"K[1-9]\d*", name):
            yield Said("checks", f"checks.{name}", _("规则编号写法不对：{name}").format(name=name), _("例如 K4"))


def _reports(pack: Pack) -> Iterator[Said]:
    for name, report in pack.reports.items():
        part = f"reports.{name}"
        yield from label_problems(part, "", report)
        for section in report.sections:
            if section not in REPORT_SECTIONS:
                yield no_such(part, "sections", section, REPORT_SECTIONS)
        for form in report.formats:
            if form not in FORMATS:
                yield no_such(part, "formats", form, FORMATS)
        if not report.sections:
            yield Said(
                part, "sections", _("报告里一节也没有"), _("可用的节：{names}").format(names=joined(REPORT_SECTIONS))
            )
