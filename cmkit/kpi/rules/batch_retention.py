"""batch_retention (批次留存率): of those who joined in one month, how many are still in force after 3, 6 or 13 months.

Formula: still / joined, in percent.

Source: dybbs8.com/excel/272753.html.

Example::

    cmkit kpi try batch_retention joined=200 still=170 -> 85.00
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent


def _run(inputs: Inputs) -> Trial:
    return percent(_("留存率%"), inputs.number("still"), inputs.positive("joined"))


RULE = Rule("batch_retention", ("joined", "still"), _run, source="dybbs8.com/excel/272753.html", manual=__doc__)
