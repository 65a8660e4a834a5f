"""efficacy (功效系数法): where the actual lies between two of five standard values decides the points.

Formula: base = weight x coefficient of the standard reached (1.0, 0.8, 0.6, 0.4, 0.2 for 优秀 良好 平均 较低 较差);
adjustment = (actual - standard reached) / (next better standard - standard reached) x (its base - this base);
points = base + adjustment. At or above 优秀 the full weight, below 较差 nothing. Standards that ascend belong to an
indicator where less is better (资产负债率). A standard that is not known may be left empty.

Source: 《企业绩效评价标准》 art. 16-22, jianbiaoku.com/webarbs/book/164818/4717053.shtml; example
ti.zuoweng.com/ti/mBk8KKKQ.

Example::

    cmkit kpi try efficacy actual=8 weight=20 standards=,9.5,1.7,, -> 15.23
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown
from cmkit.kpi.rules._aim import signed

COEFFICIENTS = tuple(Decimal(text) for text in ("1.0", "0.8", "0.6", "0.4", "0.2"))
BANDS = ("优秀", "良好", "平均", "较低", "较差")


def score(actual: Decimal, weight: Decimal, standards: Sequence[Decimal | None]) -> Trial:
    """The points of one item.

    Raises UsageFault where the standards are out of order or the two around ``actual`` are not known.
    """
    sign = _sign(standards)
    best, worst = standards[0], standards[-1]
    if best is not None and sign * actual >= sign * best:
        step = Step(_("达到优秀值"), f"{plain(weight)} × 1.0", shown(weight))
        return answer(weight, (step,))
    if worst is not None and sign * actual < sign * worst:
        return answer(Decimal(0), (Step(_("低于较差值"), f"{plain(weight)} × 0", shown(Decimal(0))),))
    for index, (above, here) in enumerate(pairwise(standards), 1):
        if above is not None and here is not None and sign * here <= sign * actual < sign * above:
            return _between(actual, weight, here, above, index)
    raise UsageFault(_("缺少实际值两侧的标准值"), hint=_("standards 依次写优秀、良好、平均、较低、较差，不详的留空"))


def _sign(standards: Sequence[Decimal | None]) -> int:
    known = [value for value in standards if value is not None]
    falling = all(left > right for left, right in pairwise(known))
    rising = all(left < right for left, right in pairwise(known))
    if len(standards) != len(BANDS) or len(known) <= 1 or not (falling or rising):
        raise UsageFault(_("标准值要有五档，且逐档递减（反向指标递增）"))
    return 1 if falling else -1


def _between(actual: Decimal, weight: Decimal, here: Decimal, above: Decimal, index: int) -> Trial:
    base, upper = weight * COEFFICIENTS[index], weight * COEFFICIENTS[index - 1]
    part = (actual - here) / (above - here)
    adjust = part * (upper - base)
    spread = f"({signed(actual)} - {signed(here)}) ÷ ({signed(above)} - {signed(here)})"
    steps = (
        Step(
            _("本档基础分（{band}）").format(band=BANDS[index]), f"{plain(weight)} × {COEFFICIENTS[index]}", shown(base)
        ),
        Step(_("功效系数"), spread, shown(part, 4)),
        Step(_("调整分"), f"{shown(part, 4)} × ({shown(upper)} - {shown(base)})", shown(adjust)),
        Step(_("单项得分"), f"{shown(base)} + {shown(adjust)}", shown(base + adjust)),
    )
    return answer(base + adjust, steps)


def _run(inputs: Inputs) -> Trial:
    return score(inputs.number("actual"), inputs.number("weight"), inputs.numbers("standards"))


RULE = Rule(
    "efficacy",
    ("actual", "weight", "standards"),
    _run,
    full=Decimal(100),
    source="jianbiaoku.com/webarbs/book/164818/4717053.shtml",
    manual=__doc__,
)
