"""Whether the columns of a table can be told apart, and hold what their rules say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cmkit.base.lang import _
from cmkit.base.money import UNITS
from cmkit.facts.kinds import Kind
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.packs.closed import REFS
from cmkit.packs.measures import date_problems
from cmkit.packs.said import Said, label_problems, no_such, twice

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = frozenset({"more", "origin", "key", "get"})


def table_problems(table: TableSpec) -> Iterator[Said]:
    """What is wrong with one table."""
    part = f"tables.{table.table}"
    yield from label_problems(part, "", table)
    for word, name in _pillars(table):
        if name not in table.columns:
            yield Said(part, word, _("缺少列“{name}”，这张表离不开它").format(name=name), _("不要用 drop 去掉这一列"))
    if table.lock:
        yield from date_problems(part, "lock", table.lock, table)
    for name in table.lock_open:
        if name not in table.columns:
            yield no_such(part, "lock_open", name, table.columns)
    for key, column in table.columns.items():
        yield from _column(part, key, column)
    yield from twice(
        part,
        (
            (word, key, f"columns.{key}.aliases")
            for key, column in table.columns.items()
            for word in (column.zh, column.en, key, *column.aliases)
        ),
    )


def _pillars(table: TableSpec) -> Iterator[tuple[str, str]]:
    for name in table.key:
        yield "key", name
    for word, name in (("label_column", table.label_column), ("owner", table.owner), ("date", table.date)):
        if name:
            yield word, name


def _column(part: str, key: str, column: ColumnSpec) -> Iterator[Said]:
    path = f"columns.{key}"
    yield from label_problems(part, path, column)
    if not _KEY.fullmatch(key) or key in _TAKEN:
        yield Said(part, path, _("键名不能用：{key}").format(key=key), _("用小写英文字母开头，只含字母、数字、下划线"))
    if column.choices and column.kind is not Kind.CHOICE:
        yield Said(part, f"{path}.choices", _("只有 choice 类型才有选项"), _('写 kind = "choice"'))
    if column.measure and not (column.kind.scaled or column.kind is Kind.COUNT):
        yield Said(part, f"{path}.measure", _("只有数字才能按日期保存"), _("类型用 money、number、rate 或 count"))
    if column.measure and column.default:
        yield Said(
            part,
            f"{path}.default",
            _("按日期保存的列不能有默认值"),
            _("去掉 default：没有人报过的余额就是不知道"),
        )
    if column.ref and column.ref not in REFS:
        yield no_such(part, f"{path}.ref", column.ref, REFS)
    if column.kind is Kind.MONEY:
        for word, unit in (("unit", column.unit), ("show_unit", column.show_unit)):
            if unit and unit not in UNITS:
                yield no_such(part, f"{path}.{word}", unit, UNITS)
    if column.default and column.choices and column.default not in column.choices:
        yield no_such(part, f"{path}.default", column.default, column.choices)
    yield from twice(
        part,
        (
            (word, choice, f"{path}.choices.{choice}")
            for choice, others in column.choices.items()
            for word in (choice, *others)
        ),
    )
