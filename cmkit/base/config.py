"""Typed settings from TOML: an unknown key is an error that lists the legal ones."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place

T = TypeVar("T")
_PATH = re.compile(r" - at `\$(?:\.)?(.*?)`$")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")


def read_toml(path: Path) -> dict[str, Any]:
    """The TOML file at ``path`` (UTF-8, with or without a mark at its start).

    Raises ConfigFault naming the file and the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigFault(_("读不了设置文件"), hint=error.strerror or "", place=Place(file=str(path))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigFault(_("设置文件格式不对：{text}").format(text=error), place=Place(file=str(path))) from error


def convert(data: object, kind: type[T], path: Path) -> T:
    """``data`` as a ``kind`` (a msgspec Struct or a container of some).

    Raises ConfigFault naming file and key; where a key is unknown, the legal ones and the nearest.
    """
    try:
        return msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _fault(str(error), kind, path) from None


def _fault(text: str, kind: type[Any], path: Path) -> ConfigFault:
    where = _PATH.search(text)
    keys = where.group(1) if where else ""
    unknown = _UNKNOWN.search(text)
    if not unknown:
        reason = _PATH.sub("", text)
        words = getattr(_node(kind, keys), "values", ())
        return ConfigFault(
            _("设置项 {key} 的值不对：{text}").format(key=keys or "?", text=reason),
            hint=_("可用的有：{keys}").format(keys="、".join(map(str, words))) if words else "",
            place=Place(file=str(path), cell=keys),
        )
    name = unknown.group(1)
    legal = sorted(_legal(kind, keys))
    near = difflib.get_close_matches(name, legal, 1)
    hint = _("可用的有：{keys}").format(keys="、".join(legal))
    if near:
        hint = _("是不是 {near}？").format(near=near[0]) + hint
    spot = ".".join(part for part in (keys, name) if part)
    return ConfigFault(_("不认识的设置项 {key}").format(key=spot), hint=hint, place=Place(file=str(path), cell=spot))


def _legal(kind: Any, keys: str) -> tuple[str, ...]:
    """The field names of the Struct that the key path ``a.b[0].c`` leads to."""
    return tuple(field.encode_name for field in getattr(_node(kind, keys), "fields", ()))


def _node(kind: Any, keys: str) -> Any:
    """What stands at the end of a key path."""
    node: Any = msgspec.inspect.type_info(kind)
    for step in re.findall(r"[^.\[\]]+|\[[^\]]*\]", keys):
        node = _inside(node, step)
    return node


def _inside(node: Any, step: str) -> Any:
    if isinstance(node, msgspec.inspect.UnionType):
        node = next((part for part in node.types if not isinstance(part, msgspec.inspect.NoneType)), node)
    if isinstance(node, msgspec.inspect.StructType):
        return next((field.type for field in node.fields if field.encode_name == step), node)
    if isinstance(node, msgspec.inspect.DictType):
        return node.value_type
    return getattr(node, "item_type", node)
