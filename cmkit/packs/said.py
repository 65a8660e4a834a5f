"""A problem of meaning before it is known which file it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cmkit.base.lang import _
from cmkit.base.problem import Place, Problem, Severity
from cmkit.base.text import fold_label
from cmkit.facts.specs import Spec
from cmkit.packs.closed import joined, suggested

# A pack and the one it extends hold the same few thousand headings.
_folded = lru_cache(maxsize=8192)(fold_label)


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong in which part (``kpi``, ``tables.clients``) at which key path."""

    part: str
    path: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def problem(self, files: Mapping[str, Path]) -> Problem:
        """The problem with its file: the topmost pack's that says something about the part."""
        file = files.get(self.part) or files.get(self.part.partition(".")[0]) or files.get("pack", Path())
        return Problem(Place(str(file), "", self.path), "pack-meaning", self.message, self.hint, self.severity)


def no_such(part: str, path: str, word: str, legal: Iterable[str]) -> Said:
    """A word that names nothing, with those that would."""
    words = tuple(legal)
    hint = suggested(word, words, _("可用的有：{words}").format(words=joined(words) or _("（无）")))
    return Said(part, path, _("没有“{word}”").format(word=word) if word else _("缺少这一项"), hint)


def label_problems(part: str, path: str, spec: Spec) -> Iterator[Said]:
    """No label at all, or one language only (a warning)."""
    spot = f"{path}." if path else ""
    if not spec.zh and not spec.en:
        yield Said(part, f"{spot}zh", _("缺少名称"), _("写上 zh（中文名称），最好也写 en"))
    elif not spec.zh or not spec.en:
        word = "en" if spec.zh else "zh"
        yield Said(part, f"{spot}{word}", _("缺少一种语言的名称：{word}").format(word=word), severity="warning")


def twice(part: str, words: Iterable[tuple[str, str, str]]) -> Iterator[Said]:
    """Words that speak for two things: ``words`` are word, whose, key path."""
    seen: dict[str, str] = {}
    for word, owner, path in words:
        folded = _folded(word)
        first = seen.setdefault(folded, owner) if folded else owner
        if first != owner:
            message = _("“{word}”同时指 {first} 和 {second}").format(word=word, first=first, second=owner)
            yield Said(part, path, message, _("去掉其中一处"))
