"""Look-back (回头看): a later visit to a closed hazard; a failed one re-opens it and restates the figures."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import calendar
from backend.kernel.idempotency import Received
from hazards.actions import steps
from hazards.actions.accept import back_to_rectifying
from hazards.actions.steps import Done, Remarks
from hazards.policy import deadlines
from hazards.policy.facts import Content
from hazards.policy.words import Verb


@transaction.atomic
def hold(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Hold (未反弹): the closure stands."""
    step = steps.begin(Verb.HOLD, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    return steps.finish(step, kind="look_back", said={"outcome": "holds"}, remarks=remarks, facts={"outcome": "holds"})


@transaction.atomic
def recur(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, due_on: date, remarks: Remarks) -> Done:
    """Recur (反弹): back to rectification; the old closing instant is kept beside the new round."""
    content = Content(due_on=due_on, photos=len(remarks.photos))
    step = steps.begin(Verb.RECUR, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    due = deadlines.on_day(due_on, at, calendar.current())
    return steps.finish(
        step, kind="look_back", said={"outcome": "recurred", "due_on": due_on.isoformat()}, remarks=remarks,
        facts={"outcome": "recurred", "due_on": due_on}, recurred_at=at, **back_to_rectifying(step, due=due),
    )  # fmt: skip
