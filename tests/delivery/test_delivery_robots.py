"""The robots of the three makers: what they are told, how it is signed, what their answers mean."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.base.sending import DeliverySettings, Kind, TargetSettings
from cmkit.delivery import dingtalk, feishu, wecom
from cmkit.delivery.channel import Access
from cmkit.delivery.message import Message, Outcome, cut
from cmkit.delivery.secrets import Secret
from cmkit.delivery.send import CHANNELS
from tests.delivery.conftest import NOW, Robot


def _send(
    kind: Kind, message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch, key: str = ""
) -> Outcome:
    monkeypatch.setenv("CMKIT_SECRET_OPS_URL", robot.url)
    monkeypatch.setenv("CMKIT_SECRET_OPS_KEY", key)
    target = TargetSettings(name="运营群", kind=kind, account="ops")
    return CHANNELS[kind].send(message, target, Access(DeliverySettings(), office, NOW))


def test_wecom_is_told_words_and_a_picture(
    message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _send("wecom", message, robot, office, monkeypatch).state == "sent"
    words, picture = robot.told
    assert words == {
        "msgtype": "text",
        "text": {"content": "城东支行月报 2026年10月\n10 项指标中 5 项达标\n● 存款净增：107.90%"},
    }
    assert base64.b64decode(picture["image"]["base64"]) == b"\x89PNG-picture"
    assert picture["image"]["md5"] == hashlib.md5(b"\x89PNG-picture", usedforsecurity=False).hexdigest()


def test_wecom_s_limits(message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    3,000 characters of three bytes → at most 2,048 bytes, whole characters, an ellipsis
    a picture of 2 MB and one byte → only the words, and it is said
    ``<@all>`` in a client's name → calls nobody
    """
    long = replace(message, short="客" * 3000, picture=b"x" * (2 * 1024 * 1024 + 1))
    outcome = _send("wecom", long, robot, office, monkeypatch)
    assert (outcome.state, "2 MB" in outcome.note) == ("sent", True)
    content = robot.told[0]["text"]["content"]
    assert 2040 < len(content.encode()) <= 2048
    assert content.endswith("客…")
    assert len(robot.told) == 1
    assert "<@" not in wecom.text_payload(replace(message, short="客户 <@all> 贵宾"))["text"]["content"]


