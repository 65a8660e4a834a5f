"""A post office and a robot's server on this machine, and a book that is a list."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from cmkit.delivery.book import Entry, Key
from cmkit.delivery.message import Attachment, Message, Outcome

NOW = datetime.fromtimestamp(1761811200, UTC)
"""30 October 2025, 08:00 UTC."""


@dataclass
class Letters:
    """What the post office took, and what it says to each receiver and to each letter."""

    taken: list[Envelope] = field(default_factory=list)
    refuse: str = ""
    answer: str = "250 OK"
    hang_up: bool = False

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        if self.hang_up:
            assert server.transport is not None
            cast("Any", server.transport).abort()
        return self.answer


class Office(Controller):
    """A server on a port that the system chooses."""

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        server: Any = self.server
        return str(self.hostname), int(server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        socket.create_connection(self.place).close()


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def post_office(letters: Letters) -> Iterator[tuple[str, int]]:
    """Host and port of a server that takes every letter."""
    office = Office(letters, hostname="127.0.0.1", port=0)
    office.start()
    yield office.place
    office.stop()


@dataclass
class Robot:
    """A robot's server: what it was told, and what it answers, in turn (the last answer stays)."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, {"errcode": 0, "errmsg": "ok", "code": 0})])
    on_call: Callable[[], None] = lambda: None

    def next(self) -> tuple[int, Any]:
        """The answer to the next call."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def robot() -> Iterator[Robot]:
    found = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            found.paths.append(self.path)
            found.on_call()
            status, body = found.next()
            if body is None:
                self.close_connection = True
                return
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", found.url + "/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook?access_token=TOKEN-9f8e7d6c"
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class ListBook:
    """A book in memory."""

    entries: list[Entry] = field(default_factory=list)

    def latest(self, key: Key) -> Entry | None:
        return next((one for one in reversed(self.entries) if one.key == key), None)

    def begin(self, key: Key, digest: str, by: str) -> int:
        self.entries = [
            replace(one, state="replaced") if one.key == key and one.state in {"failed", "uncertain"} else one
            for one in self.entries
        ]
        number = len(self.entries) + 1
        attempt = sum(one.key == key for one in self.entries) + 1
        self.entries.append(Entry(number, key, digest, "sending", "2025-10-30T08:00:00Z", attempt=attempt, by=by))
        return number

    def close(self, number: int, outcome: Outcome) -> None:
        self.entries[number - 1] = replace(
            self.entries[number - 1], state=outcome.state, note=outcome.note, ended="2025-10-30T08:00:01Z"
        )

    def open_entries(self) -> Sequence[Entry]:
        return [one for one in self.entries if one.state in {"sending", "failed"}]

    def moments(self, target: str, since: str) -> Sequence[str]:
        return [one.begun for one in self.entries if one.key.target == target and one.begun >= since]


@pytest.fixture
def message() -> Message:
    return Message(
        "城东支行月报 2026年10月",
        "10 项指标中 5 项达标\n● 存款净增：107.90%",
        "10 项指标中 5 项达标\n\n附件：月报.docx",
        '<html><body><img src="cid:picture"><p>存款</p></body></html>',
        b"\x89PNG-picture",
        (
            Attachment("月报-B01城东支行-2026-10.docx", b"PK-docx"),
            Attachment("月报-B01城东支行-2026-10.xlsx", b"PK-xlsx"),
        ),
    )


@pytest.fixture
def office(tmp_path: Path) -> Path:
    root = tmp_path / "office"
    (root / ".cmkit").mkdir(parents=True)
    return root
