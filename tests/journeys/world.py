"""The people and enterprises of the simulated month."""

from datetime import datetime
from typing import Any

from accounts import queries as accounts
from accounts.models import Duty, Person
from accounts.policy.actor import Actor
from accounts.policy.actor import Duty as ActorDuty
from accounts.policy.roles import Role
from backend.kernel import idempotency
from demo.codes import made_up
from enterprises.actions.register import register
from enterprises.policy.profile import Profile, Site
from tests.cast import GRID_AB, GRID_C, LONG_AGO, fixed


class World:
    """The people and enterprises, by key, as `tests.loop.Walk` asks for them."""

    def __init__(self, enterprises: int) -> None:
        self.people: dict[str, Person] = {}
        self.firms: list[Any] = []
        for n, (grid, town) in enumerate(((GRID_AB, "330324009"), (GRID_C, "330383198"))):
            self._official(f"grid{n}", "grid_worker", grid, "grid")
            for which in ("first", "second"):
                self._official(f"{which}{n}", "inspector", town, "town")
            self._official(f"regulator{n}", "regulator", town[:6], "county")
        for n in range(enterprises):
            self.firms.append(_registered(n, *((GRID_AB, "330324009") if n % 2 == 0 else (GRID_C, "330383198"))))
            for role in ("owner", "officer"):
                Duty.objects.create(person=self._enrol(f"{role}{n}"), role=role, enterprise_id=self.firms[n].id, since=LONG_AGO)

    def _enrol(self, key: str) -> Person:
        phone = f"+86139{len(self.people):08d}"
        self.people[key] = Person.objects.enrol(phone=phone, name=key, id=fixed(f"month:{key}"), phone_verified=True)
        return self.people[key]

    def _official(self, key: str, role: str, region: str, level: str) -> None:
        licence = "浙C0001" if role == "inspector" else ""
        Duty.objects.create(person=self._enrol(key), role=role, region_id=region, level=level, licence_no=licence, since=LONG_AGO)

    def __getattr__(self, key: str) -> Any:
        """Return a person, or the enterprise `firm7`."""
        if key.startswith("firm") and key[4:].isdigit():
            return self.firms[int(key[4:])]
        if key in ("inspector", "inspector_2"):
            return self.people["first0"]
        try:
            return self.people[key]
        except KeyError:
            raise AttributeError(key) from None

    def actor(self, key: str, *, at: datetime) -> Actor:
        """Return a person as actions see him."""
        return accounts.actor_of(self.people[key], at=at, strong=True, stepped_up_at=at)


def _registered(number: int, grid: str, town: str) -> Any:
    whole = ActorDuty(fixed("registrar"), Role.REGULATOR, region="33", level="province")
    registrar = Actor(fixed("registrar"), fixed("registrar"), "登记员", duties=(whole,), strong=True)
    got = idempotency.received(
        id=fixed(f"month:firm{number}"), kind="enterprise", route="POST /enterprises", path_ids={}, content={},
        actor_id=registrar.id, at=LONG_AGO,
    )  # fmt: skip
    profile = Profile(
        name=f"月度{number}号阀门有限公司", uscc=made_up(town[:6], number), industry="C3441", region=town, grid=grid,
        size_class="small", location=Site(28.0, 120.6),
    )  # fmt: skip
    return register(profile=profile, received=got, actor=registrar, at=LONG_AGO)[0]
