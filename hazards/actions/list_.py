"""Supervision listing (挂牌督办): proposed by an inspector or by escalation, ordered and lifted by a regulator."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound
from hazards import queries
from hazards.actions import steps
from hazards.actions.steps import Done, Remarks
from hazards.models import Listing
from hazards.policy.facts import Content
from hazards.policy.words import Verb


@transaction.atomic
def propose(*, received: Received, hazard_id: UUID, actor: Actor, at: datetime, due_on: date | None, remarks: Remarks) -> Done:
    """Propose (提请挂牌): a regulator may order it."""
    step = steps.begin(Verb.PROPOSE_LISTING, received=received, hazard_id=hazard_id, actor=actor, at=at, content=Content())
    Listing.objects.create(id=received.id, hazard=step.hazard, due_on=due_on, proposed_at=at)
    said = {"proposal": True, "due_on": due_on.isoformat() if due_on else None}
    return steps.finish(step, kind="listing", said=said, remarks=remarks, facts={"proposal": True})


@transaction.atomic
def order(
    *,
    received: Received,
    hazard_id: UUID,
    actor: Actor,
    at: datetime,
    authority: str,
    document_no: str,
    due_on: date,
    remarks: Remarks,
) -> Done:
    """Order (挂牌督办) for the authority of the regulator's own level, under a document number.

    Source: 安全生产事故隐患排查治理暂行规定 (2008, Order 16), Art. 20.
    """
    content = Content(authority=authority, due_on=due_on)
    step = steps.begin(Verb.LIST, received=received, hazard_id=hazard_id, actor=actor, at=at, content=content)
    listing = Listing.objects.create(
        id=received.id, hazard=step.hazard, authority=authority, document_no=document_no, due_on=due_on, listed_at=at,
        listed_by=actor.person,
    )  # fmt: skip
    said = {"proposal": False, "authority": authority, "document_no": document_no, "due_on": due_on.isoformat()}
    return steps.finish(step, kind="listing", said=said, remarks=remarks, facts=said, open_listing=listing)


@transaction.atomic
def lift(*, received: Received, listing_id: UUID, actor: Actor, at: datetime, acceptance: str, remarks: Remarks) -> Done:
    """Lift (解除挂牌) with the acceptance report; the hazard can be passed afterwards."""
    receipt = idempotency.claim(received, subject_id=listing_id)
    listing = queries.listing(listing_id)
    if listing is None:
        raise NotFound
    hazard = queries.lock(listing.hazard_id, actor=actor)
    content = Content(listing_authority=listing.authority, own_listing_open=hazard.open_listing_id == listing_id)
    step = steps.judged(Verb.LIFT, hazard, received=received, receipt=receipt, actor=actor, at=at, content=content)
    Listing.objects.filter(id=listing_id).update(lifted_at=at, lifted_by=actor.person, acceptance=acceptance)
    said = {"listing_id": str(listing_id), "acceptance": acceptance}
    facts = {"listing": listing_id, "authority": listing.authority}
    return steps.finish(step, kind="lift", said=said, remarks=remarks, facts=facts, open_listing=None)
