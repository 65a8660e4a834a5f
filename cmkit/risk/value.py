"""What a loan or a customer is worth once risk is paid for: expected loss, RAROC, EVA, and a score from a default rate.

``expected_loss`` = PD x LGD x EAD (ssata.cn/q/YNxbrW.html). ``raroc`` = (income - expense - EL) / economic capital, in
percent (quannengxing.com.cn/question/view/htwcrbdkttvpt4i5). ``eva`` = net profit - capital x hurdle
(m.sjztydg.cn/tiku/shiti/556618.html). ``score_from_pd`` = offset + factor x ln((1 - PD) / PD) with factor = PDO / ln 2
and offset = base - factor x ln(odds) (rdrr.io/cran/PDtoolkit/man/scaled.score.html).

Examples::

    cmkit kpi try expected_loss pd=0.10 lgd=0.50 ead=20 -> 1.00
    cmkit kpi try raroc income=1000 expense=200 el=100 capital=16000 -> 4.38
    cmkit kpi try eva profit=13.125 capital=80 hurdle=0.12 -> 3.53
    cmkit kpi try score_from_pd pd=0.05 base=600 odds=50 pdo=20 -> 572.08
"""

from __future__ import annotations

from decimal import Decimal

from cmkit.base.faults import UsageFault
from cmkit.base.inputs import Inputs
from cmkit.base.lang import _
from cmkit.base.money import plain
from cmkit.facts.trial import Rule, Step, Trial, answer, shown

BASE, ODDS, PDO = Decimal(600), Decimal(50), Decimal(20)


def expected_loss(pd: Decimal, lgd: Decimal, ead: Decimal) -> Decimal:
    """Probability of default x loss given default x exposure."""
    return pd * lgd * ead


def raroc(income: Decimal, expense: Decimal, loss: Decimal, capital: Decimal) -> Decimal:
    """Return on economic capital after expected loss, in percent."""
    return (income - expense - loss) * 100 / capital


def eva(profit: Decimal, capital: Decimal, hurdle: Decimal) -> Decimal:
    """Net profit less what the capital has to earn."""
    return profit - capital * hurdle


def score_from_pd(pd: Decimal, base: Decimal = BASE, odds: Decimal = ODDS, pdo: Decimal = PDO) -> Decimal:
    """The score that halves the odds of default with every ``pdo`` points; ``base`` stands for odds good to bad."""
    factor = pdo / Decimal(2).ln()
    return base - factor * odds.ln() + factor * ((1 - pd) / pd).ln()


def _probability(inputs: Inputs, key: str, *, open_ends: bool = False) -> Decimal:
    value = inputs.number(key)
    if not 0 <= value <= 1 or (open_ends and value in (0, 1)):
        raise UsageFault(_("{key} 要在 0 与 1 之间").format(key=key))
    return value


def _run_loss(inputs: Inputs) -> Trial:
    pd, lgd, ead = _probability(inputs, "pd"), _probability(inputs, "lgd"), inputs.number("ead")
    value = expected_loss(pd, lgd, ead)
    return answer(value, (Step(_("预期损失"), f"{plain(pd)} × {plain(lgd)} × {plain(ead)}", shown(value)),))


def _run_raroc(inputs: Inputs) -> Trial:
    income, expense, loss = (inputs.number(key) for key in ("income", "expense", "el"))
    capital = inputs.positive("capital")
    value = raroc(income, expense, loss, capital)
    formula = f"({plain(income)} - {plain(expense)} - {plain(loss)}) ÷ {plain(capital)} × 100"
    return answer(value, (Step("RAROC%", formula, shown(value)),))


def _run_eva(inputs: Inputs) -> Trial:
    profit, capital, hurdle = (inputs.number(key) for key in ("profit", "capital", "hurdle"))
    value = eva(profit, capital, hurdle)
    return answer(value, (Step("EVA", f"{plain(profit)} - {plain(capital)} × {plain(hurdle)}", shown(value)),))


def _run_score(inputs: Inputs) -> Trial:
    pd = _probability(inputs, "pd", open_ends=True)
    base, odds, pdo = inputs.number("base", BASE), inputs.positive("odds", ODDS), inputs.positive("pdo", PDO)
    factor = pdo / Decimal(2).ln()
    offset = base - factor * odds.ln()
    value = score_from_pd(pd, base, odds, pdo)
    steps = (
        Step(_("因子"), f"{plain(pdo)} ÷ ln 2", shown(factor, 4)),
        Step(_("偏移"), f"{plain(base)} - {shown(factor, 4)} × ln {plain(odds)}", shown(offset, 4)),
        Step(
            _("评分"),
            f"{shown(offset, 4)} + {shown(factor, 4)} × ln((1 - {plain(pd)}) ÷ {plain(pd)})",
            shown(value),
        ),
    )
    return answer(value, steps)


RULES = (
    Rule("expected_loss", ("pd", "lgd", "ead"), _run_loss, source="ssata.cn/q/YNxbrW.html", manual=__doc__),
    Rule(
        "raroc",
        ("income", "expense", "el", "capital"),
        _run_raroc,
        source="quannengxing.com.cn/question/view/htwcrbdkttvpt4i5",
        manual=__doc__,
    ),
    Rule(
        "eva", ("profit", "capital", "hurdle"), _run_eva, source="m.sjztydg.cn/tiku/shiti/556618.html", manual=__doc__
    ),
    Rule(
        "score_from_pd",
        ("pd",),
        _run_score,
        optional=("base", "odds", "pdo"),
        source="rdrr.io/cran/PDtoolkit/man/scaled.score.html",
        manual=__doc__,
    ),
)
