"""References between records: keys and names that the store knows, and those that come in the same file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.text import bare_label, fold_label
from cmkit.facts.intake import HoldNeeded, IntakeRow
from cmkit.facts.kinds import NAMES_SEPARATOR, Kind, Stored
from cmkit.facts.specs import TableSpec
from cmkit.importing.flaws import Flaw, flaw_problem, shown
from cmkit.importing.rows import Reading, Seen, key_maker
from cmkit.importing.values import Lookup, refs_of, resolve


class Snapshot(Protocol):
    """A store that tells all the keys and labels of a table."""

    def table(self, name: str) -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
        """Its keys, and its labels with the keys that they may mean."""


class BookLookup:
    """What the store knows together with what the file at hand has brought so far."""

    def __init__(self, store: Lookup) -> None:
        self._store = store
        self.seen: dict[str, Seen] = {}
        """Table to the keys that were read."""
        self._labels: dict[str, dict[str, tuple[str, ...]]] = {}

    def find(self, table: str, text: str) -> tuple[str, ...]:
        """The keys of ``table`` that ``text`` may mean, by key or by label."""
        if text in self.seen.get(table, ()):
            return (text,)
        known = self._store.find(table, text)
        return known if text in known else tuple(dict.fromkeys((*known, *self._labels.get(table, {}).get(text, ()))))

    def learn(self, spec: TableSpec, columns: Sequence[str], rows: Iterable[IntakeRow]) -> None:
        """Remember the labels of rows that were read."""
        if spec.label_column not in columns:
            return
        labels = self._labels.setdefault(spec.table, {})
        place = columns.index(spec.label_column)
        for row in rows:
            label = row.values[place]
            if isinstance(label, str) and row.key not in labels.get(label, ()):
                labels[label] = (*labels.get(label, ()), row.key)


class FrozenLookup:
    """What the store knew of some tables at one moment, to be handed to other processes."""

    def __init__(self, store: Snapshot, tables: Iterable[str]) -> None:
        self._tables = {table: store.table(table) for table in tables}

    def find(self, table: str, text: str) -> tuple[str, ...]:
        """The keys of ``table`` that ``text`` may mean, by key or by label."""
        keys, labels = self._tables.get(table, (frozenset(), {}))
        return (text,) if text in keys else labels.get(text, ())


def companions(spec: TableSpec, specs: Mapping[str, TableSpec], read: Collection[str]) -> frozenset[str]:
    """The folded headings that merely name what the numbers in the columns ``read`` stand for."""
    found: set[str] = set()
    for key in read:
        for table in refs_of(spec.columns[key]):
            other = specs.get(table)
            column = other.columns.get(other.label_column) if other is not None else None
            if column is not None:
                found |= {fold(word) for word in (column.zh, *column.aliases) for fold in (fold_label, bare_label)}
    return frozenset(found - {""})


def settle(reading: Reading, lookup: Lookup, *, held: bool = True) -> list[Problem]:
    """Judge the references that nothing answered while the rows were read, now that the whole book is known.

    Names that are keys by now are put in their places; one warning a value is left for each that is still unknown.
    Raises HoldNeeded where the rows to put them into have gone.
    """
    problems: list[Problem] = []
    answers: dict[int, dict[Stored, Stored]] = {}
    for position, values in reading.loose.items():
        column = reading.columns[position]
        for value, numbers in values.items():
            answer, flaw = _answer(str(value), column.spec.kind, refs_of(column.spec), lookup)
            if answer != value:
                answers.setdefault(position, {})[value] = answer
            if flaw is not None:
                at = Place(reading.place.file, reading.place.sheet, reading.table.cell(numbers[0], column.index))
                word = shown(str(value), column.spec.mask)
                if len(numbers) > 1:
                    word = _("{value}（共 {count} 行）").format(value=word, count=len(numbers))
                problems.append(flaw_problem(flaw, at, column.spec.label, word))
    if answers and not held:
        raise HoldNeeded
    if answers:
        _replace(reading, answers)
    return problems


def _answer(text: str, kind: Kind, tables: Sequence[str], lookup: Lookup) -> tuple[Stored, Flaw | None]:
    parts = text.split(NAMES_SEPARATOR) if kind is Kind.NAMES else [text]
    found = [resolve(part, tables, lookup) for part in parts]
    # A name that has become ambiguous only now stays as it was written: its row is in already.
    said = NAMES_SEPARATOR.join(
        part if value is None else str(value) for part, (value, _flaw) in zip(parts, found, strict=True)
    )
    flaws = [flaw for _value, flaw in found if flaw is not None]
    return said, Flaw("unknown_ref") if flaws else None


def _replace(reading: Reading, answers: Mapping[int, Mapping[Stored, Stored]]) -> None:
    make_key = key_maker(reading.spec, reading.keys)
    for place, row in enumerate(reading.out.rows):
        hits = {at: words[row.values[at]] for at, words in answers.items() if row.values[at] in words}
        if hits:
            values = tuple(hits.get(at, value) for at, value in enumerate(row.values))
            reading.out.rows[place] = IntakeRow(row.row, make_key(values), values)
