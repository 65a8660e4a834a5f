"""tobacco_sale_ratio (动销比): how much of what a shop could sell was sold.

Formula: (opening stock + orders - closing stock) / (opening stock + orders), in percent.

Source: 《卷烟零售市场信息采集和分析应用基本规范 第3部分》, m.qiqiwenku.com/doc/557459.html.

Example::

    cmkit kpi try tobacco_sale_ratio opening=120 orders=300 closing=140 -> 66.67
"""

from __future__ import annotations

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent


def _run(inputs: Inputs) -> Trial:
    supply = inputs.number("opening") + inputs.number("orders")
    if supply <= 0:
        raise UsageFault(_("期初库存与订货之和必须大于 0"))
    return percent(_("动销比%"), supply - inputs.number("closing"), supply)


RULE = Rule(
    "tobacco_sale_ratio",
    ("opening", "orders", "closing"),
    _run,
    source="m.qiqiwenku.com/doc/557459.html",
    manual=__doc__,
)
