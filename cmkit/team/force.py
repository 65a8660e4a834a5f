"""人力与产能: the sales force of a period by head-count, and what it sold.

Head-count: 期初 and 期末 are the people there on the first and after the last day, 平均人力 = (期初 + 期末) / 2. 活动率 = people who
sold / 平均人力; 人均产能 = premium / people who sold; 人均保费 = premium / 平均人力; 件均保费 = premium / policies; 人均件数 = policies /
平均人力; 留存率 = 期末 / (期初 + 入职); 增员率 = 入职 / 期初; 脱落率 = 离职 / 期初. 首年规模保费 leaves out what was cancelled in the free look.

Source: damarti.com/rlzy/626993.html, wanyiwang.com/view/69951.html, dybbs8.com/excel/272753.html, baoxiank.com/zixun/80354.html.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import round_half_up, rounded_percent
from cmkit.base.period import Period
from cmkit.facts.records import Policy, Staff, StaffEvent
from cmkit.facts.section import Cell, Column, RecordRef, Section

JOINED, LEFT = "入职", "离职"
FREE_LOOK = "犹豫期退保"
HUNDRED = Decimal(100)
BATCHES = (3, 6, 13)


@dataclass(frozen=True, slots=True)
class Force:
    """The team's people over a period: at its start, joined, left, at its end."""

    opening: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    closing: frozenset[str] = frozenset()

    @property
    def average(self) -> Decimal:
        """平均人力 = (期初 + 期末) / 2."""
        return Decimal(len(self.opening) + len(self.closing)) / 2

    @property
    def known(self) -> frozenset[str]:
        """Everybody who belonged to it for some of the period."""
        return self.opening | self.joined


@dataclass(frozen=True, slots=True)
class Output:
    """What a force sold in a period; a person sells who has a policy with a premium."""

    active: int
    premium: Decimal
    policies: int


def force_of(
    staff: Iterable[Staff], events: Iterable[StaffEvent], period: Period, on: date, roles: Collection[str] = ()
) -> Force:
    """Who belongs to the team up to ``on``, by the days of joining and leaving that staff records or changes tell."""
    joined: dict[str, date | None] = {}
    left: dict[str, date | None] = {}
    for event in events:
        if event.kind in (JOINED, LEFT):
            (joined if event.kind == JOINED else left)[event.staff_id] = event.date
    start, end = period.start, min(on, period.end)
    people = [person for person in staff if not roles or person.role in roles]
    came = {one.staff_id: one.join_date or joined.get(one.staff_id) for one in people}
    went = {one.staff_id: one.leave_date or left.get(one.staff_id) for one in people}

    def there(who: str, day: date) -> bool:
        first, last = came[who], went[who]
        return (first is None or first <= day) and (last is None or last > day)

    def within(day: date | None) -> bool:
        return day is not None and start <= day <= end

    return Force(
        frozenset(who for who in came if _before(came[who], start) and not _gone(went[who], start)),
        frozenset(who for who in came if within(came[who])),
        frozenset(who for who in came if within(went[who])),
        frozenset(who for who in came if there(who, end)),
    )


def _before(day: date | None, start: date) -> bool:
    return day is None or day < start


def _gone(day: date | None, start: date) -> bool:
    return day is not None and day < start


def output_of(policies: Iterable[Policy], force: Force, period: Period) -> Output:
    """What the force's people sold: policies effective in the period with a premium, without free-look cancelled ones."""
    sold = [
        one
        for one in policies
        if one.effective
        and one.effective in period
        and one.premium
        and one.status != FREE_LOOK
        and one.staff_id in force.known
    ]
    premium = sum((one.premium or Decimal(0) for one in sold), Decimal(0))
    return Output(len({one.staff_id for one in sold}), premium, len(sold))


def batch(staff: Iterable[Staff], period: Period, on: date, months: int) -> tuple[int, int]:
    """批次留存: who joined in the month so many before the period, and how many of them are there at its end."""
    year, month = divmod(period.end.year * 12 + period.end.month - 1 - months, 12)
    joined = [one for one in staff if one.join_date and (one.join_date.year, one.join_date.month) == (year, month + 1)]
    end = min(on, period.end)
    return len(joined), sum(one.leave_date is None or one.leave_date > end for one in joined)


