from __future__ import annotations

from datetime import date

from cmkit.facts.appointment import Entry
from cmkit.facts.records import Client, Visit
from cmkit.visits.diary import entries, remembered, with_changes

SPAN = (date(2026, 11, 1), date(2026, 11, 30))
CLIENTS = {"C1": Client(client_id="C1", name="王芳", phone="140****0001", district="东湖区", address="云州市东湖区1号")}


def visit(day: int, arrive: str = "09:10", client: str = "C1") -> Visit:
    return Visit(
        date=date(2026, 11, day),
        staff_id="E1",
        client_id=client,
        reason="每 30 天",
        more={"arrive": arrive, "leave": "10:00"},
    )


def sent(*visits: Visit, before: dict[str, Entry] | None = None, on: int = 1) -> list[Entry]:
    return with_changes(entries(visits, CLIENTS), before or {}, SPAN, date(2026, 10, on))


def test_what_stays_the_same_keeps_its_number_and_its_day() -> None:
    first = sent(visit(3))
    again = sent(visit(3), before=remembered(first, {}), on=9)
    assert again == first
    assert (first[0].uid, first[0].sequence, first[0].location) == ("C1-20261103-E1@visits.cmkit", 0, "云州市东湖区1号")
    assert first[0].description == "每 30 天\n电话：140****0001"


def test_another_hour_counts_up() -> None:
    first = sent(visit(3))
    [moved] = sent(visit(3, "14:00"), before=remembered(first, {}), on=9)
    assert (moved.uid, moved.sequence, moved.stamp) == (first[0].uid, 1, date(2026, 10, 9))


def test_another_day_calls_the_old_one_off_once() -> None:
    first = sent(visit(3))
    known = remembered(first, {})
    gone, new = sent(visit(4), before=known, on=9)
    assert (gone.uid, gone.cancelled, gone.sequence) == (first[0].uid, True, 1)
    assert (new.cancelled, new.sequence) == (False, 0)
    known = remembered([gone, new], known)
    assert sent(visit(4), before=known, on=20) == [gone, new]
    back = sent(visit(3), before=known, on=21)
    assert [(one.day.day, one.cancelled, one.sequence) for one in back] == [(3, False, 2), (4, True, 1)]


def test_what_lies_outside_the_span_is_let_be() -> None:
    known = remembered(sent(visit(3)), {})
    assert with_changes([], known, (date(2026, 12, 1), date(2026, 12, 31)), date(2026, 10, 9)) == []


def test_a_number_that_a_uid_cannot_hold() -> None:
    [entry] = entries([visit(3, client="客户/1")], CLIENTS)
    assert entry.uid.isascii()
    assert entry.summary == "走访 客户/1"
