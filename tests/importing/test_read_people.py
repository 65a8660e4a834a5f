from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.importing.people import read_account, read_code, read_id, read_phone, read_uscc
from cmkit.sheets.cells import Cell

# 11010519491231002X is the example number of GB 11643-1999; 91110000600037341L the one of python-stdnum.
GOOD_ID = "11010519491231002X"
GOOD_USCC = "91110000600037341L"


def code(result: tuple[str, object]) -> str:
    return getattr(result[1], "code", "")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        (123.0, "123"),
        (" Ｃ００１ ", "C001"),
        ('="00123"', "00123"),
        ("'007", "007"),
        ("12 3123", "12 3123"),
    ],
)
def test_codes_stay_text(cell: Cell, text: str) -> None:
    assert read_code(cell) == (text, None)


def test_a_number_of_more_digits_than_a_float_holds_is_lost() -> None:
    assert code(read_code(110105194912310020.0)) == "precision"
    assert code(read_id(110105194912310020.0)) == "precision"
    assert code(read_code("6.22E+18")) == "precision"


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13800138000", "13800138000"),
        (13800138000.0, "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("1.3800138E+10", ""),
        ("1.3800138000E+10", "13800138000"),
        ("057188886666", "0571-88886666"),
        ("0571-88886666", "0571-88886666"),
        ("(0571)88886666", "0571-88886666"),
        ("0571-88886666-123", "0571-88886666-123"),
        ("88886666", "88886666"),
        ("400-820-8820", "4008208820"),
        ("95588", "95588"),
        ("13800138000、0571-88886666", "13800138000、0571-88886666"),
        ("13800138000/13900139000", "13800138000、13900139000"),
        ("13800138000 13900139000", "13800138000、13900139000"),
    ],
)
def test_phones(cell: Cell, phone: str) -> None:
    assert read_phone(cell) == (phone, None) if phone else code(read_phone(cell)) == "precision"


def test_what_excel_shows_in_scientific_notation_is_whole_in_the_file() -> None:
    assert read_phone(1.38e10) == ("13800000000", None)


@pytest.mark.parametrize("cell", ["1380013800", "电话", "138001380001", "12", 138.5])
def test_what_is_no_phone(cell: Cell) -> None:
    assert code(read_phone(cell)) == "phone"


def test_a_range_that_is_not_served_only_warns() -> None:
    text, flaw = read_phone("14000000001")
    assert text == "14000000001"
    assert flaw is not None
    assert (flaw.code, flaw.severity) == ("phone_range", "warning")


def test_identity_numbers() -> None:
    assert read_id(GOOD_ID) == (GOOD_ID, None)
    assert read_id(" 11010519491231002x ") == (GOOD_ID, None)
    assert code(read_id("110105194912310021")) == "id_check"
    assert code(read_id("110105194913310025")) == "id_birth"
    assert code(read_id("1101051949123100")) == "id_length"
    assert code(read_id("110105491231002")) == "id_old"
    assert code(read_id("G12345678")) == "id_other"


def test_an_unknown_area_only_warns() -> None:
    """Weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 over 99999919800101001: the sum is 462 = 0 mod 11, so the digit is 1."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    front = "99999919800101001"
    digit = "10X98765432"[sum(int(d) * w for d, w in zip(front, weights, strict=True)) % 11]
    text, flaw = read_id(front + digit)
    assert text == front + digit
    assert flaw is not None
    assert (flaw.code, flaw.severity) == ("id_area", "warning")


def test_credit_codes() -> None:
    assert read_uscc(GOOD_USCC) == (GOOD_USCC, None)
    assert read_uscc("91110000 600037341l") == (GOOD_USCC, None)
    assert code(read_uscc("911100006000373410")) == "uscc"
    assert read_id(GOOD_USCC) == (GOOD_USCC, None)


def test_accounts() -> None:
    assert read_account("6222 0200 0000 1234") == ("6222020000001234", None)
    assert code(read_account("6222@")) == "account"


@given(st.one_of(st.text(max_size=24), st.floats(), st.integers(), st.dates()))
def test_never_a_crash(cell: Cell) -> None:
    for reader in (read_code, read_account, read_phone, read_id, read_uscc):
        text, _flaw = reader(cell)
        assert isinstance(text, str)


@given(st.from_regex(r"[0-9]{1,14}", fullmatch=True))
def test_digits_in_text_are_never_dropped(digits: str) -> None:
    assert read_code(digits) == (digits, None)
