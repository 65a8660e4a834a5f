"""The record types (R1-R29) as frozen structs: forty of them are made at every start, and millions of their records.

One definition serves the store's table, the import's types and the template's fields: the annotation of a field names
its kind (:mod:`cmkit.facts.kinds`). Labels, aliases, choices and masks are data in the packs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import get_annotations
from typing import Any, ClassVar, Self, get_args

import msgspec

from cmkit.facts.kinds import (
    Account,
    Choice,
    Clock,
    Code,
    Count,
    Day,
    Flag,
    IdNo,
    Kind,
    Money,
    Names,
    Note,
    Number,
    PeriodName,
    Phone,
    Rate,
    Text,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was read: import batch, file, sheet and row (1 as Excel counts)."""

    batch: int = 0
    file: str = ""
    sheet: str = ""
    row: int = 0

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {"file": self.file, "sheet": self.sheet, "row": self.row, "batch": self.batch}


NO_ORIGIN = Origin()


class Fact(msgspec.Struct, frozen=True, kw_only=True, eq=False):  # noqa: PLW1641 - what it says may hold lists
    """A record. ``more`` holds the columns that only a sector has, by column key."""

    table: ClassVar[str] = ""
    number: ClassVar[str] = ""
    key_fields: ClassVar[tuple[str, ...]] = ()
    label_field: ClassVar[str] = ""
    owner_field: ClassVar[str] = ""
    date_field: ClassVar[str] = ""

    more: Mapping[str, Any] = msgspec.field(default_factory=dict)
    origin: Origin = NO_ORIGIN

    def __eq__(self, other: object) -> bool:
        """Whether both say the same, wherever they were read."""
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__struct_fields__ if name != "origin")

    @property
    def key(self) -> str:
        """The business key as one text; parts are joined by ``|``."""
        return "|".join(str(self.get(name) or "") for name in self.key_fields)

    def changed(self, **values: Any) -> Self:
        """The same record with other ``values``; raises TypeError for a field that it does not have."""
        return msgspec.structs.replace(self, **values)

    def get(self, name: str) -> Any:
        """The value of a column, whether it is a field or stands in ``more``."""
        return getattr(self, name) if name in core_kinds(type(self)) else self.more.get(name)


_kinds: dict[type[Fact], dict[str, Kind]] = {}


def core_kinds(fact: type[Fact]) -> dict[str, Kind]:
    """Field name to kind, in the order of declaration, without ``more`` and ``origin``."""
    if fact in _kinds:
        return _kinds[fact]
    # Every field's type is one name of this module: to look it up takes a tenth of having it evaluated.
    names = globals()
    found: dict[str, Kind] = {}
    for one in reversed(fact.__mro__):
        for name, hint in get_annotations(one).items():
            for part in get_args(names.get(str(hint)))[1:]:
                if isinstance(part, Kind):
                    found[name] = part
    _kinds[fact] = found
    return found


class Client(Fact, frozen=True, kw_only=True, eq=False):
    """R1 客户档案."""

    table = "clients"
    number = "R1"
    key_fields = ("client_id",)
    label_field = "name"
    owner_field = "owner_id"
    date_field = "created_on"

    client_id: Code = ""
    name: Text = ""
    kind: Choice = ""
    id_type: Choice = ""
    id_no: IdNo = ""
    gender: Choice = ""
    birthday: Day = None
    lunar_birthday: Text = ""
    contact_name: Text = ""
    contact_title: Text = ""
    phone: Phone = ""
    address: Text = ""
    district: Text = ""
    territory: Text = ""
    industry: Text = ""
    tier: Choice = ""
    source: Choice = ""
    owner_id: Code = ""
    owner_name: Text = ""
    co_owners: Names = ()
    org_id: Code = ""
    created_on: Day = None
    updated_on: Day = None
    status: Choice = ""
    last_contact: Day = None
    next_contact: Day = None
    anniversary: Day = None
    latitude: Number = None
    longitude: Number = None
    remark: Note = ""


