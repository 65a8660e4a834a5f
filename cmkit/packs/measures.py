"""Whether a measure or a filter looks at columns that are there and can be counted that way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmkit.base.lang import _
from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec, FilterSpec, MeasureSpec, Pack, TableSpec
from cmkit.packs.closed import ANY_DATE, joined
from cmkit.packs.said import Said, no_such

BALANCES = frozenset({"latest", "average", "growth"})
RATIOS = frozenset({"ratio", "share"})


def measure_problems(pack: Pack, part: str, path: str, measure: MeasureSpec) -> Iterator[Said]:
    """What keeps a measure from being taken."""
    if measure.how == "actual":
        return
    if measure.how == "ratio":
        yield from _ratio(pack, part, path, measure)
        return
    if measure.how == "share":
        yield from _share(pack, part, path, measure)
        return
    table = pack.tables.get(measure.table)
    if table is None:
        yield no_such(part, f"{path}.table", measure.table, pack.tables)
        return
    yield from _field(part, path, measure, table)
    yield from _date(part, f"{path}.date", measure.date, table)
    owner = measure.owner or table.owner
    if owner not in table.columns:
        yield no_such(part, f"{path}.owner", owner, table.columns)
    yield from filter_problems(part, path, measure.where, table)


def _ratio(pack: Pack, part: str, path: str, measure: MeasureSpec) -> Iterator[Said]:
    for word, side in (("top", measure.top), ("bottom", measure.bottom)):
        if side is None or side.how in {*RATIOS, "actual"}:
            yield Said(part, f"{path}.{word}", _("比率的分子 top 和分母 bottom 都要能从记录里数出来"))
        else:
            yield from measure_problems(pack, part, f"{path}.{word}", side)


def _share(pack: Pack, part: str, path: str, measure: MeasureSpec) -> Iterator[Said]:
    if measure.top is None or measure.top.how in {*RATIOS, "actual"} or measure.bottom is not None:
        yield Said(part, f"{path}.top", _("占比只写分子 top，且要能从记录里数出来；分母是全部的合计"))
    else:
        yield from measure_problems(pack, part, f"{path}.top", measure.top)


def _field(part: str, path: str, measure: MeasureSpec, table: TableSpec) -> Iterator[Said]:
    if measure.how == "count":
        return
    column = table.columns.get(measure.field)
    if column is None:
        yield no_such(part, f"{path}.field", measure.field, table.columns)
    elif measure.how in BALANCES and not column.measure:
        legal = joined(table.measures()) or _("（无）")
        yield Said(
            part,
            f"{path}.field",
            _("“{field}”没有按日期保存，取不到余额").format(field=measure.field),
            _("按日期保存的列：{names}；或者给这一列写 measure = true").format(names=legal),
        )
    elif measure.how == "sum" and not (column.kind.scaled or column.kind is Kind.COUNT):
        yield Said(part, f"{path}.field", _("“{field}”不是数字，不能求和").format(field=measure.field))


def _date(part: str, path: str, name: str, table: TableSpec) -> Iterator[Said]:
    if name and name != ANY_DATE:
        yield from date_problems(part, path, name, table)


def date_problems(part: str, path: str, name: str, table: TableSpec) -> Iterator[Said]:
    """Whether ``name`` is a date column of ``table``."""
    dates = [key for key, column in table.columns.items() if column.kind is Kind.DATE]
    if name not in dates:
        yield no_such(part, path, name, dates)


def filter_problems(part: str, path: str, where: Iterable[FilterSpec], table: TableSpec) -> Iterator[Said]:
    """What is wrong with the conditions on one table."""
    for number, one in enumerate(where, 1):
        spot = f"{path}.where[{number}]"
        column = table.columns.get(one.field)
        if column is None:
            yield no_such(part, f"{spot}.field", one.field, table.columns)
            continue
        if one.not_after:
            yield from date_problems(part, f"{spot}.not_after", one.not_after, table)
        yield from choice_problems(part, spot, (*one.any_of, *one.none_of), column)


def choice_problems(part: str, path: str, words: Iterable[str], column: ColumnSpec) -> Iterator[Said]:
    """Words that a column with choices never holds."""
    for word in words:
        if column.choices and word not in column.choices:
            yield no_such(part, path, word, column.choices)
