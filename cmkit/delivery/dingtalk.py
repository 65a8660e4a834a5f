"""钉钉群机器人: a text, signed with the millisecond and the secret as key; 20 messages a minute, then a 10-minute block.

Limits and signature: https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from cmkit.base.sending import TargetSettings
from cmkit.delivery.channel import Access, Channel
from cmkit.delivery.message import Message, Outcome, cut
from cmkit.delivery.secrets import Secret, find_secret, need_secret
from cmkit.delivery.web import judged, post

TEXT_BYTES, PER_MINUTE = 18_000, 20
"""The whole body may be 20,000 bytes; the rest is JSON's."""
_SETTINGS = frozenset({310000, 300001, 300005, 400101})
"""Wrong signature, keyword or address: a retry does not heal it."""


def payload(message: Message) -> dict[str, Any]:
    """The text message."""
    return {"msgtype": "text", "text": {"content": cut(f"{message.title}\n{message.short}", TEXT_BYTES)}}


def signature(key: Secret, now: datetime) -> tuple[str, str]:
    """Timestamp and signature: HMAC-SHA256 of timestamp, line break and secret under the secret, base64."""
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(key.value.encode(), f"{stamp}\n{key.value}".encode(), hashlib.sha256).digest()
    return stamp, base64.b64encode(digest).decode()


def _send(message: Message, target: TargetSettings, access: Access) -> Outcome:
    name = target.account or target.name
    url, key = need_secret(name, "url", access.secrets), find_secret(name, "key", access.secrets)
    address = url
    if key:
        stamp, sign = signature(key, access.now)
        joint = "&" if "?" in url.value else "?"
        address = Secret(f"{url.value}{joint}timestamp={stamp}&sign={quote_plus(sign)}")
    return judged(post(address, payload(message), url, key), _SETTINGS)


def _show(message: Message, target: TargetSettings, access: Access) -> str:  # noqa: ARG001 - a channel's signature
    return json.dumps(payload(message), ensure_ascii=False, indent=1)


CHANNEL = Channel(_send, _show, PER_MINUTE)
