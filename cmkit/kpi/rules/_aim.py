"""What the rules that start from a completion rate have in common: reading it, and showing how it came about."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Step, shown
from cmkit.kpi.completion import DIRECTIONS, METHODS, Direction, Method, band_of, completion

AIM_KEYS = ("direction", "method", "lower", "upper")


def signed(value: Decimal) -> str:
    """A number inside a formula: in brackets where it is negative."""
    return f"({plain(value)})" if value < 0 else plain(value)


def read_rate(inputs: Inputs) -> tuple[Decimal, Step]:
    """The completion rate of ``actual`` against ``target`` in percent, and the step that shows it.

    Raises UsageFault where the target is zero: no rate exists.
    """
    actual, target = inputs.number("actual"), inputs.number("target")
    direction = cast("Direction", inputs.choice("direction", DIRECTIONS, "up"))
    method = cast("Method", inputs.choice("method", METHODS, "2-A/T"))
    lower, upper = inputs.maybe("lower"), inputs.maybe("upper")
    rate = completion(actual, target, direction, method, lower=lower, upper=upper)
    if rate is None:
        raise UsageFault(_("目标为 0，完成率不适用"), hint=_("目标为 0 的指标按设置剔除或得满分"))
    formula = _formula(actual, target, direction, method, band_of(target, lower, upper))
    return rate, Step(_("完成率%"), formula, shown(rate))


def _formula(
    actual: Decimal, target: Decimal, direction: Direction, method: Method, band: tuple[Decimal, Decimal]
) -> str:
    a, t = signed(actual), signed(target)
    if direction == "band":
        low, high = signed(band[0]), signed(band[1])
        return _("{a} 对区间 {low} 至 {high}").format(a=a, low=low, high=high)
    if direction == "decrease":
        return f"(100 + {a}) ÷ (100 + {t}) × 100"
    if target < 0:
        return f"(1 {'+' if direction == 'up' else '-'} ({a} - {t}) ÷ |{plain(target)}|) × 100"
    if direction == "up":
        return f"{a} ÷ {t} × 100"
    return f"{t} ÷ {a} × 100" if method == "T/A" and actual >= 0 else f"(2 - {a} ÷ {t}) × 100"
