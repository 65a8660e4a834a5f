from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Visit
from cmkit.facts.specs import TierSpec, TriggerSpec, VisitSpec
from cmkit.visits.assemble import Busy
from cmkit.visits.due import Due, due_list, gap_days
from cmkit.visits.joint import Companion
from cmkit.visits.places import Place, Point, atlas
from cmkit.visits.plan import Plan, plan_visits

CALENDAR = WorkCalendar()
NOVEMBER = list(CALENDAR.days(date(2026, 11, 2), date(2026, 11, 30)))
WEEK = NOVEMBER[:5]
TIERS = {
    "私行": TierSpec(zh="私行", interval_days=7, rank=1),
    "财富": TierSpec(zh="财富", interval_days=30, rank=2),
    "潜力": TierSpec(zh="潜力", interval_days=90, rank=3),
}


def spec(per_day: int = 2, **more: object) -> VisitSpec:
    return VisitSpec(tiers=TIERS, per_day=per_day, visit_channels=("走访",), **more)  # type: ignore[arg-type]


def client(client_id: str, district: str = "城东区", tier: str = "财富", **more: object) -> Client:
    return Client(client_id=client_id, district=district, tier=tier, owner_id="E1", **more)  # type: ignore[arg-type]


def due(client_id: str, due_on: date, rank: int = 2, deadline: date | None = None, opens: date | None = None) -> Due:
    kind = "birthday" if deadline else "tier"
    return Due(client_id, "E1", due_on, 0, ("理由",), rank, kind, opens or date(2026, 10, 1), deadline, "目的")


def days_of(plan: Plan) -> dict[str, int]:
    return {visit.client_id: visit.date.day for visit in plan.visits if visit.date}


def test_a_day_stays_in_one_part_of_town() -> None:
    """Two clients east, two west, all overdue, two a day: one day east, one day west, not both on both."""
    people = [client("C1", "城东区"), client("C2", "河西区"), client("C3", "城东区"), client("C4", "河西区")]
    plan = plan_visits([due(c.client_id, date(2026, 11, 1)) for c in people], people, spec(), WEEK[:2])
    days = days_of(plan)
    assert days["C1"] == days["C3"] != days["C2"] == days["C4"]
    assert [visit.order for visit in plan.visits] == [1, 2, 1, 2]
    first = next(visit for visit in plan.visits if visit.client_id == "C1")
    assert (first.mode, first.route, first.reason, first.purpose) == ("走访", "城东区", "理由", "目的")


