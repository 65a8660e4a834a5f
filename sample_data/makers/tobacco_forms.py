"""The smaller forms of the tobacco company: complaints, feedback, market information, competitors, inspections."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sample_data.makers.book import Row, Sheet, head, write_csv, write_xlsx
from sample_data.makers.days import CALENDAR, TODAY, month_days, styled
from sample_data.makers.marks import write_marks
from sample_data.makers.tobacco_people import WORKERS, Retailer

_BRANDS = ("青岚（硬）", "望川（软）", "锦程（中支）", "霁月（细支）", "南屏（硬）")
_AGES = (83, 72, 66, 58, 51, 44, 36, 28, 21, 16, 12, 5)
_OPEN = (9, 10, 11)
_LATE = 7
MARKS = ("看", "听", "说", "笑", "动")
"""The five skills of the manual."""
_LIMIT = {"一般": 15, "复杂": 30}
_REPORTS = {"Y2002": 4, "Y2003": 2, "Y2006": 3, "Y2007": 3, "Y2009": 4, "Y2010": 1}


def write_forms(folder: Path, random: Random, shops: Sequence[Retailer], words: Path) -> None:
    """All of them."""
    data = tomllib.loads(words.read_text(encoding="utf-8"))
    usual = [shop for shop in shops if shop.status == "在用" and shop.created < date(2026, 8, 1)]
    _complaints(folder, random, usual, data["complaint"])
    _feedback(folder, random, usual, data["feedback"])
    _info(folder, random, usual, data["info"])
    _competitors(folder, data["competitor"])
    _inspections(folder, random, data["inspection"])
    _campaigns(folder, data["campaign"])
    write_marks(folder, Random("tobacco/marks"), MARKS, [(one.id, one.name, one.growth) for one in WORKERS])


def _complaints(folder: Path, random: Random, shops: Sequence[Retailer], cases: Sequence[dict[str, Any]]) -> None:
    """投诉登记: twelve; three are open, one of them past its day, one was closed late."""
    header = head(
        "编号 投诉日期 客户代码 投诉人姓名 电话 被投诉单位 受理渠道 投诉类型 投诉级别 诉求 投诉内容 承办人 首次响应日期 期限 办结日期 处理结果 是否满意 投诉原因 整改措施"
    )
    rows: list[Row] = []
    for number, age in enumerate(_AGES):
        case = cases[number % len(cases)]
        shop = random.choice(shops)
        received = CALENDAR.on_or_before(TODAY - timedelta(days=age))
        due = received + timedelta(days=_LIMIT[case["level"]])
        closed = None
        if number not in _OPEN:
            closed = (
                CALENDAR.on_or_after(due + timedelta(days=2))
                if number == _LATE
                else CALENDAR.on_or_after(received + timedelta(days=random.randint(2, 8)))
            )
        ending = (
            closed,
            case["result"] if closed else None,
            random.choice("是是是否") if closed else None,
            case["cause"],
            case["fix"] if closed else None,
        )
        lead = (
            f"TS26{number + 31:04d}",
            styled(received, 1),
            shop.id,
            shop.person.name,
            shop.person.phone,
            shop.owner.org,
            case["channel"],
            case["category"],
            case["level"],
            case["request"],
            case["facts"],
        )
        rows.append((*lead, shop.owner.id, CALENDAR.on_or_after(received + timedelta(days=number % 2)), due, *ending))
    write_xlsx(
        folder / "投诉登记.xlsx",
        [Sheet("投诉台账", [["零售客户投诉台账"], header, *rows], head=(2,), merges=((0, 0, 0, 18),))],
    )


def _feedback(folder: Path, random: Random, shops: Sequence[Retailer], cases: Sequence[dict[str, Any]]) -> None:
    rows: list[Row] = [
        ("提出日期", "客户编号", "店名", "意见类别", "意见内容", "承办人", "期限", "回复日期", "回复", "客户确认")
    ]
    for number, case in enumerate(cases):
        shop = random.choice(shops)
        day = CALENDAR.on_or_before(date(2026, 8, 10) + timedelta(days=number * 8))
        replied = CALENDAR.add(day, random.randint(1, 4)) if number < len(cases) - 2 else None
        rows.append(
            (
                day,
                shop.id,
                shop.name,
                case["kind"],
                case["content"],
                shop.owner.boss,
                day + timedelta(days=7),
                replied,
                case["reply"] if replied else None,
                "是" if replied else None,
            )
        )
    write_csv(folder / "意见反馈.csv", rows)


def _info(folder: Path, random: Random, shops: Sequence[Retailer], cases: Sequence[dict[str, Any]]) -> None:
    """市场信息: a few a month of each manager."""
    rows: list[tuple[date, Row]] = []
    used: set[tuple[date, str, str]] = set()
    for month in (8, 9, 10):
        for member in WORKERS:
            for _ in range(_REPORTS[member.id]):
                case = random.choice(cases)
                shop = random.choice([shop for shop in shops if shop.owner is member])
                day = random.choice(month_days(month))
                if (day, member.id, case["subject"]) in used:
                    continue
                used.add((day, member.id, case["subject"]))
                text = case["content"].format(
                    place=shop.address.removeprefix(f"云州市{shop.district}").rstrip("0123456789号"),
                    brand=random.choice(_BRANDS),
                    shop=shop.name,
                )
                rows.append(
                    (
                        day,
                        (
                            day,
                            member.id,
                            member.name,
                            case["kind"],
                            case["subject"],
                            text,
                            case["level"],
                            member.boss,
                            day + timedelta(days=7),
                            CALENDAR.add(day, 3) if day < date(2026, 10, 19) else None,
                            case["instruction"] if day < date(2026, 10, 19) else None,
                        ),
                    )
                )
    header: Row = head(
        "采集日期 报告人工号 客户经理姓名 信息类别 信息主题 信息内容 信息等级 报送对象 回复期限 回复日期 批示意见"
    )
    body = [row for _day, row in sorted(rows, key=lambda pair: (pair[0], str(pair[1][1]), str(pair[1][4])))]
    write_xlsx(
        folder / "市场信息.xlsx",
        [
            Sheet(
                "市场信息采集",
                [["市场信息采集表"], ["8—10月", None, "填表日期：2026年10月30日"], header, *body],
                head=(3,),
                merges=((0, 0, 0, 10),),
            )
        ],
    )


def _competitors(folder: Path, cases: Sequence[dict[str, Any]]) -> None:
    rows: list[Row] = [("采集日期", "采集人", "竞争对手", "竞品名称", "情报内容", "情报来源", "对策", "期限")]
    for number, case in enumerate(cases):
        day = (
            TODAY
            if number == len(cases) - 1
            else CALENDAR.on_or_before(date(2026, 8, 14) + timedelta(days=number * 13))
        )
        rows.append(
            (
                day,
                case["by"],
                case["who"],
                case["product"],
                case["news"],
                case["source"],
                case["answer"],
                CALENDAR.on_or_after(day + timedelta(days=14)),
            )
        )
    write_csv(folder / "竞争信息.csv", rows, "gb18030")


def _inspections(folder: Path, random: Random, items: Sequence[dict[str, str]]) -> None:
    """服务检查: each month every manager on five items."""
    rows: list[Row] = []
    for day in (date(2026, 8, 25), date(2026, 9, 24), date(2026, 10, 22)):
        for member in WORKERS:
            for item in items:
                passed = random.random() < (0.96 if member.growth > 0 else 0.8)
                fixed = CALENDAR.add(day, 4) if not passed and day.month < 10 else None  # noqa: PLR2004 - October's are open
                rows.append(
                    (
                        day,
                        member.id,
                        member.name,
                        item["item"],
                        "合格" if passed else "不合格",
                        0 if passed else 2,
                        "" if passed else item["finding"],
                        None if passed else day + timedelta(days=10),
                        fixed,
                    )
                )
    header = ("检查日期", "工号", "客户经理姓名", "检查项目", "是否合格", "扣分", "发现问题", "整改期限", "整改日期")
    write_xlsx(
        folder / "服务检查.xlsx",
        [Sheet("服务规范检查", [["客户经理服务规范检查"], header, *rows], head=(2,), merges=((0, 0, 0, 8),))],
    )


def _campaigns(folder: Path, cases: Sequence[dict[str, Any]]) -> None:
    """营销活动: the shops that were asked and took part, and what they bought in the weeks before and after."""
    header = head(
        "活动名称 负责人工号 开始日期 结束日期 活动前周均销量 活动后周均销量 费用（元） 邀约户数 参与户数 意向户数 活动总结"
    )
    keys = ("name", "by", "start", "end", "before", "after", "cost", "asked", "came", "leads", "review")
    rows: list[Row] = [tuple(case.get(key) for key in keys) for case in cases]
    write_xlsx(
        folder / "营销活动.xlsx",
        [Sheet("营销活动", [["营销活动登记与评估"], header, *rows], head=(2,), merges=((0, 0, 0, 10),))],
    )
