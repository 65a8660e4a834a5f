"""grade_linear (A/B/C/D 线性): 4 at A or better, 3 at B, 2 at C, 1 at D, in a straight line between, 0 below D.

Formula: between A and B 3 + (x - B) / (A - B), and so on; item = factor x weight. Standards that ascend from A to D
belong to an indicator where less is better. In a scorecard 4 is the full mark.

Source: wap.manyoumao.com/lizhi/374953.html.

Example::

    cmkit kpi try grade_linear actual=105 A=120 B=100 C=80 D=60 -> 3.25
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.rules._aim import signed

GRADES = ("A", "B", "C", "D")
TOP = Decimal(4)


def score(actual: Decimal, standards: tuple[Decimal, Decimal, Decimal, Decimal]) -> Trial:
    """The factor between 0 and 4."""
    sign = 1 if standards[0] > standards[-1] else -1
    if not all(sign * left > sign * right for left, right in pairwise(standards)):
        raise UsageFault(_("A、B、C、D 要依次递减（反向指标递增）"))
    if sign * actual >= sign * standards[0]:
        return answer(TOP, (Step(_("达到 A 档"), f"{signed(actual)} / {signed(standards[0])}", shown(TOP)),))
    for index, (above, here) in enumerate(pairwise(standards)):
        if sign * actual >= sign * here:
            base = 3 - index
            value = base + (actual - here) / (above - here)
            formula = f"{base} + ({signed(actual)} - {signed(here)}) ÷ ({signed(above)} - {signed(here)})"
            what = _("{upper} 与 {lower} 之间").format(upper=GRADES[index], lower=GRADES[index + 1])
            return answer(value, (Step(what, formula, shown(value)),))
    return answer(Decimal(0), (Step(_("低于 D 档"), f"{signed(actual)} / {signed(standards[-1])}", "0.00"),))


def _run(inputs: Inputs) -> Trial:
    number = inputs.number
    return score(number("actual"), (number("A"), number("B"), number("C"), number("D")))


RULE = Rule(
    "grade_linear",
    ("actual", *GRADES),
    _run,
    full=TOP,
    source="wap.manyoumao.com/lizhi/374953.html",
    manual=__doc__,
)
