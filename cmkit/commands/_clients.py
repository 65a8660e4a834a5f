"""Which client is meant by a few letters, and the question back where that is not clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cmkit.base.faults import InputFault
from cmkit.base.lang import _
from cmkit.commands._kit import Session

if TYPE_CHECKING:
    from cmkit.facts.records import Client
    from cmkit.reports.desk import Desk

_ASKED = 8
"""So many of several clients are named in a question back."""


def the_client(session: Session, desk: Desk, text: str) -> Client:
    """The client that ``text`` means; where it is a number, no other is looked at.

    Raises InputFault where nobody fits, naming the nearest, or several do, naming some; names are masked.
    """
    from cmkit.clients.find import one
    from cmkit.facts.records import Client

    if (exact := desk.one(Client, text)) is not None:
        return exact
    clients = desk.raw(Client)
    client, fits = one(clients, text)
    if client is not None:
        return client
    if fits:
        raise InputFault(
            _("有 {count} 位客户符合“{text}”，请写编号").format(count=len(fits), text=text),
            hint=_("可能是：{names}").format(names=named(session, fits[:_ASKED])),
        )
    raise InputFault(
        _("没有这位客户：{text}").format(text=text),
        hint=maybe(session, clients, text) or _("用 cmkit clients find 查找"),
    )


def maybe(session: Session, clients: Sequence[Client], text: str) -> str:
    """The question back where nobody fits: the clients that are most like it; "" where none is."""
    from cmkit.clients.find import nearest

    near = nearest(clients, text)
    return _("您要找的可能是：{names}").format(names=named(session, near)) if near else ""


def named(session: Session, clients: Sequence[Client]) -> str:
    """Clients as a message may name them: number and masked name."""
    from cmkit.privacy.masks import mask_fact

    spec = session.pack.tables["clients"]
    return "、".join(f"{one.client_id} {mask_fact(one, spec).name}".strip() for one in clients)
