"""churn (客户流失率): customers lost over customers at the opening, in percent.

Formula: lost / opening.

Source: news.qinbaol.com/jxfw/202509/543122.html.

Example::

    cmkit kpi try churn opening=1200 lost=120 -> 10.00
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent


def _run(inputs: Inputs) -> Trial:
    return percent(_("流失率%"), inputs.number("lost"), inputs.positive("opening"))


RULE = Rule("churn", ("opening", "lost"), _run, source="news.qinbaol.com/jxfw/202509/543122.html", manual=__doc__)
