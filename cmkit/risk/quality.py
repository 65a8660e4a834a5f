"""The quality of a loan book: non-performing ratio, provision coverage, special provision, migration of 关注 loans.

``npl_ratio`` = (次级 + 可疑 + 损失) / all loans, ``coverage`` = provisions / non-performing, ``migration`` = downward moves /
(opening - reductions) (soutila.cc/yinhang/204026.html). ``special_provision``: 关注 2 %, 次级 25 %, 可疑 50 %, 损失 100 %
(wandw.cn/qc/2023/0619/391512.html); other rates with ``rates=``.

Examples::

    cmkit kpi try npl_ratio loans=10000 balances=200,150,50 -> 4.00
    cmkit kpi try coverage provisions=600 npl=400 -> 150.00
    cmkit kpi try special_provision balances=600,200,150,50 -> 187.00
    cmkit kpi try migration opening=500 reductions=100 moved=30 -> 7.50
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown

PROVISION_RATES = (Decimal(2), Decimal(25), Decimal(50), Decimal(100))
_SOURCE = "soutila.cc/yinhang/204026.html"


def special_provision(balances: Sequence[Decimal], rates: Sequence[Decimal] = PROVISION_RATES) -> Decimal:
    """What has to be set aside for 关注, 次级, 可疑 and 损失 balances."""
    return sum((balance * rate / 100 for balance, rate in zip(balances, rates, strict=True)), Decimal(0))


def _list(inputs: Inputs, key: str, length: int, default: Sequence[Decimal] = ()) -> tuple[Decimal, ...]:
    if default and not inputs.has(key):
        return tuple(default)
    values = tuple(value or Decimal(0) for value in inputs.numbers(key))
    if len(values) != length:
        raise UsageFault(_("{key} 要写 {length} 个数").format(key=key, length=length))
    return values


def _share(what: str, top: Decimal, bottom: Decimal, formula: str) -> Trial:
    if bottom <= 0:
        raise UsageFault(_("分母必须大于 0"))
    value = top * 100 / bottom
    return answer(value, (Step(what, formula, shown(value)),))


def _run_npl(inputs: Inputs) -> Trial:
    balances, loans = _list(inputs, "balances", 3), inputs.number("loans")
    bad = sum(balances, Decimal(0))
    return _share(_("不良贷款率%"), bad, loans, f"({' + '.join(map(plain, balances))}) ÷ {plain(loans)} × 100")


def _run_coverage(inputs: Inputs) -> Trial:
    provisions, npl = inputs.number("provisions"), inputs.number("npl")
    return _share(_("拨备覆盖率%"), provisions, npl, f"{plain(provisions)} ÷ {plain(npl)} × 100")


def _run_provision(inputs: Inputs) -> Trial:
    balances = _list(inputs, "balances", 4)
    rates = _list(inputs, "rates", 4, PROVISION_RATES)
    value = special_provision(balances, rates)
    formula = " + ".join(f"{plain(b)} × {plain(r)}%" for b, r in zip(balances, rates, strict=True))
    return answer(value, (Step(_("专项准备"), formula, shown(value)),))


def _run_migration(inputs: Inputs) -> Trial:
    opening, reductions, moved = (inputs.number(key) for key in ("opening", "reductions", "moved"))
    formula = f"{plain(moved)} ÷ ({plain(opening)} - {plain(reductions)}) × 100"
    return _share(_("关注类迁徙率%"), moved, opening - reductions, formula)


RULES = (
    Rule("npl_ratio", ("loans", "balances"), _run_npl, source=_SOURCE, manual=__doc__),
    Rule("coverage", ("provisions", "npl"), _run_coverage, source=_SOURCE, manual=__doc__),
    Rule(
        "special_provision",
        ("balances",),
        _run_provision,
        optional=("rates",),
        source="wandw.cn/qc/2023/0619/391512.html",
        manual=__doc__,
    ),
    Rule("migration", ("opening", "reductions", "moved"), _run_migration, source=_SOURCE, manual=__doc__),
)
