"""venue_no_show (留房未到收费): what a booked room costs when the guests stay away.

Formula: room kept and guest absent: 50 % of the room's minimum spend (``kept``); empty all night: 10 % (``empty``).
Other shares with ``kept=`` and ``empty=`` in percent.

Source: joddsvs.cn/show-168441.html.

Example::

    cmkit kpi try venue_no_show minimum=2000 -> kept=1000.00 empty=200.00
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, shown

KEPT, EMPTY = Decimal(50), Decimal(10)


def _run(inputs: Inputs) -> Trial:
    minimum = inputs.number("minimum")
    shares = {"kept": inputs.number("kept", KEPT), "empty": inputs.number("empty", EMPTY)}
    result = {key: shown(minimum * share / 100) for key, share in shares.items()}
    words = {"kept": _("保留房间客人未到"), "empty": _("整晚空置")}
    steps = tuple(Step(words[key], f"{plain(minimum)} × {plain(share)}%", result[key]) for key, share in shares.items())
    return Trial(result, steps)


RULE = Rule(
    "venue_no_show",
    ("minimum",),
    _run,
    optional=("kept", "empty"),
    source="joddsvs.cn/show-168441.html",
    manual=__doc__,
)
