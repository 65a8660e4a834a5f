from __future__ import annotations

from datetime import date
from decimal import Decimal

from cmkit.base.period import parse_period
from cmkit.facts.records import Client, Opportunity, StageChange
from cmkit.pipeline.funnel import STAGES, PipelineFacts
from cmkit.pipeline.stages import JourneyFacts, closed_section, cycle_days, history_section, journey, journey_section

FRIDAY = date(2026, 10, 30)


def chance(number: str, stage: str, opened: date, **more: object) -> Opportunity:
    fields: dict[str, object] = {"owner_id": "E1", "name": f"项目{number}", "status": "进行中", **more}
    return Opportunity(
        opportunity_id=number,
        stage=stage,
        opened_on=opened,
        amount=Decimal(100_000),
        **fields,  # type: ignore[arg-type]
    )


def step(number: str, day: date, before: str, after: str, reason: str = "") -> StageChange:
    return StageChange(opportunity_id=number, date=day, from_stage=before, to_stage=after, owner_id="E1", reason=reason)


WON = chance(
    "A", "达成交易", date(2026, 9, 1), status="赢单", closed_on=date(2026, 10, 12), reason="方案贴合", remark="早做演示"
)
LOST = chance("B", "说明产品", date(2026, 9, 10), status="输单", closed_on=date(2026, 10, 20), reason="价格")
OPEN = chance("C", "把握情况", date(2026, 10, 5), stage_since=date(2026, 10, 15))
OLD = chance("D", "达成交易", date(2025, 12, 1), status="赢单", closed_on=date(2026, 1, 20))
STEPS = (
    step("A", date(2026, 9, 5), "事前准备", "接近拜访"),
    step("A", date(2026, 9, 15), "接近拜访", "把握情况"),
    step("A", date(2026, 9, 25), "把握情况", "说明产品"),
    step("A", date(2026, 10, 8), "说明产品", "消除异议", "报价被质疑"),
    step("A", date(2026, 10, 12), "消除异议", "达成交易"),
    step("B", date(2026, 9, 20), "事前准备", "说明产品"),
    step("C", date(2026, 10, 15), "接近拜访", "把握情况"),
    step("C", date(2026, 11, 15), "把握情况", "说明产品"),
)


def facts() -> JourneyFacts:
    """Three of this year seen on 30 October, one of last year.

    ==  ====================================================================================  ======
    A   prep 1-5 Sep, approach to 15, diagnose to 25, present to 8 Oct, objection to 12 Oct   won
    B   prep 10-20 Sep, present from 20 Sep                                                   lost 20 Oct
    C   approach 5-15 Oct, diagnose since (a step of November has not happened yet)           open
    D   of 2025                                                                               left out
    ==  ====================================================================================  ======
    """
    pipeline = PipelineFacts(
        opportunities=(WON, LOST, OPEN, OLD),
        period=parse_period("2026-10"),
        on=FRIDAY,
        clients={"C1": Client(client_id="C1", name="云州纺织")},
        names={"E1": "林一"},
    )
    return JourneyFacts(pipeline=pipeline, changes=STEPS)


def test_how_far_they_got_and_how_long_each_stage_took() -> None:
    """Prep: A 4 and B 10 days = 7; approach: A 10 and C 10; diagnose: A 10; present: A 13, B 30 = 21.5; objection 4."""
    rows = {row.stage: row for row in journey(facts())}
    assert list(rows) == list(STAGES)
    assert [row.reached for row in rows.values()] == [3, 3, 3, 2, 1, 1, 0, 0]
    assert [row.days for row in rows.values()][:5] == [
        Decimal(7),
        Decimal(10),
        Decimal(10),
        Decimal("21.5"),
        Decimal(4),
    ]
    assert rows["说明产品"].step_rate == Decimal(200) / 3
    assert rows["消除异议"].step_rate == Decimal(50)
    assert rows["消除异议"].whole_rate == Decimal(100) / 3
    assert [row.lost for row in rows.values()] == [0, 0, 0, 1, 0, 0, 0, 0]
    assert rows["售后回访"].days is None


def test_the_cycle_is_of_those_won_this_year() -> None:
    """A: 1 September to 12 October = 41 days; D was opened last year."""
    assert cycle_days(facts()) == Decimal(41)


def test_section_says_it_in_a_sentence() -> None:
    section = journey_section(facts())
    assert section.text == ("2026年登记商机 3 笔，赢 1 输 1，成功率 50.0%。",)
    assert section.rows[3][:3] == ("说明产品", 2, Decimal(20))
    assert section.charts[0].series[0].values[:3] == (Decimal(3), Decimal(3), Decimal(3))


def test_history_of_the_month_newest_first_with_the_days_left_behind() -> None:
    rows = history_section(facts()).rows
    assert [(row[0], row[1], row[3], row[4], row[5]) for row in rows] == [
        (date(2026, 10, 15), "项目C", "接近拜访", "把握情况", 10),
        (date(2026, 10, 12), "项目A", "消除异议", "达成交易", 4),
        (date(2026, 10, 8), "项目A", "说明产品", "消除异议", 13),
    ]
    assert rows[2][6] == "报价被质疑"
    assert rows[0][2] == "林一"


def test_won_and_lost_with_reason_and_lesson() -> None:
    rows = closed_section(facts().pipeline).rows
    assert [(row[1], row[2], row[6], row[7]) for row in rows] == [
        ("赢单", "项目A", "方案贴合", "早做演示"),
        ("输单", "项目B", "价格", ""),
    ]


def test_nothing_opened_this_year() -> None:
    empty = JourneyFacts(pipeline=PipelineFacts(opportunities=(OLD,), period=parse_period("2026-10"), on=FRIDAY))
    section = journey_section(empty)
    assert (section.rows, section.figures, section.empty) == ((), (), "本年没有登记商机")


def test_without_history_the_present_stage_still_counts() -> None:
    """An opportunity in 消除异议 whose way nobody wrote down has reached the five stages up to there."""
    one = chance("E", "消除异议", date(2026, 8, 1), stage_since=date(2026, 10, 1))
    bare = JourneyFacts(pipeline=PipelineFacts(opportunities=(one,), period=parse_period("2026-10"), on=FRIDAY))
    assert [row.reached for row in journey(bare)] == [1, 1, 1, 1, 1, 0, 0, 0]
