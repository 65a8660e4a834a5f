from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.facts.kinds import Kind
from cmkit.facts.records import (
    Client,
    CompetitorIntel,
    Complaint,
    Contact,
    Feedback,
    Referral,
    Staff,
    Task,
    Training,
    Visit,
    WorkLog,
)
from cmkit.facts.section import Document, Section, Status
from cmkit.facts.specs import BlockSpec, ColumnSpec, MeasureSpec, RoutineSpec, StepSpec
from cmkit.worklog.day import BLANK, LOG_SECTIONS, day_log
from cmkit.worklog.dayfacts import DayFacts

FRIDAY = date(2026, 10, 30)
MONDAY = date(2026, 11, 2)
CLIENTS = {
    "C000101": Client(client_id="C000101", name="周明", tier="钻石", owner_id="E1002"),
    "C000102": Client(client_id="C000102", name="吴芳", tier="白金", owner_id="E1002"),
    "000103": Client(client_id="000103", name="郑强", tier="普通", owner_id="E1002"),
    "C000104": Client(client_id="C000104", name="王磊", owner_id="E1001"),
}
NAMES = {"E1001": "李静", "E1002": "陈涛", "E1009": "赵主管"}


def part(document: Document, key: str) -> Section:
    return next(section for section in document.sections if section.id == key)


def ids(document: Document) -> list[str]:
    return [section.id for section in document.sections]


LOBBY = RoutineSpec(
    role="大堂经理",
    zh="大堂经理工作日程",
    sections=("business", "complaints", "referrals", "learning", "activity", "review"),
    blocks=(
        BlockSpec(
            key="before",
            zh="营业前",
            steps=(
                StepSpec(key="tidy", at="08:20", zh="检查厅堂环境"),
                StepSpec(key="machines", at="08:30", zh="检查自助设备"),
            ),
        ),
        BlockSpec(
            key="open",
            zh="营业中",
            steps=(
                StepSpec(
                    key="identify",
                    zh="识别优质客户",
                    standard=Decimal(5),
                    counts=MeasureSpec(how="count", table="contacts"),
                ),
                StepSpec(key="divert", zh="分流客户", counts=MeasureSpec(how="count", table="contacts")),
            ),
        ),
        BlockSpec(key="after", zh="营业后", steps=(StepSpec(key="close", at="17:30", zh="关闭设备"),)),
    ),
    activity=(StepSpec(key="referrals", zh="推介", standard=Decimal(2)),),
)


def lobby_day() -> DayFacts:
    """李静, lobby manager, 2026-10-30: ticked 检查厅堂环境 by key and 关闭设备 by label; 6 identified, 40 diverted,
    1 referral of a standard of 2; a complaint that she handles came in today, another was due two days ago."""
    return DayFacts(
        staff=Staff(staff_id="E1001", name="李静", role="大堂经理", org_id="B01"),
        day=FRIDAY,
        routine=LOBBY,
        org_name="城东支行",
        worklog=WorkLog(date=FRIDAY, staff_id="E1001", weather="晴", steps=("tidy", "关闭设备"), summary="厅堂有序"),
        complaints=(
            Complaint(
                complaint_id="T1",
                received_on=FRIDAY,
                client_id="C000104",
                category="服务",
                request="要求道歉",
                handler_id="E1001",
                due=date(2026, 11, 14),
            ),
            Complaint(
                complaint_id="T2",
                received_on=date(2026, 10, 13),
                complainant="匿名",
                details="排队久",
                handler_id="E1001",
                due=date(2026, 10, 28),
            ),
            Complaint(
                complaint_id="T3", received_on=date(2026, 10, 13), handler_id="E1001", closed_on=date(2026, 10, 20)
            ),
            Complaint(complaint_id="T4", received_on=FRIDAY, client_id="C000101", handler_id="E1009"),
        ),
        feedback=(
            Feedback(
                date=FRIDAY, client_id="C000104", kind="表扬", content="指路热情", handler_id="E1009", replied_on=FRIDAY
            ),
        ),
        referrals=(
            Referral(date=FRIDAY, from_staff="E1001", to_staff="E1002", client_name="孙女士", basis="存单到期"),
            Referral(date=date(2026, 10, 29), from_staff="E1001", to_staff="E1002", client_name="昨天的"),
        ),
        trainings=(Training(date=FRIDAY, staff_id="E1001", subject="反假币"),),
        clients=CLIENTS,
        names=NAMES,
        counts={"identify": Decimal(6), "divert": Decimal(40), "referrals": Decimal(1)},
    )


