"""A quotient in percent, shown with its numbers: the body of the many indicators that are one number over another."""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.money import plain
from cmkit.facts.trial import Step, Trial, answer, shown

HUNDRED = Decimal(100)


def percent(what: str, top: Decimal, bottom: Decimal) -> Trial:
    """``top / bottom`` in percent."""
    value = top * HUNDRED / bottom
    return answer(value, (Step(what, f"{plain(top)} ÷ {plain(bottom)} × 100", shown(value)),))


def quotient(what: str, top: Decimal, bottom: Decimal) -> Trial:
    """``top / bottom`` as it is."""
    value = top / bottom
    return answer(value, (Step(what, f"{plain(top)} ÷ {plain(bottom)}", shown(value)),))
