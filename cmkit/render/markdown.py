"""Markdown: every value escaped, so that a client called ``*|<b>`` stays a name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cmkit.facts.section import Document
from cmkit.render import templates
from cmkit.render.ready import Ready
from cmkit.render.sandbox import environment, plain_words
from cmkit.render.view import document_view

_SIGNS = re.compile(r"([\\`*_\[\]|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_START = re.compile(r"^([ \t]*)([#+\-=]+)(?=[ \t]|$)", re.MULTILINE)


def markdown(document: Document, where: tuple[Path, ...]) -> bytes:
    """The document as GitHub-flavoured Markdown in UTF-8."""
    path = templates.find(document.template, "md", where, document.name)
    env = environment((path.parent, *where), escape=False, finalize=_finalize)
    env.filters |= {"cell": cell, "ready": Ready}
    with plain_words(path, {"document": None}):
        text = env.get_template(path.name).render(document=document_view(document, drawn="none"))
    return (re.sub(r"\n{3,}", "\n\n", text).strip() + "\n").encode()


def escape(text: str) -> str:
    """Text that Markdown shows as it is: signs, tags and entities lose their meaning; lines break where they did."""
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    text = _SIGNS.sub(r"\\\1", text)
    return _START.sub(r"\1\\\2", text).replace("\n", "<br>\n")


def cell(value: object) -> Ready:
    """A value inside a table: as :func:`escape` has it, on one line."""
    text = value if isinstance(value, Ready) else escape(str(value))
    return Ready(text.replace("<br>\n", "<br>").replace("\n", " "))


def _finalize(value: Any) -> Any:
    return value if isinstance(value, Ready) or not isinstance(value, str) else escape(value)
