"""veto (一票否决): any listed event takes the whole score, or forces the lowest grade; the event is named.

Formula: without events the base and its grade stand. With one, ``effect=zero`` makes the score 0, ``effect=grade`` keeps
the score and gives the lowest of ``grades`` (grade:lowest score, a score on the bound belongs to the grade).

Source: veto clauses of bank appraisal rules that lock the grade to the lowest; grades
hr.qingflow.com/post/384.html.

Example::

    cmkit kpi try veto base=96.5 events=重大案件 effect=grade grades=A:90,B:80,C:60,D:0 -> score=96.50 grade=D
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs, read_number
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, shown
from cmkit.kpi.grades import grade_of, lowest_grade


def _run(inputs: Inputs) -> Trial:
    base = inputs.number("base")
    events = [word.strip() for word in inputs.text("events", "").split(",") if word.strip()]
    grades = (
        {name: read_number(bound, "grades") for name, bound in inputs.pairs("grades")} if inputs.has("grades") else {}
    )
    effect = inputs.choice("effect", ("zero", "grade"), "zero")
    score = Decimal(0) if events and effect == "zero" else base
    grade = lowest_grade(grades) if events else grade_of(score, grades)
    named = "、".join(events) or _("无否决事项")
    result = {"score": shown(score), "grade": grade} if grades else {"score": shown(score)}
    return Trial(result, (Step(_("否决事项"), f"{plain(base)} | {named}", shown(score)),), exact=score)


RULE = Rule(
    "veto",
    ("base",),
    _run,
    optional=("events", "effect", "grades"),
    source="hr.qingflow.com/post/384.html",
    manual=__doc__,
)
