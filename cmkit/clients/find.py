"""Finding a client by what people remember: a number, the name or part of it, its initials, a phone's or ID's end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from cmkit.base.text import fold_label
from cmkit.clients.initials import name_initials
from cmkit.facts.records import Client

PHONE_END = 4
"""So many digits of a phone's end are enough; of an ID number's, too."""
_INITIALS = 2
_NEAR = 50
"""The least likeness, in percent, of a name that may have been meant."""


class Match(IntEnum):
    """How a client was found, the surest first."""

    NUMBER = 1
    NAME = 2
    PHONE = 3
    ID_NO = 4
    START = 5
    PART = 6
    INITIALS = 7
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
    if _id_ends(client.id_no, needle):
        return Match.ID_NO
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


def _id_ends(id_no: str, needle: str) -> bool:
    """Whether an ID number or credit code is ``needle`` or ends with it (the last place may be an X)."""
    digits = needle[:-1].isdigit() if needle[-1:] == "x" else needle.isdigit()
    whole = fold_label(id_no)
    return bool(whole) and (needle == whole or (digits and len(needle) >= PHONE_END and whole.endswith(needle)))


def nearest(clients: Iterable[Client], text: str, limit: int = 5) -> list[Client]:
    """The clients whose name or number is most like ``text``, for a question back where nobody fits it."""
    from rapidfuzz import fuzz, process

    needle = fold_label(text)
    known = list(clients)
    words = [fold_label(word) for client in known for word in (client.name, client.client_id)]
    found = process.extract(needle, words, scorer=fuzz.ratio, limit=2 * limit, score_cutoff=_NEAR) if needle else []
    order = dict.fromkeys(place // 2 for _word, _score, place in found)
    return [known[place] for place in order][:limit]
