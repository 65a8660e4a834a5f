from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cmkit.facts.records import Client, Complaint, Staff, Task, Training, Visit
from cmkit.facts.section import Section, Status
from cmkit.team.today import Maturity, MissingLog, Today, UnreadLog, today_sections

ON = date(2026, 10, 30)


@dataclass(frozen=True)
class Due:
    client_id: str
    owner_id: str
    due_on: date
    told_overdue: int | None = 0
    reasons: tuple[str, ...] = ("每 30 天",)


FACTS = Today(
    on=ON,
    clients=[
        Client(client_id="C1", name="王芳", owner_id="E1", birthday=date(1980, 11, 6), phone="140****0001"),
        Client(client_id="C2", name="李强", owner_id="E2", birthday=date(1980, 11, 7)),
        Client(client_id="C3", name="赵敏", owner_id="E2", lunar_birthday="九月二十"),
    ],
    staff=[Staff(staff_id="E1", name="陈晨"), Staff(staff_id="E2", name="李想")],
    visits=[
        Visit(date=ON, staff_id="E1", client_id="C1", order=1, reason="每 30 天"),
        Visit(date=date(2026, 10, 29), staff_id="E1", client_id="C2"),
    ],
    dues=[
        Due("C1", "E1", date(2026, 10, 20), 10),
        Due("C2", "E2", date(2026, 10, 29), 1),
        Due("C3", "E2", date(2026, 10, 31)),
    ],
    tasks=[
        Task(task_id="K1", what="寄资料", owner_id="E1", due=date(2026, 10, 28), priority="B", status="待办"),
        Task(task_id="K2", what="写总结", owner_id="E1", due=date(2026, 11, 30), priority="A", status="进行中"),
        Task(task_id="K3", what="不急", owner_id="E1", due=date(2026, 11, 30), priority="C", status="待办"),
        Task(task_id="K4", what="做完了", owner_id="E1", due=date(2026, 10, 1), status="完成"),
    ],
    complaints=[
        Complaint(complaint_id="T1", client_id="C2", handler_id="E2", due=date(2026, 11, 2), category="服务"),
        Complaint(complaint_id="T2", client_id="C2", handler_id="E2", due=date(2026, 11, 3)),
        Complaint(
            complaint_id="T3", client_id="C2", handler_id="E2", due=date(2026, 10, 1), closed_on=date(2026, 10, 1)
        ),
    ],
    maturities=[Maturity("C1", "定期存款", date(2026, 11, 29)), Maturity("C2", "理财", date(2026, 11, 30))],
    missing_logs=[MissingLog("E2", date(2026, 10, 29))],
)


def by_id(sections: list[Section]) -> dict[str, Section]:
    return {section.id: section for section in sections}


def test_the_day_of_one_person() -> None:
    found = by_id(today_sections(FACTS, {"E1"}))
    assert list(found) == ["today-visits", "today-tasks", "today-birthdays", "today-maturities"]
    assert found["today-visits"].rows == ((1, "C1", "王芳", "每 30 天", None),)
    assert found["today-tasks"].rows == (
        ("寄资料", "", "B", date(2026, 10, 28), Status("bad", "逾期 2 天")),
        ("写总结", "", "A", date(2026, 11, 30), Status("warn", "还剩 31 天")),
    )
    assert found["today-birthdays"].rows == ((date(2026, 11, 6), "C1", "王芳", "140****0001", ""),)
    assert found["today-maturities"].rows == ((date(2026, 11, 29), "C1", "王芳", "定期存款", 30),)


def test_visits_are_counted_through_the_day_not_through_the_sheet() -> None:
    """A month's sheet counts its lines: 93 and 94 of E1, 7 of E2 are the first, the second, and the first of their day."""
    lines = (("E1", "C2", 94), ("E2", "C1", 7), ("E1", "C1", 93))
    visits = [Visit(date=ON, staff_id=who, client_id=client, order=order) for who, client, order in lines]
    rows = by_id(today_sections(replace(FACTS, visits=visits)))["today-visits"].rows
    assert [(row[0], row[1]) for row in rows] == [(1, "C1"), (2, "C2"), (1, "C1")]


def test_a_supervisor_sees_the_team_with_names() -> None:
    """C1 is on today's plan and so not among the clients due; 20 of the ninth lunar month is 29 October: past."""
    found = by_id(today_sections(FACTS, {"E1", "E2"}))
    assert found["today-due"].rows == (("C2", "李强", date(2026, 10, 29), 1, "每 30 天", "李想"),)
    assert found["today-due"].title == "到期未访（1）"
    assert [row[0] for row in found["today-complaints"].rows] == ["T1"]
    assert found["today-complaints"].rows[0][4] == Status("warn", "还剩 3 天")
    assert found["today-logs"].rows == ((date(2026, 10, 29), "李想"),)
    assert found["today-birthdays"].columns[-1].title == "负责人"
    assert len(found["today-birthdays"].rows) == 1


def test_nobody_named_means_everybody() -> None:
    assert by_id(today_sections(FACTS)) == by_id(today_sections(FACTS, {"E1", "E2"}))


def test_an_empty_day_says_so() -> None:
    [section] = today_sections(Today(on=ON), {"E1"})
    assert section.empty == "今天没有待办事项。"


def test_a_supervisor_is_told_what_to_review_and_whom_to_look_after_again() -> None:
    """E9 leads E1 and E2. E2 is new and read daily; E1's week is unread. What was agreed is looked at again.

    Coached on 10-20, due on 10-29; what was due eight days ago is not told any more.
    """
    facts = Today(
        on=ON,
        staff=FACTS.staff,
        unread_logs=[UnreadLog("E9", "E2", date(2026, 10, 29)), UnreadLog("E9", "E1", date(2026, 10, 23), "第43周")],
        trainings=[
            Training(
                date=date(2026, 10, 20), staff_id="E2", coach_id="E9", subject="陪访", follow_up=date(2026, 10, 29)
            ),
            Training(
                date=date(2026, 10, 12), staff_id="E1", coach_id="E9", subject="电话", follow_up=date(2026, 10, 22)
            ),
        ],
    )
    found = by_id(today_sections(facts, {"E9"}))
    assert list(found) == ["today-reviews", "today-coaching"]
    assert found["today-reviews"].rows == (
        ("陈晨", date(2026, 10, 23), "第43周"),
        ("李想", date(2026, 10, 29), "新人每日审阅"),
    )
    assert found["today-coaching"].rows == (("李想", "陪访", "", date(2026, 10, 29)),)
    assert [one.id for one in today_sections(facts, {"E1"})] == ["today"]
