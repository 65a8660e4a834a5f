"""Sending: the intent is committed, the message goes, its outcome is committed; under a lock that the kernel frees."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from cmkit.base.clock import now as present
from cmkit.base.clock import stamp
from cmkit.base.faults import BusyFault, ConfigFault
from cmkit.base.lang import _
from cmkit.base.problem import Place
from cmkit.base.sending import DeliverySettings, Kind, TargetSettings
from cmkit.delivery import dingtalk, feishu, mail, spool, wecom
from cmkit.delivery.book import Book, Entry, Key
from cmkit.delivery.channel import Access, Channel
from cmkit.delivery.message import Message, Outcome, failed, uncertain
from cmkit.delivery.pace import WINDOW, Pace

CHANNELS: Mapping[Kind, Channel] = MappingProxyType(
    {"mail": mail.CHANNEL, "wecom": wecom.CHANNEL, "dingtalk": dingtalk.CHANNEL, "feishu": feishu.CHANNEL}
)
RETRY_DAYS = 31
"""A failure older than this is not sent any more: nobody waits for last year's report."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one target."""

    key: Key
    target: TargetSettings
    message: Message


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one parcel. ``already``: the same message was sent before, and is not sent twice."""

    key: Key
    state: Literal["sent", "failed", "uncertain", "already"]
    note: str = ""
    settings: bool = False

    def as_dict(self) -> dict[str, object]:
        """The JSON shape."""
        key = {name: getattr(self.key, name) for name in ("target", "report", "who", "period")}
        return {**key, "state": self.state, "note": self.note}


@dataclass
class Outbox:
    """Everything that sending depends on. ``root`` is the workspace; ``now`` and ``sleep`` are the clock's."""

    book: Book
    settings: DeliverySettings
    root: Path
    by: str = ""
    now: Callable[[], datetime] = present
    sleep: Callable[[float], None] = time.sleep
    _paces: dict[str, Pace] = field(default_factory=dict)

    @property
    def spool(self) -> Path:
        """Where messages wait."""
        return self.root / ".cmkit" / "spool"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one that sends: an entry that is still "sending" is then one whose program died.

        Raises BusyFault where another program sends.
        """
        from filelock import FileLock, Timeout

        spool.make_private(self.root / ".cmkit")
        lock = FileLock(str(self.root / ".cmkit" / "send.lock"), mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BusyFault(_("另一个 cmkit 正在发送"), hint=_("请稍后再试")) from None
        try:
            yield
        finally:
            lock.release()

    def pace(self, target: TargetSettings, channel: Channel) -> Pace:
        """The pace of a target, with what earlier runs sent within the last minute."""
        if target.name not in self._paces:
            made = Pace(channel.per_minute, lambda: self.now().timestamp(), self.sleep)
            since = stamp(self.now() - timedelta(seconds=WINDOW))
            made.remember(datetime.fromisoformat(one).timestamp() for one in self.book.moments(target.name, since))
            self._paces[target.name] = made
        return self._paces[target.name]


def deliver(parcels: Sequence[Parcel], outbox: Outbox, *, resend: bool = False) -> list[Delivered]:
    """Send each parcel that has not been sent; one that fails does not stop the others.

    What is uncertain, or has been sent with the same words and files, goes out again only with ``resend``.
    """
    with outbox.locked():
        return [_one(parcel, outbox, resend=resend) for parcel in parcels]


def retry(outbox: Outbox) -> list[Delivered]:
    """Send what failed before, as it was meant; name what an earlier run left in the air."""
    with outbox.locked():
        return [found for entry in outbox.book.open_entries() if (found := _again(entry, outbox))]


def show(parcel: Parcel, outbox: Outbox) -> str:
    """The message as it would go out, without a secret; nothing is sent, kept or written."""
    channel = CHANNELS[parcel.target.kind]
    head = f"{parcel.target.name}（{parcel.target.kind}）"
    return f"{head}\n{channel.show(parcel.message, parcel.target, _access(outbox))}"


def targets_for(
    settings: DeliverySettings, names: Sequence[str], report: str, who: Sequence[str]
) -> list[TargetSettings]:
    """The targets named; without a name those that the settings give this report and this person or office to.

    Raises ConfigFault naming those there are.
    """
    known = {target.name: target for target in settings.targets}
    if not known:
        hint = _("请在 cmkit.toml 写 [[delivery.targets]]，见 README")
        raise ConfigFault(_("没有设置发送对象"), hint=hint, place=Place("cmkit.toml"))
    for name in names:
        if name not in known:
            hint = _("可用的有：{names}").format(names="、".join(known))
            raise ConfigFault(_("没有发送对象 {name}").format(name=name), hint=hint, place=Place("cmkit.toml"))
    if names:
        return [known[name] for name in dict.fromkeys(names)]
    return [
        target
        for target in settings.targets
        if (not target.reports or report in target.reports) and (not target.who or set(target.who) & set(who))
    ]


def _one(parcel: Parcel, outbox: Outbox, *, resend: bool) -> Delivered:
    before = _settled(outbox, outbox.book.latest(parcel.key))
    digest = parcel.message.digest
    if before and not resend:
        if before.state == "uncertain":
            return _in_the_air(before)
        if before.state == "sent" and before.digest == digest:
            return Delivered(parcel.key, "already", before.ended)
    if before and before.digest != digest:
        spool.drop(spool.place(outbox.spool, parcel.key, before.digest))
    return _send(parcel, outbox, digest)


def _again(entry: Entry, outbox: Outbox) -> Delivered | None:
    entry = _settled(outbox, entry) or entry
    if entry.state == "uncertain":
        return _in_the_air(entry)
    if entry.begun < stamp(outbox.now() - timedelta(days=RETRY_DAYS)):
        return None
    target = next((one for one in outbox.settings.targets if one.name == entry.key.target), None)
    message = spool.take(spool.place(outbox.spool, entry.key, entry.digest))
    if target is None:
        return Delivered(entry.key, "failed", _("cmkit.toml 里已没有这个发送对象"), settings=True)
    if message is None:
        return Delivered(entry.key, "failed", _("待发的内容已不在，请重新生成并发送"), settings=True)
    return _send(Parcel(entry.key, target, message), outbox, entry.digest)


def _in_the_air(entry: Entry) -> Delivered:
    note = _("上次是否送达不确定（{note}），核实后加 --resend 再发").format(note=entry.note)
    return Delivered(entry.key, "uncertain", note)


def _settled(outbox: Outbox, entry: Entry | None) -> Entry | None:
    """The entry; one whose program died while it was sending is uncertain from now on."""
    if entry is None or entry.state != "sending":
        return entry
    outbox.book.close(entry.id, uncertain(_("发送时程序中断")))
    return outbox.book.latest(entry.key)


def _send(parcel: Parcel, outbox: Outbox, digest: str) -> Delivered:
    channel = CHANNELS[parcel.target.kind]
    spot = spool.place(outbox.spool, parcel.key, digest)
    spool.keep(spot, parcel.message)
    if channel.per_minute:
        outbox.pace(parcel.target, channel).wait(channel.count(parcel.message))
    number = outbox.book.begin(parcel.key, digest, outbox.by)
    outcome = _tried(channel, parcel, outbox, digest)
    outbox.book.close(number, outcome)
    if outcome.state == "sent":
        spool.drop(spot)
        return Delivered(parcel.key, "sent", outcome.note)
    return Delivered(
        parcel.key, "uncertain" if outcome.state == "uncertain" else "failed", outcome.note, outcome.settings
    )


def _tried(channel: Channel, parcel: Parcel, outbox: Outbox, digest: str) -> Outcome:
    try:
        return channel.send(parcel.message, parcel.target, _access(outbox, digest))
    except ConfigFault as fault:
        return failed(" ".join(part for part in (fault.message, fault.hint) if part), settings=True)


def _access(outbox: Outbox, mark: str = "") -> Access:
    return Access(outbox.settings, outbox.root, outbox.now(), mark)
