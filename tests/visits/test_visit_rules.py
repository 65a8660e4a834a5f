"""Every rule of a plan on random offices, looked at from outside: only facts, dues and the finished plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client, Visit
from cmkit.facts.specs import TierSpec, TriggerSpec, VisitSpec
from cmkit.visits.assemble import Busy
from cmkit.visits.due import Due, due_list
from cmkit.visits.hours import shift_of, visit_windows
from cmkit.visits.places import atlas
from cmkit.visits.plan import Plan, plan_visits
from cmkit.visits.search.problem import Budget

CALENDAR = WorkCalendar()
# 2026-09-30 to 10-20: the eight days of the holiday, and Saturday 10-10, which is worked.
ON = date(2026, 9, 29)
DAYS = list(CALENDAR.days(date(2026, 9, 30), date(2026, 10, 20)))
TIERS = {
    "A": TierSpec(zh="A", interval_days=7, rank=1),
    "B": TierSpec(zh="B", interval_days=30, rank=2),
    "C": TierSpec(zh="C", interval_days=90, rank=3),
}
BIRTHDAY = TriggerSpec(key="birthday", zh="生日", date="birthday", days_before=5, yearly=True)
HOURS = {
    "": [(0, 1440)],
    "09:00-11:30": [(540, 690)],
    "14:00-16:30": [(840, 990)],
    "09:00-10:30、14:00-16:30": [(540, 630), (840, 990)],
}

ROW = st.tuples(
    st.sampled_from(["东区", "西区", "北区"]),
    st.sampled_from(list(TIERS)),
    st.sampled_from(["E1", "E2"]),
    st.integers(1, 120),
    st.one_of(st.none(), st.integers(0, 20)),
    st.sampled_from(list(HOURS)),
    st.sampled_from(["", "周一", "周二、周四"]),
)
Row = tuple[str, str, str, int, int | None, str, str]


@dataclass(frozen=True)
class Office:
    """A random office and its plan."""

    clients: dict[str, Client]
    last: dict[str, date]
    dues: list[Due]
    spec: VisitSpec
    leave: set[date]
    plan: Plan


def office(rows: list[Row], per_day: int, days: int, leave: set[int], *, order: int = 1) -> Office:
    clients, last = {}, {}
    for number, (district, tier, owner, ago, born, hours, closed) in enumerate(rows):
        name = f"C{number:03d}"
        birthday = None if born is None else date(1980, 9, 30) + timedelta(days=born)
        more = {"visit_hours": hours, "closed_days": closed}
        clients[name] = Client(
            client_id=name, district=district, tier=tier, owner_id=owner, birthday=birthday, more=more
        )
        last[name] = ON - timedelta(days=ago)
    spec = VisitSpec(
        tiers=TIERS,
        triggers=(BIRTHDAY,),
        per_day=per_day,
        visit_channels=("走访",),
        hours_column="visit_hours",
        closed_column="closed_days",
    )
    span = DAYS[:days]
    people = list(clients.values())[::order]
    dues = due_list(people, last, {}, spec, {}, ON, span[-1], CALENDAR)[::order]
    away = {DAYS[index] for index in leave}
    plan = plan_visits(
        dues,
        people,
        spec,
        span,
        absences={"E1": away},
        busy={"E2": [Busy(day, 540, 600, "例会") for day in span]},
        budget=Budget(60),
    )
    return Office(clients, last, dues, spec, away, plan)


OFFICE = (
    st.lists(ROW, max_size=16),
    st.integers(1, 4),
    st.integers(1, len(DAYS)),
    st.sets(st.integers(0, len(DAYS) - 1), max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(*OFFICE)
def test_a_plan_keeps_every_rule(rows: list[Row], per_day: int, days: int, leave: set[int]) -> None:
    one = office(rows, per_day, days, leave)
    load: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
    seen: set[tuple[str, date]] = set()
    for visit in one.plan.visits:
        assert visit.date is not None
        client = one.clients[visit.client_id]
        assert visit.date in DAYS[:days]
        assert CALENDAR.is_workday(visit.date)
        assert visit.staff_id == client.owner_id
        assert not (visit.staff_id == "E1" and visit.date in one.leave)
        assert (visit.client_id, visit.date) not in seen, "nobody is visited twice a day"
        seen.add((visit.client_id, visit.date))
        closed = str(client.more["closed_days"])
        assert "一二三四五六日"[visit.date.weekday()] not in closed
        load[visit.staff_id, visit.date] += Fraction(1, per_day)
    assert all(share <= 1 for share in load.values())
    check_hours(one)
    check_spacing(one)
    check_events(one)
    check_nothing_is_forgotten(one, DAYS[days - 1])


def check_nothing_is_forgotten(one: Office, end: date) -> None:
    """What is due is planned, or told with its reason, or its client is visited so late that the next plan has it."""
    assert len(one.plan.visits) <= len(one.dues)
    planned = {(visit.client_id, visit.due_on) for visit in one.plan.visits}
    told = {client for client, why in one.plan.unplanned if why}
    last = {visit.client_id: visit.date or date.min for visit in sorted(one.plan.visits, key=lambda v: v.date or end)}
    for due in one.dues:
        soon = min(due.due_on, due.deadline or due.due_on) > end
        before = last.get(due.client_id)
        rested = before is not None and before + timedelta(days=due.interval) > end
        rested = rested and (due.deadline is None or due.deadline > end)
        assert (due.client_id, due.due_on) in planned or due.client_id in told or soon or rested


def check_hours(one: Office) -> None:
    """One after the other with the way between, inside the shift, the client's hours and around the meeting."""
    for (owner, _day), way in one.plan.rounds.items():
        now = 540
        for stay in way.stays:
            assert stay.arrive >= now + stay.leg.seconds // 60, "no double booking"
            now = stay.leave
            if stay.client_id:
                spans = HOURS[str(one.clients[stay.client_id].more["visit_hours"])]
                assert any(opens <= stay.arrive and stay.leave <= closes for opens, closes in spans)
                assert not 720 <= stay.arrive < 780, "nobody is visited at lunch"
                assert not (owner == "E2" and stay.arrive < 600)
                assert stay.leave - stay.arrive == 40
        assert way.home <= 17 * 60 + 30


