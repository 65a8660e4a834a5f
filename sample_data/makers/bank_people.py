"""The bank's sample office: head office, three branches, fourteen people and some three hundred clients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sample_data.makers.days import TODAY
from sample_data.makers.people import Crowd, Person, spoiled

ORGS = (
    ("Z00", "总行", "总部", "", "周启明", "云州市中心区"),
    ("B01", "城东支行", "网点", "Z00", "沈若兰", "东湖区"),
    ("B02", "城西支行", "网点", "Z00", "谭伯雍", "西陵区"),
    ("B03", "高新支行", "网点", "Z00", "陶景行", "高新区"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff. ``luck`` moves deals, ``pace`` contacts a day, ``growth`` is percent of assets a year."""

    id: str
    name: str
    role: str
    grade: str
    org: str
    boss: str
    joined: date
    certificate_to: date | None = None
    clients: int = 0
    pace: float = 0.0
    luck: int = 0
    growth: float = 0.0
    care: float = 0.96
    """The share of files that are complete."""
    fresh: tuple[int, int, int, int] = (0, 0, 0, 0)
    """New clients in October 2025 and in August, September and October 2026."""


STAFF = (
    Member("E1001", "周启明", "主管", "高级", "Z00", "", date(2009, 7, 1), date(2028, 5, 31)),
    Member("E1002", "沈若兰", "主管", "高级", "B01", "E1001", date(2012, 3, 12), date(2027, 9, 30)),
    Member(
        "E1003",
        "林一舟",
        "理财经理",
        "中级",
        "B01",
        "E1002",
        date(2018, 7, 2),
        date(2027, 6, 30),
        46,
        3.0,
        25,
        13.5,
        1.0,
        fresh=(2, 3, 3, 4),
    ),
    Member(
        "E1004",
        "何静姝",
        "大堂经理",
        "中级",
        "B01",
        "E1002",
        date(2019, 5, 6),
        date(2028, 1, 31),
        8,
        2.6,
        0,
        2.0,
        fresh=(0, 1, 0, 1),
    ),
    Member(
        "E1005",
        "陆远桥",
        "营销经理",
        "初级",
        "B01",
        "E1002",
        date(2026, 8, 3),
        date(2029, 7, 31),
        16,
        1.9,
        -40,
        3.0,
        fresh=(0, 1, 4, 5),
    ),
    Member(
        "E1006",
        "蒋思齐",
        "理财经理",
        "初级",
        "B01",
        "E1002",
        date(2021, 9, 1),
        date(2026, 11, 20),
        38,
        1.7,
        -35,
        4.0,
        fresh=(1, 2, 1, 1),
    ),
    Member("E1007", "谭伯雍", "主管", "高级", "B02", "E1001", date(2011, 8, 15), date(2027, 12, 31)),
    Member(
        "E1008",
        "苏听雨",
        "理财经理",
        "高级",
        "B02",
        "E1007",
        date(2015, 4, 20),
        date(2028, 3, 31),
        54,
        2.6,
        10,
        9.0,
        fresh=(3, 3, 2, 3),
    ),
    Member(
        "E1009",
        "贺知秋",
        "大堂经理",
        "初级",
        "B02",
        "E1007",
        date(2026, 3, 16),
        date(2029, 2, 28),
        8,
        2.0,
        0,
        2.0,
        fresh=(0, 0, 1, 1),
    ),
    Member(
        "E1010",
        "罗子衡",
        "营销经理",
        "中级",
        "B02",
        "E1007",
        date(2017, 11, 1),
        date(2027, 4, 30),
        28,
        2.2,
        5,
        6.5,
        fresh=(2, 4, 5, 6),
    ),
    Member("E1011", "陶景行", "主管", "高级", "B03", "E1001", date(2013, 6, 3), date(2028, 8, 31)),
    Member(
        "E1012",
        "宋映雪",
        "理财经理",
        "中级",
        "B03",
        "E1011",
        date(2019, 10, 8),
        date(2028, 2, 29),
        46,
        2.5,
        15,
        11.0,
        fresh=(2, 2, 3, 3),
    ),
    Member(
        "E1013",
        "韦承泽",
        "理财经理",
        "初级",
        "B03",
        "E1011",
        date(2022, 7, 4),
        date(2027, 10, 31),
        40,
        1.5,
        -45,
        -2.5,
        0.85,
        fresh=(2, 1, 1, 0),
    ),
    Member(
        "E1014",
        "白若溪",
        "大堂经理",
        "中级",
        "B03",
        "E1011",
        date(2020, 3, 2),
        date(2027, 3, 31),
        8,
        2.2,
        0,
        1.5,
        fresh=(0, 0, 1, 0),
    ),
)
BY_ID = {member.id: member for member in STAFF}
WORKERS = tuple(member for member in STAFF if member.clients)

