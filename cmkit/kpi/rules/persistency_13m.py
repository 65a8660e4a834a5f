"""persistency_13m (13 个月保费继续率): second-year premium received by the end of grace over first-year premium.

Formula: received / base, in percent. ``base`` is the first-year premium of the policies effective in the base month, without
single-premium, free-look cancelled, moved-out and claim-ended ones; June looks at policies of April last year.

Source: m.dybbs8.com/word/110704.html.

Example::

    cmkit kpi try persistency_13m base=1000000 received=820000 -> 82.00
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent


def _run(inputs: Inputs) -> Trial:
    return percent(_("继续率%"), inputs.number("received"), inputs.positive("base"))


RULE = Rule("persistency_13m", ("base", "received"), _run, source="m.dybbs8.com/word/110704.html", manual=__doc__)
