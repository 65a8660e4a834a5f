from __future__ import annotations

import pytest

from cmkit.clients.find import find, nearest, one
from cmkit.clients.initials import initials, name_initials
from cmkit.facts.records import Client

PEOPLE = [
    Client(client_id="000123", name="王建国", phone="14000001234"),
    Client(client_id="C000124", name="王建", phone="14000005678"),
    Client(client_id="C000125", name="平川烟酒店", contact_name="赵敏", phone="0571-88886666/14000009999"),
    Client(client_id="C000126", name="欧阳鑫", phone="140****1234"),
    Client(client_id="C000127", name="曾晓霞"),
]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("王建国", "wjg"),
        ("欧阳鑫", "oyx"),
        ("城东支行", "cdzx"),
        ("平川烟酒店", "pcyjd"),
        ("闫妍", "yy"),
        ("芮琦", "rq"),
        ("A&B 商贸", "a&bsm"),
        ("䶮", "䶮"),
        ("", ""),
    ],
)
def test_initials(text: str, letters: str) -> None:
    """芮, 琦, 鑫, 闫 and 妍 are of the second level, sorted by radical: their letters come from the list."""
    assert initials(text) == letters


def test_a_surname_has_its_own_reading() -> None:
    assert "zxx" in name_initials("曾晓霞")
    assert name_initials("单田芳") == {"dtf", "stf"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("000123", ["000123"]),
        ("c000124", ["C000124"]),
        ("王建", ["C000124", "000123"]),
        ("建国", ["000123"]),
        ("wjg", ["000123"]),
        ("WJ", ["000123", "C000124"]),
        ("oyx", ["C000126"]),
        ("1234", ["000123", "C000126"]),
        ("9999", ["C000125"]),
        ("6666", ["C000125"]),
        ("赵敏", ["C000125"]),
        ("王 建 国", ["000123"]),
        ("ＷＪＧ", ["000123"]),
        ("没有这个人", []),
        ("  ", []),
    ],
)
def test_find(text: str, ids: list[str]) -> None:
    assert [client.client_id for client in find(PEOPLE, text)] == ids


def test_find_stops_at_the_limit() -> None:
    assert len(find(PEOPLE, "c0001", limit=2)) == 2


def test_the_one_client_that_is_meant() -> None:
    exact, _all = one(PEOPLE, "王建")
    assert exact is PEOPLE[1], "the whole name goes before the part of another"
    unclear, several = one(PEOPLE, "wj")
    assert unclear is None
    assert len(several) == 2
    assert one(PEOPLE, "nobody") == (None, [])
    twins = [*PEOPLE, Client(client_id="C9", name="王建")]
    assert one(twins, "王建")[0] is None
    assert one(twins, "C9")[0] is twins[-1]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("11010519491231002X", ["C1"]),
        ("11010519491231002x", ["C1"]),
        ("002X", ["C1"]),
        ("31002x", ["C1"]),
        ("02X", []),
        ("100MA1K2", []),
        ("91330100MA1K2ABC7Y", ["C2"]),
    ],
)
def test_the_end_of_an_id_number_is_enough_and_a_credit_code_is_written_whole(text: str, ids: list[str]) -> None:
    """| C1 | 110105 1949-12-31 002X | C2 | 91330100MA1K2ABC7Y |: four places of an ID's end, as of a phone's."""
    people = [
        Client(client_id="C1", name="王芳", id_no="11010519491231002X"),
        Client(client_id="C2", name="平川商贸", id_no="91330100MA1K2ABC7Y"),
        Client(client_id="C3", name="李强"),
    ]
    assert [client.client_id for client in find(people, text)] == ids


def test_the_nearest_names_are_asked_back() -> None:
    """王建囯 is one stroke off 王建国 (two of three characters); a number with a digit too many is near its own."""
    assert [client.client_id for client in nearest(PEOPLE, "王建囯")][:2] == ["C000124", "000123"]
    assert nearest(PEOPLE, "C0001277")[0].client_id == "C000127"
    assert nearest(PEOPLE, "Q") == []
    assert nearest([], "王建国") == nearest(PEOPLE, " ") == []
    assert len(nearest(PEOPLE, "C00012", limit=2)) == 2
