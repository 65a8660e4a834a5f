from __future__ import annotations

from datetime import date

from cmkit.checks.sections import findings_section, next_section
from cmkit.facts.finding import Finding
from cmkit.facts.section import RecordRef, Status

NAMES = {"E1": "张伟", "E2": "刘洋"}
LATE = Finding(
    "K6",
    "TS1 服务",
    "应于 2026-10-16 办结",
    "办结投诉",
    "E1",
    date(2026, 10, 16),
    "error",
    "complaints",
    "TS1",
    code="overdue",
)


def visit(number: int, owner: str = "E2") -> Finding:
    return Finding(
        "K4",
        f"C{number}",
        f"逾期 {number} 天",
        "列入下期走访计划",
        owner,
        date(2026, 10, number),
        key=f"C{number}",
        code="overdue",
    )


def test_problems_as_the_report_prints_them() -> None:
    """
    问题                            责任人  期限        依据规则        状态
    TS1 服务：应于 2026-10-16 办结   张伟    2026-10-16  K6 投诉时限     ■ 违规
    C7：逾期 7 天                    E9      2026-10-07  K4 走访频率与计划 ▲ 提醒
    """
    section = findings_section([LATE, visit(7, "E9")], NAMES)
    assert section.id == "problems"
    assert [column.title for column in section.columns] == ["问题", "责任人", "期限", "依据规则", "状态"]
    assert section.rows == (
        ("TS1 服务：应于 2026-10-16 办结", "张伟", date(2026, 10, 16), "K6 投诉时限", Status("bad", "违规")),
        ("C7：逾期 7 天", "E9", date(2026, 10, 7), "K4 走访频率与计划", Status("warn", "提醒")),
    )
    assert section.records == (RecordRef("complaints", "TS1"), RecordRef("", "C7"))


def test_four_of_a_kind_and_owner_share_a_row_three_do_not() -> None:
    three = findings_section([visit(n) for n in (1, 2, 3)], NAMES)
    assert len(three.rows) == 3
    five = findings_section([visit(n) for n in (5, 4, 3, 2, 1)] + [visit(6, "E1")], NAMES)
    assert [row[:3] for row in five.rows] == [
        ("C5、C4、C3 等 5 项：逾期 5 天 等", "刘洋", date(2026, 10, 1)),
        ("C6：逾期 6 天", "张伟", date(2026, 10, 6)),
    ]
    assert len(five.records) == 6


def test_measures_of_one_owner_are_one_action() -> None:
    asked = [LATE, visit(1), visit(2), visit(3, "E1"), Finding("K2", "C9", "陈旧")]
    section = next_section(asked, NAMES, on=date(2026, 10, 2), by=date(2026, 11, 30))
    assert section.id == "next"
    assert section.rows == (
        ("办结投诉：TS1 服务", "张伟", date(2026, 10, 16)),
        ("列入下期走访计划：C1、C2", "刘洋", date(2026, 10, 2)),
        ("列入下期走访计划：C3", "张伟", date(2026, 10, 3)),
    )


def test_what_is_overdue_is_to_be_done_by_the_given_day() -> None:
    section = next_section([LATE], NAMES, on=date(2026, 10, 30), by=date(2026, 11, 30))
    assert section.rows[0][2] == date(2026, 11, 30)
    assert next_section([LATE], NAMES).rows[0][2] == date(2026, 10, 16)


def test_nothing_found_is_said() -> None:
    assert findings_section([], NAMES).empty == "检查未发现问题。"
    assert next_section([], NAMES).rows == ()


def test_whoever_leads_many_reads_a_row_a_kind() -> None:
    """Five visits due, of E1 two and of E2 three: one row that names both with how many each has."""
    many = [visit(1, "E1"), visit(2, "E1"), visit(3, "E2"), visit(4, "E2"), visit(5, "E2")]
    section = findings_section(many, {"E1": "甲", "E2": "乙"}, wide=True)
    assert len(section.rows) == 1
    assert section.rows[0][1] == "乙 3、甲 2"
    four = [visit(number, f"E{number}") for number in range(1, 5)]
    owners = findings_section(four, {f"E{number}": f"人{number}" for number in range(1, 5)}, wide=True).rows[0][1]
    assert owners == "人1 1、人2 1、人3 1 等 4 个责任人"
    assert len(findings_section(many, NAMES).rows) == 5
    measures = next_section(many, {"E1": "甲", "E2": "乙"}, by=date(2026, 11, 30), wide=True)
    assert len(measures.rows) == len({one.hint for one in many if one.hint})
