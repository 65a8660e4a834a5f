"""From headings to columns: exact label, alias, folded text, then near misses; never silently below the threshold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.base.text import bare_label, fold_label, safe_line
from cmkit.facts.kinds import Kind
from cmkit.facts.specs import TableSpec
from cmkit.importing.numbers import factor, is_foreign
from cmkit.sheets.cells import cell_name
from cmkit.sheets.words import MONEY_UNIT, NUMBERINGS, is_numbering, unit_word

Choose = Callable[[str, Sequence[tuple[str, str]]], str | None]
"""Asks a person: the question, and the answers as (value, what is shown); None where nothing was chosen."""

THRESHOLD = 88
_BRACKETED = re.compile(r"[(\[【〔{]([^)\]】〕}]*)[)\]】〕}]")
_UNIT = re.compile("亿元|百万元|万元|千元|元|万户|万|亿|%|‰")
_UNIT_TAIL = re.compile(
    rf"(?<=[\u4e00-\u9fff])[\s:/,\-_]*(?:(?:金额)?单位\s*:?\s*)?(?:折[算合]?(?:为|成)?)?(?:人民币|rmb)?({_UNIT.pattern})$",
    re.IGNORECASE,
)
_IGNORED = frozenset({"", "-", "忽略", "ignore"})
_NEAR = 5
_PERSON = "姓名"


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The words of one table: folded word to the columns that it may mean; labels go before aliases."""

    spec: TableSpec
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranks: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Folded word and column to the word's place: 0 the column's own label, then its aliases in order."""
    names: tuple[str, ...] = ()
    """What the table itself is called, folded."""


_indexes: dict[int, Index] = {}


def index_of(spec: TableSpec) -> Index:
    """The words of a table, made once for as long as the spec lives."""
    held = _indexes.get(id(spec))
    if held is None or held.spec is not spec:
        held = _indexes[id(spec)] = Index(spec, _words(spec), _ranks(spec), _names(spec))
    return held


def _names(spec: TableSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(fold_label, (spec.zh, spec.en, *spec.aliases)))))


def _ranks(spec: TableSpec) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for key, column in spec.columns.items():
        for rank, word in enumerate((column.zh, *column.aliases)):
            for folded in (fold_label(word), bare_label(word)):
                found.setdefault((folded, key), rank)
        for word in (key, column.en):
            found[fold_label(word), key] = 0
    return found


def _words(spec: TableSpec) -> dict[str, tuple[str, ...]]:
    labels: dict[str, dict[str, None]] = {}
    others: dict[str, dict[str, None]] = {}
    for key, column in spec.columns.items():
        for word in (key, column.zh, column.en):
            for folded in {fold_label(word), bare_label(word)} - {""}:
                labels.setdefault(folded, {})[key] = None
        for word in column.aliases:
            for folded in {fold_label(word), bare_label(word)} - {""}:
                others.setdefault(folded, {})[key] = None
    return {word: tuple(keys) for word, keys in {**others, **labels}.items()}


def known_words(specs: Iterable[TableSpec]) -> frozenset[str]:
    """Every folded word that is a column somewhere."""
    return frozenset(word for spec in specs for word in index_of(spec).words)


@dataclass(frozen=True, slots=True)
class Fit:
    """The columns that a heading may mean, and how far it had to be bent: 0 as it is … 5 a near miss."""

    keys: tuple[str, ...] = ()
    level: int = _NEAR
    word: str = ""

    def order(self, key: str, spec: TableSpec) -> tuple[bool, int, int]:
        """How well the heading fits ``key``: the label first, then the aliases in the pack's order."""
        return self.level == _NEAR, index_of(spec).ranks.get((self.word, key), len(spec.columns)), self.level


