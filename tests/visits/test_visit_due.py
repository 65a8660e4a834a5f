from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Complaint, Contact, Fact
from cmkit.facts.specs import FilterSpec, TierSpec, TriggerSpec, VisitSpec
from cmkit.reports.planning import still_due
from cmkit.visits.due import Due, due_list, gap_days, left_out, slack_days
from cmkit.visits.triggers import holds

CALENDAR = WorkCalendar()
BIRTHDAY = TriggerSpec(key="birthday", zh="生日", date="birthday", days_before=3, yearly=True)
MATURITY = TriggerSpec(key="maturity", zh="到期", date="maturity", days_before=7)
COMPLAINT = TriggerSpec(
    key="complaint",
    zh="投诉办结",
    table="complaints",
    date="closed_on",
    days_after=3,
    where=(FilterSpec(field="closed_on", filled=True),),
)
SALE = TriggerSpec(
    key="sale",
    zh="成交",
    table="contacts",
    date="date",
    days_after=7,
    where=(FilterSpec(field="outcome", any_of=("成交",)),),
)


def spec(*triggers: TriggerSpec, phone_counts: bool = False) -> VisitSpec:
    tiers = {
        "财富": TierSpec(zh="财富", interval_days=30, rank=2),
        "私行": TierSpec(zh="私行", interval_days=7, rank=1),
    }
    return VisitSpec(tiers=tiers, triggers=triggers, phone_counts=phone_counts, visit_channels=("走访",))


def client(client_id: str = "C1", tier: str = "财富", **more: object) -> Client:
    values: dict[str, object] = {"owner_id": "E1", "name": "王芳", **more}
    return Client(client_id=client_id, tier=tier, **values)  # type: ignore[arg-type]


def dues(
    people: list[Client],
    rules: VisitSpec,
    on: date,
    end: date | None = None,
    *,
    visits: dict[str, date] | None = None,
    calls: dict[str, date] | None = None,
    tables: dict[str, list[Fact]] | None = None,
) -> list[Due]:
    return due_list(people, visits or {}, calls or {}, rules, tables or {}, on, end or on, CALENDAR)


def test_last_visit_plus_interval() -> None:
    """Last visit 2026-10-20, every 30 days, today 2026-11-23: due on 2026-11-19, four days overdue."""
    [due] = dues([client()], spec(), date(2026, 11, 23), visits={"C1": date(2026, 10, 20)})
    assert (due.due_on, due.told_overdue, due.rank, due.kind) == (date(2026, 11, 19), 4, 2, "tier")
    assert due.reasons == ("财富客户每 30 天走访，上次 10月20日",)
    assert not due.mandatory


def test_not_due_before_its_day() -> None:
    visits = {"C1": date(2026, 10, 20)}
    assert dues([client()], spec(), date(2026, 11, 18), visits=visits) == []
    [due] = dues([client()], spec(), date(2026, 11, 19), visits=visits)
    assert due.overdue_days == 0


def test_never_visited_counts_from_the_archive() -> None:
    [due] = dues([client(created_on=date(2026, 9, 1))], spec(), date(2026, 10, 30))
    assert (due.due_on, due.overdue_days) == (date(2026, 10, 1), 29)
    assert due.reasons == ("财富客户每 30 天走访，从未走访，建档 9月1日",)
    assert due.told_overdue is None
    [now] = dues([client()], spec(), date(2026, 10, 30))
    assert (now.due_on, now.told_overdue) == (date(2026, 10, 30), 0)


def test_a_call_stands_for_a_visit_only_where_the_pack_says_so() -> None:
    visits, calls = {"C1": date(2026, 9, 1)}, {"C1": date(2026, 10, 20)}
    [due] = dues([client()], spec(), date(2026, 10, 30), visits=visits, calls=calls)
    assert due.due_on == date(2026, 10, 1)
    assert dues([client()], spec(phone_counts=True), date(2026, 10, 30), visits=visits, calls=calls) == []


def test_the_ledger_date_stands_in_where_no_visit_is_on_record() -> None:
    [due] = dues([client(last_contact=date(2026, 9, 20))], spec(), date(2026, 10, 30))
    assert due.due_on == date(2026, 10, 20)
    assert due.reasons == ("财富客户每 30 天走访，上次联系 9月20日",)


