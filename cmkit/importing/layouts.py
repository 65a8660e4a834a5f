"""What was decided once about a sender's headings, kept in the workspace and used again."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cmkit.base.faults import ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.text import fold_label

FILE = "layouts.toml"
_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout of headings: the table it is, and the columns that were named by a person."""

    table: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """Heading to column key; ``-`` leaves a column out."""
    headings: tuple[str, ...] = ()
    file: str = ""
    """Where it was first seen, by whom and when."""
    who: str = ""
    at: str = ""


def fingerprint(headings: Sequence[str]) -> str:
    """The mark of a layout: its headings as they are compared, in any order."""
    words = sorted(filter(None, map(fold_label, headings)))
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:_LENGTH]


def load_layouts(folder: Path) -> dict[str, Layout]:
    """The layouts that a workspace remembers, by their marks.

    Raises ConfigFault where the file does not read.
    """
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigFault(
            _("记住的表头版式读不出来：{why}").format(why=error), hint=_("可以删掉这个文件"), place=Place(str(path))
        ) from None
    found = {}
    for mark, entry in data.items():
        words = {name: str(entry.get(name, "")) for name in ("table", "file", "who", "at")}
        choices = {str(heading): str(key) for heading, key in entry.get("choices", {}).items()}
        found[mark] = Layout(choices=choices, headings=tuple(map(str, entry.get("headings", ()))), **words)
    return found


def save_layouts(folder: Path, layouts: Mapping[str, Layout]) -> None:
    """Write them all; the old file stands until the new one is whole."""
    lines: list[str] = []
    for mark, layout in sorted(layouts.items()):
        lines.append(f"[{_quoted(mark)}]")
        lines += [f"{name} = {_quoted(getattr(layout, name))}" for name in ("table", "file", "who", "at")]
        lines.append(f"headings = [{', '.join(map(_quoted, layout.headings))}]")
        lines.append(f"[{_quoted(mark)}.choices]")
        lines += [f"{_quoted(heading)} = {_quoted(key)}" for heading, key in layout.choices.items()]
        lines.append("")
    path = folder / FILE
    temporary = folder / f".{FILE}.{os.getpid()}.tmp"
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _quoted(text: str) -> str:
    """A TOML string; what JSON escapes, TOML reads the same way, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
