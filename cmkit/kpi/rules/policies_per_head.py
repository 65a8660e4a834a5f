"""policies_per_head (人均件数): policies over the average head-count.

Formula: policies / average.

Source: dybbs8.com/tongji2/3495957.html.

Example::

    cmkit kpi try policies_per_head policies=2800 average=1500 -> 1.87
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import quotient


def _run(inputs: Inputs) -> Trial:
    return quotient(_("人均件数"), inputs.number("policies"), inputs.positive("average"))


RULE = Rule(
    "policies_per_head", ("policies", "average"), _run, source="dybbs8.com/tongji2/3495957.html", manual=__doc__
)
