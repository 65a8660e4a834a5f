"""All that is known of one client in the order of time, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from cmkit.base.lang import _
from cmkit.facts.records import (
    ArchiveAccess,
    ArchiveCheck,
    Complaint,
    Contact,
    Fact,
    Feedback,
    Opportunity,
    Policy,
    Referral,
    Survey,
    Task,
    Training,
    Visit,
    WarningSignal,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened or is planned."""

    day: date
    kind: str
    text: str
    who: str
    table: str
    key: str


def timeline(client_id: str, records: Iterable[Fact]) -> list[Moment]:
    """The client's contacts, visits, complaints, tasks, policies, archive and all else that has a day, newest first.

    Records of other clients and of other kinds are passed over; so is what has no date.
    """
    moments = [moment for fact in records if fact.get("client_id") == client_id for moment in _tell(fact)]
    return sorted(moments, key=lambda m: (-m.day.toordinal(), m.table, m.key))


def _tell(fact: Fact) -> Iterator[Moment]:
    teller = _TELLERS.get(type(fact))
    if teller is None:
        return
    day, kind, parts, who = teller(fact)
    if day is not None:
        yield Moment(day, kind, "；".join(part for part in parts if part), who, fact.table, fact.key)


_Told = tuple[date | None, str, Sequence[str], str]


def _contact(fact: Contact) -> _Told:
    return fact.date, fact.channel or _("接触"), (fact.purpose, fact.result, fact.next_step), fact.staff_id


def _visit(fact: Visit) -> _Told:
    if fact.done:
        return fact.done_on or fact.date, _("完成走访"), (fact.purpose, fact.reason), fact.staff_id
    return fact.date, _("计划走访"), (fact.purpose, fact.reason, fact.undone_reason), fact.staff_id


def _complaint(fact: Complaint) -> _Told:
    state = _("已办结") if fact.closed_on else _("处理中")
    return fact.received_on, _("投诉"), (fact.category, fact.request, state), fact.handler_id


def _task(fact: Task) -> _Told:
    return fact.done_on or fact.due or fact.raised_on, _("待办"), (fact.what, fact.status), fact.owner_id


def _feedback(fact: Feedback) -> _Told:
    return fact.date, fact.kind or _("意见反馈"), (fact.content, fact.reply), fact.handler_id


def _referral(fact: Referral) -> _Told:
    return fact.date, _("推介"), (fact.basis, fact.product, fact.result), fact.from_staff


def _opportunity(fact: Opportunity) -> _Told:
    day = fact.closed_on or fact.stage_since or fact.opened_on
    return day, _("商机"), (fact.name, fact.stage, fact.status), fact.owner_id


def _policy(fact: Policy) -> _Told:
    return fact.effective, _("保单"), (fact.product, fact.pay_mode, fact.status), fact.staff_id


def _survey(fact: Survey) -> _Told:
    return fact.date, _("满意度调查"), (fact.dimension, str(fact.score or ""), fact.comment), fact.staff_id


def _access(fact: ArchiveAccess) -> _Told:
    return fact.date, _("档案调阅"), (fact.purpose, fact.approver), fact.staff_id


def _check(fact: ArchiveCheck) -> _Told:
    return fact.date, _("档案核对检查"), (fact.item, fact.finding), fact.checker_id


def _coaching(fact: Training) -> _Told:
    return fact.date, fact.kind or _("陪访"), (fact.subject, fact.observed), fact.staff_id


def _signal(fact: WarningSignal) -> _Told:
    return fact.date, _("预警信号"), (fact.signal, fact.level, fact.action), fact.owner_id


_TELLERS: dict[type[Fact], Callable[[Fact], _Told]] = {
    kind: cast("Callable[[Fact], _Told]", teller)
    for kind, teller in (
        (Contact, _contact),
        (Visit, _visit),
        (Complaint, _complaint),
        (Task, _task),
        (Feedback, _feedback),
        (Referral, _referral),
        (Opportunity, _opportunity),
        (Policy, _policy),
        (Survey, _survey),
        (ArchiveAccess, _access),
        (ArchiveCheck, _check),
        (Training, _coaching),
        (WarningSignal, _signal),
    )
}
