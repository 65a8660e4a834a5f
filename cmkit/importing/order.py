"""The order in which several files are best read: those that others name come first, whatever the files are called."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path

from cmkit.base.faults import InputFault
from cmkit.base.text import fold_label
from cmkit.facts.specs import TableSpec
from cmkit.importing.columns import candidates, known_words, needed_columns, recognise
from cmkit.importing.values import refs_of
from cmkit.sheets.textfile import decode_text
from cmkit.sheets.ziplook import layout, members

LAST = 99
"""The place of files that nobody waits for."""
_HEAD = 48 * 1024
_ROWS = 12
_SHEETS = 12
_ROW = re.compile(r"<(?:\w+:)?row\b[^>]*[^/>]>(.*?)</(?:\w+:)?row>", re.DOTALL)
_CELL = re.compile(r"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_STRING = re.compile(r"<(?:\w+:)?si>(.*?)</(?:\w+:)?si>", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t\b[^>]*>([^<]*)</(?:\w+:)?t>")
_VALUE = re.compile(r"<(?:\w+:)?v>(\d+)</(?:\w+:)?v>")
_DELIMITERS = re.compile(r"[,\t;|]")


def brought(paths: Sequence[Path], specs: Mapping[str, TableSpec]) -> dict[Path, frozenset[str]]:
    """The tables that each file brings new records of. Only the first rows are looked at, and only for their headings.

    A sheet that lacks columns of a new record brings none.
    """
    known = known_words(specs.values())
    return {path: frozenset(_tables(path, specs, known)) for path in paths}


def in_order(paths: Sequence[Path], specs: Mapping[str, TableSpec]) -> list[Path]:
    """The files as they are best read: first the records that others name, then those that name them.

    Files of the same kind stay in the order in which they were given.
    """
    depths = depths_of(specs)
    found = brought(paths, specs)
    return sorted(paths, key=lambda path: min((depths.get(name, LAST) for name in found[path]), default=LAST))


def depths_of(specs: Mapping[str, TableSpec]) -> dict[str, int]:
    """How many steps of reference stand behind each table that others name: orgs 0, staff 1, clients 2."""
    asked = {
        name: {table for column in spec.columns.values() for table in refs_of(column) if table in specs} - {name}
        for name, spec in specs.items()
    }
    named = set().union(*asked.values())
    depths: dict[str, int] = {}
    while left := sorted(named - depths.keys()):
        free = [name for name in left if not (asked[name] & named) - depths.keys()]
        # Tables that name each other cannot both be first: their order is that of their names.
        for name in free or left[:1]:
            depths[name] = 1 + max((depths[other] for other in asked[name] if other in depths), default=-1)
    return depths


def _tables(path: Path, specs: Mapping[str, TableSpec], known: frozenset[str]) -> Iterator[str]:
    """The tables that a file brings new records of, by its first rows; where these cannot be seen, by its name."""
    try:
        sheets = [*_heads(path)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, KeyError, InputFault):
        sheets = []
    for name, rows in sheets:
        for row in _headings(rows, known):
            spec = recognise(row, specs, f"{name}/{path.name}")
            if spec is not None and _is_whole(row, spec):
                yield spec.table
                break
    if not sheets:
        stem = fold_label(path.stem)
        said = [(len(word), spec.table) for spec in specs.values() for word in (spec.zh, *spec.aliases) if word in stem]
        yield from [max(said)[1]] if said else []


def _headings(rows: Sequence[Sequence[str]], known: frozenset[str]) -> Iterator[list[str]]:
    """The rows that may be a header, each also together with the one or two above it."""
    for place, row in enumerate(rows):
        if any(fold_label(word) in known for word in row):
            for first in range(place, max(place - 3, -1), -1):
                yield [word for part in rows[first : place + 1] for word in part]


def _is_whole(row: Sequence[str], spec: TableSpec) -> bool:
    held = {key for word in row for key in candidates(word, spec, near=False).keys}
    return held.issuperset(needed_columns(spec))


def _heads(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The words of the first rows of each sheet; nothing for a file of another kind."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        if not head.startswith(b"PK"):
            if not head.startswith(b"\xd0\xcf"):
                yield "", _lines(head, path.name)
            return
        with zipfile.ZipFile(stream) as archive:
            yield from _in_zip(archive)


def _lines(head: bytes, name: str) -> list[list[str]]:
    whole = head[: head.rfind(b"\n") + 1] if len(head) == _HEAD else head
    lines = decode_text(whole, name)[0].splitlines()[:_ROWS]
    return [[word.strip().strip('"') for word in _DELIMITERS.split(line)] for line in lines]


def _in_zip(archive: zipfile.ZipFile) -> Iterator[tuple[str, list[list[str]]]]:
    names = members(archive)
    relations = _first(archive, names["xl/_rels/workbook.xml.rels"])
    sheets, others = layout(_first(archive, names["xl/workbook.xml"]), relations, names)
    part = others.get("sharedStrings")
    text = _first(archive, part).decode("utf-8", "replace") if part else ""
    strings = ["".join(_TEXT.findall(item)) for item in _STRING.findall(text)]
    for sheet in sheets[:_SHEETS]:
        if sheet.part:
            rows = _ROW.finditer(_first(archive, sheet.part).decode("utf-8", "replace"))
            yield sheet.name, [_words(row[1], strings) for row, _few in zip(rows, range(_ROWS), strict=False)]


def _first(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_HEAD)


def _words(row: str, strings: Sequence[str]) -> list[str]:
    """The texts of a row; numbers and strings that stand further down are none."""
    found = []
    for mark, body in _CELL.findall(row):
        value = _VALUE.search(body)
        if 't="s"' in mark and value is not None and int(value[1]) < len(strings):
            found.append(unescape(strings[int(value[1])]))
        elif 't="inlineStr"' in mark:
            found.append(unescape("".join(_TEXT.findall(body))))
    return [word.strip() for word in found if word.strip()]
