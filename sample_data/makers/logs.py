"""Work logs: what people add to what the store already knows of their day. Shared by both sectors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

from sample_data.makers.book import Row, Sheet, head, write_xlsx
from sample_data.makers.days import CALENDAR, TODAY, workdays

FIRST = date(2026, 10, 12)
HEADER = head(
    "日期 工号 客户经理姓名 天气 晨会要点 已完成步骤 今日总结 学习内容 存在问题 需要支持 明日计划 填写日期 主管评语 审阅人工号 审阅日期"
)
_WEATHER = ("晴", "多云", "晴", "小雨", "阴", "多云", "晴")


class Logger(Protocol):
    """Somebody who writes a log."""

    @property
    def id(self) -> str:
        """The staff number."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def role(self) -> str:
        """The role."""

    @property
    def boss(self) -> str:
        """The supervisor's number."""


@dataclass(frozen=True, slots=True)
class DayTold:
    """What the contacts say of one person's day: a sentence, and whom to see next."""

    done: str
    next_up: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Habits:
    """Who forgets, who is late, who is new and read every day."""

    missing: frozenset[tuple[str, int]]
    late: Mapping[tuple[str, int], int]
    """Staff number and day of October to the day of October it was written on."""
    new: frozenset[str]
    steps: Mapping[str, Sequence[str]]
    """Role to the names of the steps of its day."""


def make_logs(
    random: Random, staff: Sequence[Logger], told: Mapping[tuple[str, date], DayTold], habits: Habits, words: Path
) -> list[Row]:
    """The rows of the log, day by day."""
    texts: dict[str, Any] = tomllib.loads(words.read_text(encoding="utf-8"))
    rows: list[Row] = []
    for day in workdays(FIRST, TODAY):
        for member in staff:
            if (member.id, day.day) in habits.missing:
                continue
            rows.append(_row(random, member, day, told.get((member.id, day), DayTold("")), habits, texts))
    return rows


def _row(random: Random, member: Logger, day: date, told: DayTold, habits: Habits, texts: dict[str, Any]) -> Row:
    role = texts["role"][member.role]
    tomorrow = CALENDAR.add(day, 1)
    plan = [f"{n}. {line}" for n, line in enumerate([*told.next_up[:3], random.choice(role["tomorrow"])], 1)]
    written = day.replace(day=habits.late.get((member.id, day.day), day.day))
    steps = list(habits.steps.get(member.role, ()))
    if steps and random.random() < 0.3:  # noqa: PLR2004 - now and then one is forgotten
        steps.remove(random.choice(steps))
    review, reviewer, read_on = _review(random, member, day, habits, texts["review"])
    return (
        day,
        member.id,
        member.name,
        _WEATHER[day.toordinal() % len(_WEATHER)],
        texts["morning"][day.isocalendar().week % len(texts["morning"])]
        if day.weekday() == 0
        else random.choice(texts["morning"]),
        "、".join(steps),
        told.done + random.choice(role["summary"]),
        random.choice(role["learned"]) if random.random() < 0.7 else "",  # noqa: PLR2004 - not every day
        random.choice(role["problems"]) if random.random() < 0.55 else "",  # noqa: PLR2004 - every other day
        random.choice(role["support"]) if random.random() < 0.2 else "",  # noqa: PLR2004 - one in five
        f"{tomorrow.month}月{tomorrow.day}日：" + "；".join(plan),
        written,
        review,
        reviewer,
        read_on,
    )


def _review(
    random: Random, member: Logger, day: date, habits: Habits, reviews: Sequence[str]
) -> tuple[str, str, date | None]:
    """Newcomers are read daily, the others once a week; the last days and a few others nobody has read yet."""
    if member.id in habits.new:
        read_on = CALENDAR.add(day, 1)
        skipped = day.day in {21, 22}
    else:
        read_on = CALENDAR.on_or_after(day + timedelta(days=7 - day.weekday()))
        skipped = day.weekday() not in {1, 4} or random.random() < 0.2  # noqa: PLR2004 - a sample of the week
    if skipped or read_on > TODAY:
        return "", "", None
    return random.choice(reviews), member.boss, read_on


def write_logs(
    folder: Path, rows: Sequence[Row], more: Mapping[str, Mapping[str, str]] | None = None, roles: Sequence[str] = ()
) -> None:
    """工作日志.xlsx. ``more``: further headings with what each role writes there; ``roles`` are those of the rows."""
    more = more or {}
    header = (*HEADER, *more)
    if more:
        rows = [
            (*row, *(words.get(role, "") for words in more.values())) for row, role in zip(rows, roles, strict=True)
        ]
    top: list[Row] = [["工作日志汇总"], ["期间：2026年10月12日至10月30日"], header]
    sheet = Sheet(
        "工作日志", [*top, *rows], head=(3,), merges=((0, 0, 0, len(header) - 1),), widths={4: 30, 6: 46, 7: 24, 10: 40}
    )
    write_xlsx(folder / "工作日志.xlsx", [sheet])