def test_a_weekly_client_is_due_several_times_in_a_month() -> None:
    """Visited on 2026-10-28, every 7 days, looked at for November: the 4th, 11th, 18th and 25th."""
    found = dues(
        [client(tier="私行")], spec(), date(2026, 11, 1), date(2026, 11, 30), visits={"C1": date(2026, 10, 28)}
    )
    assert [due.due_on.day for due in found] == [4, 11, 18, 25]
    assert found[1].opens == date(2026, 11, 9)
    assert found[1].reasons == ("私行客户每 7 天走访，上次计划 11月4日",)


def test_lost_and_blacklisted_are_left_out_with_the_reason() -> None:
    people = [
        client("C1", status="流失"),
        client("C2", status="黑名单"),
        client("C3", owner_id=""),
        client("C4", tier="散"),
    ]
    assert dues(people, spec(), date(2026, 10, 30)) == []
    assert left_out(people, spec()) == [
        ("C1", "客户状态为流失，不安排走访"),
        ("C2", "客户状态为黑名单，不安排走访"),
        ("C3", "没有客户经理，无法安排走访"),
        ("C4", "等级“散”没有走访间隔"),
    ]


def test_birthday_has_to_be_visited_before_it() -> None:
    person = client(birthday=date(1980, 11, 5))
    [due] = dues([person], spec(BIRTHDAY), date(2026, 11, 2), visits={"C1": date(2026, 10, 25)})
    assert (due.kind, due.opens, due.deadline) == ("birthday", date(2026, 11, 2), date(2026, 11, 5))
    assert due.reasons == ("生日 11月5日",)
    assert dues([person], spec(BIRTHDAY), date(2026, 11, 6), visits={"C1": date(2026, 10, 25)}) == []


def test_an_event_visit_is_not_made_on_the_morrow_of_another() -> None:
    """Visited on 1 November, birthday on the 5th, window from the 2nd: opens on the 4th, three days after."""
    person = client(birthday=date(1980, 11, 5))
    [due] = dues([person], spec(BIRTHDAY), date(2026, 11, 2), visits={"C1": date(2026, 11, 1)})
    assert (due.opens, due.deadline) == (date(2026, 11, 4), date(2026, 11, 5))


def test_a_visit_inside_the_window_has_served_the_birthday() -> None:
    person = client(birthday=date(1980, 11, 5))
    assert dues([person], spec(BIRTHDAY), date(2026, 11, 4), visits={"C1": date(2026, 11, 3)}) == []


def test_lunar_birthday_goes_before_the_solar_one() -> None:
    person = client(birthday=date(1980, 3, 1), lunar_birthday="农历八月十五")
    found = dues([person], spec(BIRTHDAY), date(2026, 9, 22), visits={"C1": date(2026, 9, 1)})
    assert [due.reasons for due in found] == [("生日 9月25日（农历八月十五）",)]
    assert found[0].deadline == date(2026, 9, 24), "the festival itself is a holiday"


def test_birthday_in_the_national_holiday_opens_on_the_last_working_day() -> None:
    """A birthday on 2026-10-05; from 1 to 8 October nobody works, so 30 September is the day."""
    person = client(birthday=date(1980, 10, 5))
    [due] = dues([person], spec(BIRTHDAY), date(2026, 9, 28), date(2026, 10, 5), visits={"C1": date(2026, 9, 20)})
    assert (due.opens, due.deadline) == (date(2026, 9, 30), date(2026, 9, 30))
    assert due.reasons == ("生日 10月5日",)


def test_one_visit_serves_tier_and_event() -> None:
    """Due by tier on 2026-11-12, a deposit matures on the 15th: one visit, both reasons, before the 15th, a Sunday."""
    person = client(more={"maturity": date(2026, 11, 15)})
    [due] = dues([person], spec(MATURITY), date(2026, 11, 9), date(2026, 11, 30), visits={"C1": date(2026, 10, 13)})
    assert (due.due_on, due.deadline) == (date(2026, 11, 12), date(2026, 11, 13))
    assert due.reasons == ("到期 11月15日", "财富客户每 30 天走访，上次 10月13日")


