"""The loan book: balances by class, non-performing ratio, cover, provisions, migration, and what groups owe together.

Sources: ratios soutila.cc/yinhang/204026.html (cover is provisions over non-performing loans, not over all); provisions
关注 2 %, 次级 25 %, 可疑 50 %, 损失 100 %, general at least 1 % of all loans (wandw.cn/qc/2023/0619/391512.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmkit.base.money import percent
from cmkit.facts.records import Loan
from cmkit.risk.class5 import CLASSES, NON_PERFORMING
from cmkit.risk.quality import PROVISION_RATES, special_provision

NIL = Decimal(0)
GENERAL_RATE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Book:
    """Balances by class, in the order of the classes, and what has been set aside."""

    balances: Mapping[str, Decimal]
    counts: Mapping[str, int]
    provisions: Decimal = NIL

    @property
    def total(self) -> Decimal:
        """All loans."""
        return sum(self.balances.values(), NIL)

    @property
    def non_performing(self) -> Decimal:
        """次级, 可疑 and 损失."""
        return sum((self.balances[name] for name in NON_PERFORMING), NIL)

    @property
    def npl_ratio(self) -> Decimal | None:
        """不良贷款率 in percent; None without loans."""
        return percent(self.non_performing, self.total)

    @property
    def coverage(self) -> Decimal | None:
        """拨备覆盖率 in percent; None without non-performing loans."""
        return percent(self.provisions, self.non_performing)

    @property
    def provision_ratio(self) -> Decimal | None:
        """贷款拨备率 in percent; None without loans."""
        return percent(self.provisions, self.total)

    def special(self, rates: Sequence[Decimal] = PROVISION_RATES) -> Decimal:
        """专项准备 that the classes call for."""
        return special_provision([self.balances[name] for name in CLASSES[1:]], rates)

    def general(self, rate: Decimal = GENERAL_RATE) -> Decimal:
        """一般准备 that the whole book calls for."""
        return self.total * rate / 100


def book_of(loans: Iterable[Loan]) -> Book:
    """The book that ``loans`` make; one without a class counts as 正常."""
    balances, counts = dict.fromkeys(CLASSES, NIL), dict.fromkeys(CLASSES, 0)
    provisions = NIL
    for loan in loans:
        name = loan.risk_class if loan.risk_class in balances else CLASSES[0]
        if loan.balance:
            balances[name] += loan.balance
            counts[name] += 1
        provisions += loan.provision or NIL
    return Book(balances, counts, provisions)


@dataclass(frozen=True, slots=True)
class Migration:
    """What became of the loans that stood in one class at the start (迁徙)."""

    start: str
    opening: Decimal
    reductions: Decimal
    moved: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Downward moves / (opening - reductions), in percent; None where nothing was left to move."""
        left = self.opening - self.reductions
        return percent(self.moved, left) if left > 0 else None


def migration(loans: Iterable[Loan], start: str = "关注") -> Migration:
    """How much of the loans in class ``start`` at the opening fell to a worse one; what was paid back is a reduction."""
    opening = reductions = moved = NIL
    for loan in loans:
        if loan.opening_class != start:
            continue
        before, now = loan.opening_balance or NIL, loan.balance or NIL
        opening += before
        reductions += max(before - now, NIL)
        if loan.risk_class in CLASSES and CLASSES.index(loan.risk_class) > CLASSES.index(start):
            moved += min(now, before)
    return Migration(start, opening, reductions, moved)


def exposures(loans: Iterable[Loan]) -> dict[str, Decimal]:
    """What each group owes together, the largest first; loans outside any group are left out."""
    found: dict[str, Decimal] = {}
    for loan in loans:
        if loan.group_name and loan.balance:
            found[loan.group_name] = found.get(loan.group_name, NIL) + loan.balance
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))
