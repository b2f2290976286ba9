"""Annulment (撤销): a regulator of the county or above ends a hazard that should not go on, with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.policy.facts import Content
from hazards.policy.words import Verb


@transaction.atomic
def annul(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, reason: str, remarks: Remarks) -> Done:
    """Annul (撤销) a hazard; it stays on record as void."""
    step = steps.begin(Verb.ANNUL, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    return steps.finish(
        step, kind="annulment", said={"reason": reason}, remarks=remarks, voided_at=at, void_reason="annulled",
        hands=steps.with_hands(step.hazard, pending=None),
    )  # fmt: skip
