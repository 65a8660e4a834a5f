"""matrix (双向系数表): a coefficient from two rates, the row by the first and the column by the second.

Formula: the cell of the first row whose lower bound <= first and the first column whose lower bound <= second; bounds
fall from left to right. Below the last bound the coefficient is 0. Rows of ``table`` are apart by commas, cells by
colons.

Source: 目标完成率 x 回款率, m.shangdiguo.com/blog.asp?wenzhangid=40569 ((>=100, >=100) 1.5; (97-100, 95-100) 1.4).

Example::

    cmkit kpi try matrix first=98 second=96 rows=100,97 columns=100,95 table=1.5:1.45,1.45:1.4 -> 1.40
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs, read_number
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown


def place(value: Decimal, bounds: Sequence[Decimal]) -> int | None:
    """Which of the falling lower bounds ``value`` reaches; None below the last."""
    return next((index for index, bound in enumerate(bounds) if value >= bound), None)


def score(
    first: Decimal,
    second: Decimal,
    bounds: tuple[Sequence[Decimal], Sequence[Decimal]],
    table: Sequence[Sequence[Decimal]],
) -> Decimal:
    """The coefficient of the cell."""
    row, column = place(first, bounds[0]), place(second, bounds[1])
    return Decimal(0) if row is None or column is None else table[row][column]


def _bounds(inputs: Inputs, key: str) -> tuple[Decimal, ...]:
    values = tuple(value for value in inputs.numbers(key) if value is not None)
    if not all(left > right for left, right in pairwise(values)):
        raise UsageFault(_("{key} 的下限要从大到小").format(key=key))
    return values


def _run(inputs: Inputs) -> Trial:
    first, second = inputs.number("first"), inputs.number("second")
    rows, columns = _bounds(inputs, "rows"), _bounds(inputs, "columns")
    table = [[read_number(cell, "table") for cell in row] for row in inputs.table("table")]
    if len(table) != len(rows) or any(len(row) != len(columns) for row in table):
        raise UsageFault(_("table 要有 {rows} 行 {columns} 列").format(rows=len(rows), columns=len(columns)))
    value = score(first, second, (rows, columns), table)
    where = _("行 {row}，列 {column}").format(row=_band(first, rows), column=_band(second, columns))
    return answer(value, (Step(_("系数"), where, shown(value)),))


def _band(value: Decimal, bounds: Sequence[Decimal]) -> str:
    index = place(value, bounds)
    return f"{plain(value)} < {plain(bounds[-1])}" if index is None else f"{plain(value)} ≥ {plain(bounds[index])}"


RULE = Rule(
    "matrix",
    ("first", "second", "rows", "columns", "table"),
    _run,
    full=Decimal(1),
    source="m.shangdiguo.com/blog.asp?wenzhangid=40569",
    manual=__doc__,
)
