"""The two engines: ``plain`` runs the kernel as it stands, ``fast`` compiles the same source with numba.

What is compiled is kept on disk in a folder named after its source, so that only the first use takes its time and a new
version never meets old code.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple, get_type_hints

from cmkit.visits.search import arrays, kernel, problem, recreate, routes, ruin
from cmkit.visits.search.arrays import State, Task, Work

PLAIN, FAST = "plain", "fast"
_MODULES: tuple[ModuleType, ...] = (routes, ruin, recreate, kernel)
_ENTRIES = ("begin", "anneal")
_READY = "ready"

Array = Callable[[list[int]], list[int]]


class Engine(NamedTuple):
    """How to make an array, the first plan, and the iterations."""

    array: Array
    begin: Callable[[Task, State, Work], None]
    anneal: Callable[[Task, State, Work, int, int], None]


def has_fast() -> bool:
    """Whether the extra ``fast`` is installed."""
    return importlib.util.find_spec("numba") is not None


def must_compile() -> bool:
    """Whether the next use of ``fast`` compiles first, which takes up to a minute; afterwards it starts at once."""
    folder = cache_folder()
    return folder is None or not (folder / _READY).exists()


def engine(name: str) -> Engine:
    """The engine of a name; a ValueError for another word, an ImportError where numba is not installed."""
    if name not in (PLAIN, FAST):
        raise ValueError(f"no engine {name!r}: {PLAIN} or {FAST}")
    return _fast() if name == FAST else Engine(list, kernel.begin, kernel.anneal)


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """Where compiled code is kept: the first folder that may be written, None where there is none."""
    for folder in _folders():
        try:
            place = folder / f"search-{_stamp()}"
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError:
            continue
        # Code is loaded from here: nobody else may have laid it there.
        if not hasattr(os, "getuid") or place.stat().st_uid == os.getuid():
            return place
    return None


def _folders() -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given)
    if local := os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"):
        yield Path(local) / "cmkit"
    with suppress(RuntimeError):
        yield Path.home() / ("Library/Caches/cmkit" if sys.platform == "darwin" else ".cache/cmkit")
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir()) / f"cmkit-{owner}"


@lru_cache(maxsize=1)
def _stamp() -> str:
    """What the compiled code depends on: the source, the versions, the kind of processor."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{sys.version} {platform.machine()} {version('numba')} {version('numpy')}".encode())
    for module in (*_MODULES, arrays, problem, sys.modules[__name__]):
        # The compiler looks for its code under the file's path and time of change.
        path = Path(str(module.__file__))
        digest.update(f"{path} {path.stat().st_mtime_ns}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


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


# Slices are quick in the interpreter, loops once compiled: the only four functions that are told twice.
_LOOPS: dict[str, Any] = {
    "copy_run": _copy_run,
    "close_gap": _close_gap,
    "open_gap": _open_gap,
    "sort_run": _sort_run,
}


@lru_cache(maxsize=1)
def _fast() -> Engine:
    """The kernel compiled, or what an earlier use has compiled."""
    numba: Any = importlib.import_module("numba")
    numpy: Any = importlib.import_module("numpy")

    def array(values: list[int]) -> Any:
        return numpy.array(values, dtype=numpy.int64)

    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or "")
    try:
        scope = _told(numba, kept=folder is not None)
    finally:
        numba.config.CACHE_DIR = before
    shapes = [_shape(numba, array, kind) for kind in (Task, State, Work)]
    scope["begin"].compile(tuple(shapes))
    scope["anneal"].compile((*shapes, numba.int64, numba.int64))
    if folder is not None:
        (folder / _READY).touch()
    return Engine(array, scope["begin"], scope["anneal"])


def _told(numba: Any, *, kept: bool) -> dict[str, Any]:
    """Every function of the kernel told to the compiler, all in one scope."""
    scope: dict[str, Any] = {}
    for module in _MODULES:
        scope |= vars(module)
    for name, found in list(scope.items()):
        if isinstance(found, FunctionType):
            body = _LOOPS.get(name, found)
            entry = name in _ENTRIES
            copied = FunctionType(body.__code__, scope, name)
            copied.__module__ = body.__module__
            scope[name] = numba.njit(cache=kept and entry, _nrt=False, forceinline=not entry)(copied)
    return scope


def _shape(numba: Any, array: Array, kind: type[Any]) -> Any:
    """A tuple of arrays as the compiler calls it."""
    return numba.typeof(kind(*(0 if hint is int else array([0]) for hint in get_type_hints(kind).values())))
