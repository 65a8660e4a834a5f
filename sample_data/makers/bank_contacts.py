"""Three months of contacts with the bank's clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sample_data.makers.bank_people import WORKERS, BankClient, Member
from sample_data.makers.book import Cell, Row, Sheet, head, write_xlsx
from sample_data.makers.days import MONTHS, TODAY, month_days, styled
from sample_data.makers.scenes import Scenes, Talk

SCENES_OF = {
    "理财经理": {
        "到期承接": 13,
        "资产检视": 15,
        "生日关怀": 9,
        "理财推介": 20,
        "基金定投": 8,
        "保险保障": 7,
        "大额存单": 8,
        "售后回访": 9,
        "业务咨询": 6,
        "增值活动": 6,
        "沉默唤醒": 5,
        "投诉回访": 1,
        "未接通": 3,
    },
    "营销经理": {
        "开拓市场": 48,
        "理财推介": 14,
        "大额存单": 10,
        "沉默唤醒": 8,
        "增值活动": 8,
        "业务咨询": 6,
        "资产检视": 6,
        "未接通": 4,
    },
    "大堂经理": {"识别引导": 52, "业务咨询": 28, "大额存单": 8, "投诉回访": 4, "增值活动": 8},
}
STAGES = {
    "识别引导": ("接近拜访",),
    "开拓市场": ("接近拜访", "接近拜访", "把握情况"),
    "维护优质客户": ("把握情况", "说明产品"),
    "营销产品": ("说明产品", "说明产品", "消除异议", "把握情况"),
    "售后": ("售后回访",),
    "投诉处理": ("消除异议",),
}
LENGTH = {
    "电话": (5, 15),
    "微信": (5, 10),
    "短信": (2, 3),
    "面访": (30, 50),
    "走访": (40, 60),
    "来访": (15, 30),
    "视频": (20, 30),
}
VISITS = ("面访", "走访", "来访")
_URGE = {"私行": 9, "财富": 6, "贵宾": 4, "潜力": 2, "普通": 1}


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with one client."""

    day: date
    time: str
    staff: Member
    client: BankClient
    talk: Talk
    stage: str
    minutes: int
    companion: str = ""


def make_contacts(random: Random, clients: Sequence[BankClient], words: Path) -> list[Contact]:
    """Every working day of the three months, person by person."""
    scenes = Scenes(words, random)
    contacts: list[Contact] = []
    for month in MONTHS:
        for day in month_days(month):
            for member in WORKERS:
                if day >= member.joined:
                    contacts += _day_of(random, scenes, member, clients, day)
    return contacts


def _day_of(random: Random, scenes: Scenes, member: Member, clients: Sequence[BankClient], day: date) -> list[Contact]:
    own = [client for client in clients if _meets(member, client) and client.created <= day]
    share = 1.0 if day.weekday() else 0.7  # Monday has the weekly meeting
    count = int(member.pace * share + random.random()) + (6 if day == TODAY else 0)  # the day that the demo shows
    minute = 9 * 60 + random.randint(5, 40)
    found: list[Contact] = []
    seen: set[str] = set()
    for _ in range(count):
        name, client = _whom(random, scenes, member, own, day)
        if client is None or client.id in seen:
            continue
        seen.add(client.id)
        talk = scenes.talk(name, client.who, day, member.luck)
        minutes = random.randint(*LENGTH[talk.channel])
        stage = "达成交易" if talk.outcome == "成交" else random.choice(STAGES.get(talk.category, ("",)))
        found.append(
            Contact(
                day,
                f"{minute // 60:02d}:{minute % 60:02d}",
                member,
                client,
                talk,
                stage,
                minutes,
                _with(random, member, talk),
            )
        )
        minute += minutes + random.randint(*((8, 40) if day == TODAY else (25, 130)))
        if 11 * 60 + 50 < minute < 14 * 60:
            minute = 14 * 60 + random.randint(5, 30)
        if minute > 17 * 60:
            break
    return found


def _meets(member: Member, client: BankClient) -> bool:
    """Their own clients; in the lobby anybody of the branch but those who have a banker's number."""
    if member.role == "大堂经理":
        return client.owner.org == member.org and client.tier not in {"私行", "财富"}
    return client.owner is member


def _whom(
    random: Random, scenes: Scenes, member: Member, own: Sequence[BankClient], day: date
) -> tuple[str, BankClient | None]:
    """A scene and a client that fit each other: a birthday is near, a silent client is called back."""
    name = scenes.weighted(SCENES_OF[member.role])
    if name == "生日关怀":
        own = [client for client in own if _near(client.person.birthday, day)]
    elif name == "沉默唤醒":
        own = [client for client in own if client.status != "在用"]
    elif name == "到期承接":
        own = [client for client in own if client.maturity]
    else:
        own = [client for client in own if client.status != "流失"]
    if not own:
        return name, None
    return name, own[_weighted(random, [_URGE[client.tier] for client in own])]


def _weighted(random: Random, weights: Sequence[int]) -> int:
    left = random.randrange(sum(weights))
    for number, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return number
    raise AssertionError(weights)


def _near(birthday: date, day: date) -> bool:
    try:
        this_year = birthday.replace(year=day.year)
    except ValueError:
        this_year = date(day.year, 2, 28)
    return -1 <= (this_year - day).days <= 5  # noqa: PLR2004 - within the week


