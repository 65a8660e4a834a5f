"""Which client is due for a visit, when and why.

Due date = last visit + the interval of the client's tier, then birthdays, maturities, closed complaints and the other
events that the pack names (走访计划规则 1 and 4; intervals are settings of the pack).
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from cmkit.base.days import short_day
from cmkit.base.lang import _
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Client
from cmkit.facts.specs import TierSpec, VisitSpec
from cmkit.visits.triggers import Event, Tables, by_deadline, events

SPACING = Fraction(6, 10)
"""Two visits of one client lie at least this share of its interval apart."""
MANDATORY_SPACING_DAYS = 3
"""A visit that an event calls for may come sooner than that, but not on the morrow of another."""
NOT_VISITED = frozenset({"流失", "黑名单"})
UNRANKED = 99
DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Due:
    """One visit that is due. ``deadline`` is given where an event makes the visit mandatory by that day."""

    client_id: str
    owner_id: str
    due_on: date
    overdue_days: int
    reasons: tuple[str, ...]
    rank: int
    kind: str
    """``tier``, or the key of the event that calls for it."""
    opens: date
    """The first day on which the visit makes sense."""
    deadline: date | None = None
    purpose: str = ""
    interval: int = 0
    """The days between two visits of such a client; 0 where the pack has no rule."""
    rolling: bool = False
    """Its days follow from the visit before it: where that one moves, they move."""
    tier_reason: str = ""
    """The one of ``reasons`` that speaks of the visit before."""
    since_archive: bool = False
    """Due since the archive was created, without any visit: the days past it say how old the archive is."""

    @property
    def told_overdue(self) -> int | None:
        """The days past it as people are told them."""
        return None if self.since_archive else self.overdue_days

    @property
    def mandatory(self) -> bool:
        """Whether it has to happen by a day."""
        return self.deadline is not None


@dataclass(slots=True)
class _State:
    """What is known of one client while its dues are told one after the other."""

    client: Client
    tier: str
    spec: TierSpec
    last: date | None
    told: str
    waiting: list[Event]
    calendar: WorkCalendar
    dues: list[Due] = field(default_factory=list)


def tier_of(client: Client, spec: VisitSpec) -> tuple[str, TierSpec]:
    """The client's tier as it is stored, and its rules (no interval where the pack has none)."""
    name = str(client.get(spec.tier_column) or "")
    return name, spec.tiers.get(name, TierSpec(zh=name))


def interval_of(tier: TierSpec) -> int:
    """Days between two visits of the tier; where the pack says so many a month, their even share of thirty days."""
    return DAYS_A_MONTH // tier.per_month if tier.per_month else tier.interval_days


def gap_days(interval: int) -> int:
    """The least days between two visits: 0.6 of the interval, rounded up."""
    return math.ceil(SPACING * interval)


def slack_days(interval: int) -> int:
    """How far a visit may lie from its due date: 0.4 of the interval."""
    return math.floor((1 - SPACING) * interval)


def left_out(clients: Sequence[Client], spec: VisitSpec) -> list[tuple[str, str]]:
    """Clients for whom no visit is reckoned, each with its reason."""
    found = []
    for client in clients:
        name, tier = tier_of(client, spec)
        if client.status in NOT_VISITED:
            found.append((client.client_id, _("客户状态为{status}，不安排走访").format(status=client.status)))
        elif not client.owner_id:
            found.append((client.client_id, _("没有客户经理，无法安排走访")))
        elif not interval_of(tier):
            found.append((client.client_id, _("等级“{tier}”没有走访间隔").format(tier=name or _("未填"))))
    return found


def due_list(  # noqa: PLR0913 - what is due depends on all of it
    clients: Sequence[Client],
    last_contacts: Mapping[str, date],
    last_calls: Mapping[str, date],
    spec: VisitSpec,
    tables: Tables,
    on: date,
    horizon_end: date,
    calendar: WorkCalendar,
    *,
    more: Sequence[Event] = (),
    early: bool = False,
) -> list[Due]:
    """Every visit that falls due from now to ``horizon_end``, the most important and longest overdue first.

    ``last_contacts`` holds each client's last visit, ``last_calls`` the last other contact; the latter stands for a
    visit where the pack says so. A client who is due several times in the span (weekly visits) is told several times.
    ``more`` are events that no trigger of the pack tells (tasks, moves); ``early`` adds the visits that fall due later but may be made in the span.
    Last contact 2026-10-20, interval 30, acting on 2026-11-23: due 2026-11-19, four days overdue.
    """
    waiting: dict[str, list[Event]] = {}
    told_of = {client.client_id for client in clients}
    own = [event for event in more if event.client_id in told_of]
    for event in sorted([*events(clients, spec.triggers, tables, (on, horizon_end), calendar), *own], key=by_deadline):
        waiting.setdefault(event.client_id, []).append(event)
    found: list[Due] = []
    for client in clients:
        if client.status in NOT_VISITED or not client.owner_id:
            continue
        name, tier = tier_of(client, spec)
        last, told = _last(client, last_contacts, last_calls, spec.phone_counts or tier.phone_counts, on)
        open_events = [e for e in waiting.get(client.client_id, []) if not _answered(e, last)]
        found += _dues(_State(client, name, tier, last, told, open_events, calendar), on, horizon_end, early)
    return sorted(found, key=lambda due: (due.rank, due.due_on, due.client_id))


