from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.period import parse_period
from cmkit.facts.records import CompetitorIntel, Feedback, InfoReport, Referral, Survey
from cmkit.service.common import ServiceFacts
from cmkit.service.loops import (
    feedback_section,
    info_section,
    referral_section,
    referral_stats,
)
from cmkit.service.market import market_section
from cmkit.service.survey import nps, survey_section, survey_stats, unhappy_section, weighted

OCTOBER = parse_period("2026-10")
FRIDAY = date(2026, 10, 30)


def day(number: int) -> date:
    return date(2026, 10, number)


def facts(**more: object) -> ServiceFacts:
    return ServiceFacts(period=OCTOBER, on=FRIDAY, names={"E1": "李静", "E2": "陈涛"}, **more)  # type: ignore[arg-type]


FEEDBACK = (
    Feedback(
        date=day(9), kind="建议", content="加座椅", handler_id="E1", due=day(16), replied_on=day(14), satisfied=True
    ),
    Feedback(
        date=day(9), kind="建议", content="延时服务", handler_id="E1", due=day(16), replied_on=day(20), satisfied=False
    ),
    Feedback(date=day(12), kind="需求", content="要手册", handler_id="E2", due=day(29)),
    Feedback(date=day(13), kind="需求", content="没有期限", handler_id="E2"),
    Feedback(date=date(2026, 9, 30), kind="意见", content="上月", handler_id="E2", due=day(5)),
)


def test_feedback_loop_by_kind() -> None:
    """建议: 2, both answered, one in time, half satisfied. 需求: 2, none answered, one past its date."""
    section = feedback_section(facts(feedback=FEEDBACK))
    assert section.rows == (
        ("建议", 2, 2, 1, 0, Decimal(100), Decimal(50)),
        ("需求", 2, 0, 0, 1, Decimal(0), None),
    )
    assert section.total == ("合计", 4, 2, 1, 1, Decimal(50), Decimal(50))


def test_an_answer_given_after_the_report_day_does_not_count_yet() -> None:
    late = (Feedback(date=day(28), kind="意见", content="x", due=day(29), replied_on=date(2026, 11, 2)),)
    assert feedback_section(facts(feedback=late)).rows == (("意见", 1, 0, 0, 1, Decimal(0), None),)


def test_information_reports() -> None:
    reports = (
        InfoReport(date=day(9), staff_id="E1", kind="同业", subject="新网点", due=day(12), answered_on=day(12)),
        InfoReport(date=day(20), staff_id="E1", kind="同业", subject="上调利率", sent_to="支行长", due=day(23)),
    )
    assert info_section(facts(info_reports=reports)).rows == (("同业", 2, 1, 1, 1, Decimal(50)),)


REFERRALS = (
    Referral(
        date=day(9),
        from_staff="E1",
        to_staff="E2",
        client_name="孙",
        accepted_on=day(10),
        result="成功",
        amount=Decimal(200000),
        credit=Decimal(10),
    ),
    Referral(
        date=day(12),
        from_staff="E1",
        to_staff="E2",
        client_name="钱",
        accepted_on=day(13),
        result="未成功",
        amount=Decimal(5),
    ),
    Referral(date=day(26), from_staff="E1", to_staff="E2", client_name="周"),
    Referral(date=day(27), from_staff="E1", to_staff="E2", client_name="吴"),
    Referral(date=day(14), from_staff="E2", to_staff="E1", client_name="郑", result="成功", amount=Decimal(1)),
)


def test_referrals_by_who_referred() -> None:
    """李静: 4 referred, 2 taken over = 50 %, 1 succeeded = 25 %, 200,000 yuan, 10 points."""
    section = referral_section(facts(referrals=REFERRALS))
    assert section.rows[0] == ("李静", 4, 2, 1, Decimal(50), Decimal(25), Decimal(200000), Decimal(10))
    assert section.rows[1] == ("陈涛", 1, 1, 1, Decimal(100), Decimal(100), Decimal(1), Decimal(0))
    assert section.total == ("合计", 5, 3, 2, Decimal(60), Decimal(40), Decimal(200001), Decimal(10))


@given(st.lists(st.sampled_from(["成功", "未成功", ""])))
def test_success_never_exceeds_acceptance(results: list[str]) -> None:
    stats = referral_stats([Referral(date=day(9), result=result) for result in results], FRIDAY)
    assert stats.succeeded <= stats.accepted <= stats.count


def test_satisfaction_mean_of_the_published_counts() -> None:
    """12 fives, 39 fours, 49 threes, 82 twos, 2 ones: 529 / 184 = 2.875; satisfied 51 / 184 = 27.72 %."""
    scores = [
        Decimal(score) for score, count in ((5, 12), (4, 39), (3, 49), (2, 82), (1, 2)) for _number in range(count)
    ]
    stats = survey_stats(scores)
    assert stats.mean == Decimal("2.875")
    assert stats.satisfied_rate is not None
    assert round(stats.satisfied_rate, 2) == Decimal("27.72")


