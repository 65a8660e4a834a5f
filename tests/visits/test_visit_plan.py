from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Visit
from cmkit.facts.specs import TierSpec, TriggerSpec, VisitSpec
from cmkit.visits.due import Due, due_list
from cmkit.visits.plan import Plan, capacity_of, plan_visits

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
    plan = plan_visits([due(c.client_id, date(2026, 11, 1)) for c in people], people, spec(), WEEK)
    assert days_of(plan) == {"C1": 2, "C3": 2, "C2": 3, "C4": 3}
    assert [visit.order for visit in plan.visits] == [1, 2, 1, 2]
    first = plan.visits[0]
    assert (first.mode, first.route, first.reason, first.purpose) == ("走访", "城东区", "理由", "目的")


def test_order_in_a_day_goes_by_district_then_address() -> None:
    people = [
        client("C1", "河西区", address="B路"),
        client("C2", "城东区", address="Z路"),
        client("C3", "河西区", address="A路"),
    ]
    plan = plan_visits([due(c.client_id, date(2026, 11, 2)) for c in people], people, spec(3), WEEK[:1])
    assert [visit.client_id for visit in plan.visits] == ["C2", "C3", "C1"]


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


def test_fixed_visits_stay_count_and_serve() -> None:
    """C1 is already planned for Tuesday: it stays, fills half the day, and is not planned a second time."""
    fixed = Visit(date=date(2026, 11, 3), staff_id="E1", client_id="C1", order=1, purpose="已约")
    people = [client("C1"), client("C2"), client("C3")]
    dues = [due(c.client_id, date(2026, 11, 3)) for c in people]
    plan = plan_visits(dues, people, spec(), [date(2026, 11, 3)], fixed=[fixed])
    assert days_of(plan) == {"C1": 3, "C2": 3}
    assert plan.visits[0].purpose == "已约"
    assert [client for client, _why in plan.unplanned] == ["C3"]


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
    assert days_of(plan) == {"C1": 2, "C3": 2, "C2": 3}


def test_who_is_due_soon_rides_along_only_where_a_day_passes_by() -> None:
    people = [client("C1", "城东区"), client("C2", "城东区"), client("C3", "河西区")]
    dues = [due("C1", date(2026, 11, 2)), due("C2", date(2026, 12, 3)), due("C3", date(2026, 12, 3))]
    plan = plan_visits(dues, people, spec(), WEEK)
    assert days_of(plan) == {"C1": 2, "C2": 2}
    assert plan.unplanned == ()


# A random office: clients of three tiers in three districts with last visits, birthdays, leave; a month or less to plan.
OFFICE = st.lists(
    st.tuples(
        st.sampled_from(["城东区", "河西区", "高新区"]),
        st.sampled_from(list(TIERS)),
        st.sampled_from(["E1", "E2"]),
        st.integers(0, 120),
        st.one_of(st.none(), st.integers(0, 27)),
    ),
    max_size=25,
)
Row = tuple[str, str, str, int, int | None]


def build(
    rows: list[Row], per_day: int, days: int, leave: set[int]
) -> tuple[list[Client], list[Due], Plan, dict[str, date]]:
    birthday = TriggerSpec(key="birthday", zh="生日", date="birthday", days_before=5, yearly=True)
    rules = spec(per_day, triggers=(birthday,))
    on = NOVEMBER[0]
    people, last = [], {}
    for number, (district, tier, owner, ago, born) in enumerate(rows):
        name = f"C{number:03d}"
        day = None if born is None else date(1980, 11, 1) + timedelta(days=born)
        people.append(Client(client_id=name, district=district, tier=tier, owner_id=owner, birthday=day))
        last[name] = on - timedelta(days=ago)
    span = NOVEMBER[:days]
    dues = due_list(people, last, {}, rules, {}, on, span[-1], CALENDAR)
    away = {"E1": {NOVEMBER[index] for index in leave}}
    return people, dues, plan_visits(dues, people, rules, span, absences=away), last


