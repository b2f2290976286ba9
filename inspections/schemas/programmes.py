"""Yearly plans and campaigns in and out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    Body,
    Count,
    Cursor,
    Day,
    Id,
    Limit,
    Name,
    Note,
    Out,
    QueryFlag,
    ReceiptOut,
    RegionCode,
)
from enterprises.schemas.enterprise import Feature, Grade, Risk, Size
from inspections.models import Campaign, InspectionPlan
from inspections.policy.targets import Coverage, Filters, Target
from inspections.queries.programmes import Progress

Year = Annotated[Count, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Percent = Annotated[Count, Field(ge=1, le=100)]
Visits = Annotated[Count, Field(ge=1, le=12)]
Industry = Annotated[str, StringConstraints(pattern=r"^[A-T]([0-9]{2,4})?$")]


def _asked_year(value: Any) -> Any:
    if not isinstance(value, (str, int)) or not str(value).isdecimal() or not str(value).isascii():
        raise PydanticCustomError("int_parsing", "must be a whole number")
    return int(str(value)[:9])


class FiltersIn(Body):
    """Which enterprises are meant; within one list any fits, all lists that are not empty must."""

    grades: Annotated[list[Grade], Field(max_length=6)] = []
    risks: Annotated[list[Risk], Field(max_length=4)] = []
    industries: Annotated[list[Industry], Field(max_length=20)] = []
    features: Annotated[list[Feature], Field(max_length=6)] = []
    size_classes: Annotated[list[Size], Field(max_length=4)] = []

    def as_filters(self) -> Filters:
        """Return them in a fixed order, each once."""
        return Filters.of_json({name: sorted(set(values)) for name, values in self.model_dump().items()})


class TargetIn(Body):
    """A class of enterprises, and how many of them are to be inspected how often in the year."""

    name: Name
    filters: FiltersIn = Field(default_factory=FiltersIn)
    percent: Percent = 100
    visits: Visits = 1

    def as_target(self) -> Target:
        """Return the target as actions take it."""
        return Target(self.name, self.filters.as_filters(), self.percent, self.visits)


class PlanIn(Body):
    """`POST /inspection-plans`; where the region has a plan of that year, the new one supersedes it and says why."""

    id: Id | None = None
    region: RegionCode
    year: Year
    name: Name
    targets: Annotated[list[TargetIn], Field(min_length=1, max_length=20)]
    reason: Note = ""


class CampaignIn(Body):
    """`POST /campaigns`: enterprises of a kind, inspected for one purpose from one day to another, both included."""

    id: Id | None = None
    region: RegionCode
    name: Name
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    filters: FiltersIn = Field(default_factory=FiltersIn)
    percent: Percent = 100
    note: Note = ""

    @model_validator(mode="after")
    def _forward(self) -> "CampaignIn":
        if self.end < self.start:
            raise PydanticCustomError("period.backwards", "`to` must not lie before `from`")
        return self


class ListQuery(Body):
    """A region (only what is made for that very one), and pages."""

    region: RegionCode | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class PlansQuery(ListQuery):
    """And a year; `superseded` ones only on demand."""

    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), BeforeValidator(_asked_year)] | None = None
    superseded: QueryFlag = False


class CampaignsQuery(ListQuery):
    """And how it stands today."""

    state: Literal["ahead", "running", "over"] | None = None


class FiltersOut(Out):
    """Which enterprises are meant."""

    grades: list[str]
    risks: list[str]
    industries: list[str]
    features: list[str]
    size_classes: list[str]


class CoverageOut(Out):
    """Of `enterprises` that are meant as they stand now, how many are due and how many are covered; `rate` at most 1."""

    enterprises: int
    due: int
    covered: int
    rate: float | None


class TargetOut(Out):
    """A target; its coverage in full answers."""

    name: str
    filters: FiltersOut
    percent: int
    visits: int
    coverage: CoverageOut | None = None


class PlanOut(Out):
    """A yearly plan of a region."""

    id: UUID
    region: str
    year: int
    version: int
    superseded: bool
    name: str
    targets: list[TargetOut]
    reason: str | None
    made_at: datetime


class PlanCreated(PlanOut):
    """A plan with the receipt for it."""

    receipt: ReceiptOut


class PlansOut(Out):
    """A page of plans, without their coverage."""

    items: list[PlanOut]
    next_cursor: str | None
    count: int | None = None


class ProgressOut(CoverageOut):
    """And the inspections of the campaign: not over yet, over, and what they found."""

    planned: int
    finished: int
    findings: int


class CampaignOut(Out):
    """A campaign; its progress in full answers."""

    id: UUID
    region: str
    name: str
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    state: Literal["ahead", "running", "over"]
    filters: FiltersOut
    percent: int
    note: str | None
    made_at: datetime
    progress: ProgressOut | None = None


class CampaignCreated(CampaignOut):
    """A campaign with the receipt for it."""

    receipt: ReceiptOut


class CampaignsOut(Out):
    """A page of campaigns, without their progress."""

    items: list[CampaignOut]
    next_cursor: str | None
    count: int | None = None


def plan(row: InspectionPlan, *, superseded: bool, coverage: list[Coverage] | None = None) -> dict[str, Any]:
    """Return a plan as it is answered; with `coverage` in the order of its targets."""
    targets = [
        {**told, "coverage": coverage[place].as_json() if coverage is not None else None}
        for place, told in enumerate(row.targets)
    ]
    return {
        "id": row.id, "region": row.region, "year": row.year, "version": row.version, "superseded": superseded,
        "name": row.name, "targets": targets, "reason": row.reason or None, "made_at": row.made_at,
    }  # fmt: skip


def campaign(row: Campaign, *, today: date, progress: Progress | None = None) -> dict[str, Any]:
    """Return a campaign as it is answered; `today` in Asia/Shanghai."""
    state = "ahead" if today < row.from_on else "over" if today > row.to_on else "running"
    return {
        "id": row.id, "region": row.region, "name": row.name, "start": row.from_on, "end": row.to_on, "state": state,
        "filters": row.filters, "percent": row.percent, "note": row.note or None, "made_at": row.made_at,
        "progress": progress.as_json() if progress else None,
    }  # fmt: skip
