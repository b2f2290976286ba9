"""Random draws in and out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from accounts import queries as accounts
from backend.kernel.web import replies
from backend.kernel.web.fields import Body, Count, Cursor, Day, Id, Limit, Name, Note, Out, QueryFlag, ReceiptOut, RegionCode
from enterprises.queries import Filters
from inspections.actions.draw_pool import Department, Wish
from inspections.models import RandomDraw
from inspections.queries.draws import Wanted

Lots = Annotated[Count, Field(ge=0, le=10)]
Prefix = Annotated[Note, StringConstraints(max_length=40)]
Industry = Annotated[Note, StringConstraints(min_length=1, max_length=5, pattern=r"^[A-T][0-9]{0,4}$")]
Drawn = Literal["green", "blue", "yellow", "grey"]


class PoolIn(Body):
    """Which enterprises go into the drum; `region` unless said otherwise the caller's own. Orange and red never do."""

    region: RegionCode | None = None
    industry: Industry | None = None
    grade: Drawn | None = None
    risk: Annotated[Note, StringConstraints(min_length=1, max_length=40)] | None = None
    status: Literal["active", "suspended"] = "active"


class InspectorsIn(Body):
    """Which inspectors go into the drum: on duty at or below `region` (the pool's unless said otherwise)."""

    region: RegionCode | None = None
    licence_prefix: Prefix | None = None

    def wanted(self) -> Wanted:
        """Return it as rules take it."""
        return Wanted(self.region or "", self.licence_prefix or "")


class DepartmentIn(Body):
    """One department of a joint draw, of which every enterprise gets one inspector at least."""

    name: Name
    inspectors: InspectorsIn


class WeightsIn(Body):
    """Lots per colour; a colour left out or with 0 is not drawn."""

    green: Lots = 0
    blue: Lots = 0
    yellow: Lots = 0
    grey: Lots = 0


def _apart(departments: list[DepartmentIn]) -> list[DepartmentIn]:
    if len({department.name for department in departments}) < len(departments):
        raise PydanticCustomError("repeated", "department names must differ")
    return departments


class DrawIn(Body):
    """A draw to be committed to; `weights` unless said otherwise by policy."""

    id: Id | None = None
    name: Annotated[Note, StringConstraints(max_length=100)] = ""
    pool: PoolIn
    count: Annotated[Count, Field(ge=1, le=500)]
    inspectors: InspectorsIn | None = None
    weights: WeightsIn | None = None
    per_enterprise: Annotated[Count, Field(ge=2, le=5)] = 2
    reveal_on: Day
    departments: Annotated[list[DepartmentIn], Field(max_length=10), AfterValidator(_apart)] = []

    def wish(self) -> Wish:
        """Return it as the action takes it."""
        return Wish(
            name=self.name.strip(), pool=Filters(**self.pool.model_dump()), count=self.count, per_enterprise=self.per_enterprise,
            reveal_on=self.reveal_on, weights=self.weights.model_dump() if self.weights else None,
            inspectors=self.inspectors.wanted() if self.inspectors else None,
            departments=tuple(Department(d.name.strip(), d.inspectors.wanted()) for d in self.departments),
        )  # fmt: skip


class RevealIn(Body):
    """The reveal of a draw."""

    id: Id | None = None


class DrawFilters(Body):
    """`GET /draws`."""

    region: RegionCode | None = None
    revealed: QueryFlag | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class PublicDrawFilters(Body):
    """`GET /public/draws`."""

    region: RegionCode | None = None
    count: QueryFlag = False
    limit: Limit = 20
    cursor: Cursor | None = None


class HandOut(Out):
    """An inspector who was drawn: his number in the pool, name, certificate (执法证) and department."""

    no: int
    name: str
    licence_no: str
    department: str


class DrawnLotOut(Out):
    """An enterprise that was drawn, and who inspects it."""

    enterprise_id: str
    enterprise: str
    inspectors: list[HandOut]


class RandomDrawOut(Out):
    """A draw; `seed` and `results` (in the order of drawing) are null until it is revealed."""

    id: UUID
    name: str
    region: str
    region_name: str
    count: int
    per_enterprise: int
    pool_size: int
    inspectors_count: int
    commitment: str
    inputs_digest: str
    committed_at: datetime
    reveal_on: date
    revealed_at: datetime | None
    seed: str | None
    results: list[DrawnLotOut] | None


class DrawsOut(Out):
    """Draws, the newest first."""

    items: list[RandomDrawOut]
    next_cursor: str | None
    count: int | None


class EnterpriseInput(Out):
    """An enterprise as it went into the drum."""

    id: str
    name: str
    grade: str
    weight: int
    place: str


class InspectorInput(HandOut):
    """An inspector as he went into the drum: where he has a duty, and at which enterprises of the pool he may not inspect."""

    regions: list[str]
    not_at: list[str]


class InputsOut(Out):
    """What was committed to: its canonical JSON (RFC 8785) has the SHA-256 `inputs_digest`."""

    v: int
    method: str
    draw: str
    name: str
    policy_version: int
    pool: dict[str, str]
    weights: dict[str, int]
    count: int
    per_enterprise: int
    reveal_on: str
    departments: list[str]
    places: dict[str, list[str]]
    enterprises: list[EnterpriseInput]
    inspectors: list[InspectorInput]


class WholeDrawOut(RandomDrawOut):
    """A draw with its inputs; publicly null until it is revealed."""

    inputs: InputsOut | None


class DrawCreated(RandomDrawOut):
    """A draw that was committed to."""

    receipt: ReceiptOut


class RevealOut(Out):
    """A reveal, and the draw after it."""

    id: UUID
    kind: str
    draw: RandomDrawOut
    receipt: ReceiptOut


def draw(row: RandomDraw) -> dict[str, Any]:
    """Return a draw as anyone may see it; before the reveal neither its seed nor what is in the drum."""
    region = accounts.region(row.region)
    return {
        "id": row.id, "name": row.name, "region": row.region, "region_name": region.name if region else "",
        "count": row.count, "per_enterprise": row.per_enterprise, "pool_size": row.pool_size,
        "inspectors_count": row.inspectors_count, "commitment": row.commitment, "inputs_digest": row.inputs_digest,
        "committed_at": row.committed_at, "reveal_on": row.reveal_on, "revealed_at": row.revealed_at,
        "seed": row.seed if row.revealed_at else None, "results": row.published if row.revealed_at else None,
    }  # fmt: skip


def whole(row: RandomDraw, *, public: bool) -> bytes:
    """Return a draw as JSON with its inputs, byte for byte as they were committed to; the public sees them once revealed.

    A pool may be megabytes: it goes out as it was kept, without being read.
    """
    inputs = row.inputs.encode() if row.revealed_at is not None or not public else b"null"
    return replies.render(draw(row)).removesuffix(b"}") + b',"inputs":' + inputs + b"}"
