"""Contact records for the benchmarks: a year of them, drawn by a seeded generator, written as an import would leave them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

OWNERS = 2000
CLIENTS_EACH = 100
FIRST = date(2025, 11, 1)
CHANNELS = ("面访", "走访", "来访", "电话", "微信", "短信")
CATEGORIES = ("维护优质客户", "营销产品", "增值服务", "开拓市场", "售后", "咨询")
OUTCOMES = ("成交", "有意向", "待跟进", "无需求", "未接触到")
PURPOSE = "产品到期提醒与资产配置建议"
CONTENT = "客户到店咨询理财产品到期后的安排，介绍了新一期产品的期限和风险等级"
COLUMNS = (
    "date",
    "time",
    "staff_id",
    "client_id",
    "channel",
    "category",
    "purpose",
    "content",
    "outcome",
    "amount",
    "minutes",
)
Row = tuple[str | int | None, ...]


def workdays() -> list[str]:
    """The weekdays of a year."""
    days = (FIRST + timedelta(days=number) for number in range(365))
    return [day.isoformat() for day in days if day.weekday() < 5]  # noqa: PLR2004 - Saturday


def contacts(count: int, seed: int = 1) -> Iterator[Row]:
    """``count`` contacts in the order of their days, as stored values in the order of ``COLUMNS``."""
    draw = random.Random(seed)
    days = workdays()
    for number in range(count):
        owner = draw.randrange(OWNERS)
        client = owner * CLIENTS_EACH + draw.randrange(CLIENTS_EACH)
        outcome = draw.choice(OUTCOMES)
        yield (
            days[number * len(days) // count],
            f"{9 + draw.randrange(8):02}:{draw.randrange(60):02}",
            f"E{owner:04}",
            f"C{client:06}",
            draw.choice(CHANNELS),
            draw.choice(CATEGORIES),
            PURPOSE,
            CONTENT,
            outcome,
            draw.randrange(1, 100) * 10_000_000 if outcome == OUTCOMES[0] else None,
            draw.randrange(5, 60),
        )


def fill(path: Path, count: int) -> None:
    """Write ``count`` contacts straight into an empty store's table (without their claims, which no figure reads)."""
    names = ", ".join(f"c_{name}" for name in COLUMNS)
    words = (
        f"INSERT INTO contacts (id, key, source_id, source_row, {names}) "  # noqa: S608 - names are ours
        f"VALUES (?, ?, 1, ?{', ?' * len(COLUMNS)})"
    )
    rows = ((n, f"{row[0]}|{row[2]}|{row[3]}|{n}", n, *row) for n, row in enumerate(contacts(count), 1))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(words, rows)
