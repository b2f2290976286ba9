"""Service (送达): proof of how and when a document reached its addressee; the legal periods count from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from inspections import errors
from inspections.actions import pictures
from inspections.actions.issue import require_status
from inspections.models import Document, DocumentService
from inspections.policy.documents import FIELD, DocumentStatus, How, Outcome
from inspections.queries import documents as queries

CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Proof:
    """How a document was served, when (aware), to whom, and what became of it; `photo_id` shows the receiver's signature."""

    how: How
    served_at: datetime
    receiver: str
    outcome: Outcome
    witness: str = ""
    photo_id: UUID | None = None


@transaction.atomic
def serve(
    proof: Proof, *, document_id: UUID, received: Received, actor: Actor, at: datetime
) -> tuple[DocumentService, Document, Receipt]:
    """Record a service, or that an enterprise's own report was received.

    Raises: NotFound, NotYourDocument, DocumentSamePerson, WitnessRequired, ServedBeforeIssue, DocumentWrongStatus.
    """
    receipt = idempotency.claim(received, subject_id=document_id)
    document = queries.lock(document_id, actor=actor)
    duty = actor.duty_over(document.place, FIELD)
    if duty is None:
        raise errors.NotYourDocument
    if document.enterprise_id in actor.interests:
        raise errors.DocumentSamePerson
    if (proof.outcome == Outcome.REFUSED or proof.how == How.LEFT) and not proof.witness:
        raise errors.WitnessRequired
    require_status(document, DocumentStatus.ISSUED)
    assert document.issued_at is not None
    if not document.issued_at - CLOCKS_APART <= proof.served_at <= at + CLOCKS_APART:
        raise errors.ServedBeforeIssue
    row = DocumentService.objects.create(
        id=received.id, document=document, how=proof.how, outcome=proof.outcome, served_at=proof.served_at,
        receiver=proof.receiver, witness=proof.witness, photo_id=proof.photo_id, recorded_at=at, recorded_by=actor.id,
        salt=ledger.salt(),
    )  # fmt: skip
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    photos = pictures.attached(document, row.photo_id, act_id=row.id, label="service", actor=actor, role=duty.role, at=at)
    facts = {"how": proof.how, "outcome": proof.outcome, "served_at": proof.served_at}
    step = {
        "act_id": received.id, "request_id": received.request_id, "claimed_at": proof.served_at, "facts": facts,
        "said": {"receiver": proof.receiver, "witness": proof.witness}, "salt": row.salt, "photos": photos,
    }  # fmt: skip
    document.advance("served", signer=signer, at=at, step=step)
    return row, document, receipt
