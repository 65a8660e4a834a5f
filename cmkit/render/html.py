"""HTML: one file that needs nothing else, for a phone, a desk and A4."""

from __future__ import annotations

from pathlib import Path

from cmkit.facts.section import Document
from cmkit.render import colors, templates
from cmkit.render.sandbox import environment, plain_words
from cmkit.render.view import document_view

COLORS = {
    "accent": colors.ACCENT,
    "accent_soft": colors.ACCENT_SOFT,
    "ink": colors.INK,
    "muted": colors.MUTED,
    "line": colors.LINE,
    "good": colors.LEVELS["good"],
    "warn": colors.LEVELS["warn"],
    "bad": colors.LEVELS["bad"],
    "good_soft": colors.SOFT["good"],
    "warn_soft": colors.SOFT["warn"],
    "bad_soft": colors.SOFT["bad"],
}


def html(document: Document, where: tuple[Path, ...]) -> bytes:
    """The document as one page in UTF-8: styles and drawings inside, no script, nothing to fetch."""
    path = templates.find(document.template, "html", where, document.name)
    env = environment((path.parent, *where), escape=True)
    colored = {name: colors.css(value) for name, value in COLORS.items()}
    with plain_words(path, {"document": None, "color": None}):
        text = env.get_template(path.name).render(document=document_view(document), color=colored)
    return text.encode()
