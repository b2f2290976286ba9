"""Coordinates: three datums, one inside."""

import pytest

from backend.kernel import coordinates

OUBEI = (28.0391, 120.6557)


@pytest.mark.parametrize("place", [OUBEI, (27.5784, 120.5523), (39.9, 116.4), (18.2, 109.5)])
def test_gcj02_comes_back_within_a_centimetre(place):
    shifted = coordinates.wgs84_to_gcj02(*place)
    assert 100 < coordinates.metres_between(place, shifted) < 700
    assert coordinates.metres_between(place, coordinates.to_wgs84(*shifted, "gcj02")) < 0.02


def test_bd09_lies_further_off_in_the_same_direction():
    # a known pair: 天安门 in GCJ-02 and BD-09
    gcj, bd = (39.908823, 116.397470), (39.915120, 116.403847)
    found, expected = coordinates.to_wgs84(*bd, "bd09"), coordinates.to_wgs84(*gcj, "gcj02")
    assert coordinates.metres_between(found, expected) < 30


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("place", [(0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (51.5, -0.12)])
def test_abroad_all_datums_are_one(place, crs):
    assert coordinates.to_wgs84(*place, crs) == place


def test_distances_are_metres_on_the_sphere():
    assert coordinates.metres_between(OUBEI, OUBEI) == 0
    assert coordinates.metres_between((28.0, 120.0), (29.0, 120.0)) == pytest.approx(111_195, abs=1)
    assert coordinates.metres_between((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20_015_115, abs=10)
