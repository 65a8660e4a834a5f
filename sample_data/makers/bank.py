"""All files of the bank's sample office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers import bank_contacts, bank_forms, bank_kpi, bank_ledgers, bank_plan, logs, places, tasks
from sample_data.makers.bank_contacts import Contact
from sample_data.makers.bank_people import ORGS, WORKERS, make_clients
from sample_data.makers.days import CALENDAR

HERE = Path(__file__).parent
PACK = "bank_retail"
STEPS = {
    "大堂经理": ("lobby", "machines", "dress", "morning", "greet", "order", "complain", "tidy", "hand", "log"),
    "理财经理": ("morning", "agenda", "prepare", "receive", "call", "visit", "risk", "files", "review", "log"),
    "营销经理": ("morning", "agenda", "outreach", "prospect", "market", "files", "log"),
}


def make(root: Path) -> None:
    """Write the office under ``root``; every file has its own seed, so that one may change alone."""
    folder = root / PACK
    clients = make_clients(Random("bank/clients"))
    contacts = bank_contacts.make_contacts(Random("bank/contacts"), clients, HERE / "bank_words.toml")
    plan = bank_plan.make_plan(Random("bank/plan"), contacts, clients)
    bank_ledgers.write_office(folder)
    last = bank_contacts.last_contacts(Random("bank/last"), contacts, clients)
    bank_ledgers.write_ledgers(folder, Random("bank/spares"), clients, last)
    bank_ledgers.write_balances(folder, clients)
    bank_contacts.write_contacts(folder, contacts)
    bank_plan.write_plan(folder, plan)
    bank_forms.write_forms(folder, Random("bank/forms"), clients, HERE / "bank_cases.toml")
    rows = logs.make_logs(Random("bank/logs"), WORKERS, told(contacts), HABITS, HERE / "bank_logs.toml")
    logs.write_logs(folder, rows)
    bank_kpi.write_kpi(folder, Random("bank/kpi"))
    tasks.write_tasks(folder, tasks.BANK)
    orgs = [(org[0], org[5]) for org in ORGS]
    addresses = [(client.id, client.district, client.address) for client in clients]
    places.write_places(folder, orgs, addresses, spread=7.0, shops=False)
    places.write_leave(folder, LEAVE)


HABITS = logs.Habits(
    missing=frozenset(
        {("E1013", 14), ("E1013", 22), ("E1013", 27), ("E1006", 16), ("E1006", 28), ("E1010", 23), ("E1009", 19)}
        | {(who, 30) for who in ("E1006", "E1012", "E1013")}
    ),
    late={("E1008", 20): 22, ("E1006", 13): 16, ("E1013", 19): 23, ("E1005", 26): 27},
    new=frozenset({"E1005", "E1009"}),
    steps=STEPS,
)


LEAVE = (
    (date(2026, 11, 11), "E1003", "培训", date(2026, 11, 12), "总行产品培训"),
    (date(2026, 11, 20), "E1002", "出差", date(2026, 11, 20), "总行季度会议"),
    (date(2026, 11, 16), "E1008", "请假", date(2026, 11, 18), "年休假"),
)


def told(contacts: Sequence[Contact]) -> Mapping[tuple[str, date], logs.DayTold]:
    """What the contacts say of each person's days in October."""
    found: dict[tuple[str, date], logs.DayTold] = {}
    october = [c for c in contacts if c.day.month == 10]  # noqa: PLR2004 - the month of the logs
    for key in sorted({(c.staff.id, c.day) for c in october}):
        mine = [c for c in october if (c.staff.id, c.day) == key]
        ways = "、".join(f"{way}{count}户" for way, count in Counter(c.talk.channel for c in mine).items())
        deals = [f"{c.client.who}{c.talk.product}{c.talk.amount}万元" for c in mine if c.talk.amount]
        sold = f"，成交{'、'.join(deals)}" if deals else ""
        found[key] = logs.DayTold(f"今日联系客户{len(mine)}户（{ways}）{sold}。")
    for c in october:
        before = (c.staff.id, CALENDAR.add(c.talk.next_date, -1))
        if before in found:
            line = f"{c.talk.next_step}（{c.client.who}）"
            found[before] = logs.DayTold(found[before].done, (*found[before].next_up, line))
    return found
