from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.problem import Place
from cmkit.minutes.form import FormRow, from_form, meeting_form_rows
from cmkit.minutes.meeting_file import Lookups, MeetingFile, default_id, keep_progress, quote_keys, read_meeting

STAFF = {"陈涛": "E1002", "E1002": "E1002", "李静": "E1001"}
LOOKUPS = Lookups(who=lambda name: STAFF.get(name, ""), on=date(2026, 10, 30))

CHINESE = """
会议名称 = "10月第4周营销例会"
例会 = "营销例会"
日期 = 2026-10-28
时间 = "7:30-8:00"
地点 = "三楼会议室"
主持 = "赵主管"
记录 = "李静"
出席 = ["陈涛", "李静、孙丽"]
请假 = [{姓名 = "王五", 原因 = "出差、学习"}, "赵六（病假）"]
目的 = "通报进度"
决议 = ["本月走访全部补齐", "周五前上报"]
总结 = "抓紧"
下次会议 = "11月4日"

[[议程]]
议题 = "存款进度"
发言人 = "陈涛"
讨论 = "差 300 万"
结果 = "逐户跟进"

[[行动]]
事项 = "补访 5 户"
责任人 = "陈涛"
完成时限 = "11-4"
优先级 = "A"

[[行动]]
事项 = "整理名单"
责任人 = "E1002、李静"
完成时限 = 2026-11-02
状态 = "已完成"
"""

ENGLISH = """
title = "10月第4周营销例会"
series = "营销例会"
date = "2026-10-28"
start = 07:30:00
end = "8:00"
place = "三楼会议室"
host = "赵主管"
recorder = "李静"
present = "陈涛、李静、孙丽"
absent = ["王五（出差，学习）", "赵六（病假）"]
purpose = "通报进度"
decisions = ["本月走访全部补齐", "周五前上报"]
summary = "抓紧"
next = "11月4日"
topics = [{topic = "存款进度", speaker = "陈涛", discussion = "差 300 万", result = "逐户跟进"}]
actions = [
  {what = "补访 5 户", owner = "陈涛", due = "2026-11-04", priority = "A"},
  {what = "整理名单", owner = "陈涛", due = "下周一", remark = "协办：李静", status = "完成"},
]
"""


def good(text: str) -> MeetingFile:
    found, problems = read_meeting(text, lookups=LOOKUPS, file="例会.toml")
    assert found is not None, problems
    return found


def bad(text: str) -> list[tuple[str, str]]:
    found, problems = read_meeting(text, lookups=LOOKUPS)
    assert found is None
    return [(one.code, one.place.cell) for one in problems if one.severity == "error"]


def test_a_chinese_meeting_file() -> None:
    found = good(CHINESE)
    meeting = found.meeting
    assert (meeting.title, meeting.series, meeting.date) == ("10月第4周营销例会", "营销例会", date(2026, 10, 28))
    assert (meeting.start, meeting.end, meeting.place, meeting.next_meeting) == (
        "07:30",
        "08:00",
        "三楼会议室",
        "11月4日",
    )
    assert meeting.present == ("陈涛", "李静", "孙丽")
    assert meeting.absent == ("王五（出差，学习）", "赵六（病假）")
    assert [(one.kind, one.no, one.topic) for one in found.items] == [
        ("议题", 1, "存款进度"),
        ("决议", 1, "本月走访全部补齐"),
        ("决议", 2, "周五前上报"),
    ]
    assert meeting.origin.file == "例会.toml"


def test_actions_have_one_owner_a_number_and_a_state() -> None:
    found = good(CHINESE)
    first, second = found.tasks
    number = found.meeting.meeting_id
    assert number.startswith("M-2026-10-28-")
    assert (first.task_id, first.origin_ref, first.owner_id, first.due) == (
        f"{number}-1",
        number,
        "E1002",
        date(2026, 11, 4),
    )
    assert (first.status, first.priority, first.raised_on) == ("待办", "A", date(2026, 10, 28))
    assert (second.owner_id, second.status, second.done_on, second.remark) == (
        "E1002",
        "完成",
        date(2026, 10, 28),
        "协办：李静",
    )


def test_english_keys_say_the_same() -> None:
    assert good(ENGLISH) == good(CHINESE)


def test_words_outside_strings_are_quoted_and_nothing_else() -> None:
    text = "主持 = \"议程 = 一\" # 备注 = 不动\n[[行动]]\n目的 = '''\n单位 = \"甲\"\n'''\nhost = 赵主管\nabsent = [{姓名 = \"王\"}]\n"
    assert quote_keys(text) == (
        '"主持" = "议程 = 一" # 备注 = 不动\n[["行动"]]\n"目的" = \'\'\'\n单位 = "甲"\n\'\'\'\nhost = "赵主管"\nabsent = [{"姓名" = "王"}]\n'
    )


def test_full_width_quotes_are_refused_with_what_to_do() -> None:
    found, problems = read_meeting("会议名称 = “会”\n日期 = 2026-10-28", lookups=LOOKUPS)
    assert found is None
    assert [one.code for one in problems] == ["toml"]
    assert "英文半角" in problems[0].hint


def test_reading_twice_gives_the_same_numbers() -> None:
    assert good(CHINESE).meeting.meeting_id == good(CHINESE).meeting.meeting_id
    assert default_id(date(2026, 10, 28), "甲") != default_id(date(2026, 10, 28), "乙")


