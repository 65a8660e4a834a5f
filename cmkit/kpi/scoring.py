"""Applying an indicator's rule to its figure: the same rules, keys and working that ``kpi try`` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cmkit.base.faults import ConfigFault, UsageFault
from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up
from cmkit.facts.specs import KpiSpec, PackInfo
from cmkit.facts.trial import Rule, Step, Trial
from cmkit.kpi.completion import zero_target_met
from cmkit.kpi.rules import RULES

HUNDRED = Decimal(100)
# Settings of an indicator that are read here and in targets, not by its rule.
OWN_OPTIONS = ("by", "with", "split", "effect")
VETO = "veto"
_BY_RATE = ("interval",)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one indicator and one owner when it comes to scoring."""

    kpi: KpiSpec
    target: Decimal | None
    actual: Decimal | None
    rate: Decimal | None
    second: Decimal | None = None
    """The rate of the indicator that option ``with`` names, for a two-way table."""
    comparable: bool = True
    """False where there was nothing to measure (a ratio over nothing, a period to come)."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score on the scale of 100, what it weighs in the total, and its working. All None where nothing is scored.

    A bonus or a deduction is points as they stand: its score is its weighted score.
    """

    score: Decimal | None = None
    weighted: Decimal | None = None
    working: Trial | None = None


NO_SCORE = Score()


def rule_of(kpi: KpiSpec) -> Rule:
    """The rule of an indicator.

    Raises ConfigFault for a rule that does not exist or does not score.
    """
    rule = RULES.get(kpi.rule)
    scoring = sorted(name for name, one in RULES.items() if one.full is not None or one.adds or name == VETO)
    if rule is None or rule.name not in scoring:
        raise ConfigFault(
            _("指标 {kpi} 的计分规则 {rule} 不能用").format(kpi=kpi.code or kpi.label, rule=kpi.rule),
            hint=_("可用：{names}").format(names="、".join(scoring)),
        )
    return rule


def score(case: Case, info: PackInfo) -> Score:
    """The score of one indicator.

    A zero target has no rate: it is left out of the total, or full marks where it is reached (``zero_target``). A
    figure that nobody reported scores 0 or is left out (``missing_actual``). Without a target nothing is scored by
    rules that need one.
    """
    rule = rule_of(case.kpi)
    if rule.name == VETO or not case.comparable:
        return NO_SCORE
    wants_target = "target" in rule.keys or _by(case.kpi, rule) == "rate"
    if wants_target and case.target is None:
        return NO_SCORE
    if case.actual is None:
        lost = info.missing_actual == "zero" and not rule.adds
        return _weigh(case.kpi, Decimal(0), _said(_("未报，按 0 分计"))) if lost else NO_SCORE
    if wants_target and case.rate is None and rule.name != "binary":
        if info.zero_target == "exclude":
            return NO_SCORE
        met = zero_target_met(case.actual, case.kpi.direction)
        return _weigh(case.kpi, HUNDRED if met else Decimal(0), _said(_("目标为 0，按是否达到计满分")))
    inputs = _inputs(case, rule, info)
    if any(key not in inputs for key in ("first", "second") if key in rule.keys):
        return NO_SCORE
    try:
        return _scored(case.kpi, rule, rule.trial(inputs))
    except UsageFault as fault:
        raise ConfigFault(
            _("指标 {kpi} 无法计分：{why}").format(kpi=case.kpi.code or case.kpi.label, why=fault.message),
            hint=fault.hint,
        ) from fault


def _scored(kpi: KpiSpec, rule: Rule, trial: Trial) -> Score:
    exact = trial.exact or Decimal(0)
    if rule.adds:
        points = round_half_up(exact)
        return Score(points, points, trial)
    return _weigh(kpi, exact * HUNDRED / (rule.full or HUNDRED), trial)


def _weigh(kpi: KpiSpec, value: Decimal, trial: Trial) -> Score:
    return Score(round_half_up(value), round_half_up(value * kpi.weight / HUNDRED), trial)


def _said(words: str) -> Trial:
    return Trial("0", (Step(_("说明"), words, ""),))


def _by(kpi: KpiSpec, rule: Rule) -> str:
    return kpi.options.get("by", "rate" if rule.name in (*_BY_RATE, "matrix") else "actual")


def _inputs(case: Case, rule: Rule, info: PackInfo) -> Mapping[str, str]:
    """The rule's keys: what is known of the case, under the indicator's own settings."""
    figure = case.rate if _by(case.kpi, rule) == "rate" else case.actual
    points = case.kpi.weight if rule.adds else HUNDRED
    known: dict[str, Decimal | None] = {
        "actual": figure if "target" not in rule.keys else case.actual,
        "x": figure,
        "events": case.actual,
        "target": case.target,
        "points": points,
        "weight": HUNDRED,
        "first": case.rate,
        "second": case.second,
    }
    inputs = {key: plain(_short(amount)) for key, amount in known.items() if amount is not None and key in rule.legal}
    words = {"direction": case.kpi.direction, "method": info.smaller_better}
    inputs |= {key: word for key, word in words.items() if key in rule.legal}
    inputs |= {key: text for key, text in case.kpi.options.items() if key not in OWN_OPTIONS or key in rule.legal}
    return inputs


def _short(value: Decimal) -> Decimal:
    """A quotient cut to the twelve decimals that a rule reads; far beyond what any score shows."""
    exponent = value.as_tuple().exponent
    return round_half_up(value, 12) if isinstance(exponent, int) and exponent < -12 else value  # noqa: PLR2004