class ContactPerson(Fact, frozen=True, kw_only=True, eq=False):
    """R2 客户联系人/关键人."""

    table = "contact_people"
    number = "R2"
    key_fields = ("client_id", "name")
    label_field = "name"

    client_id: Code = ""
    name: Text = ""
    title: Text = ""
    role: Choice = ""
    phone: Phone = ""
    birthday: Day = None
    attitude: Choice = ""
    last_contact: Day = None
    remark: Note = ""


class Contact(Fact, frozen=True, kw_only=True, eq=False):
    """R3 接触/走访记录: the core row of the work log."""

    table = "contacts"
    number = "R3"
    key_fields = ("date", "staff_id", "client_id", "time", "channel", "purpose")
    label_field = "purpose"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    time: Clock = ""
    staff_id: Code = ""
    client_id: Code = ""
    channel: Choice = ""
    stage: Choice = ""
    category: Choice = ""
    purpose: Text = ""
    content: Note = ""
    need: Note = ""
    product: Text = ""
    result: Note = ""
    outcome: Choice = ""
    amount: Money = None
    next_step: Text = ""
    next_date: Day = None
    minutes: Count = None
    companion: Text = ""


class WorkLog(Fact, frozen=True, kw_only=True, eq=False):
    """R4 工作日志: what a person adds to what the store already knows of the day."""

    table = "worklogs"
    number = "R4"
    key_fields = ("date", "staff_id")
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    weather: Text = ""
    morning_notes: Note = ""
    steps: Names = ()
    summary: Note = ""
    learned: Note = ""
    problems: Note = ""
    support: Note = ""
    tomorrow: Note = ""
    written_on: Day = None
    review: Note = ""
    reviewer: Code = ""
    reviewed_on: Day = None


class Meeting(Fact, frozen=True, kw_only=True, eq=False):
    """R5 例会."""

    table = "meetings"
    number = "R5"
    key_fields = ("meeting_id",)
    label_field = "title"
    date_field = "date"

    meeting_id: Code = ""
    series: Text = ""
    title: Text = ""
    issue_no: Text = ""
    date: Day = None
    start: Clock = ""
    end: Clock = ""
    place: Text = ""
    org_id: Code = ""
    host: Text = ""
    recorder: Text = ""
    present: Names = ()
    absent: Names = ()
    attending: Names = ()
    purpose: Note = ""
    summary: Note = ""
    next_meeting: Text = ""
    approved_by: Text = ""
    issued_on: Day = None


class AgendaItem(Fact, frozen=True, kw_only=True, eq=False):
    """R5 议程与决议: one topic of a meeting; ``kind`` is ``topic`` or ``decision``."""

    table = "agenda_items"
    number = "R5"
    key_fields = ("meeting_id", "kind", "no")
    label_field = "topic"

    meeting_id: Code = ""
    kind: Choice = ""
    no: Count = None
    topic: Text = ""
    speaker: Text = ""
    discussion: Note = ""
    result: Note = ""


class Task(Fact, frozen=True, kw_only=True, eq=False):
    """R5 任务/待办: an action with one owner and a due date; ``origin_ref`` names the meeting or log it came from."""

    table = "tasks"
    number = "R5"
    key_fields = ("task_id",)
    label_field = "what"
    owner_field = "owner_id"
    date_field = "due"

    task_id: Code = ""
    what: Text = ""
    owner_id: Code = ""
    department: Text = ""
    client_id: Code = ""
    priority: Choice = ""
    due: Day = None
    status: Choice = ""
    done_on: Day = None
    origin_ref: Code = ""
    raised_on: Day = None
    remark: Note = ""


class Visit(Fact, frozen=True, kw_only=True, eq=False):
    """R6 走访计划: one planned visit and what became of it."""

    table = "visits"
    number = "R6"
    key_fields = ("date", "staff_id", "client_id")
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    client_id: Code = ""
    order: Count = None
    mode: Choice = ""
    purpose: Text = ""
    reason: Text = ""
    due_on: Day = None
    route: Text = ""
    materials: Text = ""
    companion: Text = ""
    done: Flag = None
    done_on: Day = None
    undone_reason: Text = ""

    @property
    def stands(self) -> bool:
        """Whether the visit still counts: not if a later plan has moved it (改期) or let it go (取消)."""
        return self.get("plan_state") not in {"改期", "取消"}


