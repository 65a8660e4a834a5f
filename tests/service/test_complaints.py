from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Complaint
from cmkit.facts.section import Status
from cmkit.service.common import ServiceFacts
from cmkit.service.complaints import (
    cause_pareto,
    cause_rows,
    complaint_list_section,
    complaint_stats,
    service_section,
)
from cmkit.service.sla import Sla, State, state_of

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("level", "due"),
    [
        ("一般", date(2026, 11, 17)),
        ("复杂", date(2026, 12, 2)),
        ("特别复杂", date(2027, 1, 1)),
        ("", date(2026, 11, 17)),
    ],
)
def test_the_banking_rule_reckons_natural_days(level: str, due: date) -> None:
    """Received 2026-11-02: 15, 30 and 60 days on."""
    complaint = Complaint(complaint_id="T", received_on=date(2026, 11, 2), level=level)
    assert Sla().due(complaint, CALENDAR) == due


def test_working_days_where_the_sector_says_so() -> None:
    """Friday 2026-10-30 and 7 working days: 2-6 and 9-10 November."""
    sla = Sla(days={"一般": 7}, working=True)
    assert sla.due(Complaint(received_on=date(2026, 10, 30)), CALENDAR) == date(2026, 11, 10)


def test_a_deadline_in_the_record_stands() -> None:
    given = Complaint(received_on=date(2026, 11, 2), due=date(2026, 11, 5))
    assert Sla().due(given, CALENDAR) == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("on", "closed", "state"),
    [
        (date(2026, 11, 13), None, "open"),
        (date(2026, 11, 14), None, "soon"),
        (date(2026, 11, 17), None, "soon"),
        (date(2026, 11, 18), None, "overdue"),
        (date(2026, 11, 20), date(2026, 11, 17), "in_time"),
        (date(2026, 11, 20), date(2026, 11, 18), "late"),
        (date(2026, 11, 17), date(2026, 11, 18), "soon"),
    ],
)
def test_states_around_the_deadline_of_17_november(on: date, closed: date | None, state: State) -> None:
    complaint = Complaint(received_on=date(2026, 11, 2), closed_on=closed)
    assert state_of(complaint, Sla(), CALENDAR, on) == state


def one(number: str, day: int, closed: int | None = None, **more: object) -> Complaint:
    fields: dict[str, object] = {"cause": "办理效率", "level": "一般", "handler_id": "E1001", **more}
    end = date(2026, 10, closed) if closed else None
    return Complaint(complaint_id=number, received_on=date(2026, 10, day), closed_on=end, **fields)  # type: ignore[arg-type]


def october(*complaints: Complaint) -> ServiceFacts:
    """October 2026 seen on the 30th.

    ===  ========  ======  =====================================
    T1   01 Oct    11 Oct  in time, 10 days, satisfied, 周明
    T2   02 Oct    22 Oct  late (due 17), 20 days, not satisfied
    T3   10 Oct    -       overdue since 25 Oct, 周明 again
    T4   16 Oct    -       due 31 Oct, soon; cause 收费
    T5   29 Oct    -       open; no cause
    old  20 Sep    -       another month, overdue since 5 Oct
    ===  ========  ======  =====================================
    """
    rows = complaints or (
        one("T1", 1, 11, satisfied=True, client_id="C1"),
        one("T2", 2, 22, satisfied=False, client_id="C2"),
        one("T3", 10, client_id="C1"),
        one("T4", 16, cause="收费", client_id="C3"),
        one("T5", 29, cause="", complainant="匿名"),
        one("old", 1).changed(received_on=date(2026, 9, 20), complainant="旧客户"),
    )
    return ServiceFacts(
        period=parse_period("2026-10"),
        on=date(2026, 10, 30),
        complaints=rows,
        clients={"C1": Client(client_id="C1", name="周明")},
        names={"E1001": "李静"},
    )


def test_figures_of_the_month() -> None:
    """5 received, 2 closed = 40 %; due are T1, T2, T3, in time T1 = 33.33 %; (10 + 20) / 2 days; 1 of 5 repeated; 1 of 2 satisfied."""
    stats = complaint_stats(october())
    assert (stats.received, stats.closed, stats.open, stats.overdue, stats.in_time, stats.repeated) == (
        5,
        2,
        3,
        1,
        1,
        1,
    )
    assert stats.average_days == Decimal("15.0")
    assert (stats.closing_rate, stats.repeat_rate, stats.satisfied_rate) == (Decimal(40), Decimal(20), Decimal(50))
    assert stats.in_time_rate is not None
    assert round(stats.in_time_rate, 2) == Decimal("33.33")


def test_nothing_received_is_no_rate_and_not_a_hundred() -> None:
    facts = replace(october(), complaints=())
    assert complaint_stats(facts).in_time_rate is None
    section = service_section(facts)
    assert (section.figures, section.rows, section.empty) == ((), (), "本期没有受理投诉")


def test_causes_as_a_pareto_table() -> None:
    assert cause_pareto(october().complaints[:5]) == [
        ("办理效率", 3, Decimal(60), Decimal(60)),
        ("收费", 1, Decimal(20), Decimal(80)),
        ("未分类", 1, Decimal(20), Decimal(100)),
    ]


def test_what_was_done_about_a_cause_and_whether_it_came_back() -> None:
    """办理效率: T1 closed with a correction on 11 October, T4 of 16 October came after it, T2 of 2 October before."""
    rows = cause_rows(
        (
            one("T1", 1, 11, fix="增开窗口"),
            one("T2", 2, 22),
            one("T4", 16),
            one("T5", 29, cause="收费"),
        )
    )
    assert [(row.cause, row.count, row.fixed, row.again) for row in rows] == [("办理效率", 3, 1, 1), ("收费", 1, 0, 0)]


def test_the_first_reply_counts_its_days() -> None:
    """Answered after 1 and 4 days; the third has no reply yet: 2.5."""
    rows = (
        one("T1", 1, 11, first_reply_on=date(2026, 10, 2)),
        one("T2", 2, 22, first_reply_on=date(2026, 10, 6)),
        one("T3", 10),
    )
    assert complaint_stats(october(*rows)).reply_days == Decimal("2.5")


def test_section_says_it_in_a_sentence_and_draws_the_causes() -> None:
    section = service_section(october())
    assert section.text == ("受理投诉 5 件，办结 2 件，办结率 40.00%；超期未结 1 件。",)
    assert section.charts[0].labels == ("办理效率", "收费", "未分类")
    assert [ref.key for ref in section.records] == ["T1", "T2", "T3", "T4", "T5"]


def test_open_list_counts_former_months_and_goes_by_deadline() -> None:
    rows = complaint_list_section(october()).rows
    assert [row[0] for row in rows] == ["old", "T3", "T4", "T5"]
    assert rows[1][2] == "周明"
    assert [row[-1] for row in rows] == [
        Status("bad", "超期 25 天"),
        Status("bad", "超期 5 天"),
        Status("warn", "还有 1 天"),
        Status("none", "处理中"),
    ]
