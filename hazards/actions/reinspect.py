"""Re-inspection (复查): an official checks the evidence or the site and passes or fails it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import calendar, idempotency
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound, StepUpRequired
from hazards import lifecycle, queries
from hazards.actions import steps, witness
from hazards.actions.accept import back_to_rectifying
from hazards.actions.steps import Done, Remarks
from hazards.actions.witness import Named
from hazards.models import Act, Hazard, Listing
from hazards.policy import deadlines
from hazards.policy.facts import Content, Pending
from hazards.policy.words import Level, Verb


@transaction.atomic
def pass_(
    *,
    received: Received,
    hazard_id: UUID,
    actor: Actor,
    at: datetime,
    on_site: bool,
    inspectors: tuple[UUID, ...],
    remarks: Remarks,
    inspection_id: UUID | None = None,
) -> Done:
    """Pass (复查通过): a general hazard closes; under a major one this is the first of two signatures.

    `inspection_id`: the visit on which the actor checked in there; what no visit is named for is no less a pass.
    """
    receipt = idempotency.claim(received, subject_id=hazard_id)
    hazard = queries.lock(hazard_id, actor=actor)
    fits = _was_there(hazard, inspection_id, actor=actor, at=at)
    said = {"outcome": "pass", "on_site": on_site, "inspectors": [str(person) for person in inspectors], **_named(inspection_id)}
    content = Content(on_site=on_site, inspectors=inspectors, photos=len(remarks.photos), visit_fits=fits)
    verb = Verb.PASS
    if hazard.level == Level.MAJOR:
        verb, content = Verb.SIGN, replace(content, second_person=_second(hazard, inspectors, actor=actor, at=at))
    steps.attach_first(hazard, received=received, actor=actor, at=at, remarks=remarks)
    step = steps.judged(verb, hazard, received=received, receipt=receipt, actor=actor, at=at, content=content)
    if verb == Verb.PASS:
        return _close(step, kind="reinspection", said=said, remarks=remarks, passed={actor.person})
    _require_step_up(actor, at=at)
    return _sign(step, said=said, remarks=remarks)


def _second(hazard: Hazard, inspectors: tuple[UUID, ...], *, actor: Actor, at: datetime) -> UUID | None:
    """Return the natural person of the other inspector if he is on duty over this place, else None."""
    others = [person for person in inspectors if person != actor.id]
    if len(others) != 1 or others[0] not in accounts.on_duty(role=Role.INSPECTOR, place=hazard.place, at=at):
        return None
    return accounts.identity_of(others[0])


def _was_there(hazard: Hazard, inspection_id: UUID | None, *, actor: Actor, at: datetime) -> bool:
    """Return whether the visit named, if any, is the actor's to this enterprise. Raises: NotFound."""
    return inspection_id is None or witness.was_there(Named(inspection_id, hazard.enterprise_id, actor, at))


def _named(inspection_id: UUID | None) -> dict[str, Any]:
    return {"inspection_id": str(inspection_id)} if inspection_id else {}


def _require_step_up(actor: Actor, *, at: datetime) -> None:
    if not actor.stepped_up(at):
        raise StepUpRequired


def _sign(step: steps.Step, *, said: dict[str, Any], remarks: Remarks) -> Done:
    hours = queries.numbers(step.at).document.signature_hours
    second = next(person for person in step.facts.said.inspectors if person != step.actor.id)
    pending = Pending(step.received.id, step.actor.person, second, step.at + timedelta(hours=hours))
    return steps.finish(
        step, kind="reinspection", said=said, remarks=remarks,
        facts={"outcome": "pass", "on_site": True, "second": second, **_visit(said)},
        hands=steps.with_hands(step.hazard, pending=pending),
    )  # fmt: skip


