"""Answers of the hazards' operations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from backend.kernel.web.fields import Out, ReceiptOut
from hazards.policy.words import Level, Source, Status
from media.schemas import CheckOut


class AllowedOut(Out):
    """One act and whether the caller may take it now; `why` is the code of the refusal."""

    act: str
    allowed: bool
    why: str | None
    path: str
    label: str


class PlaceOut(Out):
    """Where a hazard is: WGS-84 degrees; `original` is what was sent in another datum."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None
    crs: str = "wgs84"
    original: dict[str, Any] | None = None


class ReporterOut(Out):
    """Who reported: account, and the role he did it in."""

    id: UUID
    role: str


class HazardRowOut(Out):
    """A hazard as lists show it."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    source: Source
    category: str
    category_name: str
    title: str
    description: str
    place: str
    region: str
    grid: str
    status: Status
    status_label: str
    level: Level
    level_claimed: Level
    review_mode: str
    round: int
    version: int
    reported_at: datetime
    found_at: datetime
    due_at: datetime | None
    original_due_at: datetime | None
    overdue: bool
    listed: bool
    closed_at: datetime | None
    recurrence_of: UUID | None
    photos_missing: list[UUID]
    allowed: list[str] | list[AllowedOut]


class HazardsOut(Out):
    """A page of hazards."""

    items: list[HazardRowOut]
    next_cursor: str | None
    count: int | None = None


class SlotOut(Out):
    """A photo that an act names, with what was found about it as evidence."""

    id: UUID
    act_id: UUID
    label: str
    status: str
    lapsed: bool
    sha256: str | None
    checks: list[CheckOut]


class ActShown(Out):
    """An act in a hazard's timeline, its own fields beside the common ones."""

    model_config = ConfigDict(from_attributes=True, extra="allow")

    id: UUID
    kind: str
    round: int
    at: datetime
    actor: dict[str, Any]
    note: str
    photo_ids: list[UUID]
    location: dict[str, Any] | None


class PendingOut(Out):
    """A first signature that waits for the other inspector."""

    reinspection_id: UUID
    inspector_id: UUID
    expires_at: datetime


class HazardOut(Out):
    """A hazard in full."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    source: Source
    category: str
    category_name: str
    title: str
    description: str
    place: str
    location: PlaceOut | None
    region: str
    grid: str
    status: Status
    status_label: str
    level: Level
    level_claimed: Level
    criterion: str | None
    requirement: str | None
    responsible: str | None
    stop_work: bool
    review_mode: str
    drawn: bool | None
    round: int
    version: int
    flags: list[str]
    checklist_item: str | None
    related_to: UUID | None
    duplicate_of: UUID | None
    recurrence_of: UUID | None
    reporter: ReporterOut
    found_at: datetime
    reported_at: datetime
    received_at: datetime
    confirmed_at: datetime | None
    submitted_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    voided_at: datetime | None
    void_reason: str | None
    due_at: datetime | None
    due_on: date | None
    original_due_at: datetime | None
    due_provisional: bool
    overdue: bool
    listed: bool
    listing: dict[str, Any] | None
    pending_signature: PendingOut | None
    photos: list[SlotOut]
    photos_missing: list[UUID]
    acts: list[ActShown]
    allowed: list[AllowedOut]
    receipt: ReceiptOut | None = None


class HazardBrief(Out):
    """The hazard after an act."""

    id: UUID
    status: Status
    version: int
    round: int
    due_at: datetime | None
    allowed: list[AllowedOut]


class ActOut(Out):
    """An act's answer: its own fields, the hazard after it, the receipt."""

    model_config = ConfigDict(from_attributes=True, extra="allow")

    id: UUID
    kind: str
    at: datetime
    note: str
    photo_ids: list[UUID]
    hazard: HazardBrief
    receipt: ReceiptOut


class EventOut(Out):
    """One entry of the chain: `body` is the canonical JSON whose SHA-256 is `hash`."""

    seq: int
    kind: str
    at: datetime
    actor: dict[str, Any]
    status_before: str
    status_after: str
    facts: dict[str, Any]
    act_id: UUID | None
    prev: str
    hash: str
    body: str


class EventsOut(Out):
    """The chain of one hazard, oldest first."""

    items: list[EventOut]
    next_cursor: str | None


class CategoryOut(Out):
    """A leaf of the hazard categories."""

    code: str
    name: str
    group: str


class CategoriesOut(Out):
    """All of them."""

    items: list[CategoryOut]


class CriterionOut(Out):
    """A criterion for major hazards; people read the official text under document and clause."""

    code: str
    title: str
    document: str
    clause: str
    valid_from: date | None
    valid_to: date | None


class CriteriaOut(Out):
    """All of them."""

    items: list[CriterionOut]
