from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from cmkit.base.period import parse_period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Contact, Staff, Visit
from cmkit.facts.section import Section
from cmkit.facts.specs import Pack, PackInfo, TierSpec, VisitSpec
from cmkit.visits import sections
from cmkit.visits.coverage import Coverage, coverage, gaps, match_done
from cmkit.visits.due import Due
from cmkit.visits.places import Leg, Place, Point
from cmkit.visits.plan import Plan, Round, Stay
from cmkit.visits.sheet import Sheet, plan_document, plan_json

SPEC = VisitSpec(
    tiers={
        "财富": TierSpec(zh="财富", interval_days=30, rank=1),
        "潜力": TierSpec(zh="潜力", interval_days=90, rank=2),
    },
    visit_channels=("走访", "来访"),
    minutes=40,
)
PACK = Pack(info=PackInfo(name="x", staff_word="理财经理"), visits=SPEC)
CLIENTS = {
    "C1": Client(
        client_id="C1",
        name="王芳",
        tier="财富",
        owner_id="E1",
        district="城东区",
        address="人民路1号",
        phone="140****0001",
    ),
    "C2": Client(client_id="C2", name="李强", tier="潜力", owner_id="E1"),
    "C3": Client(client_id="C3", name="赵敏", tier="潜力", owner_id="E1"),
}
STAFF = {"E1": Staff(staff_id="E1", name="陈晨")}


def visit(day: int, client: str, **more: object) -> Visit:
    return Visit(date=date(2026, 10, day), staff_id="E1", client_id=client, **more)  # type: ignore[arg-type]


def contact(day: int, client: str, channel: str = "走访", **more: object) -> Contact:
    return Contact(date=date(2026, 10, day), staff_id="E1", client_id=client, channel=channel, **more)  # type: ignore[arg-type]


def due(client: str, day: date, overdue: int = 0) -> Due:
    return Due(client, "E1", day, overdue, ("理由一", "理由二"), 1, "tier", day)


def table(section: Section) -> list[dict[str, object]]:
    return [dict(zip((column.title for column in section.columns), row, strict=True)) for row in section.rows]


def test_records_make_planned_visits_done() -> None:
    """Planned 12, 20 and 28; came on the 14th and the 29th by visit, on the 20th only by phone.

    The 12th and the 28th are done, two and one day off; the 20th is not.
    """
    planned = [visit(12, "C1"), visit(20, "C1"), visit(28, "C1")]
    made = match_done(planned, [contact(14, "C1"), contact(20, "C1", "电话"), contact(29, "C1")], SPEC.visit_channels)
    assert [(v.done, v.done_on) for v in made] == [
        (True, date(2026, 10, 14)),
        (None, None),
        (True, date(2026, 10, 29)),
    ]


def test_one_visit_on_record_makes_one_planned_visit_done() -> None:
    made = match_done([visit(12, "C1"), visit(14, "C1")], [contact(13, "C1")], SPEC.visit_channels)
    assert sum(1 for v in made if v.done) == 1


def test_what_somebody_crossed_out_stays_so() -> None:
    [made] = match_done([visit(12, "C1", done=False)], [contact(12, "C1")], SPEC.visit_channels)
    assert made.done is False


def test_coverage_by_tier() -> None:
    """Due: C1, C2, C3. Planned: C1 twice (once done), C2 once (done). C3 was forgotten."""
    dues = [due(client, date(2026, 10, 9)) for client in CLIENTS]
    visits = [visit(9, "C1", done=True), visit(28, "C1"), visit(12, "C2", done=True)]
    lines = coverage(list(CLIENTS.values()), dues, visits, SPEC)
    assert lines == [
        Coverage("财富", "财富", 1, 1, 1, 2, 1),
        Coverage("潜力", "潜力", 2, 2, 1, 1, 1),
        Coverage("", "合计", 3, 3, 2, 3, 2),
    ]
    assert (lines[1].coverage, lines[2].coverage, lines[2].done_rate) == (
        Decimal("50.00"),
        Decimal("66.67"),
        Decimal("66.67"),
    )
    assert Coverage("", "", 0, 0, 0, 0, 0).coverage is None


