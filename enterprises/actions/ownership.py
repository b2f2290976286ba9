"""Claiming a registered enterprise (认领), and what an official says to it."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actions import duties
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound
from backend.kernel.receipts import Receipt
from enterprises import queries
from enterprises.errors import AlreadyClaimed, AlreadyOwner, ClaimDecided, Closed, NotYourMove, SamePerson, UsccMismatch
from enterprises.models import ClaimState, Enterprise, OwnershipClaim
from enterprises.policy import uscc
from enterprises.policy.words import Status


def claim(*, enterprise_id: UUID, number: str, received: Received, actor: Actor, at: datetime) -> tuple[OwnershipClaim, Receipt]:
    """Say that the enterprise is the actor's, by its USCC. Who may not read it learns only whether id and USCC fit together.

    Raises: Replayed, SameId, BadUscc, NotFound, UsccMismatch, Closed, AlreadyOwner, AlreadyClaimed.
    """
    try:
        return _claim(enterprise_id=enterprise_id, number=number, received=received, actor=actor, at=at)
    except IntegrityError as error:
        raise AlreadyClaimed from error


@transaction.atomic
def _claim(*, enterprise_id: UUID, number: str, received: Received, actor: Actor, at: datetime) -> tuple[OwnershipClaim, Receipt]:
    receipt = idempotency.claim(received)
    enterprise = _claimable(enterprise_id, uscc.checked(number), actor)
    if actor.duty_at(enterprise.id, {Role.OWNER}):
        raise AlreadyOwner
    if OwnershipClaim.objects.filter(enterprise=enterprise, claimant_id=actor.id, state=ClaimState.PENDING).exists():
        raise AlreadyClaimed
    made = OwnershipClaim.objects.create(id=received.id, enterprise=enterprise, claimant_id=actor.id, made_at=at)
    _entry(made, kind="enterprise.claimed", signer=ledger.Signer(actor.id, "claimant"), at=at, act_id=received.id)
    return made, receipt


def _claimable(enterprise_id: UUID, number: str, actor: Actor) -> Enterprise:
    enterprise = queries.get_plain(enterprise_id)
    if enterprise.uscc != number:
        raise UsccMismatch if queries.visible_to(actor).filter(id=enterprise_id).exists() else NotFound
    if enterprise.status == Status.CLOSED:
        raise Closed
    return enterprise


@transaction.atomic
def confirm(*, claim_id: UUID, note: str, received: Received, actor: Actor, at: datetime) -> tuple[OwnershipClaim, Receipt]:
    """Confirm a claim: the claimant becomes an owner (主要负责人).

    Raises: Replayed, SameId, NotFound, NotYourMove, SamePerson, ClaimDecided, Closed, DutyExclusive, PersonDisabled.
    """
    receipt = idempotency.claim(received)
    made = _decide(claim_id=claim_id, state=ClaimState.CONFIRMED, note=note, received=received, actor=actor, at=at)
    if made.enterprise.status == Status.CLOSED:
        raise Closed
    held = made.claimant.duties.in_force(at).filter(enterprise_id=made.enterprise_id, role=Role.OWNER)
    if not held.exists():
        wanted = duties.Grant(made.claimant_id, Role.OWNER, enterprise_id=made.enterprise_id)
        duties.grant(wanted=wanted, signer=_signer(made, actor), at=at)
    return made, receipt


@transaction.atomic
def refuse(*, claim_id: UUID, note: str, received: Received, actor: Actor, at: datetime) -> tuple[OwnershipClaim, Receipt]:
    """Refuse a claim; the claimant may try again.

    Raises: Replayed, SameId, NotFound, NotYourMove, SamePerson, ClaimDecided.
    """
    receipt = idempotency.claim(received)
    return _decide(claim_id=claim_id, state=ClaimState.REFUSED, note=note, received=received, actor=actor, at=at), receipt


def _signer(made: OwnershipClaim, actor: Actor) -> ledger.Signer:
    duty = actor.duty_over(made.enterprise.place, OFFICIALS)
    if duty is None:
        raise NotYourMove
    return ledger.Signer(actor.id, duty.role, duty.id)


def _decide(*, claim_id: UUID, state: ClaimState, note: str, received: Received, actor: Actor, at: datetime) -> OwnershipClaim:
    made = queries.lock_claim(claim_id, actor=actor)
    signer = _signer(made, actor)
    if made.claimant.identity == actor.person or made.enterprise_id in actor.interests:
        raise SamePerson
    if made.state != ClaimState.PENDING:
        raise ClaimDecided(detail=f"该认领{made.get_state_display()}", detail_en=f"This claim is {made.state}", state=made.state)
    made.state, made.decided_by_id, made.decided_at, made.decision_id = state, actor.id, at, received.id
    made.note, made.salt = note, ledger.salt()
    made.save(update_fields=["state", "decided_by", "decided_at", "decision_id", "note", "salt"])
    _entry(made, kind=f"enterprise.claim_{state}", signer=signer, at=at, act_id=received.id)
    return made


def _entry(made: OwnershipClaim, *, kind: str, signer: ledger.Signer, at: datetime, act_id: UUID) -> None:
    enterprise = made.enterprise
    ledger.append(
        ledger.Step(
            kind=kind, subject_kind="claim", subject_id=made.id, signer=signer, at=at, act_id=act_id, after=made.state,
            place=enterprise.place.code, enterprise_id=enterprise.id, facts={"claimant": made.claimant_id},
            said={"note": made.note} if made.note else {}, salt=made.salt,
        ),
    )  # fmt: skip
