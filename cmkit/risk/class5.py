"""Five-level loan classes (五级分类) by days overdue, by a named ladder; other triggers set a lowest class.

``class5_2023``: 《商业银行金融资产风险分类办法》 (2023 No. 1, in force 2023-07-01): 1-90 关注, 91-270 次级, 271-360 可疑,
> 360 损失 (ladder as quoted from its draft, cnjiayu.com.cn/ye/xyqqi/17948382.html; check against the official text).
``class5_credit_card``: 《商业银行信用卡业务监督管理办法》 art. 92: 1-90 关注, 91-120 次级, 121-180 可疑, > 180 损失
(halei720.com/yiliaoshigu/ylsgjd/56701.html). ``class5_legacy``: the older 90/180 ladder that many pages still print
(cnymjyw.cn/credit_1095523): 1-90 关注, 91-180 次级, 181-360 可疑, > 360 损失.

Examples::

    cmkit kpi try class5_2023 overdue_days=91 -> 次级
    cmkit kpi try class5_2023 overdue_days=5 grace=7 -> 正常
    cmkit kpi try class5_credit_card overdue_days=181 -> 损失
    cmkit kpi try class5_legacy overdue_days=200 at_least=关注 -> 可疑
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Step, Trial

CLASSES = ("正常", "关注", "次级", "可疑", "损失")
NON_PERFORMING = CLASSES[2:]
LADDERS: Mapping[str, tuple[int, int, int, int]] = {
    "class5_2023": (0, 90, 270, 360),
    "class5_credit_card": (0, 90, 120, 180),
    "class5_legacy": (0, 90, 180, 360),
}
SOURCES = {
    "class5_2023": "《商业银行金融资产风险分类办法》(2023)",
    "class5_credit_card": "《商业银行信用卡业务监督管理办法》第九十二条",
    "class5_legacy": "cnymjyw.cn/credit_1095523",
}


def classify(overdue_days: int, ladder: str = "class5_2023", *, at_least: str = "正常", grace: int = 0) -> str:
    """The class of a loan: the worse of what the days say and ``at_least``, which other triggers set.

    ``grace`` is the short technical overdue that does not count (0 as shipped, 7 is allowed).
    """
    days = 0 if overdue_days <= grace else overdue_days
    level = sum(days > limit for limit in LADDERS[ladder])
    return CLASSES[max(level, CLASSES.index(at_least))]


def _run(inputs: Inputs, ladder: str) -> Trial:
    days, grace = inputs.whole("overdue_days"), inputs.whole("grace", 0)
    result = classify(days, ladder, at_least=inputs.choice("at_least", CLASSES, CLASSES[0]), grace=grace)
    limits = " / ".join(f"{name} > {limit}" for name, limit in zip(CLASSES[1:], LADDERS[ladder], strict=True))
    return Trial(result, (Step(_("逾期 {days} 天").format(days=days), limits, result),))


RULES = tuple(
    Rule(
        name,
        ("overdue_days",),
        partial(_run, ladder=name),
        optional=("at_least", "grace"),
        source=SOURCES[name],
        manual=__doc__,
    )
    for name in LADDERS
)
