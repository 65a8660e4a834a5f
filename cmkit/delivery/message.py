"""A message before it has a channel, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["sending", "sent", "failed", "uncertain", "replaced"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is given. ``html`` shows the picture as ``cid:picture``; ``short`` is what robots say."""

    title: str
    short: str
    text: str
    html: str = ""
    picture: bytes = b""
    files: tuple[Attachment, ...] = ()

    @property
    def digest(self) -> str:
        """The same words, picture and files have the same one."""
        found = hashlib.sha256()
        for part in (self.title, self.short, self.text, self.html):
            found.update(part.encode("utf-8", "surrogatepass") + b"\0")
        found.update(self.picture + b"\0")
        for file in self.files:
            found.update(file.name.encode("utf-8", "surrogatepass") + b"\0" + hashlib.sha256(file.data).digest())
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a channel says of one attempt.

    ``failed`` is certain: nobody got it. ``uncertain``: it may have arrived. ``settings`` marks a failure that a
    retry will not heal (a wrong password, an unknown address).
    """

    state: State
    note: str = ""
    settings: bool = False


def sent(note: str = "") -> Outcome:
    """It was taken."""
    return Outcome("sent", note)


def failed(note: str, *, settings: bool = False) -> Outcome:
    """It certainly was not."""
    return Outcome("failed", note, settings)


def uncertain(note: str) -> Outcome:
    """Nobody knows."""
    return Outcome("uncertain", note)


def cut(text: str, limit: int, mark: str = "…") -> str:
    """The text in at most ``limit`` bytes of UTF-8, never within a character; ``mark`` ends one that was cut."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode("utf-8")
    room = limit - len(mark.encode())
    return data[: max(0, room)].decode("utf-8", "ignore").rstrip() + mark


def fitting(files: Sequence[Attachment], limit: int) -> tuple[list[Attachment], list[Attachment]]:
    """The files that stay within ``limit`` bytes together, and those left out, largest first."""
    kept, left = list(files), []
    while kept and sum(len(file.data) for file in kept) > limit:
        largest = max(kept, key=lambda file: len(file.data))
        kept.remove(largest)
        left.append(largest)
    return kept, left
