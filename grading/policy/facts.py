"""What a grade is made of, as plain values: no database, no clock. Instants are aware and in UTC.

A `Facts` is complete: with the policy document it gives the score, with a `Standing` (standing.py) the grade as well.
The order of what stands in a tuple never matters.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hazards.policy.words import BY_ENTERPRISE, Level, Source, Status

OPEN = frozenset({Status.RECTIFYING, Status.AWAITING_REINSPECTION})
ON_SITE, REMOTE = "on_site", "remote"


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
    closed_at: datetime | None = None
    listed: bool = False
    stop_work: bool = False
    recurrence: bool = False
    lapses: tuple[Lapse, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Return whether it is a hazard for certain (not merely reported) and not ended at `at`."""
        closed_later = self.status == Status.CLOSED and self.closed_at is not None and at < self.closed_at
        return self.status in OPEN or closed_later

    def is_rectifying(self, at: datetime) -> bool:
        """Return whether it is the enterprise's turn at `at`: what was handed in later had not been then."""
        handed_in_later = self.submitted_at is not None and at < self.submitted_at
        return self.status == Status.RECTIFYING or (handed_in_later and self.is_open(at))

    @property
    def self_found(self) -> bool:
        """Return whether the enterprise, or its agency for it, found the hazard."""
        return self.source in BY_ENTERPRISE

    def overdue(self, at: datetime) -> bool:
        """Return whether it is being rectified and its deadline has passed at `at`."""
        return self.due_at is not None and self.due_at <= at and self.is_rectifying(at)

    def in_time(self, at: datetime) -> bool:
        """Return whether the enterprise is within the deadline, or handed its last rectification in before it."""
        if self.due_at is None:
            return True
        done = at if self.is_rectifying(at) else self.submitted_at
        return done is not None and done < self.due_at


@dataclass(frozen=True, slots=True)
class Period:
    """One period of self-inspection (自查周期) that is settled: of `ids` due at `due_at`, how many were missed or late."""

    due_at: datetime
    ids: tuple[UUID, ...]
    missed: tuple[UUID, ...] = ()
    late: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact with dates (fact_kinds.py). It holds from `valid_from` until before `valid_to`. `code` is what its value says."""

    id: UUID
    kind: str
    valid_from: datetime
    valid_to: datetime | None = None
    code: str = ""

    def holds(self, at: datetime) -> bool:
        """Return whether it is in force at `at`."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Verification:
    """An official looked, and nothing new was wrong: `kind` is `on_site` or `remote` (云核查). `id` is what shows it."""

    id: UUID
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """人工调整: the county sets the grade from `at` until before `until`; a veto still holds."""

    id: UUID
    grade: str
    at: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Return whether it is in force at `at`."""
        return self.at <= at < self.until


@dataclass(frozen=True, slots=True)
class Decision:
    """县级降档决定: the county lets an enterprise leave a colour that only it opens. One step uses it up."""

    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Strike:
    """What a granted appeal struck: this evidence no longer counts for `factor` (a factor or a veto's condition).

    `factor` "" strikes the evidence everywhere.
    """

    factor: str
    evidence: UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one enterprise. `rated`: it had a grade before, and does not become grey again."""

    registered_at: datetime
    rated: bool = False
    hazards: tuple[Weighed, ...] = ()
    periods: tuple[Period, ...] = ()
    dated: tuple[Dated, ...] = ()
    verifications: tuple[Verification, ...] = ()
    overrides: tuple[Override, ...] = ()
    decisions: tuple[Decision, ...] = ()
    strikes: tuple[Strike, ...] = ()
    _struck: frozenset[tuple[str, UUID]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_struck", frozenset((strike.factor, strike.evidence) for strike in self.strikes))

    def counts(self, factor: str, evidence: UUID) -> bool:
        """Return whether `evidence` still counts for `factor`: no appeal struck it."""
        return not self._struck or not ({(factor, evidence), ("", evidence)} & self._struck)
