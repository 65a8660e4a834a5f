"""binary (非此即彼): all the points when the target is reached, none otherwise.

Formula: completion rate >= 100 %: points; otherwise 0.

Source: the all-or-nothing rule of appraisal manuals (非此即彼法); a target of zero is reached by the rules of
``completion``'s direction.

Example::

    cmkit kpi try binary actual=98 target=95 points=10 -> 10.00
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.completion import DIRECTIONS, HUNDRED, Direction, completion, zero_target_met
from cmkit.kpi.rules._aim import AIM_KEYS


def _run(inputs: Inputs) -> Trial:
    actual, target, points = inputs.number("actual"), inputs.number("target"), inputs.number("points")
    direction = cast("Direction", inputs.choice("direction", DIRECTIONS, "up"))
    rate = completion(actual, target, direction, lower=inputs.maybe("lower"), upper=inputs.maybe("upper"))
    met = zero_target_met(actual, direction) if rate is None else rate >= HUNDRED
    value = points if met else Decimal(0)
    what = _("达到目标") if met else _("未达到目标")
    return answer(value, (Step(what, f"{plain(actual)} / {plain(target)}", shown(value)),))


RULE = Rule(
    "binary",
    ("actual", "target", "points"),
    _run,
    optional=AIM_KEYS,
    full=Decimal(100),
    source="wap.manyoumao.com/ask/48716.html",
    manual=__doc__,
)