def test_order_in_a_day_is_the_shortest_way() -> None:
    """The office in the west, then C2, C3, C1 along one road: driven there in one go, back over all of them."""
    spots = {"C1": "120.30", "C2": "120.10", "C3": "120.20"}
    people = [client(name, latitude=Decimal("30.2"), longitude=Decimal(east)) for name, east in spots.items()]
    places = atlas(people, spec(3), {"E1": Place(Point(30_200_000, 120_000_000))})
    plan = plan_visits([due(c.client_id, date(2026, 11, 2)) for c in people], people, spec(3), WEEK[:1], places=places)
    assert [visit.client_id for visit in plan.visits] in (["C2", "C3", "C1"], ["C1", "C3", "C2"])
    way = plan.rounds["E1", date(2026, 11, 2)]
    # 0.3 degrees east on latitude 30.2 are 28.83 km, there and back, with the detour of 1.3.
    assert way.metres is not None
    assert abs(way.metres - 28_830 * 2 * 13 // 10) < 100
    # At 25 km an hour, and 3 minutes on each of the four legs.
    assert way.travel == pytest.approx(28.83 * 2 * 1.3 / 25 * 60 + 12, abs=1)


def test_what_does_not_fit_is_the_least_important_and_says_what_it_takes() -> None:
    """One day for two visits, five clients: rank 1 and the longest overdue go; three are left, 1.5 days' work."""
    people = [client(f"C{n}") for n in range(1, 6)]
    dues = [
        due("C1", date(2026, 10, 20)),
        due("C2", date(2026, 10, 10)),
        due("C3", date(2026, 11, 2), rank=1),
        due("C4", date(2026, 10, 25)),
        due("C5", date(2026, 10, 26)),
    ]
    plan = plan_visits(dues, people, spec(), WEEK[:1])
    assert sorted(days_of(plan)) == ["C2", "C3"]
    why = "可选的 1 个工作日都已排满，还需 2 个工作日"
    assert plan.unplanned == (("C1", why), ("C4", why), ("C5", why))
    assert plan.more_days == {"E1": 2}


def test_an_event_is_visited_before_its_day_even_when_others_are_overdue() -> None:
    people = [client(f"C{n}", tier="潜力") for n in range(1, 6)]
    dues = [due(f"C{n}", date(2026, 9, 1), rank=1) for n in range(1, 5)]
    dues.append(due("C5", date(2026, 11, 3), rank=3, deadline=date(2026, 11, 3), opens=date(2026, 11, 3)))
    plan = plan_visits(dues, people, spec(1), WEEK[:4])
    assert days_of(plan)["C5"] == 3
    assert len(plan.unplanned) == 1


def test_an_event_in_a_week_of_leave_is_told() -> None:
    people = [client("C1"), client("C2")]
    dues = [
        due("C1", date(2026, 11, 4), deadline=date(2026, 11, 4), opens=date(2026, 11, 3)),
        due("C2", date(2026, 11, 7), deadline=date(2026, 11, 8), opens=date(2026, 11, 7)),
    ]
    absent = {"E1": [date(2026, 11, 3), date(2026, 11, 4)]}
    plan = plan_visits(dues, people, spec(), NOVEMBER, absences=absent)
    assert plan.visits == ()
    assert plan.unplanned == (
        ("C1", "可选的 2 个工作日客户经理都不在岗"),
        ("C2", "11月7日至11月8日之间没有可安排的工作日"),
    )


def month_plan(person: Client, last: date, on: date, days: list[date], **more: object) -> Plan:
    """The plan for one client visited last on ``last``, with a birthday trigger."""
    rules = spec(triggers=(TriggerSpec(key="birthday", zh="生日", date="birthday", days_before=7, yearly=True),))
    dues = due_list([person], {person.client_id: last}, {}, rules, {}, on, days[-1], CALENDAR)
    return plan_visits(dues, [person], rules, days, **more)  # type: ignore[arg-type]


def test_an_overdue_client_is_still_visited_before_the_birthday() -> None:
    """Overdue since 10-29, birthday on 11-12: one visit for both, not after the birthday, though 11-13 is fine too."""
    person = client("C1", birthday=date(1980, 11, 12))
    plan = month_plan(person, date(2026, 9, 29), date(2026, 10, 30), NOVEMBER[3:10], absences={"E1": NOVEMBER[3:8]})
    [visit] = plan.visits
    assert NOVEMBER[8] == date(2026, 11, 12) == visit.date
    assert plan.unplanned == ()


def test_a_birthday_in_a_week_of_leave_is_told_and_the_client_visited_after_it() -> None:
    """On leave for the whole window of the birthday: the tier's visit stands, says nothing of it, and it is told."""
    person = client("C1", birthday=date(1980, 11, 12))
    leave = [day for day in NOVEMBER if day <= date(2026, 11, 12)]
    plan = month_plan(person, date(2026, 9, 29), date(2026, 10, 30), NOVEMBER, absences={"E1": leave})
    [visit] = plan.visits
    assert visit.date == date(2026, 11, 13)
    assert (visit.reason, visit.purpose) == ("财富客户每 30 天走访，上次 9月29日", "定期走访")
    assert plan.unplanned == (("C1", "生日：可选的 6 个工作日客户经理都不在岗，可电话联系"),)


def test_a_weekly_client_lacks_nothing_where_the_next_plan_has_the_next_visit() -> None:
    """Last visit on 10-26, not received on Tuesdays: visits on 11-02, 11-09, 11-18 and 11-26 are 7 to 9 days apart.

    Counted evenly a fifth would fall due on 11-30; after the visit of 11-26 it is due on 12-03 only: nothing is missing.
    Where the month ends on 11-20 and that week is leave, the visit of that week is owed and told.
    """
    person = client("C1", tier="私行", more={"closed_days": "周二"})
    rules = spec(closed_column="closed_days")
    before = [day for day in NOVEMBER if day not in {date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 16)}]
    dues = due_list([person], {"C1": date(2026, 10, 26)}, {}, rules, {}, date(2026, 10, 30), NOVEMBER[-1], CALENDAR)
    assert len(dues) == 5
    plan = plan_visits(dues, [person], rules, [day for day in before if day != date(2026, 11, 30)])
    days = [date(2026, 10, 26), *(visit.date for visit in plan.visits if visit.date), date(2026, 11, 30)]
    assert plan.unplanned == ()
    assert all((after - last).days <= 9 for last, after in pairwise(days))
    leave = {"E1": [day for day in NOVEMBER if day > date(2026, 11, 12)]}
    short = plan_visits(dues, [person], rules, NOVEMBER, absences=leave)
    assert [client for client, _why in short.unplanned] == ["C1"] * (5 - len(short.visits))


