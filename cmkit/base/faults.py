"""The stops: each kind of stop has its class, its sentence and its exit code. Only cli.py turns one into an exit."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from cmkit.base.problem import Place


class Exit(IntEnum):
    """Exit codes; scripts and cron rely on them."""

    DONE = 0
    CRASH = 1
    USAGE = 2
    NEGATIVE = 3
    REFUSED = 4
    INPUT = 65
    STORE = 69
    INTERNAL = 70
    OUTPUT = 73
    DISK = 74
    BUSY = 75
    DENIED = 77
    CONFIG = 78
    INTERRUPTED = 130
    TERMINATED = 143


_ORDER = (
    Exit.CRASH,
    Exit.INTERNAL,
    Exit.DISK,
    Exit.OUTPUT,
    Exit.STORE,
    Exit.CONFIG,
    Exit.DENIED,
    Exit.INPUT,
    Exit.BUSY,
    Exit.REFUSED,
    Exit.NEGATIVE,
    Exit.DONE,
)


def worst(codes: Iterable[int]) -> Exit:
    """The one code that stands for several; a code outside the order (usage, signals) counts as a crash."""
    seen = {int(code) for code in codes}
    known = {int(code) for code in _ORDER}
    if seen - known:
        return Exit.CRASH
    return next((code for code in _ORDER if int(code) in seen), Exit.DONE)


class Fault(Exception):
    """Stop with one sentence: what is wrong, where, and what to do."""

    exit_code: ClassVar[Exit] = Exit.INTERNAL
    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, hint: str = "", place: Place | None = None) -> None:
        from cmkit.base.problem import Place

        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place or Place()

    def __str__(self) -> str:
        from cmkit.base.problem import told

        return told(self.place, self.message, self.hint)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape of an error."""
        return {
            "code": self.code,
            "exit": int(self.exit_code),
            "place": self.place.as_dict(),
            "message": self.message,
            "hint": self.hint,
        }


class InternalFault(Fault):
    """An invariant of the program is broken."""


class UsageFault(Fault):
    """The words of the command do not fit."""

    exit_code = Exit.USAGE
    code = "usage"


class InputFault(Fault):
    """The input cannot be used."""

    exit_code = Exit.INPUT
    code = "input"


class StoreFault(Fault):
    """The store cannot be reached."""

    exit_code = Exit.STORE
    code = "store"


class OutputFault(Fault):
    """The output cannot be created."""

    exit_code = Exit.OUTPUT
    code = "output"


class DiskFault(Fault):
    """Reading or writing failed half way."""

    exit_code = Exit.DISK
    code = "disk"


class BusyFault(Fault):
    """Another run holds the lock."""

    exit_code = Exit.BUSY
    code = "busy"


class DeniedFault(Fault):
    """Not permitted."""

    exit_code = Exit.DENIED
    code = "denied"


class ConfigFault(Fault):
    """The settings or a pack are wrong."""

    exit_code = Exit.CONFIG
    code = "config"
