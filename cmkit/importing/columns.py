"""From headings to columns: exact label, alias, folded text, then near misses; never silently below the threshold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.text import bare_label, fold_label, safe_line
from cmkit.facts.specs import TableSpec
from cmkit.importing.numbers import FOREIGN, factor
from cmkit.sheets.cells import cell_name

THRESHOLD = 88
_BRACKETED = re.compile(r"[(\[【〔{]([^)\]】〕}]*)[)\]】〕}]")
_UNIT_TAIL = re.compile(r"(?<=[\u4e00-\u9fff])[:/]?(亿元|百万元|万元|千元|元|万户|万|亿|%|‰)$")
_IGNORED = frozenset({"", "-", "忽略", "ignore"})
_NEAR = 5

_fold = lru_cache(maxsize=16_384)(fold_label)
_bare = lru_cache(maxsize=16_384)(bare_label)


@dataclass(frozen=True, slots=True)
class Index:
    """The words of one table: folded word to the columns that it may mean; labels go before aliases."""

    spec: TableSpec
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_indexes: dict[int, Index] = {}


def index_of(spec: TableSpec) -> Index:
    """The words of a table, made once for as long as the spec lives."""
    held = _indexes.get(id(spec))
    if held is None or held.spec is not spec:
        held = _indexes[id(spec)] = Index(spec, _words(spec))
    return held


def _words(spec: TableSpec) -> dict[str, tuple[str, ...]]:
    labels: dict[str, dict[str, None]] = {}
    others: dict[str, dict[str, None]] = {}
    for key, column in spec.columns.items():
        for word in (key, column.zh, column.en):
            for folded in {_fold(word), _bare(word)} - {""}:
                labels.setdefault(folded, {})[key] = None
        for word in column.aliases:
            for folded in {_fold(word), _bare(word)} - {""}:
                others.setdefault(folded, {})[key] = None
    return {word: tuple(keys) for word, keys in {**others, **labels}.items()}


def known_words(specs: Iterable[TableSpec]) -> frozenset[str]:
    """Every folded word that is a column somewhere."""
    return frozenset(word for spec in specs for word in index_of(spec).words)


def match_columns(
    columns: Sequence[str],
    spec: TableSpec,
    overrides: Mapping[str, str],
    *,
    place: Place = Place(),  # noqa: B008 - frozen
    corner: tuple[int, int] = (0, 0),
) -> tuple[dict[int, str], list[Problem]]:
    """Column index to key, and what is doubtful.

    ``corner`` is the row and column (from 0) of the first heading, for the places of the problems. Raises UsageFault
    where an override names no column of the table.
    """
    spots = _Spots(columns, place, corner)
    forced, ignored = _overridden(columns, spec, overrides)
    claims: dict[str, list[tuple[int, int]]] = {}
    problems: list[Problem] = []
    for index, heading in enumerate(columns):
        if index in forced or index in ignored or not heading:
            continue
        keys, level = candidates(heading, spec)
        keys = tuple(key for key in keys if key not in forced.values())
        if len(keys) > 1:
            problems.append(_two_meanings(spots, index, keys, spec))
            ignored.add(index)
        elif keys:
            claims.setdefault(keys[0], []).append((level, index))
    mapping = dict(forced)
    for key, found in claims.items():
        best = min(level for level, _index in found)
        winners = [index for level, index in found if level == best]
        if len(winners) > 1:
            problems.append(_two_columns(spots, winners, spec.columns[key].label))
            ignored.update(winners)
            continue
        mapping[winners[0]] = key
    unread = [index for index, word in enumerate(columns) if word and index not in mapping and index not in ignored]
    problems.extend(_missing(spec, mapping, problems, spots))
    if unread:
        problems.append(_unread(spots, unread))
    return dict(sorted(mapping.items())), problems


@dataclass(frozen=True, slots=True)
class _Spots:
    """The headings and where they stand."""

    columns: Sequence[str]
    place: Place
    corner: tuple[int, int]

    def at(self, index: int) -> Place:
        return Place(self.place.file, self.place.sheet, cell_name(self.corner[0], self.corner[1] + index))

    def name(self, index: int) -> str:
        return f"{safe_line(self.columns[index])} ({self.at(index).cell})"


def _overridden(
    columns: Sequence[str], spec: TableSpec, overrides: Mapping[str, str]
) -> tuple[dict[int, str], set[int]]:
    wanted: dict[str, str] = {}
    for heading, key in overrides.items():
        target = key if key in spec.columns or key.strip() in _IGNORED else _by_label(key, spec)
        if target is None:
            raise UsageFault(
                _("表“{table}”没有列 {key}").format(table=spec.label, key=key),
                hint=_("可以写：{keys}").format(keys="、".join(spec.columns)),
            )
        wanted[_fold(heading)] = target.strip()
    forced: dict[int, str] = {}
    ignored: set[int] = set()
    for index, heading in enumerate(columns):
        target = wanted.get(_fold(heading)) if heading else None
        if target is None:
            continue
        if target in _IGNORED:
            ignored.add(index)
        else:
            forced[index] = target
    return forced, ignored


def _by_label(word: str, spec: TableSpec) -> str | None:
    keys = index_of(spec).words.get(_fold(word), ())
    return keys[0] if len(keys) == 1 else None


def candidates(heading: str, spec: TableSpec, *, near: bool = True) -> tuple[tuple[str, ...], int]:
    """The columns that a heading may mean, and how far it had to be bent: 0 as it is … 5 a near miss."""
    words = index_of(spec).words
    for level, form in _forms(heading):
        keys = words.get(form)
        if keys:
            return keys, level
    return (_near_miss(_bare(heading) or _fold(heading), words), _NEAR) if near else ((), _NEAR)


@lru_cache(maxsize=16_384)
def _forms(heading: str) -> tuple[tuple[int, str], ...]:
    """The ways to read a heading, the most literal first."""
    text = unicodedata.normalize("NFKC", heading)
    parts = [part for part in text.split("/") if part.strip()]
    forms = [(0, _fold(text)), (1, _bare(text)), (2, _fold("".join(parts))), (2, _UNIT_TAIL.sub("", _bare(text)))]
    if len(parts) > 1:
        forms += [(3, _fold(parts[-1])), (3, _bare(parts[-1])), (3, _UNIT_TAIL.sub("", _bare(parts[-1])))]
        forms += [(4, _bare(parts[0]))]
    return tuple((level, form) for level, form in forms if form)


def _near_miss(word: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Columns with a word at least 88 % alike; the best one alone where it stands out."""
    from rapidfuzz import fuzz, process

    found = process.extract(word, list(words), scorer=fuzz.ratio, score_cutoff=THRESHOLD, limit=8)
    if not found:
        return ()
    best = found[0][1]
    keys = dict.fromkeys(key for near, score, _index in found if score >= best for key in words[near])
    return tuple(keys)


