"""The commands by the names of their files: what there is, what each says of itself, and one of them loaded."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cmkit.base.lang import _

if TYPE_CHECKING:
    import click


def command_names() -> list[str]:
    """The names of all commands, by the files in this folder."""
    folder = Path(__file__).parent
    stems = (path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    return sorted(stem.rstrip("_") for stem in stems)


_TOLD = r'@(?:command|group)\(\s*"[^"]+",\s*_\(\s*"((?:[^"\\]|\\.)*)"'


def short_help(name: str) -> str:
    """What a command's decorator says of it, read from the file: the list of commands loads none of them."""
    text = _file_of(name).read_text(encoding="utf-8")
    found = re.search(_TOLD, text)
    return _(found.group(1)) if found else ""


def _file_of(name: str) -> Path:
    folder = Path(__file__).parent
    plain = folder / f"{name}.py"
    return plain if plain.is_file() else folder / f"{name}_.py"


def load_command(name: str) -> click.Command | None:
    """The command that the file of that name holds."""
    if name not in command_names():
        return None
    module = importlib.import_module(f"cmkit.commands.{_file_of(name).stem}")
    found: click.Command = module.cli
    return found
