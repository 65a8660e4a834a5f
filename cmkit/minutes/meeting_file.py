"""From a meeting file in TOML to the facts of a meeting: the meeting, its topics and decisions, its actions."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.text import fold_key
from cmkit.base.words import spoken_choice, spoken_clock, spoken_day
from cmkit.facts.records import AgendaItem, Meeting, Origin, Task
from cmkit.minutes.keys import (
    ABSENT_KEYS,
    ACTION_KEYS,
    MEETING_KEYS,
    TOPIC_KEYS,
    label,
    meeting_aliases,
    resolve,
    unknown_key,
)

Who = Callable[[str], str]
"""From a name or number, as people write it, to the record's number; "" where nobody is meant."""
Choices = Mapping[str, tuple[str, ...]]
"""Stored choice to its other ways of writing, as a table spec gives them."""
TOPIC, DECISION = "议题", "决议"
OPEN = "待办"
_SEPARATORS = "、，,；;/\n"
_TOKEN = re.compile(
    r"""["]{3}(?:\\.|[^\\])*?["]{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|(?P<bare>[\w/-]+)""", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """What one meeting file says."""

    meeting: Meeting
    items: tuple[AgendaItem, ...] = ()
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lookups:
    """What a meeting file is read against. ``on`` is the day from which dates without a year are seen."""

    who: Who
    on: date
    client: Who = fold_key
    statuses: Choices = field(default_factory=lambda: {OPEN: (), "进行中": (), "完成": ("已完成",), "取消": ()})
    priorities: Choices = field(default_factory=lambda: {"A": ("高",), "B": ("中",), "C": ("低",)})


def read_meeting(text: str, *, lookups: Lookups, file: str = "") -> tuple[MeetingFile | None, list[Problem]]:
    """The meeting of a TOML file; None where a problem is an error. Warnings come with the meeting."""
    try:
        data = tomllib.loads(quote_keys(text.removeprefix("\ufeff")))
    except tomllib.TOMLDecodeError as error:
        hint = _("引号、等号、逗号、方括号要用英文半角；日期可以写成 日期 = 2026-10-30")
        return None, [Problem(Place(file), "toml", _("会议文件不是有效的 TOML：{why}").format(why=error), hint)]
    reader = _Reader(lookups, file)
    return reader.finish(reader.head(data))


def quote_keys(text: str) -> str:
    """TOML with quotes around Chinese words that stand outside strings and comments: TOML wants them on such keys."""

    def quoted(match: re.Match[str]) -> str:
        word = match["bare"]
        return f'"{word}"' if word and not word.isascii() else match[0]

    return _TOKEN.sub(quoted, text)


def build_meeting(
    raw: Mapping[str, Any], *, lookups: Lookups, place: Place
) -> tuple[MeetingFile | None, list[Problem]]:
    """The meeting from values under canonical keys (a filled form); as :func:`read_meeting`."""
    reader = _Reader(lookups, place.file, place.sheet)
    return reader.finish(reader.head(raw))


def default_id(day: date, name: str) -> str:
    """``M-<date>-<six digits>``: the same meeting read twice is one meeting."""
    return f"M-{day.isoformat()}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def keep_progress(fresh: Sequence[Task], known: Sequence[Task]) -> list[Task]:
    """``fresh`` tasks of a meeting read again, with the state that ``known`` ones with the same number have reached."""
    before = {task.task_id: task for task in known}
    merged = []
    for task in fresh:
        old = before.get(task.task_id)
        if old and old.what == task.what and task.status == OPEN:
            task = task.changed(status=old.status, done_on=old.done_on, remark=task.remark or old.remark)  # noqa: PLW2901 - the same task, further on
        merged.append(task)
    return merged


class _Reader:
    """Collects the problems while a meeting is read; one file, one reader."""

    def __init__(self, lookups: Lookups, file: str, sheet: str = "") -> None:
        self.lookups = lookups
        self.file, self.sheet = file, sheet
        self.problems: list[Problem] = []

    def say(self, code: str, cell: str, message: str, *, hint: str = "", warn: bool = False) -> None:
        place = Place(self.file, self.sheet, cell)
        self.problems.append(Problem(place, code, message, hint, "warning" if warn else "error"))

    def known(self, data: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]], at: str = "") -> dict[str, Any]:
        """The values under their canonical keys; a key that nobody knows or that comes twice is a problem."""
        values: dict[str, Any] = {}
        for word, value in data.items():
            key = resolve(word, keys)
            cell = f"{at}.{word}" if at else word
            if key is None:
                self.problems.append(unknown_key(word, keys, Place(self.file, self.sheet, cell)))
            elif key in values:
                self.say("duplicate", cell, _("“{word}”重复填写").format(word=label(key, keys)))
            else:
                values[key] = value
        return values

    def head(self, data: Mapping[str, Any]) -> dict[str, Any]:
        raw = self.known(data, meeting_aliases())
        readers: dict[str, Callable[[Any, str], Any]] = {
            "text": self.text,
            "names": self.names,
            "date": self.day,
            "clock": self.clock,
            "span": self.span,
            "absent": self.absent,
            "topics": self.topics,
            "decisions": self.decisions,
            "actions": self.actions,
        }
        values = {key: readers[MEETING_KEYS[key][0]](value, key) for key, value in raw.items()}
        for key in ("title", "date"):
            if not values.get(key) and not any(one.place.cell == key for one in self.problems):
                self.say("required", key, _("会议文件缺少{label}").format(label=label(key, meeting_aliases())))
        return values

    def finish(self, values: dict[str, Any]) -> tuple[MeetingFile | None, list[Problem]]:
        if any(one.severity == "error" for one in self.problems):
            return None, self.problems
        span = values.pop("time", ("", ""))
        values.setdefault("start", span[0])
        values.setdefault("end", span[1])
        topics, decisions = values.pop("topics", []), values.pop("decisions", [])
        actions: list[Task] = values.pop("actions", [])
        values["next_meeting"] = values.pop("next", "")
        if not values.get("meeting_id"):
            values["meeting_id"] = default_id(values["date"], values.get("series") or values["title"])
        self.lacking(values, topics, decisions)
        origin = Origin(file=self.file, sheet=self.sheet)
        meeting = Meeting(**values, origin=origin)
        number = meeting.meeting_id
        items = [
            *(AgendaItem(meeting_id=number, kind=TOPIC, no=n, **one, origin=origin) for n, one in enumerate(topics, 1)),
            *(
                AgendaItem(meeting_id=number, kind=DECISION, no=n, topic=said, origin=origin)
                for n, said in enumerate(decisions, 1)
            ),
        ]
        tasks = [
            task.changed(
                task_id=f"{number}-{n}",
                origin_ref=number,
                raised_on=meeting.date,
                done_on=meeting.date if task.status == "完成" else None,
                origin=origin,
            )
            for n, task in enumerate(actions, 1)
        ]
        return MeetingFile(meeting, tuple(items), tuple(tasks)), self.problems

    def lacking(self, values: Mapping[str, Any], topics: Sequence[object], decisions: Sequence[object]) -> None:
        """One warning that names everything that minutes need (manual row 2-17) and the file does not say."""
        told = {**values, "topics": topics, "decisions": decisions}
        needed = ("start", "place", "host", "recorder", "present", "topics", "decisions")
        missing = [label("time" if key == "start" else key, meeting_aliases()) for key in needed if not told.get(key)]
        if missing:
            message = _("会议记录还缺：{names}").format(names="、".join(missing))
            self.say("incomplete", "", message, hint=_("已登记；补齐后再登记一次，会更新同一次会议"), warn=True)

    def text(self, value: Any, cell: str) -> str:
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool | list | dict):
            self.say("type", cell, _("“{cell}”要写成一段文字").format(cell=cell))
            return ""
        return str(value)

    def names(self, value: Any, cell: str) -> tuple[str, ...]:
        parts = value if isinstance(value, list) else [value]
        found: list[str] = []
        for part in parts:
            found += _split(self.text(part, cell))
        return tuple(dict.fromkeys(found))

    def absent(self, value: Any, cell: str) -> tuple[str, ...]:
        """Names with their reasons: a text, ``王五（出差）``, or ``{name = "王五", reason = "出差"}``."""
        found: list[str] = []
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                one = self.known(part, ABSENT_KEYS, cell)
                name, reason = self.text(one.get("name", ""), cell), self.text(one.get("reason", ""), cell)
                # 、 parts names in the store, so it may not stand inside one.
                found.append(f"{name}（{reason.replace('、', '，')}）" if reason else name)
            else:
                found += _split(self.text(part, cell))
        return tuple(dict.fromkeys(name for name in found if name))

    def day(self, value: Any, cell: str) -> date | None:
        if isinstance(value, date):
            return date(value.year, value.month, value.day)
        text = self.text(value, cell)
        if not text:
            return None
        found = spoken_day(text, on=self.lookups.on)
        if found is None:
            self.say("bad_date", cell, _("看不懂的日期：{text}").format(text=text), hint=_("请写 2026-10-30"))
        return found

    def clock(self, value: Any, cell: str) -> str:
        if isinstance(value, time):
            return value.strftime("%H:%M")
        text = self.text(value, cell)
        found = spoken_clock(text) if text else ""
        if found is None:
            self.say("bad_time", cell, _("看不懂的时间：{text}").format(text=text), hint=_("请写 09:30"))
        return found or ""

    def span(self, value: Any, cell: str) -> tuple[str, str]:
        """``14:00-16:00`` or only ``14:00``."""
        text = value.strftime("%H:%M") if isinstance(value, time) else fold_key(self.text(value, cell))
        for dash in ("—", "–", "~", "至", "到"):
            text = text.replace(dash, "-")
        start, _dash, end = text.partition("-")
        return self.clock(start.strip(), cell), self.clock(end.strip("- "), cell)

    def topics(self, value: Any, cell: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for number, part in enumerate(self.tables(value, cell, "topic"), 1):
            at = f"{cell}[{number}]"
            one = {key: self.text(said, f"{at}.{key}") for key, said in self.known(part, TOPIC_KEYS, at).items()}
            if not one.get("topic"):
                self.say("required", at, _("第 {number} 个议题没有写议题名称").format(number=number))
            found.append(one)
        return found

    def decisions(self, value: Any, cell: str) -> list[str]:
        said = [self.text(part, cell) for part in (value if isinstance(value, list) else [value])]
        return [part for part in said if part]

    def tables(self, value: Any, cell: str, only: str) -> list[Mapping[str, Any]]:
        """A list of tables; a plain text stands for a table with just that text under ``only``."""
        if not isinstance(value, list):
            self.say("type", cell, _("“{cell}”要写成列表，每项一个 [[{cell}]]").format(cell=cell))
            return []
        return [part if isinstance(part, dict) else {only: part} for part in value]

    def actions(self, value: Any, cell: str) -> list[Task]:
        return [
            self.action(self.known(part, ACTION_KEYS, f"{cell}[{number}]"), f"{cell}[{number}]", number)
            for number, part in enumerate(self.tables(value, cell, "what"), 1)
        ]

    def action(self, one: dict[str, Any], at: str, number: int) -> Task:
        due = self.day(one.pop("due", ""), f"{at}.due")
        text = {key: self.text(value, f"{at}.{key}") for key, value in one.items()}
        if not text.get("what"):
            self.say("required", at, _("第 {number} 项行动没有写事项").format(number=number))
        if due is None:
            self.say("no_due", f"{at}.due", _("第 {number} 项行动没有完成时限").format(number=number), warn=True)
        owner, helpers = self.owner(text.get("owner", ""), f"{at}.owner", number)
        status = self.choice(text.get("status", ""), self.lookups.statuses, f"{at}.status") or OPEN
        remark = "；".join(part for part in (text.get("remark", ""), helpers) if part)
        return Task(
            what=text.get("what", ""),
            owner_id=owner,
            department=text.get("department", ""),
            client_id=self.client(text.get("client", ""), f"{at}.client"),
            priority=self.choice(text.get("priority", ""), self.lookups.priorities, f"{at}.priority"),
            due=due,
            status=status,
            remark=remark,
        )

    def owner(self, text: str, cell: str, number: int) -> tuple[str, str]:
        """One owner; others named beside are written down as helpers, with a warning."""
        names = _split(text)
        if not names:
            self.say("no_owner", cell, _("第 {number} 项行动没有责任人").format(number=number), warn=True)
            return "", ""
        found = self.lookups.who(names[0])
        if not found:
            hint = _("请写人员表里的姓名或工号；先按原样登记")
            self.say("unknown_owner", cell, _("人员表里没有责任人“{name}”").format(name=names[0]), hint=hint, warn=True)
        if names[1:]:
            message = _("第 {number} 项行动写了几位责任人，以第一位为准").format(number=number)
            self.say("many_owners", cell, message, warn=True)
        helpers = _("协办：{names}").format(names="、".join(names[1:])) if names[1:] else ""
        return found or names[0], helpers

    def client(self, text: str, cell: str) -> str:
        found = self.lookups.client(text) if text else ""
        if text and not found:
            self.say("unknown_client", cell, _("客户档案里没有“{name}”").format(name=text), warn=True)
        return found or text

    def choice(self, text: str, choices: Choices, cell: str) -> str:
        found = spoken_choice(text, choices) if text else ""
        if found is None:
            hint = _("可选：{choices}").format(choices="、".join(choices))
            self.say("bad_choice", cell, _("没有“{text}”这个选项").format(text=text), hint=hint)
        return found or ""


def _split(text: str) -> list[str]:
    """Names parted by 、 ， ； / or line breaks, but not inside brackets, where reasons stand."""
    parts, depth = [""], 0
    for char in text:
        depth = max(0, depth + (char in "（(") - (char in "）)"))
        if char in _SEPARATORS and not depth:
            parts.append("")
        else:
            parts[-1] += "，" if char == "、" else char
    return [part.strip() for part in parts if part.strip()]
