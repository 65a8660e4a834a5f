"""Head-count, productivity, persistency, activity standards and recruiting, on figures worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Activity, Policy, Recruit, Staff, StaffEvent
from cmkit.facts.section import Status
from cmkit.team.activity import activity_standard_section, days_of
from cmkit.team.force import Force, Output, batch, batch_section, force_of, force_sections, output_of, ratios
from cmkit.team.persistency import base_month, light, persistency, persistency_section
from cmkit.team.recruiting import months_without, reached, recruit_sections

OCTOBER = parse_period("2026-10")
GOLDEN = json.loads((Path(__file__).parents[1] / "cases" / "kpi" / "golden.json").read_text(encoding="utf-8"))
ON = date(2026, 10, 30)
BOUNDS = (Decimal(82), Decimal(74))


def vectors(rule: str) -> list[dict[str, object]]:
    """The worked examples of a rule."""
    rows = GOLDEN["vectors"] if isinstance(GOLDEN, dict) else GOLDEN
    found = [one for one in rows if one["rule"] == rule]
    assert found, rule
    return found


def people(count: int, start: int = 0) -> frozenset[str]:
    return frozenset(f"P{number}" for number in range(start, start + count))


def test_the_worked_example_of_the_sources() -> None:
    """Opening 40, joined 8, left 4, closing 44, 30 sold 90 policies of 630,000 yuan."""
    [vector] = vectors("insurance")
    given, wanted = vector["input"], vector["expect"]
    assert isinstance(given, dict)
    assert isinstance(wanted, dict)
    team = Force(people(given["opening"]), people(given["joined"], 40), people(given["left"]), people(given["closing"]))
    told = ratios(team, Output(given["active"], Decimal(given["fyp"]), given["policies"]))
    assert team.average == Decimal(wanted["average"])
    assert {
        "activity": told["activity"],
        "productivity": told["productivity"],
        "fyp_per_head": told["per_head"],
        "premium_per_policy": told["per_policy"],
        "policies_per_head": told["policies"],
        "retention": told["retention"],
        "recruit": told["recruit"],
        "drop": told["drop"],
    } == {name: Decimal(wanted[name]) for name in wanted if name != "average"}


def test_nobody_at_the_start_gives_no_rate() -> None:
    told = ratios(Force(), Output(0, Decimal(0), 0))
    assert set(told.values()) == {None}


STAFF = [
    Staff(staff_id="A", role="业务员", join_date=date(2024, 3, 1)),
    Staff(staff_id="B", role="业务员", join_date=date(2026, 10, 1)),
    Staff(staff_id="C", role="业务员", join_date=date(2025, 1, 1), leave_date=date(2026, 10, 15)),
    Staff(staff_id="D", role="业务员", join_date=date(2026, 11, 2)),
    Staff(staff_id="E", role="主管", join_date=date(2020, 1, 1)),
    Staff(staff_id="F", role="业务员", leave_date=date(2026, 9, 30)),
]


def test_who_belongs_to_the_team_of_a_month() -> None:
    """A and C were there before October; B came on its first day; C left on the 15th; D is still to come; E leads."""
    team = force_of(STAFF, [], OCTOBER, ON, ("业务员",))
    assert (team.opening, team.joined, team.left, team.closing) == (
        frozenset("AC"),
        frozenset("B"),
        frozenset("C"),
        frozenset("AB"),
    )
    assert len(team.opening) + len(team.joined) - len(team.left) == len(team.closing)
    assert team.average == 2


def test_changes_tell_of_days_that_the_register_lacks() -> None:
    staff = [Staff(staff_id="X", role="业务员")]
    events = [StaffEvent(staff_id="X", kind="离职", date=date(2026, 10, 20))]
    assert force_of(staff, events, OCTOBER, ON).left == {"X"}


def policy(number: str, who: str, day: date, premium: int, **more: object) -> Policy:
    given = {"pay_mode": "年缴", "status": "有效"} | more
    return Policy(policy_no=number, staff_id=who, effective=day, premium=Decimal(premium), **given)  # type: ignore[arg-type]


def test_what_was_sold_leaves_out_the_free_look_and_people_of_other_teams() -> None:
    """| A 6,000 and 4,000 | C 5,000 in September | B 3,000, cancelled in the free look | E leads |."""
    sold = [
        policy("1", "A", date(2026, 10, 9), 6000),
        policy("2", "A", date(2026, 10, 12), 4000),
        policy("3", "C", date(2026, 9, 29), 5000),
        policy("4", "B", date(2026, 10, 14), 3000, status="犹豫期退保"),
        policy("5", "E", date(2026, 10, 14), 9000),
    ]
    team = force_of(STAFF, [], OCTOBER, ON, ("业务员",))
    output = output_of(sold, team, OCTOBER)
    assert output == Output(1, Decimal(10000), 2)
    told = ratios(team, output)
    assert [told[name] for name in ("activity", "per_head", "per_policy")] == [50, 5000, 5000]
    heads, sales = force_sections([("合计", team, output)], sold)
    assert heads.total[:6] == ("合计", 2, 1, 1, 2, 2)
    assert sales.total[1:5] == (1, Decimal("50.00"), Decimal(10000), 2)


def test_batches_of_newcomers() -> None:
    """Joined in July: three, one of whom left on 15 October; the golden batch is 170 of 200."""
    july = date(2026, 7, 6)
    staff = [
        Staff(staff_id="A", join_date=july),
        Staff(staff_id="B", join_date=july, leave_date=date(2026, 10, 15)),
        Staff(staff_id="C", join_date=date(2026, 7, 31), leave_date=date(2026, 11, 2)),
        Staff(staff_id="D", join_date=date(2026, 8, 3)),
    ]
    assert batch(staff, OCTOBER, ON, 3) == (3, 2)
    assert batch_section(staff, OCTOBER, ON).rows[0] == ("3 个月", 3, 2, Decimal("66.67"))
    [vector] = vectors("batch_retention")
    given = vector["input"]
    assert isinstance(given, dict)
    many = [
        Staff(staff_id=f"P{n}", join_date=july, leave_date=None if n < given["still"] else july)
        for n in range(given["joined"])
    ]
    assert str(batch_section(many, OCTOBER, ON).rows[0][3]) == vector["expect"]


def test_the_base_month_lies_two_months_of_grace_further_back() -> None:
    """June looks at policies of April last year."""
    assert base_month(parse_period("2026-06")) == (2025, 4)
    assert base_month(parse_period("2026-02")) == (2024, 12)
    assert base_month(parse_period("2026-10"), 25) == (2024, 8)


BOOK = [
    policy("1", "A", date(2025, 8, 5), 10000, renewal_paid=Decimal(10000)),
    policy("2", "A", date(2025, 8, 31), 10000, renewal_paid=Decimal(6400)),
    policy("3", "B", date(2025, 8, 9), 5000),
    policy("4", "A", date(2025, 8, 9), 90000, pay_mode="趸缴"),
    policy("5", "A", date(2025, 8, 9), 7000, status="理赔终止"),
    policy("6", "A", date(2025, 7, 31), 5000, renewal_paid=Decimal(5000)),
    policy("7", "A", date(2024, 8, 1), 9000, renewal_paid=Decimal(8000), more={"third_paid": Decimal(7120)}),
    policy("8", "A", date(2024, 8, 3), 3000),
]


def test_persistency_leaves_out_single_premiums_and_ended_policies() -> None:
    """August last year: 10,000 + 10,000 + 5,000 first-year premium, 16,400 received: 65.60 %."""
    found = persistency(BOOK, OCTOBER)
    assert [found.base, found.received, found.rate] == [25000, 16400, Decimal("65.60")]
    assert dict(found.left_out) == {"趸缴": 1, "理赔终止": 1}
    # The eight thousand that were renewed after a year are the base of the second: 7,120 / 8,000 = 89 %.
    assert persistency(BOOK, OCTOBER, 25).rate == 89
    # Twelve base months back from August 2025 take in July's, not August 2024's: 21,400 of 30,000.
    assert persistency(BOOK, OCTOBER, over=12).rate == Decimal("71.33")


def test_the_golden_persistency() -> None:
    for vector in vectors("persistency_13m"):
        given = vector["input"]
        assert isinstance(given, dict)
        book = [policy("1", "A", date(2025, 8, 1), int(given["base"]), renewal_paid=Decimal(given["received"]))]
        assert persistency(book, OCTOBER).rate == Decimal(str(vector["expect"]))


@pytest.mark.parametrize(
    ("rate", "less", "level"),
    [
        ("82", False, "good"),
        ("81.99", False, "warn"),
        ("74", False, "warn"),
        ("73.99", False, "bad"),
        ("4", True, "good"),
        ("4.4", True, "warn"),
        ("4.41", True, "bad"),
    ],
)
def test_lights(rate: str, less: bool, level: str) -> None:
    """Green from 82, amber from 74; of what should be little, green up to 4 and amber up to 4.4."""
    bounds = (Decimal(4), Decimal("4.4")) if less else BOUNDS
    assert light(Decimal(rate), bounds, less=less) == level
    assert light(None, bounds) == light(Decimal(rate), None) == "none"


def test_the_persistency_table_tells_each_seller_the_whole_and_what_is_left_out() -> None:
    section = persistency_section(
        BOOK, {"A": "张伟", "B": "刘洋"}, OCTOBER, {13: BOUNDS, 25: (Decimal(89), Decimal(80))}
    )
    assert [row[0] for row in section.rows] == ["张伟", "刘洋", "滚动12个月"]
    assert section.rows[0][1:5] == (Decimal(20000), Decimal(16400), Decimal("82.00"), Status("good", "绿"))
    assert section.rows[1][3:5] == (Decimal(0), Status("bad", "红"))
    assert section.total[1:5] == (Decimal(25000), Decimal(16400), Decimal("65.60"), Status("bad", "红"))
    assert section.total[5:] == (Decimal(8000), Decimal(7120), Decimal(89), Status("good", "绿"))
    assert "2025-08" in section.notes[0]
    assert section.notes[2] == "不计入的保单：理赔终止 1、趸缴 1。"


STANDARD = {"calls": Decimal(6), "visits": Decimal(3), "prospects": Decimal(1), "studied": Decimal(1)}


def activity(day: int, calls: int, visits: int = 3, prospects: int = 1, studied: int = 1) -> Activity:
    return Activity(
        date=date(2026, 10, day), staff_id="A", calls=calls, visits=visits, prospects=prospects, studied=studied
    )


def test_6311_day_by_day() -> None:
    """28 to 30 October: 6 3 1 1 reaches it, 5 3 1 1 is a call short, of the 30th there is no record: 1 of 3 days."""
    days = [date(2026, 10, day) for day in (28, 29, 30)]
    told = days_of(STAFF[0], [activity(28, 6), activity(29, 5)], STANDARD, days)
    assert (told.due, told.recorded, told.reached, told.rate) == (3, 2, 1, Decimal("33.33"))
    assert told.sums["calls"] == 11


def test_the_activity_table_names_what_is_short() -> None:
    """October 2026 has 18 working days up to the 30th (from the 8th on, with the 10th made up): 36 calls are 2 a day."""
    span = (OCTOBER, ON, WorkCalendar())
    rows = [activity(day, 12) for day in (28, 29, 30)]
    section = activity_standard_section(STAFF, rows, {"业务员": STANDARD}, {"calls": "电话次数"}, span)
    [row] = [row for row in section.rows if row[3]]
    assert row[2:5] == (18, 3, 3)
    assert "电话次数 2/6" in str(row[-1])
    assert "主管" not in {row[1] for row in section.rows}


RECRUITS = [
    Recruit(
        date=date(2026, 8, 3),
        candidate="甲",
        source="亲友",
        introducer_id="A",
        stage="签约",
        signed_on=date(2026, 9, 1),
    ),
    Recruit(date=date(2026, 9, 3), candidate="乙", source="客户", introducer_id="A", stage="面谈"),
    Recruit(date=date(2026, 10, 9), candidate="丙", source="客户", introducer_id="B", stage="放弃"),
    Recruit(
        date=date(2025, 12, 9),
        candidate="丁",
        source="亲友",
        introducer_id="B",
        stage="签约",
        signed_on=date(2026, 1, 5),
    ),
]
STAGES = ("接触", "面谈", "测评", "培训", "签约", "放弃")


def test_the_recruiting_funnel_and_the_months_without_a_newcomer() -> None:
    """甲 signed, 乙 was interviewed, 丙 gave up: 3 contacts, 2 interviews, 1 signed. Nobody signed in August and October."""
    assert reached(RECRUITS[:3], STAGES) == [("接触", 3), ("面谈", 2), ("测评", 1), ("培训", 1), ("签约", 1)]
    assert [month.name for month in months_without(RECRUITS[:3], OCTOBER)] == ["2026-08", "2026-10"]
    funnel, sources, askers = recruit_sections(RECRUITS, STAGES, ("亲友", "客户"), OCTOBER, {"A": "张伟"})
    assert funnel.rows[1] == ("面谈", 2, Decimal("66.67"), Decimal("66.67"))
    assert sources.rows == (("亲友", 0, 1, Decimal("33.33"), 1), ("客户", 1, 2, Decimal("66.67"), 0))
    assert askers.rows[0] == ("张伟", 0, 2, 1)
    assert recruit_sections([], STAGES, (), OCTOBER, {}) == []
