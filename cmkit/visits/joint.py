"""Joint visits: on which of the planned visits the supervisor comes along."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cmkit.facts.records import Visit
from cmkit.visits.due import Due


@dataclass(frozen=True, slots=True)
class Companion:
    """A supervisor: who it is and on which days there is no time."""

    staff_id: str
    name: str
    away: Collection[date] = field(default=frozenset())


def with_companions(
    visits: Sequence[Visit], dues: Sequence[Due], companions: Mapping[str, Companion], a_month: int
) -> list[Visit]:
    """``visits`` with the companion on each owner's most important ones, so many a calendar month.

    A supervisor goes out with one owner a day, and not on a day away or with visits of the supervisor's own. A visit
    that has a companion already keeps it and counts.
    """
    result = list(visits)
    rank = {(due.client_id, due.due_on): (not due.mandatory, due.rank, due.due_on) for due in dues}
    last = (True, 999, date.max)
    order = sorted(
        range(len(result)), key=lambda n: (*rank.get((result[n].client_id, result[n].due_on or date.max), last), n)
    )
    taken = {(visit.staff_id, visit.date): visit.staff_id for visit in result}
    count: dict[tuple[str, int, int], int] = {}
    for number in [n for n in order if result[n].companion]:
        month = _month(result[number])
        count[month] = count.get(month, 0) + 1
    for number in order:
        visit, month = result[number], _month(result[number])
        one = companions.get(visit.staff_id)
        if one is None or visit.companion or visit.done or visit.date is None or count.get(month, 0) >= a_month:
            continue
        if visit.date in one.away or taken.get((one.staff_id, visit.date), visit.staff_id) != visit.staff_id:
            continue
        taken[one.staff_id, visit.date] = visit.staff_id
        count[month] = count.get(month, 0) + 1
        result[number] = visit.changed(companion=one.name)
    return result


def _month(visit: Visit) -> tuple[str, int, int]:
    day = visit.date or date.min
    return visit.staff_id, day.year, day.month