@transaction.atomic
def countersign(*, received: Received, reinspection_id: UUID, actor: Actor, at: datetime, remarks: Remarks) -> Done:
    """Countersign (会签): the other inspector, from his own session, makes the pass of a major hazard take effect."""
    receipt = idempotency.claim(received, subject_id=reinspection_id)
    first = Act.objects.filter(id=reinspection_id, kind="reinspection").first()
    if first is None:
        raise NotFound
    hazard = queries.lock(first.hazard_id, actor=actor)
    content = Content(on_site=True)
    steps.attach_first(hazard, received=received, actor=actor, at=at, remarks=remarks)
    step = steps.judged(Verb.COUNTERSIGN, hazard, received=received, receipt=receipt, actor=actor, at=at, content=content)
    pending = step.hazard.who.pending
    if pending is None or pending.act_id != reinspection_id:
        raise lifecycle.wrong_status(step.facts.status, Verb.COUNTERSIGN)
    _require_step_up(actor, at=at)
    said = {"reinspection_id": str(reinspection_id)}
    return _close(
        step, kind="countersignature", said=said, remarks=remarks, passed={pending.first, actor.person}, under=reinspection_id
    )


def _close(
    step: steps.Step, *, kind: str, said: dict[str, Any], remarks: Remarks, passed: set[UUID], under: UUID | None = None
) -> Done:
    facts = {"outcome": "pass", "on_site": step.facts.said.on_site, "on_time": on_time(step.hazard), **_visit(said)}
    return steps.finish(
        step, kind=kind, said=said, remarks=remarks, facts=facts, subject_id=under,
        hands=steps.with_hands(step.hazard, passed=step.hazard.who.passed | passed, pending=None),
        closed_at=step.at, closed_by=kind,
    )  # fmt: skip


def _visit(said: dict[str, Any]) -> dict[str, Any]:
    """Return what the ledger entry says of the visit that was named, if one was."""
    return {"inspection": said["inspection_id"]} if "inspection_id" in said else {}


def on_time(hazard: Hazard) -> bool | None:
    """Return whether it was rectified before its original deadline; None where it never had one."""
    if hazard.original_due_at is None or hazard.rectified_at is None:
        return None
    return hazard.rectified_at < hazard.original_due_at


@transaction.atomic
def fail(
    *, received: Received, hazard_id: UUID, actor: Actor, at: datetime, due_on: date, on_site: bool | None, remarks: Remarks,
    inspection_id: UUID | None = None,
) -> Done:  # fmt: skip
    """Fail (复查不通过): the next round begins with a new working deadline; a lifted listing is revived."""
    receipt = idempotency.claim(received, subject_id=hazard_id)
    hazard = queries.lock(hazard_id, actor=actor)
    fits = _was_there(hazard, inspection_id, actor=actor, at=at)
    content = Content(due_on=due_on, on_site=bool(on_site), visit_fits=fits)
    step = steps.judged(Verb.FAIL, hazard, received=received, receipt=receipt, actor=actor, at=at, content=content)
    due = deadlines.on_day(due_on, at, calendar.current())
    columns = back_to_rectifying(step, due=due)
    if step.hazard.level == Level.MAJOR and (revived := _revive(step.hazard)):
        columns["open_listing"] = revived
    said = {"outcome": "fail", "due_on": due_on.isoformat(), "on_site": on_site, **_named(inspection_id)}
    return steps.finish(
        step, kind="reinspection", said=said, remarks=remarks,
        facts={"outcome": "fail", "due_on": due_on, **_visit(said)}, hands=steps.with_hands(step.hazard, pending=None), **columns,
    )  # fmt: skip


def _revive(hazard: Hazard) -> Listing | None:
    """Return the listing that was lifted for this very round's acceptance, in force again; None if there was none."""
    listing = hazard.listings.filter(lifted_at__gte=hazard.submitted_at).order_by("-lifted_at").first()
    if listing is None or hazard.open_listing_id is not None:
        return None
    listing.lifted_at, listing.lifted_by = None, None
    listing.save(update_fields=["lifted_at", "lifted_by"])
    return listing