def test_lobby_day_has_the_three_checklists_and_only_the_blocks_of_its_routine() -> None:
    document = day_log(lobby_day())
    assert ids(document) == [
        "routine-before",
        "routine-open",
        "routine-after",
        "business",
        "complaints",
        "referrals",
        "learning",
        "activity",
        "review",
    ]
    assert document.meta == (
        ("单位", "城东支行"),
        ("姓名", "李静"),
        ("工号", "E1001"),
        ("岗位", "大堂经理"),
        ("日期", "2026-10-30"),
        ("星期", "星期五"),
        ("天气", "晴"),
        ("晨会要点", BLANK),
    )


def test_lobby_steps_are_ticked_by_key_label_or_counter() -> None:
    document = day_log(lobby_day())
    before, during, after = (part(document, f"routine-{name}") for name in ("before", "open", "after"))
    assert before.title == "营业前"
    assert before.rows == (("08:20", "检查厅堂环境", True), ("08:30", "检查自助设备", False))
    assert before.notes == ("已完成 1 项，共 2 项",)
    assert during.rows == (
        ("", "识别优质客户", Decimal(5), Decimal(6), True),
        ("", "分流客户", None, Decimal(40), False),
    )
    assert after.rows == (("17:30", "关闭设备", True),)


def test_counters_of_the_blocks_are_business_and_activity_is_judged() -> None:
    document = day_log(lobby_day())
    assert part(document, "business").rows == (
        ("识别优质客户", Decimal(6), None, ""),
        ("分流客户", Decimal(40), None, ""),
    )
    assert part(document, "activity").rows == (("推介", Decimal(1), Decimal(2), Decimal(50), Status("bad", "差 1")),)


def test_complaints_show_todays_and_the_persons_open_ones() -> None:
    """T1 is new, T2 is overdue, T3 was closed before today, T4 belongs to somebody else's client and handler."""
    assert part(day_log(lobby_day()), "complaints").rows == (
        ("王磊", "投诉·服务", "要求道歉", "李静", date(2026, 11, 14), Status("warn", "处理中")),
        ("匿名", "投诉", "排队久", "李静", date(2026, 10, 28), Status("bad", "已超期")),
        ("王磊", "表扬", "指路热情", "赵主管", None, Status("good", "已办结")),
    )


def test_referral_waits_until_it_is_accepted() -> None:
    facts = lobby_day()
    assert part(day_log(facts), "referrals").rows == (("推出", "孙女士", "陈涛", "存单到期", Status("warn", "待接收")),)
    accepted = replace(facts, referrals=(facts.referrals[0].changed(accepted_on=FRIDAY),))
    assert part(day_log(accepted), "referrals").rows[0][4] == Status("good", "已接收")


def test_what_people_must_write_stays_as_an_empty_line() -> None:
    document = day_log(lobby_day())
    assert part(document, "learning").rows == (
        ("培训", "反假币"),
        ("学习内容", ""),
        ("今日总结", "厅堂有序"),
        ("存在问题", ""),
        ("需要支持", ""),
    )
    assert part(document, "review").rows == (("主管评语", ""), ("审阅人", ""), ("审阅日期", None))