def test_nps_of_the_published_counts() -> None:
    """120 promoters, 50 passives, 30 detractors of 200: 45."""
    assert nps([Decimal(9)] * 120 + [Decimal(8)] * 50 + [Decimal(6)] * 30) == Decimal(45)
    assert nps([]) is None


def test_survey_section_keeps_the_nps_question_apart() -> None:
    surveys = (
        Survey(date=day(9), client_id="C1", dimension="服务态度", score=Decimal(5)),
        Survey(date=day(9), client_id="C2", dimension="服务态度", score=Decimal(3)),
        Survey(date=day(9), client_id="C1", dimension="NPS", score=Decimal(10)),
        Survey(date=date(2026, 9, 9), client_id="C1", dimension="服务态度", score=Decimal(1)),
    )
    section = survey_section(facts(surveys=surveys))
    assert section.rows == (("服务态度", 2, Decimal(4), Decimal(50), Decimal(0), Decimal(50)),)
    assert [(figure.label, figure.value) for figure in section.figures] == [
        ("满意率 CSAT", Decimal(50)),
        ("净推荐值 NPS", Decimal(100)),
    ]


def test_market_digest_counts_competitors_and_shows_the_newest() -> None:
    intel = (
        CompetitorIntel(date=day(9), staff_id="E1", competitor="甲银行", content="送礼", due=day(20)),
        CompetitorIntel(date=day(12), staff_id="E2", competitor="乙银行", content="降费"),
        CompetitorIntel(
            date=day(20), staff_id="E1", competitor="甲银行", content="新网点", countermeasure="走访", due=day(25)
        ),
        CompetitorIntel(date=date(2026, 9, 1), competitor="丙银行", content="上月"),
    )
    section = market_section(intel, period=OCTOBER, names={"E1": "李静"}, limit=2)
    assert section.text == ("收集竞争信息 3 条：甲银行 2 条、乙银行 1 条。",)
    assert [(row[0], row[3], row[6]) for row in section.rows] == [(day(20), "新网点", "李静"), (day(12), "降费", "E2")]
    assert section.notes == ("另有 1 条较早的没有列出",)


def test_the_mean_of_a_five_point_scale() -> None:
    """12, 39, 49, 82 and 2 answers of 5, 4, 3, 2, 1: 529 of 184 answers = 2.875 (the page that has it prints 2.96)."""
    scores = [Decimal(score) for score, count in ((5, 12), (4, 39), (3, 49), (2, 82), (1, 2)) for _n in range(count)]
    assert survey_stats(scores).mean == Decimal("2.875")


def test_dimensions_weighted() -> None:
    """Quality 80 × 50, delivery 90 × 30, price 70 × 20: 8,100 / 100 = 81; a dimension without a weight is left out."""
    rates = {"质量": Decimal(80), "交付": Decimal(90), "价格": Decimal(70), "其他": Decimal(1)}
    assert weighted(rates, {"质量": Decimal(50), "交付": Decimal(30), "价格": Decimal(20)}) == Decimal(81)
    assert weighted(rates, {}) is None


def test_csat_weighted_rate_and_nps_as_figures() -> None:
    """服务 5 and 3 (50 %), 价格 4 (100 %): CSAT 2 of 3; weighted 50 × 60 + 100 × 40 = 70. NPS 100, last month -100."""
    surveys = (
        Survey(date=day(9), client_id="C1", dimension="服务", score=Decimal(5)),
        Survey(date=day(9), client_id="C2", dimension="服务", score=Decimal(3)),
        Survey(date=day(9), client_id="C1", dimension="价格", score=Decimal(4)),
        Survey(date=day(9), client_id="C1", dimension="NPS", score=Decimal(10)),
        Survey(date=date(2026, 9, 9), client_id="C1", dimension="NPS", score=Decimal(3)),
    )
    weighed = facts(surveys=surveys, weights={"服务": Decimal(60), "价格": Decimal(40)})
    figures = {figure.label: figure for figure in survey_section(weighed).figures}
    assert figures["满意率 CSAT"].value == Decimal(200) / 3
    assert figures["加权满意率"].value == Decimal(70)
    assert (figures["净推荐值 NPS"].value, figures["净推荐值 NPS"].note) == (Decimal(100), "上期 -100.0")


def test_what_the_unhappy_wrote_the_lowest_first() -> None:
    surveys = (
        Survey(date=day(9), client_id="C1", dimension="服务", score=Decimal(3), comment="等得久"),
        Survey(date=day(10), client_id="C2", dimension="服务", score=Decimal(1), comment="没人回电"),
        Survey(date=day(10), client_id="C3", dimension="服务", score=Decimal(4), comment="不错"),
        Survey(date=day(10), client_id="C4", dimension="服务", score=Decimal(2)),
        Survey(date=day(10), client_id="C5", dimension="NPS", score=Decimal(6), comment="价格高"),
    )
    assert [row[4] for row in unhappy_section(facts(surveys=surveys)).rows] == ["没人回电", "等得久", "价格高"]
