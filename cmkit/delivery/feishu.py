"""飞书群机器人: a post of at most 20 KB, signed with the second: timestamp, line break and secret are the key.

Limits and signature: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: 100 a minute, 5 a second.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from bisect import bisect_right
from datetime import datetime
from typing import Any

from cmkit.base.sending import TargetSettings
from cmkit.delivery.channel import Access, Channel
from cmkit.delivery.message import Message, Outcome, cut
from cmkit.delivery.secrets import Secret, find_secret, need_secret
from cmkit.delivery.web import judged, post

BODY_BYTES, PER_MINUTE = 20 * 1024, 100
_SIGNED = 200
"""Room that timestamp and signature take."""
_SETTINGS = frozenset({19001, 19021, 19022, 19024})
"""Wrong address, signature, network or keyword: a retry does not heal it."""


def payload(message: Message) -> dict[str, Any]:
    """The post: plain text elements, in which nothing that a client is called becomes a mention or a link."""
    lines = message.short.splitlines()
    # As many whole lines as fit, and one more to be cut.
    whole = bisect_right(range(1, len(lines) + 1), 0, key=lambda count: _over(_post(message.title, lines[:count])))
    lines = lines[: whole + 1]
    while True:
        made = _post(message.title, lines)
        over = _over(made)
        if over <= 0 or not lines:
            return made
        # Quotes and backslashes take two bytes in JSON: never more than half at once.
        size = len(lines[-1].encode("utf-8", "replace"))
        last = cut(lines[-1], max(size - over, size // 2))
        lines = [*lines[:-1], last] if len(last) > 1 and last != lines[-1] else lines[:-1]


def _over(made: dict[str, Any]) -> int:
    """By how many bytes the body with its signature is too long; not above 0 where it fits."""
    return len(json.dumps(made, ensure_ascii=False).encode("utf-8", "replace")) + _SIGNED - BODY_BYTES


def _post(title: str, lines: list[str]) -> dict[str, Any]:
    content = [[{"tag": "text", "text": line}] for line in lines]
    return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": cut(title, 500), "content": content}}}}


def signature(key: Secret, now: datetime) -> tuple[str, str]:
    """Timestamp and signature: HMAC-SHA256 of nothing under timestamp, line break and secret, base64."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(f"{stamp}\n{key.value}".encode(), b"", hashlib.sha256).digest()
    return stamp, base64.b64encode(digest).decode()


def _send(message: Message, target: TargetSettings, access: Access) -> Outcome:
    name = target.account or target.name
    url, key = need_secret(name, "url", access.secrets), find_secret(name, "key", access.secrets)
    body = payload(message)
    if key:
        stamp, sign = signature(key, access.now)
        body = {"timestamp": stamp, "sign": sign, **body}
    return judged(post(url, body, key), _SETTINGS, codes=("code", "StatusCode"), words=("msg", "StatusMessage"))


def _show(message: Message, target: TargetSettings, access: Access) -> str:  # noqa: ARG001 - a channel's signature
    return json.dumps(payload(message), ensure_ascii=False, indent=1)


CHANNEL = Channel(_send, _show, PER_MINUTE)
