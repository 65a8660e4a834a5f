"""ranked_raters (多级评分): marks of several raters by their weights (direct superior 80 %, next level 20 %).

Formula: sum of mark x weight; the weights have to sum to 1 (or 100).

Source: www.qq94.com/fjx/erJAw.html (bands 60 / 70 / 80 / 90 / 100).

Example::

    cmkit kpi try ranked_raters scores=90:0.8,85:0.2 -> 89.00
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs, read_number
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def _run(inputs: Inputs) -> Trial:
    marks = [(read_number(mark, "scores"), read_number(weight, "scores")) for mark, weight in inputs.pairs("scores")]
    whole = sum((weight for _mark, weight in marks), Decimal(0))
    if whole not in (1, 100):
        raise UsageFault(_("权重合计为 {whole}，应为 1 或 100").format(whole=plain(whole)))
    value = sum((mark * weight for mark, weight in marks), Decimal(0)) / whole
    formula = " + ".join(f"{plain(mark)} × {plain(weight)}" for mark, weight in marks)
    if whole != 1:
        formula = f"({formula}) ÷ {plain(whole)}"
    return answer(value, (Step(_("加权评分"), formula, shown(value)),))


RULE = Rule("ranked_raters", ("scores",), _run, source="www.qq94.com/fjx/erJAw.html", manual=__doc__)