def match_columns(
    columns: Sequence[str],
    spec: TableSpec,
    overrides: Mapping[str, str],
    *,
    place: Place = Place(),  # noqa: B008 - frozen
    corner: tuple[int, int] | Callable[[int], str] = (0, 0),
    companions: Callable[[Collection[str]], Collection[str]] | None = None,
    choose: Choose | None = None,
) -> tuple[dict[int, str], list[Problem]]:
    """Column index to key, and what is doubtful.

    ``corner`` is the row and column (from 0) of the first heading, or gives the cell of each, for the places of the
    problems; ``companions`` gives, for the columns that are read, the folded headings that merely name what their
    numbers say; ``choose`` asks a person where it can be done. Raises UsageFault where an override names no column of
    the table.
    """
    spots = _Spots(columns, place, corner)
    forced, ignored = _overridden(columns, spec, overrides)
    fits = {
        index: candidates(heading, spec)
        for index, heading in enumerate(columns)
        if heading and index not in forced and index not in ignored
    }
    problems: list[Problem] = []
    mapping = dict(forced)
    claims, doubtful = _claims(fits, set(forced.values()))
    for index, keys in doubtful.items():
        chosen = _ask_meaning(choose, spots, index, keys, spec)
        if chosen in keys:
            claims.setdefault(chosen, []).append(index)
            fits[index] = Fit(keys, 0, "")
            continue
        if chosen is None:
            problems.append(_two_meanings(spots, index, keys, spec))
        ignored.add(index)
    for key, found in claims.items():
        best = min(fits[index].order(key, spec) for index in found)
        winners = [index for index in found if fits[index].order(key, spec) == best]
        if len(winners) > 1:
            ignored.update(winners)
            one = _ask_column(choose, spots, winners, spec.columns[key].label)
            if one is None:
                problems.append(_two_columns(spots, winners, spec.columns[key].label))
                continue
            winners = [one]
        mapping[winners[0]] = key
        if _is_number(spec, key):
            ignored.update(found)
    spoken = companions(mapping.values()) if companions is not None else ()
    unread = [
        index
        for index, word in enumerate(columns)
        if word and index not in mapping and index not in ignored and not _is_idle(word, spoken)
    ]
    problems.extend(_missing(spec, mapping, problems, spots))
    if unread:
        problems.append(_unread(spots, unread))
    return dict(sorted(mapping.items())), problems


def _claims(
    fits: Mapping[int, Fit], forced: Collection[str]
) -> tuple[dict[str, list[int]], dict[int, tuple[str, ...]]]:
    """The headings that could be each column; and those that could be several columns which no other heading takes."""
    claims: dict[str, list[int]] = {}
    open_ones: dict[int, tuple[str, ...]] = {}
    for index, fit in fits.items():
        keys = tuple(key for key in fit.keys if key not in forced)
        if len(keys) > 1:
            open_ones[index] = keys
        elif keys:
            claims.setdefault(keys[0], []).append(index)
    doubtful: dict[int, tuple[str, ...]] = {}
    for index, keys in open_ones.items():
        left = tuple(key for key in keys if key not in claims)
        if len(left) > 1:
            doubtful[index] = left
        elif left:
            claims[left[0]] = [index]
    return claims, doubtful


def _is_number(spec: TableSpec, key: str) -> bool:
    """A column that holds a number for a thing with a name: the name beside it need not be read."""
    column = spec.columns[key]
    return bool(column.ref) or (key in {*spec.key, "kpi", "who"} and column.kind is Kind.CODE)


def _is_idle(heading: str, spoken: Collection[str]) -> bool:
    """序号, or the name of somebody whose number is read."""
    last = heading.rsplit("/", 1)[-1]
    words = {fold_label(heading), bare_label(heading), fold_label(last)}
    return bool(words & NUMBERINGS or words & set(spoken)) or (bool(spoken) and bare_label(last).endswith(_PERSON))


@dataclass(frozen=True, slots=True)
class _Spots:
    """The headings and where they stand."""

    columns: Sequence[str]
    place: Place
    corner: tuple[int, int] | Callable[[int], str]

    def at(self, index: int) -> Place:
        if isinstance(self.corner, tuple):
            return Place(self.place.file, self.place.sheet, cell_name(self.corner[0], self.corner[1] + index))
        return Place(self.place.file, self.place.sheet, self.corner(index))

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
                hint=_("可以写：{keys}").format(keys=_("、").join(spec.columns)),
            )
        wanted[fold_label(heading)] = target.strip()
    forced: dict[int, str] = {}
    ignored: set[int] = set()
    for index, heading in enumerate(columns):
        target = wanted.get(fold_label(heading)) if heading else None
        if target is None:
            continue
        if target in _IGNORED:
            ignored.add(index)
        else:
            forced[index] = target
    return forced, ignored


def _by_label(word: str, spec: TableSpec) -> str | None:
    keys = index_of(spec).words.get(fold_label(word), ())
    return keys[0] if len(keys) == 1 else None


def candidates(heading: str, spec: TableSpec, *, near: bool = True) -> Fit:
    """The columns that a heading may mean."""
    words = index_of(spec).words
    for level, form in _forms(heading):
        keys = words.get(form)
        if keys:
            return Fit(keys, level, form)
    return Fit(_near_miss(bare_label(heading) or fold_label(heading), words)) if near else Fit()


@lru_cache(maxsize=16_384)
def _forms(heading: str) -> tuple[tuple[int, str], ...]:
    """The ways to read a heading, the most literal first."""
    text = unicodedata.normalize("NFKC", heading)
    parts = [part for part in text.split("/") if part.strip()]
    forms = [
        (0, fold_label(text)),
        (1, bare_label(text)),
        (2, fold_label("".join(parts))),
        (2, _UNIT_TAIL.sub("", bare_label(text))),
    ]
    if len(parts) > 1:
        forms += [
            (3, fold_label(parts[-1])),
            (3, bare_label(parts[-1])),
            (3, _UNIT_TAIL.sub("", bare_label(parts[-1]))),
        ]
        forms += [(4, form) for first in range(1, len(parts) - 1) for form in _joined(parts[first:])]
        forms += [(4, bare_label(parts[0]))]
    return tuple((level, form) for level, form in forms if form)


