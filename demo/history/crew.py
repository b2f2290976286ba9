"""Who acts in a tale: the people of its enterprise and the officials over it, as actors at an instant."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from accounts import queries as accounts
from accounts.models import Person
from accounts.policy.actor import Actor
from demo.cast import CAST, GRID_AB, GRID_C, LONGGANG, LONGGANG_TOWN, OUBEI, fixed
from demo.history.plan import Tale

_CAST = {
    ("a", "officer"): "officer_a", ("a", "owner"): "owner_a", ("b", "officer"): "officer_b", ("b", "owner"): "owner_b",
    ("c", "officer"): "officer_far", ("a", "agency"): "agency",
}  # fmt: skip
_INSPECTORS = {OUBEI: ("inspector", "inspector_2"), LONGGANG_TOWN: ("inspector_far", "")}
_GRIDS = {GRID_AB: "grid_worker", GRID_C: "grid_worker_far"}


def id_of(part: str, tale: Tale) -> UUID:
    """Return the account that plays a part: officer, owner, grid_worker, inspector, inspector_2 or regulator."""
    if part in ("officer", "owner", "agency"):
        key = _CAST.get((tale.key, part))
        return CAST[key].id if key else fixed(f"{part}-{tale.firm.id}")
    if part == "grid_worker":
        key = _GRIDS.get(tale.firm.grid)
        return CAST[key].id if key else fixed(f"grid_worker-{tale.firm.grid}")
    if part == "regulator":
        return fixed("regulator_far") if tale.firm.region[:6] == LONGGANG else CAST["regulator"].id
    nth = 0 if part == "inspector" else 1
    key = _INSPECTORS.get(tale.firm.region, ("", ""))[nth]
    extra = 0 if tale.firm.region == LONGGANG_TOWN else nth
    return CAST[key].id if key else fixed(f"inspector-{tale.firm.region}-{extra}")


@lru_cache(maxsize=1000)
def _actor(person_id: UUID, since: datetime) -> Actor:
    return accounts.actor_of(Person.objects.get(id=person_id), at=since, strong=True)


def actor(part: str, tale: Tale, *, since: datetime, at: datetime) -> Actor:
    """Return who plays a part, as at `at`; duties are read once, as they were at `since`."""
    return replace(_actor(id_of(part, tale), since), stepped_up_at=at)
