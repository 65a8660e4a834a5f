"""Where clients and offices are, and when clients like to be visited: what a phone's map hands out (GCJ-02)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from sample_data.makers.book import Row, Sheet, head, write_csv, write_xlsx

_STREET = re.compile(r"\D+")
_CITY = (28.06, 115.41)
"""Nobody's town: 云州市 is invented."""
_KM = 111.2
_HOURS = ("09:00-11:30", "14:00-17:30", "14:30-16:30", "10:00-17:00")
_CLOSED = ("周一", "周三", "周五")


def write_places(
    folder: Path,
    orgs: Sequence[tuple[str, str]],
    clients: Iterable[tuple[str, str, str]],
    *,
    spread: float,
    shops: bool,
) -> None:
    """客户位置.csv and 机构位置.csv. A client is (number, district, address); ``spread`` is how far districts lie apart."""
    centres = {
        district: _around(f"district/{district}", _CITY, spread) for district in sorted({d for _n, d, _a in clients})
    }
    rows: list[Row] = [head("客户编号 纬度 经度 坐标系 方便走访时间 不便走访日")]
    for number, district, address in clients:
        street = _street(district, address)
        middle = _around(f"{district}/{street}", centres[district], 2.0 if not shops else 3.0)
        spot = _around(f"client/{number}", middle, 0.35)
        random = Random(f"hours/{number}")
        hours = random.choice(_HOURS) if random.random() < (0.3 if not shops else 0.0) else None
        closed = random.choice(_CLOSED) if random.random() < (0.1 if not shops else 0.06) else None
        rows.append((number, f"{spot[0]:.4f}", f"{spot[1]:.4f}", "GCJ-02", hours, closed))
    write_csv(folder / "客户位置.csv", rows, "utf-8")
    offices: list[Row] = [head("机构编号 纬度 经度")]
    for number, district in orgs:
        spot = _around(f"office/{number}", centres.get(district, _CITY), 0.3)
        offices.append((number, f"{spot[0]:.4f}", f"{spot[1]:.4f}"))
    write_csv(folder / "机构位置.csv", offices, "utf-8")


def write_leave(folder: Path, rows: Sequence[Row]) -> None:
    """请假登记.xlsx: who is away in November."""
    header = head("日期 工号 异动类型 截止日期 原因")
    write_xlsx(folder / "请假登记.xlsx", [Sheet("请假登记", [["2026年11月请假与培训安排"], header, *rows], head=(2,))])


def _street(district: str, address: str) -> str:
    """The street of an address: what stands between the district and the number."""
    rest = address.partition(district)[2]
    found = _STREET.match(rest)
    return found[0] if found else rest


def _around(name: str, middle: tuple[float, float], km: float) -> tuple[float, float]:
    """A spot within so many kilometres; a name always has the same one."""
    random = Random(f"places/{name}")
    far, angle = km * math.sqrt(random.random()), random.random() * 2 * math.pi
    north = middle[0] + far * math.cos(angle) / _KM
    return north, middle[1] + far * math.sin(angle) / (_KM * math.cos(math.radians(north)))
