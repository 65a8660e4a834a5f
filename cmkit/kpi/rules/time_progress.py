"""time_progress (序时进度): how much of the period has passed on a day, in percent.

Formula: ``month``, ``quarter`` and ``year_day``: calendar days passed / days of the period; ``year_month``: month / 12;
``workdays``: working days passed / working days of the month, with the State Council's make-up days.

Source: 「截止日当天 ÷ 当月天数」, a reporting system's rule; month / 12 and day of year / 365 or 366 likewise.

Example::

    cmkit kpi try time_progress mode=month as_of=2026-07-13 -> 41.94
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.period import PeriodKind, period_of
from cmkit.base.workdays import WorkCalendar
from cmkit.facts.trial import Rule, Trial
from cmkit.kpi.rules._share import percent

MODES = ("month", "quarter", "year_day", "year_month", "workdays")
YEAR_MONTHS = 12
_KINDS: dict[str, PeriodKind] = {"month": "month", "quarter": "quarter", "year_day": "year"}


def _run(inputs: Inputs) -> Trial:
    mode = inputs.choice("mode", MODES)
    if mode == "year_month":
        month = inputs.whole("month") if inputs.has("month") else inputs.day("as_of").month
        if not 1 <= month <= YEAR_MONTHS:
            raise UsageFault(_("month 要在 1 与 12 之间"))
        return percent(_("月份进度%"), Decimal(month), Decimal(YEAR_MONTHS))
    day = inputs.day("as_of")
    if mode == "workdays":
        return _workdays(day)
    period = period_of(_KINDS[mode], day)
    return percent(_("序时进度%"), Decimal((day - period.start).days + 1), Decimal(period.days))


def _workdays(day: date) -> Trial:
    period, calendar = period_of("month", day), WorkCalendar()
    passed, whole = calendar.count(period.start, day), calendar.count(period.start, period.end)
    return percent(_("工作日进度%"), Decimal(passed), Decimal(whole))


RULE = Rule(
    "time_progress",
    ("mode",),
    _run,
    optional=("as_of", "month"),
    source="「截止日当天 ÷ 当月天数」",
    manual=__doc__,
)
