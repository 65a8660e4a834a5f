"""Documents become files: Markdown, HTML, Word, Excel and PDF from one :class:`~cmkit.facts.section.Document`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from cmkit.base.faults import UsageFault
from cmkit.base.lang import _, speaking
from cmkit.base.problem import Problem
from cmkit.facts.section import Document

FORMATS: Final = ("md", "html", "docx", "xlsx", "pdf")


def render(
    document: Document,
    fmt: str,
    *,
    overrides: Path | None = None,
    pack: str = "",
    problems: list[Problem] | None = None,
) -> bytes:
    """The document as a file of ``fmt``: the same document gives the same bytes.

    ``overrides`` is the workspace's folder of templates, searched before the shipped ones of ``pack`` and the base.
    What could not be shown as it is (a character that no font has) is added to ``problems``.

    Raises:
        UsageFault: There is no such format.
        InputFault: The template is wrong.
    """
    if fmt not in FORMATS:
        message = _("没有 {fmt} 这种格式").format(fmt=fmt)
        raise UsageFault(message, hint=_("可用的格式: {names}").format(names="、".join(FORMATS)))
    with speaking(document.lang):
        return _rendered(document, fmt, overrides, pack, problems)


def write(
    document: Document,
    formats: Iterable[str],
    folder: Path,
    stem: str,
    *,
    overrides: Path | None = None,
    pack: str = "",
    problems: list[Problem] | None = None,
) -> list[Path]:
    """The files ``<stem>.<fmt>`` in ``folder``; nothing is written before every format has been rendered."""
    wanted = dict.fromkeys(formats)
    made = {fmt: render(document, fmt, overrides=overrides, pack=pack, problems=problems) for fmt in wanted}
    return written(made, folder, stem)


def written(made: Mapping[str, bytes], folder: Path, stem: str) -> list[Path]:
    """The rendered bytes by format as files ``<stem>.<fmt>`` in ``folder``."""
    from cmkit.base.text import safe_name
    from cmkit.render.output import sweep, write_bytes

    sweep(folder)
    return [write_bytes(folder / f"{safe_name(stem)}.{fmt}", data) for fmt, data in made.items()]


def _rendered(document: Document, fmt: str, overrides: Path | None, pack: str, problems: list[Problem] | None) -> bytes:
    if fmt == "xlsx":
        from cmkit.render.excel import excel

        return excel(document)
    from cmkit.render.templates import folders

    where = folders(overrides, pack)
    if fmt == "md":
        from cmkit.render.markdown import markdown

        return markdown(document, where)
    if fmt == "html":
        from cmkit.render.html import html

        return html(document, where)
    if fmt == "pdf":
        from cmkit.render.pdf import pdf

        return pdf(document, where, problems)
    from cmkit.render.word import word

    return word(document, where)
