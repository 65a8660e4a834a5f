"""One POST of JSON to a robot: HTTPS, no redirect, a limit on time; the address is a secret and is never told."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from cmkit.base.lang import _
from cmkit.delivery.message import Outcome, failed, sent, uncertain
from cmkit.delivery.secrets import Secret, scrub

TIMEOUT = 15
_MOST = 65_536
_SERVER_ERROR = 500
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the robot's server answered in JSON."""

    body: Mapping[str, Any]

    def code(self, *names: str) -> int | None:
        """The first of the named codes that is there."""
        found = next((self.body[name] for name in names if name in self.body), None)
        return int(found) if isinstance(found, int | str) and str(found).lstrip("-").isdigit() else None

    def words(self, *names: str) -> str:
        """The first of the named texts that is there, short."""
        return str(next((self.body[name] for name in names if self.body.get(name)), ""))[:200]


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the address's token elsewhere."""

    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        """No."""


def post(url: Secret, payload: Mapping[str, Any], *others: Secret) -> Answer | Outcome:
    """The answer, or what became of the attempt. ``others`` are secrets that an answer might repeat."""
    place = urlsplit(url.value)
    host = place.hostname or ""
    if place.scheme != "https" and not (place.scheme == "http" and host in LOOPBACK):
        return failed(_("机器人的地址要以 https:// 开头"), settings=True)
    data = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    kind = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(url.value, data=data, headers=kind, method="POST")  # noqa: S310 - the scheme is checked above
    try:
        with _opener(host).open(request, timeout=TIMEOUT) as response:
            raw = response.read(_MOST)
    except urllib.error.HTTPError as error:
        return _refused(error, host)
    except (OSError, http.client.HTTPException) as error:
        return _lost(error, host, url, *others)
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return uncertain(_("{host} 的回答看不懂").format(host=host))
    return Answer(json.loads(scrub(json.dumps(body, ensure_ascii=False), url, *others)))


def judged(
    answer: Answer | Outcome,
    settings: Collection[int],
    *,
    codes: Sequence[str] = ("errcode",),
    words: Sequence[str] = ("errmsg",),
) -> Outcome:
    """What the robot's own code means: 0 is taken, one of ``settings`` is nothing that a retry heals."""
    if isinstance(answer, Outcome):
        return answer
    code = answer.code(*codes)
    if code == 0:
        return sent()
    note = _("机器人没有收下：{code} {text}").format(code=code, text=answer.words(*words))
    return failed(note, settings=code in settings)


def _opener(host: str) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    proxies = [urllib.request.ProxyHandler({})] if host in LOOPBACK else []
    return urllib.request.build_opener(_Stay, urllib.request.HTTPSHandler(context=context), *proxies)


def _refused(error: urllib.error.HTTPError, host: str) -> Outcome:
    note = _("{host} 回答 HTTP {code}").format(host=host, code=error.code)
    # A server's own error may come after the message was taken; a refusal comes before.
    return uncertain(note) if error.code >= _SERVER_ERROR else failed(note, settings=error.code != 429)  # noqa: PLR2004


def _lost(error: Exception, host: str, *secrets: Secret) -> Outcome:
    reason = getattr(error, "reason", error)
    told = scrub(str(getattr(reason, "strerror", "") or reason or type(error).__name__), *secrets)[:160]
    # urllib wraps what goes wrong before the request is out; what comes bare went wrong waiting for the answer.
    if isinstance(error, urllib.error.URLError):
        return failed(_("连不上 {host}：{why}").format(host=host, why=told), settings=isinstance(reason, ssl.SSLError))
    return uncertain(_("{host} 没有回答：{why}").format(host=host, why=told))