def check_spacing(one: Office) -> None:
    called_for = {(due.client_id, due.due_on): due for due in one.dues if due.mandatory}
    of_client: dict[str, list[Visit]] = defaultdict(list)
    for visit in one.plan.visits:
        of_client[visit.client_id].append(visit)
    for name, visits in of_client.items():
        interval = TIERS[one.clients[name].tier].interval_days
        made = sorted((v.date or date.min, (name, v.due_on or date.min) in called_for) for v in visits)
        for (before, _event), (after, event) in pairwise([(one.last[name], False), *made]):
            usual = Fraction(6, 10) * interval
            squeezed = event and before == one.last[name]
            assert squeezed or (after - before).days >= (min(usual, Fraction(3)) if event else usual)


def check_events(one: Office) -> None:
    """An event is served by its day, overdue by the tier's rule or not, or it is told that it is not."""
    called_for = {(due.client_id, due.due_on): due for due in one.dues if due.mandatory}
    for visit in one.plan.visits:
        due = called_for.get((visit.client_id, visit.due_on or date.min))
        if due and due.deadline and due.deadline >= DAYS[0]:
            assert visit.date is not None
            late = any(client == visit.client_id and "生日" in why for client, why in one.plan.unplanned)
            assert late or due.opens <= visit.date <= due.deadline
            assert late is not ("生日" in visit.reason)


@settings(max_examples=60, deadline=None)
@given(*OFFICE)
def test_priorities_are_never_inverted(rows: list[Row], per_day: int, days: int, leave: set[int]) -> None:
    """Take all lesser visits off a day that an untold client could have: what is left still has no room for it."""
    one = office(rows, per_day, days, leave)
    crowded = {client for client, why in one.plan.unplanned if "排满" in why}
    told = crowded - {visit.client_id for visit in one.plan.visits}
    count = {name: sum(1 for due in one.dues if due.client_id == name) for name in one.clients}
    for missed in (d for d in one.dues if d.client_id in told and count[d.client_id] == 1):
        for day in DAYS[:days]:
            if could(one, missed, day):
                assert not room(one, missed, day, per_day, DAYS[days - 1]), (missed, day)


