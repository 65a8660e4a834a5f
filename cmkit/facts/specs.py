"""What a sector pack says, as plain values: table specs, KPIs, routines, report definitions, visit and check settings.

``packs`` reads them from TOML (an unknown key is refused); every other room only looks at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from cmkit.base.lang import language, pick
from cmkit.facts.kinds import Kind

Mask = Literal["", "name", "phone", "id_no", "card", "amount", "address", "text"]


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a pack file with a Chinese and an English label."""

    zh: str = ""
    en: str = ""

    @property
    def label(self) -> str:
        """The label in the language spoken now."""
        return pick(self.zh, self.en)


class ColumnSpec(Spec, frozen=True, kw_only=True):
    """One column of a table: its words and its rules. ``kind`` may be left out where the fact declares it."""

    key: str = ""
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: Mapping[str, tuple[str, ...]] = {}
    """Stored choice (a Chinese word) to the other ways it is written, the English one among them."""
    ref: str = ""
    """The table whose key this column holds: ``clients``, ``staff`` or ``orgs``."""
    unit: str = ""
    """The unit of stored and shown values, in words of :mod:`cmkit.base.money` (``元`` for money when empty)."""
    show_unit: str = ""
    """The unit in reports and forms, where it differs (万元)."""
    mask: Mask = ""
    measure: bool = False
    fill: Literal["", "down", "once"] = ""
    default: str = ""
    hint: str = ""
    example: str = ""


class TableSpec(Spec, frozen=True, kw_only=True):
    """A record type as one sector keeps it. ``columns`` are in the order that forms and exports show."""

    table: str
    number: str = ""
    aliases: tuple[str, ...] = ()
    """Words in a sheet's or file's name that speak for this table."""
    key: tuple[str, ...] = ()
    label_column: str = ""
    owner: str = ""
    date: str = ""
    paper_zh: str = ""
    """What a record of it is called on paper (客户投诉登记表); empty: the table's own name."""
    paper_en: str = ""
    signs_zh: tuple[str, ...] = ()
    """Who signs it."""
    signs_en: tuple[str, ...] = ()
    columns: Mapping[str, ColumnSpec] = {}
    lock: str = ""
    """A date column: once its day is over, a record may no longer be altered (营业日志). Empty where it may."""
    lock_open: tuple[str, ...] = ()
    """Columns that stay open in a locked record (评语)."""
    keep_days: int = 0
    """A locked record may not be taken back for so many days after its day."""

    def kinds(self) -> dict[str, Kind]:
        """Column key to kind, in order."""
        return {key: column.kind for key, column in self.columns.items()}

    @property
    def paper(self) -> str:
        """The title on paper in the language spoken now."""
        return pick(self.paper_zh, self.paper_en) or self.label

    @property
    def signs(self) -> tuple[str, ...]:
        """Who signs, in the language spoken now."""
        return self.signs_zh if language() == "zh" or not self.signs_en else self.signs_en

    def measures(self) -> tuple[str, ...]:
        """The columns kept by as-of date."""
        return tuple(key for key, column in self.columns.items() if column.measure)


class FilterSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed set of conditions on one column; all that are given must hold."""

    field: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: str = ""
    at_most: str = ""
    filled: bool | None = None
    not_after: str = ""
    """Another date column: this one must not lie after it (in time: closed_on not after due)."""


class MeasureSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a figure is taken from records; ``actual`` takes it from the imported actuals.

    ``count``, ``sum``, ``distinct`` look at the records dated in the period; ``latest`` sums the last balance known
    at the period's end, ``average`` is the mean daily balance (日均), ``growth`` is ``latest`` less its value before
    ``since``. A ``ratio`` sums both parts before dividing and gives percent; a ``share`` (占比) is ``top`` in percent of
    the same figure of the whole office.
    """

    how: Literal["actual", "count", "sum", "distinct", "latest", "average", "growth", "ratio", "share"] = "actual"
    table: str = ""
    field: str = ""
    date: str = ""
    """The column that places a record in the period; the table's own when empty, ``-`` takes all records (a stock)."""
    owner: str = ""
    since: Literal["year", "period"] = "year"
    months_back: int = 0
    """Look at the whole months so many before the period's (13 个月继续率: the policies of fourteen months before)."""
    where: tuple[FilterSpec, ...] = ()
    top: MeasureSpec | None = None
    bottom: MeasureSpec | None = None