def test_a_lost_client_is_no_client_of_its_tier_but_its_visits_count() -> None:
    """C1 is lost: one client fewer, as 客户情况 counts them; the visit made before still stands."""
    clients = [CLIENTS["C1"].changed(status="流失"), CLIENTS["C2"]]
    lines = coverage(clients, [due("C2", date(2026, 10, 9))], [visit(9, "C1", done=True)], SPEC)
    assert [(line.clients, line.planned, line.done) for line in lines] == [(0, 1, 1), (1, 0, 0), (1, 1, 1)]


def test_gaps_tell_undone_with_reason_then_overdue() -> None:
    visits = [visit(12, "C1"), visit(28, "C2", undone_reason="客户出差"), visit(14, "C3", done=True), visit(30, "C3")]
    dues = [due("C2", date(2026, 10, 20), 10), due("C3", date(2026, 10, 30))]
    found = gaps(visits, dues, date(2026, 10, 30))
    assert [(g.kind, g.client_id, g.days, g.why) for g in found] == [
        ("undone", "C1", 18, "未填写原因"),
        ("undone", "C2", 2, "客户出差"),
        ("overdue", "C2", 10, "理由一；理由二"),
    ]
    rows = table(sections.gaps_section(found, CLIENTS, STAFF))
    assert rows[1]["客户名称"] == "李强"
    assert rows[1]["客户经理"] == "陈晨"


def test_the_plan_sheet_has_the_columns_of_the_form() -> None:
    plan = Plan(
        (
            visit(29, "C1", order=1, due_on=date(2026, 10, 20), reason="每 30 天", purpose="定期走访"),
            visit(30, "C2", order=1),
        ),
        (("C3", "排满"), ("X9", "别人的")),
    )
    span = (date(2026, 10, 29), date(2026, 10, 30))
    document = plan_document(
        Sheet(plan, CLIENTS, STAFF["E1"], PACK, span, {"C1": date(2026, 9, 20)}, date(2026, 10, 28))
    )
    assert document.signatures == ("理财经理", "主管")
    assert document.headline == "2 个工作日，走访 2 户次，另有 1 户排不下"
    overview, first, second, left = document.sections
    assert [row[:3] for row in overview.rows] == [(span[0], "星期四", 1), (span[1], "星期五", 1)]
    assert first.title == "10月29日 星期四（1 户）"
    assert second.title == "10月30日 星期五（1 户）"
    assert table(first)[0] == {
        "序号": 1,
        "日期": date(2026, 10, 29),
        "时段": "",
        "客户编号": "C1",
        "客户名称": "王芳",
        "等级": "财富",
        "地址/区域": "城东区 人民路1号",
        "电话": "140****0001",
        "路程": "",
        "上次走访": date(2026, 9, 20),
        "应访日": date(2026, 10, 20),
        "事由": "每 30 天",
        "目的": "定期走访",
        "陪访人": "",
        "携带资料": "",
        "是否完成": None,
        "实际日期": None,
        "未完成原因": "",
        "工号": "E1",
    }
    assert left.rows == (("C3", "赵敏", "排满"),)
    assert document.notes == ()


def test_a_year_nobody_published_is_marked() -> None:
    span = (date(2099, 3, 2), date(2099, 3, 31))
    document = plan_document(Sheet(Plan(()), CLIENTS, STAFF["E1"], PACK, span, {}, span[0], WorkCalendar()))
    assert document.notes == ("放假安排未导入，工作日为推算。",)


def way_of_a_day() -> Round:
    """From the office three kilometres to C1, a meeting, on to C2 where no kilometres are known, and back."""
    day = date(2026, 10, 29)
    base, there = Place(Point(30_200_000, 120_100_000)), Place(Point(30_200_000, 120_131_000))
    stays = (
        Stay(547, 587, Leg(420, 3000), there, "C1"),
        Stay(600, 660, Leg(0, 0), base, label="例会"),
        Stay(670, 710, Leg(600, 4500), there, "C2"),
    )
    return Round("E1", day, base, stays, Leg(540, 4500), 719)


