"""Documents leave the house: what is sent, once, again after a failure, never again by itself after a crash."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.commands.kit import ON, Office, kill

TOKEN = "TOKEN-3c9a71d2e5"  # noqa: S105 - a made-up one, looked for everywhere afterwards
REPORT = ("report", "monthly", "--period", "2026-10", "--branch", "B01", "--to", "md,docx")


class Group:
    """A group's robot on this machine: what it was told; its answer may be changed."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {"errcode": 0}
        group = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                group.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                data = json.dumps(group.answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/send?key={TOKEN}"


@pytest.fixture
def group() -> Iterator[Group]:
    made = Group()
    yield made
    made.server.shutdown()
    made.server.server_close()


def _settings(office: Office, url: str, *more: str) -> Office:
    lines = [
        'pack = "bank_retail"',
        'lang = "zh"',
        *more,
        "[[delivery.targets]]",
        'name = "运营群"',
        'kind = "wecom"',
        'reports = ["monthly"]',
        "[[delivery.targets]]",
        'name = "行长室"',
        'kind = "mail"',
        'to = ["head@example.com"]',
        'reports = ["minutes"]',
        "[delivery.mail]",
        'host = "127.0.0.1"',
        "port = 1",
        'security = "none"',
        'sender = "report@example.com"',
    ]
    (office.root / "cmkit.toml").write_text("\n".join(lines), encoding="utf-8")
    secrets = office.root / ".cmkit" / "secrets.toml"
    secrets.write_text(f'["运营群"]\nurl = "{url}"\n', encoding="utf-8")
    secrets.chmod(0o600)
    return office


def _everything(office: Office) -> bytes:
    """Every byte that the office keeps, but the file of secrets."""
    found = sorted(path for path in office.root.rglob("*") if path.is_file() and path.name != "secrets.toml")
    return b"\n".join(path.read_bytes() for path in found)


def test_a_report_is_sent_once(office: Office, group: Group) -> None:
    _settings(office, group.url)
    manifest = office.root / "out" / "2026-10" / "manifest.json"
    names = {"monthly-B01城东支行-2026-10.md", "monthly-B01城东支行-2026-10.docx"}
    assert not manifest.exists()
    told = office.json(*REPORT, "--send")
    assert [(one["target"], one["who"], one["state"]) for one in told["deliveries"]] == [
        ("运营群", "B01城东支行", "sent")
    ]
    assert [Path(path).suffix for path in told["files"]] == [".md", ".docx"]
    booked = json.loads(manifest.read_bytes())["files"]
    assert names <= set(booked), "the manifest is told from the book of reports"
    [number] = {booked[name]["id"] for name in names}
    office.run("report", "reprint", str(number), "--to", "md").expect(0)
    text, picture = group.told
    assert text["text"]["content"].splitlines()[0].startswith("城东支行月度经营分析报告 2026年10月")
    assert "项指标中" in text["text"]["content"]
    assert picture["msgtype"] == "image"
    again = office.run(*REPORT, "--send").expect(0)
    assert "没有重发" in again.err
    assert len(group.told) == 2
    office.run(*REPORT, "--send", "运营群", "--resend").expect(0)
    assert len(group.told) == 4
    rows = office.json("runs", "deliveries")
    assert [(one["state"], one["period"]) for one in rows] == [("sent", "2026-10"), ("sent", "2026-10")]
    office.run("runs", "deliveries", "--open").expect(0)


def test_a_look_writes_and_sends_nothing(office: Office, group: Group) -> None:
    _settings(office, group.url)
    shown = office.run(*REPORT, "--send", "行长室", "--dry-run").expect(0).out
    assert "Subject: 城东支行月度经营分析报告" in shown
    assert "monthly-B01城东支行-2026-10.docx" in shown
    assert group.told == []
    assert not (office.root / "out").exists()
    assert office.json("runs", "deliveries") == []
    assert office.json(*REPORT, "--send", "--dry-run")[0]["target"] == "运营群"


def test_the_next_run_sends_what_failed(office: Office, group: Group) -> None:
    """The robot refuses (75); ``run --due`` sends the same words although no job is due; then there is nothing more to do."""
    _settings(office, group.url)
    group.answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
    failed = office.run(*REPORT, "--send").expect(75)
    assert "45009" in failed.err
    assert office.run("runs", "deliveries", "--open", "--format", "json").expect(3).json()[0]["state"] == "failed"
    group.answer = {"errcode": 0}
    assert "已发送 运营群" in office.run("run", "--due").expect(0).err
    assert group.told[0] == group.told[1]
    assert "已发送" not in office.run("run", "--due").expect(0).err
    office.run("runs", "deliveries", "--open").expect(0)


def test_a_job_whose_report_could_not_be_sent_is_due_again(office: Office, group: Group) -> None:
    """
    月报 with --send on the last working day: refused → the job ends with 75 → the next run does both and ends with 0
    """
    words = json.dumps([*REPORT, "--send"], ensure_ascii=False)
    job = f'jobs = [{{name = "月报", run = {words}, when = "last-workday", period = "month"}}]'
    _settings(office, group.url, job)
    group.answer = {"errcode": 45009}
    office.run("run", "--due").expect(75)
    group.answer = {"errcode": 0}
    done = office.json("run", "--due")
    assert [(one["job"], one["exit_code"], one["skipped"]) for one in done] == [("月报", 0, False)]
    assert [one["skipped"] for one in office.json("run", "--due")] == [True]
    assert [one["msgtype"] for one in group.told].count("image") == 1


def test_killed_while_sending(office: Office, group: Group) -> None:
    """
    the robot takes the words and does not answer · kill -9 · nobody knows whether they arrived:
    no run sends them again, it is said each time (3), and ``--resend`` does
    """
    deaf = socket.create_server(("127.0.0.1", 0))
    _settings(office, f"http://127.0.0.1:{deaf.getsockname()[1]}/send?key={TOKEN}")
    words = ["--workspace", str(office.root), "--on", ON, *REPORT, "--send"]
    program = subprocess.Popen([sys.executable, "-m", "cmkit", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deaf.settimeout(60)
    line, _place = deaf.accept()
    assert b"POST" in line.recv(65536)
    kill(program)
    line.close()
    deaf.close()
    _settings(office, group.url)
    doubt = office.run("run", "--due").expect(3)
    assert "--resend" in doubt.err
    office.run(*REPORT, "--send").expect(3)
    assert group.told == []
    assert office.run("runs", "deliveries", "--open", "--format", "json").expect(3).json()[0]["state"] == "uncertain"
    office.run(*REPORT, "--send", "--resend").expect(0)
    assert len(group.told) == 2
    office.run("runs", "deliveries", "--open").expect(0)


def test_no_secret_is_kept_or_said(office: Office, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent, refused, unreachable, repeated by the robot: the token is in no output, no file, no row."""
    said = []
    answers: list[dict[str, Any]] = [{"errcode": 0}, {"errcode": 93000, "errmsg": f"invalid key {TOKEN}"}]
    for url, answer in [(group.url, one) for one in answers] + [(f"http://127.0.0.1:1/send?key={TOKEN}", {})]:
        _settings(office, url)
        group.answer = answer
        for more in ((), ("--format", "json"), ("--dry-run",)):
            done = office.run(*REPORT, "--send", "--resend", *more).expect(0, 75, 78)
            said.append(done.out + done.err)
    monkeypatch.setenv("CMKIT_SECRET_MAIL_PASSWORD", TOKEN)
    said.append(office.run(*REPORT, "--send", "行长室").expect(75).err)
    said.append(office.run("runs", "deliveries").expect(0).out)
    assert TOKEN not in "".join(said)
    assert TOKEN.encode() not in _everything(office)


def test_minutes_go_out_too(office: Office, group: Group) -> None:
    _settings(office, group.url)
    meeting = next(path for path in sorted((office.root / "inbox" / "会议").glob("*.toml")))
    number = office.run("minutes", "new", meeting).expect(0).lines[0]
    told = office.run("minutes", "render", number, "--send", "运营群").expect(0)
    assert "已发送 运营群：minutes" in told.err
    assert "纪要" in group.told[0]["text"]["content"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--dry-run",), 2, "--send"),
        (("--resend",), 2, "--send"),
        (("--send", "行长"), 78, "行长室"),
    ],
)
def test_wrong_words(office: Office, group: Group, words: tuple[str, ...], code: int, said: str) -> None:
    _settings(office, group.url)
    assert said in office.run(*REPORT, *words).expect(code).err
    assert group.told == []


def test_settings_that_would_hold_a_secret_are_unknown(office: Office, group: Group) -> None:
    """A password or an address in cmkit.toml is no setting: 78, the key is named and its value is not."""
    _settings(office, group.url)
    path = office.root / "cmkit.toml"
    path.write_text(path.read_text(encoding="utf-8") + f'\npassword = "{TOKEN}"\n', encoding="utf-8")
    done = office.run("report", "list").expect(78)
    assert "password" in done.err
    assert TOKEN not in done.err


def test_an_office_without_targets_is_told_how(office: Office) -> None:
    assert "[[delivery.targets]]" in office.run(*REPORT, "--send").expect(78).err


def test_a_second_program_that_sends_stops_at_once(office: Office, group: Group) -> None:
    from filelock import FileLock

    _settings(office, group.url)
    with FileLock(str(office.root / ".cmkit" / "send.lock")):
        office.run(*REPORT, "--send").expect(75)
    assert group.told == []
