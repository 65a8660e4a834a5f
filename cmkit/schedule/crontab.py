"""The lines to install: absolute paths, nothing of the user's environment relied upon."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from cmkit.base.workspace import JobSettings


def crontab_lines(root: Path, jobs: Sequence[JobSettings]) -> list[str]:
    """One line a distinct time of day; each run does what is due then and not yet done."""
    times = sorted({job.at for job in jobs if job.enabled})
    # % ends a crontab command line, so it is written \%.
    program = f"{shlex.quote(sys.executable)} -m cmkit --workspace {shlex.quote(str(root))}".replace("%", r"\%")
    lines = [f"# cmkit: {root}"]
    for at in times:
        hour, minute = (int(part) for part in at.split(":"))
        lines.append(f"{minute} {hour} * * * {program} --quiet --no-input run --due")
    return lines
