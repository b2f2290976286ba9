"""Regions as the catalogue has them."""

import pytest

from accounts import queries
from accounts.actions import regions
from accounts.errors import GridInvalid
from accounts.models import Region
from tests.api import Api, problem
from tests.cast import NOON, Cast

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing() -> None:
    first = regions.load(at=NOON)
    rows = Region.objects.exclude(level="grid").count()
    assert regions.load(at=NOON) == first == rows


def test_longgang_has_the_virtual_town() -> None:
    town = queries.region("330383198")
    assert town is not None
    assert (town.level, town.kind, town.county, town.city) == ("town", "virtual", "330383", "3303")


@pytest.mark.parametrize("code", ["330000", "330300", "330324000", "330324009000", "330300000000", "33032400", "3303240090"])
def test_zero_padded_codes_are_not_known(cast: Cast, code: str) -> None:
    assert queries.region(code) is None
    reply = Api().as_(cast.officer_a).get(f"/regions?parent={code}")
    assert problem(reply)[0] in (404, 422)


def test_provinces_cities_counties_towns_and_pages(cast: Cast) -> None:
    api = Api().as_(cast.officer_a)
    assert [r["code"] for r in api.get("/regions").json()["items"]] == ["33"]
    cities = [r["code"] for r in api.get("/regions?parent=33").json()["items"]]
    assert cities == [f"33{n:02d}" for n in range(1, 12)]
    first = api.get("/regions?parent=3303&limit=5").json()
    second = api.get(f"/regions?parent=3303&limit=200&cursor={first['next_cursor']}").json()
    codes = [r["code"] for r in first["items"] + second["items"]]
    assert codes == sorted(set(codes))
    assert len(codes) == 12
    assert second["next_cursor"] is None
    assert {r["level"] for r in second["items"]} == {"county"}


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("330324006000009", "330324009"),
        ("33032400900001", "330324009"),
        ("330324009000009", "330324"),
        ("3303240090000x9", "330324009"),
    ],
)
def test_a_grid_that_does_not_continue_its_town_is_refused(code: str, parent: str) -> None:
    with pytest.raises(GridInvalid):
        regions.add_grid(code=code, name="网格", parent_code=parent)


def test_a_grid_is_added_once() -> None:
    grid = regions.add_grid(code="330324009000077", name="第77网格", parent_code="330324009")
    again = regions.add_grid(code="330324009000077", name="其他", parent_code="330324009")
    assert (grid.town, grid.county, again.name) == ("330324009", "330324", "第77网格")
