"""What a grade is made of: the hazards of one enterprise that may weigh on it, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hazards.policy.words import BY_ENTERPRISE, Level, Source, Status

OPEN = frozenset({Status.RECTIFYING, Status.AWAITING_REINSPECTION})


@dataclass(frozen=True, slots=True)
class Lapse:
    """A visit that failed: `reinspection_failed` (复查不通过) or `look_back_failed` (回头看反弹)."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Weighed:
    """One hazard. `since` is when an official confirmed it, or for a self-fixed one when it was received."""

    id: UUID
    level: Level
    source: Source
    status: Status
    since: datetime
    due_at: datetime | None = None
    submitted_at: datetime | None = None
    listed: bool = False
    recurrence: bool = False
    lapses: tuple[Lapse, ...] = ()

    @property
    def open(self) -> bool:
        """Return whether it is a hazard for certain (not merely reported) and not ended."""
        return self.status in OPEN

    @property
    def self_found(self) -> bool:
        """Return whether the enterprise, or its agency for it, found the hazard."""
        return self.source in BY_ENTERPRISE

    def overdue(self, at: datetime) -> bool:
        """Return whether it is being rectified and its deadline has passed at `at`."""
        return self.status == Status.RECTIFYING and self.due_at is not None and self.due_at <= at

    def in_time(self, at: datetime) -> bool:
        """Return whether the enterprise is within the deadline, or handed its last rectification in before it."""
        if self.due_at is None:
            return True
        done = at if self.status == Status.RECTIFYING else self.submitted_at
        return done is not None and done < self.due_at


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one enterprise. `rated`: it had a grade before, and does not become grey again."""

    registered_at: datetime
    rated: bool
    hazards: tuple[Weighed, ...] = ()