class Opportunity(Fact, frozen=True, kw_only=True, eq=False):
    """R7 商机."""

    table = "opportunities"
    number = "R7"
    key_fields = ("opportunity_id",)
    label_field = "name"
    owner_field = "owner_id"
    date_field = "expected_close"

    opportunity_id: Code = ""
    client_id: Code = ""
    owner_id: Code = ""
    name: Text = ""
    product: Text = ""
    stage: Choice = ""
    stage_since: Day = None
    amount: Money = None
    probability: Rate = None
    expected_close: Day = None
    opened_on: Day = None
    closed_on: Day = None
    status: Choice = ""
    reason: Text = ""
    remark: Note = ""


class StageChange(Fact, frozen=True, kw_only=True, eq=False):
    """R7 商机环节变更: one step of an opportunity from stage to stage."""

    table = "stage_changes"
    number = "R7"
    key_fields = ("opportunity_id", "date", "to_stage")
    label_field = "to_stage"
    owner_field = "owner_id"
    date_field = "date"

    opportunity_id: Code = ""
    date: Day = None
    from_stage: Choice = ""
    to_stage: Choice = ""
    owner_id: Code = ""
    reason: Text = ""


class Complaint(Fact, frozen=True, kw_only=True, eq=False):
    """R8 投诉."""

    table = "complaints"
    number = "R8"
    key_fields = ("complaint_id",)
    label_field = "category"
    owner_field = "handler_id"
    date_field = "received_on"

    complaint_id: Code = ""
    received_on: Day = None
    client_id: Code = ""
    complainant: Text = ""
    phone: Phone = ""
    org_id: Code = ""
    channel: Choice = ""
    category: Choice = ""
    level: Choice = ""
    request: Note = ""
    details: Note = ""
    handler_id: Code = ""
    first_reply_on: Day = None
    due: Day = None
    extended_by: Text = ""
    closed_on: Day = None
    result: Note = ""
    satisfied: Flag = None
    cause: Choice = ""
    fix: Note = ""


class Feedback(Fact, frozen=True, kw_only=True, eq=False):
    """R9 意见反馈/需求."""

    table = "feedback"
    number = "R9"
    key_fields = ("date", "client_id", "kind", "content")
    label_field = "content"
    owner_field = "handler_id"
    date_field = "date"

    date: Day = None
    client_id: Code = ""
    kind: Choice = ""
    content: Note = ""
    handler_id: Code = ""
    due: Day = None
    replied_on: Day = None
    reply: Note = ""
    satisfied: Flag = None


class Referral(Fact, frozen=True, kw_only=True, eq=False):
    """R10 优质客户推介."""

    table = "referrals"
    number = "R10"
    key_fields = ("date", "from_staff", "client_id", "client_name")
    label_field = "client_name"
    owner_field = "from_staff"
    date_field = "date"

    date: Day = None
    from_staff: Code = ""
    from_role: Text = ""
    to_staff: Code = ""
    client_id: Code = ""
    client_name: Text = ""
    basis: Text = ""
    accepted_on: Day = None
    result: Choice = ""
    product: Text = ""
    amount: Money = None
    credit: Number = None


class InfoReport(Fact, frozen=True, kw_only=True, eq=False):
    """R11 信息报告."""

    table = "info_reports"
    number = "R11"
    key_fields = ("date", "staff_id", "subject")
    label_field = "subject"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    kind: Choice = ""
    subject: Text = ""
    content: Note = ""
    level: Choice = ""
    sent_to: Text = ""
    due: Day = None
    answered_on: Day = None
    instruction: Note = ""


class ArchiveAccess(Fact, frozen=True, kw_only=True, eq=False):
    """R12 档案调阅登记."""

    table = "archive_access"
    number = "R12"
    key_fields = ("date", "staff_id", "client_id")
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    client_id: Code = ""
    purpose: Text = ""
    approver: Text = ""
    returned_on: Day = None
    copied: Flag = None


