"""The SLA table by sector: what K6 of a pack says is what its reports reckon with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmkit.base.faults import ConfigFault
from cmkit.base.workdays import WorkCalendar
from cmkit.checks.options import Option, read_options
from cmkit.facts.records import Complaint
from cmkit.facts.specs import CheckSpec
from cmkit.packs import load_pack
from cmkit.reports.rules import numbers_of, options_of, sla_of


@pytest.mark.parametrize(
    ("pack", "simple", "difficult"),
    [
        ("bank_retail", date(2026, 11, 17), date(2026, 12, 2)),
        ("telecom", date(2026, 11, 17), date(2026, 11, 17)),
        ("key_account", date(2026, 11, 9), date(2026, 11, 17)),
        ("venue", date(2026, 11, 5), date(2026, 11, 9)),
    ],
)
def test_deadlines_of_a_complaint_of_2_november(pack: str, simple: date, difficult: date) -> None:
    """15 and 30 days at a bank (2020 rules), 15 for any at an operator, 7 and 15 at a firm, 3 and 7 at a venue."""
    sla = sla_of(load_pack(pack))
    dues = [
        sla.due(Complaint(complaint_id="T", received_on=date(2026, 11, 2), level=level), WorkCalendar())
        for level in ("一般", "复杂")
    ]
    assert dues == [simple, difficult]


def test_weights_of_a_survey_are_read_from_the_pack() -> None:
    weights = numbers_of(options_of(load_pack("key_account"), "K18"), "weights")
    assert weights == {"质量": Decimal(50), "交付": Decimal(30), "价格": Decimal(20)}


def test_a_weight_without_a_number_is_a_fault_of_the_pack() -> None:
    spec = CheckSpec(options={"weights": "质量、交付:30"})
    with pytest.raises(ConfigFault, match="质量"):
        numbers_of(read_options("K18", {"weights": Option("words", "")}, spec), "weights")
