from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.period import parse_period
from cmkit.facts.records import Client, Contact, Org, Staff, WorkLog
from cmkit.facts.section import Section
from cmkit.facts.specs import TierSpec, VisitSpec
from cmkit.team.org import Tree, employed
from cmkit.team.sections import allocation_section, headcount_section, person_section

ORGS = [
    Org(org_id="Z00", name="总行", level="总部"),
    Org(org_id="B01", name="城东支行", level="分部", parent_id="Z00"),
    Org(org_id="B02", name="城西支行", level="分部", parent_id="Z00"),
    Org(org_id="N11", name="人民路网点", level="网点", parent_id="B01"),
]
STAFF = [
    Staff(staff_id="E1", name="王主管", role="主管", org_id="B01"),
    Staff(staff_id="E2", name="陈晨", role="理财经理", org_id="N11", supervisor_id="E1"),
    Staff(staff_id="E3", name="李想", role="理财经理", org_id="N11", supervisor_id="E2", leave_date=date(2026, 9, 30)),
    Staff(staff_id="E4", name="周周", role="大堂经理", org_id="B02"),
]
OCTOBER = parse_period("2026-10")


def dicts(section: Section) -> list[dict[str, object]]:
    return [dict(zip((column.title for column in section.columns), row, strict=True)) for row in section.rows]


def test_the_tree_from_above_and_below() -> None:
    """总行 > 城东支行 > 人民路网点, and 城西支行 beside 城东支行."""
    tree = Tree(ORGS, STAFF)
    assert tree.children() == ("Z00",)
    assert tree.descendants("Z00") == ("Z00", "B01", "N11", "B02")
    assert tree.parents("N11") == ("B01", "Z00")
    assert tree.level("N11", "分部") == "B01"
    assert tree.level("Z00", "分部") == ""
    assert [p.staff_id for p in tree.staff_of("B01")] == ["E1", "E2", "E3"]
    assert [p.staff_id for p in tree.staff_of("B01", date(2026, 10, 1))] == ["E1", "E2"]
    assert [p.staff_id for p in tree.reports_to("E1")] == ["E2"]
    assert [p.staff_id for p in tree.team_of("E1")] == ["E2", "E3"]


def test_rings_and_missing_parents_end() -> None:
    ring = Tree([Org(org_id="A", parent_id="B"), Org(org_id="B", parent_id="A"), Org(org_id="C", parent_id="none")])
    assert ring.parents("A") == ("B",)
    assert set(ring.descendants("A")) == {"A", "B"}
    assert ring.children() == ("C",)
    boss = Tree([], [Staff(staff_id="E1", supervisor_id="E2"), Staff(staff_id="E2", supervisor_id="E1")])
    assert [p.staff_id for p in boss.team_of("E1")] == ["E2"]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=12))
def test_any_register_can_be_walked(pairs: list[tuple[int, int]]) -> None:
    tree = Tree([Org(org_id=f"O{child}", parent_id=f"O{parent}") for child, parent in pairs])
    for org_id in tree.orgs:
        below = tree.descendants(org_id)
        assert below[0] == org_id
        assert len(set(below)) == len(below)
        assert org_id not in tree.parents(org_id)


def test_first_and_last_day_count() -> None:
    person = Staff(join_date=date(2026, 10, 9), leave_date=date(2026, 10, 20))
    assert [employed(person, date(2026, 10, day)) for day in (8, 9, 20, 21)] == [False, True, True, False]


def test_work_of_each_person() -> None:
    clients = [
        Client(client_id="C1", owner_id="E2"),
        Client(client_id="C2", owner_id="E2", status="流失"),
        Client(client_id="C3", owner_id="E4"),
    ]
    contacts = [
        Contact(date=date(2026, 10, 9), staff_id="E2", client_id="C1", channel="走访", outcome="成交"),
        Contact(date=date(2026, 10, 9), staff_id="E2", client_id="C1", channel="电话"),
        Contact(date=date(2026, 9, 9), staff_id="E2", client_id="C1", channel="走访"),
    ]
    logs = [WorkLog(date=date(2026, 10, 9), staff_id="E2"), WorkLog(date=date(2026, 10, 10), staff_id="E2")]
    section = person_section(STAFF, clients, contacts, logs, OCTOBER, ("走访",))
    rows = {str(row["工号"]): row for row in dicts(section)}
    assert set(rows) == {"E1", "E2", "E4"}, "who left before the month is not in it"
    assert rows["E2"] == {
        "工号": "E2",
        "姓名": "陈晨",
        "岗位": "理财经理",
        "管户数": 1,
        "接触次数": 2,
        "走访次数": 1,
        "成交笔数": 1,
        "写日志天数": 2,
    }
    assert section.total == ("合计", "", "", 2, 2, 1, 1, 2)


def test_headcount_adds_up() -> None:
    """Opening 40, joined 8, left 4: closing 44, average 42."""
    staff = [Staff(staff_id=f"A{n}", join_date=date(2020, 1, 1), role="客户经理") for n in range(36)]
    staff += [Staff(staff_id=f"L{n}", join_date=date(2020, 1, 1), leave_date=date(2026, 10, 15)) for n in range(4)]
    staff += [Staff(staff_id=f"J{n}", join_date=date(2026, 10, 1), role="客户经理") for n in range(8)]
    staff += [
        Staff(staff_id="gone", leave_date=date(2026, 9, 30)),
        Staff(staff_id="later", join_date=date(2026, 11, 1)),
    ]
    section = headcount_section(staff, OCTOBER)
    assert [f.value for f in section.figures] == [40, 8, 4, 44, Decimal("42.0")]
    assert section.rows == (("客户经理", 44),)


def test_clients_shared_out_and_over_the_limit() -> None:
    """陈晨 has two 财富 and one 潜力, one more than the limit of two; a client of nobody stands in a line of its own."""
    spec = VisitSpec(tiers={"财富": TierSpec(zh="财富", rank=1), "潜力": TierSpec(zh="潜力", rank=2)})
    clients = [
        Client(client_id="C1", owner_id="E2", tier="财富"),
        Client(client_id="C2", owner_id="E2", tier="财富"),
        Client(client_id="C3", owner_id="E2", tier="潜力"),
        Client(client_id="C4", owner_id="E4", tier="潜力"),
        Client(client_id="C5", owner_id="", tier="潜力"),
        Client(client_id="C6", owner_id="E2", tier="财富", status="流失"),
    ]
    section = allocation_section(STAFF, clients, spec, limits={"理财经理": 2})
    assert [column.title for column in section.columns] == ["工号", "客户经理", "财富", "潜力", "合计", "上限", "超出"]
    assert section.rows == (
        ("E2", "陈晨", 2, 1, 3, 2, 1),
        ("E4", "周周", 0, 1, 1, None, None),
        ("", "无人管户", 0, 1, 1, None, None),
    )
    assert section.total == ("合计", "", 2, 3, 5, None, None)