class ArchiveCheck(Fact, frozen=True, kw_only=True, eq=False):
    """R12 档案核对检查."""

    table = "archive_checks"
    number = "R12"
    key_fields = ("date", "client_id", "item")
    label_field = "item"
    owner_field = "checker_id"
    date_field = "date"

    date: Day = None
    checker_id: Code = ""
    client_id: Code = ""
    item: Text = ""
    finding: Note = ""
    due: Day = None
    fixed_on: Day = None


class Campaign(Fact, frozen=True, kw_only=True, eq=False):
    """R14 营销活动."""

    table = "campaigns"
    number = "R14"
    key_fields = ("name",)
    label_field = "name"
    owner_field = "owner_id"
    date_field = "start"

    name: Text = ""
    owner_id: Code = ""
    start: Day = None
    end: Day = None
    cost: Money = None
    invited: Count = None
    came: Count = None
    leads: Count = None
    revenue: Money = None
    review: Note = ""


class Target(Fact, frozen=True, kw_only=True, eq=False):
    """R18 指标目标. ``who`` is a staff or organisation number."""

    table = "targets"
    number = "R18"
    key_fields = ("kpi", "who", "period")
    owner_field = "who"

    kpi: Code = ""
    who: Code = ""
    period: PeriodName = ""
    value: Number = None
    floor: Number = None
    stretch: Number = None
    remark: Note = ""


class Actual(Fact, frozen=True, kw_only=True, eq=False):
    """R18 指标实际值, for what no record counts. ``as_of`` is the last day that the value covers."""

    table = "actuals"
    number = "R18"
    key_fields = ("kpi", "who", "period")
    owner_field = "who"
    date_field = "as_of"

    kpi: Code = ""
    who: Code = ""
    period: PeriodName = ""
    value: Number = None
    as_of: Day = None
    remark: Note = ""


class Staff(Fact, frozen=True, kw_only=True, eq=False):
    """R19 人员."""

    table = "staff"
    number = "R19"
    key_fields = ("staff_id",)
    label_field = "name"
    owner_field = "staff_id"
    date_field = "join_date"

    staff_id: Code = ""
    name: Text = ""
    role: Choice = ""
    grade: Choice = ""
    org_id: Code = ""
    supervisor_id: Code = ""
    join_date: Day = None
    leave_date: Day = None
    phone: Phone = ""
    email: Text = ""
    qualification: Text = ""
    certificate_no: Account = ""
    certificate_to: Day = None


class Training(Fact, frozen=True, kw_only=True, eq=False):
    """R21 培训与陪访辅导."""

    table = "trainings"
    number = "R21"
    key_fields = ("date", "staff_id", "subject")
    label_field = "subject"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    kind: Choice = ""
    subject: Text = ""
    coach_id: Code = ""
    client_id: Code = ""
    observed: Note = ""
    advice: Note = ""
    follow_up: Day = None
    hours: Number = None
    score: Number = None


class Survey(Fact, frozen=True, kw_only=True, eq=False):
    """R23 满意度调查."""

    table = "surveys"
    number = "R23"
    key_fields = ("date", "client_id", "dimension")
    label_field = "dimension"
    date_field = "date"

    date: Day = None
    client_id: Code = ""
    staff_id: Code = ""
    dimension: Text = ""
    score: Number = None
    comment: Note = ""


class CompetitorIntel(Fact, frozen=True, kw_only=True, eq=False):
    """R24 竞争情报."""

    table = "competitor_intel"
    number = "R24"
    key_fields = ("date", "competitor", "content")
    label_field = "competitor"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    client_id: Code = ""
    competitor: Text = ""
    product: Text = ""
    content: Note = ""
    source: Text = ""
    countermeasure: Note = ""
    due: Day = None


class Assessment(Fact, frozen=True, kw_only=True, eq=False):
    """R27 素质评估/定性打分."""

    table = "assessments"
    number = "R27"
    key_fields = ("period", "staff_id", "item", "rater")
    label_field = "item"
    owner_field = "staff_id"

    period: PeriodName = ""
    staff_id: Code = ""
    item: Text = ""
    rater: Text = ""
    score: Number = None
    remark: Note = ""


