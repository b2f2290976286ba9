"""Extension (延期): a later deadline, asked for with a reason and decided by an official."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import calendar, idempotency
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound
from hazards import queries
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.models import Extension
from hazards.policy import deadlines
from hazards.policy.facts import Asking, Content
from hazards.policy.words import Verb


@transaction.atomic
def ask(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, due_on: date, reason: str, remarks: Remarks) -> Done:
    """Ask (申请延期) for a later day; while undecided the old deadline stands and escalates."""
    content = Content(due_on=due_on)
    step = steps.begin(Verb.ASK_EXTENSION, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    Extension.objects.create(id=received.id, hazard=step.hazard, due_on=due_on, reason=reason, asked_at=at, asked_by=actor.person)
    return steps.finish(
        step, kind="extension", said={"due_on": due_on.isoformat(), "reason": reason}, remarks=remarks, facts={"due_on": due_on},
        extensions_asked=step.hazard.extensions_asked + 1,
        hands=steps.with_hands(step.hazard, asking=Asking(received.id, actor.person, due_on)),
    )  # fmt: skip


@transaction.atomic
def grant(*, received: Received, extension_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Grant (同意延期): the working deadline moves, the original one never does."""
    step, extension = _decide(Verb.GRANT_EXTENSION, "grant", received=received, extension_id=extension_id, actor=actor, at=at)
    due = deadlines.on_day(extension.due_on, at, calendar.current())
    return steps.finish(
        step, kind="decision", said={"outcome": "grant", "extension_id": str(extension_id)}, remarks=remarks,
        facts={"outcome": "grant", "due_on": extension.due_on}, due_at=due.at, due_provisional=due.provisional,
        hands=steps.with_hands(step.hazard, asking=None),
    )  # fmt: skip


@transaction.atomic
def refuse(*, received: Received, extension_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Refuse (不同意延期): the deadline stands."""
    step, _ = _decide(Verb.REFUSE_EXTENSION, "refuse", received=received, extension_id=extension_id, actor=actor, at=at)
    said = {"outcome": "refuse", "extension_id": str(extension_id)}
    hands = steps.with_hands(step.hazard, asking=None)
    return steps.finish(step, kind="decision", said=said, remarks=remarks, facts={"outcome": "refuse"}, hands=hands)


def _decide(
    verb: Verb, outcome: str, *, received: Received, extension_id: UUID, actor: Actor, at: datetime
) -> tuple[steps.Step, Extension]:
    receipt = idempotency.claim(received, subject_id=extension_id)
    asked = Extension.objects.filter(id=extension_id).first()
    if asked is None:
        raise NotFound
    hazard = queries.lock(asked.hazard_id, actor=actor)
    # the hazard's lock is held: nobody else decides between this look and the write
    asked.refresh_from_db()
    content = Content(decided=bool(asked.outcome))
    step = steps.judged(verb, hazard, received=received, receipt=receipt, actor=actor, at=at, content=content)
    asked.outcome, asked.decided_at, asked.decided_by = outcome, at, actor.person
    asked.save(update_fields=["outcome", "decided_at", "decided_by"])
    return step, asked
