"""An end to every template that an office wrote itself: so much processor time, so much memory, then one sentence."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from cmkit.base.faults import InputFault
from cmkit.base.lang import _

SECONDS = 10.0
BYTES = 2**30
"""Over what the process has when it begins."""


@contextlib.contextmanager
def fenced() -> Iterator[None]:
    """Stop what takes too long or too much; where the system cannot watch (Windows, a thread), nothing is watched.

    Raises:
        InputFault: The template came to no end, or filled the memory.
    """
    with _memory(), _time():
        try:
            yield
        except (MemoryError, RecursionError) as error:
            raise _fault() from error


def _fault() -> InputFault:
    return InputFault(
        _("模板运行太久或占用内存太多"), hint=_("请检查循环和宏的次数，或用 cmkit templates eject 重新复制一份")
    )


@contextlib.contextmanager
def _time() -> Iterator[None]:
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not timed:
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _fault()

    before = signal.signal(signal.SIGPROF, stop)
    # Again every second: whoever swallows the first fault meets the next.
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _memory() -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + BYTES
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