class Inspection(Fact, frozen=True, kw_only=True, eq=False):
    """R28 检查/服务规范."""

    table = "inspections"
    number = "R28"
    key_fields = ("date", "staff_id", "item")
    label_field = "item"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    item: Text = ""
    passed: Flag = None
    deduction: Number = None
    finding: Note = ""
    due: Day = None
    fixed_on: Day = None


class Org(Fact, frozen=True, kw_only=True, eq=False):
    """R29 机构树: head office, branches, outlets."""

    table = "orgs"
    number = "R29"
    key_fields = ("org_id",)
    label_field = "name"

    org_id: Code = ""
    name: Text = ""
    level: Choice = ""
    parent_id: Code = ""
    manager: Text = ""
    district: Text = ""


class Territory(Fact, frozen=True, kw_only=True, eq=False):
    """R29 区域."""

    table = "territories"
    number = "R29"
    key_fields = ("territory",)
    label_field = "name"
    owner_field = "owner_id"

    territory: Code = ""
    name: Text = ""
    owner_id: Code = ""
    income_level: Text = ""
    culture: Text = ""
    habits: Text = ""
    features: Note = ""


class Booking(Fact, frozen=True, kw_only=True, eq=False):
    """R13 预定申请."""

    table = "bookings"
    number = "R13"
    key_fields = ("booking_id",)
    label_field = "guest_name"
    owner_field = "staff_id"
    date_field = "date"

    booking_id: Code = ""
    date: Day = None
    filled_on: Day = None
    filled_at: Clock = ""
    guest_name: Text = ""
    guest_phone: Phone = ""
    staff_id: Code = ""
    staff_name: Text = ""
    source: Choice = ""
    guest_source: Choice = ""
    room_type: Text = ""
    room: Text = ""
    people: Count = None
    arrive_at: Clock = ""
    arrived_at: Clock = ""
    left_at: Clock = ""
    deposit: Money = None
    minimum: Money = None
    spend: Money = None
    status: Choice = ""
    remark: Note = ""


class Outreach(Fact, frozen=True, kw_only=True, eq=False):
    """R14 外营销记录."""

    table = "outreach"
    number = "R14"
    key_fields = ("date", "staff_id", "channel", "place")
    label_field = "place"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    channel: Choice = ""
    place: Text = ""
    contacted: Count = None
    interested: Count = None
    leads: Count = None
    followed: Count = None
    booked: Count = None
    came: Count = None
    cost: Money = None
    result: Note = ""


class Loan(Fact, frozen=True, kw_only=True, eq=False):
    """R15 贷款台账."""

    table = "loans"
    number = "R15"
    key_fields = ("loan_id",)
    label_field = "loan_id"
    owner_field = "owner_id"
    date_field = "due"

    loan_id: Code = ""
    client_id: Code = ""
    owner_id: Code = ""
    product: Text = ""
    group_name: Text = ""
    amount: Money = None
    balance: Money = None
    start: Day = None
    due: Day = None
    overdue_days: Count = None
    interest_overdue_days: Count = None
    risk_class: Choice = ""
    opening_class: Choice = ""
    opening_balance: Money = None
    provision: Money = None
    pd: Rate = None
    lgd: Rate = None
    guarantee: Choice = ""
    restructured: Flag = None
    first_check_on: Day = None
    last_check_on: Day = None
    remark: Note = ""


class WarningSignal(Fact, frozen=True, kw_only=True, eq=False):
    """R16 预警信号."""

    table = "warning_signals"
    number = "R16"
    key_fields = ("date", "client_id", "code")
    label_field = "signal"
    owner_field = "owner_id"
    date_field = "date"

    date: Day = None
    client_id: Code = ""
    code: Code = ""
    signal: Text = ""
    category: Choice = ""
    level: Choice = ""
    found_by: Text = ""
    action: Note = ""
    owner_id: Code = ""
    due: Day = None
    closed_on: Day = None
    result: Note = ""


