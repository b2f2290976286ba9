"""Verification (核查): an official says it is, or is not, a hazard."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency
from backend.kernel.idempotency import Received
from hazards import queries
from hazards.actions import steps
from hazards.actions.parts import Ruling, ruled_columns, said_of
from hazards.actions.steps import Done, Remarks
from hazards.models import Hazard
from hazards.models.hazard import OPEN
from hazards.policy.facts import Content
from hazards.policy.words import Verb


@transaction.atomic
def confirm(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, ruling: Ruling, remarks: Remarks) -> Done:
    """Confirm (核查确认): level, requirement and deadline are set, rectification begins."""
    content = _content(ruling, at=at, photos=len(remarks.photos))
    step = steps.begin(Verb.CONFIRM, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    columns = ruled_columns(ruling, category=step.hazard.category, at=at)
    return steps.finish(
        step, kind="verification", said=said_of(ruling, due_at=columns["due_at"]), remarks=remarks,
        facts={"outcome": "confirm", "level": ruling.level, "criterion": ruling.criterion, "stop_work": ruling.stop_work},
        hands=steps.with_hands(step.hazard, verified=actor.person), **columns,
    )  # fmt: skip


def _content(ruling: Ruling, *, at: datetime, photos: int) -> Content:
    return Content(
        level=ruling.level, criterion_in_force=queries.criterion_in_force(ruling.criterion, at=at), due_on=ruling.due_on,
        stop_work=ruling.stop_work, photos=photos,
    )  # fmt: skip


@transaction.atomic
def return_(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Return (退回补正) the report to its reporter; the verification clock stops."""
    step = steps.begin(Verb.RETURN, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    return steps.finish(
        step, kind="verification", said={"outcome": "return"}, remarks=remarks, facts={"outcome": "return"}, returned_at=at
    )


@transaction.atomic
def dismiss(
    *, received: Received, hazard_id: UUID, actor: Actor, at: datetime, reason: str, duplicate_of: UUID | None, remarks: Remarks
) -> Done:
    """Dismiss (不属实/重复/不属范围): the loop ends without a hazard."""
    receipt = idempotency.claim(received, subject_id=hazard_id)
    hazard = queries.lock(hazard_id, actor=actor)
    content = Content(duplicate_is_live=duplicate_of is None or _is_live(duplicate_of, hazard, actor=actor))
    step = steps.judged(Verb.DISMISS, hazard, received=received, receipt=receipt, actor=actor, at=at, content=content)
    said = {"outcome": "dismiss", "reason": reason, "duplicate_of": str(duplicate_of) if duplicate_of else None}
    return steps.finish(
        step, kind="verification", said=said, remarks=remarks, facts=said, voided_at=at, void_reason=reason,
        duplicate_of_id=duplicate_of,
    )  # fmt: skip


def _is_live(duplicate_of: UUID, hazard: Hazard, *, actor: Actor) -> bool:
    """Return whether the other one is in the loop at the same enterprise; a closed one would hide a recurrence."""
    other = queries.get(duplicate_of, actor=actor)
    return other.id != hazard.id and other.enterprise_id == hazard.enterprise_id and other.status in OPEN
