"""Where clients are: the three datums of Chinese maps, and the distance between two places.

WGS-84 is what a GPS receiver says, GCJ-02 what 高德 and 腾讯 show, BD-09 what 百度 shows. The shift between WGS-84 and
GCJ-02 is the published polynomial over the Krasovsky ellipsoid; outside the mainland's frame there is none.
"""

from __future__ import annotations

from math import asin, atan2, cos, pi, radians, sin, sqrt
from typing import NamedTuple

WGS84, GCJ02, BD09 = "WGS-84", "GCJ-02", "BD-09"
DATUMS = (WGS84, GCJ02, BD09)

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BD = pi * 3000 / 180
_EARTH = 6371008.8
_NEAR = 1e-9
"""Degrees: a tenth of a millimetre, at which the way back may stop."""


class Place(NamedTuple):
    """Degrees north and east."""

    lat: float
    lon: float


def to_wgs84(place: Place, datum: str) -> Place:
    """A place of a declared datum in WGS-84."""
    if datum == WGS84:
        return place
    return gcj_to_wgs(bd_to_gcj(place) if datum == BD09 else place)


def abroad(place: Place) -> bool:
    """Whether a place lies outside the frame in which GCJ-02 is shifted."""
    return not (72.004 <= place.lon <= 137.8347 and 0.8293 <= place.lat <= 55.8271)  # noqa: PLR2004 - the frame


def wgs_to_gcj(place: Place) -> Place:
    """WGS 39.908823, 116.397470 is GCJ 39.910227, 116.403714."""
    if abroad(place):
        return place
    north, east = _shift(place.lon - 105.0, place.lat - 35.0)
    phi = radians(place.lat)
    magic = 1 - _ECCENTRICITY * sin(phi) ** 2
    lat = north * 180 / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    lon = east * 180 / (_AXIS / sqrt(magic) * cos(phi) * pi)
    return Place(place.lat + lat, place.lon + lon)


def gcj_to_wgs(place: Place) -> Place:
    """The way back, found by correcting a guess until it leads to the place given."""
    if abroad(place):
        return place
    guess = place
    for _turn in range(10):
        there = wgs_to_gcj(guess)
        miss = Place(there.lat - place.lat, there.lon - place.lon)
        guess = Place(guess.lat - miss.lat, guess.lon - miss.lon)
        if max(abs(miss.lat), abs(miss.lon)) < _NEAR:
            break
    return guess


def gcj_to_bd(place: Place) -> Place:
    """GCJ-02 as 百度 shows it."""
    radius = sqrt(place.lon**2 + place.lat**2) + 0.00002 * sin(place.lat * _BD)
    angle = atan2(place.lat, place.lon) + 0.000003 * cos(place.lon * _BD)
    return Place(radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065)


def bd_to_gcj(place: Place) -> Place:
    """百度's coordinates in GCJ-02."""
    lat, lon = place.lat - 0.006, place.lon - 0.0065
    radius = sqrt(lon**2 + lat**2) - 0.00002 * sin(lat * _BD)
    angle = atan2(lat, lon) - 0.000003 * cos(lon * _BD)
    return Place(radius * sin(angle), radius * cos(angle))


def metres(a: Place, b: Place) -> float:
    """The great circle between two places (haversine)."""
    north, east = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    part = sin(north) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(east) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(part)))


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres to the north and to the east by which GCJ-02 is shifted."""
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    return north, east
