"""step_linear (每好 5 % 加 5 分): 100 at the target, so many points more or less for each step, within bounds.

Formula: 100 + (rate - 100) / step x per, between ``min`` (0) and ``max`` (120). Step and per are 5 where not given.
With ``whole=yes`` only whole steps count. Where less is better the rate is mirrored (2 - A/T); inside a band it is 100.

Source: 一汽轿车 appraisal rule, iklangarut.com/html/2021/0709/5124233340003304.shtm.

Example::

    cmkit kpi try step_linear actual=105 target=100 direction=down -> 95.00
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.rules._aim import AIM_KEYS, read_rate

FULL, MOST, STEP = Decimal(100), Decimal(120), Decimal(5)


def score(
    rate: Decimal, step: Decimal = STEP, per: Decimal = STEP, bounds: tuple[Decimal, Decimal] = (Decimal(0), MOST)
) -> Decimal:
    """The score of a completion rate in percent."""
    return min(max(FULL + (rate - FULL) / step * per, bounds[0]), bounds[1])


def _run(inputs: Inputs) -> Trial:
    rate, first = read_rate(inputs)
    step, per = inputs.positive("step", STEP), inputs.number("per", STEP)
    low, high = inputs.number("min", Decimal(0)), inputs.number("max", MOST)
    counted = rate
    if inputs.choice("whole", ("yes", "no"), "no") == "yes":
        counted = FULL + ((rate - FULL) / step).to_integral_value(ROUND_DOWN) * step
    value = score(counted, step, per, (low, high))
    formula = f"100 + ({shown(counted)} - 100) ÷ {plain(step)} × {plain(per)}"
    bounds = _("限 {low} 至 {high}").format(low=plain(low), high=plain(high))
    return answer(value, (first, Step(_("得分"), f"{formula}, {bounds}", shown(value))))


RULE = Rule(
    "step_linear",
    ("actual", "target"),
    _run,
    optional=("step", "per", "min", "max", "whole", *AIM_KEYS),
    full=Decimal(100),
    source="iklangarut.com/html/2021/0709/5124233340003304.shtm",
    manual=__doc__,
)
