"""Writing documents into the workspace's out folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cmkit.base.problem import Problem
from cmkit.commands._kit import Session, split_formats
from cmkit.facts.section import Document
from cmkit.render import FORMATS, write
from cmkit.render.output import file_stem, sweep


def write_documents(
    session: Session, documents: Sequence[tuple[str, Document]], period: str, to: str, out: Path | None
) -> list[Path]:
    """Write each ``(who, document)`` in the formats ``to`` under ``out/<period>/``; gives the paths."""
    formats = split_formats(to, FORMATS)
    folder = out or session.workspace.out / period
    sweep(folder)
    overrides = session.workspace.root / "templates"
    paths: list[Path] = []
    problems: list[Problem] = []
    for who, document in documents:
        stem = file_stem(document.name, who, period)
        paths += write(
            document, formats, folder, stem, overrides=overrides, pack=session.pack.info.name, problems=problems
        )
    session.show_problems(problems)
    return paths
