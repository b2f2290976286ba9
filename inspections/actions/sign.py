"""Signatures (签名) on site: a drawn picture bound to what the document said at that moment, or a refusal before a witness."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound
from inspections import errors
from inspections.actions import visiting
from inspections.actions.issue import require_status
from inspections.actions.visiting import Done, Remarks
from inspections.models import DocumentSignature
from inspections.policy.documents import DocumentStatus, Signer
from inspections.policy.visits import Verb
from inspections.queries import documents as queries
from media.policy.uses import PhotoRef


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs which document; without a picture it is a refusal, and `witness` says before whom."""

    document_id: UUID
    signer: Signer
    name: str = ""
    photo_id: UUID | None = None
    witness: str = ""


@transaction.atomic
def sign(signing: Signing, *, received: Received, inspection_id: UUID, actor: Actor, at: datetime) -> Done:
    """Sign a draft or an issued document of this visit, or record the refusal.

    Raises: Replayed, SameId, NotFound, InspectionNotYourMove, WitnessRequired, InspectionWrongStatus, DocumentWrongStatus.
    """
    step = visiting.begin(Verb.SIGN, received=received, inspection_id=inspection_id, actor=actor, at=at)
    document = queries.lock(signing.document_id, actor=actor)
    if document.inspection_id != inspection_id:
        raise NotFound
    if signing.photo_id is None and not signing.witness:
        raise errors.WitnessRequired
    after = visiting.judge(step)
    require_status(document, DocumentStatus.DRAFT, DocumentStatus.ISSUED)
    DocumentSignature.objects.create(
        id=received.id, document=document, inspection=step.inspection, signer=signing.signer, name=signing.name,
        photo_id=signing.photo_id, witness=signing.witness, digest=document.digest, signed_at=at, recorded_by=actor.id,
    )  # fmt: skip
    refused = signing.photo_id is None
    facts = {"document": document.id, "digest": document.digest, "signer": signing.signer, "refused": refused}
    said = {
        "document_id": str(document.id), "digest": document.digest, "signer": signing.signer.value, "name": signing.name,
        "refused": refused, "witness": signing.witness, "image_photo_id": str(signing.photo_id) if signing.photo_id else None,
    }  # fmt: skip
    photos = () if signing.photo_id is None else (PhotoRef(signing.photo_id),)
    done = visiting.finish(step, after, said=said, facts=facts, remarks=Remarks(photos=photos))
    signer = ledger.Signer(actor.id, done.act.role, done.act.duty_id)
    more = {"act_id": received.id, "request_id": received.request_id, "facts": {**facts, "act": received.id}, "said": said}
    document.advance("signed", signer=signer, at=at, step={**more, "salt": done.act.salt})
    return done
