"""What one person has to do today, as rows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel.calendar import local_day
from backend.kernel.web.fields import Out
from hazards.actions import judge
from hazards.schemas import show
from hazards.schemas.outputs import HazardRowOut
from inspections.models import RemoteCheck, SelfInspection
from inspections.policy.words import SELF_INSPECTION_LABELS, SelfInspectionStatus
from inspections.schemas import look_backs, remote_checks
from inspections.schemas import show_inspections as visits
from inspections.schemas.inspections import InspectionRowOut
from inspections.schemas.look_backs import LookBackTaskOut
from inspections.schemas.programmes import CampaignOut, campaign
from inspections.schemas.remote_checks import RemoteCheckOut
from media import queries as media
from sync.queries import day
from sync.queries.day import Day


class CaseRowOut(Out):
    """A hazard that is the reader's to do something about; `awaiting`: somebody's move other than rectifying."""

    why: Literal["overdue", "due", "awaiting"]
    hazard: HazardRowOut


class SheetRowOut(Out):
    """A self-inspection that waits; the items are at `GET /self-inspections/{id}` and in the day pack."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    checklist: str
    checklist_name: str
    starts_at: datetime
    due_at: datetime
    miss_at: datetime
    missed_at: datetime | None
    status: SelfInspectionStatus
    status_label: str


class TodayOut(Out):
    """What is to be done on `day` (Asia/Shanghai), the most urgent first in each part; not `complete`: more cases than these.

    `inspections`: made by the reader today or begun. `self_inspections`: his to work through; to an official those that wait
    where he goes. `look_backs`: his to do now. `remote_checks`: wait for his enterprise's answer, or for his word on one.
    """

    day: date
    cases: list[CaseRowOut]
    complete: bool
    inspections: list[InspectionRowOut]
    self_inspections: list[SheetRowOut]
    look_backs: list[LookBackTaskOut]
    remote_checks: list[RemoteCheckOut]
    campaigns: list[CampaignOut]


def shown(found: Day, questions: Sequence[RemoteCheck], *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what is to be done as it is answered (≤ 3 queries)."""
    slots, today = media.slots([*(row.id for row in found.cases), *(row.id for row in questions)]), local_day(at)
    cases = []
    for row in found.cases:
        allowed = judge.row(row, actor=actor, at=at, slots=slots[row.id], whole=False)
        hazard = show.row(row, actor=actor, at=at, slots=slots[row.id], allowed=allowed)
        cases.append({"why": day.why(row, at), "hazard": hazard})
    return {
        "day": today, "cases": cases, "complete": found.complete,
        "inspections": [visits.row(row, actor=actor) for row in found.visits],
        "self_inspections": [_sheet(row) for row in found.sheets],
        "look_backs": [look_backs.task(row, actor=actor, at=at) for row in found.look_backs],
        "remote_checks": [remote_checks.shown(row, actor=actor, at=at, slots=slots[row.id]) for row in questions],
        "campaigns": [campaign(row, today=today) for row in found.campaigns],
    }  # fmt: skip


def _sheet(row: SelfInspection) -> dict[str, Any]:
    names = ("id", "enterprise_id", "starts_at", "due_at", "miss_at", "missed_at", "status")
    return {
        **{name: getattr(row, name) for name in names}, "enterprise_name": row.enterprise.name, "checklist": row.code,
        "checklist_name": row.checklist.name, "status_label": SELF_INSPECTION_LABELS[SelfInspectionStatus(row.status)],
    }  # fmt: skip
