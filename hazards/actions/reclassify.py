"""Reclassification (升级/降级): an inspector may raise the level at once, only a county regulator may lower it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from hazards import queries
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.policy.facts import Content
from hazards.policy.words import Level, ReviewMode, Verb


@transaction.atomic
def raise_(
    *, received: Received, hazard_id: UUID, actor: Actor, at: datetime, criterion: str, reason: str, remarks: Remarks
) -> Done:
    """Raise to major (升级为重大) under a criterion; from now on it is re-inspected in full."""
    content = Content(level=Level.MAJOR, criterion_in_force=queries.criterion_in_force(criterion, at=at))
    step = steps.begin(Verb.RAISE, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    columns: dict[str, Any] = {"level": Level.MAJOR, "criterion": criterion, "review_mode": ReviewMode.FULL}
    said = {"level": "major", "criterion": criterion, "reason": reason}
    return steps.finish(
        step, kind="reclassification", said=said, remarks=remarks, facts={"level": "major", "criterion": criterion}, **columns
    )


@transaction.atomic
def lower(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, reason: str, remarks: Remarks) -> Done:
    """Lower to general (降级为一般), with a reason; a decision of the county or above."""
    step = steps.begin(Verb.LOWER, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    said = {"level": "general", "reason": reason}
    return steps.finish(
        step, kind="reclassification", said=said, remarks=remarks, facts={"level": "general"}, level=Level.GENERAL, criterion="",
        hands=steps.with_hands(step.hazard, pending=None),
    )  # fmt: skip
