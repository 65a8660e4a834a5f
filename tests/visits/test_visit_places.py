from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkit.facts.records import Client, Org
from cmkit.facts.specs import CentreSpec, TripSpec, VisitSpec
from cmkit.visits.places import (
    Leg,
    Place,
    Point,
    atlas,
    base_place,
    bd_to_gcj,
    crow_metres,
    point_of,
    to_gcj,
    wgs_to_gcj,
)

SPEC = VisitSpec(
    centres={"东湖区": CentreSpec(latitude=30.2, longitude=120.1)},
    trips=(TripSpec(between=("西陵区", "南浦区"), minutes=45),),
    route_column="route",
)


def at(name: str, latitude: str | None = None, longitude: str | None = None, **more: object) -> Client:
    where = {"latitude": latitude and Decimal(latitude), "longitude": longitude and Decimal(longitude)}
    return Client(client_id=name, **where, **more)  # type: ignore[arg-type]


def test_the_published_pair_of_datums() -> None:
    """天安门: 39.908823, 116.397470 in WGS-84 is 39.910227, 116.403714 in GCJ-02."""
    assert wgs_to_gcj(39.908823, 116.397470) == pytest.approx((39.910227, 116.403714), abs=2e-6)


def test_bd_goes_back_to_gcj() -> None:
    """The published pair: GCJ 39.910227, 116.403714 is BD 39.916404, 116.410213 by the inverse formula of that datum."""
    assert bd_to_gcj(39.916404, 116.410213) == pytest.approx((39.910227, 116.403714), abs=2e-4)


def test_nothing_moves_outside_of_china() -> None:
    assert wgs_to_gcj(48.8584, 2.2945) == (48.8584, 2.2945)


@given(st.floats(20, 50), st.floats(80, 130))
def test_the_shift_is_a_few_hundred_metres(latitude: float, longitude: float) -> None:
    north, east = to_gcj(latitude, longitude, "wgs84")
    assert 0 < abs(north - latitude) + abs(east - longitude) < 0.02


def test_a_client_names_its_own_datum() -> None:
    client = at("C1", "39.9088", "116.3975", more={"datum": "WGS-84"})
    assert point_of(client, "gcj02") == Point(39910204, 116403744)
    assert point_of(at("C2", "39.9088", "116.3975"), "gcj02") == Point(39908800, 116397500)


@pytest.mark.parametrize(("latitude", "longitude"), [(None, "120"), ("0", "0"), ("91", "120"), ("30", "181")])
def test_what_is_no_place(latitude: str | None, longitude: str) -> None:
    assert point_of(at("C1", latitude, longitude), "gcj02") is None


def test_a_degree_of_latitude() -> None:
    assert crow_metres(Point(30_000_000, 120_000_000), Point(31_000_000, 120_000_000)) == 111_195
    # On latitude 60 a degree of longitude is half as long.
    assert crow_metres(Point(60_000_000, 120_000_000), Point(60_000_000, 121_000_000)) == pytest.approx(55_597, abs=2)


def test_coordinates_then_the_district_then_the_table() -> None:
    people = [
        at("C1", "30.20", "120.10", district="东湖区"),
        at("C2", "30.20", "120.20", district="东湖区"),
        at("C3", district="东湖区"),
        at("C4", district="东湖区"),
        at("C5", district="西陵区"),
        at("C6", district="南浦区", more={"route": "1线"}),
        at("C7", district="南浦区", more={"route": "1线"}),
        at("C8", district="南浦区", more={"route": "2线"}),
    ]
    town = atlas(people, SPEC)
    leg = town.leg(town.of("C1"), town.of("C2"))
    # 0.1 degree on latitude 30.2 is 9.61 km; with the detour of 1.3 12.5 km, at 25 km an hour half an hour, 3 minutes more.
    assert leg.metres == pytest.approx(12_493, abs=15)
    assert leg.seconds == pytest.approx(30 * 60 + 180, abs=10)
    assert town.leg(town.of("C3"), town.of("C4")) == Leg(10 * 60), "two at the centre of one district"
    assert town.leg(town.of("C1"), town.of("C3")) == Leg(10 * 60), "one of them stands on the centre by chance"
    assert town.leg(town.of("C2"), town.of("C3")).metres, "from a place to the centre of its district"
    assert town.leg(town.of("C5"), town.of("C6")) == Leg(45 * 60)
    assert town.leg(town.of("C5"), town.of("C1")) == Leg(30 * 60)
    assert town.leg(town.of("C6"), town.of("C7")) == Leg(5 * 60)
    assert town.leg(town.of("C7"), town.of("C8")) == Leg(10 * 60)


def test_a_district_without_a_centre_takes_the_middle_of_its_clients() -> None:
    people = [at("C1", "30.1", "120.1", district="西陵区"), at("C2", district="西陵区")]
    assert atlas(people, SPEC).of("C2") == Place(Point(30_100_000, 120_100_000), "西陵区", exact=False)


def test_the_office_by_itself_by_district_or_amid_its_clients() -> None:
    org = Org(org_id="B1", district="东湖区", more={"latitude": Decimal("30.3"), "longitude": Decimal("120.3")})
    assert base_place(org, [], SPEC).point == Point(30_300_000, 120_300_000)
    assert base_place(Org(org_id="B1", district="东湖区"), [at("C1", district="东湖区")], SPEC).point == Point(
        30_200_000, 120_100_000
    )
    assert base_place(None, [at("C1", "30.1", "120.1")], SPEC).point == Point(30_100_000, 120_100_000)
    assert base_place(None, [], SPEC).point is None