def _joined(parts: Sequence[str]) -> tuple[str, str]:
    """The lower rows of a heading as one word: 客户台账/客户/编号 is also 客户编号."""
    return fold_label("".join(parts)), bare_label("".join(parts))


def meanings(heading: str, words: Mapping[str, str]) -> str:
    """What ``heading`` stands for among folded words, read as columns are; "" for nothing."""
    return next((words[form] for _level, form in _forms(heading) if form in words), "")


def _near_miss(word: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Columns with a word at least 88 % alike; the best one alone where it stands out."""
    from rapidfuzz import fuzz, process

    found = process.extract(word, list(words), scorer=fuzz.ratio, score_cutoff=THRESHOLD, limit=8)
    if not found:
        return ()
    best = found[0][1]
    keys = dict.fromkeys(key for near, score, _index in found if score >= best for key in words[near])
    return tuple(keys)


def _ask_meaning(choose: Choose | None, spots: _Spots, index: int, keys: Sequence[str], spec: TableSpec) -> str | None:
    """The column that a person says a heading is; ``-`` for none of them, None where nobody was asked."""
    if choose is None:
        return None
    question = _("{file}：表头“{heading}”是哪一栏？").format(
        file=spots.place.file, heading=safe_line(spots.columns[index])
    )
    return choose(question, [*((key, spec.columns[key].label) for key in keys), ("-", _("都不是，不读这一列"))])


def _ask_column(choose: Choose | None, spots: _Spots, winners: Sequence[int], label: str) -> int | None:
    """The one of several headings that a person says stands for a column."""
    if choose is None:
        return None
    question = _("{file}：哪一列是“{label}”？").format(file=spots.place.file, label=label)
    answer = choose(question, [(str(index), spots.name(index)) for index in winners])
    return int(answer) if answer else None


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


def needed_columns(spec: TableSpec) -> list[str]:
    """The columns that a new record cannot do without; a single key is one, a column with a default is none."""
    needed = [key for key, column in spec.columns.items() if column.required and not column.default]
    return needed + [key for key in spec.key if len(spec.key) == 1 and key not in needed]


def _missing(spec: TableSpec, mapping: Mapping[int, str], so_far: Sequence[Problem], spots: _Spots) -> list[Problem]:
    """Required columns that no heading stands for, in one problem."""
    held = set(mapping.values())
    absent = [key for key in needed_columns(spec) if key not in held]
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
        if word := _unit_in(inside):
            return word
    bare = _BRACKETED.sub("", last).strip()
    if bare != text and _UNIT.fullmatch(bare):
        return bare
    tail = _UNIT_TAIL.search(bare)
    return tail[1] if tail else ""


def _unit_in(remark: str) -> str:
    """The unit in a heading's remark: 万元, 单位：人民币万元, 万元，保留两位小数; "" where it says something else."""
    word = unit_word(remark)
    if word and (factor(word) is not None or is_foreign(word)):
        return word
    return next((part for part in re.split(r"[,、;/\s]+", word) if MONEY_UNIT.fullmatch(part)), "")


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
    folded = fold_label(names)
    headings = tuple(heading for heading in columns if heading and not is_numbering(heading))
    found = [Guess(_fit(headings, spec, folded), table) for table, spec in specs.items()]
    return sorted((guess for guess in found if guess.score > 0), key=lambda guess: -guess.score)


def _fit(headings: tuple[str, ...], spec: TableSpec, names: str) -> float:
    """Share of headings covered, share of needed columns present, and a word in a name; 0 below the threshold."""
    coverage, present, held = _cover(headings, index_of(spec))
    if not coverage:
        return 0.0
    named = any(word in names for word in index_of(spec).names)
    if coverage + present + named < 1 or (not present and len(headings) == 1):
        return 0.0  # one word that some column is called is a title, not a table
    return coverage * 0.5 + present * 0.3 + 0.2 * named + 0.05 * held / max(len(spec.columns), 1)


@lru_cache(maxsize=1024)
def _cover(headings: tuple[str, ...], index: Index) -> tuple[float, float, int]:
    """Share of headings covered (0 where too few are), share of needed columns present, how many columns there are."""
    spec = index.spec
    held: set[str] = set()
    covered = 0
    for heading in headings:
        keys = candidates(heading, spec, near=False).keys
        if keys:
            covered += 1
            held.update(keys[:1])
    if not headings or covered < min(2, len(headings)):
        return 0.0, 0.0, 0
    needed = {key for key, column in spec.columns.items() if column.required and not column.default} | set(spec.key[:1])
    return covered / len(headings), len(needed & held) / max(len(needed), 1), len(held)