BALANCE_DAYS = (
    date(2024, 12, 31),
    date(2025, 10, 31),
    date(2025, 12, 31),
    date(2026, 7, 31),
    date(2026, 8, 31),
    date(2026, 9, 30),
    TODAY,
)
TIERS = {"私行": (620, 1500), "财富": (105, 560), "贵宾": (21, 94), "潜力": (5.5, 19), "普通": (0.3, 4.6)}
_MIX = {
    "理财经理": (
        "私行",
        "财富",
        "财富",
        "财富",
        "贵宾",
        "贵宾",
        "贵宾",
        "贵宾",
        "贵宾",
        "潜力",
        "潜力",
        "潜力",
        "普通",
    ),
    "营销经理": ("财富", "贵宾", "贵宾", "潜力", "潜力", "潜力", "普通", "普通"),
    "大堂经理": ("贵宾", "潜力", "潜力", "普通", "普通"),
}
_STREETS = {
    "B01": ("东湖区", ("柳溪路", "望江街", "锦屏巷", "清河路", "荷塘里")),
    "B02": ("西陵区", ("西陵大道", "文苑路", "梧桐巷", "石桥街", "晚晴路")),
    "B03": ("高新区", ("创新一路", "软件园西路", "星河街", "云帆路", "启航巷")),
}


