"""Bodies, filters and answers of remote checks, and how they are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE
from backend.kernel.web.fields import Body, Code, Cursor, Flag, Id, Limit, Note, Out, QueryFlag, ReceiptOut, RegionCode, Text
from hazards.schemas import forms
from hazards.schemas.inputs import Photos, PlaceName
from inspections.actions.remote import Question, Reply
from inspections.models import RemoteCheck
from inspections.policy.remote import REMOTE_STATUS_LABELS, RemoteStatus, stands
from media.policy.uses import Slot, missing

Nonce = Annotated[Code, StringConstraints(max_length=40)]


class RemoteCheckIn(Body):
    """`POST /remote-checks`: a picture of `spot`, please."""

    id: Id | None = None
    enterprise_id: Id
    spot: PlaceName
    hazard_id: Id | None = None
    note: Note = ""


class RemoteAnswerIn(Body):
    """`POST /remote-checks/{id}/answers`: `nonce` from the app, or `number_visible` when the number is in the picture."""

    id: Id | None = None
    photo_ids: Annotated[Photos, Field(min_length=1)]
    nonce: Nonce | None = None
    number_visible: Flag = False
    note: Note = ""


class RemoteRefusalIn(Body):
    """`POST /remote-checks/{id}/refusals`."""

    id: Id | None = None
    reason: Text


class RemoteJudgementIn(Body):
    """`POST /remote-checks/{id}/judgements`."""

    id: Id | None = None
    outcome: Literal["accepted", "doubtful"]
    note: Note = ""


class RemoteFilters(Body):
    """`GET /remote-checks`."""

    status: RemoteStatus | None = None
    outcome: Literal["accepted", "doubtful"] | None = None
    enterprise_id: Id | None = None
    hazard_id: Id | None = None
    region: RegionCode | None = None
    mine: QueryFlag | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class AnsweredOut(Out):
    """What the enterprise sent, or why it refused; `proof` is what it proves, flags are for officials (else null)."""

    id: UUID
    at: datetime
    by: dict[str, Any]
    note: str
    photo_ids: list[UUID]
    photos_missing: list[UUID]
    proof: str | None
    flags: list[str] | None


class JudgedOut(Out):
    """What the official says of it."""

    id: UUID
    at: datetime
    outcome: str
    note: str


class RemoteCheckOut(Out):
    """A remote check. `nonce` is told while it is open, to the enterprise's members (their app) and to him who asked."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    hazard_id: UUID | None
    spot: str
    note: str
    number: str
    nonce: str | None
    status: RemoteStatus
    status_label: str
    asked_by: dict[str, Any]
    asked_at: datetime
    expires_at: datetime
    expired_at: datetime | None
    reply: AnsweredOut | None
    judgement: JudgedOut | None
    version: int
    receipt: ReceiptOut | None = None


class RemoteChecksOut(Out):
    """A page of remote checks."""

    items: list[RemoteCheckOut]
    next_cursor: str | None
    count: int | None = None


class RemoteActOut(Out):
    """An act on a remote check: its id, the check after it, the receipt."""

    id: UUID
    kind: str
    at: datetime
    remote_check: RemoteCheckOut
    receipt: ReceiptOut


def question(body: RemoteCheckIn) -> Question:
    """Return a question as the action takes it."""
    return Question(body.enterprise_id, body.spot, body.hazard_id, body.note)


def reply(body: RemoteAnswerIn) -> Reply:
    """Return an answer as the action takes it."""
    return Reply(forms.photos(body.photo_ids), body.nonce, body.number_visible, body.note)


def shown(check: RemoteCheck, *, actor: Actor, at: datetime, slots: Sequence[Slot]) -> dict[str, Any]:
    """Return a remote check as `actor` sees it at `at`; `slots` are its photos."""
    member = actor.duty_at(check.enterprise_id, BOUND_TO_ENTERPRISE) is not None
    status = stands(RemoteStatus(check.status), expires_at=check.expires_at, at=at)
    told = status == RemoteStatus.OPEN and (member or check.asked_person == actor.person)
    return {
        "id": check.id, "enterprise_id": check.enterprise_id,
        "enterprise_name": check.__dict__.get("firm") or check.enterprise.name, "hazard_id": check.hazard_id,
        "spot": check.spot, "note": check.note, "number": check.number, "nonce": check.nonce if told else None,
        "status": status, "status_label": REMOTE_STATUS_LABELS[status],
        "asked_by": {"id": check.asked_by, "name": check.asked_name, "role": check.asked_role}, "asked_at": check.asked_at,
        "expires_at": check.expires_at, "expired_at": check.expires_at if status == RemoteStatus.EXPIRED else None,
        "reply": _reply(check, slots, official=not member), "judgement": _judgement(check), "version": check.version,
    }  # fmt: skip


def _reply(check: RemoteCheck, slots: Sequence[Slot], *, official: bool) -> dict[str, Any] | None:
    if check.reply_id is None:
        return None
    return {
        "id": check.reply_id, "at": check.replied_at, "by": {"id": check.replied_by, "name": check.replied_name},
        "note": check.reply_note, "photo_ids": check.photo_ids, "photos_missing": missing(slots),
        "proof": check.proof or None,
        "flags": check.flags if official else None,
    }  # fmt: skip


def _judgement(check: RemoteCheck) -> dict[str, Any] | None:
    if check.judgement_id is None:
        return None
    said = {"outcome": check.outcome, "note": check.judgement_note}
    return {"id": check.judgement_id, "at": check.judged_at, **said}
