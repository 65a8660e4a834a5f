from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cmkit.base.period import parse_period
from cmkit.facts.records import Client, Opportunity
from cmkit.pipeline.funnel import PipelineFacts, forecast_section, pipeline_findings, pipeline_section

FRIDAY = date(2026, 10, 30)
STAGES = {"接触": Decimal(10), "方案": Decimal(50), "谈判": Decimal(75)}


def one(number: str, stage: str, amount: int | None, probability: int | None, **more: object) -> Opportunity:
    fields: dict[str, object] = {"status": "进行中", "owner_id": "E1002", "name": f"项目{number}", **more}
    return Opportunity(
        opportunity_id=number,
        stage=stage,
        amount=None if amount is None else Decimal(amount),
        probability=None if probability is None else Decimal(probability),
        **fields,  # type: ignore[arg-type]
    )


OPEN = (
    one("1", "接触", 1_000_000, 10, stage_since=date(2026, 10, 20), expected_close=date(2026, 12, 31)),
    one("2", "方案", 2_000_000, 50, stage_since=date(2026, 10, 10), expected_close=date(2026, 10, 31)),
    one("3", "谈判", 500_000, None, stage_since=date(2026, 10, 25), expected_close=date(2026, 11, 10)),
)
CLOSED = (
    one("4", "谈判", 300_000, 100, status="赢单", closed_on=date(2026, 10, 12)),
    one("5", "谈判", 100_000, 0, status="输单", closed_on=date(2026, 10, 13)),
    one("6", "谈判", 900_000, 100, status="赢单", closed_on=date(2026, 9, 12)),
    one("7", "接触", 900_000, 10, status="搁置"),
)


def facts(*found: Opportunity) -> PipelineFacts:
    return PipelineFacts(opportunities=found, period=parse_period("2026-10"), on=FRIDAY, stages=STAGES)


def test_stages_in_their_order_with_the_weighted_forecast() -> None:
    """100 × 10 % + 200 × 50 % + 50 × 75 % = 147.5 (in 万元); the third takes its stage's probability."""
    section = pipeline_section(facts(*OPEN[::-1], *CLOSED))
    assert section.rows == (
        ("接触", 1, Decimal(100), Decimal(10), Decimal(10)),
        ("方案", 1, Decimal(200), Decimal(100), Decimal(20)),
        ("谈判", 1, Decimal(50), Decimal("37.5"), Decimal(5)),
    )
    assert section.total[:4] == ("合计", 3, Decimal(350), Decimal("147.5"))
    assert section.text == ("在途商机 3 笔，金额 350.00 万元，加权预测 147.50 万元。",)
    assert section.notes == ("1 笔没有填写概率，按环节默认概率计算",)
    assert section.charts[0].series[0].values == (Decimal(1), Decimal(1), Decimal(1))


def test_figures_of_the_period() -> None:
    """Expected in October: 200 × 50 % = 100. Won 30 of one, lost one: 50 %. September's and the shelved do not count."""
    figures = {figure.label: figure for figure in pipeline_section(facts(*OPEN, *CLOSED)).figures}
    assert (figures["本期预计成交"].value, figures["本期预计成交"].note) == (Decimal(100), "1 笔，加权")
    assert (figures["本期赢单"].value, figures["赢单率"].value, figures["赢单率"].note) == (
        Decimal(30),
        Decimal(50),
        "赢 1 输 1",
    )


def test_a_single_deal_weighted() -> None:
    """7,000 × 80 % = 5,600 yuan = 0.56 万元."""
    assert pipeline_section(facts(one("1", "方案", 7000, 80))).rows[0][3] == Decimal("0.56")


def test_an_unknown_stage_stands_last_and_weighs_nothing() -> None:
    section = pipeline_section(facts(one("1", "自创", 10_000, None), one("2", "谈判", 10_000, 75)))
    assert [(row[0], row[3]) for row in section.rows] == [("谈判", Decimal("0.75")), ("自创", Decimal(0))]


def test_nothing_open() -> None:
    section = pipeline_section(facts())
    assert (section.rows, section.figures, section.empty) == ((), (), "没有在途商机")


def test_forecast_by_month() -> None:
    overdue = one("8", "接触", 10_000, 10, expected_close=date(2026, 10, 1))
    undated = one("9", "接触", 20_000, 10)
    section = forecast_section(facts(*OPEN, overdue, undated), months=2)
    assert [row[:2] for row in section.rows] == [
        ("已过预计日期", 1),
        ("2026年10月", 1),
        ("2026年11月", 1),
        ("以后", 1),
        ("未填预计日期", 1),
    ]
    assert section.total[1] == 5


def test_findings_stuck_past_and_off_its_stage() -> None:
    """Stuck is more than 30 days (30 is not); 50 % may be 40 to 60."""
    found = pipeline_findings(
        facts(
            one("a", "方案", 1, 60, stage_since=date(2026, 9, 30)),
            one("b", "方案", 1, 61, stage_since=date(2026, 9, 29)),
            one("c", "方案", 1, 90, reason="客户口头同意"),
            one("d", "方案", 1, 50, expected_close=date(2026, 10, 29)),
        )
    )
    assert [one.message for one in found] == [
        "停在“方案”环节 31 天",
        "概率 61% 偏离“方案”环节的 50%，没有写原因",
        "预计成交日 2026-10-29 已过",
    ]
    assert {(item.rule, item.owner) for item in found} == {("K10", "E1002")}


def test_an_opportunity_without_a_name_is_told_by_its_client() -> None:
    nameless = one("a", "方案", 1, 99).changed(name="", client_id="C1")
    made = replace(facts(nameless), clients={"C1": Client(client_id="C1", name="华源公司")})
    assert pipeline_findings(made)[0].subject == "华源公司"
