"""insurance (保险营业单位指标): the head-count and premium indicators of one period at once.

Formula: average = (opening + closing) / 2; activity = active / average; productivity = FYP / active; FYP per head = FYP /
average; premium per policy = FYP / policies; policies per head = policies / average; retention = closing / (opening +
joined); recruit = joined / opening; drop = left / opening. A quotient over zero is ``n/a``.

Source: damarti.com/rlzy/626993.html, www.dybbs8.com/excel/272753.html, www.baoxiank.com/zixun//80354.html.

Example::

    cmkit kpi try insurance opening=40 joined=8 left=4 closing=44 active=30 fyp=630000 policies=90 -> average=42.00 activity=71.43
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, shown

NOTHING = "n/a"


def score(values: dict[str, Decimal]) -> dict[str, tuple[str, Decimal, Decimal]]:
    """Each indicator as its Chinese name, its top and its bottom; rates have the top times 100."""
    opening, joined, closing = values["opening"], values["joined"], values["closing"]
    average, fyp = (opening + closing) / 2, values["fyp"]
    return {
        "average": (_("平均人力"), opening + closing, Decimal(2)),
        "activity": (_("活动率%"), values["active"] * 100, average),
        "productivity": (_("人均产能"), fyp, values["active"]),
        "fyp_per_head": (_("人均保费"), fyp, average),
        "premium_per_policy": (_("件均保费"), fyp, values["policies"]),
        "policies_per_head": (_("人均件数"), values["policies"], average),
        "retention": (_("留存率%"), closing * 100, opening + joined),
        "recruit": (_("增员率%"), joined * 100, opening),
        "drop": (_("脱落率%"), values["left"] * 100, opening),
    }


KEYS = ("opening", "joined", "left", "closing", "active", "fyp", "policies")


def _run(inputs: Inputs) -> Trial:
    parts = score({key: inputs.number(key) for key in KEYS})
    result = {key: shown(top / bottom) if bottom else NOTHING for key, (_what, top, bottom) in parts.items()}
    steps = tuple(
        Step(what, f"{plain(top)} ÷ {plain(bottom)}", result[key]) for key, (what, top, bottom) in parts.items()
    )
    return Trial(result, steps)


RULE = Rule("insurance", KEYS, _run, source="damarti.com/rlzy/626993.html", manual=__doc__)
