from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.checks.formats import fault_of, identity_fault, phone_fault, uscc_fault
from cmkit.facts.kinds import Kind

ON = date(2026, 10, 30)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def card(born: date, serial: int) -> str:
    """A number as GB 11643-1999 builds it: area, birth date, serial, and the weighted sum modulo 11."""
    body = f"999999{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def test_the_number_in_the_standard_is_right() -> None:
    assert identity_fault("11010519491231002X", ON) == ""


@given(st.dates(date(1900, 1, 1), ON), st.integers(0, 999), st.integers(0, 17))
def test_a_right_number_passes_and_one_changed_digit_does_not(born: date, serial: int, at: int) -> None:
    number = card(born, serial)
    assert identity_fault(number, ON) == ""
    other = "5" if number[at] != "5" else "6"
    assert identity_fault(number[:at] + other + number[at + 1 :], ON) != ""


@pytest.mark.parametrize(
    "text",
    [
        "14000000001",
        "１４０００００００１２",
        "+8614000000001",
        "8614000000001",
        "0086 140-0000-0001",
        "(0571) 8765 4321",
        "021-87654321-",
        "87654321转802",
        "4001234567",
        "14000000001/14000000002",
        "+44 20 7946 0958",
    ],
)
def test_phones_as_people_write_them(text: str) -> None:
    assert phone_fault(text) == ""


@pytest.mark.parametrize(
    "text", ["", "无", "1400000000", "140000000011", "12345678901", "0571", "14000000001/12", "+0"]
)
def test_phones_that_reach_nobody(text: str) -> None:
    assert phone_fault(text) != ""


def test_credit_code_by_its_check_character() -> None:
    assert uscc_fault("91999999MA00000AB0") == ""
    assert uscc_fault("91999999MA00000AB1") != ""


@pytest.mark.parametrize("kind", [Kind.PHONE, Kind.ID_NO, Kind.USCC, Kind.TEXT])
def test_a_masked_value_is_never_judged(kind: Kind) -> None:
    assert fault_of(kind, "999***********001X", ON) == ""
    assert (fault_of(kind, "!", ON) == "") is (kind is Kind.TEXT)


def test_a_fault_never_repeats_the_value() -> None:
    # What is wrong goes to terminals and reports; the number itself must not.
    for kind in (Kind.PHONE, Kind.ID_NO, Kind.USCC):
        assert "19800101" not in fault_of(kind, "99999919800101", ON)
