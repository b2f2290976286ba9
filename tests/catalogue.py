"""Loads regions, checklists and the cast's grids into the test database, once per database and again after it was emptied."""

from accounts.actions import regions
from accounts.models import Region
from accounts.policy.places import Place
from inspections.actions import load_checklists
from tests.cast import GRIDS, LONG_AGO, NOON

OUBEI, SANJIANG, LONGGANG = "330324009", "330324006", "330383198"


def load() -> None:
    """Load what is missing."""
    if not Region.objects.filter(code=OUBEI).exists():
        regions.load(at=NOON)
    load_checklists.load(at=LONG_AGO)
    for code, town in GRIDS.items():
        parent = Region.objects.get(code=town)
        place = Place(**{**parent.place.columns(), "grid": code})
        Region.objects.get_or_create(
            code=code, defaults={"name": f"第{code[-3:]}网格", "level": "grid", "parent": parent, **place.columns()}
        )
