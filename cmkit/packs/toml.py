"""Reading one TOML file of a pack; numbers with a point stay exact."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem

Raw = dict[str, Any]


def read_toml(path: Path) -> tuple[Raw, list[Problem]]:
    """What the file says, and why it cannot be read. The result is shared: never change it."""
    try:
        stat = path.stat()
        return _parse(path, stat.st_mtime_ns, stat.st_size), []
    except tomllib.TOMLDecodeError as error:
        return {}, [_unreadable(path, _("TOML 写法有误：{why}").format(why=error), _("文字要加引号，列表用方括号"))]
    except UnicodeDecodeError:
        return {}, [_unreadable(path, _("文件不是 UTF-8 编码"), _("另存为 UTF-8 编码"))]
    except OSError as error:
        return {}, [_unreadable(path, _("文件读不了：{why}").format(why=error.strerror), "")]


@lru_cache(maxsize=512)
def _parse(path: Path, _changed: int, _size: int) -> Raw:
    return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)


def _unreadable(path: Path, message: str, hint: str) -> Problem:
    return Problem(Place(str(path)), "pack-unreadable", message, hint)
