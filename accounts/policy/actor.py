"""Who is acting: a person with duties. Rules and queries are handed this, never a request or a database row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.policy.places import Place
from accounts.policy.roles import NEEDS_SECOND_FACTOR, Role

STEP_UP_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Duty:
    """A role with its scope: an enterprise, or a region (`level` is the column its `region` code stands in)."""

    id: UUID
    role: Role
    enterprise_id: UUID | None = None
    region: str = ""
    level: str = ""
    licence_no: str = ""

    def covers(self, place: Place) -> bool:
        """Return whether `place` lies in this duty's region: equality on the ancestor column of its level."""
        return bool(self.level) and getattr(place, self.level) == self.region


@dataclass(frozen=True, slots=True)
class Actor:
    """A logged-in person. `id` is the account, `person` the natural person behind it (who may have two accounts).

    `interests`: enterprises where that natural person holds a duty by any account (利益回避).
    `strong`: the second factor was given in this session. `stepped_up_at`: when it was last given.
    """

    id: UUID
    person: UUID
    name: str
    phone: str = ""
    duties: tuple[Duty, ...] = ()
    interests: frozenset[UUID] = frozenset()
    strong: bool = False
    stepped_up_at: datetime | None = None
    session_key: str = ""

    def duties_as(self, roles: Iterable[Role]) -> tuple[Duty, ...]:
        """Return the duties whose role is one of `roles`."""
        wanted = frozenset(roles)
        return tuple(duty for duty in self.duties if duty.role in wanted)

    def has(self, *roles: Role) -> bool:
        """Return whether any duty has one of `roles`."""
        return bool(self.duties_as(roles))

    def duty_at(self, enterprise_id: UUID, roles: Iterable[Role]) -> Duty | None:
        """Return the first duty in one of `roles` bound to this enterprise, or None."""
        return next((d for d in self.duties_as(roles) if d.enterprise_id == enterprise_id), None)

    def duty_over(self, place: Place, roles: Iterable[Role]) -> Duty | None:
        """Return the first duty in one of `roles` whose region holds `place`, or None."""
        return next((d for d in self.duties_as(roles) if d.covers(place)), None)

    @property
    def needs_second_factor(self) -> bool:
        """Return whether a duty of this person asks for a second factor that this session lacks."""
        return not self.strong and any(duty.role in NEEDS_SECOND_FACTOR for duty in self.duties)

    def stepped_up(self, at: datetime) -> bool:
        """Return whether the second factor was confirmed at most five minutes before `at`."""
        return self.strong and self.stepped_up_at is not None and at - self.stepped_up_at <= STEP_UP_LIFE