def test_a_weekly_client_does_not_wait_over_a_weekend_for_a_birthday() -> None:
    """Due on Thursday 11-05, two days' tolerance; the birthday of the 10th may be visited from Saturday the 7th on.

    Its first working day is the 9th, four days late: the week's visit is made for its own sake, the next serves both.
    """
    person = client(tier="私行", birthday=date(1980, 11, 10))
    found = dues([person], spec(BIRTHDAY), date(2026, 10, 30), date(2026, 11, 13), visits={"C1": date(2026, 10, 29)})
    assert [(due.due_on, due.kind) for due in found] == [(date(2026, 11, 5), "tier"), (date(2026, 11, 10), "birthday")]


def test_complaint_closed_is_followed_up_until_somebody_came() -> None:
    closed: list[Fact] = [Complaint(complaint_id="T1", client_id="C1", closed_on=date(2026, 10, 20))]
    rules, before = spec(COMPLAINT), {"C1": date(2026, 10, 15)}
    [due] = dues([client()], rules, date(2026, 10, 30), tables={"complaints": closed}, visits=before)
    assert (due.opens, due.due_on, due.overdue_days) == (date(2026, 10, 21), date(2026, 10, 23), 7)
    assert due.reasons == ("投诉办结 10月20日，3 天内走访",)
    after = {"C1": date(2026, 10, 22)}
    assert dues([client()], rules, date(2026, 10, 30), tables={"complaints": closed}, visits=after) == []
    long_after = dues([client()], rules, date(2026, 11, 30), tables={"complaints": closed}, visits=before)
    assert [due.kind for due in long_after] == ["tier"], "an event of long ago is left to the interval"


def test_the_sale_itself_is_no_after_sale_visit() -> None:
    sold: list[Fact] = [
        Contact(client_id="C1", staff_id="E1", date=date(2026, 10, 20), outcome="成交"),
        Contact(client_id="C1", staff_id="E1", date=date(2026, 10, 10), outcome="无需求"),
    ]
    found = dues(
        [client()], spec(SALE), date(2026, 10, 26), tables={"contacts": sold}, visits={"C1": date(2026, 10, 20)}
    )
    assert [(due.kind, due.deadline) for due in found] == [("sale", date(2026, 10, 27))]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (FilterSpec(field="tier", any_of=("财富",)), True),
        (FilterSpec(field="tier", none_of=("财富",)), False),
        (FilterSpec(field="deposit", at_least="100"), True),
        (FilterSpec(field="deposit", at_least="100.01"), False),
        (FilterSpec(field="deposit", at_most="99"), False),
        (FilterSpec(field="created_on", at_least="2026-01-01"), True),
        (FilterSpec(field="phone", filled=True), False),
        (FilterSpec(field="phone", filled=False), True),
        (FilterSpec(field="created_on", not_after="updated_on"), True),
        (FilterSpec(field="updated_on", not_after="created_on"), False),
    ],
)
def test_conditions_on_columns(part: FilterSpec, expected: bool) -> None:
    fact = client(created_on=date(2026, 1, 1), updated_on=date(2026, 2, 1), more={"deposit": Decimal(100)})
    assert holds(fact, part) is expected


def test_spacing_is_rounded_so_that_it_holds() -> None:
    assert (gap_days(30), gap_days(7), gap_days(0)) == (18, 5, 0)
    assert (slack_days(30), slack_days(7)) == (12, 2)


def test_important_first_then_longest_overdue() -> None:
    people = [client("C1"), client("C2", tier="私行"), client("C3")]
    visits = {"C1": date(2026, 9, 25), "C2": date(2026, 10, 22), "C3": date(2026, 9, 1)}
    found = dues(people, spec(), date(2026, 10, 30), visits=visits)
    assert [due.client_id for due in found] == ["C2", "C3", "C1"]
    assert all(due.due_on <= date(2026, 10, 30) for due in found)


def test_a_plan_for_a_month_far_ahead_owes_one_visit_of_the_time_between() -> None:
    """Acting on 10-30 for December: a weekly client's visits of November are not all owed on December 1."""
    found = dues(
        [client(tier="私行")], spec(), date(2026, 10, 30), date(2026, 12, 14), visits={"C1": date(2026, 10, 28)}
    )
    start = date(2026, 12, 1)
    kept = still_due(found, start)
    assert sum(1 for due in found if due.due_on < start) == 4
    assert [due.due_on for due in kept] == [date(2026, 11, 25), date(2026, 12, 2), date(2026, 12, 9)]
