"""企业微信群机器人: a text of at most 2,048 bytes and a PNG of at most 2 MB, 20 messages a minute.

Limits and payloads: https://developer.work.weixin.qq.com/document/path/91770.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cmkit.base.lang import _
from cmkit.base.sending import TargetSettings
from cmkit.delivery.channel import Access, Channel
from cmkit.delivery.message import Message, Outcome, cut, sent
from cmkit.delivery.secrets import need_secret
from cmkit.delivery.web import judged, post

TEXT_BYTES, PICTURE_BYTES, PER_MINUTE = 2048, 2 * 1024 * 1024, 20
_SETTINGS = frozenset({93000})
"""Wrong address: a retry does not heal it."""


def text_payload(message: Message) -> dict[str, Any]:
    """The text message; what would call a member of the group (``<@all>``) is only text."""
    words = f"{message.title}\n{message.short}".replace("<@", "＜@")
    return {"msgtype": "text", "text": {"content": cut(words, TEXT_BYTES)}}


def picture_payload(message: Message) -> dict[str, Any]:
    """The picture as the robot wants it: base64 and the md5 of what it was before."""
    found = hashlib.md5(message.picture, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(message.picture).decode(), "md5": found}}


def _has_picture(message: Message) -> bool:
    return 0 < len(message.picture) <= PICTURE_BYTES


def _send(message: Message, target: TargetSettings, access: Access) -> Outcome:
    url = need_secret(target.account or target.name, "url", access.secrets)
    outcome = judged(post(url, text_payload(message)), _SETTINGS)
    if outcome.state != "sent" or not message.picture:
        return outcome
    if not _has_picture(message):
        return sent(_("图片超过 2 MB，没有发"))
    # The words are out: a picture that fails is told, and the words are not sent twice for it.
    drawn = judged(post(url, picture_payload(message)), _SETTINGS)
    return outcome if drawn.state == "sent" else sent(_("图片没有发出：{why}").format(why=drawn.note))


def _show(message: Message, target: TargetSettings, access: Access) -> str:  # noqa: ARG001 - a channel's signature
    shown = [json.dumps(text_payload(message), ensure_ascii=False, indent=1)]
    if _has_picture(message):
        shown.append(_("图片：{size:,} B").format(size=len(message.picture)))
    return "\n".join(shown)


CHANNEL = Channel(_send, _show, PER_MINUTE, lambda message: 1 + _has_picture(message))
