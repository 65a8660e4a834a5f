"""One row that comes as words, read by the same parsers as a sheet's."""

from __future__ import annotations

from collections.abc import Mapping

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.intake import SheetIntake
from cmkit.facts.specs import TableSpec
from cmkit.importing.options import ReadOptions
from cmkit.importing.prepare import constants_of
from cmkit.importing.refs import settle
from cmkit.importing.rows import Reading, bind_columns, split_silent
from cmkit.importing.values import Context
from cmkit.sheets.table import Table


def read_row(spec: TableSpec, words: Mapping[str, str], options: ReadOptions, origin: str) -> SheetIntake:
    """The row that ``words`` (column key to text) say; ``origin`` stands where a sheet's file name stands."""
    keys = list(words)
    table = Table(origin, 1, len(keys), (1,), [spec.columns[key].label for key in keys], [(2, list(words.values()))])
    contexts = {
        index: Context(options.period, False, options.lookup, options.kpis if key == "kpi" else {}, "")
        for index, key in enumerate(keys)
    }
    columns = bind_columns(spec, dict(enumerate(keys)), contexts, options.silence)
    missing = [
        key for key, column in spec.columns.items() if column.required and not column.default and key not in keys
    ]
    reading = Reading(table, spec, columns, constants_of(spec, keys, options), Place(origin), {}, {})
    out = reading.run()
    lookup = options.lookup
    if missing and lookup is not None and all(row.key in lookup.find(spec.table, row.key) for row in out.rows):
        missing = []  # a record that is there is changed in these columns only
    loose = settle(reading, lookup) if lookup is not None else []
    problems = [*out.problems, *loose, *[_absent(spec, key, origin) for key in missing]]
    kept, hidden = split_silent(problems, options.silence)
    rows = () if missing else tuple(out.rows)
    rejected = (2,) if missing else tuple(out.rejected)
    return SheetIntake(origin, "", spec.table, (), reading.keys, rows, rejected, (), tuple(kept), "", hidden)


def _absent(spec: TableSpec, key: str, origin: str) -> Problem:
    label = spec.columns[key].label
    return Problem(
        Place(origin), "required", _("缺少{label}").format(label=label), _("请写 {label}=…").format(label=label)
    )
