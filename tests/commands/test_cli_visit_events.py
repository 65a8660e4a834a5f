"""Everything that calls for a visit, through the packs as they are shipped: sheets in, ``visits due`` and a plan out.

One client for each event. All were visited long enough ago for no event to be served yet, and lately enough for no tier to be due.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import Office
from tests.commands.visit_offices import Rows, Sheet, built, clients, contacts

TO = ("--to", "2026-11-30")


def dues(office: Office, *words: str) -> dict[str, dict[str, Any]]:
    """What is due, by client."""
    told = office.json("visits", "due", "--owner", "E2", *(words or TO))
    return {one["client"]: one for one in told}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The retail bank: one client for each of its events, and one (C0) whom nothing calls for."""
    old = ("2020-01-02", "2026-09-01")
    ledger = clients(
        "普通",
        "生日",
        "农历生日",
        "到期日",
        rows=(
            *((name, *old, "", "", "") for name in ("C0", "C4", "C5", "C6", "C8", "C9")),
            ("C1", *old, "1980-11-12", "", ""),
            ("C2", *old, "1980-03-01", "农历十月初三", ""),
            ("C3", *old, "", "", "2026-11-13"),
            ("C7", "2026-10-15", "", "", "", ""),
        ),
    )
    complaint = (
        ("投诉编号", "客户编号", "受理日期", "渠道", "类别", "承办人工号", "办结日期"),
        ("T1", "C5", "2026-10-20", "电话", "服务", "E2", "2026-10-28"),
    )
    campaign = (("活动编号", "活动名称", "开始日期", "结束日期"), ("H1", "秋季沙龙", "2026-11-02", "2026-11-13"))
    tasks = (
        ("任务编号", "事项", "责任人工号", "客户编号", "完成时限", "状态", "来源"),
        ("R1", "送对账单", "E2", "C8", "2026-11-05", "待办", ""),
        ("R2", "邀约", "E2", "C9", "2026-11-20", "待办", "秋季沙龙"),
    )
    sheets = (
        ledger,
        Sheet("clients", (("客户编号", "金融资产余额"), ("C6", "1000000"), ("C0", "1000000")), "2026-08-31"),
        Sheet("clients", (("客户编号", "金融资产余额"), ("C6", "600000"), ("C0", "900000")), "2026-09-30"),
        contacts(("2026-10-26", "C4", "电话", "成交")),
        Sheet("complaints", complaint),
        Sheet("campaigns", campaign),
        Sheet("tasks", tasks),
    )
    return built(tmp_path_factory.mktemp("events"), "bank_retail", sheets)


# Lunar 10-03 of 2026 is 11-11 (the first of the tenth month, 寒衣节, is Monday 11-09). 10-31 and 11-14 are Saturdays.
BANK = [
    ("C1", "birthday", "2026-11-12", "生日关怀 11月12日"),
    ("C2", "birthday", "2026-11-11", "生日关怀 11月11日（农历十月初三）"),
    ("C3", "maturity", "2026-11-13", "产品到期 11月13日"),
    ("C4", "after_sale", "2026-11-02", "售后回访 10月26日，7 天内走访"),
    ("C5", "complaint_closed", "2026-10-30", "投诉办结回访 10月28日，3 天内走访"),
    ("C6", "move", "2026-10-14", "资产大额变动：截至 9月30日 的一个月 -40%，14 天内走访"),
    ("C7", "newcomer", "2026-11-13", "新客户首访 10月15日，30 天内走访"),
    ("C8", "task", "2026-11-05", "任务“送对账单”，11月5日 前"),
    ("C9", "campaign", "2026-11-13", "活动“秋季沙龙”名单，11月13日 前"),
]


@pytest.mark.parametrize(("client", "kind", "deadline", "reason"), BANK)
def test_every_event_of_the_bank_calls_for_a_visit(
    bank: Office, client: str, kind: str, deadline: str, reason: str
) -> None:
    due = dues(bank)[client]
    assert (due["kind"], due["deadline"], due["reasons"][0]) == (kind, deadline, reason)


def test_nobody_is_due_without_a_reason(bank: Office) -> None:
    """C0 lost a tenth of its assets, below the limit of thirty percent, and has no other event."""
    assert set(dues(bank)) == {client for client, *_rest in BANK}


def test_every_planned_visit_says_why_and_comes_in_time(bank: Office, tmp_path: Path) -> None:
    words = ("visits", "plan", "--owner", "E2", "--from", "2026-11-02", *TO, "--iterations", "300")
    told = bank.json(*words, "--to", "md", "--out", tmp_path)
    planned = {visit["client"]: (day["date"], visit["reason"]) for day in told["days"] for visit in day["visits"]}
    assert told["unplanned"] == []
    for client, _kind, deadline, reason in BANK:
        day, why = planned[client]
        assert reason in why
        assert day <= deadline or deadline < "2026-11-02", "its last day was past before the plan began"
    assert "C0" not in planned


def test_a_contract_a_key_persons_birthday_and_a_deal(tmp_path: Path) -> None:
    """Telecom: a contract ends on 11-20, sixty days' notice; at another client somebody's birthday; a deal won at a third."""
    old = ("2020-01-02", "2026-09-10")
    ledger = clients("D", "合同到期日", rows=(("G1", *old, "2026-11-20"), ("G2", *old, ""), ("G3", *old, "")))
    people: Rows = (("客户编号", "姓名", "角色", "生日"), ("G2", "王芳", "决策者", "1985-11-18"))
    won: Rows = (
        ("商机编号", "商机名称", "客户编号", "客户经理工号", "阶段", "状态", "关闭日期", "预计金额", "预计成交日期"),
        ("S1", "专线", "G3", "E2", "达成交易", "赢单", "2026-10-28", "50000", "2026-10-28"),
    )
    office = built(tmp_path, "telecom", (ledger, Sheet("contact_people", people), Sheet("opportunities", won)))
    found = {client: (due["kind"], due["deadline"], due["reasons"][0]) for client, due in dues(office).items()}
    assert found == {
        "G1": ("contract", "2026-11-20", "合同到期 11月20日"),
        "G2": ("birthday", "2026-11-18", "生日关怀 11月18日"),
        "G3": ("after_sale", "2026-11-04", "售后回访 10月28日，7 天内走访"),
    }


def test_a_licence_that_expires(tmp_path: Path) -> None:
    """Tobacco: the licence holds until Sunday 11-22, so the shop is visited by Friday the 20th."""
    more = ("许可证有效期", "许可证号", "市场类型", "业态")
    shop = ("110000000001", "2020-01-02", "2026-10-20", "2026-11-22", "110000000001", "城镇", "便利店")
    office = built(tmp_path, "tobacco", (clients("D", *more, rows=(shop,)),))
    [due] = dues(office, "--to", "2026-11-22").values()
    assert (due["kind"], due["deadline"], due["reasons"][0]) == ("licence", "2026-11-20", "许可证到期 11月22日")


@pytest.mark.parametrize(("pack", "tier", "due"), [("venue", "会员", False), ("insurance", "金卡", True)])
def test_a_call_stands_for_a_visit_where_the_pack_says_so(tmp_path: Path, pack: str, tier: str, due: bool) -> None:
    """Visited in July, called last week: the guest of a venue has been looked after, the policyholder is due."""
    calls = contacts(("2026-07-01", "K1", "面访", "有意向"), ("2026-10-26", "K1", "电话", "有意向"))
    office = built(tmp_path, pack, (clients(tier, rows=(("K1", "2020-01-02", ""),)), calls))
    assert ("K1" in dues(office, "--to", "2026-10-31")) is due