@settings(max_examples=150, deadline=None)
@given(OFFICE, st.integers(1, 4), st.integers(1, 20), st.sets(st.integers(0, 19), max_size=5))
def test_plan_keeps_every_rule(rows: list[Row], per_day: int, days: int, leave: set[int]) -> None:
    people, dues, plan, last = build(rows, per_day, days, leave)
    by_id = {person.client_id: person for person in people}
    load: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
    of_client: dict[str, list[Visit]] = defaultdict(list)
    for visit in plan.visits:
        assert visit.date is not None
        assert visit.date in NOVEMBER[:days], "only working days of the span"
        assert CALENDAR.is_workday(visit.date)
        assert visit.staff_id == by_id[visit.client_id].owner_id
        assert not (visit.staff_id == "E1" and visit.date in {NOVEMBER[index] for index in leave})
        load[visit.staff_id, visit.date] += Fraction(1, capacity_of(by_id[visit.client_id], spec(per_day)))
        of_client[visit.client_id].append(visit)
    assert all(share <= 1 for share in load.values()), "never more than a day holds"

    called_for = {(d.client_id, d.due_on): d for d in dues if d.mandatory}
    for name, visits in of_client.items():
        interval = TIERS[by_id[name].tier].interval_days
        made = sorted((v.date or date.min, (name, v.due_on or date.min) in called_for) for v in visits)
        for (before, _m), (after, mandatory) in pairwise([(last[name], False), *made]):
            usual = Fraction(6, 10) * interval
            squeezed = mandatory and before == last[name]
            least = min(usual, Fraction(3)) if mandatory else usual
            assert squeezed or (after - before).days >= least
    for visit in plan.visits:
        event = called_for.get((visit.client_id, visit.due_on or date.min))
        if event and event.deadline and not event.overdue_days:
            assert visit.date is not None
            assert event.opens <= visit.date <= event.deadline, "before its day"
    can_wait = sum(1 for d in dues if d.deadline and min(d.deadline, d.due_on) > NOVEMBER[days - 1])
    assert len(dues) - can_wait <= len(plan.visits) + len(plan.unplanned) <= len(dues), "each is planned or told"


@settings(max_examples=150, deadline=None)
@given(OFFICE, st.integers(1, 3), st.integers(1, 6))
def test_a_lesser_client_never_takes_a_place_the_greater_could_have_had(
    rows: list[Row], per_day: int, days: int
) -> None:
    """For each visit left out for want of room: every visit on a day that it could have had is more important."""
    _people, dues, plan, last = build(rows, per_day, days, set())
    told = {client for client, why in plan.unplanned if "排满" in why}
    planned = {visit.client_id for visit in plan.visits}
    once = {name for name in last if sum(1 for d in dues if d.client_id == name) == 1}
    by_visit = {(d.client_id, d.due_on): d for d in dues}
    for missed in (d for d in dues if d.client_id in told & once - planned):
        for visit in plan.visits:
            day = visit.date or date.min
            could = visit.staff_id == missed.owner_id and missed.opens <= day
            if could and (missed.deadline is None or missed.overdue_days or day <= missed.deadline):
                winner = by_visit[visit.client_id, visit.due_on or date.min]
                assert (not winner.mandatory, winner.rank, winner.due_on) <= (
                    not missed.mandatory,
                    missed.rank,
                    missed.due_on,
                )


@settings(max_examples=40, deadline=None)
@given(OFFICE, st.integers(1, 3), st.randoms(use_true_random=False))
def test_the_same_data_in_any_order_gives_the_same_plan(rows: list[Row], per_day: int, shuffler: object) -> None:
    people, dues, plan, _last = build(rows, per_day, 10, set())
    mixed_people, mixed_dues = list(people), list(dues)
    shuffler.shuffle(mixed_people)  # type: ignore[attr-defined]
    shuffler.shuffle(mixed_dues)  # type: ignore[attr-defined]
    assert plan_visits(mixed_dues, mixed_people, spec(per_day), NOVEMBER[:10]) == plan
