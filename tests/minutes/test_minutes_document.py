from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cmkit.facts.records import AgendaItem, Meeting, Task
from cmkit.facts.section import Document, Section, Status
from cmkit.minutes.actions import Action, action_of, carried_actions, close_action, open_actions
from cmkit.minutes.document import (
    MinutesFacts,
    agenda_document,
    counted,
    minutes_document,
    plain_document,
    sign_in_document,
)

THURSDAY = date(2026, 10, 29)
MEETING = Meeting(
    meeting_id="M2", series="营销例会", title="第43周营销例会", issue_no="第43期", date=date(2026, 10, 28),
    start="07:30", end="08:00", place="三楼", host="E1009", recorder="李静", present=("E1002", "李静"),
    absent=("王五（出差）",), attending=("钱顾问",), purpose="通报进度", summary="抓紧", next_meeting="11月4日",
)  # fmt: skip
NAMES = {"E1009": "赵主管", "E1002": "陈涛"}


def task(number: str, due: date, **more: object) -> Task:
    return Task(task_id=number, what=f"事项{number}", owner_id="E1002", due=due, **{"status": "待办", **more})  # type: ignore[arg-type]


ITEMS = (
    AgendaItem(meeting_id="M2", kind="决议", no=1, topic="走访补齐"),
    AgendaItem(meeting_id="M2", kind="议题", no=2, topic="下周计划"),
    AgendaItem(
        meeting_id="M2", kind="议题", no=1, topic="存款进度", speaker="E1002", discussion="差 300 万", result="逐户跟进"
    ),
    AgendaItem(meeting_id="M1", kind="决议", no=1, topic="别的会"),
)


def part(document: Document, key: str) -> Section:
    return next(section for section in document.sections if section.id == key)


def facts(carried: Sequence[Action] = ()) -> MinutesFacts:
    tasks = (
        task("M2-10", date(2026, 11, 4), origin_ref="M2"),
        task("M2-9", THURSDAY, origin_ref="M2"),
        task("M1-1", THURSDAY, origin_ref="M1"),
    )
    return MinutesFacts(
        meeting=MEETING, items=ITEMS, tasks=tasks, names=NAMES, on=THURSDAY, org_name="城东支行", carried=carried
    )


def test_minutes_hold_every_field_under_its_name() -> None:
    document = minutes_document(facts())
    extra = dict(document.extra)
    assert document.template == "minutes"
    assert (document.title, document.meta, document.made_on) == (
        "第43周营销例会纪要",
        (("单位", "城东支行"),),
        date(2026, 10, 28),
    )
    assert extra["time"] == "2026年10月28日 07:30-08:00"
    assert [extra[key] for key in ("place", "host", "recorder", "present", "absent", "attending", "issue_no")] == [
        "三楼", "赵主管", "李静", "陈涛、李静", "王五（出差）", "钱顾问", "第43期",
    ]  # fmt: skip
    assert [section.id for section in document.sections] == [
        "purpose",
        "topics",
        "topic1",
        "topic2",
        "decisions",
        "actions",
        "summary",
        "next",
    ]


def test_topics_decisions_and_actions() -> None:
    document = minutes_document(facts())
    assert part(document, "topics").text == ("会议共有 2 项议题。",)
    first, second = part(document, "topic1"), part(document, "topic2")
    assert (first.title, first.level, first.text) == (
        "存款进度（陈涛汇报）",
        2,
        ("讨论：差 300 万", "结果：逐户跟进"),
    )
    assert (second.title, second.text) == ("下周计划", ())
    assert document.mark == "城东支行会议纪要"
    assert part(document, "decisions").text == ("（一）走访补齐",)
    assert part(document, "actions").rows == (
        (1, "事项M2-9", "陈涛", THURSDAY, Status("warn", "今天到期")),
        (2, "事项M2-10", "陈涛", date(2026, 11, 4), Status("none", "待办")),
    )
    assert document.headline == "形成决议 1 项，布置行动 2 项。"


def test_a_title_that_ends_in_minutes_is_left_alone() -> None:
    made = minutes_document(replace(facts(), meeting=MEETING.changed(title="营销例会纪要")))
    assert made.title == "营销例会纪要"


