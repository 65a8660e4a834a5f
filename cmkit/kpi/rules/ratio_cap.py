"""ratio_cap (封顶保底): the points times the completion rate; nothing below the floor, no more than the cap.

Formula: rate < floor: 0; otherwise points x min(rate, cap). Floor and cap are rates in percent; without them the floor
is 0 and the cap 120. A rate that equals the floor counts.

Source: capped forms in use: 120 (iklangarut.com/html/2021/0709/5124233340003304.shtm), 100
(m.wenku365.com/p-11093031.html); the parameters are settings of the pack.

Example::

    cmkit kpi try ratio_cap actual=135 target=100 points=20 floor=60 cap=120 -> 24.00
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.rules._aim import AIM_KEYS, read_rate

CAP = Decimal(120)


def score(rate: Decimal, points: Decimal, floor: Decimal = Decimal(0), cap: Decimal = CAP) -> Decimal:
    """The points that a completion rate in percent earns between floor and cap."""
    return Decimal(0) if rate < floor else points * min(rate, cap) / 100


def _run(inputs: Inputs) -> Trial:
    rate, step = read_rate(inputs)
    points = inputs.number("points")
    floor, cap = inputs.number("floor", Decimal(0)), inputs.number("cap", CAP)
    if floor > cap:
        raise UsageFault(_("保底 {floor} 高于封顶 {cap}").format(floor=plain(floor), cap=plain(cap)))
    value = score(rate, points, floor, cap)
    if rate < floor:
        last = Step(_("低于保底不得分"), f"{shown(rate)}% < {plain(floor)}%", shown(value))
    else:
        last = Step(_("得分"), f"{plain(points)} × min({shown(rate)}%, {plain(cap)}%)", shown(value))
    return answer(value, (step, last))


RULE = Rule(
    "ratio_cap",
    ("actual", "target", "points"),
    _run,
    optional=("floor", "cap", *AIM_KEYS),
    full=Decimal(100),
    source="iklangarut.com/html/2021/0709/5124233340003304.shtm",
    manual=__doc__,
)