def test_a_picture_that_fails_does_not_send_the_words_twice(
    message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.answers = [(200, {"errcode": 0}), (200, {"errcode": 40058, "errmsg": "bad image"})]
    outcome = _send("wecom", message, robot, office, monkeypatch)
    assert (outcome.state, "40058" in outcome.note) == ("sent", True)


def test_dingtalk_is_signed_in_milliseconds(
    message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature of ``1761811200000\\nSECkey0123`` under SECkey0123, as openssl computes it."""
    assert _send("dingtalk", message, robot, office, monkeypatch, "SECkey0123").state == "sent"
    asked = parse_qs(urlsplit(robot.paths[0]).query)
    assert asked["timestamp"] == ["1761811200000"]
    assert asked["sign"] == ["c1D7wCJ13IkDh7TuJ5gwZXTm1J2Q9Uk86OXAG+kxG8I="]
    assert asked["access_token"] == ["TOKEN-9f8e7d6c"]
    assert robot.told[0]["text"]["content"].startswith("城东支行月报")
    assert dingtalk.CHANNEL.per_minute == 20


def test_feishu_is_signed_in_seconds(
    message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature of nothing under ``1761811200\\nFSkey0123``, as openssl computes it."""
    assert _send("feishu", message, robot, office, monkeypatch, "FSkey0123").state == "sent"
    told = robot.told[0]
    assert (told["timestamp"], told["sign"]) == ("1761811200", "WFCbn2YwD9wNOHMy6ejcHDBweIUO7BCfcQToiiqf6fk=")
    post = told["content"]["post"]["zh_cn"]
    assert post["title"] == "城东支行月报 2026年10月"
    assert [line[0]["text"] for line in post["content"]] == ["10 项指标中 5 项达标", "● 存款净增：107.90%"]


@pytest.mark.parametrize("short", ["客" * 30_000, "客\n" * 9_000, '"' * 30_000, "短"])
def test_a_post_to_feishu_stays_within_20_kb(message: Message, short: str) -> None:
    made = feishu.payload(replace(message, short=short))
    assert (
        len(json.dumps({"timestamp": "1761811200", "sign": "x" * 44, **made}, ensure_ascii=False).encode()) <= 20 * 1024
    )
    assert made["content"]["post"]["zh_cn"]["content"]


@pytest.mark.parametrize(
    "meaning",
    [
        (200, {"errcode": 45009, "code": 45009, "errmsg": "freq out of limit"}, "failed", False),
        (200, {"errcode": 130101, "code": 11232, "errmsg": "send too fast"}, "failed", False),
        (200, {"errcode": 310000, "code": 19021, "msg": "sign match fail"}, "failed", None),
        (404, {}, "failed", True),
        (429, {}, "failed", False),
        (302, {}, "failed", True),
        (500, {}, "uncertain", False),
        (200, b"<html>proxy</html>", "uncertain", False),
        (200, None, "uncertain", False),
    ],
)
@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_what_an_answer_means(
    kind: Kind,
    meaning: tuple[int, object, str, bool | None],
    message: Message,
    robot: Robot,
    office: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refusal is a failure; an answer that never came, or that nobody understands, is uncertain; no redirect is followed."""
    status, answer, state, settings = meaning
    robot.answers = [(status, answer)]
    outcome = _send(kind, message, robot, office, monkeypatch, "SECkey0123")
    assert outcome.state == state
    if settings is not None:
        assert outcome.settings == settings
    assert len(robot.told) == 1
    assert "TOKEN" not in outcome.note
    assert "SECkey" not in outcome.note


def test_nobody_listens(message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    robot.url = "http://127.0.0.1:1/hook?access_token=TOKEN-9f8e7d6c"
    outcome = _send("wecom", message, robot, office, monkeypatch)
    assert outcome.state == "failed"
    assert "TOKEN" not in outcome.note


@pytest.mark.parametrize(
    "url", ["http://example.com/hook?key=TOKEN-9f8e7d6c", "ftp://x/TOKEN-9f8e7d6c", "file:///etc/passwd"]
)
def test_only_https_beyond_this_machine(
    url: str, message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.url = url
    outcome = _send("feishu", message, robot, office, monkeypatch)
    assert (outcome.state, outcome.settings) == ("failed", True)
    assert "TOKEN" not in outcome.note


def test_a_robot_without_an_address_says_where_to_put_it(message: Message, office: Path) -> None:
    target = TargetSettings(name="运营群", kind="feishu", account="ops")
    with pytest.raises(ConfigFault, match="CMKIT_SECRET_OPS_URL"):
        CHANNELS["feishu"].send(message, target, Access(DeliverySettings(), office, NOW))


def test_an_answer_that_repeats_the_secret_is_told_without_it(
    message: Message, robot: Robot, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.answers = [(200, {"errcode": 1, "errmsg": "bad token TOKEN-9f8e7d6c for SECkey0123"})]
    outcome = _send("dingtalk", message, robot, office, monkeypatch, "SECkey0123")
    assert "bad token *** for ***" in outcome.note


@pytest.mark.parametrize(
    ("text", "limit", "kept"), [("客户", 6, "客户"), ("客户经理", 9, "客户…"), ("ab", 2, "ab"), ("", 0, "")]
)
def test_cut_keeps_whole_characters(text: str, limit: int, kept: str) -> None:
    assert cut(text, limit) == kept


def test_a_secret_does_not_print_itself() -> None:
    assert "SECkey" not in f"{Secret('SECkey0123')} {Secret('SECkey0123')!r}"
