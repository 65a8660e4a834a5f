"""The lending sections: migration, loans due, the ladder of days, collateral, expected loss, recoveries, tenths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.lang import speaking
from cmkit.facts.records import Loan, ProfitFact
from cmkit.facts.section import Section, Status
from cmkit.risk.clients import client_values, deciles
from cmkit.risk.lending import (
    collateral_section,
    decile_section,
    disposal_section,
    due_section,
    lending_sections,
    loss_section,
    migration_section,
    overdue_section,
)
from cmkit.risk.sections import RiskFacts

ON = date(2026, 10, 30)


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


def loan(number: str, balance: int, name: str, **more: object) -> Loan:
    return Loan(loan_id=number, client_id=f"C{number}", balance=Decimal(balance), risk_class=name, **more)  # type: ignore[arg-type]


def facts(*loans: Loan, **more: object) -> RiskFacts:
    return RiskFacts(on=ON, loans=loans, money_unit="元", **more)  # type: ignore[arg-type]


def row(section: Section, first: str) -> tuple[object, ...]:
    return next(one for one in section.rows if one[0] == first)


def test_migration_goes_from_opening_class_to_present_class() -> None:
    """
    opening 关注 500 -> 正常 70, 次级 30, the rest (400) stayed at 300 and 100 was paid back: 30 / (500 - 100) = 7.5 %
    """
    section = migration_section(
        facts(
            loan("a", 300, "关注", opening_class="关注", opening_balance=Decimal(400)),
            loan("b", 30, "次级", opening_class="关注", opening_balance=Decimal(30)),
            loan("c", 70, "正常", opening_class="关注", opening_balance=Decimal(70)),
            loan("d", 55, "正常"),
        )
    )
    numbers = [Decimal(str(cell)) for cell in row(section, "关注")[1:]]
    assert numbers == [Decimal(text) for text in ("500", "70", "300", "30", "0", "0", "100", "7.5")]
    assert "新放 1 笔" in section.notes[1]
    [chart] = section.charts
    assert chart.kind == "migration"
    assert chart.labels == ("正常", "关注", "次级", "可疑", "损失")
    watch = next(series for series in chart.series if series.name == "关注")
    assert watch.values == tuple(map(Decimal, (70, 300, 30, 0, 0)))
    assert sum(value or 0 for series in chart.series for value in series.values) == 400, "the new loan is no move"


def test_no_matrix_is_drawn_where_all_was_paid_back() -> None:
    section = migration_section(facts(loan("a", 0, "正常", opening_class="正常", opening_balance=Decimal(9))))
    assert section.rows
    assert section.charts == ()


def test_loans_due_and_past_their_day() -> None:
    """Due on 20 October (10 days late), on 15 November (16 days left), in February (not yet)."""
    section = due_section(
        facts(
            loan("late", 100, "关注", due=date(2026, 10, 20), owner_id="G1"),
            loan("soon", 200, "正常", due=date(2026, 11, 15)),
            loan("far", 400, "正常", due=date(2027, 2, 1)),
            loan("paid", 0, "正常", due=date(2026, 10, 1)),
            managers={"G1": "甲乙"},
        )
    )
    assert [one[0] for one in section.rows] == ["late", "soon"]
    assert section.rows[0][2] == "甲乙"
    assert section.rows[0][-1] == Status("bad", "逾期 10 天")
    assert section.rows[1][-1] == Status("warn", "还有 16 天")
    assert [figure.value for figure in section.figures] == [Decimal(200), Decimal(100)]


def test_the_ladder_says_what_is_classed_too_well() -> None:
    """91 days overdue and held as 关注: the ladder asks for 次级. 100 of 1,000 overdue: 10 %."""
    section = overdue_section(
        facts(loan("a", 900, "正常"), loan("b", 40, "关注", overdue_days=91), loan("c", 60, "关注", overdue_days=30))
    )
    assert row(section, "91-180 天")[1:] == (1, Decimal(40), "次级", 1)
    assert row(section, "1-30 天")[1:] == (1, Decimal(60), "关注", 0)
    assert section.figures[0].value == Decimal(10)
    assert section.figures[1].value is None


def test_collateral_by_kind_and_what_is_lent_on_it() -> None:
    """抵押 600 on a value of 1,000 = 60 %; 信用 400 on nothing; one appraisal ends on 15 November."""
    section = collateral_section(
        facts(
            loan(
                "a",
                600,
                "正常",
                guarantee="抵押",
                more={"collateral_value": Decimal(1000), "collateral_to": date(2026, 11, 15)},
            ),
            loan("b", 400, "正常", guarantee="信用"),
        )
    )
    assert row(section, "抵押")[1:] == (1, Decimal(600), Decimal(60), Decimal(1000), Decimal(60), 1)
    assert row(section, "信用")[4:6] == ("—", "—")
    assert "a Ca" in section.notes[0]


def test_expected_loss_by_class() -> None:
    """2 % x 45 % x 1,000 = 9 against 10 set aside; 50 % x 60 % x 100 = 30 against 20: 9 short in all."""
    section = loss_section(
        facts(
            loan("a", 1000, "正常", pd=Decimal(2), lgd=Decimal(45), provision=Decimal(10)),
            loan("b", 100, "可疑", pd=Decimal(50), lgd=Decimal(60), provision=Decimal(20)),
        )
    )
    assert row(section, "正常")[3:] == (Decimal(9), Decimal("0.9"), Decimal(10), Decimal(1))
    assert row(section, "可疑")[3] == Decimal(30)
    assert section.total[3:] == (Decimal(39), None, Decimal(30), Decimal(-9))


def test_recoveries_by_method() -> None:
    """500 settled in cash with 400 back: 80 %."""
    section = disposal_section(
        facts(
            loan(
                "a", 100, "可疑", opening_balance=Decimal(500), more={"disposal": "现金清收", "recovered": Decimal(400)}
            ),
            loan("b", 50, "次级"),
        )
    )
    assert section.rows == (("现金清收", 1, Decimal(500), Decimal(400), Decimal(80)),)


def test_tenths_by_profit() -> None:
    """Twelve clients earning 12, 11 … 1: two a group, six groups; the first two earn 23 of 78."""
    profits = [ProfitFact(client_id=f"C{n:02d}", period="2026", income=Decimal(n)) for n in range(1, 13)]
    assert [len(group) for group in deciles(client_values(profits))] == [2] * 6
    section = decile_section(RiskFacts(on=ON, profits=profits, money_unit="元"))
    assert section.rows[0][1:4] == (2, Decimal(23), Decimal("29.49"))
    assert section.rows[-1][4] == Decimal(100)


def test_nothing_is_said_of_no_loans() -> None:
    assert lending_sections(facts()) == []
    assert lending_sections(facts(loan("a", 0, "正常"))) == []
