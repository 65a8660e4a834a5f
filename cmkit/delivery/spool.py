"""Messages that have not arrived yet, kept as they were meant, so that the next run sends just these."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from cmkit.delivery.book import Key
from cmkit.delivery.message import Attachment, Message

_WORDS = "message.json"


def place(folder: Path, key: Key, digest: str) -> Path:
    """Where a message of a key lies; nothing of its name is somebody's name."""
    parts = (key.target, key.report, key.who, key.period, digest)
    text = "\0".join(parts)
    return folder / hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def keep(spot: Path, message: Message) -> None:
    """Write the message, its words last: a place without them holds nothing."""
    make_private(spot)
    for number, file in enumerate(message.files):
        _write(spot / f"{number}.bin", file.data)
    if message.picture:
        _write(spot / "picture.png", message.picture)
    words = {name: getattr(message, name) for name in ("title", "short", "text", "html")}
    words["files"] = [file.name for file in message.files]
    _write(spot / _WORDS, json.dumps(words, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def take(spot: Path) -> Message | None:
    """The message that lies there, or None where it is gone or torn."""
    try:
        words = json.loads((spot / _WORDS).read_bytes().decode("utf-8", "surrogatepass"))
        files = tuple(
            Attachment(name, (spot / f"{number}.bin").read_bytes()) for number, name in enumerate(words.pop("files"))
        )
        drawn = spot / "picture.png"
        return Message(**words, picture=drawn.read_bytes() if drawn.is_file() else b"", files=files)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def drop(spot: Path) -> None:
    """Forget a message that has arrived."""
    shutil.rmtree(spot, ignore_errors=True)


def make_private(folder: Path) -> None:
    """``folder`` with its parents, 0700 whatever the umask."""
    for step in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        step.mkdir(mode=0o700, exist_ok=True)
        step.chmod(0o700)


def _write(path: Path, data: bytes) -> None:
    import os

    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