@dataclass(frozen=True, slots=True)
class BankClient:
    """One client; balances in yuan by day."""

    id: str
    person: Person
    owner: Member
    tier: str
    risk: str
    source: str
    status: str
    district: str
    address: str
    industry: str
    created: date
    updated: date
    maturity: date | None
    balances: dict[date, int]
    shares: tuple[float, float, float]
    loan: int
    remark: str = ""

    @property
    def who(self) -> str:
        """沈女士, 陆先生."""
        return self.person.name[0] + ("先生" if self.person.gender == "男" else "女士")

    def split(self, day: date) -> tuple[int, int, int, int]:
        """Deposits, wealth products, funds and insurance of that day; they add up to the balance."""
        total = self.balances[day]
        wealth, fund, insurance = (int(total * share) // 100 * 100 for share in self.shares)
        return total - wealth - fund - insurance, wealth, fund, insurance


def make_clients(random: Random) -> list[BankClient]:
    """All clients, by branch and owner."""
    crowd = Crowd(random)
    crowd.reserve(*(member.name for member in STAFF))
    clients: list[BankClient] = []
    for member in WORKERS:
        dates = _created(random, member)
        clients += [_client(random, crowd, member, len(clients) + 1 + n, day) for n, day in enumerate(dates)]
    return clients


def make_spares(random: Random) -> dict[str, list[BankClient]]:
    """Two more clients a branch, for the rows that an import has to refuse; nothing else knows them."""
    crowd = Crowd(random, after=5000)
    firsts = {"B01": BY_ID["E1003"], "B02": BY_ID["E1008"], "B03": BY_ID["E1012"]}
    return {
        org: [_client(random, crowd, member, 900 + n, date(2020, 5, 11)) for n in (1, 2)]
        for org, member in firsts.items()
    }


def _created(random: Random, member: Member) -> list[date]:
    """The days their files were opened: the fresh ones in the months agreed, the others long before."""
    fresh: list[date] = []
    for (year, month), count in zip(((2025, 10), (2026, 8), (2026, 9), (2026, 10)), member.fresh, strict=True):
        fresh += [date(year, month, random.choice((9, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23))) for _ in range(count)]
    first = date(2014, 1, 6)
    old = [first + timedelta(days=random.randint(0, 4000)) for _ in range(member.clients - len(fresh))]
    return sorted(old + fresh)


def _client(random: Random, crowd: Crowd, member: Member, number: int, created: date) -> BankClient:
    person = crowd.person()
    new = created > date(2026, 7, 31)
    tier = random.choice(_MIX[member.role][4:] if new else _MIX[member.role])
    low, high = TIERS[tier]
    now = int((low + (high - low) * random.random() ** 2) * 10_000) // 100 * 100
    chance = random.random()
    status = "在用" if chance < 0.86 or new else "沉默" if chance < 0.95 else "流失"  # noqa: PLR2004 - shares of the sample
    if status == "流失":
        now = random.randint(1, 40) * 100
    district, streets = _STREETS[member.org]
    area = f"云州市{district}{random.choice(streets)}{random.randint(1, 188)}号"
    wealth = 0.15 + 0.3 * random.random()
    fund = 0.12 * random.random()
    return BankClient(
        id=client_id(member.org, number),
        person=person,
        owner=member,
        tier="贵宾" if status == "流失" else tier,
        risk=random.choice(("保守型", "稳健型", "稳健型", "平衡型", "平衡型", "进取型"))
        if random.random() < member.care
        else "",
        source="主动拓展"
        if new and member.role == "营销经理"
        else random.choice(("存量", "存量", "转介绍", "自来", "活动", "主动拓展")),
        status="意向" if new and random.random() < 0.2 else status,  # noqa: PLR2004 - a fifth
        district=district,
        address=f"{area}{random.randint(1, 9)}栋{random.randint(101, 1802)}室",
        industry=random.choice(("企业职工", "教师", "个体工商户", "退休", "医护", "工程师", "公务人员", "自由职业")),
        created=created,
        updated=_updated(random, created),
        maturity=_maturity(random, now),
        balances=_balances(random, member, now, created, status),
        shares=(wealth, fund, 0.1 * random.random()),
        loan=random.choice((0, 0, 0, 0, 120_000, 350_000, 800_000)),
    )


def client_id(org: str, number: int) -> str:
    """C000123 in two branches; the third kept the old numbers, whose zeros Excel likes to eat: 000123."""
    return f"{number:06d}" if org == "B03" else f"C{number:06d}"


def _updated(random: Random, created: date) -> date:
    stale = random.random() < 0.08  # noqa: PLR2004 - some files nobody has touched for more than a year
    day = (
        date(2025, 6, 1) + timedelta(days=random.randint(0, 90))
        if stale
        else date(2026, 1, 5) + timedelta(days=random.randint(0, 290))
    )
    return max(day, created)


def _maturity(random: Random, now: int) -> date | None:
    if now < 100_000 or random.random() < 0.35:  # noqa: PLR2004 - small holdings have no term products
        return None
    return TODAY + timedelta(days=random.randint(-20, 260))


def _balances(random: Random, member: Member, now: int, created: date, status: str) -> dict[date, int]:
    """Back from today: each day's balance is today's without the owner's growth since, with some noise."""
    balances: dict[date, int] = {}
    for day in BALANCE_DAYS:
        years = (TODAY - day).days / 365
        value = now / (1 + member.growth / 100 * years) * (1 + 0.05 * (random.random() - 0.5) * min(1, years * 4))
        if status == "流失" and day < date(2026, 9, 1):
            value = 180_000 + 40_000 * random.random()
        if day >= created:
            balances[day] = now if day == TODAY else int(value) // 100 * 100
    return balances


def faulty(client: BankClient) -> BankClient:
    """The client with an ID number whose check digit is wrong."""
    return replace(client, person=replace(client.person, id_no=spoiled(client.person.id_no)))
