"""efficacy_improved (改进功效系数法): a place between the worst and the best value, on a scale from 60 to 100.

Formula: d = (x - min) / (max - min) x 40 + 60; with ``direction=down`` the two ends change places. A value outside the
two ends counts as the end. Where max = min nothing tells the values apart: everybody gets ``flat`` (100).

Source: m.jinchutou.com/shtml/view-500449281.html.

Example::

    cmkit kpi try efficacy_improved x=12.8 min=7.3 max=16.7 -> 83.404
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.rules._aim import signed

BASE, SPAN = Decimal(60), Decimal(40)
DIGITS = 3


def score(x: Decimal, low: Decimal, high: Decimal, *, down: bool = False, flat: Decimal = Decimal(100)) -> Trial:
    """The place of ``x`` on the scale from 60 to 100."""
    if high < low:
        raise UsageFault(_("max 不能小于 min"))
    if high == low:
        return answer(
            flat, (Step(_("最大值等于最小值"), f"{plain(high)} = {plain(low)}", shown(flat, DIGITS)),), DIGITS
        )
    inside = min(max(x, low), high)
    worst, best = (high, low) if down else (low, high)
    value = (inside - worst) / (best - worst) * SPAN + BASE
    formula = (
        f"({signed(inside)} - {signed(worst)}) ÷ ({signed(best)} - {signed(worst)}) × {plain(SPAN)} + {plain(BASE)}"
    )
    return answer(value, (Step(_("功效系数"), formula, shown(value, DIGITS)),), DIGITS)


def _run(inputs: Inputs) -> Trial:
    down = inputs.choice("direction", ("up", "down"), "up") == "down"
    flat = inputs.number("flat", Decimal(100))
    return score(inputs.number("x"), inputs.number("min"), inputs.number("max"), down=down, flat=flat)


RULE = Rule(
    "efficacy_improved",
    ("x", "min", "max"),
    _run,
    optional=("direction", "flat"),
    full=Decimal(100),
    source="m.jinchutou.com/shtml/view-500449281.html",
    manual=__doc__,
)
