"""interval (分段计分): a table of lower bounds and their scores; the last bound that is reached gives the score.

Formula: score = the entry of the largest bound <= x (``closed=lower``, as shipped), or < x (``closed=upper``). Below the
first bound nothing.

Source: the 层差法 tables of appraisal rules (e.g. wap.manyoumao.com/lizhi/374953.html); which end is closed has to stand
in the rule, so it is a key.

Example::

    cmkit kpi try interval x=97 table=60:60,80:80,95:95,100:100 -> 95.00
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs, read_number
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def score(x: Decimal, table: Sequence[tuple[Decimal, Decimal]], *, closed_lower: bool = True) -> Decimal:
    """The score of the interval that ``x`` lies in."""
    reached = [points for bound, points in table if (bound <= x if closed_lower else bound < x)]
    return reached[-1] if reached else Decimal(0)


def _run(inputs: Inputs) -> Trial:
    x = inputs.number("x")
    table = [(read_number(bound, "table"), read_number(points, "table")) for bound, points in inputs.pairs("table")]
    if table != sorted(table, key=lambda entry: entry[0]):
        raise UsageFault(_("table 的下限要从小到大"))
    lower = inputs.choice("closed", ("lower", "upper"), "lower") == "lower"
    value = score(x, table, closed_lower=lower)
    last = next((bound for bound, _points in reversed(table) if (bound <= x if lower else bound < x)), None)
    sign = "≥" if lower else ">"
    formula = f"{plain(x)} {sign} {plain(last)}" if last is not None else _("低于第一档")
    return answer(value, (Step(_("所在分段"), formula, shown(value)),))


RULE = Rule(
    "interval",
    ("x", "table"),
    _run,
    optional=("closed",),
    full=Decimal(100),
    source="wap.manyoumao.com/lizhi/374953.html",
    manual=__doc__,
)
