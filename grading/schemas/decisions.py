"""What the county decides about a grade: bodies and answers of decisions (县级降档决定) and overrides (人工调整)."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Body, Id, Instant, Out, ReceiptOut, Text
from enterprises.models import Enterprise
from grading.actions.override import Wanted
from grading.models import Improvement, Override
from grading.policy.standing import Waiting
from grading.queries import contests
from grading.schemas import Colour, Grade, WaitingOut


class ImprovementIn(Body):
    """`POST /enterprises/{id}/improvements`: nothing has to be said."""

    id: Id | None = None
    reason: Text | None = None


class OverrideIn(Body):
    """`POST /enterprises/{id}/overrides`: `until` when at most 90 days on (policy); red carries its `legal_review`."""

    id: Id | None = None
    grade: Colour
    reason: Text
    until: Instant
    legal_review: Text | None = None


class OverrideEndingIn(Body):
    """`POST /overrides/{id}/endings`."""

    id: Id | None = None
    reason: Text


class GradedEnterpriseOut(Out):
    """An enterprise as acts on its grade show it."""

    id: UUID
    grade: Grade
    code_colour: Literal["green", "yellow", "red", "grey"]
    score: float | None
    version: int


class ImprovementOut(Out):
    """A decision of the county, the enterprise after it, and what its grade waits for now."""

    id: UUID
    kind: Literal["improvement"]
    at: datetime
    reason: str | None
    enterprise: GradedEnterpriseOut
    waiting_for: WaitingOut | None
    receipt: ReceiptOut


class OverrideOut(Out):
    """An override; it is `in_force` until its time is over or somebody has ended it."""

    id: UUID
    enterprise_id: UUID
    grade: Colour
    reason: str
    legal_review: str | None
    at: datetime
    until: datetime
    in_force: bool
    ended_at: datetime | None
    end_reason: str | None


class MadeOverrideOut(OverrideOut):
    """The same, as it is answered to whoever made it, with the enterprise after it."""

    enterprise: GradedEnterpriseOut
    receipt: ReceiptOut


class OverridesOut(Out):
    """A page of overrides."""

    items: list[OverrideOut]
    next_cursor: str | None


class OverrideEndingOut(Out):
    """An override that was ended before its time, and the enterprise after it."""

    id: UUID
    kind: Literal["override_ending"]
    at: datetime
    override: OverrideOut
    enterprise: GradedEnterpriseOut
    receipt: ReceiptOut


def wanted(body: OverrideIn) -> Wanted:
    """Return an override as the action takes it."""
    return Wanted(body.grade, body.reason, body.until, body.legal_review or "")


def improvement(made: Improvement, enterprise: Enterprise, waiting: Waiting | None, *, language: str) -> dict[str, Any]:
    """Return a decision of the county; the receipt is added where it is answered."""
    return {
        "id": made.id, "kind": "improvement", "at": made.at, "reason": made.reason or None,
        "enterprise": contests.brief(enterprise), "waiting_for": waits(waiting, language=language),
    }  # fmt: skip


def waits(waiting: Waiting | None, *, language: str) -> dict[str, Any] | None:
    """Return what a grade waits for, in the reader's language."""
    if waiting is None:
        return None
    return {"what": waiting.what, "words": waiting.words(english=language == "en"), "until": waiting.until}


def shown(row: Override, *, at: datetime) -> dict[str, Any]:
    """Return an override as every answer shows it."""
    return {
        "id": row.id, "enterprise_id": row.enterprise_id, "grade": row.grade, "reason": row.reason,
        "legal_review": row.legal_review or None, "at": row.at, "until": row.until,
        "in_force": row.ended_at is None and row.at <= at < row.until, "ended_at": row.ended_at,
        "end_reason": row.end_reason or None,
    }  # fmt: skip


def made_override(row: Override, enterprise: Enterprise, *, at: datetime) -> dict[str, Any]:
    """Return an override as it is answered to whoever made it."""
    return {**shown(row, at=at), "enterprise": contests.brief(enterprise)}


def ending(row: Override, enterprise: Enterprise, *, at: datetime) -> dict[str, Any]:
    """Return the end of an override; the receipt is added where it is answered."""
    return {
        "id": row.end_id, "kind": "override_ending", "at": row.ended_at, "override": shown(row, at=at),
        "enterprise": contests.brief(enterprise),
    }  # fmt: skip
