"""The two languages. Sentences in the code are Chinese and are the keys of the English catalog."""

from __future__ import annotations

import contextlib
import gettext as _gettext
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

Lang = Literal["zh", "en"]
LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"

_current: Lang = "zh"
_catalogs: dict[Lang, _gettext.NullTranslations] = {"zh": _gettext.NullTranslations()}


def detect(environ: dict[str, str] | None = None) -> Lang:
    """The language of the locale: English only where the locale names English, else Chinese."""
    env = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = env.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


def set_language(lang: Lang) -> None:
    """Make ``lang`` the language of everything said from now on."""
    global _current  # noqa: PLW0603 - one process speaks one language at a time
    if lang not in _catalogs:
        _catalogs[lang] = _gettext.translation("cmkit", LOCALE_DIR, [lang], fallback=True)
    _current = lang


def language() -> Lang:
    """The language spoken now."""
    return _current


@contextlib.contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Speak ``lang`` inside the block."""
    before = _current
    set_language(lang)
    try:
        yield
    finally:
        set_language(before)


def _(message: str) -> str:
    """``message`` (Chinese, with named ``{fields}``) in the language spoken now."""
    return _catalogs[_current].gettext(message)


def pick(zh: str, en: str) -> str:
    """The label that fits the language; falls back to the other where one is empty."""
    return (en or zh) if _current == "en" else (zh or en)
