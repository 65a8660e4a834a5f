"""What each client is worth once risk is paid for: expected loss, net profit, RAROC and EVA (B.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmkit.facts.records import ProfitFact
from cmkit.risk.value import expected_loss, raroc

NIL = Decimal(0)
HUNDRED = Decimal(100)
TENTHS = 10


@dataclass(frozen=True, slots=True)
class ClientValue:
    """A client's income and costs over some periods, in yuan. RAROC is None without economic capital."""

    client_id: str
    income: Decimal = NIL
    costs: Decimal = NIL
    tax: Decimal = NIL
    loss: Decimal = NIL
    capital: Decimal = NIL
    charge: Decimal = NIL
    """What the capital has to earn."""

    @property
    def profit(self) -> Decimal:
        """Income less costs, expected loss and tax."""
        return self.income - self.costs - self.loss - self.tax

    @property
    def raroc(self) -> Decimal | None:
        """Return on economic capital in percent."""
        return raroc(self.income, self.costs + self.tax, self.loss, self.capital) if self.capital else None

    @property
    def eva(self) -> Decimal:
        """Net profit less the charge for the capital."""
        return self.profit - self.charge

    def plus(self, other: ClientValue) -> ClientValue:
        """Two periods of one client. Capital is what stands behind the client: the larger of the two."""
        return ClientValue(
            self.client_id,
            self.income + other.income,
            self.costs + other.costs,
            self.tax + other.tax,
            self.loss + other.loss,
            max(self.capital, other.capital),
            self.charge + other.charge,
        )


def value_of(fact: ProfitFact) -> ClientValue:
    """One record; ``pd``, ``lgd`` and ``hurdle`` are percent."""
    pd, lgd = (fact.pd or NIL) / HUNDRED, (fact.lgd or NIL) / HUNDRED
    capital, hurdle = fact.capital or NIL, (fact.hurdle or NIL) / HUNDRED
    return ClientValue(
        fact.client_id,
        fact.income or NIL,
        (fact.funding_cost or NIL) + (fact.operating_cost or NIL),
        fact.tax or NIL,
        expected_loss(pd, lgd, fact.ead or NIL),
        capital,
        capital * hurdle,
    )


def client_values(facts: Iterable[ProfitFact]) -> list[ClientValue]:
    """Each client's value, the highest EVA first."""
    found: dict[str, ClientValue] = {}
    for fact in facts:
        one = value_of(fact)
        found[fact.client_id] = found[fact.client_id].plus(one) if fact.client_id in found else one
    return sorted(found.values(), key=lambda one: (-one.eva, one.client_id))


def deciles(values: Sequence[ClientValue]) -> list[list[ClientValue]]:
    """The clients in ten groups of the same size by net profit, the most profitable first; the last takes the rest."""
    ordered = sorted(values, key=lambda one: (-one.profit, one.client_id))
    size = max(1, -(-len(ordered) // TENTHS))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]
