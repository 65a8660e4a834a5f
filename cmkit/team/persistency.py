"""继续率: how much premium of the policies of one base month is still paid a year or two years later.

13 months: second-year premium received by the end of grace / first-year premium of the policies effective in the base
month, which lies fourteen months back (June looks at April of last year, for grace ends two months later). 25 months:
third-year premium received / second-year premium received, of the policies effective twenty-six months back. Single
premiums and policies that were cancelled in the free look, moved out or ended by a claim are left out. The rolling
figure adds up the last twelve base months.

Source: m.dybbs8.com/word/110704.html; limits m.777doc.com/doc-837730.html (82 / 74 and 89 / 80, in the pack's checks).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, rounded_percent
from cmkit.base.period import Period
from cmkit.facts.records import Policy
from cmkit.facts.section import Cell, Column, Level, RecordRef, Section, Status

SINGLE = "趸缴"
LEFT_OUT = ("犹豫期退保", "理赔终止", "迁出")
MONTHS_BACK = {13: 14, 25: 26}
THIRD_YEAR = "third_paid"
"""The column of a policy with the premium received for its third year, where the pack keeps one."""
ROLLING = 12
Limits = tuple[Decimal, Decimal]
"""Green from the first on, amber from the second on, red below."""


@dataclass(frozen=True, slots=True)
class Persistency:
    """The premium of some base months, and what of it was received."""

    base: Decimal
    received: Decimal
    policies: tuple[Policy, ...]
    left_out: Counter[str]

    @property
    def rate(self) -> Decimal | None:
        """In percent; None without a base."""
        return rounded_percent(self.received, self.base)


def base_month(period: Period, months: int = 13) -> tuple[int, int]:
    """Year and month whose policies a period looks at."""
    year, month = divmod(period.end.year * 12 + period.end.month - 1 - MONTHS_BACK[months], 12)
    return year, month + 1


def persistency(policies: Iterable[Policy], period: Period, months: int = 13, *, over: int = 1) -> Persistency:
    """The persistency of ``period``, a month; ``over`` 12 takes the base months of the last twelve periods together."""
    year, month = base_month(period, months)
    last = year * 12 + month
    base, received = Decimal(0), Decimal(0)
    counted: list[Policy] = []
    left_out: Counter[str] = Counter()
    for one in policies:
        if one.effective is None or not 0 <= last - (one.effective.year * 12 + one.effective.month) < over:
            continue
        if one.pay_mode == SINGLE or one.status in LEFT_OUT:
            left_out[SINGLE if one.pay_mode == SINGLE else one.status] += 1
            continue
        first, second = one.premium or Decimal(0), one.renewal_paid or Decimal(0)
        third = one.get(THIRD_YEAR) or Decimal(0)
        base += first if months == 13 else second  # noqa: PLR2004 - the measure's own name
        received += second if months == 13 else third  # noqa: PLR2004 - the measure's own name
        counted.append(one)
    return Persistency(base, received, tuple(counted), left_out)


def light(rate: Decimal | None, limits: Limits | None, *, less: bool = False) -> Level:
    """Green, amber or red as a status level; ``less`` where less is better. 82 is green, 81.99 amber."""
    if rate is None or limits is None:
        return "none"
    sign = -1 if less else 1
    green, amber = limits
    if sign * rate >= sign * green:
        return "good"
    return "warn" if sign * rate >= sign * amber else "bad"


def shown(rate: Decimal | None, limits: Limits | None, *, less: bool = False) -> Status | None:
    """The light with its word."""
    level = light(rate, limits, less=less)
    words = {"good": _("绿"), "warn": _("黄"), "bad": _("红")}
    return Status(level, words[level]) if level in words else None


def persistency_section(
    policies: Sequence[Policy], names: Mapping[str, str], period: Period, limits: Mapping[int, Limits]
) -> Section:
    """13 and 25 months of the whole and of each seller, with lights; what was left out is told below."""
    whole = {months: persistency(policies, period, months) for months in MONTHS_BACK}
    rolling = {months: persistency(policies, period, months, over=ROLLING) for months in MONTHS_BACK}
    sellers = sorted({one.staff_id for part in whole.values() for one in part.policies})
    rows = [
        (
            names.get(who, who),
            *_cells({m: persistency([p for p in policies if p.staff_id == who], period, m) for m in whole}, limits),
        )
        for who in sellers
    ]
    notes = [_base_note(period), _("金额单位：元。")]
    out = sum((part.left_out for part in whole.values()), Counter[str]())
    if out:
        told = "、".join(f"{word} {count}" for word, count in sorted(out.items()))
        notes.append(_("不计入的保单：{told}。").format(told=told))
    notes += [
        _("{months} 个月：绿灯 {green}% 以上，黄灯 {amber}% 以上，以下为红灯。").format(
            months=months, green=plain(limit[0]), amber=plain(limit[1])
        )
        for months, limit in limits.items()
    ]
    return Section(
        "persistency",
        _("继续率"),
        columns=(
            Column(_("业务员")),
            Column(_("13月应续"), "money", digits=0),
            Column(_("13月实收"), "money", digits=0),
            Column(_("13个月继续率"), "rate", "%"),
            Column(_("信号"), "status"),
            Column(_("25月应续"), "money", digits=0),
            Column(_("25月实收"), "money", digits=0),
            Column(_("25个月继续率"), "rate", "%"),
            Column(_("25月信号"), "status"),
        ),
        rows=(*rows, (_("滚动12个月"), *_cells(rolling, limits))) if rows else (),
        total=(_("合计"), *_cells(whole, limits)) if rows else (),
        notes=tuple(notes),
        empty=_("本期没有到期应续的保单。"),
        records=tuple(RecordRef(Policy.table, one.key) for part in whole.values() for one in part.policies),
        level=2,
    )


def _cells(parts: Mapping[int, Persistency], limits: Mapping[int, Limits]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    for months, part in parts.items():
        found += [part.base, part.received, part.rate, shown(part.rate, limits.get(months))]
    return tuple(found)


def _base_note(period: Period) -> str:
    first, second = (f"{year}-{month:02d}" for year, month in (base_month(period, 13), base_month(period, 25)))
    return _("考核基准：13 个月看 {first} 生效的保单，25 个月看 {second} 生效的保单（宽限期两个月）。").format(
        first=first, second=second
    )
