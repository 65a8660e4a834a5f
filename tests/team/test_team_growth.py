"""Training, quality assessment, promotion and contests, on figures worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.period import parse_period
from cmkit.facts.records import Assessment, Campaign, Staff, StaffEvent, Training
from cmkit.facts.section import Status
from cmkit.facts.specs import PromotionSpec, TeamSpec
from cmkit.team.contests import contest_section, standings
from cmkit.team.growth import (
    candidates,
    combined,
    months_in_grade,
    promotion_section,
    quality_scores,
    quality_section,
    training_section,
)

ON = date(2026, 10, 30)
TEAM = TeamSpec(
    quality={"看": Decimal(1), "听": Decimal(3)},
    raters={"直接上级": Decimal(80), "隔级上级": Decimal(20)},
    quality_weight=Decimal(20),
    coaches=("主管",),
    coachings=2,
    promotions=(
        PromotionSpec(grade="初级", to="中级", months=12, score=Decimal(85), periods=2, needs={"CUST": Decimal(800)}),
    ),
)
STAFF = [
    Staff(staff_id="A", name="张伟", role="客户经理", grade="初级", join_date=date(2025, 9, 30)),
    Staff(staff_id="B", name="刘洋", role="客户经理", grade="初级", join_date=date(2026, 3, 1)),
    Staff(staff_id="C", name="王芳", role="主管", grade="高级", join_date=date(2018, 3, 1)),
]


def mark(who: str, item: str, rater: str, score: int) -> Assessment:
    return Assessment(period="2026-10", staff_id=who, item=item, rater=rater, score=Decimal(score))


def test_raters_and_items_are_weighed() -> None:
    """90 × 80 % + 85 × 20 % = 89 for 看 (qq94.com); 听 only from the direct superior: 81; (89 + 3 × 81) / 4 = 83."""
    marks = [mark("A", "看", "直接上级", 90), mark("A", "看", "隔级上级", 85), mark("A", "听", "直接上级", 81)]
    assert quality_scores(marks[:2], "2026-10", TEAM) == {"A": 89}
    assert quality_scores(marks, "2026-10", TEAM) == {"A": 83}
    assert quality_scores(marks, "2026-09", TEAM) == {}
    assert quality_scores([mark("A", "看", "本人", 100)], "2026-10", TEAM) == {}


@pytest.mark.parametrize(
    ("performance", "quality", "whole"),
    [("90", "80", "88.00"), (None, "80", "80"), ("90", None, "90"), (None, None, None)],
)
def test_performance_and_quality_together(performance: str | None, quality: str | None, whole: str | None) -> None:
    """90 × 80 % + 80 × 20 % = 88; one alone stands where the other is wanting."""
    one, two = (Decimal(text) if text else None for text in (performance, quality))
    assert combined(one, two, Decimal(20)) == (Decimal(whole) if whole else None)


def test_the_quality_table_ranks_by_the_whole() -> None:
    marks = [mark("A", "看", "直接上级", 80), mark("B", "看", "直接上级", 100)]
    section = quality_section(marks, STAFF, "2026-10", TEAM, {"A": Decimal(95), "B": Decimal(70)})
    assert [(row[0], row[4]) for row in section.rows] == [("张伟", Decimal("92.00")), ("刘洋", Decimal("76.00"))]


def test_joint_visits_against_the_leaders_standard() -> None:
    """王芳 owes two joint visits a month and gave one, to 张伟, who also sat a class of six hours with 88 points."""
    rows = [
        Training(date=date(2026, 10, 9), staff_id="A", kind="陪访辅导", subject="陪访", coach_id="C"),
        Training(
            date=date(2026, 10, 14), staff_id="A", kind="课堂培训", subject="产品", hours=Decimal(6), score=Decimal(88)
        ),
        Training(date=date(2026, 9, 9), staff_id="B", kind="陪访辅导", subject="陪访", coach_id="C"),
    ]
    section = training_section(rows, STAFF, parse_period("2026-10"), TEAM)
    assert section.rows == (
        ("张伟", "客户经理", 2, Decimal(6), Decimal("88.0"), 1, 0, None, None),
        ("王芳", "主管", 0, Decimal(0), None, 0, 1, 2, Status("bad", "不足")),
    )


def test_months_in_a_grade_count_from_the_last_promotion() -> None:
    """Joined on 30 September 2025: 13 full months on 30 October 2026, 12 the day before; promoted in June: 4."""
    assert months_in_grade(STAFF[0], [], ON) == 13
    assert months_in_grade(STAFF[0], [], date(2026, 10, 29)) == 12
    moved = [StaffEvent(staff_id="A", kind="晋升", date=date(2026, 6, 15))]
    assert months_in_grade(STAFF[0], moved, ON) == 4


def test_who_may_be_promoted_and_what_the_others_lack() -> None:
    """张伟: 13 months, 88 and 86 points, 900 of 800. 刘洋: 7 months, 90 and 80 points, 700 of 800."""
    totals = {"A": [Decimal(88), Decimal(86)], "B": [Decimal(90), Decimal(80)]}
    actuals = {"A": {"CUST": Decimal(900)}, "B": {"CUST": Decimal(700)}}
    found = candidates(STAFF, [], TEAM, ON, (totals, actuals))
    assert [(one.person.staff_id, one.ready) for one in found] == [("A", True), ("B", False)]
    assert found[1].short == ("任职 7 个月，需 12 个月", "连续 2 期得分不低于 85，已有 1 期", "CUST 700，需 800")
    section = promotion_section(found, {"CUST": "托管资产"})
    assert section.rows[0][5] == Status("good", "符合")
    assert "托管资产 700，需 800" in str(section.rows[1][6])
    assert candidates(STAFF, [], TEAM, ON, ({}, {}))[0].short == (
        "连续 2 期得分不低于 85，已有 0 期",
        "CUST 未报，需 800",
    )


def test_places_are_shared_and_the_first_are_honoured() -> None:
    """100, 90, 90, 80: places 1 2 2 4; nobody without a value is ranked; with less being better 80 leads."""
    values = {"A": Decimal(90), "B": Decimal(100), "C": Decimal(90), "D": Decimal(80), "E": None}
    assert [(one.place, one.who) for one in standings(values)] == [(1, "B"), (2, "A"), (2, "C"), (4, "D")]
    assert standings(values, less=True)[0].who == "D"
    contest = Campaign(name="开门红", start=date(2026, 10, 1), end=date(2026, 10, 31))
    section = contest_section(contest, "首年保费", "元", standings(values), {"A": "张伟"}, 3)
    assert [row[3] for row in section.rows] == [True, True, True, False]
    assert "2026-10-01—2026-10-31" in section.text[0]