FIRST = Meeting(meeting_id="M0", series="营销例会", title="一", date=date(2026, 10, 14))
SECOND = Meeting(meeting_id="M1", series="营销例会", title="二", date=date(2026, 10, 21))
OTHER = Meeting(meeting_id="X1", series="分析会", title="别的", date=date(2026, 10, 21))
LEFT = (
    task("M0-1", date(2026, 10, 20), origin_ref="M0"),
    task("M0-2", date(2026, 10, 20), origin_ref="M0", status="完成", done_on=date(2026, 10, 16)),
    task("M1-1", date(2026, 10, 27), origin_ref="M1", status="完成", done_on=date(2026, 10, 26)),
    task("M1-2", date(2026, 11, 9), origin_ref="M1", status="进行中"),
    task("M1-3", date(2026, 11, 9), origin_ref="M1", status="取消"),
    task("X1-1", date(2026, 10, 22), origin_ref="X1"),
    task("M2-1", date(2026, 11, 9), origin_ref="M2"),
)


def test_carried_are_the_open_ones_of_the_series_and_those_settled_since() -> None:
    """M0 14 Oct, M1 21 Oct, M2 28 Oct. M0-2 was settled before M1 and told there; X1 is another series."""
    carried = carried_actions(LEFT, [FIRST, SECOND, OTHER, MEETING], MEETING, on=THURSDAY)
    assert [(one.task.task_id, one.state) for one in carried] == [
        ("M0-1", "overdue"),
        ("M1-2", "open"),
        ("M1-1", "done"),
    ]
    document = minutes_document(facts(carried=carried))
    assert part(document, "carried").rows == (
        (1, "事项M0-1", "陈涛", date(2026, 10, 20), Status("bad", "逾期 9 天"), None, ""),
        (2, "事项M1-2", "陈涛", date(2026, 11, 9), Status("none", "进行中"), None, ""),
        (3, "事项M1-1", "陈涛", date(2026, 10, 27), Status("good", "已完成"), date(2026, 10, 26), ""),
    )
    assert document.headline.endswith("上次遗留 3 项，已完成 1 项，逾期 1 项。")


def test_the_first_meeting_of_a_series_carries_nothing() -> None:
    assert carried_actions(LEFT, [FIRST, SECOND], FIRST, on=THURSDAY) == []


def test_open_actions_go_by_due_date_and_say_their_state() -> None:
    """Seen on 29 October: 20th overdue, 29th today, 1 November soon (3 days), 2 November open, no date last."""
    tasks = [
        task("e", date(2026, 11, 2)),
        task("f", THURSDAY).changed(due=None),
        task("d", date(2026, 11, 1)),
        task("c", THURSDAY),
        task("a", date(2026, 10, 20)),
        task("g", date(2026, 10, 20), status="完成"),
    ]
    assert [(one.task.task_id, one.state, one.days) for one in open_actions(tasks, THURSDAY)] == [
        ("a", "overdue", -9),
        ("c", "today", 0),
        ("d", "soon", 3),
        ("e", "open", 4),
        ("f", "open", None),
    ]


def test_closing_keeps_the_earlier_remark_and_is_not_seen_before_its_day() -> None:
    closed = close_action(task("a", date(2026, 10, 27), remark="协办：李静"), on=THURSDAY, remark="已补访")
    assert (closed.status, closed.done_on, closed.remark) == ("完成", THURSDAY, "协办：李静；已补访")
    assert action_of(closed, THURSDAY).state == "done"
    assert action_of(closed, date(2026, 10, 28)).state == "overdue"


def test_the_agenda_comes_with_a_sheet_to_sign() -> None:
    document = agenda_document(facts())
    assert [section.id for section in document.sections] == ["purpose", "topics"]
    assert ("时间", "2026年10月28日 07:30-08:00") in document.meta
    assert part(document, "topics").rows == ((1, "存款进度", "陈涛"), (2, "下周计划", ""))
    assert sign_in_document(facts()).sections[0].rows == (
        (1, "陈涛", "出席", "", ""),
        (2, "李静", "出席", "", ""),
        (3, "钱顾问", "列席", "", ""),
        (4, "王五（出差）", "请假", "", ""),
    )


def test_levels_are_counted_in_chinese() -> None:
    assert [counted(number) for number in (1, 9, 10, 11, 20, 35, 99, 100)] == [
        "一", "九", "十", "十一", "二十", "三十五", "九十九", "100",
    ]  # fmt: skip


def test_the_plain_style_has_people_in_its_head_and_no_mark() -> None:
    document = plain_document(facts())
    assert (document.template, document.mark, document.extra) == ("", "", ())
    assert dict(document.meta)["出席"] == "陈涛、李静"
    assert [one.id for one in document.sections] == [one.id for one in minutes_document(facts()).sections]
