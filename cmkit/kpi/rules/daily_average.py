"""daily_average (日均余额): the mean of the balances of every day; a balance holds until the next one.

Formula: sum of balance x days it held / days from the first balance to ``end``.

Source: bbs.wanjiquan.com/jxjy/202409/438501.html.

Example::

    cmkit kpi try daily_average balances=2026-11-01:100,2026-11-11:150,2026-11-21:90 end=2026-11-30 -> 113.33
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs, read_number
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def score(balances: Sequence[tuple[date, Decimal]], end: date) -> list[tuple[int, Decimal]]:
    """How many days each balance held up to ``end``."""
    stops = [day for day, _balance in balances[1:]] + [end + timedelta(days=1)]
    return [((stop - day).days, balance) for (day, balance), stop in zip(balances, stops, strict=True)]


def _run(inputs: Inputs) -> Trial:
    end = inputs.day("end")
    try:
        balances = [(date.fromisoformat(day), read_number(text, "balances")) for day, text in inputs.pairs("balances")]
    except ValueError:
        raise UsageFault(_("balances 要写成 2026-11-01:100,2026-11-11:150")) from None
    held = score(balances, end)
    if any(days <= 0 for days, _balance in held):
        raise UsageFault(_("日期要从早到晚，且不晚于 end"))
    days = sum(count for count, _balance in held)
    value = sum((count * balance for count, balance in held), Decimal(0)) / days
    terms = " + ".join(f"{count} × {plain(balance)}" for count, balance in held)
    return answer(value, (Step(_("日均余额"), f"({terms}) ÷ {days}", shown(value)),))


RULE = Rule(
    "daily_average",
    ("balances", "end"),
    _run,
    source="bbs.wanjiquan.com/jxjy/202409/438501.html",
    manual=__doc__,
)