def wealth_day() -> DayFacts:
    """陈涛, wealth manager, 2026-10-30.

    ====== ============ ===================================================
    09:30  周明 走访     成交 理财 500,000, 60 minutes
    10:40  吴芳 电话     有意向, next contact Monday, 20 minutes
    15:00  周明 微信     no minutes
    ====== ============ ===================================================
    Plan: visit 周明 (contacted), visit 吴芳 not done (客户出差); task 到期提醒 due two days ago;
    郑强 was promised a call today on 10-20. Monday: one visit (周明), one task due (郑强), 吴芳's promised contact.
    """
    return DayFacts(
        staff=Staff(staff_id="E1002", name="陈涛", role="理财经理", org_id="B01"),
        day=FRIDAY,
        routine=RoutineSpec(
            role="理财经理",
            activity=(
                StepSpec(key="calls", zh="电话", standard=Decimal(10)),
                StepSpec(key="visits", zh="拜访", standard=Decimal(1)),
                StepSpec(key="new", zh="新增客户"),
            ),
        ),
        contacts=(
            Contact(
                date=FRIDAY,
                time="15:00",
                staff_id="E1002",
                client_id="C000101",
                channel="微信",
                category="售后",
                purpose="回访",
                content="确认份额",
            ),
            Contact(
                date=FRIDAY,
                time="09:30",
                staff_id="E1002",
                client_id="C000101",
                channel="走访",
                category="营销产品",
                purpose="理财到期",
                content="介绍新品",
                product="稳健理财",
                outcome="成交",
                result="签约",
                amount=Decimal(500000),
                minutes=60,
                more={"service": "销售服务"},
            ),
            Contact(
                date=FRIDAY,
                time="10:40",
                staff_id="E1002",
                client_id="C000102",
                channel="电话",
                category="维护优质客户",
                purpose="问候",
                outcome="有意向",
                next_step="送资料",
                next_date=MONDAY,
                minutes=20,
            ),
            Contact(
                date=date(2026, 10, 20),
                staff_id="E1002",
                client_id="000103",
                channel="电话",
                purpose="开户",
                next_step="电话回访",
                next_date=FRIDAY,
            ),
            Contact(date=FRIDAY, staff_id="E1001", client_id="000103", channel="来访", purpose="别人的"),
        ),
        visits=(
            Visit(
                date=FRIDAY,
                staff_id="E1002",
                client_id="C000102",
                order=2,
                mode="走访",
                purpose="季度走访",
                undone_reason="客户出差",
            ),
            Visit(date=FRIDAY, staff_id="E1002", client_id="C000101", order=1, mode="走访", purpose="到期"),
            Visit(date=MONDAY, staff_id="E1002", client_id="C000101", order=1, mode="面访", purpose="签合同"),
        ),
        tasks=(
            Task(
                task_id="A-1",
                what="到期提醒",
                owner_id="E1002",
                client_id="C000101",
                priority="A",
                due=date(2026, 10, 28),
                status="待办",
            ),
            Task(task_id="A-2", what="寄材料", owner_id="E1002", client_id="000103", due=MONDAY, status="待办"),
            Task(
                task_id="A-3",
                what="已办的",
                owner_id="E1002",
                due=date(2026, 10, 27),
                status="完成",
                done_on=date(2026, 10, 27),
            ),
            Task(task_id="A-4", what="交报表", owner_id="E1002", due=FRIDAY, status="完成", done_on=FRIDAY),
        ),
        intel=(
            CompetitorIntel(
                date=FRIDAY,
                staff_id="E1002",
                competitor="甲银行",
                content="上调利率",
                source="客户",
                countermeasure="加送礼品",
            ),
        ),
        clients=CLIENTS,
        names=NAMES,
        counts={"calls": Decimal(12), "visits": Decimal(0)},
    )


def test_wealth_day_without_named_blocks_has_them_all_in_order() -> None:
    document = day_log(wealth_day())
    # No routine blocks and no information report on this day: those two draw nothing.
    assert ids(document) == [name for name in LOG_SECTIONS if name not in {"routine", "info"}]
    assert document.headline == "接触客户 2 户 3 次，成交 1 笔；到期事项 2 项，完成 1 项。"
    assert document.meta[0] == ("单位", "B01")


def test_plan_lists_visits_in_order_then_tasks_then_promises() -> None:
    assert part(day_log(wealth_day()), "plan").rows == (
        (1, "走访：到期", "周明", "钻石", "", "走访", Status("good", "已接触")),
        (2, "走访：季度走访", "吴芳", "白金", "", "走访", Status("bad", "未完成：客户出差")),
        (3, "到期提醒", "周明", "钻石", "A", "2026-10-28", Status("bad", "逾期 2 天")),
        (4, "交报表", "", "", "", "2026-10-30", Status("good", "已完成")),
        (5, "约定联系：电话回访", "郑强", "普通", "", "", Status("none", "待办")),
    )


def test_contacts_go_by_time_and_show_only_columns_in_use() -> None:
    section = part(day_log(wealth_day()), "contacts")
    assert [column.title for column in section.columns] == [
        "时间",
        "客户名称",
        "客户等级",
        "方式",
        "目的",
        "沟通内容",
        "结果",
        "下次联系",
        "产品",
        "时长",
    ]
    assert section.rows[0] == (
        "09:30",
        "周明",
        "钻石",
        "走访",
        "理财到期",
        "介绍新品",
        "成交；签约",
        None,
        "稳健理财",
        60,
    )
    assert [row[0] for row in section.rows] == ["09:30", "10:40", "15:00"]


