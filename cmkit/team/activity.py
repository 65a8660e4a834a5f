"""活动量管理: each person's activity of a period against the standard of a day, and a leader's week sheet.

The standard is the pack's ("6311": 6 calls, 3 effective visits, 1 prospect file, 1 question or product studied; for a
leader "3111": 3 follow-ups, 1 joint visit, 1 coaching, 1 proposal or recruit; xyz.cn/discover/detail-kehuziliao-2228250.html).
A day is reached when every counter is. Days without a record count as not reached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmkit.base.lang import _
from cmkit.base.money import plain, round_half_up, rounded_percent
from cmkit.base.period import Period
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.records import Activity, Staff
from cmkit.facts.section import Cell, Column, RecordRef, Section
from cmkit.team.org import employed

Standard = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Days:
    """One person's activity: days due, days recorded, days on which the whole standard was reached, sums by counter."""

    due: int
    recorded: int
    reached: int
    sums: Mapping[str, Decimal]

    @property
    def rate(self) -> Decimal | None:
        """Days reached of days due, in percent."""
        return rounded_percent(self.reached, self.due)


def days_of(person: Staff, rows: Sequence[Activity], standard: Standard, days: Sequence[date]) -> Days:
    """What ``rows`` of one person tell of ``days``, those on which the person was employed."""
    due = {day for day in days if employed(person, day)}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    reached = 0
    seen: set[date] = set()
    for row in rows:
        if row.staff_id != person.staff_id or row.date not in due:
            continue
        seen.add(row.date)
        for key in standard:
            sums[key] += Decimal(row.get(key) or 0)
        reached += all(Decimal(row.get(key) or 0) >= wanted for key, wanted in standard.items())
    return Days(len(due), len(seen), reached, dict(sums))


def activity_standard_section(
    staff: Sequence[Staff],
    rows: Sequence[Activity],
    standards: Mapping[str, Standard],
    labels: Mapping[str, str],
    span: tuple[Period, date, WorkCalendar],
) -> Section:
    """Sums and daily means of each person with a standard by role; short counters are named."""
    period, on, calendar = span
    days = list(calendar.days(period.start, min(on, period.end)))
    lines: list[tuple[Cell, ...]] = []
    used: list[Activity] = [row for row in rows if row.date in set(days)]
    for person in sorted(staff, key=lambda one: one.staff_id):
        standard = standards.get(person.role)
        if standard is None:
            continue
        told = days_of(person, used, standard, days)
        if not told.due:
            continue
        short = [
            _("{what} {mean}/{wanted}").format(
                what=labels.get(key, key), mean=_mean(told.sums.get(key), told.due), wanted=plain(wanted)
            )
            for key, wanted in standard.items()
            if told.sums.get(key, Decimal(0)) < wanted * told.due
        ]
        total = sum(told.sums.values(), Decimal(0))
        lines.append(
            (person.name, person.role, told.due, told.recorded, told.reached, told.rate, total, "、".join(short))
        )
    return Section(
        "activity_standard",
        _("活动量达标"),
        columns=(
            Column(_("姓名")),
            Column(_("岗位")),
            Column(_("应活动天数"), "count"),
            Column(_("有记录天数"), "count"),
            Column(_("达标天数"), "count"),
            Column(_("达标率"), "rate", "%"),
            Column(_("活动合计"), "count"),
            Column(_("日均不足项（实际/标准）"), "note", width=36),
        ),
        rows=tuple(lines),
        notes=tuple(_standard_note(role, standard, labels) for role, standard in standards.items()),
        empty=_("没有按日标准考核活动量的人员。"),
        records=tuple(RecordRef(Activity.table, one.key) for one in used),
        level=2,
    )


def _mean(total: Decimal | None, days: int) -> str:
    return plain(round_half_up((total or Decimal(0)) / days, 1))


def _standard_note(role: str, standard: Standard, labels: Mapping[str, str]) -> str:
    parts = "、".join(f"{labels.get(key, key)} {plain(wanted)}" for key, wanted in standard.items())
    return _("{role}每日标准：{parts}").format(role=role, parts=parts)
