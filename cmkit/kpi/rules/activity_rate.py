"""activity_rate (活动率 / 举绩率): people who sold something over the average head-count, in percent.

Formula: active / average. Some firms divide by registered people: give that number as ``average`` then.

Source: dybbs8.com/tongji2/3495957.html.

Example::

    cmkit kpi try activity_rate active=1800 average=2000 -> 90.00
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent


def _run(inputs: Inputs) -> Trial:
    return percent(_("活动率%"), inputs.number("active"), inputs.positive("average"))


RULE = Rule("activity_rate", ("active", "average"), _run, source="dybbs8.com/tongji2/3495957.html", manual=__doc__)
