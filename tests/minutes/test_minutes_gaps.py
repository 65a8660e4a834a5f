from __future__ import annotations

from dataclasses import replace
from datetime import date

from cmkit.facts.records import AgendaItem, Meeting
from cmkit.minutes.gaps import Cadence, MeetingFacts, minutes_gaps, series_of

WEEKLY = Cadence(series="营销例会", every="week", owner="E1009")
MONTHLY = Cadence(series="分析会", every="month", owner="E1009")


def held(number: str, day: date, **more: object) -> Meeting:
    fields: dict[str, object] = {
        "series": "营销例会",
        "host": "赵主管",
        "recorder": "李静",
        "present": ("陈涛",),
        **more,
    }
    return Meeting(meeting_id=number, title="例会", date=day, **fields)  # type: ignore[arg-type]


def facts(*meetings: Meeting, cadences: tuple[Cadence, ...] = (WEEKLY,), on: date = date(2026, 11, 2)) -> MeetingFacts:
    return MeetingFacts(
        cadences=cadences,
        meetings=meetings,
        start=date(2026, 10, 1),
        end=date(2026, 10, 31),
        on=on,
        items=[AgendaItem(meeting_id=one.meeting_id, kind="决议", no=1, topic="定") for one in meetings],
    )


def told(made: MeetingFacts) -> list[tuple[str, str]]:
    return [(gap.kind, gap.due.isoformat()[5:]) for gap in minutes_gaps(made)]


def test_weeks_without_a_meeting() -> None:
    """October 2026, weekly: held on the 14th and 28th. The week of 10-05 closes on its make-up Saturday, the week of
    09-28 on 30 September and so outside the span, the week of 10-26 on Friday 30."""
    made = facts(held("a", date(2026, 10, 14)), held("b", date(2026, 10, 28)))
    assert told(made) == [("not_held", "10-10"), ("not_held", "10-23")]
    assert minutes_gaps(made)[0].message == "2026年第41周 没有召开营销例会"


def test_a_week_that_is_not_over_is_not_missed() -> None:
    assert told(facts(held("a", date(2026, 10, 9)), on=date(2026, 10, 16))) == []


def test_a_month_without_its_meeting() -> None:
    assert told(facts(cadences=(MONTHLY,))) == [("not_held", "10-30")]
    assert told(facts(cadences=(MONTHLY,), on=date(2026, 10, 30))) == []


def test_minutes_with_holes() -> None:
    day = date(2026, 10, 14)
    made = replace(
        facts(held("a", day, host="", recorder="", present=()), on=date(2026, 10, 16)),
        items=(),
        start=date(2026, 10, 12),
    )
    assert told(made) == [
        ("no_decisions", "10-14"),
        ("no_host", "10-14"),
        ("no_present", "10-14"),
        ("no_recorder", "10-14"),
    ]


def test_sign_in_misses_who_is_neither_present_nor_on_leave() -> None:
    """Expected: 陈涛 (there), 王五 (on leave, with a reason), E1003 孙丽 (nowhere)."""
    cadence = replace(WEEKLY, members=("陈涛", "王五", "E1003"))
    made = facts(held("a", date(2026, 10, 28), absent=("王五（出差）",)), cadences=(cadence,))
    made = replace(made, start=date(2026, 10, 26), names={"E1003": "孙丽"})
    assert [(gap.kind, gap.detail) for gap in minutes_gaps(made)] == [("sign_in", "孙丽")]


def test_minutes_are_issued_in_time() -> None:
    """Wednesday 28 October + 2 working days = Friday 30 October."""
    cadence = replace(WEEKLY, issue_days=2)
    made = replace(facts(held("a", date(2026, 10, 28)), cadences=(cadence,)), start=date(2026, 10, 26))
    assert told(made) == [("not_issued", "10-30")]
    assert told(replace(made, on=date(2026, 10, 30))) == []
    issued = replace(made, meetings=(held("a", date(2026, 10, 28), issued_on=date(2026, 10, 29)),))
    assert told(issued) == []


def test_a_cadence_of_one_unit_asks_only_for_its_own_meetings() -> None:
    elsewhere = held("a", date(2026, 10, 28), org_id="B02")
    made = replace(facts(elsewhere, cadences=(replace(WEEKLY, org_id="B01"),)), start=date(2026, 10, 26))
    assert told(made) == [("not_held", "10-30")]


def test_cadences_read_from_what_was_held() -> None:
    meetings = [
        *(held(f"w{day}", date(2026, 10, day)) for day in (7, 14, 21)),
        *(held(f"m{month}", date(2026, month, 28), series="分析会") for month in (8, 9, 10)),
        held("once", date(2026, 10, 20), series="动员会"),
    ]
    found = series_of(meetings, since=date(2026, 8, 1), until=date(2026, 10, 31))
    assert found == (
        Cadence(series="分析会", every="month", since=date(2026, 8, 28)),
        Cadence(series="营销例会", every="week", since=date(2026, 10, 7)),
    )


def test_a_series_is_not_asked_for_before_it_began() -> None:
    """Begun on 21 October: the weeks that closed on the 10th and 16th are not missed, the one of the 30th is."""
    began = replace(WEEKLY, since=date(2026, 10, 21))
    assert told(facts(held("a", date(2026, 10, 21)), cadences=(began,))) == [("not_held", "10-30")]