def test_a_sectors_own_contact_column_is_shown_when_used() -> None:
    facts = replace(
        wealth_day(),
        extra_columns={
            "service": ColumnSpec(key="service", zh="服务类型", kind=Kind.CHOICE),
            "clue": ColumnSpec(key="clue", zh="线索"),
        },
    )
    section = part(day_log(facts), "contacts")
    assert [column.title for column in section.columns][-1] == "服务类型"
    assert section.rows[0][-1] == "销售服务"


def test_time_is_shared_out_over_the_minutes_known() -> None:
    """60 of 80 minutes sold, 20 cared; one contact has no minutes."""
    section = part(day_log(wealth_day()), "time")
    assert section.rows == (("营销产品", 60, Decimal(75)), ("维护优质客户", 20, Decimal(25)))
    assert section.total == ("合计", 80, Decimal(100))
    assert section.notes == ("1 条接触没有记时长",)


def test_deals_are_business_with_their_amount() -> None:
    section = part(day_log(wealth_day()), "business")
    assert section.rows == (("稳健理财", 1, Decimal(500000), "周明"),)
    assert section.total == ("成交合计", 1, Decimal(500000), "")


def test_friday_plans_for_monday_and_a_client_stands_there_once() -> None:
    section = part(day_log(wealth_day()), "tomorrow")
    assert section.title == "明日计划（11月2日）"
    assert section.rows == (
        ("走访：签合同", "周明", "面访"),
        ("到期提醒", "周明", "时限 2026-10-28"),
        ("寄材料", "郑强", "时限 2026-11-02"),
        ("约定联系：送资料", "吴芳", "2026-11-02"),
        ("", "", ""),
    )


def test_friday_before_a_makeup_saturday_plans_for_saturday() -> None:
    """2026-10-09 is a Friday; 2026-10-10, a Saturday, is worked (调休)."""
    assert DayFacts(staff=Staff(staff_id="E1002"), day=date(2026, 10, 9)).tomorrow == date(2026, 10, 10)


def test_activity_says_done_standard_and_verdict() -> None:
    assert part(day_log(wealth_day()), "activity").rows == (
        ("电话", Decimal(12), Decimal(10), Decimal(120), Status("good", "达标")),
        ("拜访", Decimal(0), Decimal(1), Decimal(0), Status("bad", "差 1")),
        ("新增客户", None, None, None, Status("none", "未统计")),
    )


def test_market_row() -> None:
    assert part(day_log(wealth_day()), "market").rows == (("甲银行", "", "上调利率", "客户", "加送礼品"),)


def test_a_later_contact_replaces_an_earlier_promise() -> None:
    """郑强 was promised a call today, but was reached on the 25th and promised 11-20 instead."""
    facts = wealth_day()
    later = Contact(
        date=date(2026, 10, 25),
        staff_id="E1002",
        client_id="000103",
        channel="电话",
        purpose="改期",
        next_date=date(2026, 11, 20),
    )
    rows = part(day_log(replace(facts, contacts=(*facts.contacts, later))), "plan").rows
    assert all(row[2] != "郑强" for row in rows)


def test_a_routine_that_names_its_blocks_still_gets_checklist_and_time() -> None:
    named = RoutineSpec(role="理财经理", sections=("plan", "contacts", "review"), blocks=LOBBY.blocks[:1])
    assert ids(day_log(replace(wealth_day(), routine=named))) == [
        "routine-before",
        "plan",
        "contacts",
        "time",
        "review",
    ]
    placed = replace(wealth_day(), routine=RoutineSpec(role="理财经理", sections=("time", "plan", "contacts")))
    assert ids(day_log(placed)) == ["time", "plan", "contacts"]


def test_a_block_that_does_not_exist_names_the_nearest() -> None:
    facts = replace(wealth_day(), routine=RoutineSpec(role="理财经理", sections=("plan", "contact")))
    with pytest.raises(ConfigFault, match="contact") as caught:
        day_log(facts)
    assert "contacts" in caught.value.hint
