"""What calls for a visit beside the pack's triggers, and so many visits a month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Campaign, Client, Task
from cmkit.facts.specs import MoveSpec, TierSpec, VisitSpec
from cmkit.visits.due import due_list, part_of_month
from cmkit.visits.triggers import move_events, task_events

CALENDAR = WorkCalendar()
ON = date(2026, 10, 30)
SPAN = (ON, date(2026, 11, 30))


def task(due: date, origin_ref: str = "") -> Task:
    return Task(
        task_id="T1", what="送对账单", client_id="C1", owner_id="E1", due=due, status="待办", origin_ref=origin_ref
    )


def test_a_task_calls_for_a_visit_in_the_week_before() -> None:
    """Due on Sunday 11-15: the visit is on Friday the 13th at the latest."""
    [event] = task_events([task(date(2026, 11, 15))], [], 7, SPAN, CALENDAR)
    assert (event.opens, event.deadline) == (date(2026, 11, 8), date(2026, 11, 13))
    assert event.reason == "任务“送对账单”，11月15日 前"


@pytest.mark.parametrize("status", ["完成", "取消"])
def test_a_closed_task_calls_for_nothing(status: str) -> None:
    done = Task(task_id="T1", client_id="C1", due=date(2026, 11, 15), status=status)
    assert task_events([done], [], 7, SPAN, CALENDAR) == []
    assert task_events([task(date(2026, 11, 15))], [], -1, SPAN, CALENDAR) == []
    assert task_events([task(date(2026, 12, 30))], [], 7, SPAN, CALENDAR) == []


def test_the_list_of_a_campaign_runs_with_the_campaign() -> None:
    campaign = Campaign(name="秋季沙龙", start=date(2026, 11, 2), end=date(2026, 11, 13))
    [event] = task_events([task(date(2026, 11, 20), origin_ref="秋季沙龙")], [campaign], 7, SPAN, CALENDAR)
    assert (event.key, event.opens, event.deadline) == ("campaign", date(2026, 11, 2), date(2026, 11, 13))
    assert event.reason == "活动“秋季沙龙”名单，11月13日 前"


def test_a_large_move_is_told_in_percent() -> None:
    """1,200,000 to 650,000 is a visit; 100,000 to 160,000 is too small a sum, 2,000,000 to 1,500,000 too small a share."""
    moved = {
        "C1": (Decimal(1_200_000), Decimal(650_000)),
        "C2": (Decimal(100_000), Decimal(160_000)),
        "C3": (Decimal(2_000_000), Decimal(1_500_000)),
        "C4": (Decimal(0), Decimal(900_000)),
    }
    spec = MoveSpec(zh="资产大额变动", column="aum", percent=30, least=Decimal(200_000), days_after=14)
    [event] = move_events(moved, spec, date(2026, 9, 30), CALENDAR)
    assert (event.client_id, event.opens, event.deadline) == ("C1", date(2026, 10, 1), date(2026, 10, 14))
    assert event.reason == "资产大额变动：截至 9月30日 的一个月 -46%，14 天内走访"


def test_months_are_cut_into_equal_parts() -> None:
    assert part_of_month(date(2026, 11, 3), 2) == (date(2026, 11, 1), date(2026, 11, 15))
    assert part_of_month(date(2026, 11, 16), 2) == (date(2026, 11, 16), date(2026, 11, 30))
    assert part_of_month(date(2027, 2, 28), 4) == (date(2027, 2, 22), date(2027, 2, 28))
    assert part_of_month(date(2026, 10, 31), 1) == (date(2026, 10, 1), date(2026, 10, 31))


def test_twice_a_month_is_once_in_each_half() -> None:
    """The last visit was on 10-20, in the second half of October: due in both halves of November."""
    spec = VisitSpec(tiers={"A": TierSpec(zh="A类", per_month=2, rank=1)}, visit_channels=("走访",))
    client = Client(client_id="C1", tier="A", owner_id="E1")
    found = due_list([client], {"C1": date(2026, 10, 20)}, {}, spec, {}, ON, date(2026, 11, 30), CALENDAR)
    assert [(due.due_on, due.overdue_days) for due in found] == [(date(2026, 11, 15), 0), (date(2026, 11, 30), 0)]
    assert found[0].reasons == ("A类客户每月走访 2 次，上次 10月20日",)
    assert found[1].opens == date(2026, 11, 24), "nine days (0.6 of fifteen) after the first"


def test_a_call_counts_for_a_tier_that_allows_it() -> None:
    tiers = {
        "A": TierSpec(zh="A类", interval_days=30, rank=1),
        "B": TierSpec(zh="B类", interval_days=30, rank=2, phone_counts=True),
    }
    spec = VisitSpec(tiers=tiers, visit_channels=("走访",))
    people = [Client(client_id=name, tier=name, owner_id="E1") for name in tiers]
    visits = dict.fromkeys(tiers, date(2026, 9, 1))
    calls = dict.fromkeys(tiers, date(2026, 10, 25))
    found = due_list(people, visits, calls, spec, {}, ON, ON, CALENDAR)
    assert [due.client_id for due in found] == ["A"]
