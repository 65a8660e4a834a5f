"""complaint_due (投诉办结期限): the last day for a simple, a complex and a very complex complaint.

Formula: natural days after receipt: bank and insurance 15, 30 and 60 (the last after approval and notice); telecom 15.

Source: 《银行业保险业消费投诉处理管理办法》 (2020), finance.caixin.com/2020-01-17/101505443.html; telecom
9m8m.com/1255068.html. Check again when the rule is revised.

Example::

    cmkit kpi try complaint_due received=2026-11-02 sector=bank -> simple=2026-11-17 complex=2026-12-02 special=2027-01-01
"""

from __future__ import annotations

from datetime import timedelta

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Step, Trial

_BANK = {"simple": 15, "complex": 30, "special": 60}
LIMITS = {"bank": _BANK, "insurance": _BANK, "telecom": {"simple": 15}}


def _run(inputs: Inputs) -> Trial:
    received = inputs.day("received")
    limits = LIMITS[inputs.choice("sector", tuple(LIMITS))]
    words = {"simple": _("一般投诉"), "complex": _("复杂投诉"), "special": _("特别复杂投诉")}
    result = {level: (received + timedelta(days=days)).isoformat() for level, days in limits.items()}
    steps = tuple(
        Step(words[level], _("{day} + {days} 天").format(day=received.isoformat(), days=days), result[level])
        for level, days in limits.items()
    )
    return Trial(result, steps)


RULE = Rule(
    "complaint_due",
    ("received", "sector"),
    _run,
    source="finance.caixin.com/2020-01-17/101505443.html",
    manual=__doc__,
)
