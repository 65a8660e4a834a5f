"""Credit shared between co-owners: ``E1003:60、E1005:40`` in a client's 协办客户经理.

Names without a percentage are helpers and share nothing. Where percentages are written, everybody who shares is listed
with one, the owner too, and together they make 100.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

WHOLE = Decimal(100)
MARKS = ":："
_ENTRY = re.compile(r"\s*(?P<who>[^:：]+?)\s*[:：]\s*(?P<share>[^:：]*?)\s*[%％]?\s*")


def shares_of(names: Sequence[str]) -> Mapping[str, Decimal] | None:
    """Owner to percent of those who share; empty where nobody does, None where the list cannot be followed.

    It cannot where an entry has no percentage beside others that have one, a percentage is no number above 0, somebody
    is listed twice, or the percentages do not make 100.
    """
    if not any(mark in name for name in names for mark in MARKS):
        return {}
    found: dict[str, Decimal] = {}
    for name in names:
        entry = _ENTRY.fullmatch(name)
        share = _percent(entry["share"]) if entry else None
        if entry is None or share is None or entry["who"] in found:
            return None
        found[entry["who"]] = share
    return found if sum(found.values()) == WHOLE else None


def _percent(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value <= WHOLE else None
