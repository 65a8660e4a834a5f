"""Whether a pack's indicators can be reckoned at all: rules and their settings, measures and units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cmkit.base.faults import Fault
from cmkit.base.inputs import read_number
from cmkit.base.lang import _
from cmkit.base.period import period_of
from cmkit.base.problem import Place, Problem
from cmkit.facts.specs import KpiSpec, Pack
from cmkit.kpi.measure import RATIOS, formula
from cmkit.kpi.scoring import OWN_OPTIONS, rule_of
from cmkit.kpi.targets import SPLITS


def vet(pack: Pack) -> list[Problem]:
    """Everything that is wrong with the pack's indicators: a pack with problems is refused.

    Rules and their settings have to exist; a measured indicator needs its table and units that convert. What the pack's
    files say by themselves, weights among it, has been looked at when they were read.
    """
    place = Place(file=f"{pack.info.name}/kpi.toml")
    return [problem for code, kpi in pack.kpis.items() for problem in _indicator(pack, code, kpi, place)]


def _indicator(pack: Pack, code: str, kpi: KpiSpec, place: Place) -> Iterator[Problem]:
    try:
        rule = rule_of(kpi)
    except Fault as fault:
        yield Problem(place, "kpi-rule", fault.message, fault.hint)
        return
    for key, text in kpi.options.items():
        if key not in rule.legal and key not in OWN_OPTIONS:
            message = _("指标 {kpi} 的规则 {rule} 没有设置 {key}").format(kpi=code, rule=rule.name, key=key)
            yield Problem(
                place, "kpi-option", message, _("可用：{keys}").format(keys="、".join((*rule.legal, *OWN_OPTIONS)))
            )
        elif key in ("floor", "cap", "per", "step", "lower", "upper"):
            yield from _numeric(code, key, text, place)
    if kpi.options.get("split", "equal") not in SPLITS:
        message = _("指标 {kpi} 的 split 不能是“{word}”").format(kpi=code, word=kpi.options["split"])
        yield Problem(place, "kpi-option", message, _("可用：{keys}").format(keys="、".join(SPLITS)))
    if kpi.options.get("with", code) not in pack.kpis:
        message = _("指标 {kpi} 的 with 指向没有的指标").format(kpi=code)
        yield Problem(place, "kpi-option", message)
    yield from _measure(pack, code, kpi, place)


def _numeric(code: str, key: str, text: str, place: Place) -> Iterator[Problem]:
    try:
        read_number(text, key)
    except Fault as fault:
        yield Problem(place, "kpi-option", _("指标 {kpi}：{why}").format(kpi=code, why=fault.message), fault.hint)


def _measure(pack: Pack, code: str, kpi: KpiSpec, place: Place) -> Iterator[Problem]:
    measure = kpi.measure
    if measure.how == "actual":
        return
    for part in (measure.top, measure.bottom) if measure.how in RATIOS else (measure,):
        if part is not None and part.table not in pack.tables:
            message = _("指标 {kpi} 取数的表 {table} 不存在").format(kpi=code, table=part.table)
            yield Problem(place, "kpi-measure", message)
    try:
        formula(pack, kpi, period_of("month", date(2026, 1, 31)))
    except Fault as fault:
        yield Problem(place, "kpi-measure", _("指标 {kpi}：{why}").format(kpi=code, why=fault.message), fault.hint)
