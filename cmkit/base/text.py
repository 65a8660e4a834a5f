"""Folding text on the way in, and keeping it harmless on the way out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_RADICAL = re.compile("[\u2e80-\u2eff\u2f00-\u2fdf]")
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
# C0, DEL, C1 and the bidirectional controls: a name must never steer a terminal or reorder a line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_LABEL_NOISE = re.compile(r"[\s\u3000\"'“”‘’「」『』*:;,.、。_·\-]+")
_BRACKETED = re.compile(r"[(\[【〔{《<][^)\]】〕}》>]*[)\]】〕}》>]")
MAX_NAME_BYTES = 180


def fold_radicals(text: str) -> str:
    """Free text with radical look-alikes (U+2E80-2FDF) as the characters they stand for; nothing else changes."""
    return text.translate(_radicals()) if _RADICAL.search(text) else text


@lru_cache(maxsize=1)
def _radicals() -> dict[int, str | int]:
    from cmkit.base.radicals import SUPPLEMENT

    kangxi = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return {**kangxi, **SUPPLEMENT}


def fold_key(text: str) -> str:
    """A code, key, phone or number: radicals and full-width forms folded, blanks taken out at the ends."""
    return unicodedata.normalize("NFKC", fold_radicals(text)).strip()


@lru_cache(maxsize=16_384)
def fold_label(text: str) -> str:
    """A heading as it is compared: folded, no blanks, quotes or punctuation, lower case; brackets kept."""
    return _LABEL_NOISE.sub("", unicodedata.normalize("NFKC", fold_radicals(text))).casefold()


@lru_cache(maxsize=16_384)
def bare_label(text: str) -> str:
    """A heading without what stands in brackets (a unit, a remark), folded as :func:`fold_label` does."""
    return fold_label(_BRACKETED.sub("", unicodedata.normalize("NFKC", fold_radicals(text))))


def squeeze(text: str) -> str:
    """Text with every run of white space as one blank, none at the ends."""
    return _BLANK.sub(" ", text).strip()


def safe_line(text: str) -> str:
    """Text that may go to a terminal: control and bidirectional characters shown as �, line breaks as blanks."""
    return _CONTROL.sub("\ufffd", re.sub(r"[\r\n\t]+", " ", text))


def safe_name(text: str, *, fallback: str = "_") -> str:
    """One part of a file name: no separators, controls, reserved names or leading dots; at most 180 bytes."""
    name = re.sub(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "_", text)
    name = name.strip(" .").lstrip("-")
    if _RESERVED.match(name):
        name = "_" + name
    data = name.encode("utf-8", "replace")
    return data[:MAX_NAME_BYTES].decode("utf-8", "ignore").strip(" .") or fallback
