"""The meeting form in Excel, as rows of text: a label in column A, its values beside it, and three small tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.minutes.keys import ACTION_KEYS, MEETING_KEYS, TOPIC_KEYS, label, meeting_aliases, resolve, unknown_key
from cmkit.minutes.meeting_file import Lookups, MeetingFile, build_meeting

FormRow = tuple[str, list[str]]
BLOCKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "topics": TOPIC_KEYS,
    "decisions": {"decision": ("决议内容", "决议", "内容")},
    "actions": ACTION_KEYS,
}
_BLANK_ROWS = {"topics": 5, "decisions": 5, "actions": 8}
_NUMBER_LABELS = {"序号", "no", "编号"}
_JOINERS: Mapping[str, str] = {"names": "、", "absent": "、", "span": "-"}
"""What stands between several filled cells of one label."""


def meeting_form_rows() -> list[FormRow]:
    """The empty form to be written into a sheet: a row a label, then the three blocks with headers and blank lines."""
    rows: list[FormRow] = [(_("会议记录表"), [])]
    heads = [key for key in MEETING_KEYS if key not in BLOCKS and key not in {"time", "org_id", "summary", "next"}]
    aliases = meeting_aliases()
    rows += [(label(key, aliases), [""]) for key in heads]
    for block, keys in BLOCKS.items():
        rows.append((label(block, aliases), []))
        rows.append((_("序号"), [label(key, keys) for key in keys]))
        rows += [(str(number), [""] * len(keys)) for number in range(1, _BLANK_ROWS[block] + 1)]
    return rows + [(label(key, aliases), [""]) for key in ("summary", "next")]


def from_form(
    rows: Sequence[FormRow], *, lookups: Lookups, place: Place | None = None
) -> tuple[MeetingFile | None, list[Problem]]:
    """The meeting of a filled form. ``rows`` are all rows of the sheet, the first being row 1, blanks included."""
    place = place or Place()
    raw: dict[str, Any] = {}
    problems: list[Problem] = []
    at = 0
    while at < len(rows):
        word, values = rows[at][0].strip(), _filled(rows[at][1])
        key = resolve(word, meeting_aliases()) if word else None
        if key in BLOCKS:
            found, at, block_problems = _block(rows, at + 1, str(key), place)
            problems += block_problems
            if found:
                raw[str(key)] = found
            continue
        if key and values:
            raw[key] = _JOINERS.get(MEETING_KEYS[key][0], " ").join(values)
        elif word and values and not word.startswith(("注", "说明")):
            problems.append(unknown_key(word, meeting_aliases(), Place(place.file, place.sheet, f"A{at + 1}")))
        at += 1
    meeting, more = build_meeting(raw, lookups=lookups, place=place)
    problems += more
    return (None if any(one.severity == "error" for one in problems) else meeting), problems


def _filled(values: Iterable[str]) -> list[str]:
    return [value.strip() for value in values if value.strip()]


def _block(rows: Sequence[FormRow], at: int, block: str, place: Place) -> tuple[list[Any], int, list[Problem]]:
    """The lines of a small table until the next label of the form, and the row after it."""
    keys = BLOCKS[block]
    columns: list[str | None] = list(keys)
    problems: list[Problem] = []
    lines: list[Any] = []
    while at < len(rows):
        word, values = rows[at][0].strip(), rows[at][1]
        if word.lower().rstrip(".") in _NUMBER_LABELS:
            columns, bad = _header(values, keys, Place(place.file, place.sheet, f"B{at + 1}"))
            problems += bad
        elif word and not word.rstrip(".、").isdigit() and resolve(word, meeting_aliases()):
            break
        elif _filled(values):
            line = {key: value.strip() for key, value in zip(columns, values, strict=False) if key and value.strip()}
            lines.append(line.get("decision", "") if block == "decisions" else line)
        at += 1
    return lines, at, problems


def _header(
    values: Sequence[str], keys: Mapping[str, tuple[str, ...]], place: Place
) -> tuple[list[str | None], list[Problem]]:
    columns = [resolve(value, keys) for value in values]
    unknown = [value for value, key in zip(values, columns, strict=True) if value.strip() and key is None]
    return columns, [unknown_key(word, keys, place) for word in unknown]