def _two_meanings(spots: _Spots, index: int, keys: Sequence[str], spec: TableSpec) -> Problem:
    names = _("、").join(f"{spec.columns[key].label} ({key})" for key in keys)
    return Problem(
        spots.at(index),
        "ambiguous_column",
        _("表头“{heading}”可能是 {names}").format(heading=safe_line(spots.columns[index]), names=names),
        _("请用 --map {heading}=列名 说明").format(heading=safe_line(spots.columns[index])),
    )


def _two_columns(spots: _Spots, winners: Sequence[int], label: str) -> Problem:
    names = _("、").join(spots.name(index) for index in winners)
    return Problem(
        spots.at(winners[0]),
        "ambiguous_column",
        _("这几列都像“{label}”：{names}").format(label=label, names=names),
        _("请只留一列，或用 --map 表头=列名 说明"),
    )


def _missing(spec: TableSpec, mapping: Mapping[int, str], so_far: Sequence[Problem], spots: _Spots) -> list[Problem]:
    """Required columns that no heading stands for, in one problem; a single key counts as required."""
    held = set(mapping.values())
    needed = [key for key, column in spec.columns.items() if column.required and not column.default]
    needed += [key for key in spec.key if len(spec.key) == 1 and key not in needed]
    absent = [key for key in needed if key not in held]
    if not absent or any(problem.code == "ambiguous_column" for problem in so_far):
        return []
    return [
        Problem(
            spots.at(0),
            "missing_column",
            _("缺少必填的列：{names}").format(
                names="、".join(spec.columns[key].label for key in absent if key in spec.columns)
            ),
            _("请补上这些列，或用 --map 表头=列名 指明"),
        )
    ]


def _unread(spots: _Spots, unread: Sequence[int]) -> Problem:
    return Problem(
        spots.at(unread[0]),
        "unknown_column",
        _("这些列没有读：{names}").format(names="、".join(spots.name(index) for index in unread)),
        _("要读就用 --map 表头=列名 指明"),
        "warning",
    )


def heading_unit(heading: str) -> str:
    """The unit that a heading names: 余额（万元）, 余额(单位:万元), 余额万元; "" where it names none."""
    text = unicodedata.normalize("NFKC", heading)
    last = text.rsplit("/", 1)[-1] if text.count("/") and not _BRACKETED.search(text) else text
    for inside in reversed(_BRACKETED.findall(last)):
        word = re.sub(r"^.*单位\s*:?\s*", "", inside).strip()
        if word and (factor(word) is not None or word in FOREIGN):
            return word
    tail = _UNIT_TAIL.search(_BRACKETED.sub("", last).strip())
    return tail[1] if tail else ""


@dataclass(frozen=True, slots=True)
class Guess:
    """How well a table fits a spec."""

    score: float
    table: str


def recognise(columns: Sequence[str], specs: Mapping[str, TableSpec], names: str = "") -> TableSpec | None:
    """The table whose words cover the headings best; ``names`` are the sheet's and the file's name and the title."""
    ranked = rank(columns, specs, names)
    if not ranked or (len(ranked) > 1 and ranked[1].score >= ranked[0].score - 0.02):
        return None
    return specs[ranked[0].table]


def rank(columns: Sequence[str], specs: Mapping[str, TableSpec], names: str = "") -> list[Guess]:
    """The tables that could be meant, the likeliest first."""
    found = [Guess(_fit(columns, spec, _fold(names)), table) for table, spec in specs.items()]
    return sorted((guess for guess in found if guess.score > 0), key=lambda guess: -guess.score)


def _fit(columns: Sequence[str], spec: TableSpec, names: str) -> float:
    """Share of headings covered, share of needed columns present, and a word in a name; 0 below the threshold."""
    headings = [heading for heading in columns if heading]
    held: set[str] = set()
    covered = 0
    for heading in headings:
        keys, _level = candidates(heading, spec, near=False)
        if keys:
            covered += 1
            held.update(keys[:1])
    if not headings or covered < min(2, len(headings)):
        return 0.0
    needed = {key for key, column in spec.columns.items() if column.required and not column.default} | set(spec.key[:1])
    present = len(needed & held) / max(len(needed), 1)
    words = [_fold(word) for word in (spec.zh, spec.en, *spec.aliases)]
    named = any(word and word in names for word in words)
    coverage = covered / len(headings)
    if coverage + present + named < 1:
        return 0.0
    return coverage * 0.5 + present * 0.3 + 0.2 * named + 0.05 * len(held) / max(len(spec.columns), 1)