def test_an_unknown_key_names_the_nearest_and_the_legal_ones() -> None:
    text = 'title = "会"\ndate = 2026-10-28\nhots = "赵"\n[[actions]]\nwhat = "x"\nowner = "陈涛"\ndue = 2026-11-01\ndeadlin = "y"\n'
    found, problems = read_meeting(text, lookups=LOOKUPS)
    assert found is None
    assert [(one.code, one.place.cell) for one in problems] == [
        ("unknown_key", "hots"),
        ("unknown_key", "actions[1].deadlin"),
    ]
    assert problems[0].hint.startswith("最接近的是 host；可用的有：title(会议名称)、series(例会)")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("date = 2026-10-28", [("required", "title")]),
        ('title = "会"', [("required", "date")]),
        ('title = "  "\ndate = 2026-10-28', [("required", "title")]),
        ('title = "会"\ndate = "10月32日"', [("bad_date", "date")]),
        ('title = "会"\ndate = 2026-10-28\n时间 = "早上"', [("bad_time", "time")]),
        ('title = "会"\ndate = 2026-10-28\n会议名称 = "又"', [("duplicate", "会议名称")]),
        ('title = "会"\ndate = 2026-10-28\nactions = "补访"', [("type", "actions")]),
        ('title = "会"\ndate = 2026-10-28\nhost = ["甲"]', [("type", "host")]),
        (
            'title = "会"\ndate = 2026-10-28\nactions = [{owner = "陈涛", due = 2026-11-01}]',
            [("required", "actions[1]")],
        ),
        (
            'title = "会"\ndate = 2026-10-28\nactions = [{what = "x", owner = "陈涛", due = 2026-11-01, status = "快了"}]',
            [("bad_choice", "actions[1].status")],
        ),
        ('title = "会', [("toml", "")]),
    ],
)
def test_errors(text: str, problems: list[tuple[str, str]]) -> None:
    assert bad(text) == problems


def test_warnings_leave_the_meeting_standing() -> None:
    text = (
        'title = "会"\ndate = 2026-10-28\nactions = [{what = "x", owner = "外请专家"}, {what = "y", due = 2026-11-01}]'
    )
    found, problems = read_meeting(text, lookups=LOOKUPS)
    assert found is not None
    assert [(one.code, one.severity) for one in problems] == [
        ("no_due", "warning"),
        ("unknown_owner", "warning"),
        ("no_owner", "warning"),
        ("incomplete", "warning"),
    ]
    assert "主持" in problems[-1].message
    assert found.tasks[0].owner_id == "外请专家"


def test_a_meeting_read_again_keeps_how_far_its_actions_are() -> None:
    fresh = good(CHINESE).tasks
    known = [fresh[0].changed(status="完成", done_on=date(2026, 11, 3), remark="已补访")]
    kept = keep_progress(fresh, known)
    assert (kept[0].status, kept[0].done_on, kept[0].remark) == ("完成", date(2026, 11, 3), "已补访")
    assert kept[1] == fresh[1]
    reworded = [fresh[0].changed(what="另一件事")]
    assert keep_progress(reworded, known) == reworded


def test_a_filled_form_is_the_same_meeting() -> None:
    """The form as a clerk fills it: labels in A, names over several cells, empty lines left in the tables."""
    rows: list[FormRow] = [
        ("会议记录表", []),
        ("会议名称：", ["10月第4周营销例会", ""]),
        ("例会", ["营销例会"]),
        ("日期", ["2026年10月28日"]),
        ("时间", ["7:30", "8:00"]),
        ("地点", ["三楼会议室"]),
        ("主持人", ["赵主管"]),
        ("记录人", ["李静"]),
        ("出席人员", ["陈涛", "李静", "孙丽"]),
        ("请假/缺席", ["王五（出差、学习）", "赵六（病假）"]),
        ("会议目的", ["通报进度"]),
        ("", []),
        ("议程", []),
        ("序号", ["议题", "汇报人", "讨论", "结果"]),
        ("1", ["存款进度", "陈涛", "差 300 万", "逐户跟进"]),
        ("2", ["", "", "", ""]),
        ("决议", []),
        ("序号", ["决议内容"]),
        ("1", ["本月走访全部补齐"]),
        ("2", ["周五前上报"]),
        ("3", [""]),
        ("行动", []),
        ("序号", ["事项", "责任人", "完成时限", "优先级", "状态"]),
        ("1", ["补访 5 户", "陈涛", "2026-11-04", "A", ""]),
        ("2", ["整理名单", "陈涛、李静", "2026-11-02", "", "完成"]),
        ("会议总结", ["抓紧"]),
        ("下次会议", ["11月4日"]),
    ]
    found, problems = from_form(rows, lookups=LOOKUPS)
    assert found == good(CHINESE)
    assert [one.code for one in problems] == ["many_owners"]


def test_a_form_with_a_strange_label_says_where() -> None:
    rows: list[FormRow] = [("会议名称", ["会"]), ("日期", ["2026-10-28"]), ("主持仁", ["赵"])]
    found, problems = from_form(rows, lookups=LOOKUPS, place=Place("会.xlsx", "Sheet1"))
    assert found is None
    assert str(problems[0].place) == "会.xlsx · Sheet1!A3"
    assert "最接近的是 主持；" in problems[0].hint


def test_the_empty_form_reads_as_an_empty_meeting() -> None:
    """Only title and date are missing: every label and header of the form we hand out is one that we read."""
    found, problems = from_form(meeting_form_rows(), lookups=LOOKUPS)
    assert found is None
    assert {one.code for one in problems} == {"required"}
    assert {one.place.cell for one in problems} == {"title", "date"}


NAMES = st.lists(st.text("张王李赵陈明芳", min_size=2, max_size=3), min_size=1, max_size=6, unique=True)


@given(NAMES, st.sampled_from(["、", "，", ";", " / "]))
def test_names_are_split_whatever_stands_between(names: list[str], separator: str) -> None:
    found = good(f'title = "会"\ndate = 2026-10-28\npresent = "{separator.join(names)}"\n')
    assert found.meeting.present == tuple(names)
