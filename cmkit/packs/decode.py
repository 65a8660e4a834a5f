"""Strict decoding: an unknown key or a wrong type is told with its file, its key path and what would be right."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem
from cmkit.facts.specs import ColumnSpec
from cmkit.packs.closed import joined, suggested

MARKS = ("drop", "after")
"""What a column may say to the loader only: taken away, or placed after another."""


def problems_in(raw: Any, wanted: Any, file: Path) -> list[Problem]:
    """Everything in ``raw`` that a ``wanted`` cannot hold."""
    try:
        msgspec.convert(raw, wanted)
    except msgspec.ValidationError:
        return list(_walk(raw, wanted, Place(str(file))))
    return []


def _walk(raw: Any, wanted: Any, at: Place) -> Iterator[Problem]:
    """The problems below one value. Only walked when there are some, so it may take its time."""
    kind, parts = _shape(wanted)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(raw, dict):
        yield from _walk_struct(raw, kind, at)
    elif kind is Mapping and isinstance(raw, dict):
        for key, value in raw.items():
            yield from _walk(value, parts[1], _below(at, key))
    elif kind is tuple and isinstance(raw, list):
        for number, value in enumerate(raw, 1):
            yield from _walk(value, parts[0], Place(at.file, "", f"{at.cell}[{number}]"))
    elif not _fits(raw, wanted):
        yield Problem(
            at,
            "pack-type",
            _("值不对：{value}").format(value=_short(raw)),
            _("应为{wanted}").format(wanted=_said(wanted)),
        )


def _walk_struct(raw: dict[str, Any], wanted: type[msgspec.Struct], at: Place) -> Iterator[Problem]:
    fields = {field.name: field for field in msgspec.structs.fields(wanted)}
    legal = (*fields, *MARKS) if wanted is ColumnSpec else tuple(fields)
    for key, value in raw.items():
        if key in fields:
            yield from _walk(value, fields[key].type, _below(at, key))
        else:
            yield unknown_key(key, legal, _below(at, key))
    for name, field in fields.items():
        if field.required and name not in raw:
            yield Problem(_below(at, name), "pack-missing", _("缺少键：{key}").format(key=name))


def unknown_key(key: str, legal: tuple[str, ...], at: Place) -> Problem:
    """The problem of a key that nothing reads."""
    hint = suggested(key, legal, _("可用的键：{keys}").format(keys=joined(legal)))
    return Problem(at, "pack-key", _("不认识的键：{key}").format(key=key), hint)


def _shape(wanted: Any) -> tuple[Any, tuple[Any, ...]]:
    origin = get_origin(wanted)
    if origin in {Union, types.UnionType}:
        return _shape(next(part for part in get_args(wanted) if part is not type(None)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Mapping, get_args(wanted)
    return origin or wanted, get_args(wanted)


def _fits(raw: Any, wanted: Any) -> bool:
    try:
        msgspec.convert(raw, wanted)
    except msgspec.ValidationError:
        return False
    return True


def _said(wanted: Any) -> str:
    kind, parts = _shape(wanted)
    if kind is Literal:
        return _("以下之一：{words}").format(words=joined(str(part) or '""' for part in parts))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _("以下之一：{words}").format(words=joined(str(part.value) for part in kind))
    if kind is tuple:
        return _('方括号里的列表，例如 ["甲", "乙"]')
    words = {
        str: _("加引号的文字"),
        bool: _("true 或 false"),
        int: _("整数"),
        Decimal: _("数字"),
    }
    return words.get(kind, _("一组 键 = 值"))


def _short(raw: Any) -> str:
    text = repr(raw) if isinstance(raw, str) else str(raw)
    return text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004 - enough to recognise it


def _below(at: Place, key: str) -> Place:
    return Place(at.file, "", f"{at.cell}.{key}" if at.cell else key)
