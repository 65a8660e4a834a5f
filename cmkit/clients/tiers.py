"""Tiers by balance: what a client's tier should be, who stands in another one, and who moved up or down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cmkit.facts.records import Client
from cmkit.facts.specs import TierSpec

Tiers = Mapping[str, TierSpec]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A client whose written tier is not the one its balance asks for."""

    client_id: str
    written: str
    computed: str
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """A client whose tier changed between two dates; blank is outside every tier."""

    client_id: str
    before: str
    after: str
    balance_before: Decimal | None
    balance_after: Decimal | None
    up: bool


def computed_tier(balance: Decimal | None, tiers: Tiers) -> str:
    """The tier with the highest lower bound that ``balance`` (yuan) reaches; "" where none does.

    A bound belongs to the tier above it: with 财富 from 500,000, a balance of 500,000 is 财富.
    """
    if balance is None:
        return ""
    reached = [(tier.lower, name) for name, tier in tiers.items() if tier.lower is not None and tier.lower <= balance]
    return max(reached)[1] if reached else ""


def with_tiers(clients: Iterable[Client], balance_column: str, tier_column: str, tiers: Tiers) -> list[Client]:
    """The clients, those without a written tier in the one that their balance reaches; a written tier stays."""
    if not balance_column or not any(tier.lower is not None for tier in tiers.values()):
        return list(clients)
    return [
        client if client.get(tier_column) else _placed(client, tier_column, client.get(balance_column), tiers)
        for client in clients
    ]


def _placed(client: Client, column: str, balance: Any, tiers: Tiers) -> Client:
    tier = computed_tier(_decimal(balance), tiers)
    if not tier:
        return client
    if column == "tier":
        return client.changed(tier=tier)
    return client.changed(more={**client.more, column: tier})


def mismatches(clients: Iterable[Client], balance_column: str, tier_column: str, tiers: Tiers) -> list[Mismatch]:
    """Clients with a balance whose written tier differs from the computed one, in the order of the file."""
    found = []
    for client in clients:
        balance = _decimal(client.get(balance_column))
        computed = computed_tier(balance, tiers)
        written = str(client.get(tier_column) or "")
        if balance is not None and computed and computed != written:
            found.append(Mismatch(client.client_id, written, computed, balance))
    return found


def movement(before: Mapping[str, Decimal], after: Mapping[str, Decimal], tiers: Tiers) -> list[Move]:
    """Clients whose computed tier changed between two dates, upward moves first, by the new balance.

    ``before`` and ``after`` map client to balance at the two dates; a client in only one of them is new or lost and is
    told by the client counts, not here.
    """
    found = []
    for client in sorted(before.keys() & after.keys()):
        old, new = computed_tier(before[client], tiers), computed_tier(after[client], tiers)
        if old != new:
            up = after[client] > before[client]
            found.append(Move(client, old, new, before[client], after[client], up))
    return sorted(found, key=lambda move: (not move.up, -(move.balance_after or Decimal(0)), move.client_id))


def _decimal(value: Any) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
