"""What one loan and one client's deposits bring in. Rates are parts of 1.

``loan_profit`` = {balance x [rate x (1 - turnover tax) - costs] - loss} x (1 - income tax)
(m.sjztydg.cn/tiku/shiti/556618.html). ``deposit_contribution`` = daily average x (transfer price - rate paid) -
operating cost (内部转移定价, common practice).

Examples::

    cmkit kpi try loan_profit balance=1000 rate=0.05 costs=0.028 loss=4.5 income_tax=0.25 -> 13.13
    cmkit kpi try deposit_contribution average=500 transfer=0.024 paid=0.015 -> 4.50
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown

NIL = Decimal(0)


def loan_profit(
    balance: Decimal,
    rate: Decimal,
    costs: Decimal,
    loss: Decimal,
    *,
    turnover_tax: Decimal = NIL,
    income_tax: Decimal = NIL,
) -> Decimal:
    """Net profit of a loan after funding and operating ``costs``, expected loss and taxes."""
    return (balance * (rate * (1 - turnover_tax) - costs) - loss) * (1 - income_tax)


def deposit_contribution(average: Decimal, transfer: Decimal, paid: Decimal, cost: Decimal = NIL) -> Decimal:
    """What deposits bring in at the bank's transfer price, less what they cost to keep."""
    return average * (transfer - paid) - cost


def _run_loan(inputs: Inputs) -> Trial:
    balance, rate, costs, loss = (inputs.number(key) for key in ("balance", "rate", "costs", "loss"))
    turnover, income = inputs.number("turnover_tax", NIL), inputs.number("income_tax", NIL)
    value = loan_profit(balance, rate, costs, loss, turnover_tax=turnover, income_tax=income)
    kept = f"{plain(balance)} × [{plain(rate)} × (1 - {plain(turnover)}) - {plain(costs)}] - {plain(loss)}"
    before = loan_profit(balance, rate, costs, loss, turnover_tax=turnover)
    steps = (
        Step(_("税前利润"), kept, shown(before)),
        Step(_("贷款净利润"), f"{shown(before)} × (1 - {plain(income)})", shown(value)),
    )
    return answer(value, steps)


def _run_deposit(inputs: Inputs) -> Trial:
    average, transfer, paid = (inputs.number(key) for key in ("average", "transfer", "paid"))
    cost = inputs.number("cost", NIL)
    value = deposit_contribution(average, transfer, paid, cost)
    formula = f"{plain(average)} × ({plain(transfer)} - {plain(paid)}) - {plain(cost)}"
    return answer(value, (Step(_("存款贡献"), formula, shown(value)),))


RULES = (
    Rule(
        "loan_profit",
        ("balance", "rate", "costs", "loss"),
        _run_loan,
        optional=("turnover_tax", "income_tax"),
        source="m.sjztydg.cn/tiku/shiti/556618.html",
        manual=__doc__,
    ),
    Rule(
        "deposit_contribution",
        ("average", "transfer", "paid"),
        _run_deposit,
        optional=("cost",),
        source="内部资金转移定价（FTP），行业通行做法",
        manual=__doc__,
    ),
)
