"""The intent first, then the message, then its outcome; twice only where somebody says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cmkit.base.faults import BusyFault, ConfigFault
from cmkit.base.sending import DeliverySettings, TargetSettings
from cmkit.delivery import spool
from cmkit.delivery.book import Key
from cmkit.delivery.message import Message
from cmkit.delivery.pace import Pace
from cmkit.delivery.send import Outbox, Parcel, deliver, retry, show, targets_for
from tests.delivery.conftest import NOW, ListBook, Robot

KEY = Key("运营群", "monthly", "B01", "2026-10")
TARGET = TargetSettings(name="运营群", kind="dingtalk", account="ops")
SETTINGS = DeliverySettings(targets=(TARGET,))


@pytest.fixture
def book() -> ListBook:
    return ListBook()


@pytest.fixture
def outbox(book: ListBook, office: Path, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    monkeypatch.setenv("CMKIT_SECRET_OPS_URL", robot.url)
    return Outbox(book, SETTINGS, office, "周启明", lambda: NOW, lambda _seconds: None)


def _states(book: ListBook) -> list[str]:
    return [one.state for one in book.entries]


def test_the_intent_is_in_the_book_when_the_message_leaves(
    outbox: Outbox, book: ListBook, robot: Robot, message: Message
) -> None:
    seen: list[list[str]] = []
    robot.on_call = lambda: seen.append(_states(book))
    (done,) = deliver([Parcel(KEY, TARGET, message)], outbox)
    assert seen == [["sending"]]
    assert (done.state, _states(book), book.entries[0].by) == ("sent", ["sent"], "周启明")
    assert list(outbox.spool.iterdir()) == []


def test_the_same_message_goes_once_a_new_one_again(
    outbox: Outbox, book: ListBook, robot: Robot, message: Message
) -> None:
    parcel = Parcel(KEY, TARGET, message)
    assert [deliver([parcel], outbox)[0].state for _ in range(2)] == ["sent", "already"]
    assert len(robot.told) == 1
    assert deliver([Parcel(KEY, TARGET, replace(message, short="新的数"))], outbox)[0].state == "sent"
    assert deliver([parcel], outbox, resend=True)[0].state == "sent"
    assert len(robot.told) == 3


def test_a_failure_is_sent_by_the_next_run_just_as_it_was_meant(
    outbox: Outbox, book: ListBook, robot: Robot, message: Message
) -> None:
    """Twice refused, then taken; the words are the first run's, from a spool that is its owner's alone."""
    robot.answers = [(200, {"errcode": 130101}), (200, {"errcode": 130101}), (200, {"errcode": 0})]
    assert deliver([Parcel(KEY, TARGET, message)], outbox)[0].state == "failed"
    (spot,) = outbox.spool.iterdir()
    assert spot.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in spot.iterdir()} == {0o600}
    assert spool.take(spot) == message
    assert [one.state for one in retry(outbox)] == ["failed"]
    assert [one.state for one in retry(outbox)] == ["sent"]
    assert retry(outbox) == []
    assert _states(book) == ["replaced", "replaced", "sent"]
    assert len({json.dumps(told) for told in robot.told}) == 1
    assert list(outbox.spool.iterdir()) == []


def test_a_program_that_died_while_sending_leaves_a_doubt(
    outbox: Outbox, book: ListBook, robot: Robot, message: Message
) -> None:
    """The entry says "sending" and nobody holds the lock: uncertain; only ``resend`` sends again."""
    book.begin(KEY, message.digest, "")
    parcel = Parcel(KEY, TARGET, message)
    assert [one.state for one in retry(outbox)] == ["uncertain"]
    assert retry(outbox) == []
    assert deliver([parcel], outbox)[0].state == "uncertain"
    assert deliver([Parcel(KEY, TARGET, replace(message, short="新的数"))], outbox)[0].state == "uncertain"
    assert robot.told == []
    assert deliver([parcel], outbox, resend=True)[0].state == "sent"
    assert deliver([parcel], outbox)[0].state == "already"
    assert len(robot.told) == 1


def test_no_answer_is_a_doubt_too(outbox: Outbox, book: ListBook, robot: Robot, message: Message) -> None:
    robot.answers = [(200, None), (200, {"errcode": 0})]
    parcel = Parcel(KEY, TARGET, message)
    assert [deliver([parcel], outbox)[0].state for _ in range(2)] == ["uncertain", "uncertain"]
    assert retry(outbox) == []
    assert len(robot.told) == 1


def test_one_failure_does_not_stop_the_others(outbox: Outbox, robot: Robot, message: Message) -> None:
    robot.answers = [(404, {}), (200, {"errcode": 0})]
    keys = [replace(KEY, who=who) for who in ("B01", "B02")]
    done = deliver([Parcel(key, TARGET, message) for key in keys], outbox)
    assert [(one.key.who, one.state) for one in done] == [("B01", "failed"), ("B02", "sent")]


def test_a_missing_secret_is_a_failure_of_that_target(
    outbox: Outbox, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMKIT_SECRET_OPS_URL")
    (done,) = deliver([Parcel(KEY, TARGET, message)], outbox)
    assert (done.state, done.settings) == ("failed", True)
    assert "CMKIT_SECRET_OPS_URL" in done.note


def test_two_programs_do_not_send_at_once(outbox: Outbox, message: Message) -> None:
    with outbox.locked(), pytest.raises(BusyFault):
        deliver([Parcel(KEY, TARGET, message)], outbox)


def test_what_cannot_be_retried_is_told(outbox: Outbox, book: ListBook, robot: Robot, message: Message) -> None:
    """The target is gone from the settings; the spool is gone from the disk; a failure of last year is let be."""
    robot.answers = [(200, {"errcode": 1})]
    deliver([Parcel(KEY, TARGET, message)], outbox)
    gone = replace(outbox, settings=DeliverySettings())
    assert [(one.state, "cmkit.toml" in one.note) for one in retry(gone)] == [("failed", True)]
    old = replace(outbox, now=lambda: NOW.replace(year=2026))
    assert retry(old) == []
    spool.drop(next(outbox.spool.iterdir()))
    assert [one.state for one in retry(outbox)] == ["failed"]
    assert len(robot.told) == 1


def test_twenty_a_minute_and_not_one_more() -> None:
    """45 messages from noon on, 5 others half a minute before: 15 at once, 5 after half a minute, 20 a minute after the first, …"""
    moment = [1000.0]
    times: list[float] = []

    def sleep(seconds: float) -> None:
        assert seconds > 0
        moment[0] += seconds

    pace = Pace(20, lambda: moment[0], sleep)
    pace.remember([970.0] * 5)
    for _ in range(45):
        pace.wait()
        times.append(moment[0])
    assert [times.count(at) for at in (1000.0, 1030.0, 1060.0, 1090.0, 1120.0)] == [15, 5, 15, 5, 5]
    sent = sorted([970.0] * 5 + times)
    assert all(late - early >= 60 for early, late in zip(sent, sent[20:], strict=False))


def test_the_pace_holds_over_runs(outbox: Outbox, book: ListBook, robot: Robot, message: Message) -> None:
    """Twenty went out within this minute by another run: the next one waits a minute."""
    for number in range(20):
        book.begin(replace(KEY, who=str(number)), "", "")
    waited: list[float] = []
    slow = replace(outbox, sleep=waited.append)
    deliver([Parcel(KEY, TARGET, message)], slow)
    assert waited == [60.0]


def test_whom_a_report_goes_to() -> None:
    """By the settings: this report, this office; by name: that one; an unknown name is told with the known ones."""
    mail = TargetSettings(name="行长室", kind="mail", reports=("monthly",), who=("B01",))
    settings = DeliverySettings(targets=(TARGET, mail))
    assert [one.name for one in targets_for(settings, [], "monthly", ["B01", "城东支行"])] == ["运营群", "行长室"]
    assert [one.name for one in targets_for(settings, [], "monthly", ["B02"])] == ["运营群"]
    assert [one.name for one in targets_for(settings, [], "weekly", ["B01"])] == ["运营群"]
    assert [one.name for one in targets_for(settings, ["行长室", "行长室"], "weekly", ["B02"])] == ["行长室"]
    with pytest.raises(ConfigFault, match="行长室"):
        targets_for(settings, ["行长"], "monthly", [])
    with pytest.raises(ConfigFault, match="delivery"):
        targets_for(DeliverySettings(), [], "monthly", [])


def test_a_look_sends_nothing_and_needs_no_secret(
    outbox: Outbox, book: ListBook, robot: Robot, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CMKIT_SECRET_OPS_URL")
    shown = show(Parcel(KEY, TARGET, message), outbox)
    assert "运营群" in shown
    assert "10 项指标中 5 项达标" in shown
    assert (robot.told, book.entries, outbox.spool.exists()) == ([], [], False)
