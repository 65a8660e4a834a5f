"""excel_serial (Excel 日期序号): the date behind a number that Excel lost the format of.

Formula: 1900 system: 1899-12-30 + n (n below 60: 1899-12-31 + n, since Excel believes in 29 February 1900);
``system=1904``: 1904-01-01 + n.

Source: www.qbg6.com/1422.html.

Example::

    cmkit kpi try excel_serial value=45866 -> 2025-07-28
"""

from __future__ import annotations

from datetime import date, timedelta

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.facts.trial import Rule, Step, Trial

PHANTOM = 60
LAST = 2_958_465
STARTS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}


def score(value: int, system: str = "1900") -> date:
    """The date of a serial number.

    Raises UsageFault for a number outside Excel's days and for its 29 February 1900, which never was.
    """
    if not 0 <= value <= LAST - (0 if system == "1900" else 1462) or (system == "1900" and value in (0, PHANTOM)):
        raise UsageFault(_("{value} 不是 Excel 的日期序号").format(value=value))
    early = system == "1900" and value < PHANTOM
    return STARTS[system] + timedelta(days=value + early)


def _run(inputs: Inputs) -> Trial:
    value, system = inputs.whole("value"), inputs.choice("system", tuple(STARTS), "1900")
    day = score(value, system).isoformat()
    return Trial(day, (Step(_("日期"), _("{start} + {value} 天").format(start=STARTS[system], value=value), day),))


RULE = Rule("excel_serial", ("value",), _run, optional=("system",), source="www.qbg6.com/1422.html", manual=__doc__)
