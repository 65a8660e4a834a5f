"""The tobacco company's sample office: one company, three sales departments, ten people, some three hundred retailers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sample_data.makers.days import TODAY
from sample_data.makers.people import Crowd, Person

ORGS = (
    ("T00", "市公司", "市公司", "", "柏正清", "云州市中心区"),
    ("T01", "城区营销部", "营销部", "T00", "秦怀瑾", "城区"),
    ("T02", "平川营销部", "营销部", "T00", "阮景和", "平川县"),
    ("T03", "河西营销部", "营销部", "T00", "简文渊", "河西县"),
)


@dataclass(frozen=True, slots=True)
class Manager:
    """One of the staff. ``days`` are how many days of August, September and October are on file."""

    id: str
    name: str
    role: str
    grade: str
    org: str
    boss: str
    joined: date
    certificate_to: date
    retailers: int = 0
    days: tuple[int, int, int] = (0, 0, 0)
    growth: float = 0.0
    rural: float = 0.0
    """The share of shops in the country."""


STAFF = (
    Manager("Y2001", "柏正清", "市场经理", "高级", "T00", "", date(2010, 3, 1), date(2028, 6, 30)),
    Manager(
        "Y2002",
        "温如岚",
        "客户经理",
        "中级",
        "T01",
        "Y2004",
        date(2018, 9, 3),
        date(2027, 8, 31),
        88,
        (2, 2, 8),
        4.5,
        0.05,
    ),
    Manager(
        "Y2003",
        "岳承舟",
        "客户经理",
        "初级",
        "T01",
        "Y2004",
        date(2021, 7, 5),
        date(2026, 12, 10),
        62,
        (2, 2, 3),
        -2.0,
        0.1,
    ),
    Manager("Y2004", "秦怀瑾", "市场经理", "高级", "T01", "Y2001", date(2013, 5, 6), date(2028, 4, 30)),
    Manager("Y2005", "阮景和", "市场经理", "高级", "T02", "Y2001", date(2014, 8, 4), date(2027, 7, 31)),
    Manager(
        "Y2006",
        "米秋实",
        "客户经理",
        "中级",
        "T02",
        "Y2005",
        date(2017, 3, 13),
        date(2027, 2, 28),
        50,
        (2, 2, 3),
        3.0,
        0.6,
    ),
    Manager(
        "Y2007",
        "庄以宁",
        "客户经理",
        "初级",
        "T02",
        "Y2005",
        date(2026, 4, 7),
        date(2029, 3, 31),
        40,
        (1, 2, 3),
        1.0,
        0.7,
    ),
    Manager("Y2008", "简文渊", "市场经理", "高级", "T03", "Y2001", date(2012, 11, 5), date(2028, 9, 30)),
    Manager(
        "Y2009",
        "麦青禾",
        "客户经理",
        "中级",
        "T03",
        "Y2008",
        date(2019, 2, 18),
        date(2027, 12, 31),
        40,
        (2, 2, 3),
        6.0,
        0.8,
    ),
    Manager(
        "Y2010",
        "邵立言",
        "客户经理",
        "初级",
        "T03",
        "Y2008",
        date(2022, 6, 6),
        date(2027, 5, 31),
        34,
        (1, 1, 2),
        -5.0,
        0.9,
    ),
)
BY_ID = {member.id: member for member in STAFF}
WORKERS = tuple(member for member in STAFF if member.retailers)

MONTH_ENDS = (date(2025, 10, 31), date(2025, 12, 31), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), TODAY)
_SEASON = {
    date(2025, 10, 31): 1.02,
    date(2025, 12, 31): 1.1,
    date(2026, 7, 31): 0.97,
    date(2026, 8, 31): 0.98,
    date(2026, 9, 30): 1.06,
    TODAY: 1.0,
}
_QUANTITY = {"A": (380, 900), "B": (170, 370), "C": (60, 165), "D": (12, 58)}
_GRADE = {"A": (22, 30), "B": (15, 21), "C": (8, 14), "D": (1, 7)}
_FORMATS = ("食杂店", "食杂店", "食杂店", "便利店", "便利店", "超市", "烟酒店", "烟酒店", "商场", "娱乐服务", "其他")
_FIRST = "顺福云金永和瑞祥恒吉宏百康鑫源荣盛惠佳乐安丰泰"
_LAST = "和源来丰隆顺达兴旺发缘客邻里源福"
_PLACES = {
    "T01": ("城区", ("清风路", "鼓楼街", "桃源巷", "文庙街", "南湖路", "站前路")),
    "T02": ("平川县", ("平川镇东街", "柳林镇", "石塘镇集市", "青石乡", "白鹭镇")),
    "T03": ("河西县", ("河西镇中街", "沙洲乡", "古渡镇", "梨园乡", "长堤镇")),
}


@dataclass(frozen=True, slots=True)
class Retailer:
    """One shop; ``sales`` is what it bought in the month that ends on a day: cartons and yuan."""

    id: str
    name: str
    person: Person
    owner: Manager
    tier: str
    licence: str
    licence_to: date
    market: str
    format: str
    size: str
    grade: int
    order_day: str
    route: str
    credit: str
    status: str
    district: str
    address: str
    created: date
    updated: date
    sales: dict[date, tuple[int, int]]

    @property
    def who(self) -> str:
        """陈老板 as one says."""
        return f"{self.person.name[0]}老板"


def make_retailers(random: Random) -> list[Retailer]:
    """All shops, by department and manager."""
    crowd = Crowd(random)
    crowd.reserve(*(member.name for member in STAFF))
    shops: list[Retailer] = []
    names: set[str] = set()
    for member in WORKERS:
        for _ in range(member.retailers):
            shops.append(_retailer(random, crowd, member, len(shops) + 1, names))
    return shops


def make_spares(random: Random) -> dict[str, list[Retailer]]:
    """More shops, for the rows that an import has to refuse; nothing else knows them."""
    crowd = Crowd(random, after=5000)
    names: set[str] = set()
    firsts = {"T01": BY_ID["Y2002"], "T02": BY_ID["Y2006"], "T03": BY_ID["Y2009"]}
    return {org: [_retailer(random, crowd, member, 900 + n, names) for n in (1, 2)] for org, member in firsts.items()}


def _retailer(random: Random, crowd: Crowd, member: Manager, number: int, names: set[str]) -> Retailer:
    tier = random.choice("AABBBBCCCCCDD")
    market = "乡村" if random.random() < member.rural else "城镇"
    form = "其他" if random.random() < 0.02 else random.choice(_FORMATS[:-1])  # noqa: PLR2004 - the class 其他 stays small
    district, places = _PLACES[member.org]
    place = random.choice(places)
    created = date(2016, 1, 4) + timedelta(days=random.randint(0, 3700))
    if number % 37 == 0:
        created = date(2026, 9 + number % 2, random.choice((9, 14, 16, 22, 23)))
    licence_to = date(2026, 11, 5) + timedelta(days=random.randint(0, 1500))
    if number % 61 == 0:
        licence_to = date(2026, 10, 15) - timedelta(days=number % 7)
    low, high = _GRADE[tier]
    chance = random.random()
    return Retailer(
        id=client_id(member.org, number),
        name=_shop_name(random, form, names),
        person=crowd.person(1998, 1955),
        owner=member,
        tier=tier,
        licence=f"999999{200_000 + number * 137:06d}",
        licence_to=licence_to,
        market=market,
        format=form,
        size=random.choice("大中中小" if tier in "AB" else "中小小"),
        grade=random.randint(low, high),
        order_day="周" + "一二三四五"[number % 5],
        route=f"{district[:2]}{places.index(place) + 1}线",
        credit=random.choice(("AAA", "AA", "AA", "A", "A", "B", "C")),
        status="在用" if chance < 0.94 else "沉默" if chance < 0.98 else "流失",  # noqa: PLR2004 - shares of the sample
        district=district,
        address=f"云州市{district}{place}{random.randint(1, 160)}号",
        created=created,
        updated=max(created, date(2026, 1, 8) + timedelta(days=random.randint(0, 285))),
        sales=_sales(random, member, tier, created),
    )


def client_id(org: str, number: int) -> str:
    """Twelve digits; those of 河西 begin with zeros."""
    return f"0000{number:08d}" if org == "T03" else f"9901{org[1:]}{number:06d}"


def _shop_name(random: Random, form: str, names: set[str]) -> str:
    tail = {
        "食杂店": "食杂店",
        "便利店": "便利店",
        "超市": "超市",
        "烟酒店": "烟酒行",
        "商场": "商场",
        "娱乐服务": "茶楼",
        "其他": "服务部",
    }[form]
    while True:
        first, last = random.choice(_FIRST), random.choice(_LAST)
        name = f"{first}{last}{tail}"
        if first != last and name not in names:
            names.add(name)
            return name


def _sales(random: Random, member: Manager, tier: str, created: date) -> dict[date, tuple[int, int]]:
    low, high = _QUANTITY[tier]
    now = random.randint(low, high)
    price = random.randint(150, 310)
    found: dict[date, tuple[int, int]] = {}
    for day in MONTH_ENDS:
        if day < created:
            continue
        years = (TODAY - day).days / 365
        quantity = now / (1 + member.growth / 100 * years) * _SEASON[day] * (1 + 0.08 * (random.random() - 0.5))
        cartons = now if day == TODAY else max(1, round(quantity))
        found[day] = (cartons, cartons * price)
    return found
