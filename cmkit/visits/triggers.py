"""Events that call for a visit: a birthday, a maturity, a complaint closed, a client just gained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cmkit.base.days import parse_lunar, short_day, yearly
from cmkit.base.lang import _
from cmkit.base.money import round_half_up
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Campaign, Client, Fact, Task
from cmkit.facts.specs import FilterSpec, MoveSpec, TriggerSpec

Tables = Mapping[str, Sequence[Fact]]
CLOSED_TASKS = frozenset({"完成", "取消"})
LAPSE = timedelta(days=30)
"""An event that nobody answered for so long after its deadline is left to the tier's interval."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one client: to be visited from ``opens`` to ``deadline``, both included."""

    client_id: str
    key: str
    label: str
    day: date
    opens: date
    deadline: date
    reason: str


def events(
    clients: Sequence[Client],
    triggers: Iterable[TriggerSpec],
    tables: Tables,
    span: tuple[date, date],
    calendar: WorkCalendar,
) -> list[Event]:
    """The events whose visit falls due in ``span`` or before it, in the order of their deadlines.

    A yearly day, and a day that the visit has to precede, is left out once it has passed; a visit that has to follow
    an event stays due until it has been made (the caller knows the visits), at most ``LAPSE`` beyond its deadline.
    """
    found: list[Event] = []
    for trigger in triggers:
        rows: Sequence[Fact] = clients if trigger.table == "clients" else tables.get(trigger.table, ())
        for fact in rows:
            if all(holds(fact, part) for part in trigger.where):
                found += _of_fact(fact, trigger, span, calendar)
    return sorted(set(found), key=by_deadline)


def by_deadline(event: Event) -> tuple[date, str, str, date]:
    """The order in which events are told."""
    return event.deadline, event.client_id, event.key, event.opens


def task_events(
    tasks: Iterable[Task], campaigns: Iterable[Campaign], days: int, span: tuple[date, date], calendar: WorkCalendar
) -> list[Event]:
    """Open tasks with a client and a due date, as events; one whose source names a campaign runs with the campaign.

    A task of 11-20 with seven days opens on 11-13. A campaign from 11-02 to 11-13 whose list was imported as tasks
    (来源 = the campaign's name) opens its tasks on 11-02 and closes them on 11-13 at the latest.
    """
    by_name = {one.name: one for one in campaigns if one.name}
    found: list[Event] = []
    for task in tasks:
        if not task.client_id or task.due is None or task.status in CLOSED_TASKS or days < 0:
            continue
        campaign = by_name.get(task.origin_ref)
        opens, last = task.due - timedelta(days=days), task.due
        if campaign and campaign.start:
            opens, last = campaign.start, min(last, campaign.end or last)
        deadline = max(opens, calendar.on_or_before(last))
        if opens > span[1] or deadline + LAPSE < span[0]:
            continue
        label = _("活动名单") if campaign else _("任务")
        words = {"label": campaign.name if campaign else task.what, "day": short_day(last, span[0])}
        told = _("活动“{label}”名单，{day} 前") if campaign else _("任务“{label}”，{day} 前")
        kind = "campaign" if campaign else "task"
        found.append(Event(task.client_id, kind, label, last, opens, deadline, told.format(**words)))
    return sorted(set(found), key=by_deadline)


def move_events(
    moved: Mapping[str, tuple[Decimal, Decimal]], spec: MoveSpec, month_end: date, calendar: WorkCalendar
) -> list[Event]:
    """Clients whose balance moved much between two month ends (before and after, in yuan).

    The reason tells the percentage, not the amounts: a plan is carried about. 1,000,000 to 600,000 is told as -40 %.
    """
    found = []
    for client, (before, after) in moved.items():
        change = after - before
        if abs(change) < spec.least or before <= 0 or abs(change) * 100 < before * spec.percent:
            continue
        opens = month_end + timedelta(days=1)
        deadline = max(opens, calendar.on_or_before(month_end + timedelta(days=spec.days_after)))
        label = spec.label or _("大额变动")
        percent = round_half_up(change * 100 / before, 0)
        reason = _("{label}：截至 {day} 的一个月 {percent}%，{days} 天内走访").format(
            label=label, day=short_day(month_end), percent=f"{percent:+f}", days=spec.days_after
        )
        found.append(Event(client, "move", label, month_end, opens, deadline, reason))
    return sorted(found, key=by_deadline)


