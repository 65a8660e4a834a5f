"""pipeline_weighted (商机加权金额): each amount times its probability, added up.

Formula: sum of amount x probability (between 0 and 1).

Source: ask.changjet.cn/?q-453.html.

Example::

    cmkit kpi try pipeline_weighted items=100:0.10,200:0.50,50:0.75 -> 147.50
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs, read_number
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def _run(inputs: Inputs) -> Trial:
    items = [(read_number(amount, "items"), read_number(share, "items")) for amount, share in inputs.pairs("items")]
    if any(not 0 <= share <= 1 for _amount, share in items):
        raise UsageFault(_("概率要在 0 与 1 之间"))
    value = sum((amount * share for amount, share in items), Decimal(0))
    formula = " + ".join(f"{plain(amount)} × {plain(share)}" for amount, share in items)
    return answer(value, (Step(_("加权金额"), formula, shown(value)),))


RULE = Rule("pipeline_weighted", ("items",), _run, source="ask.changjet.cn/?q-453.html", manual=__doc__)
