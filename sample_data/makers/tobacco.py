"""All files of the tobacco company's sample office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers import logs, places, tasks, tobacco_forms, tobacco_kpi, tobacco_ledgers, tobacco_visits
from sample_data.makers.days import CALENDAR
from sample_data.makers.tobacco_people import ORGS, WORKERS, make_retailers
from sample_data.makers.tobacco_visits import ShopVisit

HERE = Path(__file__).parent
PACK = "tobacco"
STEPS = ("meeting", "route", "leave", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "summary", "tomorrow")

HABITS = logs.Habits(
    missing=frozenset(
        {("Y2010", 13), ("Y2010", 20), ("Y2010", 28), ("Y2003", 23), ("Y2007", 15), ("Y2010", 30), ("Y2003", 30)}
    ),
    late={("Y2003", 14): 16, ("Y2010", 21): 26, ("Y2006", 27): 28},
    new=frozenset({"Y2007"}),
    steps={"客户经理": STEPS},
)


def make(root: Path) -> None:
    """Write the office under ``root``; every file has its own seed, so that one may change alone."""
    folder = root / PACK
    shops = make_retailers(Random("tobacco/shops"))
    visits = tobacco_visits.make_visits(Random("tobacco/visits"), shops, HERE / "tobacco_words.toml")
    tobacco_ledgers.write_office(folder)
    tobacco_ledgers.write_ledgers(folder, Random("tobacco/spares"), shops)
    tobacco_ledgers.write_months(folder, shops)
    tobacco_visits.write_visits(folder, visits)
    tobacco_visits.write_plan(folder, Random("tobacco/plan"), visits, shops)
    tobacco_forms.write_forms(folder, Random("tobacco/forms"), shops, HERE / "tobacco_cases.toml")
    tobacco_kpi.write_kpi(folder, Random("tobacco/kpi"), shops)
    tasks.write_tasks(folder, tasks.TOBACCO)
    orgs = [(org[0], org[5]) for org in ORGS]
    addresses = [(shop.id, shop.district, shop.address) for shop in shops]
    places.write_places(folder, orgs, addresses, spread=22.0, shops=True)
    places.write_leave(folder, [(date(2026, 11, 19), "Y2002", "请假", date(2026, 11, 19), "年休假")])
    rows = logs.make_logs(Random("tobacco/logs"), WORKERS, told(visits), HABITS, HERE / "tobacco_logs.toml")
    logs.write_logs(folder, rows)


def told(visits: Sequence[ShopVisit]) -> Mapping[tuple[str, date], logs.DayTold]:
    """What the visits say of each person's days in October."""
    found: dict[tuple[str, date], logs.DayTold] = {}
    october = [visit for visit in visits if visit.day.month == 10]  # noqa: PLR2004 - the month of the logs
    for key in sorted({(visit.staff.id, visit.day) for visit in october}):
        mine = [visit for visit in october if (visit.staff.id, visit.day) == key]
        routes = "、".join(sorted({visit.shop.route for visit in mine}))
        short = sum(1 for visit in mine if visit.talk.more.get("stock"))
        found[key] = logs.DayTold(f"今日拜访{len(mine)}户（{routes}），{short}户反映断货。")
    for visit in october:
        before = (visit.staff.id, CALENDAR.add(visit.talk.next_date, -1))
        if before in found and visit.talk.outcome == "待跟进":
            line = f"{visit.talk.next_step}（{visit.shop.name}）"
            found[before] = logs.DayTold(found[before].done, (*found[before].next_up, line))
    return found
