"""Asking the person at the terminal what a heading or a table is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cmkit.base.lang import _
from cmkit.base.text import safe_line


def choose(question: str, answers: Sequence[tuple[str, str]]) -> str | None:
    """One of the answers, by its number; nothing where the person does not know."""
    click.echo(safe_line(question), err=True)
    for number, (_value, shown) in enumerate(answers, 1):
        click.echo(f"  {number}  {safe_line(shown)}", err=True)
    click.echo(_("  0  不知道"), err=True)
    picked = click.prompt(_("选几"), type=click.IntRange(0, len(answers)), default=0, err=True)
    return answers[picked - 1][0] if picked else None
