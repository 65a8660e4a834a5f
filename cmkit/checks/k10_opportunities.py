"""K10 商机: no opportunity that stands still, is past its day, or is hoped for more than its stage allows.

An open opportunity is stuck when it stays too long in one stage; its expected day of closing must lie ahead; and its
probability may leave that of its stage by a few points, further only with a reason.

Source: 10 / 25 / 50 / 75 / 100 by stage, a change by hand within 10 points, else with a reason
(supercrm.com/infodetailinfo-3-4-1073.html); the days are cmkit's own default.

Options:
    stuck_days: Days in one stage when an opportunity is stuck (30).
    tolerance: Points that a probability may leave its stage's (10).
    stages: Stages with their probability, 线索:10、方案:50; empty takes the eight of the manual ().

Passes on 2026-10-30::

    opportunities | opportunity_id | name     | owner_id | stage    | stage_since | probability | expected_close
                  | SJ01           | 代发工资 | E1001    | 说明产品 | 2026-10-12  | 55          | 2026-11-20

Fails: 45 days in one stage, past its day, and 90 % where the stage says 50 %::

    opportunities | opportunity_id | name     | owner_id | stage    | stage_since | probability | expected_close
                  | SJ02           | 专线改造 | E1002    | 说明产品 | 2026-09-15  | 90          | 2026-10-20
    finds         | code       | key  | owner | due
                  | close_past | SJ02 | E1002 | 2026-10-20
                  | off_stage  | SJ02 | E1002 | 2026-10-20
                  | stuck      | SJ02 | E1002 | 2026-10-20
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.checks.facts import CheckFacts
from cmkit.checks.options import Option, Options
from cmkit.facts.finding import Finding
from cmkit.facts.records import Opportunity
from cmkit.pipeline.funnel import STAGES, PipelineFacts, pipeline_findings

ID = "K10"
TITLE = ("商机推进", "Opportunities moving")
OPTIONS = {"stuck_days": Option("count", "30"), "tolerance": Option("number", "10"), "stages": Option("words", "")}
NEEDS = ("opportunities", "clients", "staff")


def check(facts: CheckFacts, options: Options) -> list[Finding]:
    """The opportunities that are stuck, past their day or off their stage."""
    seen = PipelineFacts(
        opportunities=facts.of(Opportunity),
        period=facts.period,
        on=facts.on,
        stages=_stages(options),
        stuck_days=options.count("stuck_days"),
        tolerance=options.number("tolerance"),
        clients=facts.client_by_id,
    )
    return [
        replace(finding, severity=options.severity, subject=facts.label(_record(facts, finding)))
        for finding in pipeline_findings(seen)
    ]


def _record(facts: CheckFacts, finding: Finding) -> Opportunity:
    return next(one for one in facts.of(Opportunity) if one.key == finding.key)


def _stages(options: Options) -> dict[str, Decimal]:
    """Stage to probability as the option says it.

    Raises ConfigFault for one without a number.
    """
    found: dict[str, Decimal] = {}
    for word in options.words("stages"):
        stage, _mark, text = word.partition(":")
        try:
            found[stage] = Decimal(text)
        except InvalidOperation:
            raise ConfigFault(
                _("规则 {rule} 的选项 stages 里的“{word}”没有概率").format(rule=ID, word=word),
                hint=_("写成 阶段:概率，如 线索:10"),
            ) from None
    return found or dict(STAGES)
