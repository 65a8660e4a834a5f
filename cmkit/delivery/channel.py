"""What a channel is: how it sends, how it shows what it would send, and how often it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cmkit.base.sending import DeliverySettings, TargetSettings
from cmkit.delivery.message import Message, Outcome


@dataclass(frozen=True, slots=True)
class Access:
    """What a channel may look at. ``now`` dates letters and signatures; ``mark`` is the letter's own number."""

    settings: DeliverySettings
    root: Path
    now: datetime
    mark: str = ""

    @property
    def secrets(self) -> Path:
        """The file of secrets."""
        return self.root / self.settings.secrets


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out. ``per_minute`` messages at most (0: no limit); ``count`` says how many one message makes."""

    send: Callable[[Message, TargetSettings, Access], Outcome]
    show: Callable[[Message, TargetSettings, Access], str]
    per_minute: int = 0
    count: Callable[[Message], int] = lambda _message: 1
