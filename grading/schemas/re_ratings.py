"""Requests for a visit (复评申请): bodies, filters and answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Body, Cursor, Id, Limit, Out, QueryFlag, ReceiptOut, RegionCode, Text
from grading.models import ReRating
from grading.schemas import Grade

Status = Literal["open", "met", "refused", "lapsed"]


class ReRatingIn(Body):
    """`POST /enterprises/{id}/re-ratings`."""

    id: Id | None = None
    note: Text | None = None


class ReRatingRefusalIn(Body):
    """`POST /re-ratings/{id}/refusals`."""

    id: Id | None = None
    reason: Text


class ReRatingFilters(Body):
    """`GET /re-ratings`."""

    enterprise_id: Id | None = None
    status: Status | None = None
    region: RegionCode | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class ReRatingOut(Out):
    """A request for a visit; `met` once somebody has looked, `lapsed` when the grade waits for no look any more."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    status: Status
    grade: Grade
    note: str | None
    made_at: datetime
    made_by: dict[str, Any]
    ended_at: datetime | None
    refuse_reason: str | None
    receipt: ReceiptOut | None = None


class ReRatingsOut(Out):
    """A page of requests."""

    items: list[ReRatingOut]
    next_cursor: str | None
    count: int | None = None


class ReRatingRefusalOut(Out):
    """A refusal, and the request after it."""

    id: UUID
    kind: Literal["re_rating_refusal"]
    at: datetime
    re_rating: ReRatingOut
    receipt: ReceiptOut


def shown(row: ReRating) -> dict[str, Any]:
    """Return a request as every answer shows it."""
    return {
        "id": row.id, "enterprise_id": row.enterprise_id, "enterprise_name": row.__dict__.get("firm") or row.enterprise.name,
        "status": row.end or "open", "grade": row.grade, "note": row.note or None, "made_at": row.made_at,
        "made_by": {"id": row.made_by, "name": row.made_name}, "ended_at": row.ended_at,
        "refuse_reason": row.refuse_reason or None,
    }  # fmt: skip


def refusal(row: ReRating) -> dict[str, Any]:
    """Return a refusal; the receipt is added where it is answered."""
    return {"id": row.refusal_id, "kind": "re_rating_refusal", "at": row.ended_at, "re_rating": shown(row)}
