"""Regions and grids (行政区划, 网格): loaded from the catalogue, grids added to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from accounts import queries
from accounts.errors import GridInvalid
from accounts.models import Region
from accounts.policy.places import Place

KEPT = ["name", "level", "kind", "abbreviation", "parent", "province", "city", "county", "town"]


@dataclass(frozen=True, slots=True)
class Node:
    """A region of the catalogue with its ancestors; `place` ends with its own code."""

    name: str
    level: str
    place: Place
    parent: str
    kind: str = ""
    abbreviation: str = ""


def load(*, at: datetime) -> int:
    """Load `catalogue/regions.yaml` into the region table and return how many regions it names; again changes nothing."""
    nodes = list(_nodes(yaml.safe_load((settings.CATALOGUE_DIR / "regions.yaml").read_text())))
    rows = [_row(node) for node in nodes]
    with transaction.atomic():
        for level in ("province", "city", "county", "town"):
            Region.objects.bulk_create(
                [row for row in rows if row.level == level],
                update_conflicts=True, unique_fields=["code"], update_fields=KEPT,
            )  # fmt: skip
    queries.forget_regions()
    return len(rows)


def _nodes(catalogue: dict[str, Any]) -> Iterator[Node]:
    province = catalogue["province"]
    top = Place(province=province["code"])
    yield Node(province["name"], "province", top, "", abbreviation=province.get("abbreviation") or "")
    prefecture = catalogue["prefecture"]
    for sibling in prefecture["sibling_prefectures"]:
        code = sibling["code6"][:4]
        short = prefecture.get("abbreviation") if code == prefecture["code"] else ""
        yield Node(sibling["name"], "city", replace(top, city=code), top.province, abbreviation=short or "")
    for county in catalogue["counties"]:
        yield from _county(county, replace(top, city=prefecture["code"]))


def _county(county: dict[str, Any], city: Place) -> Iterator[Node]:
    place = replace(city, county=county["code"])
    short = county.get("document_abbreviation") or ""
    yield Node(county["name"], "county", place, city.city, kind=county["type"], abbreviation=short)
    for town in county["townships"]:
        yield Node(town["name"], "town", replace(place, town=town["code"]), place.county, kind=town["kind"])


def _row(node: Node) -> Region:
    return Region(
        code=node.place.code, name=node.name, level=node.level, kind=node.kind, abbreviation=node.abbreviation,
        parent_id=node.parent or None, **node.place.columns(),
    )  # fmt: skip


@transaction.atomic
def add_grid(*, code: str, name: str, parent_code: str) -> Region:
    """Add a grid (网格) of 15 digits below a town, or return the one that is there; no village code is ever invented.

    Raises: GridInvalid if the town is not known or the code does not continue it.
    """
    town = Region.objects.filter(code=parent_code, level__in=["town", "village"]).first()
    if town is None or len(code) != 15 or not code.isdigit() or not code.startswith(town.code):
        raise GridInvalid
    place = replace(town.place, grid=code)
    grid, _ = Region.objects.get_or_create(
        code=code, defaults={"name": name, "level": "grid", "kind": "grid", "parent": town, **place.columns()}
    )
    return grid
