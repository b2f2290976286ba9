"""Bodies, filters and answers of inspections."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Code, Cursor, Day, Id, Limit, Note, Out, QueryFlag, ReceiptOut, RegionCode
from hazards.schemas.outputs import AllowedOut, EventOut
from inspections.policy.templates import Result
from inspections.policy.visits import Mode, Type, VisitStatus

MOST_PEOPLE, MOST_CHECKLISTS = 10, 20


def _each_once(named: list[Any]) -> list[Any]:
    if len(set(named)) != len(named):
        raise PydanticCustomError("twice", "names one twice")
    return named


People = Annotated[list[Id], Field(min_length=1, max_length=MOST_PEOPLE), AfterValidator(_each_once)]
Codes = Annotated[list[Code], Field(max_length=MOST_CHECKLISTS), AfterValidator(_each_once)]


class InspectionIn(Body):
    """`POST /inspections`; without `inspectors` the caller goes alone, of several the first leads."""

    id: Id | None = None
    type: Type
    mode: Mode = Mode.PLANNED
    enterprise_id: Id
    inspectors: People | None = None
    planned_on: Day
    checklists: Codes = []
    campaign: Id | None = None
    action_code: Code | None = None
    note: Note = ""


class InspectionPatch(Body):
    """`PATCH /inspections/{id}` while it is planned; what is left out stays. `reason` is for officials and the record."""

    planned_on: Day | None = None
    inspectors: People | None = None
    checklists: Codes | None = None
    reason: Note = ""


class InspectionFilters(Body):
    """`GET /inspections`; days are those of `planned_on`, both included."""

    status: VisitStatus | None = None
    type: Type | None = None
    mode: Mode | None = None
    enterprise_id: Id | None = None
    region: RegionCode | None = None
    campaign: Id | None = None
    draw_id: Id | None = None
    mine: QueryFlag | None = None
    planned_from: Day | None = None
    planned_to: Day | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class OfficerOut(Out):
    """One who goes; members of the enterprise may ask for his licence."""

    id: UUID
    name: str
    role: str
    licence_no: str
    lead: bool


class CandidateOut(Out):
    """An inspector of the draw's pool, `no` his number there: `drawn` for this visit, or the next to take the place of one."""

    no: int
    account: UUID
    name: str
    licence_no: str
    department: str
    drawn: bool


class PinOut(Out):
    """A checklist with the version that counts on this visit."""

    code: str
    version: int


class InspectionRowOut(Out):
    """An inspection as lists show it; `hidden`: the enterprise does not know of it yet. Flags are for officials (else null)."""

    id: UUID
    type: Type
    type_label: str
    mode: Mode
    mode_label: str
    status: VisitStatus
    status_label: str
    enterprise_id: UUID
    enterprise_name: str
    region: str
    grid: str
    planned_on: date
    inspectors: list[OfficerOut]
    checklists: list[PinOut]
    campaign: UUID | None
    draw_id: UUID | None
    action_code: str | None
    planned_at: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    cancelled_at: datetime | None
    flags: list[str] | None
    hidden: bool
    version: int


class InspectionsOut(Out):
    """A page of inspections."""

    items: list[InspectionRowOut]
    next_cursor: str | None
    count: int | None = None


class VisitActShown(Out):
    """An act of an inspection, its own fields beside the common ones."""

    model_config = ConfigDict(from_attributes=True, extra="allow")

    id: UUID
    kind: str
    at: datetime
    claimed_at: datetime | None
    actor: dict[str, Any]
    note: str
    photo_ids: list[UUID]
    location: dict[str, Any] | None
    flags: list[str] | None


class VisitFindingOut(Out):
    """A hazard that was found."""

    hazard_id: UUID
    checklist_item: str | None
    at: datetime


class VisitAnswerOut(Out):
    """The answer that stands for an item, and when it was given."""

    model_config = ConfigDict(from_attributes=True, extra="allow")

    code: str
    result: Result
    note: str
    answered_at: datetime


class OpenOut(Out):
    """What stands between a visit and its check-out: items without an answer, problems without a finding."""

    unanswered: list[str]
    without_finding: list[str]


class InspectionOut(InspectionRowOut):
    """An inspection in full; `arrived_at` and `left_at` are when the phone says it was there.

    `reserve`, for officials: who was drawn for it and who comes next, in this order; empty if it came out of no draw.
    """

    note: str
    reserve: list[CandidateOut] | None
    cancel_reason: str | None
    arrived_at: datetime | None
    left_at: datetime | None
    answers: list[VisitAnswerOut]
    open: OpenOut
    photos_missing: list[UUID]
    findings: list[VisitFindingOut]
    acts: list[VisitActShown]
    allowed: list[AllowedOut]
    receipt: ReceiptOut | None = None


class VisitEventOut(EventOut):
    """One entry of a visit's chain. What is odd (`flags`, where the actor was) is for officials and auditors, else null.

    `body` is empty where it would tell others of that (entries of the first days).
    """

    flags: list[str] | None
    presence: str | None
    metres: int | None


class VisitEventsOut(Out):
    """The chain of one visit, oldest first."""

    items: list[VisitEventOut]
    next_cursor: str | None


class ReadingOut(Out):
    """Somebody looked at the plan while it was hidden; `reading_id` is the subject of the ledger entry that says so."""

    reading_id: UUID
    at: datetime
    reader: dict[str, Any]


class ReadingsOut(Out):
    """A page of readings."""

    items: list[ReadingOut]
    next_cursor: str | None


class InspectionBrief(Out):
    """The inspection after an act."""

    id: UUID
    status: VisitStatus
    version: int
    flags: list[str] | None
    allowed: list[AllowedOut]


class VisitActOut(Out):
    """An act's answer: its own fields, the inspection after it, the receipt."""

    model_config = ConfigDict(from_attributes=True, extra="allow")

    id: UUID
    kind: str
    at: datetime
    note: str
    photo_ids: list[UUID]
    inspection: InspectionBrief
    receipt: ReceiptOut
