"""What is known of a photo as evidence (证据), and what may be found about it: frozen values that every check is handed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

Spot = tuple[float, float]  # latitude, longitude in WGS-84 degrees


class Code(StrEnum):
    """What a check may find (api.md §3)."""

    REUSED_EXACT = "reused_exact"
    REUSED_SIMILAR = "reused_similar"
    SAME_AS_BEFORE = "same_as_before"
    TAKEN_BEFORE_HAZARD = "taken_before_hazard"
    TAKEN_ELSEWHERE = "taken_elsewhere"
    NO_METADATA = "no_metadata"
    EDITED = "edited"
    MOCK_LOCATION = "mock_location"
    CLOCK_SKEW = "clock_skew"
    TOO_SMALL_TO_JUDGE = "too_small_to_judge"


class Severity(StrEnum):
    """How grave: `info` informs, `warn` doubles the sampling rate, `strong` draws the hazard; none refuses."""

    INFO = "info"
    WARN = "warn"
    STRONG = "strong"


GRAVITY = {Severity.INFO: 1, Severity.WARN: 2, Severity.STRONG: 3}


class Alike(StrEnum):
    """How much another picture is the same one: byte for byte; the whole picture again; or as cut or shot from the same spot."""

    EXACT = "exact"
    EQUAL = "equal"
    LIKE = "like"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `facts`: plain JSON, the numbers its words are made of; nothing personal."""

    code: Code
    severity: Severity
    facts: Mapping[str, Any] = field(default_factory=dict)
    other_photo_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """Where and when somebody's earlier photo claims to have been taken."""

    at: datetime
    spot: Spot


@dataclass(frozen=True, slots=True)
class Shot:
    """The photo itself: what the phone said, what the file says, what was measured.

    `person` sent it, under the enterprise `firm` (None for officials). Times are aware. `spot` is what the phone said,
    `file_spots` what the file may mean (phones in China write either datum without saying which). `skew_s`: how far the
    clock of this sender's phone runs ahead, None while unknown. `trail`: his earlier photos with a place, newest first.
    """

    id: UUID
    person: UUID
    firm: UUID | None
    received_at: datetime
    taken_at: datetime | None = None
    file_taken_at: datetime | None = None
    spot: Spot | None = None
    accuracy_m: float = 0.0
    file_spots: tuple[Spot, ...] = ()
    mock_location: bool | None = None
    has_metadata: bool = False
    software: str = ""
    side: int = 0
    quality: int | None = None
    skew_s: int | None = None
    trail: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """One use of a photo by an act. `not_before`: it cannot honestly have been taken earlier. `spot`: the place claimed."""

    id: UUID
    subject_id: UUID
    act_id: UUID
    label: str
    person: UUID
    firm: UUID | None
    named_at: datetime
    not_before: datetime | None = None
    spot: Spot | None = None
    firm_spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """Another photo that shows the same: how much so (`likeness` 0 to 1), whose it is, what it is used for."""

    id: UUID
    alike: Alike
    likeness: float
    turned: bool
    person: UUID
    firm: UUID | None
    received_at: datetime
    purposes: tuple[Purpose, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What a check judges: a photo, one of its uses (None: of itself, or not used yet), and the photos that show the same.

    `siblings`: where the other photos of the same subject claim to have been taken, before and after apart.
    """

    shot: Shot
    use: Purpose | None = None
    kin: tuple[Kin, ...] = ()
    before_spots: tuple[Spot, ...] = ()
