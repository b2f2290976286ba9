"""Who calls in the permission matrix: every role in every relation to enterprise A, each a person of its own."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Duty, Person, Region
from accounts.policy.places import Place
from accounts.policy.roles import BOUND_TO_ENTERPRISE
from tests.cast import GRID_AB, GRID_ALIKE, GRID_C, LONG_AGO, Cast

SAME_TOWN, NEXT_TOWN = "330324009000002", "330324006000001"
RELATIONS = ("own", "neighbour", "same_region", "look_alike", "parent", "foreign")
FIRMS_BY_RELATION = {"own": "a", "neighbour": "b", "look_alike": "alike", "foreign": "c"}
# `own` is the smallest region of that role that holds A; a regulator of the town alone is `same_region`: he sees, but is
# below the county. Every other `same_region` is another grid of the very town.
TOWN = {"own": "330324009", "neighbour": "330324006", "same_region": SAME_TOWN, "parent": "330324", "foreign": "330383198"}
REGIONS = {
    "grid_worker": {"own": GRID_AB, "neighbour": NEXT_TOWN, "same_region": SAME_TOWN, "parent": "330324009", "foreign": GRID_C},
    "inspector": TOWN, "auditor": TOWN,
    "regulator": {"own": "330324", "neighbour": "330383", "same_region": "330324009", "parent": "3303", "foreign": "330383198"},
}  # fmt: skip
SEES = {
    **{role: {"own"} for role in BOUND_TO_ENTERPRISE},
    "grid_worker": {"own", "parent"}, "inspector": {"own", "parent"}, "auditor": {"own", "parent"},
    "regulator": {"own", "same_region", "parent"},
}  # fmt: skip


@dataclass(frozen=True)
class Caller:
    """Somebody who knocks: his role, and where its scope stands to enterprise A."""

    role: str
    relation: str
    person: Person

    @property
    def sees(self) -> bool:
        """Return whether his scope holds enterprise A."""
        return self.relation in SEES.get(self.role, ())

    def __str__(self) -> str:
        return f"{self.role}/{self.relation}"


def everybody(cast: Cast) -> list[Caller]:
    """Return one caller per role and relation, an administrator and somebody without any duty."""
    for code, town in ((SAME_TOWN, "330324009"), (NEXT_TOWN, "330324006")):
        parent = Region.objects.get(code=town)
        place = Place(**{**parent.place.columns(), "grid": code})
        Region.objects.get_or_create(code=code, defaults={"name": code, "level": "grid", "parent": parent, **place.columns()})
    found = [_at_firm(cast, role, relation) for role in sorted(BOUND_TO_ENTERPRISE) for relation in FIRMS_BY_RELATION]
    for role, scopes in REGIONS.items():
        found += [_over(role, relation, code) for relation, code in ({"look_alike": GRID_ALIKE} | scopes).items()]
    return [*found, _enrolled("admin", "none", role="admin"), _enrolled("stranger", "none")]


def _at_firm(cast: Cast, role: str, relation: str) -> Caller:
    return _enrolled(role, relation, role=role, enterprise_id=getattr(cast, FIRMS_BY_RELATION[relation]).id)


def _over(role: str, relation: str, code: str) -> Caller:
    licence = "浙C0002" if role == "inspector" else ""
    return _enrolled(role, relation, role=role, region_id=code, level=Region.objects.get(code=code).level, licence_no=licence)


def _enrolled(name: str, relation: str, **duty: Any) -> Caller:
    person = Person.objects.enrol(phone=f"+861390014{Person.objects.count():04d}", name=f"{name} {relation}", phone_verified=True)
    if duty:
        Duty.objects.create(person=person, since=LONG_AGO, **duty)
    return Caller(str(duty.get("role", name)), relation, person)
