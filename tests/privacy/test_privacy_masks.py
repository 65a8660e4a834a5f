from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.base.lang import speaking
from cmkit.facts.kinds import Kind
from cmkit.facts.records import Client, Contact, Meeting, Staff
from cmkit.facts.specs import ColumnSpec, TableSpec
from cmkit.privacy import masks

CLIENTS = TableSpec(
    table="clients",
    columns={
        "name": ColumnSpec(key="name", mask="name"),
        "contact_name": ColumnSpec(key="contact_name", mask="name"),
        "id_no": ColumnSpec(key="id_no", mask="id_no"),
        "phone": ColumnSpec(key="phone", mask="phone"),
        "address": ColumnSpec(key="address", mask="address"),
        "card": ColumnSpec(key="card", kind=Kind.ACCOUNT, mask="card"),
        "aum": ColumnSpec(key="aum", kind=Kind.MONEY, mask="amount"),
    },
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王芳", "王**"),
        ("王", "王**"),
        ("欧阳娜娜", "欧阳**"),
        ("司马光", "司马**"),
        ("上官婉儿", "上官**"),
        ("诸葛亮", "诸葛**"),
        ("阿卜杜拉·买买提", "阿**"),
        ("John Smith", "J**"),
        ("", ""),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert masks.mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800138000", "138****8000"),
        ("138 0013 8000", "138****8000"),
        ("138-0013-8000", "138****8000"),
        ("+86 13800138000", "138****8000"),
        ("8613800138000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("0571-88886666", "0571-****6666"),
        ("02188886666", "021-****6666"),
        ("88886666", "****666"),
        ("95588", "****"),
        ("13800138000/0571-88886666", "138****8000/0571-****6666"),
        ("王芳", "****"),
        ("", ""),
    ],
)
def test_phones(phone: str, shown: str) -> None:
    assert masks.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("浙江省杭州市西湖区文三路90号", "浙江省杭州市西湖区***"),
        ("北京市朝阳区建国路1号", "北京市朝阳区***"),
        ("城东区人民路1号", "城东区***"),
        ("平川县城关镇李家村", "平川县***"),
        ("义乌市稠城街道", "义乌市***"),
        ("内蒙古自治区呼和浩特市新城区呼伦路", "内蒙古自治区呼和浩特市新城区***"),
        ("杭州市文三路阳光小区3幢", "杭州市***"),
        ("人民路18号", "***"),
        ("河西市场2号", "***"),
        ("", ""),
    ],
)
def test_addresses_end_at_the_district(address: str, shown: str) -> None:
    assert masks.mask_address(address) == shown


def test_numbers() -> None:
    assert masks.mask_id_no("11010119900307123X") == "1****************X"
    assert masks.mask_id_no("110101 19900307 123X") == "1****************X"
    assert masks.mask_id_no("1234") == "****"
    assert masks.mask_card("6222021234567890123") == "622202*********0123"
    assert masks.mask_card("6222 0212 3456 7890 123") == "622202*********0123"
    assert masks.mask_card("12345678") == "****5678"
    assert masks.mask_card("1234567") == "*******"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "<5万"),
        ("49999.99", "<5万"),
        ("50000", "5-20万"),
        ("200000", "20-50万"),
        ("499999", "20-50万"),
        ("2000000", "200-600万"),
        ("6000000", "≥600万"),
    ],
)
def test_bands_are_closed_below(amount: str, words: str) -> None:
    assert masks.band(Decimal(amount)) == words


def test_bands_in_english() -> None:
    with speaking("en"):
        assert masks.band(Decimal(50000)) == "50k-200k"


def test_free_text_loses_its_numbers_and_keeps_its_dates() -> None:
    text = "2026-10-30 14:30 电话13800138000，身份证11010119900307123X，卡6222 0212 3456 7890 123，座机0571-88886666，金额1234567.89元"
    assert masks.mask_text(text) == (
        "2026-10-30 14:30 电话138****8000，身份证1****************X，卡622202*********0123，座机0571-****6666，金额1234567.89元"
    )
    assert (
        masks.mask_text("约在 2026-10-30 2026-11-05 之间，20261030 前")
        == "约在 2026-10-30 2026-11-05 之间，20261030 前"
    )


def person(**more: object) -> Client:
    values: dict[str, object] = {
        "client_id": "000123",
        "kind": "个人",
        "name": "欧阳娜娜",
        "contact_name": "王芳",
        "phone": "14000000001",
        "id_no": "99999919900307123X",
        "address": "城东区人民路1号",
        "remark": "女儿电话14000000002",
        "more": {"aum": Decimal(600000), "card": "6222021234567890123", "hobby": "打14000000003约"},
        **more,
    }
    return Client(**values)  # type: ignore[arg-type]


