"""Enterprises in and out."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Cursor, Id, Limit, Location, Name, Note, Out, QueryFlag, ReceiptOut, RegionCode
from enterprises.policy.profile import Contact, Profile, Site
from enterprises.queries import Filters

Size = Literal["large", "medium", "small", "micro"]
Risk = Literal["red", "orange", "yellow", "blue"]
Feature = Literal["confined_space", "combustible_dust", "spraying", "metal_smelting", "ammonia_refrigeration", "ship_repair"]
Status = Literal["active", "suspended", "closed"]
Grade = Literal["green", "blue", "yellow", "orange", "red", "grey"]
Short = Annotated[Note, StringConstraints(max_length=40)]
Address = Annotated[Note, StringConstraints(max_length=200)]
Industry = Annotated[Note, StringConstraints(min_length=1, max_length=10)]
GridCode = Annotated[Note, StringConstraints(pattern=r"^\d{15}$")]
Features = Annotated[list[Feature], Field(max_length=6)]


class ContactIn(Body):
    """Somebody to call, by mobile or landline."""

    name: Annotated[Name, StringConstraints(max_length=60)]
    phone: Short
    role: Short = ""


Contacts = Annotated[list[ContactIn], Field(max_length=20)]


class EnterprisePatch(Body):
    """What changes; a member left out stays as it is. `closed` is for good."""

    uscc: Short | None = None
    name: Name = ""
    industry: Industry = ""
    region: RegionCode = ""
    grid: GridCode | None = None
    address: Address = ""
    location: Location | None = None
    size_class: Size | None = None
    risk: Risk | None = None
    risk_features: Features = []
    contacts: Contacts = []
    status: Status = "active"

    def profile(self) -> Profile:
        """Return what was said; which members were named is `model_fields_set`."""
        at = self.location
        return Profile(
            name=self.name, industry=self.industry, region=self.region, grid=self.grid or "", uscc=self.uscc,
            address=self.address, size_class=self.size_class or "", risk=self.risk or "", risk_features=self.risk_features,
            location=Site(at.latitude, at.longitude, at.accuracy_m, at.crs) if at else None,
            contacts=[Contact(c.name, c.phone, c.role) for c in self.contacts], status=self.status,
        )  # fmt: skip


class EnterpriseIn(EnterprisePatch):
    """A new enterprise, or a site of one; it starts `active` and grey."""

    id: Id | None = None
    name: Name
    industry: Industry
    region: RegionCode
    status: Literal["active"] = "active"


class LocationOut(Out):
    """Where it stands, in WGS-84; `original` is what was sent in another datum."""

    latitude: float
    longitude: float
    crs: str
    accuracy_m: float | None
    original: dict[str, Any] | None = None


class ContactOut(Out):
    """Somebody to call; the number is E.164."""

    name: str
    phone: str
    role: str


class EnterpriseOut(Out):
    """An enterprise as it is now."""

    id: UUID
    uscc: str | None
    name: str
    industry: str
    industry_name: str
    region: str
    grid: str | None
    address: str
    location: LocationOut | None
    size_class: str | None
    risk: str | None
    risk_features: list[str]
    contacts: list[ContactOut]
    status: Status
    grade: Grade
    graded_at: datetime | None
    code_colour: Literal["green", "yellow", "red", "grey"]
    version: int
    registered_at: datetime


class CreatedEnterpriseOut(EnterpriseOut):
    """A registered enterprise with its receipt."""

    receipt: ReceiptOut


class EnterprisesOut(Out):
    """A page of enterprises, newest first; `count` only when it was asked for."""

    items: list[EnterpriseOut]
    next_cursor: str | None
    count: int | None = None


def _numbers(least: int, most: int, check: Callable[[list[float]], bool]) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if not isinstance(value, str) or len(value) > 120 or not value.isascii():
            raise PydanticCustomError("numbers", "must be numbers with commas between")
        try:
            found = [float(part) for part in value.split(",")]
        except ValueError as error:
            raise PydanticCustomError("numbers", "must be numbers with commas between") from error
        if not least <= len(found) <= most or not all(abs(n) <= 100_000 for n in found) or not check(found):
            raise PydanticCustomError("numbers_range", "too many or too few numbers, or not a place on earth")
        return value

    return parse


def _on_earth(n: list[float]) -> bool:
    return abs(n[0]) <= 90 and abs(n[1]) <= 180 and (len(n) < 3 or 0 < n[2] <= 50_000)


def _a_box(n: list[float]) -> bool:
    return -180 <= n[0] <= n[2] <= 180 and -90 <= n[1] <= n[3] <= 90


Near = Annotated[str, BeforeValidator(_numbers(2, 3, _on_earth))]
Box = Annotated[str, BeforeValidator(_numbers(4, 4, _a_box))]
NEAR_M = 1000.0


class EnterpriseQuery(Body):
    """Filters. `near`: latitude,longitude[,metres] (1000 m unless said, at most 50 km, accurate to 1 %); `bbox`: west,
    south,east,north; `risk`: a colour of inherent risk or a risk feature; `industry`: a code or its beginning."""

    region: RegionCode | None = None
    grade: Grade | None = None
    industry: Annotated[str, StringConstraints(pattern=r"^[A-T](\d{2,4})?$")] | None = None
    status: Status | None = None
    risk: Risk | Feature | None = None
    q: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = None
    near: Near | None = None
    bbox: Box | None = None
    limit: Limit | None = None
    cursor: Cursor | None = None
    count: QueryFlag = False

    def filters(self) -> Filters:
        """Return the filters with their numbers parsed."""
        near = [float(n) for n in self.near.split(",")] if self.near else []
        box = [float(n) for n in self.bbox.split(",")] if self.bbox else []
        return Filters(
            region=self.region, grade=self.grade, industry=self.industry, status=self.status, risk=self.risk, q=self.q,
            near=(near[0], near[1], near[2] if len(near) == 3 else NEAR_M) if near else None,
            bbox=(box[0], box[1], box[2], box[3]) if box else None,
        )  # fmt: skip
