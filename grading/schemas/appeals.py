"""Appeals (申诉): bodies, filters and answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from backend.kernel.web.fields import Body, Code, Cursor, Id, Limit, Out, QueryFlag, ReceiptOut, RegionCode, Text
from enterprises.models import Enterprise
from grading.actions.appeal import Claimed
from grading.models import Appeal
from grading.policy.contest import Point
from grading.queries import contests
from grading.schemas import Grade
from grading.schemas.decisions import GradedEnterpriseOut
from hazards.schemas import forms
from hazards.schemas.inputs import Photos
from media.policy.uses import Slot, missing

MOST = 20
Status = Literal["open", "granted", "refused"]
Factor = Annotated[Code, StringConstraints(max_length=40)]


class DisputedRowIn(Body):
    """A row or veto of the explanation: its `factor` (of a veto the condition or the number) and one of its `evidence`.

    Without a factor everything that this evidence brings is disputed.
    """

    factor: Factor | None = None
    evidence_id: Id


class AppealIn(Body):
    """`POST /enterprises/{id}/appeals`: rows, facts or the override in force, at least one of them."""

    id: Id | None = None
    rows: Annotated[list[DisputedRowIn], Field(max_length=MOST)] = []
    fact_ids: Annotated[list[Id], Field(max_length=MOST)] = []
    override_id: Id | None = None
    reason: Text
    photo_ids: Photos = []

    @model_validator(mode="after")
    def _about_something(self) -> "AppealIn":
        if not (self.rows or self.fact_ids or self.override_id):
            raise PydanticCustomError("nothing_disputed", "names a row, a fact or an override")
        return self


class AppealDecisionIn(Body):
    """`POST /appeals/{id}/decisions`."""

    id: Id | None = None
    outcome: Literal["granted", "refused"]
    reasons: Text


class AppealFilters(Body):
    """`GET /appeals`; `late` ones are undecided although their time is over."""

    enterprise_id: Id | None = None
    status: Status | None = None
    late: QueryFlag | None = None
    region: RegionCode | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class DisputedOut(Out):
    """One thing that is disputed: `factor` is null where all that the evidence brings is meant."""

    what: Literal["row", "fact", "override"]
    factor: str | None
    evidence_id: UUID
    words: str | None


class AppealDecisionOut(Out):
    """What was decided, by whom and why."""

    id: UUID
    at: datetime
    outcome: Literal["granted", "refused"]
    reasons: str
    by: dict[str, Any]


class AppealOut(Out):
    """An appeal; `grade` is the one it was made against, `decide_by` the first instant too late for its decision."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    status: Status
    grade: Grade
    disputed: list[DisputedOut]
    reason: str
    photo_ids: list[UUID]
    photos_missing: list[UUID]
    made_at: datetime
    made_by: dict[str, Any]
    decide_by: datetime
    late: bool
    decision: AppealDecisionOut | None
    version: int
    receipt: ReceiptOut | None = None


class AppealsOut(Out):
    """A page of appeals."""

    items: list[AppealOut]
    next_cursor: str | None
    count: int | None = None


class AppealActOut(Out):
    """A decision: the appeal and the enterprise after it."""

    id: UUID
    kind: Literal["appeal_decision"]
    at: datetime
    outcome: Literal["granted", "refused"]
    reasons: str
    appeal: AppealOut
    enterprise: GradedEnterpriseOut
    receipt: ReceiptOut


def claimed(body: AppealIn) -> Claimed:
    """Return an appeal as the action takes it; what is named twice is meant once."""
    rows = dict.fromkeys(Point(row.factor or "", row.evidence_id) for row in body.rows)
    return Claimed(tuple(rows), tuple(dict.fromkeys(body.fact_ids)), body.override_id, body.reason, forms.photos(body.photo_ids))


def shown(row: Appeal, slots: Sequence[Slot], *, at: datetime) -> dict[str, Any]:
    """Return an appeal as every answer shows it; `slots` are its photos."""
    return {
        "id": row.id, "enterprise_id": row.enterprise_id, "enterprise_name": row.__dict__.get("firm") or row.enterprise.name,
        "status": row.status, "grade": row.grade,
        "disputed": [
            {"what": item.what, "factor": item.factor or None, "evidence_id": item.evidence, "words": item.words or None}
            for item in row.disputed.all()
        ],
        "reason": row.reason, "photo_ids": row.photo_ids, "photos_missing": missing(slots), "made_at": row.made_at,
        "made_by": {"id": row.made_by, "name": row.made_name}, "decide_by": row.decide_by,
        "late": not row.outcome and row.decide_by <= at, "decision": _decision(row), "version": row.version,
    }  # fmt: skip


def _decision(row: Appeal) -> dict[str, Any] | None:
    if not row.outcome:
        return None
    by = {"id": row.decided_by, "name": row.decided_name}
    return {"id": row.decision_id, "at": row.decided_at, "outcome": row.outcome, "reasons": row.reasons, "by": by}


def decided(row: Appeal, enterprise: Enterprise, slots: Sequence[Slot], *, at: datetime) -> dict[str, Any]:
    """Return a decision; the receipt is added where it is answered."""
    return {
        "id": row.decision_id, "kind": "appeal_decision", "at": row.decided_at, "outcome": row.outcome, "reasons": row.reasons,
        "appeal": shown(row, slots, at=at), "enterprise": contests.brief(enterprise),
    }  # fmt: skip
