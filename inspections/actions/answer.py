"""Answering a self-inspection (自查作答): in parts, in any order, offline for days; what stands follows from all parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from hazards.errors import PhotoRequired
from inspections import errors
from inspections.models import AnswerPart, SelfInspection
from inspections.models.self_inspection import Turn
from inspections.policy import answers as rules
from inspections.policy.answers import Answer
from inspections.policy.words import SelfInspectionStatus
from inspections.queries import self_inspections as queries


@dataclass(frozen=True, slots=True)
class Answered:
    """A part that was taken, the self-inspection after it, and the receipt."""

    part: AnswerPart
    row: SelfInspection
    receipt: Receipt


@transaction.atomic
def answer(
    *,
    self_inspection_id: UUID,
    given: Sequence[Answer],
    answered_at: datetime | None,
    received: Received,
    actor: Actor,
    at: datetime,
) -> Answered:
    """Keep the answers to some items. `answered_at` is what the phone says, `at` the instant of receipt.

    Raises: Replayed, SameId; NotFound; SelfInspectionNotYourMove; UnknownItem and PhotoRequired (a fix without photo);
    SelfInspectionWrongStatus once it was handed in, SelfInspectionNotStarted.
    """
    receipt = idempotency.claim(received, subject_id=self_inspection_id)
    row = queries.lock(self_inspection_id, actor=actor)
    duty = duty_for(row, actor)
    _meaning(row, given)
    still_open(row, at=at)
    part = AnswerPart.objects.create(
        id=received.id, self_inspection=row, actor_id=actor.id, actor_name=actor.name, person=actor.person, role=duty.role.value,
        at=at, answered_at=answered_at, ranked_at=rules.moment(answered_at=answered_at, received_at=at),
        items=[one.as_json() for one in given], salt=ledger.salt(),
    )  # fmt: skip
    status = SelfInspectionStatus.OPEN if row.status == SelfInspectionStatus.DUE else None
    row.advance(_turn(part, duty, given, received=received), status=status)
    return Answered(part, row, receipt)


def duty_for(row: SelfInspection, actor: Actor) -> Duty:
    """Return the duty at the enterprise under which it is worked through. Raises: SelfInspectionNotYourMove."""
    duty = actor.duty_at(row.enterprise_id, queries.ANSWERERS)
    if duty is None:
        raise errors.SelfInspectionNotYourMove
    return duty


def still_open(row: SelfInspection, *, at: datetime) -> None:
    """Refuse what comes too early, or after it was handed in."""
    if row.status == SelfInspectionStatus.SUBMITTED:
        raise errors.SelfInspectionWrongStatus(current=row.status)
    if at < row.starts_at:
        raise errors.SelfInspectionNotStarted(starts_at=row.starts_at)


def _meaning(row: SelfInspection, given: Sequence[Answer]) -> None:
    if unknown := rules.strangers(row.asked, given):
        raise errors.UnknownItem(items=unknown)
    if bare := [one.code for one in given if one.remedy is not None and not one.remedy.photos]:
        raise PhotoRequired(items=bare)


def _turn(part: AnswerPart, duty: Duty, given: Sequence[Answer], *, received: Received) -> Turn:
    results = {one.code: one.result.value for one in given}
    photos = [{"id": str(photo.id), "sha256": photo.sha256} for photo in rules.photos_of(given)]
    return Turn(
        "answered", ledger.Signer(part.actor_id, duty.role.value, duty.id), part.at, act_id=part.id,
        facts={"results": results, "photos": photos}, said={"items": part.items}, salt=part.salt, claimed_at=part.answered_at,
        request_id=received.request_id,
    )  # fmt: skip
