"""The day pack, and what was not received."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints

from accounts.policy.actor import Actor
from accounts.schemas import RegionOut
from backend.kernel.calendar import local_day
from backend.kernel.web.fields import Body, Cursor, Limit, Out, Sha256
from enterprises.schemas.enterprise import EnterpriseOut
from hazards.schemas.outputs import CategoryOut, CriterionOut, HazardOut
from inspections.schemas import look_backs
from inspections.schemas import show_inspections as visits
from inspections.schemas.checklists import ChecklistOut
from inspections.schemas.inspections import InspectionRowOut
from inspections.schemas.look_backs import LookBackTaskOut
from inspections.schemas.programmes import CampaignOut, campaign
from inspections.schemas.self_inspections import SelfInspectionOut
from media.storage import links
from media.storage.links import Link
from sync.queries.day_pack import Pack
from sync.queries.not_received import Expected
from sync.schemas.acts import KeptOut

NAMES = ("categories", "criteria", "checklists", "regions")


class PackIn(Body):
    """`catalogues`: the digest of the catalogues that the phone has; they are left out while it holds."""

    catalogues: Sha256 | None = None


class CaseOut(Out):
    """A hazard that is the reader's to do something about, in full; `awaiting`: somebody's move other than rectifying."""

    why: Literal["overdue", "due", "awaiting"]
    hazard: HazardOut


class ThumbOut(Out):
    """A small picture that never changes: keep it by `photo_id`. `url` is good for five minutes, then ask for the pack again."""

    photo_id: UUID
    sha256: str
    url: str


class CataloguesOut(Out):
    """What forms are filled in with; null where the phone has it already."""

    digest: str
    categories: list[CategoryOut] | None
    criteria: list[CriterionOut] | None
    checklists: list[ChecklistOut] | None
    regions: list[RegionOut] | None


class LookBackCaseOut(Out):
    """A look-back that the reader may do now, and the closed hazard in full."""

    task: LookBackTaskOut
    hazard: HazardOut


class PackOut(Out):
    """What is needed on `day` (Asia/Shanghai) where there is no network; not `complete`: the most urgent cases only.

    `inspections` are those that the reader makes, planned until today and not finished; `pinned` those versions of
    their checklists that the catalogues no longer have. `self_inspections` are a member's to work through, and to an official
    those that wait at the enterprises of his `inspections`. `campaigns` are those that run in his regions.
    """

    day: date
    cases: list[CaseOut]
    complete: bool
    self_inspections: list[SelfInspectionOut]
    enterprises: list[EnterpriseOut]
    thumbs: list[ThumbOut]
    catalogues: CataloguesOut
    inspections: list[InspectionRowOut]
    pinned: list[ChecklistOut]
    look_backs: list[LookBackCaseOut]
    campaigns: list[CampaignOut]


def pack(found: Pack, *, actor: Actor, at: datetime, known: str | None) -> dict[str, Any]:
    """Return a day pack as it is answered, its pictures without their addresses; `known`: the digest that the phone has."""
    whole, day = found.catalogues["digest"] != known, local_day(at)
    return {
        "day": day, "cases": found.cases, "complete": found.complete, "enterprises": found.enterprises,
        "self_inspections": found.self_inspections,
        "thumbs": [{"photo_id": thumb.photo_id, "sha256": thumb.sha256} for thumb in found.thumbs],
        "catalogues": {**found.catalogues, **({} if whole else dict.fromkeys(NAMES))},
        "inspections": [visits.row(row, actor=actor) for row in found.visits],
        "pinned": found.pinned, "campaigns": [campaign(row, today=day) for row in found.campaigns],
        "look_backs": [
            {"task": look_backs.task(task, actor=actor, at=at), "hazard": hazard} for task, hazard in found.look_backs
        ],
    }  # fmt: skip


def thumbs(found: Pack, *, actor: Actor, base: str, at: datetime) -> list[dict[str, Any]]:
    """Return the pictures of a pack with their addresses; `base` is scheme and host."""
    role = actor.duties[0].role.value if actor.duties else ""
    return [
        {
            "photo_id": thumb.photo_id, "sha256": thumb.sha256,
            "url": base + links.path(Link(thumb.photo_id, "thumb", actor.id, role, thumb.drawn), at=at),
        }
        for thumb in found.thumbs
    ]  # fmt: skip


class NotReceivedIn(Body):
    """A page of it; held acts come with the first."""

    limit: Limit | None = None
    cursor: Cursor | None = None


class ExpectedOut(Out):
    """A photo that an act of the caller named and that has not come, or cannot be used (`code` says why).

    With `sha256` or `bytes` only those very bytes will do. `lapses_at`: from then on it holds nothing up (null: it is over).
    """

    photo_id: UUID
    subject_kind: str
    subject_id: UUID
    hazard_id: UUID | None
    act_id: UUID
    label: Annotated[str, StringConstraints(max_length=40)]
    status: Literal["expected", "refused"]
    code: str | None
    sha256: str | None
    bytes: int | None
    named_at: datetime
    lapses_at: datetime | None


class NotReceivedOut(Out):
    """What the server still expects from the caller's devices: photos, and what his held acts wait for."""

    photos: list[ExpectedOut]
    held: list[KeptOut]
    next_cursor: str | None


def expected(row: Expected) -> dict[str, Any]:
    """Return one awaited photo as it is answered."""
    use = row.use
    return {
        "photo_id": use.photo_id, "subject_kind": use.subject_kind, "subject_id": use.subject_id,
        "hazard_id": use.subject_id if use.subject_kind == "hazard" else None, "act_id": use.act_id,
        "label": use.label, "status": row.status,
        "code": row.code or None, "sha256": use.sha256 or None, "bytes": use.bytes, "named_at": use.named_at,
        "lapses_at": row.lapses_at,
    }  # fmt: skip
