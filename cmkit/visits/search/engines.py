"""The two engines: ``plain`` runs the kernel as it stands, ``fast`` compiles the same source with numba."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

from cmkit.visits.search import kernel
from cmkit.visits.search.arrays import State, Task, Work

PLAIN, FAST = "plain", "fast"


class Engine(NamedTuple):
    """How to make an array, the first plan, and the iterations."""

    array: Callable[[list[int]], list[int]]
    begin: Callable[[Task, State, Work], None]
    anneal: Callable[[Task, State, Work, int, int], None]


def has_fast() -> bool:
    """Whether the extra ``fast`` is installed."""
    return importlib.util.find_spec("numba") is not None


def engine(name: str) -> Engine:
    """The engine of a name."""
    return _fast() if name == FAST else Engine(list, kernel.begin, kernel.anneal)


def _copy_run(source: Any, target: Any, first: int, stop: int) -> None:
    for at in range(first, stop):
        target[at] = source[at]


def _close_gap(values: Any, at: int, stop: int) -> None:
    for place in range(at, stop - 1):
        values[place] = values[place + 1]


def _open_gap(values: Any, at: int, stop: int) -> None:
    for place in range(stop, at, -1):
        values[place] = values[place - 1]


def _sort_run(values: Any, count: int) -> None:
    for at in range(1, count):
        value = values[at]
        place = at
        while place and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value


@lru_cache(maxsize=1)
def _fast() -> Engine:
    """The kernel compiled; numba keeps the result on disk, so that only the first use takes its time."""
    import numba
    import numpy as np

    # Slices are quick in the interpreter, loops once compiled: the only four functions that are told twice.
    scope: dict[str, Any] = dict(vars(kernel))
    loops = {"copy_run": _copy_run, "close_gap": _close_gap, "open_gap": _open_gap, "sort_run": _sort_run}
    for name, function in vars(kernel).items():
        if isinstance(function, FunctionType):
            body = loops.get(name, function)
            copied = FunctionType(body.__code__, scope, name)
            copied.__module__ = body.__module__
            scope[name] = numba.njit(cache=True, _nrt=False)(copied)

    def array(values: list[int]) -> Any:
        return np.array(values, dtype=np.int64)

    return Engine(array, scope["begin"], scope["anneal"])