def test_plan_as_json() -> None:
    day = date(2026, 10, 29)
    plan = Plan(
        (visit(29, "C1", order=1, reason="每 30 天"), visit(29, "C2", order=2)),
        (("C3", "排满"),),
        {"E1": 1},
        {("E1", day): way_of_a_day()},
    )
    told = json.loads(json.dumps(plan_json(plan)))
    [one] = told["days"]
    assert (one["date"], one["owner"], one["minutes"], one["travel"], one["km"]) == (
        "2026-10-29",
        "E1",
        106,
        26,
        "12.0",
    )
    assert one["visits"][0] == {
        "order": 1,
        "client": "C1",
        "reason": "每 30 天",
        "arrive": "09:07",
        "leave": "09:47",
        "travel": 7,
        "km": "3.0",
        "due_on": None,
        "companion": "",
    }
    assert one["meetings"] == [{"start": "10:00", "end": "11:00", "label": "例会"}]
    assert (told["unplanned"], told["more_days"]) == ([{"client": "C3", "why": "排满"}], {"E1": 1})


def test_the_sheet_shows_hours_legs_totals_and_a_sketch() -> None:
    day = date(2026, 10, 29)
    plan = Plan((visit(29, "C1", order=1), visit(29, "C2", order=2)), (), {}, {("E1", day): way_of_a_day()})
    document = plan_document(Sheet(plan, CLIENTS, STAFF["E1"], PACK, (day, day), {}, day))
    [section] = document.sections
    assert section.title == "10月29日 星期四（2 户，路上 26 分钟、12.0 公里，11:59 回）"
    assert section.text == ("10月29日：10:00-11:00 例会",)
    rows = table(section)
    assert [(row["时段"], row["路程"]) for row in rows] == [
        ("09:07-09:47", "7 分 3.0 公里"),
        ("11:10-11:50", "10 分 4.5 公里"),
    ]
    [sketch] = section.charts
    assert (sketch.kind, sketch.labels) == ("map", ("单位", "王芳", "李强"))
    assert sketch.series[0].values == (Decimal("120.1"), Decimal("120.131"), Decimal("120.131"))
    assert document.headline == "1 个工作日，走访 2 户次，应访的都已排入"


def test_activity_of_the_month() -> None:
    """Two visits in October, one with the supervisor, one call; a visit of November is not counted."""
    period = parse_period("2026-10")
    contacts = [
        contact(12, "C1"),
        contact(12, "C2", companion="主管"),
        contact(13, "C2", "电话"),
        Contact(date=date(2026, 11, 1), staff_id="E1", client_id="C1", channel="走访"),
    ]
    visits = [visit(12, "C1", done=True), visit(15, "C3")]
    lines = coverage(list(CLIENTS.values()), [due("C1", date(2026, 10, 9))], visits, SPEC)
    section = sections.activity_section(period, visits, contacts, lines, SPEC)
    assert [(f.label, f.value) for f in section.figures] == [
        ("计划走访", 2),
        ("完成计划", 1),
        ("计划覆盖率", Decimal("100.00")),
        ("走访客户", 2),
        ("走访", 2),
        ("电话", 1),
        ("陪访", 1),
    ]
    [chart] = section.charts
    assert chart.kind == "calendar"
    assert len(chart.labels) == 31
    assert chart.series[0].values[11] == 2
    assert sum(value or 0 for value in chart.series[0].values) == 2
    assert section.total[0] == "合计"


def test_due_list_and_empty_list() -> None:
    section = sections.due_section([due("C1", date(2026, 10, 20), 10)], CLIENTS, STAFF, SPEC)
    assert section.rows == (("C1", "王芳", "财富", "陈晨", date(2026, 10, 20), 10, "理由一；理由二"),)
    assert sections.due_section([], CLIENTS, STAFF, SPEC).empty == "没有应走访的客户。"
