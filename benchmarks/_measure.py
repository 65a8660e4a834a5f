"""Timing whole processes, the two sides in turn, so that a noisy machine hurts both alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

_VERDICTS = frozenset({0, 3, 4})
"""Done; done and the verdict is negative; some rows refused."""


@dataclass(frozen=True)
class Cost:
    """Processor seconds (user and system) of one process and its children, its peak memory in MiB, and the clock."""

    seconds: float
    mib: float
    wall: float = 0.0


def once(words: Sequence[str], cwd: str | None = None) -> Cost:
    """Run a command to its end, its output thrown away. Raises SystemExit where it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=_env())
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in _VERDICTS:
        raise SystemExit(f"failed: {' '.join(words)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.perf_counter() - begun)


def _env() -> dict[str, str]:
    """As an installed program runs: with its modules compiled once."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turn(sides: Sequence[Sequence[str]], runs: int, cwd: str | None = None) -> list[Cost]:
    """Medians of several runs of each side, after one run of each that is not counted."""
    found: list[list[Cost]] = [[] for _side in sides]
    for number in range(runs + 1):
        for place, words in enumerate(sides):
            cost = once(words, cwd)
            if number:
                found[place].append(cost)
    return [
        Cost(statistics.median(cost.seconds for cost in costs), statistics.median(cost.mib for cost in costs))
        for costs in found
    ]


def python(*words: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *words]


def line(name: str, value: float, unit: str, limit: float | None = None) -> bool:
    """Print one figure, with its limit where there is one; True where it holds."""
    held = limit is None or value <= limit
    told = "" if limit is None else f"  limit {limit:g}  {'ok' if held else 'OVER'}"
    print(f"{name:58} {value:9.3f} {unit}{told}")
    return held
