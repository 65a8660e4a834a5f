"""nps (净推荐值): the share of promoters (9-10) less the share of detractors (0-6), in points.

Formula: (promoters - detractors) / all answers x 100.

Source: askusers.org/zh/blog/calculate-improve-nps-score.

Example::

    cmkit kpi try nps promoters=120 passives=50 detractors=30 -> 45.00
"""

from __future__ import annotations

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def _run(inputs: Inputs) -> Trial:
    promoters, passives, detractors = (inputs.number(key) for key in KEYS)
    everyone = promoters + passives + detractors
    if everyone <= 0:
        raise UsageFault(_("没有答卷，算不出净推荐值"))
    value = (promoters - detractors) * 100 / everyone
    formula = f"({plain(promoters)} - {plain(detractors)}) ÷ {plain(everyone)} × 100"
    return answer(value, (Step(_("净推荐值"), formula, shown(value)),))


KEYS = ("promoters", "passives", "detractors")
RULE = Rule("nps", KEYS, _run, source="askusers.org/zh/blog/calculate-improve-nps-score", manual=__doc__)
