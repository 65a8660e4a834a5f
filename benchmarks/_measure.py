"""Timing whole processes, the two sides in turn, so that a noisy machine hurts both alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Processor seconds (user and system) of one process, and its peak memory in MiB."""

    seconds: float
    mib: float


def once(words: Sequence[str], cwd: str | None = None) -> Cost:
    """Run a command to its end, its output thrown away; compiled modules are kept, as an installed program has them."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=env)
    _pid, _status, usage = os.wait4(process.pid, 0)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


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
