"""satisfaction_rate (满意率): the answers 非常满意 and 满意 over all answers, in percent.

Formula: (very + satisfied) / (very + satisfied + neutral + dissatisfied + very_dissatisfied).

Source: www.mzzpw.net/shubk/202507/265005.html.

Example::

    cmkit kpi try satisfaction_rate very=30 satisfied=40 neutral=10 dissatisfied=10 -> 77.78
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent

POOR = ("neutral", "dissatisfied", "very_dissatisfied")


def _run(inputs: Inputs) -> Trial:
    good = inputs.number("very") + inputs.number("satisfied")
    everyone = good + sum((inputs.number(key, Decimal(0)) for key in POOR), Decimal(0))
    if everyone <= 0:
        raise UsageFault(_("没有答卷，算不出满意率"))
    return percent(_("满意率%"), good, everyone)


RULE = Rule(
    "satisfaction_rate",
    ("very", "satisfied"),
    _run,
    optional=POOR,
    source="www.mzzpw.net/shubk/202507/265005.html",
    manual=__doc__,
)