def test_fixed_visits_stay_count_and_serve() -> None:
    """C1 is already planned for Tuesday: it stays, fills half the day, and is not planned a second time."""
    fixed = Visit(date=date(2026, 11, 3), staff_id="E1", client_id="C1", order=1, purpose="已约")
    people = [client("C1"), client("C2"), client("C3")]
    dues = [due(c.client_id, date(2026, 11, 3)) for c in people]
    plan = plan_visits(dues, people, spec(), [date(2026, 11, 3)], fixed=[fixed])
    assert len(plan.visits) == 2
    assert next(visit for visit in plan.visits if visit.client_id == "C1").purpose == "已约"
    assert {visit.client_id for visit in plan.visits} | {client for client, _why in plan.unplanned} == {
        "C1",
        "C2",
        "C3",
    }


def test_a_kept_visit_starts_the_interval_anew() -> None:
    """Every 7 days, last on 10-26; 11-04 was sent and stays. The next is due on 11-11, not on 11-09: by 11-06 none is owed."""
    sent = Visit(date=date(2026, 11, 4), staff_id="E1", client_id="C1", order=1)
    person = client("C1", tier="私行")
    dues = due_list([person], {"C1": date(2026, 10, 26)}, {}, spec(), {}, date(2026, 10, 30), NOVEMBER[9], CALENDAR)
    assert [one.due_on.day for one in dues] == [2, 9]
    short = plan_visits(dues, [person], spec(), NOVEMBER[4:5], fixed=[sent])
    assert (len(short.visits), short.unplanned) == (1, ())
    longer = plan_visits(dues, [person], spec(), NOVEMBER[4:10], fixed=[sent])
    assert [visit.date for visit in longer.visits] == [sent.date, date(2026, 11, 11)]
    assert longer.visits[1].reason.endswith("上次计划 11月4日")


def test_a_kept_day_is_left_as_it_was_sent() -> None:
    """The plan of Monday was sent with the far client first; only the days after it are planned."""
    sent = [
        Visit(date=date(2026, 11, 2), staff_id="E1", client_id="C9", order=1, route="河西区"),
        Visit(date=date(2026, 11, 2), staff_id="E1", client_id="C8", order=2, route="城东区"),
    ]
    people = [client("C8"), client("C9", "河西区"), client("C1")]
    plan = plan_visits([due("C1", date(2026, 11, 2))], people, spec(), NOVEMBER[1:], fixed=sent)
    assert [(v.client_id, v.order) for v in plan.visits] == [("C9", 1), ("C8", 2), ("C1", 1)]


def test_city_and_country_share_a_day() -> None:
    """A day takes 2 in town or 1 in the country: one of each is more than a day."""
    rules = spec(2, per_day_by={"城镇": 2, "乡村": 1}, per_day_column="market")
    people = [
        client("C1", more={"market": "城镇"}),
        client("C2", more={"market": "乡村"}),
        client("C3", more={"market": "城镇"}),
    ]
    plan = plan_visits([due(c.client_id, date(2026, 11, 2)) for c in people], people, rules, WEEK[:2])
    days = days_of(plan)
    assert days["C1"] == days["C3"] != days["C2"]


def test_who_is_due_soon_rides_along_only_where_a_day_passes_by() -> None:
    people = [client("C1", "城东区"), client("C2", "城东区"), client("C3", "河西区")]
    dues = [due("C1", date(2026, 11, 2)), due("C2", date(2026, 12, 3)), due("C3", date(2026, 12, 3))]
    plan = plan_visits(dues, people, spec(), WEEK)
    days = days_of(plan)
    assert set(days) == {"C1", "C2"}, "C3 would take an hour on the road"
    assert days["C1"] == days["C2"]
    assert plan.unplanned == ()


