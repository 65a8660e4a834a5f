"""ratio (比率法): the points times the completion rate, without floor or ceiling.

Formula: points x completion rate. More than the target earns more than the points; ``ratio_cap`` bounds it.

Source: wap.manyoumao.com/ask/48716.html; a bank: 「存款净增分 = 新增存款金额 / 任务指标 x 考核分」,
damishu.cn/article/69466.html.

Example::

    cmkit kpi try ratio actual=1800 target=2400 points=15 -> 11.25
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.rules._aim import AIM_KEYS, read_rate


def score(rate: Decimal, points: Decimal) -> Decimal:
    """The points that a completion rate in percent earns."""
    return points * rate / 100


def _run(inputs: Inputs) -> Trial:
    rate, step = read_rate(inputs)
    points = inputs.number("points")
    value = score(rate, points)
    return answer(value, (step, Step(_("得分"), f"{plain(points)} × {shown(rate)}%", shown(value))))


RULE = Rule(
    "ratio",
    ("actual", "target", "points"),
    _run,
    optional=AIM_KEYS,
    full=Decimal(100),
    source="wap.manyoumao.com/ask/48716.html",
    manual=__doc__,
)