def could(one: Office, missed: Due, day: date) -> bool:
    """Whether the visit could be on that day, had the day room."""
    closed = str(one.clients[missed.client_id].more["closed_days"])
    there = not (missed.owner_id == "E1" and day in one.leave) and "一二三四五六日"[day.weekday()] not in closed
    in_time = missed.deadline is None or missed.deadline < DAYS[0] or day <= missed.deadline
    return there and missed.opens <= day and in_time


def room(one: Office, missed: Due, day: date, per_day: int, end: date) -> bool:
    """Whether there is a place for the visit between the meeting and the visits of a day that are no lesser ones."""
    kept = [d for d in planned_on(one, missed.owner_id, day) if rank(d) <= rank(missed) and soonest(d) <= end]
    names = [due.client_id for due in kept]
    met = [""] if missed.owner_id == "E2" else []
    return len(kept) < per_day and any(
        on_time(one, [*met, *names[:at], missed.client_id, *names[at:]]) for at in range(len(names) + 1)
    )


def soonest(due: Due) -> date:
    return min(due.due_on, due.deadline or due.due_on)


def planned_on(one: Office, owner: str, day: date) -> list[Due]:
    by_visit = {(due.client_id, due.due_on): due for due in one.dues}
    found = [visit for visit in one.plan.visits if (visit.staff_id, visit.date) == (owner, day)]
    return [by_visit[visit.client_id, visit.due_on or date.min] for visit in found]


def on_time(one: Office, names: list[str]) -> bool:
    """One after the other from nine on ("" is the meeting, until ten), with lunch, and home by half past five."""
    shift, places = shift_of(one.spec), atlas(list(one.clients.values()), one.spec)
    now, here = 0, places.base("")
    for name in names:
        there = places.of(name) if name else here
        now += places.leg(here, there).seconds if there is not here else 0
        if not name:
            now = 3600
            continue
        spans = visit_windows(str(one.clients[name].more["visit_hours"]), 40, shift)
        later = [max(now, opens) for opens, closes in spans if now <= closes]
        if not later:
            return False
        now, here = min(later) + 40 * 60, there
    return now + (places.leg(here, places.base("")).seconds if here is not places.base("") else 0) <= shift.seconds


def rank(due: Due) -> tuple[bool, int, date]:
    return not due.mandatory, due.rank, due.due_on


@settings(max_examples=40, deadline=None)
@given(*OFFICE)
def test_so_many_more_days_take_what_found_no_room(rows: list[Row], per_day: int, days: int, leave: set[int]) -> None:
    """As many free days as the plan says: all who are told as crowded out fit in, and it does not ask for too many."""
    one = office(rows, per_day, days, leave)
    for owner in ("E1", "E2"):
        told = [name for name, why in one.plan.unplanned if "排满" in why and one.clients[name].owner_id == owner]
        more = one.plan.more_days.get(owner, 0)
        assert all(f"还需 {more} 个工作日" in why for name, why in one.plan.unplanned if name in told and "排满" in why)
        assert -(-len(told) // per_day) <= more <= len(told)
        if len(set(told)) == len(told):
            open_ended = [Due(name, owner, ON, 0, ("",), 1, "tier", ON) for name in told]
            people = [one.clients[name].changed(more={**one.clients[name].more, "closed_days": ""}) for name in told]
            free = list(CALENDAR.days(date(2026, 11, 2), date(2027, 2, 1)))[:more]
            again = plan_visits(open_ended, people, one.spec, free, budget=Budget(500))
            assert again.unplanned == ()


@settings(max_examples=20, deadline=None)
@given(*OFFICE)
def test_the_same_data_in_another_order_gives_the_same_plan(
    rows: list[Row], per_day: int, days: int, leave: set[int]
) -> None:
    assert office(rows, per_day, days, leave).plan == office(rows, per_day, days, leave, order=-1).plan
