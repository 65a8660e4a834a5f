"""Meetings at the desk: reading a meeting file against the store, and the minutes with what was left open before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.records import AgendaItem, Client, Fact, Meeting, Task
from cmkit.facts.section import Document
from cmkit.minutes.actions import carried_actions
from cmkit.minutes.document import (
    MinutesFacts,
    agenda_document,
    minutes_document,
    plain_document,
    sign_in_document,
)
from cmkit.minutes.form import from_form
from cmkit.minutes.gaps import MeetingFacts, MeetingGap, minutes_gaps, series_of
from cmkit.minutes.meeting_file import Lookups, MeetingFile, keep_progress, read_meeting
from cmkit.reports.desk import Desk
from cmkit.sheets.book import open_book


def lookups(desk: Desk) -> Lookups:
    """Names of people and clients as the store knows them; a name that two share means nobody."""
    people: dict[str, str] = {}
    for person in desk.staff.values():
        people[person.name] = "" if person.name in people else person.staff_id
    clients: dict[str, str] = {}
    for client in desk.raw(Client):
        clients[client.name] = "" if client.name in clients else client.client_id

    def who(text: str) -> str:
        return text if text in desk.staff else people.get(text, "")

    def client_of(text: str) -> str:
        return clients.get(text, "") or text

    return Lookups(who=who, on=desk.on, client=client_of)


def read_file(desk: Desk, path: Path) -> tuple[MeetingFile, list[Problem]]:
    """The meeting that a TOML file or a filled Excel form holds.

    Raises InputFault naming the first thing that stands against it.
    """
    if path.suffix.lower() == ".toml":
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise InputFault(_("会议文件不是 UTF-8 编码"), hint=_("请另存为 UTF-8"), place=Place(path.name)) from None
        found, problems = read_meeting(text, lookups=lookups(desk), file=path.name)
    else:
        sheet = open_book(path).sheets[0]
        rows = [("" if not row else _cell(row[0]), [_cell(cell) for cell in row[1:]]) for row in sheet.rows]
        found, problems = from_form(rows, lookups=lookups(desk), place=Place(path.name, sheet.name))
    if found is None:
        first = next(problem for problem in problems if problem.severity == "error")
        raise InputFault(first.message, hint=first.hint, place=first.place)
    return found, problems


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def facts_of(desk: Desk, found: MeetingFile) -> list[Fact]:
    """What the store is told: the meeting, its items, its actions with the progress they have made since."""
    return [found.meeting, *found.items, *keep_progress(found.tasks, desk.raw(Task))]


def meeting_of(desk: Desk, text: str) -> Meeting:
    """The meeting of that number, or the last one of that series or title.

    Raises InputFault where there is none.
    """
    held = sorted(desk.facts(Meeting), key=lambda one: (str(one.date or ""), one.meeting_id))
    found = [one for one in held if text in {one.meeting_id, one.series, one.title}]
    if not found:
        known = "、".join(one.meeting_id for one in held[-5:])
        raise InputFault(_("没有这次会议：{name}").format(name=text), hint=_("最近的有：{names}").format(names=known))
    return found[-1]


def minutes_facts(desk: Desk, meeting: Meeting) -> MinutesFacts:
    """One meeting with its items, its actions and those left open by the meetings before."""
    tasks: Sequence[Task] = desk.facts(Task)
    return MinutesFacts(
        meeting=meeting,
        on=desk.on,
        items=desk.facts(AgendaItem),
        tasks=tasks,
        carried=carried_actions(tasks, desk.facts(Meeting), meeting, on=desk.on),
        names=desk.names,
        org_name=desk.org_name(meeting.org_id),
    )


def minutes(desk: Desk, text: str, *, style: Literal["gb", "plain"] = "gb") -> Document:
    """The minutes of a meeting, after GB/T 9704-2012 or in the plain style."""
    facts = minutes_facts(desk, meeting_of(desk, text))
    return minutes_document(facts) if style == "gb" else plain_document(facts)


def before(desk: Desk, text: str) -> list[Document]:
    """The papers before a meeting: the agenda and the sign-in sheet."""
    facts = minutes_facts(desk, meeting_of(desk, text))
    return [agenda_document(facts), sign_in_document(facts)]


def meeting_gaps(desk: Desk, start: date, end: date) -> list[MeetingGap]:
    """Meetings not held in their week or month, and minutes that are not whole, between two days."""
    meetings = desk.facts(Meeting)
    return minutes_gaps(
        MeetingFacts(
            meetings=meetings,
            items=desk.facts(AgendaItem),
            cadences=series_of(meetings, since=start, until=end),
            start=start,
            end=end,
            on=desk.on,
            calendar=desk.calendar,
        )
    )
