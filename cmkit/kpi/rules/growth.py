"""growth (同比 / 环比): the change against a base, in words where a percentage would mislead.

Formula: (current - base) / |base|, in percent; base 0: 新增; base below 0: 扭亏, 减亏 n %, 增亏 n %; profit to loss:
由盈转亏; ``rates=yes``: percentage points.

Source: same span of the year or month before, m.taodocs.com/p-129919685.html; the words are accounting usage.

Example::

    cmkit kpi try growth current=-50 base=-100 -> 减亏 50.00%
"""

from __future__ import annotations

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial
from cmkit.kpi.progress import growth


def _run(inputs: Inputs) -> Trial:
    current, base = inputs.number("current"), inputs.number("base")
    text = growth(current, base, rates=inputs.choice("rates", ("yes", "no"), "no") == "yes").text
    return Trial(text, (Step(_("增减"), f"{plain(current)} / {plain(base)}", text),))


RULE = Rule(
    "growth",
    ("current", "base"),
    _run,
    optional=("rates",),
    source="m.taodocs.com/p-129919685.html",
    manual=__doc__,
)
