"""The cast of operations.md: who is in the tests. Everybody is a row made by the real actions where there is one.

Ids and phones are fixed. `cast.inspector` is a Person; `cast.actor("inspector")` the same as actions are handed it;
`cast.a` an enterprise. Whoever is not asked for is not made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts import queries
from accounts.login import tokens
from accounts.models import Duty, Person
from accounts.policy.actor import Actor
from accounts.policy.actor import Duty as ActorDuty
from accounts.policy.places import Place
from accounts.policy.roles import Role
from backend.kernel import clock, idempotency
from backend.kernel.models import Job
from enterprises.actions.register import register
from enterprises.policy.profile import Profile, Site
from grading.actions.regrade import regrade
from hazards.models import Hazard
from hazards.policy.words import Verb
from tests import loop

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai on a Wednesday
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

# A and B are neighbours; C is in 龙港 (town 330383198 is virtual). The last grid looks as if it lay in the first town,
# but was moved to the second: whoever compares digits instead of ancestors is fooled by it.
GRID_AB, GRID_C, GRID_ALIKE = "330324009000001", "330383198000001", "330324009000003"
GRIDS = {GRID_AB: "330324009", GRID_C: "330383198", GRID_ALIKE: "330324006"}


def fixed(name: str) -> UUID:
    """Return the fixed id of something named in the cast."""
    return uuid5(NAMESPACE_URL, f"bihuan-cast:{name}")


@dataclass(frozen=True)
class Firm:
    """An enterprise of the cast."""

    id: UUID
    uscc: str
    name: str
    grid: str
    town: str
    latitude: float
    longitude: float

    @property
    def place(self) -> Place:
        """Return where it stands, ancestors included."""
        town = self.town
        return Place(province=town[:2], city=town[:4], county=town[:6], town=town, grid=self.grid)


FIRMS = {
    "a": Firm(fixed("a"), "91330324MA2A00001Q", "永嘉县甲泵阀有限公司", GRID_AB, "330324009", 28.0391, 120.6557),
    "b": Firm(fixed("b"), "91330324MA2A00002U", "永嘉县乙塑编有限公司", GRID_AB, "330324009", 28.0402, 120.6571),
    "c": Firm(fixed("c"), "91330383MA2A00003D", "龙港市丙印刷有限公司", GRID_C, "330383198", 27.5784, 120.5523),
    "alike": Firm(fixed("alike"), "91330324MA2A000042", "永嘉县丁鞋业有限公司", GRID_ALIKE, "330324006", 28.0612, 120.7021),
}

# key -> (role, enterprise key or region code, its level)
ROLES: dict[str, tuple[str, str, str]] = {
    "owner_a": ("owner", "a", ""), "officer_a": ("officer", "a", ""), "employee_a": ("employee", "a", ""),
    "owner_b": ("owner", "b", ""), "officer_b": ("officer", "b", ""), "officer_far": ("officer", "c", ""),
    "officer_alike": ("officer", "alike", ""), "agency": ("agency", "a", ""),
    "grid_worker": ("grid_worker", GRID_AB, "grid"), "grid_worker_far": ("grid_worker", GRID_C, "grid"),
    "grid_worker_alike": ("grid_worker", GRID_ALIKE, "grid"),
    "inspector": ("inspector", "330324009", "town"), "inspector_2": ("inspector", "330324009", "town"),
    "inspector_3": ("inspector", "330324009", "town"), "inspector_far": ("inspector", "330383198", "town"),
    "inspector_alike": ("inspector", "330324006", "town"), "county_inspector": ("inspector", "330324", "county"),
    "regulator": ("regulator", "330324", "county"), "regulator_far": ("regulator", "330383", "county"),
    "regulator_city": ("regulator", "3303", "city"), "auditor": ("auditor", "3303", "city"), "admin": ("admin", "", ""),
    "stranger": ("", "", ""),
}  # fmt: skip


def token(person: Person, *, strong: bool = True, at: datetime | None = None) -> str:
    """Return the token of a new session of `person`; `strong`: as after a second factor given at that moment."""
    return tokens.issue(person, at=at or clock.now(), strong=strong)


class Cast:
    """Makes and keeps the people it is asked for."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}

    def __getattr__(self, key: str) -> Person:
        """Return the person with this key of the demo table."""
        if key not in ROLES:
            raise AttributeError(key)
        if key not in self._people:
            self._people[key] = self._enrol(key)
        return self._people[key]

    @property
    def people(self) -> dict[str, Person]:
        """Return who was asked for so far, by key."""
        return self._people

    def actor(self, key: str, *, at: datetime = NOON) -> Actor:
        """Return a person as rules and actions see them at `at`: duties in force, second factor given just now."""
        return queries.actor_of(getattr(self, key), at=at, strong=True, stepped_up_at=at)

    @cached_property
    def a(self) -> Firm:
        return self._register("a")

    @cached_property
    def b(self) -> Firm:
        return self._register("b")

    @cached_property
    def c(self) -> Firm:
        return self._register("c")

    @cached_property
    def alike(self) -> Firm:
        return self._register("alike")

    def _register(self, key: str) -> Firm:
        firm, whole = FIRMS[key], ActorDuty(fixed("registrar"), Role.REGULATOR, region="33", level="province")
        registrar = Actor(fixed("registrar"), fixed("registrar"), "登记员", duties=(whole,), strong=True)
        got = idempotency.received(
            id=firm.id, kind="enterprise", route="POST /enterprises", path_ids={}, content={}, actor_id=registrar.id, at=LONG_AGO,
        )  # fmt: skip
        profile = Profile(
            name=firm.name, uscc=firm.uscc, industry="C3441", region=firm.town, grid=firm.grid, size_class="small",
            location=Site(firm.latitude, firm.longitude),
        )  # fmt: skip
        register(profile=profile, received=got, actor=registrar, at=LONG_AGO)
        self._settle(firm.id)
        return firm

    def _settle(self, enterprise_id: UUID) -> None:
        """Let what follows from a registration long ago be over and done with, so that tests count their own jobs."""
        regrade(enterprise_id, at=LONG_AGO)
        Job.objects.filter(kind__in=["grading.tasks.regrade", "inspections.tasks.look_at_enterprise"]).delete()

    def _enrol(self, key: str) -> Person:
        role, scope, level = ROLES[key]
        phone = f"+861380013{list(ROLES).index(key):04d}"
        person = Person.objects.enrol(phone=phone, name=f"测试{key}", id=fixed(key), phone_verified=True)
        if not role:
            return person
        duty = Duty(person=person, role=role, since=LONG_AGO, licence_no="浙C0001" if role == "inspector" else "")
        if level:
            duty.region_id, duty.level = scope, level
        elif scope:
            duty.enterprise_id = getattr(self, scope).id
        duty.save()
        return person


def a_hazard(cast: Cast, until: Verb | None = None, *, at: datetime = NOON, **how: Any) -> Hazard:
    """Return a hazard of A that the real actions have walked to just after `until`; see tests/loop.py for `how`."""
    return loop.a_walk(cast, until, at=at, **how).hazard
