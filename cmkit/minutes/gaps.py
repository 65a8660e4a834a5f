"""Meetings not held in their week or month, minutes with holes, sign-in not complete, actions overdue (check K5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from cmkit.base.lang import _
from cmkit.base.period import Period, period_of
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import NO_ORIGIN, AgendaItem, Meeting, Origin, Task
from cmkit.minutes.meeting_file import DECISION

GapKind = Literal["not_held", "no_host", "no_recorder", "no_present", "no_decisions", "sign_in", "not_issued"]


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """How often a series meets. ``owner`` answers for it; ``members`` are expected at each meeting.

    ``issue_days`` working days after the meeting the minutes must be issued (0 = not asked for). Weeks and months
    that end before ``since`` are not asked for.
    """

    series: str
    every: Literal["week", "month"] = "week"
    org_id: str = ""
    owner: str = ""
    members: tuple[str, ...] = ()
    issue_days: int = 0
    since: date = date.min


@dataclass(frozen=True, kw_only=True)
class MeetingFacts:
    """What was to be held and what was. Days after ``on`` do not count yet."""

    cadences: Sequence[Cadence]
    meetings: Sequence[Meeting]
    start: date
    end: date
    on: date
    items: Sequence[AgendaItem] = ()
    tasks: Sequence[Task] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, cadence: Cadence) -> list[Meeting]:
        """The meetings of one series (of one unit, where the cadence names one), in order."""
        found = [one for one in self.meetings if (one.series or one.title) == cadence.series and one.date]
        found = [one for one in found if not cadence.org_id or one.org_id == cadence.org_id]
        return sorted(found, key=lambda one: one.date or date.min)

    def periods(self, cadence: Cadence) -> Iterator[tuple[Period, date]]:
        """Each week or month that closes in the span, with its last working day; one without working days is left out."""
        period = period_of(cadence.every, self.start)
        while period.start <= self.end:
            days = list(self.calendar.days(period.start, period.end))
            asked = bool(days) and self.start <= days[-1] <= self.end and days[-1] < self.on
            if asked and period.end >= cadence.since:
                yield period, days[-1]
            period = period.next()


@dataclass(frozen=True, slots=True)
class MeetingGap:
    """Something missing about a series or a meeting; ``due`` is the day by which it should have been there."""

    kind: GapKind
    series: str
    period: str
    due: date
    owner: str = ""
    meeting_id: str = ""
    detail: str = ""
    origin: Origin = field(default=NO_ORIGIN, compare=False)

    @property
    def message(self) -> str:
        """The gap in one sentence."""
        fields = {"series": self.series, "period": self.period, "detail": self.detail}
        return _sentences()[self.kind].format(**fields)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        return {
            "kind": self.kind,
            "series": self.series,
            "period": self.period,
            "due": self.due.isoformat(),
            "owner": self.owner,
            "meeting": self.meeting_id,
            "message": self.message,
        }


def _sentences() -> dict[GapKind, str]:
    return {
        "not_held": _("{period} 没有召开{series}"),
        "no_host": _("{period} 的{series}纪要没有主持人"),
        "no_recorder": _("{period} 的{series}纪要没有记录人"),
        "no_present": _("{period} 的{series}纪要没有出席人员"),
        "no_decisions": _("{period} 的{series}纪要没有决议"),
        "sign_in": _("{period} 的{series}签到不全：{detail}"),
        "not_issued": _("{period} 的{series}纪要还没有印发"),
    }


def minutes_gaps(facts: MeetingFacts) -> list[MeetingGap]:
    """Every gap by series and date (manual row 2-17).

    A meeting must fall into its week or month; minutes need host, recorder, people present and decisions; everybody
    expected is either present or on leave.
    """
    found: list[MeetingGap] = []
    for cadence in facts.cadences:
        held = facts.of(cadence)
        for period, last in facts.periods(cadence):
            if not any(one.date in period for one in held if one.date):
                found.append(MeetingGap("not_held", cadence.series, period.label, last, cadence.owner))
        for meeting in held:
            if meeting.date and facts.start <= meeting.date <= min(facts.end, facts.on):
                found.extend(_holes(facts, cadence, meeting, meeting.date))
    return sorted(found, key=lambda gap: (gap.due, gap.series, gap.kind))


def _holes(facts: MeetingFacts, cadence: Cadence, meeting: Meeting, day: date) -> Iterator[MeetingGap]:
    def gap(kind: GapKind, detail: str = "", due: date = day) -> MeetingGap:
        owner = cadence.owner or meeting.recorder or meeting.host
        number, origin = meeting.meeting_id, meeting.origin
        return MeetingGap(kind, cadence.series, day.isoformat(), due, owner, number, detail, origin)

    if not meeting.host:
        yield gap("no_host")
    if not meeting.recorder:
        yield gap("no_recorder")
    if not meeting.present:
        yield gap("no_present")
    if not any(one.kind == DECISION and one.meeting_id == meeting.meeting_id for one in facts.items):
        yield gap("no_decisions")
    if missing := _unsigned(facts, cadence, meeting):
        yield gap("sign_in", "、".join(missing))
    if cadence.issue_days and not meeting.issued_on:
        due = facts.calendar.add(day, cadence.issue_days)
        if due < facts.on:
            yield gap("not_issued", due=due)


def _unsigned(facts: MeetingFacts, cadence: Cadence, meeting: Meeting) -> list[str]:
    if not meeting.present:
        return []
    # A reason for leave stands behind the name in brackets: 王五（出差）.
    seen = {name.partition("（")[0].partition("(")[0] for name in (*meeting.present, *meeting.absent)}
    return [
        facts.names.get(member, member)
        for member in cadence.members
        if not {member, facts.names.get(member, member)} & seen
    ]


def series_of(meetings: Sequence[Meeting], *, since: date, until: date) -> tuple[Cadence, ...]:
    """Cadences read from what was held: a series met at least every ten days on average is weekly, else monthly.

    For an office that has not declared its meetings; a series with fewer than two meetings says nothing.
    """
    days: dict[tuple[str, str], list[date]] = {}
    for one in meetings:
        if one.series and one.date and since <= one.date <= until:
            days.setdefault((one.series, one.org_id), []).append(one.date)
    return tuple(
        Cadence(series=series, org_id=org, every="week" if _often(held) else "month", since=min(held))
        for (series, org), held in sorted(days.items())
        if len(held) > 1
    )


def _often(held: Sequence[date]) -> bool:
    return (max(held) - min(held)) / (len(held) - 1) <= timedelta(days=10)
