"""Acceptance (内部验收): another member, the agency or the grid worker confirms a self-fixed hazard, or does not."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import calendar
from backend.kernel.idempotency import Received
from hazards import queries
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.policy import deadlines
from hazards.policy.facts import Content
from hazards.policy.words import ReviewMode, Verb


@transaction.atomic
def accept(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Accept (验收通过): the hazard may close by the clock unless it is drawn."""
    step = steps.begin(Verb.ACCEPT, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    return steps.finish(
        step, kind="acceptance", said={"outcome": "accept"}, remarks=remarks, facts={"outcome": "accept"},
        hands=steps.with_hands(step.hazard, accepted=actor.person),
    )  # fmt: skip


@transaction.atomic
def reject(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Reject (验收不通过): back to rectification with a deadline by policy, and every later round is re-inspected."""
    step = steps.begin(Verb.REJECT, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    due = deadlines.rejected(at=at, calendar=calendar.current(), numbers=queries.numbers(at).document)
    return steps.finish(
        step, kind="acceptance", said={"outcome": "reject"}, remarks=remarks, facts={"outcome": "reject", "due_at": due.at},
        hands=steps.with_hands(step.hazard, pending=None), **back_to_rectifying(step, due=due),
    )  # fmt: skip


def back_to_rectifying(step: steps.Step, *, due: deadlines.Due) -> dict[str, Any]:
    """Return the columns of a new round: its deadline (the original one too if there was none), full review."""
    hazard = step.hazard
    columns: dict[str, Any] = {
        "round": hazard.round + 1, "due_at": due.at, "due_provisional": due.provisional, "review_mode": ReviewMode.FULL,
    }  # fmt: skip
    if hazard.original_due_at is None:
        columns |= {"original_due_at": due.at, "due_from": step.at}
    return columns
