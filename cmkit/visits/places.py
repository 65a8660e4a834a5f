"""Where clients are and how long it takes from one to the next, in whole metres and seconds.

Coordinates come in three datums: WGS-84 (GPS), GCJ-02 (Chinese maps: 高德, 腾讯) and BD-09 (百度). They are brought to
GCJ-02. Who has none stands at the centre of the district, where the pack or the neighbours tell one; who has no centre
either is grouped by route and district with the pack's minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from cmkit.facts.records import Client, Fact, Org
from cmkit.facts.specs import VisitSpec

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: Final[Mapping[str, Datum]] = {"WGS-84": "wgs84", "GCJ-02": "gcj02", "BD-09": "bd09"}
_AXIS: Final = 6378245.0
_ECCENTRICITY: Final = 0.00669342162296594323
_BD_PI: Final = math.pi * 3000.0 / 180.0
_METRES_A_DEGREE: Final = 111_195
_MINUTE: Final = 60
_HOUR: Final = 3600
_KILOMETRE: Final = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """A spot in GCJ-02, in millionths of a degree: whole numbers, so that every machine reckons the same way."""

    latitude: int
    longitude: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one client (or the office) is. ``point`` is None where only the district is known."""

    point: Point | None = None
    district: str = ""
    route: str = ""
    exact: bool = True
    """False where the point is only the centre of the district."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one place to the next. ``metres`` is None where no coordinates are known."""

    seconds: int
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Atlas:
    """The places of an office: clients by number, the offices that rounds begin from, and what the ways take."""

    spec: VisitSpec
    clients: Mapping[str, Place] = field(default_factory=dict)
    bases: Mapping[str, Place] = field(default_factory=dict)
    """Owner to the office that a round begins from and comes back to."""

    def of(self, client_id: str) -> Place:
        """The place of a client."""
        return self.clients.get(client_id, Place())

    def base(self, owner: str) -> Place:
        """Where the owner's round begins."""
        return self.bases.get(owner, Place())

    def leg(self, here: Place, there: Place) -> Leg:
        """The way between two places, by coordinates where both have some, else by route and district."""
        spec = self.spec
        rough = not (here.exact and there.exact) and here.district == there.district
        if here.point is None or there.point is None or (rough and here.point == there.point):
            return Leg(self._minutes(here, there) * _MINUTE)
        metres = int(crow_metres(here.point, there.point) * spec.detour)
        return Leg(metres * _HOUR // (spec.speed_kmh * _KILOMETRE) + spec.leg_minutes * _MINUTE, metres)

    def _minutes(self, here: Place, there: Place) -> int:
        spec = self.spec
        if here.route and here.route == there.route:
            return spec.route_minutes
        if here.district == there.district:
            return spec.district_minutes
        pair = {here.district, there.district}
        return next((trip.minutes for trip in spec.trips if set(trip.between) == pair), spec.other_minutes)


def atlas(clients: Sequence[Client], spec: VisitSpec, bases: Mapping[str, Place] | None = None) -> Atlas:
    """The places of ``clients``. A district without a centre in the pack takes the middle of its clients with coordinates."""
    known = {client.client_id: point_of(client, spec.datum) for client in clients}
    centres = district_centres(clients, known, spec)
    places = {}
    for client in clients:
        point = known[client.client_id]
        route = str(client.get(spec.route_column) or "") if spec.route_column else ""
        district = client.district or client.territory
        places[client.client_id] = Place(point or centres.get(district), district, route, point is not None)
    return Atlas(spec, places, bases or {})


def base_place(org: Org | None, clients: Sequence[Client], spec: VisitSpec) -> Place:
    """The office of an organisation: its coordinates, else the centre of its district, else the middle of the clients."""
    known = {client.client_id: point_of(client, spec.datum) for client in clients}
    district = org.district if org else ""
    centre = district_centres(clients, known, spec).get(district)
    point = (point_of(org, spec.datum) if org else None) or centre or middle(known.values())
    return Place(point, district, exact=bool(org and point_of(org, spec.datum)))


def district_centres(clients: Iterable[Client], known: Mapping[str, Point | None], spec: VisitSpec) -> dict[str, Point]:
    """The centre of each district: the pack's, else the middle of the clients there who have coordinates."""
    members: dict[str, list[Point | None]] = {}
    for client in clients:
        members.setdefault(client.district or client.territory, []).append(known.get(client.client_id))
    found = {name: spot for name, points in members.items() if name and (spot := middle(points))}
    given = {name: _point(one.latitude, one.longitude, spec.datum) for name, one in spec.centres.items()}
    return found | given


def point_of(fact: Fact, datum: Datum) -> Point | None:
    """The coordinates that a record gives, in the datum it names or else in ``datum``; None without, or off the earth."""
    latitude, longitude = fact.get("latitude"), fact.get("longitude")
    if latitude is None or longitude is None or not (latitude or longitude):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 - degrees
        return None
    return _point(float(latitude), float(longitude), DATUMS.get(str(fact.get("datum") or ""), datum))


def middle(points: Iterable[Point | None]) -> Point | None:
    """The middle of the points that are known: the median, which one wrong coordinate cannot move far."""
    known = [point for point in points if point is not None]
    if not known:
        return None
    half = len(known) // 2
    return Point(sorted(p.latitude for p in known)[half], sorted(p.longitude for p in known)[half])


def crow_metres(here: Point, there: Point) -> int:
    """Metres as the crow flies, in whole numbers (on a plane: within a prefecture that is right to a tenth of a percent)."""
    north = (here.latitude - there.latitude) * _METRES_A_DEGREE
    # The cosine is rounded to a millionth before it is used, so that no machine's last digit matters.
    narrow = round(math.cos(math.radians((here.latitude + there.latitude) / 2e6)) * 1_000_000)
    east = (here.longitude - there.longitude) * _METRES_A_DEGREE * narrow // 1_000_000
    return math.isqrt(north * north + east * east) // 1_000_000


def to_gcj(latitude: float, longitude: float, datum: Datum) -> tuple[float, float]:
    """Latitude and longitude in GCJ-02.

    WGS 39.908823, 116.397470 (天安门) gives 39.910227, 116.403714.
    """
    if datum == "wgs84":
        return wgs_to_gcj(latitude, longitude)
    if datum == "bd09":
        return bd_to_gcj(latitude, longitude)
    return latitude, longitude


def wgs_to_gcj(latitude: float, longitude: float) -> tuple[float, float]:
    """WGS-84 to GCJ-02; outside of China both are the same."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):  # noqa: PLR2004 - the frame of the rule
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    wave = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    angle = math.radians(latitude)
    magic = 1.0 - _ECCENTRICITY * math.sin(angle) ** 2
    root = math.sqrt(magic)
    north = north * 180.0 / (_AXIS * (1.0 - _ECCENTRICITY) / (magic * root) * math.pi)
    east = east * 180.0 / (_AXIS / root * math.cos(angle) * math.pi)
    return latitude + north, longitude + east


def bd_to_gcj(latitude: float, longitude: float) -> tuple[float, float]:
    """BD-09 to GCJ-02."""
    x, y = longitude - 0.0065, latitude - 0.006
    radius = math.sqrt(x * x + y * y) - 0.00002 * math.sin(y * _BD_PI)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD_PI)
    return radius * math.sin(angle), radius * math.cos(angle)


def _point(latitude: float, longitude: float, datum: Datum) -> Point:
    north, east = to_gcj(latitude, longitude, datum)
    return Point(round(north * 1_000_000), round(east * 1_000_000))
