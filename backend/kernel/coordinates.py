"""Coordinates: WGS-84 decimal degrees everywhere inside; what phones and Chinese maps send is converted at the edge.

GCJ-02 (高德, 腾讯) lies 100 to 700 m beside WGS-84, BD-09 (百度) further; a fence drawn across datums is a wrong fence.
"""

import math

_A, _EE = 6_378_245.0, 0.00669342162296594323  # Krassovsky 1940, as GCJ-02 uses it
_X_PI = math.pi * 3000.0 / 180.0
EARTH_M = 6_371_008.8


def to_wgs84(latitude: float, longitude: float, crs: str) -> tuple[float, float]:
    """Return (latitude, longitude) in WGS-84 degrees, to 7 decimals; `crs` is `wgs84`, `gcj02` or `bd09`."""
    if crs == "bd09":
        latitude, longitude = _bd09_to_gcj02(latitude, longitude)
    if crs in ("bd09", "gcj02"):
        latitude, longitude = _gcj02_to_wgs84(latitude, longitude)
    return round(latitude, 7), round(longitude, 7)


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance in metres of two (latitude, longitude) in WGS-84 degrees."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def in_china(latitude: float, longitude: float) -> bool:
    """Return whether the shifted datums are defined there; elsewhere they equal WGS-84."""
    return 0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347


def wgs84_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Return WGS-84 degrees as GCJ-02 degrees."""
    if not in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    at = math.radians(latitude)
    magic = 1 - _EE * math.sin(at) ** 2
    north = north * 180.0 / ((_A * (1 - _EE)) / (magic * math.sqrt(magic)) * math.pi)
    east = east * 180.0 / (_A / math.sqrt(magic) * math.cos(at) * math.pi)
    return latitude + north, longitude + east


def _gcj02_to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    found = (latitude, longitude)
    for _ in range(6):  # each round shrinks the error about a thousandfold
        there = wgs84_to_gcj02(*found)
        found = (found[0] + latitude - there[0], found[1] + longitude - there[1])
    return found


def _bd09_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    if not in_china(latitude, longitude):
        return latitude, longitude
    x, y = longitude - 0.0065, latitude - 0.006
    z = math.sqrt(x * x + y * y) - 0.00002 * math.sin(y * _X_PI)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _X_PI)
    return z * math.sin(angle), z * math.cos(angle)
