"""deduct (扣分项): so many points off for each event, down to a floor where there is one.

Formula: max(points - events x per, floor); without ``floor`` it has no lower limit (下限不封), without ``points`` it
starts from 0.

Source: 「减分项无下限」, damishu.cn/article/69466.html.

Example::

    cmkit kpi try deduct events=3 per=2 -> -6.00
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def score(events: Decimal, per: Decimal, points: Decimal = Decimal(0), floor: Decimal | None = None) -> Decimal:
    """The points that are left."""
    left = points - events * per
    return left if floor is None else max(left, floor)


def _run(inputs: Inputs) -> Trial:
    events, per, points = inputs.number("events"), inputs.number("per"), inputs.number("points", Decimal(0))
    floor = inputs.maybe("floor")
    value = score(events, per, points, floor)
    formula = f"{plain(points)} - {plain(events)} × {plain(per)}"
    if floor is not None:
        formula = f"max({formula}, {plain(floor)})"
    return answer(value, (Step(_("扣分后"), formula, shown(value)),))


RULE = Rule(
    "deduct",
    ("events", "per"),
    _run,
    optional=("points", "floor"),
    adds=True,
    source="damishu.cn/article/69466.html",
    manual=__doc__,
)
