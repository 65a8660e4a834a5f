"""Who has not written which day, who wrote late or left blocks empty, and which logs nobody has reviewed (check K3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from cmkit.base.lang import _
from cmkit.base.period import period_of
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import NO_ORIGIN, Origin, Staff, WorkLog
from cmkit.facts.specs import RoutineSpec

GapKind = Literal["missing", "late", "empty", "steps", "unreviewed_day", "unreviewed_week"]


@dataclass(frozen=True, kw_only=True)
class LogFacts:
    """Who should have written what. ``routines`` are by role or any key; a role without a routine writes no log.

    Days from ``start`` to ``end`` are looked at, but only those before ``on``: a day is not over before its night.
    ``must_fill`` names the fields of the log that may not stay empty. ``check_steps`` also asks for each unticked
    step of the routine (manual row 11-08).
    """

    staff: Sequence[Staff]
    worklogs: Sequence[WorkLog]
    routines: Mapping[str, RoutineSpec]
    start: date
    end: date
    on: date
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    newcomer_days: int = 365
    must_fill: tuple[str, ...] = ("summary",)
    check_steps: bool = False

    @property
    def last(self) -> date:
        """The last day that is looked at."""
        return min(self.end, self.on - timedelta(days=1))

    def routine(self, person: Staff) -> RoutineSpec | None:
        """The routine of the person's role."""
        for spec in self.routines.values():
            if spec.role and spec.role == person.role:
                return spec
        return self.routines.get(person.role)

    def newcomer(self, person: Staff, day: date) -> bool:
        """Whether the person has been here for less than ``newcomer_days`` on ``day``; unknown counts as long."""
        return person.join_date is not None and (day - person.join_date).days < self.newcomer_days

    def due_days(self, person: Staff) -> list[date]:
        """The working days on which the person has to write a log."""
        routine = self.routine(person)
        if routine is None or not routine.writes_log:
            return []
        first = max(self.start, person.join_date or self.start)
        last = min(self.last, person.leave_date or self.last)
        return list(self.calendar.days(first, last))


@dataclass(frozen=True, slots=True)
class LogGap:
    """One thing missing. ``day`` is the day of the log (the last log's day for a week)."""

    kind: GapKind
    staff_id: str
    name: str
    day: date
    supervisor_id: str = ""
    week: str = ""
    detail: str = ""
    origin: Origin = field(default=NO_ORIGIN, compare=False)

    @property
    def what(self) -> str:
        """What is missing, for where the person and the day stand beside it."""
        return _words()[self.kind].format(week=self.week, detail=self.detail)

    @property
    def message(self) -> str:
        """The gap in one sentence."""
        fields = {"name": self.name, "day": self.day.isoformat(), "week": self.week, "detail": self.detail}
        return _sentences()[self.kind].format(**fields)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        return {
            "kind": self.kind,
            "staff_id": self.staff_id,
            "name": self.name,
            "day": self.day.isoformat(),
            "week": self.week,
            "detail": self.detail,
            "message": self.message,
        }


def _words() -> dict[GapKind, str]:
    return {
        "missing": _("没有写工作日志"),
        "late": _("迟写 {detail} 天"),
        "empty": _("没有填写：{detail}"),
        "steps": _("日程缺少步骤：{detail}"),
        "unreviewed_day": _("还没有审阅（新人每日审阅）"),
        "unreviewed_week": _("{week}还没有审阅（每周审阅）"),
    }


def _sentences() -> dict[GapKind, str]:
    return {
        "missing": _("{name} {day} 没有写工作日志"),
        "late": _("{name} {day} 的工作日志迟写 {detail} 天"),
        "empty": _("{name} {day} 的工作日志没有填写：{detail}"),
        "steps": _("{name} {day} 的日程缺少步骤：{detail}"),
        "unreviewed_day": _("{name} {day} 的工作日志还没有审阅（新人每日审阅）"),
        "unreviewed_week": _("{name} {week} 的工作日志还没有审阅（每周审阅）"),
    }


def log_gaps(facts: LogFacts) -> list[LogGap]:
    """Every gap, by person and day.

    Review (manual rows 12-19, 12-20): a newcomer's log is reviewed every day; for others a week counts as reviewed
    when the last log of that week has been reviewed, and is asked for once the week's last working day is past.
    """
    logs: dict[str, dict[date, WorkLog]] = defaultdict(dict)
    for log in facts.worklogs:
        if log.date:
            logs[log.staff_id][log.date] = log
    found: list[LogGap] = []
    for person in facts.staff:
        own = logs[person.staff_id]
        for day in facts.due_days(person):
            found.extend(_day_gaps(facts, person, day, own.get(day)))
        if facts.due_days(person):
            found.extend(_week_gaps(facts, person, own))
    return sorted(found, key=lambda gap: (gap.staff_id, gap.day, gap.kind))


def _gap(
    kind: GapKind, person: Staff, day: date, *, log: WorkLog | None = None, week: str = "", detail: str = ""
) -> LogGap:
    origin = log.origin if log else NO_ORIGIN
    return LogGap(kind, person.staff_id, person.name, day, person.supervisor_id, week, detail, origin)


def _day_gaps(facts: LogFacts, person: Staff, day: date, log: WorkLog | None) -> Iterator[LogGap]:
    if log is None:
        yield _gap("missing", person, day)
        return
    if log.written_on and log.written_on > day:
        yield _gap("late", person, day, log=log, detail=str((log.written_on - day).days))
    empty = [name for name in facts.must_fill if not log.get(name)]
    if empty:
        yield _gap("empty", person, day, log=log, detail="、".join(_field_labels().get(name, name) for name in empty))
    if facts.check_steps and (missing := _missing_steps(facts, person, log)):
        yield _gap("steps", person, day, log=log, detail="、".join(missing))
    if facts.newcomer(person, day) and not is_reviewed(log, facts.on):
        yield _gap("unreviewed_day", person, day, log=log)


def _field_labels() -> dict[str, str]:
    return {
        "morning_notes": _("晨会要点"),
        "summary": _("今日总结"),
        "learned": _("学习内容"),
        "problems": _("存在问题"),
        "support": _("需要支持"),
        "tomorrow": _("明日计划"),
    }


def _missing_steps(facts: LogFacts, person: Staff, log: WorkLog) -> list[str]:
    routine = facts.routine(person)
    steps = [step for block in routine.blocks for step in block.steps] if routine else []
    # A step with a counter is proven by its records, so nobody has to tick it.
    plain = [step for step in steps if step.counts is None and step.standard is None]
    return [step.label for step in plain if not {step.key, step.zh, step.en} & set(log.steps)]


def is_reviewed(log: WorkLog, on: date) -> bool:
    """Whether somebody had reviewed the log by ``on``; words without a date count."""
    if log.reviewed_on:
        return log.reviewed_on <= on
    return bool(log.review)


def _week_gaps(facts: LogFacts, person: Staff, logs: Mapping[date, WorkLog]) -> Iterator[LogGap]:
    last_logs = {period_of("week", day): logs[day] for day in sorted(logs)}
    for week, log in last_logs.items():
        # In a week that is all holiday the last working day before Sunday lies in the week before.
        closes = facts.calendar.on_or_before(week.end)
        day = log.date or closes
        due = facts.start <= max(closes, week.start) <= facts.last
        if due and not facts.newcomer(person, day) and not is_reviewed(log, facts.on):
            yield _gap("unreviewed_week", person, day, log=log, week=week.label)
