"""A draw by an official's hand (人工抽查): it does not raise the hazard's version and nothing removes it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel.idempotency import Received
from hazards.actions import cool, lots, steps
from hazards.actions.steps import Done, Remarks
from hazards.policy.facts import Content
from hazards.policy.words import Verb
from media.actions import attach


@transaction.atomic
def by_hand(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Draw a sampled hazard for re-inspection; the enterprise is not told until a visit is made or it closes."""
    step = steps.begin(Verb.DRAW, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    act = steps.record(step, kind="draw", said={}, remarks=remarks)
    lots.add(
        step.hazard, cause="hand", rate=1.0, drawn=True, at=at, made_by=actor.id, signer=step.signer, draw_id=act.id,
        photos=steps.named(remarks.photos),
    )  # fmt: skip
    if remarks.photos:
        use = steps.use_of(step.hazard, actor, act_id=act.id, label="draw")
        attach.attach(remarks.photos, use=use, at=at)
    cool.settle(step.hazard, at=at)
    return Done(act, step.hazard, step.receipt, step.facts)