class Norm(Fact, frozen=True, kw_only=True, eq=False):
    """R17 绩效标准值: five standards of an indicator in an industry."""

    table = "norms"
    number = "R17"
    key_fields = ("industry", "size", "year", "indicator")
    label_field = "indicator"

    industry: Text = ""
    size: Text = ""
    year: Text = ""
    indicator: Text = ""
    excellent: Number = None
    good: Number = None
    average: Number = None
    low: Number = None
    poor: Number = None
    unit: Text = ""
    source: Text = ""


class ClientRatio(Fact, frozen=True, kw_only=True, eq=False):
    """R17 客户财务指标: one ratio of a client in one period."""

    table = "client_ratios"
    number = "R17"
    key_fields = ("client_id", "period", "indicator")
    label_field = "indicator"
    owner_field = "owner_id"

    client_id: Code = ""
    period: PeriodName = ""
    indicator: Text = ""
    value: Number = None
    owner_id: Code = ""
    remark: Note = ""


class IndustryProfile(Fact, frozen=True, kw_only=True, eq=False):
    """R17 行业档案: four of its five sections; the fifth, the standard values, are the norms of the industry."""

    table = "industry_profiles"
    number = "R17"
    key_fields = ("industry", "year")
    label_field = "industry"
    owner_field = "owner_id"

    industry: Text = ""
    year: Text = ""
    situation: Note = ""
    chain: Note = ""
    solutions: Note = ""
    review_points: Note = ""
    owner_id: Code = ""


class StaffEvent(Fact, frozen=True, kw_only=True, eq=False):
    """R19 人员异动."""

    table = "staff_events"
    number = "R19"
    key_fields = ("date", "staff_id", "kind")
    label_field = "kind"
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    kind: Choice = ""
    from_org: Code = ""
    to_org: Code = ""
    from_grade: Text = ""
    to_grade: Text = ""
    reason: Text = ""


class Activity(Fact, frozen=True, kw_only=True, eq=False):
    """R20 活动量."""

    table = "activities"
    number = "R20"
    key_fields = ("date", "staff_id")
    owner_field = "staff_id"
    date_field = "date"

    date: Day = None
    staff_id: Code = ""
    calls: Count = None
    visits: Count = None
    prospects: Count = None
    studied: Count = None
    proposals: Count = None
    deals: Count = None
    premium: Money = None
    follow_ups: Count = None
    joint_visits: Count = None
    coachings: Count = None
    remark: Note = ""


class Recruit(Fact, frozen=True, kw_only=True, eq=False):
    """R22 增员."""

    table = "recruits"
    number = "R22"
    key_fields = ("date", "candidate")
    label_field = "candidate"
    owner_field = "introducer_id"
    date_field = "date"

    date: Day = None
    candidate: Text = ""
    phone: Phone = ""
    source: Choice = ""
    introducer_id: Code = ""
    stage: Choice = ""
    signed_on: Day = None
    remark: Note = ""


class Policy(Fact, frozen=True, kw_only=True, eq=False):
    """R25 保单/续期."""

    table = "policies"
    number = "R25"
    key_fields = ("policy_no",)
    label_field = "product"
    owner_field = "staff_id"
    date_field = "effective"

    policy_no: Code = ""
    client_id: Code = ""
    staff_id: Code = ""
    product: Text = ""
    effective: Day = None
    premium: Money = None
    pay_mode: Choice = ""
    status: Choice = ""
    renewal_due: Day = None
    renewal_paid: Money = None
    renewal_paid_on: Day = None
    remark: Note = ""


class ProfitFact(Fact, frozen=True, kw_only=True, eq=False):
    """R26 客户收益成本."""

    table = "profit_facts"
    number = "R26"
    key_fields = ("client_id", "period")
    label_field = "period"
    owner_field = "owner_id"

    client_id: Code = ""
    period: PeriodName = ""
    owner_id: Code = ""
    income: Money = None
    funding_cost: Money = None
    operating_cost: Money = None
    tax: Money = None
    ead: Money = None
    pd: Rate = None
    lgd: Rate = None
    capital: Money = None
    hurdle: Rate = None
    remark: Note = ""


RECORDS: dict[str, type[Fact]] = {fact.table: fact for fact in Fact.__subclasses__()}
