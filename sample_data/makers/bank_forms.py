"""The smaller forms of the bank: complaints, feedback, referrals, competitors, information reports, file checks."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sample_data.makers.bank_people import BY_ID, WORKERS, BankClient
from sample_data.makers.book import Row, Sheet, head, write_csv, write_xlsx
from sample_data.makers.days import CALENDAR, TODAY, styled, workdays
from sample_data.makers.marks import write_marks

FIRST = date(2026, 8, 1)
MARKS = ("理财分析能力", "营销沟通技巧", "服务态度", "团队协作")
HANDLERS = {"B01": ("E1002", "E1004"), "B02": ("E1007", "E1009"), "B03": ("E1011", "E1014")}


def write_forms(folder: Path, random: Random, clients: Sequence[BankClient], words: Path) -> None:
    """All of them."""
    data = tomllib.loads(words.read_text(encoding="utf-8"))
    usual = [client for client in clients if client.status == "在用" and client.created < FIRST]
    _complaints(folder, random, usual, data["complaint"])
    _feedback(folder, random, usual, data["feedback"])
    _referrals(folder, random, clients, data["basis"])
    _competitors(folder, random, usual, data["competitor"])
    _info_reports(folder, data["info"])
    _archive_checks(folder, random, usual, data["archive_item"])
    _archive_access(folder, Random("bank/access"), usual, data["access"])
    write_marks(folder, Random("bank/marks"), MARKS, [(one.id, one.name, one.growth) for one in WORKERS])


# Days before the demo's day on which each complaint came in; the last ones are still open, one of them overdue.
_AGES = (88, 84, 79, 75, 70, 66, 61, 57, 52, 46, 41, 37, 33, 29, 26, 17, 13, 12, 4)
_OPEN = {15, 16, 17, 18}
_LAST_REFERRAL = 33
_LIMIT = {"一般": 15, "复杂": 30, "特别复杂": 60}


def _complaints(folder: Path, random: Random, clients: Sequence[BankClient], cases: Sequence[dict[str, Any]]) -> None:
    """投诉登记: nineteen; three are open near their day, one is past it, two were closed late."""
    header = head(
        "投诉编号 受理时间 客户编号 投诉人 联系电话 被投诉机构 投诉渠道 投诉类别 级别 客户诉求 事实经过 承办人工号 首次响应日期 办理期限 延期批准人 办结日期 处理结果 客户满意 原因分类 溯源整改"
    )
    rows: list[Row] = []
    for number, age in enumerate(_AGES):
        case = cases[number % len(cases)]
        client = random.choice(clients)
        org = client.owner.org
        received = CALENDAR.on_or_before(TODAY - timedelta(days=age))
        due = received + timedelta(days=_LIMIT[case["level"]])
        if number not in _OPEN:
            late = number in {4, 11}
            closed = (
                CALENDAR.on_or_after(due + timedelta(days=3))
                if late
                else CALENDAR.on_or_before(received + timedelta(days=random.randint(3, 12)))
            )
            ending: Row = (
                closed,
                case["result"],
                "否" if late else random.choice("是是是否"),
                case["cause"],
                case["fix"],
            )
        else:
            ending = (None, None, None, case["cause"], None)
        reply = (
            CALENDAR.on_or_after(received + timedelta(days=random.choice((0, 0, 1, 2))))
            if number != _AGES.index(4)
            else None
        )
        lead: Row = (
            f"TS2026-{number + 61:03d}",
            styled(received, number),
            client.id,
            client.person.name,
            int(client.person.phone),
            org,
            case["channel"],
            case["category"],
            case["level"],
            case["request"],
            case["facts"],
        )
        rows.append(
            (*lead, HANDLERS[org][number % 2], reply, due, "周启明" if case["level"] == "特别复杂" else None, *ending)
        )
    top: list[Row] = [
        ["客户投诉登记表（2026年8—10月）"],
        ["填报单位：个人金融部", None, None, "填表日期：2026年10月30日"],
    ]
    sheet = Sheet(
        "投诉登记",
        [*top, header, *rows, [], ["注：一般投诉15日内办结，复杂投诉30日内办结。"]],
        head=(3,),
        merges=((0, 0, 0, 19),),
    )
    write_xlsx(folder / "投诉登记.xlsx", [sheet])


def _feedback(folder: Path, random: Random, clients: Sequence[BankClient], cases: Sequence[dict[str, Any]]) -> None:
    header = head("反馈日期 客户编号 户名 类别 反馈内容 承办人工号 回复期限 回复日期 回复内容 客户确认")
    rows: list[Row] = []
    for number, case in enumerate(cases):
        client = random.choice(clients)
        day = CALENDAR.on_or_before(FIRST + timedelta(days=4 + number * 6))
        answered = number < len(cases) - 3 and number != 6  # noqa: PLR2004 - one forgotten, the last ones fresh
        replied = min(CALENDAR.add(day, random.randint(1, 5)), TODAY) if answered else None
        rows.append(
            (
                day,
                client.id,
                client.person.name,
                case["kind"],
                case["content"],
                HANDLERS[client.owner.org][number % 2],
                day + timedelta(days=7),
                replied,
                case["reply"] if answered else None,
                "是" if answered else None,
            )
        )
    write_xlsx(
        folder / "意见反馈.xlsx",
        [Sheet("意见反馈", [["客户意见反馈表"], header, *rows], head=(2,), merges=((0, 0, 0, 9),))],
    )


def _referrals(folder: Path, random: Random, clients: Sequence[BankClient], bases: Sequence[str]) -> None:
    """优质客户推介: lobby managers to wealth managers; some wait for their acceptance."""
    header = head(
        "推介日期 推介人工号 推介人岗位 接收人工号 客户编号 客户姓名 识别依据 接收日期 结果 成交产品 成交金额（万元） 积分"
    )
    rows: list[Row] = []
    days = workdays(FIRST, TODAY)
    for number in range(_LAST_REFERRAL + 1):
        sender = random.choice([member for member in WORKERS if member.role == "大堂经理"])
        near = [member for member in WORKERS if member.org == sender.org and member.role == "理财经理"]
        taker = random.choice(near)
        day = days[min(len(days) - 1, number * len(days) // (_LAST_REFERRAL + 1) + random.randint(0, 1))]
        if number == _LAST_REFERRAL:
            sender, taker, day = BY_ID["E1004"], BY_ID["E1003"], TODAY
        client = random.choice([client for client in clients if client.owner is taker and client.status != "流失"])
        accepted = (
            None if number in {27, _LAST_REFERRAL} else min(CALENDAR.add(day, random.choice((0, 0, 1, 2))), TODAY)
        )
        result = "跟进中" if accepted is None or number > 28 else random.choice(("成功", "跟进中", "未成功", "成功"))  # noqa: PLR2004 - the latest
        amount = random.choice((5, 10, 20, 30, 50)) if result == "成功" else None
        product = random.choice(("月月添利", "大额存单三年期", "安盈三个月定开")) if amount else None
        rows.append(
            (
                day,
                sender.id,
                sender.role,
                taker.id,
                client.id,
                client.person.name,
                random.choice(bases),
                accepted,
                result,
                product,
                amount,
                2 if amount else 1,
            )
        )
    write_xlsx(
        folder / "优质客户推介.xlsx",
        [
            Sheet(
                "推介单汇总",
                [["优质客户推介登记"], ["截至2026年10月30日"], header, *rows],
                head=(3,),
                merges=((0, 0, 0, 11),),
            )
        ],
    )


def _competitors(folder: Path, random: Random, clients: Sequence[BankClient], cases: Sequence[dict[str, Any]]) -> None:
    header = ("日期", "采集人", "客户编号", "竞争对手", "产品", "动态", "信息来源", "应对措施", "完成时限")
    rows: list[Row] = [header]
    for number, case in enumerate(cases):
        day = CALENDAR.on_or_before(FIRST + timedelta(days=6 + number * 8))
        client = random.choice(clients)
        owner = client.owner.id
        if number == len(cases) - 1:
            day, owner = TODAY, "E1003"
        due = CALENDAR.on_or_after(day + timedelta(days=10)) if case["answer"] else None
        rows.append(
            (
                day,
                owner,
                client.id if number % 2 else "",
                case["who"],
                case["product"],
                case["news"],
                case["source"],
                case["answer"],
                due,
            )
        )
    write_csv(folder / "竞争信息.csv", rows, "gb18030")


def _info_reports(folder: Path, cases: Sequence[dict[str, Any]]) -> None:
    header = ("报告日期", "报告人工号", "类别", "主题", "内容", "等级", "报送", "回复期限", "批示日期", "批示")
    rows: list[Row] = [header]
    for number, case in enumerate(cases):
        day = CALENDAR.on_or_before(date(2026, 8, 12) + timedelta(days=number * 9))
        member = BY_ID[case["by"]]
        answered = CALENDAR.add(day, 3) if case["instruction"] else None
        rows.append(
            (
                day,
                member.id,
                case["kind"],
                case["subject"],
                case["content"],
                case["level"],
                "总行个人金融部",
                day + timedelta(days=7),
                answered,
                case["instruction"],
            )
        )
    write_csv(folder / "信息报告.csv", rows)


def _archive_checks(
    folder: Path, random: Random, clients: Sequence[BankClient], items: Sequence[dict[str, str]]
) -> None:
    header = ("检查日期", "检查人工号", "档案号", "检查项", "发现问题", "整改期限", "整改日期")
    rows: list[Row] = []
    for number in range(24):
        day = (date(2026, 8, 27), date(2026, 9, 28), date(2026, 10, 27))[number // 8]
        client = random.choice(clients)
        item = items[number % len(items)]
        found = item["finding"] if random.random() < 0.4 else None  # noqa: PLR2004 - two of five
        due = day + timedelta(days=10) if found else None
        fixed = CALENDAR.add(day, random.randint(2, 6)) if found and number < 15 else None  # noqa: PLR2004 - the rest is open
        checker = {"B01": "E1002", "B02": "E1007", "B03": "E1011"}[client.owner.org]
        rows.append((day, checker, client.id, item["item"], found, due, fixed))
    write_xlsx(
        folder / "档案检查.xlsx",
        [Sheet("档案核对检查", [["优质客户档案核对检查表"], header, *rows], head=(2,), merges=((0, 0, 0, 6),))],
    )


def _archive_access(
    folder: Path, random: Random, clients: Sequence[BankClient], cases: Sequence[dict[str, Any]]
) -> None:
    """档案调阅登记: who took whose file, what for, who agreed; two of October's are still out."""
    rows: list[Row] = []
    for case in cases:
        client = random.choice([one for one in clients if one.owner.org == BY_ID[case["by"]].org])
        day = CALENDAR.on_or_before(TODAY - timedelta(days=case["ago"]))
        back = None if case.get("out") else CALENDAR.add(day, random.randint(1, 3))
        copied = "是" if case.get("copied") else "否"
        rows.append((day, case["by"], BY_ID[case["by"]].name, client.id, case["purpose"], case["agreed"], copied, back))
    header = head("调阅日期 工号 调阅人姓名 档案号 调阅事由 批准人 是否复印 归还日期")
    write_xlsx(
        folder / "档案调阅登记.xlsx",
        [Sheet("档案调阅登记", [["客户档案调阅登记"], header, *rows], head=(2,), merges=((0, 0, 0, 7),))],
    )
