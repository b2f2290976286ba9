"""Bodies and filters of the hazards' operations."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from backend.kernel.calendar import end_of, start_of
from backend.kernel.web.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    Body,
    Code,
    Count,
    Cursor,
    Day,
    Flag,
    Id,
    Instant,
    Limit,
    Location,
    Money,
    Name,
    Note,
    QueryFlag,
    RegionCode,
    Sha256,
    Text,
)
from hazards.policy.words import Level, Source, Status

MOST_PHOTOS = 9


class PhotoIn(Body):
    """A photo that may not have arrived yet; with `sha256` or `bytes` only those very bytes fill its slot."""

    id: Id
    sha256: Sha256 | None = None
    bytes: Annotated[Count, Field(ge=1, le=20 * 1024 * 1024)] | None = None


def _ref(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


def _each_once(photos: list[PhotoIn]) -> list[PhotoIn]:
    if len({photo.id for photo in photos}) != len(photos):
        raise PydanticCustomError("photo_twice", "names a photo twice")
    return photos


PhotoRefIn = Annotated[PhotoIn, BeforeValidator(_ref, json_schema_input_type=PhotoIn | Id)]
Photos = Annotated[list[PhotoRefIn], Field(max_length=MOST_PHOTOS), AfterValidator(_each_once)]
Title = Annotated[str, StringConstraints(max_length=100)]
PlaceName = Annotated[Text, StringConstraints(max_length=200)]
Item = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$")]


def _from(value: Any) -> Any:
    return start_of(date.fromisoformat(value)).isoformat() if _is_day(value) else value


def _until(value: Any) -> Any:
    return end_of(date.fromisoformat(value)).isoformat() if _is_day(value) else value


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        return FIRST_YEAR <= date.fromisoformat(value).year <= LAST_YEAR
    except ValueError:
        return False


# filters take an instant, or a day of Asia/Shanghai: from its first moment, until its last
_AS_TOLD = WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]})
FromMoment = Annotated[Instant, BeforeValidator(_from), _AS_TOLD]
UntilMoment = Annotated[Instant, BeforeValidator(_until), _AS_TOLD]
Hours = Annotated[Count, Field(ge=1, le=72)]


class ActIn(Body):
    """What any act may carry."""

    id: Id | None = None
    note: Note = ""
    photo_ids: Photos = []
    location: Location | None = None


class RulingIn(Body):
    """A verification inside an official's finding."""

    outcome: Literal["confirm"] = "confirm"
    level: Level
    criterion: Code | None = None
    requirement: Text
    due_on: Day | None = None
    responsible: Name | None = None
    stop_work: Flag = False
    due_in_hours: Hours | None = None


class FixIn(Body):
    """A rectification inside a report."""

    measures: Text
    responsible: Name
    finished_at: Instant
    cost_cny: Money | None = None
    photo_ids: Photos = []


class ReportIn(Body):
    """`POST /hazards`."""

    id: Id | None = None
    enterprise_id: Id
    source: Source
    category: Code
    title: Title | None = None
    description: Text
    place: PlaceName
    location: Location | None = None
    found_at: Instant
    level_claimed: Level | None = None
    checklist_item: Item | None = None
    related_to: Id | None = None
    photo_ids: Photos = []
    rectification: FixIn | None = None
    verification: RulingIn | None = None


class VerificationIn(ActIn):
    """`POST /hazards/{id}/verifications`, of three outcomes."""

    outcome: Literal["confirm", "return", "dismiss"]
    level: Level | None = None
    criterion: Code | None = None
    requirement: Text | None = None
    due_on: Day | None = None
    responsible: Name | None = None
    stop_work: Flag = False
    due_in_hours: Hours | None = None
    reason: Literal["not_a_hazard", "duplicate", "out_of_scope"] | None = None
    duplicate_of: Id | None = None


class ResubmissionIn(ActIn):
    """`POST /hazards/{id}/resubmissions`: the changed fields."""

    category: Code | None = None
    title: Title | None = None
    description: Text | None = None
    place: PlaceName | None = None
    found_at: Instant | None = None
    level_claimed: Level | None = None
    checklist_item: Item | None = None


class PlanIn(ActIn):
    """`POST /hazards/{id}/plans`: six elements."""

    goal: Text
    measures: Text
    funds_cny: Money
    responsible: Name
    due_on: Day
    contingency: Text


class RectificationIn(ActIn):
    """`POST /hazards/{id}/rectifications`."""

    measures: Text
    responsible: Name
    finished_at: Instant
    cost_cny: Money | None = None


class AcceptanceIn(ActIn):
    """`POST /hazards/{id}/acceptances`."""

    outcome: Literal["accept", "reject"]


class ReinspectionIn(ActIn):
    """`POST /hazards/{id}/reinspections`; `inspection_id`: the visit on which the caller checked in there."""

    outcome: Literal["pass", "fail"]
    on_site: Flag | None = None
    inspection_id: Id | None = None
    inspectors: Annotated[list[Id], Field(max_length=5)] | None = None
    due_on: Day | None = None


class ExtensionIn(ActIn):
    """`POST /hazards/{id}/extensions`."""

    due_on: Day
    reason: Text


class DecisionIn(ActIn):
    """`POST /extensions/{id}/decisions`."""

    outcome: Literal["grant", "refuse"]


class ListingIn(ActIn):
    """`POST /hazards/{id}/listings`: an order with authority and document number, a proposal without."""

    authority: Literal["county", "city", "province"] | None = None
    document_no: Name | None = None
    due_on: Day | None = None


class LiftIn(ActIn):
    """`POST /listings/{id}/lifts`."""

    acceptance: Text


class LookBackIn(ActIn):
    """`POST /hazards/{id}/look-backs`."""

    outcome: Literal["holds", "recurred"]
    due_on: Day | None = None


class ReclassificationIn(ActIn):
    """`POST /hazards/{id}/reclassifications`."""

    level: Level
    criterion: Code | None = None
    reason: Text


class AnnulmentIn(ActIn):
    """`POST /hazards/{id}/annulments`."""

    reason: Text


class TransferIn(ActIn):
    """`POST /hazards/{id}/transfers`."""

    to_region: RegionCode
    reason: Text


class RulingActIn(ActIn):
    """`POST /hazards/{id}/rulings`."""

    region: RegionCode
    reason: Text


class Filters(Body):
    """`GET /hazards`."""

    status: Status | None = None
    level: Level | None = None
    region: RegionCode | None = None
    enterprise_id: Id | None = None
    source: Source | None = None
    category: Code | None = None
    overdue: QueryFlag | None = None
    listed: QueryFlag | None = None
    mine: QueryFlag | None = None
    due_before: FromMoment | None = None
    reported_from: FromMoment | None = None
    reported_to: UntilMoment | None = None
    q: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    sort: Literal["-reported_at", "due_at"] = "-reported_at"
    allowed: Literal["full"] | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None
