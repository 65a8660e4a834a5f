"""A finding is a problem about the business: it has an owner, a due date and a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cmkit.facts.records import NO_ORIGIN, Origin


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the business has to look after. ``rule`` is the check's ID (``K4``), ``code`` the case of it."""

    rule: str
    subject: str
    message: str
    hint: str = ""
    owner: str = ""
    due: date | None = None
    severity: Literal["error", "warning"] = "warning"
    table: str = ""
    key: str = ""
    origin: Origin = NO_ORIGIN
    code: str = ""

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        return {
            "rule": self.rule,
            "code": self.code,
            "subject": self.subject,
            "message": self.message,
            "hint": self.hint,
            "owner": self.owner,
            "due": self.due.isoformat() if self.due else None,
            "severity": self.severity,
            "table": self.table,
            "key": self.key,
            "origin": self.origin.as_dict(),
        }