def test_a_person_is_masked_column_by_column() -> None:
    shown = masks.mask_fact(person(), CLIENTS)
    assert (shown.client_id, shown.name, shown.contact_name) == ("000123", "欧阳**", "王**")
    assert (shown.phone, shown.id_no, shown.address) == ("140****0001", "9****************X", "城东区***")
    assert shown.remark == "女儿电话140****0002"
    assert shown.more == {"aum": Decimal(600000), "card": "622202*********0123", "hobby": "打140****0003约"}
    assert person().name == "欧阳娜娜", "the record itself is left alone"


def test_a_business_name_is_no_personal_data() -> None:
    shop = masks.mask_fact(person(kind="零售户", name="平川烟酒店"), CLIENTS)
    assert (shop.name, shop.contact_name) == ("平川烟酒店", "王**")


def test_what_is_revealed_and_nothing_more() -> None:
    named = masks.mask_fact(person(), CLIENTS, frozenset({"name"}))
    assert (named.name, named.contact_name, named.phone) == ("欧阳娜娜", "王芳", "140****0001")
    assert masks.mask_fact(person(), CLIENTS, reveal=True) == person()
    assert masks.mask_fact(person(), CLIENTS, reveal=False).name == "欧阳**"


def test_phones_and_accounts_are_masked_even_where_a_pack_says_nothing() -> None:
    bare = TableSpec(table="staff")
    shown = masks.mask_fact(
        Staff(staff_id="E1", name="陈晨", phone="14000000001", certificate_no="A12345678901234"), bare
    )
    assert (shown.name, shown.phone, shown.certificate_no) == ("陈晨", "140****0001", "A12345*****1234")


def test_lists_of_names_and_notes() -> None:
    spec = TableSpec(table="meetings", columns={"present": ColumnSpec(key="present", mask="name")})
    assert masks.mask_fact(Meeting(meeting_id="M1", present=("王芳", "诸葛亮")), spec).present == ("王**", "诸葛**")
    note = Contact(client_id="C1", content="请打14000000001", purpose="回访14000000001")
    shown = masks.mask_fact(note, TableSpec(table="contacts"))
    assert (shown.content, shown.purpose, shown.client_id) == ("请打140****0001", "回访140****0001", "C1")


def test_an_amount_alone_is_shown_as_its_band() -> None:
    assert masks.mask_value("amount", Decimal(600000)) == "50-200万"
    assert masks.mask_value("amount", None) is None
    assert masks.mask_value("", "王芳") == "王芳"


def test_a_masked_value_is_known_when_it_comes_back() -> None:
    for mask, value in (
        ("name", "王芳"),
        ("phone", "14000000001"),
        ("id_no", "99999919900307123X"),
        ("address", "城东区1号"),
    ):
        assert masks.is_masked(masks.mask_value(mask, value))  # type: ignore[arg-type]
    assert masks.is_masked("王＊＊")
    assert masks.is_masked("5-20万")
    assert not masks.is_masked("王芳")
    assert not masks.is_masked("3*4=12")
    assert not masks.is_masked("")


def test_stars_in_a_value_do_not_save_it_from_the_mask() -> None:
    assert masks.mask_value("phone", "14000000001 **重要**") == "140****0001"


DIGITS = st.text("0123456789", min_size=1, max_size=24)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-"]))
def test_the_middle_of_a_phone_is_never_shown(number: str, gap: str) -> None:
    written = f"{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}"
    assert masks.mask_phone(written) == f"{number[:3]}****{number[7:]}"
    assert masks.mask_text(f"联系{written}。") == f"联系{number[:3]}****{number[7:]}。"


@given(DIGITS)
def test_no_mask_shows_more_than_it_may(number: str) -> None:
    """At most first and last of an ID, ten digits of a card, seven of a phone, whatever the length."""
    shown = {name: re.sub(r"\D", "", mask(number)) for name, mask in _MASKS.items()}
    assert len(shown["id_no"]) <= 2
    assert len(shown["card"]) <= 10
    assert len(shown["phone"]) <= 8
    if len(number) >= 6:
        assert all(len(text) < len(number) for text in shown.values())


_MASKS = {"id_no": masks.mask_id_no, "card": masks.mask_card, "phone": masks.mask_phone}


@given(st.text(max_size=12), st.text("0123456789", min_size=11, max_size=30), st.text(max_size=12))
def test_a_long_run_of_digits_never_stays_in_free_text(before: str, run: str, after: str) -> None:
    assert not re.search(r"[0-9]{11,}", masks.mask_text(before + run + after))


@given(st.text(min_size=1, max_size=20))
def test_a_name_shows_no_more_than_a_surname(name: str) -> None:
    shown = masks.mask_name(name)
    assert shown == "" or (shown.endswith("**") and len(shown) <= 4)