def test_opening_hours_and_closed_days_are_kept() -> None:
    """C1 receives in the afternoon only, C2 not on Mondays; the manager sits in a meeting on Monday until ten."""
    people = [
        client("C1", more={"visit_hours": "14:00-16:00"}),
        client("C2", more={"closed_days": "周一"}),
        client("C3"),
    ]
    rules = spec(3, hours_column="visit_hours", closed_column="closed_days")
    monday, tuesday = WEEK[:2]
    busy = {"E1": [Busy(monday, 9 * 60, 10 * 60, "例会")]}
    plan = plan_visits(
        [due(c.client_id, date(2026, 11, 1)) for c in people], people, rules, [monday, tuesday], busy=busy
    )
    days = days_of(plan)
    assert days["C2"] == tuesday.day
    stays = {stay.client_id: stay for way in plan.rounds.values() for stay in way.stays}
    assert stays["C1"].arrive >= 14 * 60
    assert stays["C1"].leave <= 16 * 60
    first = plan.rounds.get(("E1", monday))
    if first:
        assert (first.stays[0].label, first.stays[0].arrive, first.stays[0].leave) == ("例会", 540, 600)
        assert all(stay.arrive >= 600 for stay in first.stays[1:])


def two_spans(hours: str, *morning: str) -> Plan:
    """One day, Monday's meeting until ten; C1 receives as told, the others from ten to half past eleven."""
    people = [client("C1", more={"visit_hours": hours})]
    people += [client(name, more={"visit_hours": "10:00-11:30"}) for name in morning]
    rules = spec(4, hours_column="visit_hours", finish="16:00")
    busy = {"E1": [Busy(WEEK[0], 9 * 60, 10 * 60, "例会")]}
    return plan_visits([due(c.client_id, WEEK[0]) for c in people], people, rules, WEEK[:1], busy=busy)


def test_a_second_span_makes_room_where_the_longer_one_has_none() -> None:
    """C1 receives from 09:00 to 11:30 (the longer span) and from 14:00 to 16:00; C2 from 10:00 to 11:30 only.

    Each takes forty minutes with ten on the road: from ten to half past eleven there is time for one of them. With both
    spans C1 is visited in the afternoon; with the morning alone one of the two has to wait.
    """
    both = two_spans("09:00-11:30、14:00-15:45", "C2")
    stays = {stay.client_id: stay for way in both.rounds.values() for stay in way.stays}
    assert both.unplanned == ()
    assert (stays["C2"].arrive >= 600, stays["C2"].leave <= 690) == (True, True)
    assert (stays["C1"].arrive >= 840, stays["C1"].leave <= 945) == (True, True)
    assert len(two_spans("09:00-11:30", "C2").unplanned) == 1


def test_nobody_waits_an_hour_at_a_door_for_two_minutes_of_road() -> None:
    """The office, then C1 (receives from 14:30), C2, C3, C4 along one road, fifty metres apart; out and back is the same.

    In the order of the road C1 comes first or last; the other three are visited before it, not while it is still shut.
    """
    people = [
        client(f"C{n}", latitude=Decimal("30.2"), longitude=Decimal("120.1") + Decimal(n) / 2000) for n in range(1, 5)
    ]
    people[0] = people[0].changed(more={"visit_hours": "14:30-17:30"})
    places = atlas(people, spec(4), {"E1": Place(Point(30_200_000, 120_100_000))})
    rules = spec(4, hours_column="visit_hours")
    plan = plan_visits([due(c.client_id, WEEK[0]) for c in people], people, rules, WEEK[:1], places=places)
    [way] = plan.rounds.values()
    assert [stay.client_id for stay in way.stays][-1] == "C1"
    assert (way.stays[-1].arrive, way.home <= 15 * 60 + 20) == (14 * 60 + 30, True)


def test_nobody_is_visited_in_the_pause_of_two_spans() -> None:
    """Five shops closed from eleven to half past two: each visit lies in one span, to its end."""
    people = [client(f"C{n}", more={"visit_hours": "09:00-11:00、14:30-17:30"}) for n in range(5)]
    rules = spec(6, hours_column="visit_hours")
    plan = plan_visits([due(c.client_id, WEEK[0]) for c in people], people, rules, WEEK[:1])
    stays = [stay for way in plan.rounds.values() for stay in way.stays]
    assert len(stays) == 5
    assert {stay.arrive < 660 for stay in stays} == {True, False}, "both spans are used"
    assert all((s.arrive >= 540 and s.leave <= 660) or (s.arrive >= 870 and s.leave <= 1050) for s in stays)


def test_who_is_never_there_in_office_hours_is_told() -> None:
    people = [client("C1", more={"visit_hours": "20:00-23:00"}), client("C2", more={"closed_days": "周一"})]
    rules = spec(3, hours_column="visit_hours", closed_column="closed_days")
    plan = plan_visits([due(c.client_id, date(2026, 11, 1)) for c in people], people, rules, WEEK[:1])
    assert dict(plan.unplanned) == {"C1": "客户方便的时间不在上班时间内", "C2": "可选的 1 个工作日客户都不方便"}


