"""October's visit plan of the bank, told from the contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers.bank_contacts import Contact
from sample_data.makers.bank_people import WORKERS, BankClient, Member
from sample_data.makers.book import Row, Sheet, head, write_xlsx
from sample_data.makers.days import CALENDAR, TODAY, month_days


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned visit and what became of it."""

    day: date
    staff: Member
    client: BankClient
    mode: str
    purpose: str
    reason: str
    done: bool | None
    done_on: date | None
    why_not: str


_WHY_NOT = ("客户临时出差", "改约下周", "当天网点临时会议", "电话未接通，未能确认时间", "客户家中有事")


def make_plan(random: Random, contacts: Sequence[Contact], clients: Sequence[BankClient]) -> list[Planned]:
    """October's plan: most of the visits made had been planned, some planned ones were put off or fell out."""
    plan: list[Planned] = []
    for c in contacts:
        if c.day.month == 10 and c.talk.channel in {"面访", "走访"} and random.random() < 0.72:  # noqa: PLR2004 - the rest came up
            put_off = random.random() < 0.15  # noqa: PLR2004 - a day or two late
            day = CALENDAR.add(c.day, -random.randint(1, 2)) if put_off and c.day > date(2026, 10, 12) else c.day
            plan.append(
                Planned(day, c.staff, c.client, c.talk.channel, c.talk.purpose, _why(c.client), True, c.day, "")
            )
    planned = {(p.staff.id, p.client.id) for p in plan}
    for member in WORKERS:
        own = [
            client
            for client in clients
            if client.owner is member and client.tier != "普通" and (member.id, client.id) not in planned
        ]
        missed = 5 if member.luck < 0 else 2
        for client in random.sample(own, min(missed, len(own))):
            day = random.choice(month_days(10)[:-1])
            plan.append(
                Planned(day, member, client, "面访", "季度资产检视", _why(client), False, None, random.choice(_WHY_NOT))
            )
    return sorted(plan, key=lambda p: (p.day, p.staff.id, p.client.id))


def _why(client: BankClient) -> str:
    if client.maturity and abs((client.maturity - TODAY).days) < 30:  # noqa: PLR2004 - a month
        return f"产品{client.maturity.month}月{client.maturity.day}日到期"
    return f"{client.tier}客户例行走访"


def write_plan(folder: Path, plan: Sequence[Planned]) -> None:
    """走访计划 as the rules ask: made on the last working day of September, ticked off since."""
    header = head(
        "序号 计划走访日期 工号 客户经理姓名 客户编号 户名 拜访方式 预期目的 安排依据 是否完成 实际日期 未完成原因"
    )
    rows: list[Row] = []
    for number, p in enumerate(plan, 1):
        done = {True: "是", False: "否", None: ""}[p.done]
        rows.append(
            (
                number,
                p.day,
                p.staff.id,
                p.staff.name,
                p.client.id,
                p.client.person.name,
                p.mode,
                p.purpose,
                p.reason,
                done,
                p.done_on,
                p.why_not,
            )
        )
    top: list[Row] = [["2026年10月客户走访计划"], ["填表日期：2026年9月30日", None, None, None, "编制：个人金融部"]]
    write_xlsx(
        folder / "走访计划_2026-10.xlsx", [Sheet("走访计划", [*top, header, *rows], head=(3,), merges=((0, 0, 0, 11),))]
    )
