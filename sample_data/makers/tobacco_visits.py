"""Visits to shops on the days that are on file, full quota each, and October's plan told from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from sample_data.makers.book import Cell, Row, Sheet, head, write_csv, write_xlsx
from sample_data.makers.days import CALENDAR, MONTHS, TODAY, month_days, styled, workdays
from sample_data.makers.scenes import Scenes, Talk
from sample_data.makers.tobacco_people import WORKERS, Manager, Retailer

SCENES = {
    "订货指导": 22,
    "新品上柜": 20,
    "例行拜访": 26,
    "断货反馈": 8,
    "终端建设": 8,
    "守法提醒": 8,
    "回访": 6,
    "未遇": 3,
}
_URGE = {"A": 5, "B": 4, "C": 2, "D": 1}
_PLANNED = 0.6
"""The share of visits that had been planned; the others came up on the way."""
_LAST_WEEK = workdays(date(2026, 10, 26), TODAY)


@dataclass(frozen=True, slots=True)
class ShopVisit:
    """One visit to one shop."""

    day: date
    time: str
    staff: Manager
    shop: Retailer
    talk: Talk
    minutes: int


def make_visits(random: Random, shops: Sequence[Retailer], words: Path) -> list[ShopVisit]:
    """The days on file: a few a month of each manager, and the whole last week of one."""
    scenes = Scenes(words, random)
    visits: list[ShopVisit] = []
    for month, count_at in zip(MONTHS, range(3), strict=True):
        picked: list[tuple[date, Manager]] = []
        for member in WORKERS:
            days = month_days(month)
            chosen = set(_LAST_WEEK) if member.id == "Y2002" and month == MONTHS[-1] else set()
            while len(chosen) < member.days[count_at]:
                chosen.add(random.choice(days))
            picked += [(day, member) for day in chosen]
        for day, member in sorted(picked, key=lambda pair: (pair[0], pair[1].id)):
            visits += _day_of(random, scenes, member, shops, day)
    return visits


def _day_of(random: Random, scenes: Scenes, member: Manager, shops: Sequence[Retailer], day: date) -> list[ShopVisit]:
    """Thirty shops in town, twenty-five in the country, a few more or less; one line of the district at a time."""
    quota = (25 if member.rural > 0.5 else 30) + random.choice((-3, -1, 0, 0, 1, 2))  # noqa: PLR2004 - half
    own = [shop for shop in shops if shop.owner is member and shop.created <= day and shop.status != "流失"]
    order = sorted(own, key=lambda shop: random.random() * 6 - _URGE[shop.tier])[:quota]
    order.sort(key=lambda shop: (shop.route, shop.id))
    minute = 9 * 60 + random.randint(0, 8)
    found: list[ShopVisit] = []
    for shop in order:
        talk = scenes.talk(scenes.weighted(SCENES), shop.who, day, int(member.growth * 5))
        minutes = 3 if talk.outcome == "未接触到" else random.randint(7, 13)
        found.append(ShopVisit(day, f"{minute // 60:02d}:{minute % 60:02d}", member, shop, talk, minutes))
        minute += minutes + random.randint(2, 4)
        if 12 * 60 <= minute < 13 * 60 + 30:
            minute = 13 * 60 + 30
    return found


def write_visits(folder: Path, visits: Sequence[ShopVisit]) -> None:
    """A file a month: two workbooks with different headings and a CSV."""
    by_month = {month: [visit for visit in visits if visit.day.month == month] for month in MONTHS}
    header = head(
        "日期 时间 工号 客户经理姓名 客户编号 店名 方式 类别 服务类型 目的 沟通内容 客户需求 产品 断货品规 上柜情况 结果 结论 市场净化线索 后续跟进 下次联系日期 时长（分钟）"
    )
    august: list[Row] = [header, *(_row(visit, visit.day, visit.talk.channel) for visit in by_month[8])]
    write_csv(folder / "拜访记录_2026年8月.csv", august, "gb18030")
    names = head(
        "拜访日期 拜访时间 经理工号 客户经理姓名 客户代码 店铺名称 拜访方式 类别 服务项目 拜访目的 拜访内容 需求 产品名称 断货 陈列情况 拜访结果 结论 线索 下一步 下次走访日期 用时（分钟）"
    )
    september: list[Row] = [
        ["2026年9月零售户拜访记录"],
        ["填报：各营销部", None, None, "数据截至：2026年9月30日"],
        names,
    ]
    september += [_row(visit, styled(visit.day, number // 60), "上门") for number, visit in enumerate(by_month[9])]
    write_xlsx(
        folder / "拜访记录_2026年9月.xlsx",
        [
            Sheet(
                "拜访记录",
                [*september, [], ["注：按抽查日登记。"]],
                head=(3,),
                merges=((0, 0, 0, 20),),
                widths={10: 44},
            )
        ],
    )
    october: list[Row] = [
        ["2026年10月零售户拜访记录"],
        header,
        *(_row(visit, visit.day, visit.talk.channel) for visit in by_month[10]),
    ]
    foot: list[Row] = [("合计", None, None, None, f"{len(by_month[10])}户次"), ["制表人：岳承舟"]]
    write_xlsx(
        folder / "拜访记录_2026年10月.xlsx",
        [Sheet("10月", [*october, *foot], head=(2,), merges=((0, 0, 0, 20),), widths={10: 44})],
    )


def _row(visit: ShopVisit, day: Cell, channel: str) -> Row:
    talk = visit.talk
    lead = (
        day,
        visit.time,
        visit.staff.id,
        visit.staff.name,
        visit.shop.id,
        visit.shop.name,
        channel,
        talk.category,
        talk.service,
    )
    seen = (talk.more.get("stock"), talk.more.get("shelf"))
    tail = (talk.result, talk.outcome, talk.more.get("clue"), talk.next_step, talk.next_date, visit.minutes)
    return (*lead, talk.purpose, talk.content, talk.need, talk.product, *seen, *tail)


def write_plan(folder: Path, random: Random, visits: Sequence[ShopVisit], shops: Sequence[Retailer]) -> None:
    """October's plan: the shops of the days on file, most of them done."""
    header = head(
        "序号 计划日期 工号 客户经理姓名 客户编号 店名 走访方式 目的 安排依据 线路 是否完成 实际日期 未完成原因"
    )
    planned: list[tuple[date, ShopVisit]] = [
        (visit.day, visit) for visit in visits if visit.day.month == MONTHS[-1] and random.random() < _PLANNED
    ]
    rows: list[Row] = []
    for number, (day, visit) in enumerate(planned, 1):
        shop = visit.shop
        lead = (
            number,
            day,
            visit.staff.id,
            visit.staff.name,
            shop.id,
            shop.name,
            "走访",
            visit.talk.purpose,
            f"{shop.tier}类客户周期拜访",
            shop.route,
        )
        missed = visit.talk.outcome == "未接触到"
        rows.append(
            (*lead, "否" if missed else "是", None if missed else visit.day, "店门关闭，未遇" if missed else None)
        )
    seen = {visit.shop.id for visit in visits if visit.day.month == MONTHS[-1]}
    for shop in [shop for shop in shops if shop.id not in seen and shop.status == "在用"][:18]:
        day = CALENDAR.on_or_before(date(2026, 10, 12 + len(rows) % 17))
        rows.append(
            (
                len(rows) + 1,
                day,
                shop.owner.id,
                shop.owner.name,
                shop.id,
                shop.name,
                "走访",
                "定期拜访",
                f"{shop.tier}类客户周期拜访",
                shop.route,
                "否",
                None,
                random.choice(("临时参加专项检查", "道路施工绕行", "当天雨大改约", "线路调整")),
            )
        )
    top: list[Row] = [["2026年10月零售户拜访计划"], ["编制日期：2026年9月30日"]]
    write_xlsx(
        folder / "走访计划_2026-10.xlsx", [Sheet("拜访计划", [*top, header, *rows], head=(3,), merges=((0, 0, 0, 12),))]
    )
