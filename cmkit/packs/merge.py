"""A pack over the one it extends: the difference, not a copy.

Tables of keys merge deeply, lists replace, ``aliases`` are added. ``drop = true`` takes a part away; a column's
``after`` says behind which other it stands. A label that is replaced stays as an alias, so that sheets with the old
heading still come in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmkit.packs.toml import Raw


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Raw:
    """``over`` laid over ``base``; neither is changed."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        if is_dropped(value):
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merge(old if isinstance(old, dict) else {}, value)
        elif key == "aliases" and isinstance(old, list):
            result[key] = list(dict.fromkeys((*old, *value)))
        else:
            result[key] = value
    return result


def is_dropped(value: Any) -> bool:
    """Whether a part says that it is taken away."""
    return isinstance(value, dict) and value.get("drop") is True


def without_marks(raw: Mapping[str, Any]) -> Raw:
    """``raw`` without the parts that are dropped and without the columns' ``after``: what the specs can hold."""
    result: Raw = {}
    for key, value in raw.items():
        if not isinstance(value, dict):
            result[key] = value
        elif not is_dropped(value):
            result[key] = without_marks(value)
    columns = result.get("columns")
    if isinstance(columns, dict):
        result["columns"] = {key: _unplaced(column) for key, column in columns.items()}
    return result


def _unplaced(column: Any) -> Any:
    if isinstance(column, dict) and isinstance(column.get("after"), str):
        return {key: value for key, value in column.items() if key != "after"}
    return column


def idle_drops(base: Mapping[str, Any], over: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The key paths of parts that are dropped though nothing below has them."""
    for key, value in over.items():
        here = f"{path}.{key}" if path else key
        if is_dropped(value):
            if key not in base:
                yield here
        elif isinstance(value, dict):
            below = base.get(key)
            yield from idle_drops(below if isinstance(below, dict) else {}, value, here)


def merge_tables(base: Mapping[str, Raw], over: Mapping[str, Raw]) -> dict[str, Raw]:
    """The table specs of two packs, columns in their places."""
    merged: dict[str, Raw] = merge(base, over)
    for name, table in over.items():
        if name not in merged:
            continue
        below = base.get(name, {})
        merged[name] = {**keep_label(below, merged[name]), "columns": _columns(below, merged[name], table)}
    return merged


def _columns(below: Raw, merged: Raw, over: Raw) -> dict[str, Raw]:
    old = below.get("columns", {})
    columns = {key: keep_label(old.get(key, {}), column) for key, column in merged.get("columns", {}).items()}
    order = list(columns)
    for key, column in over.get("columns", {}).items():
        anchor = column.get("after")
        if key in columns and anchor in columns and anchor != key:
            order.remove(key)
            order.insert(order.index(anchor) + 1, key)
    return {key: _unplaced(columns[key]) for key in order}


def lost_anchors(merged: Mapping[str, Raw], over: Mapping[str, Raw]) -> Iterator[tuple[str, str, str]]:
    """Table, column and anchor of each ``after`` that names no column."""
    for name, table in over.items():
        for key, column in table.get("columns", {}).items():
            anchor = column.get("after")
            if anchor and anchor not in merged.get(name, {}).get("columns", {}):
                yield name, key, anchor


def keep_label(below: Mapping[str, Any], merged: Raw) -> Raw:
    """``merged`` with the labels it had below among its aliases, where they were replaced."""
    gone = [below[word] for word in ("zh", "en") if below.get(word) and below[word] != merged.get(word)]
    if not gone:
        return merged
    return {**merged, "aliases": list(dict.fromkeys((*merged.get("aliases", ()), *gone)))}