def _with(random: Random, member: Member, talk: Talk) -> str:
    """A newcomer is sometimes accompanied by the supervisor's deputy."""
    new = member.id in {"E1005", "E1009"}
    if talk.channel not in {"面访", "走访"} or random.random() > (0.35 if new else 0.06):
        return ""
    return {"B01": "沈若兰", "B02": "谭伯雍", "B03": "陶景行"}[member.org]


def write_contacts(folder: Path, contacts: Sequence[Contact]) -> None:
    """A workbook a month; each month somebody else made the sheet, and it shows in the headings."""
    for month in MONTHS:
        rows = [contact for contact in contacts if contact.day.month == month]
        path = folder / f"接触记录_2026年{month}月.xlsx"
        write_xlsx(path, [_AUGUST_TO_OCTOBER[month](rows)])


def _august(contacts: Sequence[Contact]) -> Sheet:
    header = head(
        "日期 时间 工号 客户经理姓名 客户编号 户名 方式 环节 类别 目的 沟通内容 客户需求 产品 结果 结论 成交金额（万元） 后续跟进 下次联系日期 时长（分钟） 陪访人"
    )
    rows: list[Row] = [
        (
            *_lead(c, c.day),
            c.talk.channel,
            c.stage,
            *_core(c),
            _wan(c),
            c.talk.next_step,
            c.talk.next_date,
            c.minutes,
            c.companion,
        )
        for c in contacts
    ]
    return Sheet("接触记录", [header, *rows], widths={10: 48, 13: 30})


def _september(contacts: Sequence[Contact]) -> Sheet:
    header = head(
        "联系日期 时间 员工编号 客户经理姓名 客户号 户名 接触方式 类别 目的 沟通内容 需求 产品名称 结果 结论 金额(元) 下一步 下次跟进日期 时长（分）"
    )
    rows: list[Row] = [
        (
            *_lead(c, styled(c.day, n // 40)),
            _alias(c.talk.channel),
            *_core(c),
            c.talk.amount * 10_000 or None,
            c.talk.next_step,
            styled(c.talk.next_date, 1),
            c.minutes,
        )
        for n, c in enumerate(contacts)
    ]
    return Sheet(
        "9月",
        [
            ["2026年9月客户接触记录"],
            ["填报单位：个人金融部", None, "填表日期：2026年9月30日"],
            header,
            *rows,
            [],
            ["注：金额只填当日成交部分"],
        ],
        head=(3,),
        merges=((0, 0, 0, 17),),
        widths={9: 48},
    )


def _october(contacts: Sequence[Contact]) -> Sheet:
    header = head(
        "序号 走访日期 走访时间 客户经理工号 经理姓名 客户编号 户名 方式 环节 类别 走访目的 沟通内容 客户需求 产品 结果 结论 引导至 成交金额（万元） 后续跟进 下次联系日期 时长（分钟） 陪访人"
    )
    rows: list[Row] = []
    for number, c in enumerate(contacts, 1):
        rows.append(
            (
                number,
                *_lead(c, c.day),
                c.talk.channel,
                c.stage,
                *_core(c),
                _guided(c),
                _wan(c),
                c.talk.next_step,
                c.talk.next_date,
                c.minutes,
                c.companion,
            )
        )
    deals = sum(c.talk.amount for c in contacts)
    foot: list[Row] = [("合计", *[None] * 16, deals), ("制表人：何静姝", *[None] * 9, "审核人：沈若兰")]
    line = f"数据截至：{TODAY.year}年{TODAY.month}月{TODAY.day}日"
    return Sheet(
        "接触记录",
        [["10月客户接触与走访记录"], [line], header, *rows, *foot],
        head=(3,),
        merges=((0, 0, 0, 21),),
        widths={11: 48},
    )


_AUGUST_TO_OCTOBER = {8: _august, 9: _september, 10: _october}


def _lead(c: Contact, day: Cell) -> tuple[Cell, ...]:
    return (day, c.time, c.staff.id, c.staff.name, c.client.id, c.client.person.name)


def _core(c: Contact) -> tuple[Cell, ...]:
    talk = c.talk
    return (talk.category, talk.purpose, talk.content, talk.need, talk.product, talk.result, talk.outcome)


def _wan(c: Contact) -> Cell:
    return c.talk.amount or None


def _guided(c: Contact) -> Cell:
    """Where the lobby led the client."""
    if c.talk.category != "识别引导":
        return None
    if "自助" in c.talk.content or "智能柜员机" in c.talk.content:
        return "自助设备"
    return "贵宾窗口" if c.talk.purpose == "优质客户优先服务" else "理财经理"


def _alias(channel: str) -> str:
    """September's sheet says 上门 and 企业微信."""
    return {"走访": "上门", "微信": "企业微信", "来访": "到店"}.get(channel, channel)


_EARLIER = {"私行": 9, "财富": 40, "贵宾": 45, "潜力": 110, "普通": 210}
"""At most so many days before the records begin somebody of that tier was last met."""


def last_contacts(random: Random, contacts: Sequence[Contact], clients: Sequence[BankClient]) -> Mapping[str, date]:
    """Client to the last day somebody got through; before the records begin, what the old system knew."""
    found: dict[str, date] = {}
    for c in contacts:
        if c.talk.outcome != "未接触到":
            found[c.client.id] = max(c.day, found.get(c.client.id, c.day - timedelta(days=1)))
    begun = min(c.day for c in contacts)
    for client in clients:
        before = begun - timedelta(days=random.randint(1, _EARLIER[client.tier]))
        if client.id not in found and client.created <= before:
            found[client.id] = before
    return found
