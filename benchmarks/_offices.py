"""An office's month made up from a number: a city of districts, three tiers of clients, opening hours, birthdays, meetings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client
from cmkit.facts.specs import FixedSpec, TierSpec, TriggerSpec, VisitSpec
from cmkit.visits.assemble import Busy
from cmkit.visits.due import Due, due_list
from cmkit.visits.hours import minute_of
from cmkit.visits.places import Atlas, Place, atlas, base_place
from cmkit.visits.plan import Plan, plan_visits
from cmkit.visits.search.problem import Budget

ON = date(2026, 10, 30)
CALENDAR = WorkCalendar()
NOVEMBER = tuple(CALENDAR.days(date(2026, 11, 2), date(2026, 11, 30)))
DISTRICTS = ("东湖区", "西陵区", "高新区", "南浦区", "北岭区", "中心区")
_HOURS = ("09:00-11:30", "10:00-12:30", "13:30-16:00", "14:30-17:00", "15:00-17:30")
_TIERS = {
    "A": TierSpec(zh="A类", interval_days=7, rank=1),
    "B": TierSpec(zh="B类", interval_days=14, rank=2),
    "C": TierSpec(zh="C类", interval_days=30, rank=3),
}
_BIRTHDAY = TriggerSpec(key="birthday", zh="生日关怀", date="birthday", days_before=7, yearly=True)
_MONDAY = FixedSpec(zh="周一例会", weekdays=(1,), start="09:00", finish="10:00")
SPEC = VisitSpec(
    tiers=_TIERS,
    triggers=(_BIRTHDAY,),
    per_day=12,
    minutes=20,
    lunch="12:00-13:00",
    visit_channels=("走访",),
    hours_column="visit_hours",
    closed_column="closed_days",
    meetings=(_MONDAY,),
    datum="gcj02",
)


@dataclass(frozen=True)
class OfficeMonth:
    """One owner's clients and what is known of them on the day before the month."""

    clients: tuple[Client, ...]
    last: dict[str, date]
    dues: tuple[Due, ...]
    spec: VisitSpec
    days: tuple[date, ...]
    places: Atlas
    busy: dict[str, Sequence[Busy]]
    away: dict[str, frozenset[date]] = field(default_factory=dict)

    def plan(self, budget: Budget, *, seed: int = 1, engine: str = "plain") -> Plan:
        """The plan of ours."""
        return plan_visits(
            self.dues,
            self.clients,
            self.spec,
            self.days,
            absences=self.away,
            busy=self.busy,
            places=self.places,
            seed=seed,
            budget=budget,
            engine=engine,
        )


def office_month(seed: int, count: int = 120, *, spec: VisitSpec = SPEC, owner: str = "E1") -> OfficeMonth:
    """``count`` clients in a city of six districts; with 120 about 200 visits fall due in November 2026."""
    random = Random(seed)
    clients, last = [], {}
    centres = [spot(random, 30.25, 120.17, 9.0) for _name in DISTRICTS]
    for number in range(count):
        tier = "A" if number % 10 == 0 else "B" if number % 10 in {1, 4, 7} else "C"
        home = random.randrange(len(DISTRICTS))
        latitude, longitude = spot(random, *centres[home], 2.2)
        birthday = date(1980, 1, 1) + timedelta(days=random.randrange(365))
        name = f"C{seed % 1000:03d}{number:04d}"
        more = {"visit_hours": random.choice(_HOURS) if random.random() < 0.5 else ""}  # noqa: PLR2004 - half of them
        if random.random() < 0.15:  # noqa: PLR2004 - some
            more["closed_days"] = "周" + random.choice("一二三四五")
        clients.append(
            Client(
                client_id=name,
                name=f"客户{number:03d}",
                owner_id=owner,
                tier=tier,
                district=DISTRICTS[home],
                birthday=birthday,
                latitude=Decimal(f"{latitude:.4f}"),
                longitude=Decimal(f"{longitude:.4f}"),
                more=more,
            )
        )
        last[name] = ON - timedelta(days=random.randrange(1, spec.tiers[tier].interval_days * 6 // 5))
    return assembled(clients, last, spec, owner)


def assembled(clients: Sequence[Client], last: dict[str, date], spec: VisitSpec, owner: str) -> OfficeMonth:
    """A month from its clients and their last visits."""
    dues = due_list(clients, last, {}, spec, {}, ON, NOVEMBER[-1], CALENDAR)
    bases: dict[str, Place] = {owner: base_place(None, clients, spec)}
    busy = [
        Busy(day, minute_of(one.start), minute_of(one.finish), one.zh)
        for one in spec.meetings
        for day in NOVEMBER
        if day.isoweekday() in one.weekdays
    ]
    return OfficeMonth(
        tuple(clients), last, tuple(dues), spec, NOVEMBER, atlas(clients, spec, bases), {owner: tuple(busy)}
    )


def spot(random: Random, latitude: float, longitude: float, km: float) -> tuple[float, float]:
    """Somewhere within so many kilometres."""
    far, angle = km * math.sqrt(random.random()), random.random() * 2 * math.pi
    return (
        latitude + far * math.cos(angle) / 111.2,
        longitude + far * math.sin(angle) / (111.2 * math.cos(math.radians(latitude))),
    )
