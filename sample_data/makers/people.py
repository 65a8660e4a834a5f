"""Invented people: names, birthdays, ID numbers from no area (999999), phones from a range not in service (140)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_SURNAMES = "沈陆蒋谭苏贺罗陶宋韦白顾秦傅卢尹柏温虞钟岳邵翟霍简祁纪芮闻樊游凌牧涂庄裴戚管岑麦宁应阮辛甘米连桑钱孟"
_FIRST = {
    "女": "若映听语清诗婉静芷云书晴素曼采念初沁月令",
    "男": "承景知行远子思伯明致立修怀仲以道松鸣嘉望",
}
_SECOND = {
    "女": "兰雪雨溪荷宁棠瑶萱禾韵岚璎筠芙黛珊吟",
    "男": "舟桥齐雍衡泽川楠珩骁岩屿庭樾洲锐旻澄",
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
AREA = "999999"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    gender: str
    birthday: date
    id_no: str
    phone: str


class Crowd:
    """Makes people; no name, number or phone comes twice. ``after`` keeps two crowds apart."""

    def __init__(self, random: Random, after: int = 0) -> None:
        self._random = random
        self._names: set[str] = set()
        self._count = after

    def reserve(self, *names: str) -> None:
        """Names that are taken (the staff)."""
        self._names.update(names)

    def name(self, gender: str) -> str:
        """A name nobody has yet."""
        while True:
            parts = [self._random.choice(_SURNAMES), self._random.choice(_FIRST[gender])]
            if self._random.random() < 0.85:  # noqa: PLR2004 - the rest have one given character
                parts.append(self._random.choice(_SECOND[gender]))
            name = "".join(parts)
            if name not in self._names:
                self._names.add(name)
                return name

    def phone(self) -> str:
        """Eleven digits from 140, a range that serves nobody."""
        self._count += 1
        return f"140{(self._count * 79_193_337 + 12_345) % 100_000_000:08d}"

    def person(self, youngest: int = 1999, oldest: int = 1952) -> Person:
        """A whole person born in those years."""
        gender = self._random.choice("男女")
        first = date(oldest, 1, 1)
        birthday = first + timedelta(days=self._random.randint(0, (date(youngest, 12, 31) - first).days))
        phone = self.phone()
        serial = self._count % 500 * 2 + (gender == "男")
        return Person(self.name(gender), gender, birthday, id_number(birthday, serial), phone)


def id_number(birthday: date, serial: int) -> str:
    """An 18-digit number of the area 999999 with a right check digit (GB 11643-1999, ISO 7064 MOD 11-2)."""
    body = f"{AREA}{birthday:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """The 18th place of an ID number."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def spoiled(id_no: str) -> str:
    """The same number with a wrong check digit."""
    return id_no[:-1] + ("1" if id_no[-1] != "1" else "2")
