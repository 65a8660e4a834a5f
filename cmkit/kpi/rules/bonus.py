"""bonus (加分项): points added after the base, up to a cap.

Formula: base + min(events x per, cap); base is 0 where not given.

Source: 「加分项占10分」, damishu.cn/article/69466.html.

Example::

    cmkit kpi try bonus events=4 per=3 cap=10 -> 10.00
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def score(events: Decimal, per: Decimal, cap: Decimal | None = None, base: Decimal = Decimal(0)) -> Decimal:
    """The base with its bonus."""
    extra = events * per
    return base + (extra if cap is None else min(extra, cap))


def _run(inputs: Inputs) -> Trial:
    events, per, base = inputs.number("events"), inputs.number("per"), inputs.number("base", Decimal(0))
    cap = inputs.maybe("cap")
    value = score(events, per, cap, base)
    extra = f"{plain(events)} × {plain(per)}"
    formula = f"{plain(base)} + {extra if cap is None else f'min({extra}, {plain(cap)})'}"
    return answer(value, (Step(_("加分后"), formula, shown(value)),))


RULE = Rule(
    "bonus",
    ("events", "per"),
    _run,
    optional=("cap", "base"),
    adds=True,
    source="damishu.cn/article/69466.html",
    manual=__doc__,
)
