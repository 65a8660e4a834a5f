"""A problem is a value: a stable code, a place down to the cell, a sentence and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmkit.base.lang import _

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where something was read: a file, a sheet and a cell (``C17``), each as far as it is known."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        spot = "!".join(part for part in (self.sheet, self.cell) if part)
        return " · ".join(part for part in (self.file, spot) if part)

    def as_dict(self) -> dict[str, str]:
        """The three parts under the names that scripts rely on."""
        return {"file": self.file, "sheet": self.sheet, "cell": self.cell}


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """What is wrong with people's data: never raised, always returned beside the value."""

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        return told(self.place, self.message, self.hint)

    def as_dict(self) -> dict[str, object]:
        """The JSON shape that scripts rely on."""
        return {
            "code": self.code,
            "place": self.place.as_dict(),
            "message": self.message,
            "hint": self.hint,
            "severity": self.severity,
        }


def told(place: Place, message: str, hint: str) -> str:
    """One line: where, what is wrong, and what to do, as far as they are known."""
    said = _("：").join(part for part in (str(place), message) if part)
    return _("；").join(part for part in (said, hint) if part)
