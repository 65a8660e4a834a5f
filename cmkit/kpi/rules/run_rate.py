"""run_rate (按当前进度测算): where the pace so far leads, and what is needed for each day that is left.

Formula: forecast = actual / day x days; per_day = (target - actual) / (days - day), not below 0. On the last day no day is
left: ``n/a``.

Source: plain arithmetic over 序时进度 (see ``time_progress``).

Example::

    cmkit kpi try run_rate actual=1300 target=4000 day=13 days=31 -> forecast=3100.00 per_day=150.00
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, shown

NOTHING = "n/a"


def _run(inputs: Inputs) -> Trial:
    actual, target = inputs.number("actual"), inputs.number("target")
    day, days = inputs.whole("day"), inputs.whole("days")
    if not 1 <= day <= days:
        raise UsageFault(_("day 要在 1 与 days 之间"))
    forecast = actual * days / day
    left = days - day
    need = shown(max(target - actual, Decimal(0)) / left) if left else NOTHING
    steps = (
        Step(_("预计完成"), f"{plain(actual)} ÷ {day} × {days}", shown(forecast)),
        Step(_("日均需"), f"({plain(target)} - {plain(actual)}) ÷ ({days} - {day})", need),
    )
    return Trial({"forecast": shown(forecast), "per_day": need}, steps)


RULE = Rule("run_rate", ("actual", "target", "day", "days"), _run, source="time_progress", manual=__doc__)