def test_lunch_is_not_cut_and_nobody_is_visited_in_it() -> None:
    """Eight visits of forty minutes from nine on: nobody is visited between twelve and one."""
    people = [client(f"C{n}") for n in range(8)]
    plan = plan_visits([due(c.client_id, date(2026, 11, 2)) for c in people], people, spec(8), WEEK[:1])
    [way] = plan.rounds.values()
    spans = [(stay.arrive, stay.leave) for stay in way.stays]
    assert all(not 720 <= arrive < 780 for arrive, _leave in spans)
    assert max(b[0] - a[1] for a, b in pairwise(spans)) >= 60
    assert way.home <= 17 * 60 + 30


def test_after_a_day_of_absence_only_what_must_moves() -> None:
    """A plan for the month was sent; on Wednesday the 11th the manager is ill: only that day's visits move."""
    people = [client(f"C{n:02d}", ("城东区", "河西区", "高新区")[n % 3]) for n in range(40)]
    dues = [due(c.client_id, date(2026, 11, 2 + n % 25)) for n, c in enumerate(people)]
    first = plan_visits(dues, people, spec(3), NOVEMBER)
    ill = date(2026, 11, 11)
    hit = {visit.client_id for visit in first.visits if visit.date == ill}
    kept = [visit for visit in first.visits if visit.date and visit.date < ill]
    later = [day for day in NOVEMBER if day >= ill]
    second = plan_visits(dues, people, spec(3), later, fixed=kept, previous=first.visits, absences={"E1": [ill]})
    before, after = days_of(first), days_of(second)
    need_not = [name for name in before if name not in hit]
    moved = [name for name in need_not if after.get(name) != before[name]]
    assert hit, "somebody was planned for that day"
    assert all(after.get(name) != ill.day for name in after)
    assert len(moved) <= len(need_not) // 10


def test_a_joint_visit_is_on_a_day_both_are_free() -> None:
    """One joint visit a month: the most important one is on a day of the supervisor's leave, so the next one is it."""
    people = [client("C1"), client("C2")]
    monday, tuesday = WEEK[:2]
    dues = [
        due("C1", monday, rank=1, deadline=monday, opens=monday),
        due("C2", tuesday, rank=2, deadline=tuesday, opens=tuesday),
    ]
    boss = {"E1": Companion("E9", "主管", {monday})}
    rules = spec(2, joint_per_month=1)
    plan = plan_visits(dues, people, rules, WEEK[:2], companions=boss)
    assert {visit.client_id: visit.companion for visit in plan.visits} == {"C1": "", "C2": "主管"}


def test_days_are_filled_up_to_their_least() -> None:
    """Two are due, at least three a day: of those who may be visited already, the near one comes along, not the far."""
    people = [client("C1"), client("C2"), client("C3"), client("C4", "河西区")]
    dues = [due("C1", date(2026, 11, 2)), due("C2", date(2026, 11, 2))]
    dues += [due(name, date(2026, 12, 9)) for name in ("C3", "C4")]
    plan = plan_visits(dues, people, spec(4, per_day_least=3), WEEK[:1])
    assert set(days_of(plan)) == {"C1", "C2", "C3"}


def test_a_weekly_client_is_visited_weekly() -> None:
    """Every seven days: gaps between 5 and 9 days, each visit telling the one before it."""
    people = [client("C1", tier="私行")]
    last = date(2026, 10, 28)
    dues = due_list(people, {"C1": last}, {}, spec(), {}, date(2026, 10, 30), NOVEMBER[-1], CALENDAR)
    plan = plan_visits(dues, people, spec(), NOVEMBER)
    days = [last, *(visit.date for visit in plan.visits if visit.date)]
    assert len(days) >= 4
    assert all(gap_days(7) <= (b - a).days <= 9 for a, b in pairwise(days))
    assert plan.visits[1].reason.endswith(f"上次计划 11月{days[1].day}日")


def test_who_is_too_far_for_a_day_is_told() -> None:
    """Two hundred kilometres away at 25 km an hour: no day is long enough."""
    people = [client("C1", latitude=Decimal("32.2"), longitude=Decimal("120.1"))]
    places = atlas(people, spec(3), {"E1": Place(Point(30_200_000, 120_100_000))})
    plan = plan_visits([due("C1", date(2026, 11, 2))], people, spec(3), WEEK, places=places)
    assert plan.unplanned == (("C1", "一天之内往返不及，可电话联系"),)
