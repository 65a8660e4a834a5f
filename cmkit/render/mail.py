"""A document as a letter: a subject, a few words for a group, plain text, HTML that mail programs show, a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cmkit.base.lang import _, speaking
from cmkit.facts.section import Document
from cmkit.render import cells
from cmkit.render.picture import picture
from cmkit.render.view import FigureView, figure_view

TEMPLATE = "mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of a letter; ``html`` shows the picture as ``cid:picture``."""

    title: str
    short: str
    text: str
    html: str
    picture: bytes


def letter(document: Document, files: Sequence[str], *, overrides: Path | None = None, pack: str = "") -> Letter:
    """The letter that goes with ``files``; the same document makes the same letter."""
    from cmkit.render.html import html
    from cmkit.render.templates import folders

    with speaking(document.lang):
        drawn = picture(document)
        extra = (*document.extra, *((("picture", "1"),) if drawn else ()))
        page = html(replace(document, template=TEMPLATE, extra=extra), folders(overrides, pack)).decode()
        said = _told(document)
        names = [_("附件：{name}").format(name=name) for name in files]
        title = " ".join(cells.clean(part) for part in (document.title, document.subtitle) if part)
        return Letter(title, "\n".join(said), "\n".join([*said, "", *names]), page, drawn)


def _told(document: Document) -> list[str]:
    """The words for a group: what the first page says, a line a card; a document without cards tells its sections."""
    lines = [cells.clean(document.headline)] if document.headline else []
    lines += [_line(figure_view(card)) for card in document.cards]
    if not document.cards:
        lines += [cells.clean(section.title) for section in document.sections if section.level == 1]
    return lines


def _line(card: FigureView) -> str:
    mark = {"good": "●", "warn": "▲", "bad": "■"}.get(card.level, "")
    value = f"{card.value} {card.unit}".strip()
    note = _("（{note}）").format(note=card.note) if card.note else ""
    return f"{mark} {card.label}{_('：')}{value}{note}".strip()