def batch_section(staff: Sequence[Staff], period: Period, on: date) -> Section:
    """3, 6 and 13 months' retention of those who joined together (dybbs8.com/excel/272753.html: 170 of 200 are 85 %)."""
    rows = []
    for months in BATCHES:
        joined, still = batch(staff, period, on, months)
        rows.append((_("{months} 个月").format(months=months), joined, still, rounded_percent(still, joined)))
    return Section(
        "batches",
        _("新人批次留存"),
        columns=(
            Column(_("入职满")),
            Column(_("当月入职"), "count"),
            Column(_("现仍在职"), "count"),
            Column(_("留存率"), "rate", "%"),
        ),
        rows=tuple(rows),
        level=2,
    )


def ratios(force: Force, output: Output) -> dict[str, Decimal | None]:
    """Each indicator by its name; rates in percent, None over nothing."""
    opening, joined = len(force.opening), len(force.joined)
    parts: dict[str, tuple[Decimal | int, Decimal | int]] = {
        "activity": (output.active * HUNDRED, force.average),
        "productivity": (output.premium, output.active),
        "per_head": (output.premium, force.average),
        "per_policy": (output.premium, output.policies),
        "policies": (output.policies, force.average),
        "retention": (len(force.closing) * HUNDRED, opening + joined),
        "recruit": (joined * HUNDRED, opening),
        "drop": (len(force.left) * HUNDRED, opening),
    }
    return {name: round_half_up(Decimal(top) / bottom) if bottom else None for name, (top, bottom) in parts.items()}


def force_sections(lines: Sequence[tuple[str, Force, Output]], policies: Sequence[Policy]) -> list[Section]:
    """人力发展 and 产能, a line an organisation; the last line is the whole and stands apart."""
    heads = tuple(_head_row(name, force, ratios(force, output)) for name, force, output in lines)
    sales = tuple(_sales_row(name, force, output, ratios(force, output)) for name, force, output in lines)
    refs = tuple(RecordRef(Policy.table, one.key) for one in policies)
    people = Section(
        "force",
        _("人力发展"),
        columns=(
            Column(_("机构")),
            Column(_("期初人力"), "count"),
            Column(_("入职"), "count"),
            Column(_("离职"), "count"),
            Column(_("期末人力"), "count"),
            Column(_("平均人力"), "number", digits=1),
            Column(_("留存率"), "rate", "%"),
            Column(_("增员率"), "rate", "%"),
            Column(_("脱落率"), "rate", "%"),
        ),
        rows=heads[:-1],
        total=heads[-1] if heads else (),
        notes=(_("平均人力 =（期初 + 期末）÷ 2；留存率 = 期末 ÷（期初 + 入职）；增员率、脱落率的分母是期初人力。"),),
        level=2,
    )
    sold = Section(
        "output",
        _("活动率与产能"),
        columns=(
            Column(_("机构")),
            Column(_("活动人力"), "count"),
            Column(_("活动率"), "rate", "%"),
            Column(_("首年规模保费"), "money", "元"),
            Column(_("件数"), "count"),
            Column(_("人均产能"), "money", "元"),
            Column(_("人均保费"), "money", "元"),
            Column(_("件均保费"), "money", "元"),
            Column(_("人均件数"), "number"),
        ),
        rows=sales[:-1],
        total=sales[-1] if sales else (),
        notes=(
            _(
                "活动率 = 有出单的人 ÷ 平均人力；人均产能 = 保费 ÷ 活动人力；人均保费 = 保费 ÷ 平均人力；犹豫期退保不计。"
            ),
        ),
        records=refs,
        level=2,
    )
    return [people, sold]


def _head_row(name: str, force: Force, told: Mapping[str, Decimal | None]) -> tuple[Cell, ...]:
    heads = (len(force.opening), len(force.joined), len(force.left), len(force.closing), force.average)
    return (name, *heads, told["retention"], told["recruit"], told["drop"])


def _sales_row(name: str, _force: Force, output: Output, told: Mapping[str, Decimal | None]) -> tuple[Cell, ...]:
    first = (name, output.active, told["activity"], output.premium, output.policies)
    return (*first, told["productivity"], told["per_head"], told["per_policy"], told["policies"])
