"""Letters: what stands in them, how the server is reached, what its answers mean."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from cmkit.base.faults import ConfigFault
from cmkit.base.sending import DeliverySettings, MailSettings, TargetSettings
from cmkit.delivery.channel import Access
from cmkit.delivery.mail import letter
from cmkit.delivery.message import Attachment, Message, Outcome
from cmkit.delivery.send import CHANNELS
from tests.delivery.conftest import NOW, Letters, Office

TARGET = TargetSettings(name="行长室", kind="mail", to=("head@example.com",), cc=("秘书 <clerk@example.com>",))


def _access(office: Path, place: tuple[str, int], **more: Any) -> Access:
    given = {"security": "none", "sender": "城东支行 <report@example.com>", **more}
    mail = MailSettings(host=place[0], port=place[1], timeout=5, **given)
    return Access(DeliverySettings(mail=mail), office, NOW, "ab" * 32)


def _send(message: Message, access: Access) -> Outcome:
    return CHANNELS["mail"].send(message, TARGET, access)


def _read(letters: Letters) -> EmailMessage:
    content = letters.taken[-1].content
    assert isinstance(content, bytes)
    return message_from_bytes(content, policy=default)


def test_a_letter_has_words_page_picture_and_documents(
    message: Message, letters: Letters, post_office: tuple[str, int], office: Path
) -> None:
    """
    mixed
    ├─ alternative: text | related: html + picture (inline, its content id is the page's)
    └─ 月报….docx, 月报….xlsx with their Chinese names in one piece
    """
    assert _send(message, _access(office, post_office)).state == "sent"
    assert letters.taken[0].rcpt_tos == ["head@example.com", "clerk@example.com"]
    made = _read(letters)
    assert made["Subject"] == "城东支行月报 2026年10月"
    assert made["Message-ID"] == f"<{'ab' * 20}@example.com>"
    assert made["Date"] == "Thu, 30 Oct 2025 08:00:00 +0000"
    body, page = made.get_body(("plain",)), made.get_body(("related", "html"))
    assert body is not None
    assert page is not None
    assert "10 项指标中 5 项达标" in body.get_content()
    picture = next(part for part in made.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<picture>"
    assert picture.get_content_disposition() == "inline"
    files = {part.get_filename(): part.get_content() for part in made.iter_attachments()}
    assert files == {"月报-B01城东支行-2026-10.docx": b"PK-docx", "月报-B01城东支行-2026-10.xlsx": b"PK-xlsx"}
    raw = letters.taken[0].content
    assert isinstance(raw, bytes)
    assert b"filename*0" not in raw
    assert max(len(line) for line in raw.split(b"\r\n") if line.lower().startswith(b"subject")) <= 78


def test_what_is_too_big_is_left_out_and_named(
    message: Message, letters: Letters, post_office: tuple[str, int], office: Path
) -> None:
    """1 MB in all: the 1.5 MB workbook stays at home, the letter says so in both of its bodies."""
    big = replace(message, files=(*message.files, Attachment("大表.xlsx", b"x" * 1_600_000)))
    assert _send(big, _access(office, post_office, max_mb=1)).state == "sent"
    made = _read(letters)
    names = [part.get_filename() for part in made.iter_attachments()]
    assert "大表.xlsx" not in names
    assert len(names) == 2
    bodies = [part.get_content() for part in made.walk() if part.get_content_type() in {"text/plain", "text/html"}]
    assert ["大表.xlsx（1.5 MB）" in body for body in bodies] == [True, True]


def test_a_refused_receiver_stops_the_letter(
    message: Message, letters: Letters, post_office: tuple[str, int], office: Path
) -> None:
    letters.refuse = "clerk@example.com"
    outcome = _send(message, _access(office, post_office))
    assert (outcome.state, outcome.settings) == ("failed", True)
    assert "clerk@example.com" in outcome.note
    assert letters.taken == []


@pytest.mark.parametrize(("answer", "state"), [("552 too big", "failed"), ("451 later", "failed"), ("250 OK", "sent")])
def test_what_the_server_says_of_the_letter(
    answer: str, state: str, message: Message, letters: Letters, post_office: tuple[str, int], office: Path
) -> None:
    letters.answer = answer
    outcome = _send(message, _access(office, post_office))
    assert outcome.state == state
    assert answer[:3] in outcome.note or state == "sent"


def test_a_server_that_hangs_up_on_the_letter_leaves_a_doubt(
    message: Message, letters: Letters, post_office: tuple[str, int], office: Path
) -> None:
    letters.hang_up = True
    assert _send(message, _access(office, post_office)).state == "uncertain"
    assert len(letters.taken) == 1


def test_no_server_is_a_failure(message: Message, office: Path) -> None:
    assert _send(message, _access(office, ("127.0.0.1", 1))).state == "failed"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of our own for localhost, and its key."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(words, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def guarded(letters: Letters, certificate: tuple[Path, Path]) -> Iterator[Callable[[bool], int]]:
    """A server that wants TLS (from the start, or by STARTTLS) and the password Open-Sesame9; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    offices: list[Office] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"Open-Sesame9", handled=False)

    def start(starttls: bool) -> int:
        more: dict[str, Any] = {"tls_context": context} if starttls else {"ssl_context": context}
        office = Office(
            letters,
            hostname="localhost",
            port=0,
            authenticator=check,
            auth_required=True,
            auth_require_tls=starttls,
            **more,
        )
        office.start()
        offices.append(office)
        return office.place[1]

    yield start
    for office in offices:
        office.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("starttls", [False, True])
