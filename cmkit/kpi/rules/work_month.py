"""work_month (工作月): the first and the last day of a month that a firm counts its own way.

Formula: ``26-25`` runs from the 26th of the month before to the 25th; January begins on the 1st, December ends on the
31st.

Source: an insurer's rule, m.taodocs.com/p-129919685.html.

Example::

    cmkit kpi try work_month name=2026-03 scheme=26-25 -> 2026-02-26,2026-03-25
"""

from __future__ import annotations

import re

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.period import CALENDAR_MONTH, parse_period
from cmkit.facts.trial import Rule, Step, Trial

_SCHEME = re.compile(r"(\d{1,2})-(\d{1,2})")
LAST_FIRST = 28


def _run(inputs: Inputs) -> Trial:
    scheme = inputs.text("scheme", CALENDAR_MONTH)
    match = _SCHEME.fullmatch(scheme)
    if scheme != CALENDAR_MONTH and not (
        match and 1 < int(match[1]) <= LAST_FIRST and int(match[2]) == int(match[1]) - 1
    ):
        raise UsageFault(
            _("scheme={scheme} 不是工作月").format(scheme=scheme), hint=_("写 calendar 或 26-25 这样的起止日")
        )
    period = parse_period(inputs.text("name"), scheme)
    span = (period.start.isoformat(), period.end.isoformat())
    return Trial(span, (Step(_("工作月"), f"{period.name} ({scheme})", "~".join(span)),))


RULE = Rule(
    "work_month", ("name",), _run, optional=("scheme",), source="m.taodocs.com/p-129919685.html", manual=__doc__
)
