"""A made-up monthly report and made-up minutes that the tests of this room share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.facts.section import Chart, Column, Document, Figure, Section, Series, Status, Trend

LATE, MET, MISSED = Status("warn", "落后"), Status("good", "达标"), Status("bad", "未达标")


def decimals(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


KPI_COLUMNS = (
    Column("指标", width=22),
    Column("目标", "number"),
    Column("实际", "money", "万元"),
    Column("完成情况", "bar", digits=1),
    Column("完成率", "rate"),
    Column("较序时", "pp"),
    Column("走势", "spark"),
    Column("截至", "date"),
    Column("已核", "tick"),
    Column("状态", "status"),
)
DAY = date(2026, 10, 30)


@pytest.fixture
def charts() -> dict[str, Chart]:
    days = tuple(f"2026-10-{day:02d}" for day in range(1, 32))
    visits = tuple(Decimal((day * 7) % 5) for day in range(1, 32))
    return {
        "bars": Chart(
            "bars",
            "完成率 <A&B>",
            ("存款", "理财", "信用卡", "保险"),
            (Series("完成率", (*decimals("84.64", "106.26", "250"), None)),),
            "%",
            reference=Decimal(100),
            reference_label="目标",
        ),
        "line": Chart(
            "line",
            "存款与计划",
            ("1月", "2月", "3月", "4月"),
            (
                Series("实际", (*decimals("210", "480"), None, Decimal("2708.5"))),
                Series("计划", decimals("320", "640", "960", "1280")),
            ),
            "万元",
            reference=Decimal(3200),
            reference_label="年度目标",
        ),
        "columns": Chart(
            "columns",
            "新增",
            ("城东", "城西"),
            (Series("本月", decimals("28", "19")), Series("上月", decimals("25", "22"))),
            "户",
            0,
        ),
        "funnel": Chart(
            "funnel", "漏斗", ("线索", "意向", "成交"), (Series("商机", decimals("200", "100", "25")),), "个", 0
        ),
        "calendar": Chart("calendar", "走访", days, (Series("走访", visits),), "", 0),
        "migration": Chart(
            "migration",
            "分类迁徙 <A&B>",
            ("正常", "关注", "次级"),
            (
                Series("正常", decimals("9800", "199.5", "0.5")),
                Series("关注", decimals("70", "300", "30")),
                Series("次级", (None, None, None)),
            ),
            "万元",
        ),
    }


@pytest.fixture
def monthly(charts: dict[str, Chart]) -> Document:
    rows = (
        (
            "存款",
            Decimal(3200),
            Decimal("2708.5"),
            Decimal("84.64"),
            Decimal("84.64"),
            Decimal("-12.21"),
            Trend(decimals("1", "2", "4")),
            DAY,
            True,
            LATE,
        ),
        (
            "理财",
            Decimal(5000),
            Decimal("5312.75"),
            Decimal("106.26"),
            Decimal("106.26"),
            Decimal("9.41"),
            Trend(decimals("3", "2", "5")),
            DAY,
            False,
            MET,
        ),
        (
            "信用卡",
            Decimal(600),
            Decimal(1500),
            Decimal(250),
            Decimal(250),
            Decimal("153.15"),
            Trend((Decimal(1), None, Decimal(1))),
            None,
            None,
            MISSED,
        ),
    )
    kpi = Section(
        "kpi",
        "主要指标完成情况",
        ("截至10月30日,存款完成84.64%。",),
        (Figure("走访", 123, "count", "户次"),),
        KPI_COLUMNS,
        rows,
        (charts["bars"], charts["line"]),
        ("注:完成率=实际÷目标。",),
        total=("合计", Decimal(8800), Decimal("9521.25"), None, None, None, None, None, None, None),
    )
    return Document(
        name="monthly",
        title="城东支行月度经营分析报告",
        subtitle="2026年10月",
        meta=(("单位", "城东支行"), ("报告期", "2026-10")),
        headline="3 项指标中 1 项达标。",
        cards=(
            Figure("存款完成率", Decimal("84.64"), "rate", note="2,708.5 / 3,200", level="warn"),
            Figure("新增", 411, "count", "户", level="bad"),
        ),
        sections=(
            kpi,
            Section("activity", "走访与活动量", charts=(charts["calendar"], charts["funnel"], charts["columns"])),
            Section("risk", "风险与合规", empty="本月无新增预警。"),
            Section("detail", "细分", ("小节正文。",), level=2),
            Section("appendix", "附表", ("附表正文。",), numbered=False),
        ),
        notes=("数据来源:日终文件。",),
        signatures=("编制", "审核"),
        mark="内部资料",
        made_on=DAY,
    )


@pytest.fixture
def minutes() -> Document:
    actions = Section(
        "actions",
        "后续行动",
        (),
        (),
        (Column("事项", "note"), Column("责任人"), Column("期限", "date")),
        (("外拓方案", ("王敏", "孙丽"), DAY),),
    )
    return Document(
        name="minutes-1030",
        title="10月经营分析会纪要",
        template="minutes",
        mark="会议纪要",
        made_on=DAY,
        headline="现将会议主要内容纪要如下。",
        sections=(Section("decisions", "会议决议", ("开展园区外拓。",)), actions),
        extra=(
            ("time", "2026年10月30日15:00"),
            ("place", "三楼会议室"),
            ("present", "王敏、孙丽"),
            ("absent", "沈涛(出差)"),
        ),
    )
