from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cmkit.base.period import parse_period
from cmkit.facts.records import Client, Contact, Staff, Task, Visit, WorkLog
from cmkit.facts.section import Document, Section, Status
from cmkit.facts.specs import RoutineSpec, StepSpec
from cmkit.worklog.week import WeekFacts, week_log


def part(document: Document, key: str) -> Section:
    return next(section for section in document.sections if section.id == key)


def day(number: int, month: int = 10) -> date:
    return date(2026, month, number)


def week() -> WeekFacts:
    """Week 44 of 2026, 10-26 (Monday) to 11-01: five working days; logs on Monday and Tuesday."""
    return WeekFacts(
        staff=Staff(staff_id="E1002", name="陈涛", role="理财经理"),
        week=parse_period("2026-W44"),
        routine=RoutineSpec(role="理财经理", activity=(StepSpec(key="calls", zh="电话", standard=Decimal(10)),)),
        contacts=(
            Contact(date=day(26), staff_id="E1002", client_id="C1", outcome="有意向", purpose="一"),
            Contact(
                date=day(28),
                staff_id="E1002",
                client_id="C1",
                outcome="成交",
                amount=Decimal(90000),
                product="基金",
                result="买入",
                purpose="二",
            ),
            Contact(date=day(27), staff_id="E1002", client_id="C2", outcome="无需求", purpose="三"),
            Contact(
                date=day(27),
                staff_id="E1002",
                client_id="C3",
                outcome="待跟进",
                next_step="送方案",
                next_date=day(3, 11),
                purpose="四",
            ),
            Contact(date=day(20), staff_id="E1002", client_id="C3", outcome="成交", purpose="上周"),
        ),
        visits=(
            Visit(date=day(28), staff_id="E1002", client_id="C1", done=True),
            Visit(date=day(29), staff_id="E1002", client_id="C2"),
            Visit(date=day(4, 11), staff_id="E1002", client_id="C2", purpose="补访"),
        ),
        tasks=(
            Task(task_id="1", what="交周报", owner_id="E1002", due=day(2, 11), status="待办"),
            Task(task_id="2", what="以后", owner_id="E1002", due=day(30, 11), status="待办"),
        ),
        worklogs=(
            WorkLog(date=day(26), staff_id="E1002", summary="开周会", problems="额度不足", reviewed_on=day(27)),
            WorkLog(date=day(27), staff_id="E1002", support="请产品经理陪访"),
        ),
        clients={"C1": Client(client_id="C1", name="周明"), "C2": Client(client_id="C2", name="吴芳")},
        counts={"calls": Decimal(40)},
    )


def test_week_blocks_and_headline() -> None:
    document = week_log(week())
    assert [section.id for section in document.sections] == [
        "activity",
        "days",
        "progress",
        "problems",
        "support",
        "next",
        "review",
    ]
    assert document.headline == "本周接触客户 3 户 4 次，走访计划 2 户完成 1 户，成交 1 笔。"
    assert ("起止日期", "2026-10-26 - 2026-11-01") in document.meta


def test_activity_standard_is_the_days_standard_times_the_working_days() -> None:
    section = part(week_log(week()), "activity")
    assert section.rows == (("电话", Decimal(40), Decimal(50), Decimal(80), Status("bad", "差 10")),)


def test_a_holiday_week_asks_for_less() -> None:
    """Week 41, 10-05 to 10-11, with the calendar's make-up Saturday: 8, 9 and 10 October are worked."""
    section = part(week_log(replace(week(), week=parse_period("2026-W41"))), "activity")
    assert section.rows[0][2] == Decimal(30)


def test_days_say_what_was_written() -> None:
    rows = part(week_log(week()), "days").rows
    assert rows[0] == (day(26), "星期一", 1, 0, 0, Status("good", "已审"), "开周会")
    assert rows[1][5] == Status("warn", "未审")
    assert rows[2] == (day(28), "星期三", 1, 1, 1, Status("bad", "未写"), "")
    assert len(rows) == 5


def test_progress_is_each_clients_last_word_deals_first() -> None:
    assert part(week_log(week()), "progress").rows == (
        ("周明", day(28), "基金", "成交；买入", Decimal(90000), "", None),
        ("C3", day(27), "", "待跟进", None, "送方案", day(3, 11)),
    )


def test_problems_and_support_come_from_the_day_logs() -> None:
    document = week_log(week())
    assert part(document, "problems").rows == ((day(26), "额度不足"),)
    assert part(document, "support").rows == ((day(27), "请产品经理陪访"),)
    bare = week_log(replace(week(), worklogs=()))
    assert part(bare, "problems").rows == ((None, ""),)


def test_next_week_by_day() -> None:
    assert part(week_log(week()), "next").rows == (
        (day(2, 11), "交周报", ""),
        (day(3, 11), "约定联系：送方案", "C3"),
        (day(4, 11), "走访：补访", "吴芳"),
    )


def test_indicators_stand_first_when_given() -> None:
    given = Section(id="kpi_table", title="指标")
    assert week_log(replace(week(), indicators=given)).sections[0] is given
