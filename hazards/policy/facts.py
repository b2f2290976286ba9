"""What guards look at: the hazard as it stands, who acts, and what the act says. Plain values, no rows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hazards.policy.words import AS_PARTY, Level, ReviewMode, Source, Status


@dataclass(frozen=True, slots=True)
class Pending:
    """A first signature under the pass of a major hazard, waiting for the other inspector until `until`."""

    act_id: UUID
    first: UUID
    second: UUID
    until: datetime

    def as_json(self) -> dict[str, str]:
        """Return what the hazard's row keeps."""
        return {"act": str(self.act_id), "first": str(self.first), "second": str(self.second), "until": self.until.isoformat()}

    @classmethod
    def of_json(cls, kept: dict[str, str] | None) -> "Pending | None":
        """Return the signature kept on a row, or None."""
        if not kept:
            return None
        return cls(UUID(kept["act"]), UUID(kept["first"]), UUID(kept["second"]), datetime.fromisoformat(kept["until"]))


@dataclass(frozen=True, slots=True)
class Asking:
    """An extension that was asked for and is not decided yet: its id, who asked, until when."""

    id: UUID
    by: UUID
    due_on: date

    def as_json(self) -> dict[str, str]:
        """Return what the hazard's row keeps."""
        return {"id": str(self.id), "by": str(self.by), "due_on": self.due_on.isoformat()}

    @classmethod
    def of_json(cls, kept: dict[str, str] | None) -> "Asking | None":
        """Return the question kept on a row, or None."""
        return cls(UUID(kept["id"]), UUID(kept["by"]), date.fromisoformat(kept["due_on"])) if kept else None


@dataclass(frozen=True, slots=True)
class Hands:
    """Who (natural persons) had a hand in the hazard so far; guards read this instead of walking all acts."""

    rectified: frozenset[UUID] = frozenset()
    found: UUID | None = None
    verified: UUID | None = None
    accepted: UUID | None = None
    passed: frozenset[UUID] = frozenset()
    pending: Pending | None = None
    asking: Asking | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the hazard's row keeps."""
        kept: dict[str, Any] = {
            "rectified": sorted(map(str, self.rectified)),
            "passed": sorted(map(str, self.passed)),
            "pending": self.pending.as_json() if self.pending else None,
            "asking": self.asking.as_json() if self.asking else None,
        }
        return kept | {name: str(who) if (who := getattr(self, name)) else None for name in ("found", "verified", "accepted")}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Hands":
        """Return the hands kept on a row."""

        def one(name: str) -> UUID | None:
            return UUID(kept[name]) if kept.get(name) else None

        return cls(
            frozenset(map(UUID, kept.get("rectified", ()))),
            one("found"),
            one("verified"),
            one("accepted"),
            frozenset(map(UUID, kept.get("passed", ()))),
            Pending.of_json(kept.get("pending")),
            Asking.of_json(kept.get("asking")),
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What an act says, as far as a rule depends on it."""

    level: Level = Level.GENERAL
    criterion_in_force: bool = False
    photos: int = 0
    due_on: date | None = None
    stop_work: bool = False
    on_site: bool = False
    visit_fits: bool = True
    inspectors: tuple[UUID, ...] = ()
    second_person: UUID | None = None
    authority: str = ""
    decided: bool = False
    region_known: bool = True
    to_region: str = ""
    category_known: bool = True
    duplicate_is_live: bool = True
    listing_authority: str = ""
    own_listing_open: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """One hazard, one actor, one instant. `roles` are those that reach this hazard, parties included."""

    at: datetime
    today: date
    status: Status
    level: Level
    level_claimed: Level
    source: Source
    review_mode: ReviewMode
    roles: frozenset[str]
    actor: UUID
    person: UUID
    reporter: UUID
    hands: Hands = field(default_factory=Hands)
    interested: bool = False
    regulates: frozenset[str] = frozenset()
    photos_blocking: bool = False
    has_plan: bool = False
    listed: bool = False
    listed_by: str = ""
    returned_long_enough: bool = False
    due_day: date | None = None
    fail_latest: date | None = None
    extension_latest: date | None = None
    ask_until: datetime | None = None
    extension_asked: bool = False
    region: str = ""
    transfers_left: int = 2
    ruled: bool = False
    cooled: bool = False
    content: Content | None = None

    @property
    def said(self) -> Content:
        """Return what the act says, or an empty content while only asking what would be allowed."""
        return self.content or Content()

    @property
    def signature(self) -> Pending | None:
        """Return the first signature that still waits, or None; it is withdrawn by time alone."""
        pending = self.hands.pending
        return pending if pending and pending.until > self.at else None

    @property
    def reported_by_actor(self) -> bool:
        """Return whether the actor is the party who reported it for an enterprise or as a tip."""
        return self.person == self.reporter and self.source in AS_PARTY