class KpiSpec(Spec, frozen=True, kw_only=True):
    """One indicator: what it is, how it is measured and how it is scored."""

    code: str = ""
    unit: str = ""
    digits: int = 2
    direction: Literal["up", "down", "band"] = "up"
    group: str = ""
    weight: Decimal = Decimal(0)
    rule: str = "ratio_cap"
    options: Mapping[str, str] = {}
    """The rule's own settings (floor, cap, step …), as text so that decimals stay exact."""
    measure: MeasureSpec = MeasureSpec()
    cumulative: bool = True
    """Builds up over the period, so that time progress applies; False for a level or a rate."""
    aliases: tuple[str, ...] = ()
    definition: str = ""
    source: str = ""


class StepSpec(Spec, frozen=True, kw_only=True):
    """One line of a routine: something to do at a time of day, or a counter with a standard."""

    key: str = ""
    at: str = ""
    standard: Decimal | None = None
    counts: MeasureSpec | None = None


class BlockSpec(Spec, frozen=True, kw_only=True):
    """A part of the day (营业前, 营业中, 营业后) with its steps."""

    key: str = ""
    steps: tuple[StepSpec, ...] = ()


class RoutineSpec(Spec, frozen=True, kw_only=True):
    """The day of one role. ``sections`` are the blocks of the work log in order (plan, contacts, …)."""

    role: str = ""
    blocks: tuple[BlockSpec, ...] = ()
    sections: tuple[str, ...] = ()
    activity: tuple[StepSpec, ...] = ()
    """The counters of block I: done against standard."""
    writes_log: bool = True


class ReportSpec(Spec, frozen=True, kw_only=True):
    """A report is a list of sections; a template of its own only where the layout is the point."""

    name: str = ""
    sections: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("md", "html")
    template: str = ""
    period: Literal["day", "week", "month", "quarter", "year"] = "month"
    mark: str = ""
    signatures: tuple[str, ...] = ()


class CheckSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a pack runs one check: off, its severity, its options."""

    enabled: bool = True
    severity: Literal["error", "warning"] = "warning"
    options: Mapping[str, str] = {}
    source: str = ""


class TierSpec(Spec, frozen=True, kw_only=True):
    """A client tier: how often such a client is visited."""

    interval_days: int = 0
    """Days between two visits; 0 = no rule."""
    per_month: int = 0
    """Instead of an interval: so many visits a calendar month, one in each part of it."""
    minutes: int = 0
    """How long a visit takes; 0 = as the pack says."""
    phone_counts: bool = False
    """A call stands for a visit to such a client."""
    lower: Decimal | None = None
    """The lower bound (yuan) where the tier is computed."""
    rank: int = 0
    """1 is the most important."""
    source: str = ""


class TriggerSpec(Spec, frozen=True, kw_only=True):
    """Something that calls for a visit: a date column of a table, so many days before or after."""

    key: str = ""
    table: str = "clients"
    date: str = ""
    days_before: int = 0
    days_after: int = 0
    yearly: bool = False
    where: tuple[FilterSpec, ...] = ()
    client: str = "client_id"


class CentreSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a district's clients are on the whole, for those without coordinates of their own."""

    latitude: float
    longitude: float


class TripSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Minutes from one district to another, both ways, where no coordinates are known."""

    between: tuple[str, str]
    minutes: int


class FixedSpec(Spec, frozen=True, kw_only=True):
    """A meeting that comes round every week: on these weekdays (1 = Monday), at the office."""

    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    start: str = ""
    finish: str = ""


class MoveSpec(Spec, frozen=True, kw_only=True):
    """A large move of a kept balance between two month ends, which calls for a visit."""

    column: str = ""
    percent: int = 30
    least: Decimal = Decimal(0)
    """The move that counts, in yuan; smaller ones are let be however many percent they are."""
    days_after: int = 14


class VisitSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The visit rules of a pack."""

    tier_column: str = "tier"
    tiers: Mapping[str, TierSpec] = {}
    triggers: tuple[TriggerSpec, ...] = ()
    task_days: int = 7
    """A task with a client and a due date calls for a visit in so many days before it; -1 = never."""
    move: MoveSpec = MoveSpec()
    value_column: str = ""
    """The client's worth: it decides between clients of one tier that are overdue by the same days."""
    per_day: int = 6
    """At most so many visits a day."""
    per_day_by: Mapping[str, int] = {}
    """Value of ``per_day_column`` (城镇, 乡村) to visits a day."""
    per_day_column: str = ""
    per_day_least: int = 0
    """At least so many a day: filled up with clients who may be visited already."""
    per_day_least_by: Mapping[str, int] = {}
    visit_channels: tuple[str, ...] = ()
    """Channels that count as a visit; others only as a contact."""
    phone_counts: bool = False
    minutes: int = 40
    minutes_least: int = 0
    """A day with fewer minutes at clients is remarked upon (tobacco: five hours)."""
    route_column: str = ""
    start: str = "09:00"
    finish: str = "17:30"
    lunch: str = "12:00-13:00"
    """Begins with the first visit that ends after its start and lasts as long; empty = none."""
    meetings: tuple[FixedSpec, ...] = ()
    joint_per_month: int = 0
    """Visits a month that the supervisor comes along to, on days both are free."""
    hours_column: str = ""
    """The client's opening hours, as 09:00-12:00、14:00-17:30."""
    closed_column: str = ""
    """The weekdays on which the client does not receive, as 周三、周日."""
    datum: Literal["wgs84", "gcj02", "bd09"] = "gcj02"
    """What the clients' coordinates are given in, where the client's own 坐标系 says nothing."""
    speed_kmh: int = 25
    detour: Decimal = Decimal("1.3")
    leg_minutes: int = 3
    """Parking and walking, on each way."""
    centres: Mapping[str, CentreSpec] = {}
    trips: tuple[TripSpec, ...] = ()
    route_minutes: int = 5
    district_minutes: int = 10
    other_minutes: int = 30
    """Without coordinates: the way to the next client of the same route, of the same district, and elsewhere."""


class PromotionSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a grade asks of who is to reach it: time in the grade below, totals in a row, least indicators."""

    role: str = ""
    """The role it holds for; empty for every role."""
    grade: str
    to: str
    months: int = 0
    score: Decimal = Decimal(0)
    periods: int = 1
    """So many report periods in a row must reach ``score``."""
    needs: Mapping[str, Decimal] = {}
    """Indicator to the least value at the last period."""
    source: str = ""

    def applies(self, role: str, grade: str) -> bool:
        """Whether the rule is about a person of that role and grade."""
        return self.grade == grade and self.role in ("", role)


class TeamSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``team.toml``: how a sector leads its people."""

    promotions: tuple[PromotionSpec, ...] = ()
    quality: Mapping[str, Decimal] = {}
    """Item of the quality assessment to its weight."""
    raters: Mapping[str, Decimal] = {}
    """Rater to weight: the direct superior, the next level."""
    quality_weight: Decimal = Decimal(0)
    """Percent of the whole that quality counts beside performance."""
    coaches: tuple[str, ...] = ()
    """Roles that coach, and"""
    coachings: int = 0
    """the joint visits that each gives a month."""
    honours: int = 3
    """So many lead a contest's honour list."""


class PackInfo(Spec, frozen=True, kw_only=True):
    """``pack.toml``."""

    name: str = ""
    extends: str = ""
    money_unit: str = "万元"
    work_month: str = "calendar"
    staff_word: str = "客户经理"
    tier_column: str = "tier"
    tier_balance: str = ""
    """The client measure that tiers are computed from (金融资产余额); empty where tiers are given."""
    newcomer_days: int = 365
    grades: Mapping[str, Decimal] = {}
    """Grade to the lowest score that earns it."""
    archive: tuple[str, ...] = ()
    """The client columns that make an archive complete; the required ones when empty."""
    archive_status: tuple[str, ...] = ()
    """The states of clients whose archive is looked at; all but lost ones when empty."""
    dormant_days: int = 90
    """A client in use without any contact for so long is dormant."""
    churn_drop: int = 30
    """A balance that fell by so many percent in a month threatens to leave."""
    show_names: bool = True
    """Reports of an owner, branch or team print the names of their own clients in full."""
    zero_target: Literal["exclude", "full"] = "exclude"
    smaller_better: Literal["2-A/T", "T/A"] = "2-A/T"
    missing_actual: Literal["exclude", "zero"] = "zero"
    silence: tuple[str, ...] = ()
    """Codes of import warnings that are not shown (a sample's phone ranges)."""


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A sector: everything its files say, after what it extends has been resolved."""

    info: PackInfo
    tables: Mapping[str, TableSpec] = {}
    kpis: Mapping[str, KpiSpec] = {}
    checks: Mapping[str, CheckSpec] = {}
    routines: Mapping[str, RoutineSpec] = {}
    reports: Mapping[str, ReportSpec] = {}
    visits: VisitSpec = VisitSpec()
    team: TeamSpec = TeamSpec()
    chain: tuple[str, ...] = ()
    """The names of the packs it was resolved from, the base first."""