def holds(fact: Fact, part: FilterSpec) -> bool:
    """Whether every condition of ``part`` holds for ``fact``."""
    value = fact.get(part.field)
    blank = value is None or value in ("", ())
    other = fact.get(part.not_after) if part.not_after else None
    return (
        (part.filled is None or part.filled is not blank)
        and (not part.any_of or str(value or "") in part.any_of)
        and str(value or "") not in part.none_of
        and (not part.at_least or (not blank and value >= _typed(part.at_least, value)))
        and (not part.at_most or (not blank and value <= _typed(part.at_most, value)))
        and (not part.not_after or (not blank and other is not None and value <= other))
    )


def _typed(text: str, like: Any) -> Any:
    return date.fromisoformat(text) if isinstance(like, date) else type(like)(text)


def _of_fact(fact: Fact, trigger: TriggerSpec, span: tuple[date, date], calendar: WorkCalendar) -> Iterator[Event]:
    client_id = str(fact.get(trigger.client) or "")
    for day, lunar in _days(fact, trigger, span):
        opens, deadline = _window(day, trigger, calendar)
        stays = LAPSE if trigger.days_after and not trigger.yearly else timedelta(0)
        passed = deadline + stays < span[0]
        if client_id and opens <= span[1] and not passed:
            said = _reason(trigger, day, lunar, span[0])
            yield Event(client_id, trigger.key, trigger.label or trigger.key, day, opens, deadline, said)


def _days(fact: Fact, trigger: TriggerSpec, span: tuple[date, date]) -> Iterator[tuple[date, str]]:
    """The days of the event and, for a lunar one, its words. A lunar birthday that is given stands for the solar one."""
    value = fact.get(trigger.date)
    lunar = str((fact.get("lunar_birthday") if trigger.date == "birthday" else value) or "")
    day = value if isinstance(value, date) else None
    if not trigger.yearly:
        if day is not None:
            yield day, ""
        return
    spoken = lunar if parse_lunar(lunar) else ""
    start = span[0] - timedelta(days=trigger.days_after + 1)
    for one in yearly(day, spoken, start, span[1] + timedelta(days=trigger.days_before + 31)):
        yield one, spoken


def _window(day: date, trigger: TriggerSpec, calendar: WorkCalendar) -> tuple[date, date]:
    """First and last day of the visit; where a holiday covers all of it, the nearest working day is let in.

    The last day is a working day: a birthday on Sunday is visited by Friday. A visit that has to follow an event cannot be made by the contact that was the event (a sale, a reply).
    """
    follows = trigger.days_after and not trigger.days_before
    opens = day - timedelta(days=-1 if follows else trigger.days_before)
    deadline = day + timedelta(days=trigger.days_after)
    if calendar.on_or_after(opens) > deadline:
        if trigger.days_after:
            deadline = calendar.on_or_after(deadline)
        else:
            opens = calendar.on_or_before(opens)
    return opens, max(opens, calendar.on_or_before(deadline))


def _reason(trigger: TriggerSpec, day: date, lunar: str, on: date) -> str:
    label, said = trigger.label or trigger.key, short_day(day, on)
    if lunar:
        return _("{label} {day}（{lunar}）").format(label=label, day=said, lunar=lunar)
    if trigger.days_after:
        return _("{label} {day}，{days} 天内走访").format(label=label, day=said, days=trigger.days_after)
    return _("{label} {day}").format(label=label, day=said)
