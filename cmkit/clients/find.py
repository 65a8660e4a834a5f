"""Finding a client by what people remember: the number, the name or a part of it, its initials, the phone's end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from cmkit.base.text import fold_label
from cmkit.clients.initials import name_initials
from cmkit.facts.records import Client

PHONE_END = 4
"""So many digits of a phone's end are enough."""
_INITIALS = 2


class Match(IntEnum):
    """How a client was found, the surest first."""

    NUMBER = 1
    NAME = 2
    PHONE = 3
    START = 4
    PART = 5
    INITIALS = 6
    NONE = 9


def find(clients: Iterable[Client], text: str, limit: int = 0) -> list[Client]:
    """The clients that ``text`` may mean, the surest match first; ``limit`` 0 gives all."""
    needle = fold_label(text)
    if not needle:
        return []
    ranked = [(how, client.client_id, client) for client in clients if (how := match(client, needle)) is not Match.NONE]
    ranked.sort(key=lambda item: item[:2])
    found = [client for _how, _id, client in ranked]
    return found[:limit] if limit else found


def one(clients: Iterable[Client], text: str) -> tuple[Client | None, list[Client]]:
    """The one client that ``text`` means (None where it is unclear), and all that it may mean."""
    found = find(clients, text)
    needle = fold_label(text)
    for sure in (Match.NUMBER, Match.NAME):
        exact = [client for client in found if match(client, needle) is sure]
        if len(exact) == 1:
            return exact[0], found
        if exact:
            return None, exact
    return (found[0] if len(found) == 1 else None), found


def match(client: Client, needle: str) -> Match:
    """How well ``needle`` (folded) fits the client."""
    name = fold_label(client.name)
    if needle == fold_label(client.client_id):
        return Match.NUMBER
    if needle == name:
        return Match.NAME
    if _phone_ends(client.phone, needle):
        return Match.PHONE
    if name.startswith(needle):
        return Match.START
    if needle in name or needle in fold_label(client.contact_name) or needle in fold_label(client.client_id):
        return Match.PART
    letters = needle.isascii() and needle.isalpha() and len(needle) >= _INITIALS
    if letters and any(needle in word for word in name_initials(client.name)):
        return Match.INITIALS
    return Match.NONE


def _phone_ends(phone: str, needle: str) -> bool:
    if len(needle) < PHONE_END or not needle.isdigit():
        return False
    return any(re.sub(r"\D", "", part).endswith(needle) for part in re.split(r"[/、,，;；]", phone))
