"""completion (完成率): how much of the target is reached, in percent.

Formula: up A / T; down 2 - A / T, or T / A with ``method=T/A`` (at most 200 %); a negative target takes
1 + (A - T) / |T|; ``direction=band`` is full between ``lower`` and ``upper``; ``direction=decrease`` compares two cuts.
A target of zero has no rate.

Source: m.3dmxku.com/daquan/zonghe/2096199.html, 77.wendadaohang.com/zd/8GqY88G8G.html, dhqcw.com/wenda/244694.html.

Example::

    cmkit kpi try completion actual=-100 target=-500 direction=up -> 180.00
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.facts.trial import Rule, Trial, answer
from cmkit.kpi.rules._aim import AIM_KEYS, read_rate


def _run(inputs: Inputs) -> Trial:
    rate, step = read_rate(inputs)
    return answer(rate, (step,))


RULE = Rule(
    "completion",
    ("actual", "target"),
    _run,
    optional=AIM_KEYS,
    source="m.3dmxku.com/daquan/zonghe/2096199.html",
    manual=__doc__,
)
