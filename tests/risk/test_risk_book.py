"""The loan book, its ratios, and what clients are worth: the worked examples of the rules B.5 to B.7."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.lang import speaking
from cmkit.base.money import round_half_up
from cmkit.facts.records import Loan, ProfitFact, WarningSignal
from cmkit.facts.section import Status
from cmkit.risk.book import book_of, exposures, migration
from cmkit.risk.class5 import classify
from cmkit.risk.clients import client_values
from cmkit.risk.profit import deposit_contribution, loan_profit
from cmkit.risk.sections import RiskFacts, risk_sections
from cmkit.risk.value import eva, expected_loss, raroc, score_from_pd

ON = date(2026, 10, 30)


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


def decimals(*values: int | str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


def loan(number: str, balance: int | str, name: str, **more: object) -> Loan:
    return Loan(loan_id=number, balance=Decimal(balance), risk_class=name, **more)  # type: ignore[arg-type]


BOOK = [
    loan("1", 9000, "正常", provision=Decimal(500)),
    loan("2", 600, "关注"),
    loan("3", 200, "次级", provision=Decimal(100)),
    loan("4", 150, "可疑"),
    loan("5", 50, "损失"),
]


def test_the_ratios_of_the_rules() -> None:
    """10,000 of loans, 200 + 150 + 50 of them bad, 600 set aside: 4 %, 150 %, 6 %."""
    book = book_of(BOOK)
    assert (book.total, book.non_performing) == decimals(10_000, 400)
    assert (book.npl_ratio, book.coverage, book.provision_ratio) == decimals(4, 150, 6)


def test_provisions_of_the_rules() -> None:
    """600 x 2 % + 200 x 25 % + 150 x 50 % + 50 x 100 % = 187; 1 % of 10,000 = 100."""
    book = book_of(BOOK)
    assert (book.special(), book.general()) == decimals(187, 100)


def test_a_book_without_loans_has_no_ratios() -> None:
    empty = book_of([])
    assert (empty.npl_ratio, empty.coverage, empty.provision_ratio) == (None, None, None)
    assert book_of([loan("1", 5, "正常")]).coverage is None
    assert book_of([loan("1", 5, "")]).balances["正常"] == 5


def test_migration_of_the_rules() -> None:
    """
    关注 500 at the opening: 100 paid back, 30 fell to 次级, the rest stayed or got better -> 30 / 400 = 7.5 %
    """
    loans = [
        loan("a", 300, "关注", opening_class="关注", opening_balance=Decimal(400)),
        loan("b", 30, "次级", opening_class="关注", opening_balance=Decimal(30)),
        loan("c", 70, "正常", opening_class="关注", opening_balance=Decimal(70)),
        loan("d", 99, "损失", opening_class="正常", opening_balance=Decimal(99)),
    ]
    moved = migration(loans)
    assert (moved.opening, moved.reductions, moved.moved, moved.rate) == decimals(500, 100, 30, "7.5")
    assert migration([]).rate is None


def test_groups_owe_together_the_largest_first() -> None:
    loans = [loan("a", 5, "正常", group_name="海川"), loan("b", 7, "正常", group_name="东升")]
    loans += [loan("c", 3, "正常", group_name="海川"), loan("d", 99, "正常")]
    assert list(exposures(loans).items()) == [("海川", Decimal(8)), ("东升", Decimal(7))]


@pytest.mark.parametrize(
    ("days", "name", "card"),
    [
        (0, "正常", "正常"),
        (1, "关注", "关注"),
        (90, "关注", "关注"),
        (91, "次级", "次级"),
        (121, "次级", "可疑"),
        (181, "次级", "损失"),
        (270, "次级", "损失"),
        (271, "可疑", "损失"),
        (360, "可疑", "损失"),
        (361, "损失", "损失"),
    ],
)
def test_the_ladders(days: int, name: str, card: str) -> None:
    assert classify(days) == name
    assert classify(days, "class5_credit_card") == card


def test_expected_loss_raroc_eva_and_score() -> None:
    assert expected_loss(Decimal("0.10"), Decimal("0.50"), Decimal(20)) == 1
    assert expected_loss(Decimal("0.01"), Decimal("0.70"), Decimal(100)) == Decimal("0.70")
    assert round_half_up(raroc(Decimal(1000), Decimal(200), Decimal(100), Decimal(16000))) == Decimal("4.38")
    assert eva(Decimal("13.125"), Decimal(80), Decimal("0.12")) == Decimal("3.525")
    assert round_half_up(score_from_pd(Decimal("0.01"))) == Decimal("619.71")
    assert round_half_up(score_from_pd(Decimal("0.05"), Decimal(650), Decimal(20))) == Decimal("648.52")


def test_a_loans_profit_and_a_deposits_contribution() -> None:
    """1,000 x (5 % - 2.2 % - 0.6 %) - 1,000 x 1 % x 45 % = 17.5, x 0.75 = 13.125; 500 x (2.4 % - 1.5 %) = 4.5."""
    loss = expected_loss(Decimal("0.01"), Decimal("0.45"), Decimal(1000))
    found = loan_profit(Decimal(1000), Decimal("0.05"), Decimal("0.028"), loss, income_tax=Decimal("0.25"))
    assert found == Decimal("13.125")
    assert deposit_contribution(Decimal(500), Decimal("0.024"), Decimal("0.015")) == Decimal("4.5")


def profit(client: str, period: str = "2026", **amounts: str) -> ProfitFact:
    return ProfitFact(client_id=client, period=period, **{key: Decimal(text) for key, text in amounts.items()})  # type: ignore[arg-type]


def test_a_clients_value_is_the_worked_loan() -> None:
    """Income 50, funding 22, operating 6, EL 4.5, tax 4.375: 13.125; / 80 = 16.41 %; - 80 x 12 % = 3.525."""
    one = profit(
        "C1",
        income="50",
        funding_cost="22",
        operating_cost="6",
        tax="4.375",
        ead="1000",
        pd="1",
        lgd="45",
        capital="80",
        hurdle="12",
    )
    (value,) = client_values([one])
    assert (value.loss, value.profit, value.eva) == (Decimal("4.5"), Decimal("13.125"), Decimal("3.525"))
    assert value.raroc is not None
    assert round_half_up(value.raroc) == Decimal("16.41")


def test_clients_are_ranked_by_eva_and_periods_add() -> None:
    found = client_values(
        [profit("A", income="5"), profit("B", "2026-09", income="4"), profit("B", income="3", capital="9")]
    )
    assert [(one.client_id, one.profit, one.capital) for one in found] == [
        ("B", *decimals(7, 9)),
        ("A", *decimals(5, 0)),
    ]
    assert found[1].raroc is None


def test_the_sections() -> None:
    """Yuan in, 万元 out; late warnings count; nothing is told where there is nothing."""
    loans = [loan("1", 9_000_000, "正常", group_name="海川"), loan("2", 1_000_000, "次级", provision=Decimal(300_000))]
    signals = [
        WarningSignal(
            date=date(2026, 10, 1), client_id="C1", code="F", signal="停产", level="红", due=date(2026, 10, 9)
        ),
        WarningSignal(date=date(2026, 10, 1), client_id="C1", code="G", level="黄", closed_on=date(2026, 10, 9)),
    ]
    facts = RiskFacts(on=ON, loans=loans, signals=signals, profits=[profit("C1", income="50000")], names={"C1": "华源"})
    sections = risk_sections(facts)
    assert [section.id for section in sections] == ["risk_book", "risk_groups", "risk_signals", "risk_value"]
    for section in sections:
        assert all(len(row) == len(section.columns) for row in section.rows)
    book = sections[0]
    assert book.rows[2] == ("次级", 1, Decimal("100.00"), Decimal("10.00"), Decimal("25.00"))
    assert book.total[2:] == (Decimal("1000.00"), Decimal("100.00"), Decimal("25.00"))
    assert [figure.value for figure in book.figures] == [Decimal("10.00"), Decimal("30.00"), Decimal("3.00"), "—"]
    assert sections[1].rows == (("海川", Decimal("900.00"), Decimal("90.00")),)
    assert [figure.value for figure in sections[2].figures] == [1, 0, 0, 1]
    assert sections[2].rows[0][:3] == (Status("bad", "红"), "华源", "停产")
    assert sections[3].rows[0][:2] == ("华源", Decimal("5.00"))
    assert risk_sections(RiskFacts(on=ON)) == []
