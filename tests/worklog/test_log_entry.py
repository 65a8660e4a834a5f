from __future__ import annotations

from datetime import date
from decimal import Decimal

from cmkit.facts.kinds import Kind
from cmkit.facts.records import WorkLog
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.worklog.entry import add_contact, follow_up, review_log

FRIDAY = date(2026, 10, 30)
SPEC = TableSpec(
    table="contacts",
    columns={
        "channel": ColumnSpec(
            key="channel",
            zh="方式",
            kind=Kind.CHOICE,
            required=True,
            choices={"电话": ("call", "致电"), "走访": ("上门",)},
        ),
        "purpose": ColumnSpec(key="purpose", zh="目的", required=True),
        "service": ColumnSpec(key="service", zh="服务类型", kind=Kind.CHOICE, choices={"销售服务": ()}),
    },
)
WORDS = {
    "client_id": "000103",
    "staff_id": "E1002",
    "channel": "call",
    "purpose": "回访",
    "next_date": "下周一",
    "amount": "3.5万",
    "minutes": "20",
    "time": "9:05",
}


def test_words_become_a_contact() -> None:
    contact, problems = add_contact(WORDS | {"service": "销售服务"}, spec=SPEC, on=FRIDAY)
    assert problems == []
    assert contact is not None
    assert (contact.date, contact.time, contact.client_id, contact.channel) == (FRIDAY, "09:05", "000103", "电话")
    assert (contact.next_date, contact.amount, contact.minutes) == (date(2026, 11, 2), Decimal(35000), 20)
    assert contact.more == {"service": "销售服务"}


def test_a_wrong_choice_names_the_legal_ones() -> None:
    contact, problems = add_contact(WORDS | {"channel": "飞鸽"}, spec=SPEC, on=FRIDAY)
    assert contact is None
    assert [(one.code, one.place.cell, one.message) for one in problems] == [
        ("bad_value", "channel", "方式：没有“飞鸽”这个选项，可选：电话、走访")
    ]


def test_every_problem_is_told_at_once() -> None:
    """昨天 is understood and is not today; 大后年 is not, and is refused rather than filed somewhere."""
    _contact, problems = add_contact({"next_date": "大后年", "minutes": "1.5", "chanel": "电话"}, spec=SPEC, on=FRIDAY)
    assert {(one.code, one.place.cell) for one in problems} == {
        ("bad_value", "next_date"),
        ("bad_value", "minutes"),
        ("unknown_field", "chanel"),
        ("required", "channel"),
        ("required", "purpose"),
    }
    assert next(one for one in problems if one.code == "unknown_field").hint == "最接近的是 channel"
    yesterday, fine = add_contact(WORDS | {"date": "昨天"}, spec=SPEC, on=FRIDAY)
    assert not fine
    assert yesterday is not None
    assert yesterday.date == date(2026, 10, 29)


def test_dates_must_make_sense() -> None:
    assert [one.code for one in add_contact(WORDS | {"date": "+1"}, spec=SPEC, on=FRIDAY)[1]] == ["future"]
    assert [one.code for one in add_contact(WORDS | {"next_date": "2026-10-30"}, spec=SPEC, on=FRIDAY)[1]] == ["order"]


def test_follow_up_is_the_same_task_each_time() -> None:
    contact, _problems = add_contact(WORDS, spec=SPEC, on=FRIDAY)
    assert contact is not None
    task = follow_up(contact)
    assert task is not None
    assert task.task_id.startswith("F-2026-10-30-E1002-")
    assert task == follow_up(contact)
    assert (task.what, task.due, task.client_id, task.status, task.raised_on) == (
        "跟进：回访",
        date(2026, 11, 2),
        "000103",
        "待办",
        FRIDAY,
    )
    other = follow_up(contact.changed(client_id="000104"))
    assert other is not None
    assert other.task_id != task.task_id
    assert follow_up(contact.changed(next_date=None)) is None


def test_a_second_review_keeps_the_first_words() -> None:
    once = review_log(WorkLog(date=FRIDAY, staff_id="E1"), reviewer="E9", words="好", on=FRIDAY)
    twice = review_log(once, reviewer="E9", words="请补客户需求", on=date(2026, 10, 31))
    assert (once.review, once.reviewer, once.reviewed_on) == ("好", "E9", FRIDAY)
    assert (twice.review, twice.reviewed_on) == ("好\n请补客户需求", date(2026, 10, 31))
