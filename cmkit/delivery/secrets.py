"""Secrets come from the environment or from a file that only its owner may read; they are shown nowhere."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place

PREFIX = "CMKIT_SECRET_"
_SHORTEST = 4
"""A shorter secret would blot out half of every sentence."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that does not print itself."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self.value)


def find_secret(name: str, part: str, file: Path, environment: Mapping[str, str] | None = None) -> Secret:
    """The secret ``part`` (password, url, key) of ``name``; empty where there is none.

    Raises ConfigFault where the file can be read by others or is no TOML.
    """
    known = os.environ if environment is None else environment
    given = known.get(variable(name, part), "")
    if given:
        return Secret(given.strip())
    table = _file(file).get(name, {})
    value = table.get(part, "") if isinstance(table, dict) else ""
    return Secret(str(value).strip())


def need_secret(name: str, part: str, file: Path) -> Secret:
    """The secret, or a ConfigFault that says where to put it."""
    found = find_secret(name, part, file)
    if found:
        return found
    raise ConfigFault(
        _("没有 {name} 的 {part}").format(name=name, part=part),
        hint=_("请设环境变量 {variable}，或在 {file} 的 [{name}] 下写 {part}，并把文件权限设为 0600").format(
            variable=variable(name, part), file=file.name, name=name, part=part
        ),
    )


def variable(name: str, part: str) -> str:
    """The environment variable of a secret: ``CMKIT_SECRET_OPS_URL``; Chinese names are written in hex."""
    plain = "".join(sign if sign.isascii() else f"{ord(sign):x}" for sign in name)
    return PREFIX + re.sub(r"\W", "_", f"{plain}_{part}").upper()


def scrub(text: str, *secrets: Secret) -> str:
    """The text without any of the secrets, whole or as they stand in a URL."""
    for secret in secrets:
        for word in (secret.value, *re.split(r"[/?&=#]+", secret.value)):
            if len(word) > _SHORTEST and not word.startswith("http"):
                text = text.replace(word, "***")
    return text


def _file(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    mode = stat.S_IMODE(path.stat().st_mode)
    place = Place(file=str(path))
    if os.name != "nt" and mode & 0o077:
        raise ConfigFault(
            _("密钥文件别人也能读（权限 {mode}）").format(mode=f"{mode:04o}"), hint=_("请执行 chmod 600"), place=place
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        # The parser's own words may quote the line, and the line is the secret.
        raise ConfigFault(_("密钥文件读不了或不是 TOML"), place=place) from None