def test_tls_and_a_password(
    starttls: bool,
    message: Message,
    letters: Letters,
    guarded: Callable[[bool], int],
    certificate: tuple[Path, Path],
    office: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The firm's own authority is trusted by name; without it the letter stays; a wrong password is told without it."""
    place = ("localhost", guarded(starttls))
    security = "starttls" if starttls else "tls"
    known: dict[str, Any] = {"security": security, "user": "report", "ca_file": str(certificate[0])}
    monkeypatch.setenv("CMKIT_SECRET_MAIL_PASSWORD", "Open-Sesame9")
    assert _send(message, _access(office, place, **known)).state == "sent"
    strange = _send(message, _access(office, place, security=security, user="report"))
    assert (strange.state, strange.settings) == ("failed", True)
    assert "证书" in strange.note
    monkeypatch.setenv("CMKIT_SECRET_MAIL_PASSWORD", "wrong-Secret77")
    denied = _send(message, _access(office, place, **known))
    assert (denied.state, denied.settings) == ("failed", True)
    assert "Secret77" not in denied.note
    monkeypatch.setenv("CMKIT_SECRET_MAIL_PASSWORD", "开门-Secret77")
    chinese = _send(message, _access(office, place, **known))
    assert (chinese.state, chinese.settings, "Secret77" in chinese.note) == ("failed", True, False)
    assert len(letters.taken) == 1


def test_a_password_never_goes_over_an_open_line(
    message: Message, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMKIT_SECRET_MAIL_PASSWORD", "Sesame9")
    with pytest.raises(ConfigFault, match="没有加密"):
        _send(message, _access(office, ("mail.example.com", 25), user="report"))


def test_the_file_of_secrets_is_its_owner_s_alone(
    message: Message, letters: Letters, post_office: tuple[str, int], office: Path
) -> None:
    """0600 is read; 0644 is refused and its content is not told; a torn file is not quoted."""
    access = _access(office, post_office, user="report")
    file = office / ".cmkit" / "secrets.toml"
    file.write_text('[mail]\npassword = "Sesame9"\n', encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(ConfigFault, match="0644") as caught:
        _send(message, access)
    assert "Sesame9" not in str(caught.value)
    file.write_text('[mail]\npassword = "Sesame9\n', encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(ConfigFault) as torn:
        _send(message, access)
    assert "Sesame9" not in str(torn.value)


@pytest.mark.parametrize("address", ["a@b.com\nBcc: everybody@example.com", "坏地址"])
def test_an_address_cannot_add_headers(address: str, message: Message, office: Path) -> None:
    target = TargetSettings(name="行长室", kind="mail", to=(address,))
    access = _access(office, ("127.0.0.1", 1))
    try:
        made = letter(message, target, access)
    except ConfigFault:
        return
    assert made["Bcc"] is None


def test_a_title_cannot_add_headers(message: Message, office: Path) -> None:
    made = letter(replace(message, title="月报\r\nBcc: x@example.com"), TARGET, _access(office, ("127.0.0.1", 1)))
    assert made["Bcc"] is None
    assert made["Subject"] == "月报 Bcc: x@example.com"