def _last(
    client: Client, visits: Mapping[str, date], calls: Mapping[str, date], phone_counts: bool, on: date
) -> tuple[date | None, str]:
    """The day that the interval is counted from, and how to speak of it.

    The ledger's own 最近联系日期 counts where no visit is on record, or where any contact counts.
    """
    known = [visits.get(client.client_id)]
    if phone_counts:
        known += [calls.get(client.client_id), client.last_contact]
    elif known == [None]:
        known = [client.last_contact]
    days = [day for day in known if day is not None and day <= on]
    if not days:
        return None, ""
    last = max(days)
    visited = last == visits.get(client.client_id)
    return last, (_("上次 {day}") if visited else _("上次联系 {day}")).format(day=short_day(last, on))


def _answered(event: Event, last: date | None) -> bool:
    """Whether a contact since the window opened has served the event."""
    return last is not None and last >= event.opens


def _dues(state: _State, on: date, end: date, early: bool) -> list[Due]:
    """Tells the dues in the order in which visits would come, each visit starting the interval anew."""
    slack = timedelta(days=slack_days(interval_of(state.spec)))
    target = _first_due(state, on)
    while True:
        coming = max(target, on) if target else None
        event = state.waiting[0] if state.waiting else None
        # Who waits for an event beyond the tolerance is visited before it as well; nobody is visited on a day of rest.
        if event and (coming is None or state.calendar.on_or_after(event.opens) <= coming + slack):
            visit = _tell_event(state, target, on)
        elif target and coming and (target <= end or (early and target - slack <= end)):
            visit = coming
            _tell_tier(state, target, on)
        else:
            return state.dues
        state.last, state.told = visit, _("上次计划 {day}").format(day=short_day(visit, on))
        target = _next_due(state, visit) if interval_of(state.spec) else None


def _first_due(state: _State, on: date) -> date | None:
    if not interval_of(state.spec):
        return None
    start = state.last or state.client.created_on
    if start is None:
        return on
    if state.spec.per_month and start < on.replace(day=1):
        return part_of_month(on.replace(day=1), state.spec.per_month)[1]
    return _next_due(state, start)


def _next_due(state: _State, visit: date) -> date:
    """An interval later; with so many visits a month, the end of the part of the month after the visit's."""
    if not state.spec.per_month:
        return visit + timedelta(days=state.spec.interval_days)
    _first, last = part_of_month(visit, state.spec.per_month)
    return part_of_month(last + timedelta(days=1), state.spec.per_month)[1]


def part_of_month(day: date, parts: int) -> tuple[date, date]:
    """First and last day of the part that ``day`` lies in, of a month cut into equal parts: with 2, the 1st to the 15th."""
    length = monthrange(day.year, day.month)[1]
    for number in range(1, parts + 1):
        last = length * number // parts
        if day.day <= last:
            return day.replace(day=length * (number - 1) // parts + 1), day.replace(day=max(1, last))
    return day, day


def _tell_tier(state: _State, target: date, on: date) -> None:
    opens = target
    if state.last:
        opens = state.last + timedelta(days=gap_days(interval_of(state.spec)))
    if state.spec.per_month:
        opens = max(part_of_month(target, state.spec.per_month)[0], opens)
    reason = _tier_reason(state, on)
    state.dues.append(_due(state, target, on, (reason,), "tier", opens, None, _("定期走访")))


def _tell_event(state: _State, target: date | None, on: date) -> date:
    """One visit for the next event and for all that the same visit can serve; returns the day it is reckoned on."""
    first = state.waiting.pop(0)
    served, opens, deadline = [first], first.opens, first.deadline
    for event in list(state.waiting):
        if max(opens, event.opens, on) <= max(min(deadline, event.deadline), on):
            opens, deadline = max(opens, event.opens), min(deadline, event.deadline)
            served.append(event)
            state.waiting.remove(event)
    rested = state.last + timedelta(days=MANDATORY_SPACING_DAYS) if state.last else opens
    if opens < rested <= deadline:
        opens = rested
    reasons = [event.reason for event in served]
    due_on = deadline
    if target and target <= max(deadline, on):
        reasons.append(_tier_reason(state, on))
        due_on = min(due_on, target)
    purpose = _("、").join(dict.fromkeys(event.label for event in served))
    state.dues.append(_due(state, due_on, on, tuple(dict.fromkeys(reasons)), first.key, opens, deadline, purpose))
    return max(on, opens, min(due_on, deadline))


def _due(
    state: _State,
    due_on: date,
    on: date,
    reasons: tuple[str, ...],
    kind: str,
    opens: date,
    deadline: date | None,
    purpose: str,
) -> Due:
    client = state.client
    overdue = max(0, (on - due_on).days)
    rank = state.spec.rank or UNRANKED
    return Due(
        client.client_id,
        client.owner_id,
        due_on,
        overdue,
        reasons,
        rank,
        kind,
        opens,
        deadline,
        purpose,
        interval_of(state.spec),
        rolling=kind == "tier" and not state.spec.per_month,
        tier_reason=next((reason for reason in reasons if reason == _tier_reason(state, on)), ""),
        since_archive=bool(client.created_on) and not (state.told or state.spec.per_month) and due_on != deadline,
    )


def _tier_reason(state: _State, on: date) -> str:
    rule = rule_of(state.spec, state.tier)
    if state.told:
        return _("{rule}，{last}").format(rule=rule, last=state.told)
    created = state.client.created_on
    if created:
        return _("{rule}，从未走访，建档 {day}").format(rule=rule, day=short_day(created, on))
    return _("{rule}，没有走访记录").format(rule=rule)


def rule_of(tier: TierSpec, name: str = "") -> str:
    """How often a tier is visited, in words."""
    label = (tier.label or name).removesuffix("客户")
    if tier.per_month:
        return _("{tier}客户每月走访 {count} 次").format(tier=label, count=tier.per_month)
    return _("{tier}客户每 {days} 天走访").format(tier=label, days=tier.interval_days)
