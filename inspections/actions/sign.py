"""Signatures (签名) under drafts: a drawn picture bound to what the document says, or a refusal or absence before a witness.

A phone is handed round: whoever makes the visit, or is an officer of the document, takes the signatures of all, his colleague's
among them; the ledger names who took which. A document of a visit is signed as an act of that visit, by whichever door.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from inspections import errors
from inspections.actions import pictures, visiting
from inspections.actions.issue import require_no_interest, require_status, signer_of
from inspections.actions.visiting import Done, Remarks, Step
from inspections.models import Document, DocumentSignature
from inspections.policy import signing as rules
from inspections.policy.documents import DocumentStatus, Signer
from inspections.policy.visits import Verb, VisitStatus
from inspections.queries import documents as queries
from inspections.queries import signatures
from media.policy.uses import PhotoRef


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs; without a picture he refused, or was not there (`absent`), and `witness` says before whom."""

    signer: Signer
    name: str = ""
    officer_id: UUID | None = None
    photo_id: UUID | None = None
    absent: bool = False
    reason: str = ""
    witness: str = ""


@transaction.atomic
def sign_on_visit(
    signing: Signing, *, document_id: UUID, received: Received, inspection_id: UUID, actor: Actor, at: datetime
) -> Done:
    """Sign a draft of this visit. Raises: Replayed, SameId, InspectionNotYourMove, NotOfThisVisit, and as `sign`."""
    step = visiting.begin(Verb.SIGN, received=received, inspection_id=inspection_id, actor=actor, at=at)
    document = queries.lock(document_id, actor=actor)
    if document.inspection_id != inspection_id:
        raise errors.NotOfThisVisit
    return _sign_as_act(signing, document, step)


@transaction.atomic
def sign(signing: Signing, *, document_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[Document, Receipt]:
    """Sign a draft, or record that somebody refused to or was not there.

    Raises: Replayed, SameId, NotFound, NotYourDocument, DocumentSamePerson, WitnessRequired, NotItsOfficer, SignedAfterIssue,
    DocumentWrongStatus, AlreadySigned; of a draft that a visit brought also InspectionNotYourMove and InspectionWrongStatus.
    """
    receipt = idempotency.claim(received, subject_id=document_id)
    visit = queries.get(document_id, actor=actor).inspection_id
    if visit is not None:  # the visit is locked first, as everywhere
        act = visiting.enter(Verb.SIGN, receipt, received=received, inspection_id=visit, actor=actor, at=at)
        document = queries.lock(document_id, actor=actor)
        _sign_as_act(signing, document, act)
        return document, receipt
    document = queries.lock(document_id, actor=actor)
    signer = signer_of(document, actor)
    if document.content["officers"] and str(actor.person) not in {one["person"] for one in document.content["officers"]}:
        raise errors.NotYourDocument(detail="由文书所列执法人员办理签名", detail_en="An officer named on it takes the signatures")
    officer = _meant(signing, document)
    require_no_interest(document, actor)
    _require_open(document, signing, officer)
    row = _written(signing, document, officer, received=received, actor=actor, at=at)
    role = Role(signer.role)
    photos = pictures.attached(document, row.photo_id, act_id=row.id, label="sign", actor=actor, role=role, at=at)
    step = {"act_id": row.id, "request_id": received.request_id, "facts": _facts(row), "said": _said(row), "photos": photos}
    document.advance("signed", signer=signer, at=at, step=step)
    return document, receipt


def _sign_as_act(signing: Signing, document: Document, step: Step) -> Done:
    officer = _meant(signing, document)
    after: VisitStatus = visiting.judge(step)
    _require_open(document, signing, officer)
    row = _written(
        signing, document, officer, received=step.received, actor=step.actor, at=step.at, inspection_id=step.inspection.id
    )
    facts, said = _facts(row) | {"document": document.id}, _said(row)
    done = visiting.finish(step, after, said=said, facts=facts, remarks=Remarks(photos=_photos(signing)))
    more = {"act_id": row.id, "request_id": step.received.request_id, "facts": _facts(row) | {"act": row.id}, "said": said}
    signer = ledger.Signer(step.actor.id, done.act.role, done.act.duty_id)
    document.advance("signed", signer=signer, at=step.at, step={**more, "salt": done.act.salt})
    return done


def _meant(signing: Signing, document: Document) -> Mapping[str, str] | None:
    """Return the officer of the document whose signature it is, None for others. Raises: WitnessRequired, NotItsOfficer."""
    if signing.photo_id is None and not signing.witness:
        raise errors.WitnessRequired
    if signing.signer != Signer.OFFICER:
        return None
    id = str(signing.officer_id) if signing.officer_id else ""
    found = rules.officer(document.content["officers"], id=id, name=signing.name)
    if found is None:
        raise errors.NotItsOfficer
    return found


def _require_open(document: Document, signing: Signing, officer: Mapping[str, str] | None) -> None:
    if document.status in (DocumentStatus.ISSUED, DocumentStatus.SUPERSEDED):
        raise errors.SignedAfterIssue(document_status=document.status)
    require_status(document, DocumentStatus.DRAFT)
    found = signatures.of(document)
    signed = {str(one.row.person) for one in found if one.row.person and not one.is_void}
    if officer is not None and officer["person"] in signed:
        raise errors.AlreadySigned(detail=f"{officer['name']}已在此文书上签名")
    if len(found) >= rules.MOST:
        raise errors.AlreadySigned(detail="此文书上的签名已满", detail_en="The document holds as many signatures as it may")


def _written(
    signing: Signing, document: Document, officer: Mapping[str, str] | None, *, received: Received, actor: Actor, at: datetime,
    inspection_id: UUID | None = None,
) -> DocumentSignature:  # fmt: skip
    return DocumentSignature.objects.create(
        id=received.id, document=document, inspection_id=inspection_id, signer=signing.signer,
        person=officer["person"] if officer else None, name=officer["name"] if officer else signing.name,
        photo_id=signing.photo_id, absent=signing.absent, reason=signing.reason, witness=signing.witness,
        digest=document.digest, signed_at=at, recorded_by=actor.id,
    )  # fmt: skip


def _photos(signing: Signing) -> tuple[PhotoRef, ...]:
    return () if signing.photo_id is None else (PhotoRef(signing.photo_id),)


def _facts(row: DocumentSignature) -> dict[str, Any]:
    return {"digest": row.digest, "signer": row.signer, "refused": row.refused, "absent": row.absent, "person": row.person}


def _said(row: DocumentSignature) -> dict[str, Any]:
    return {
        "document_id": str(row.document_id), "digest": row.digest, "signer": row.signer, "name": row.name,
        "refused": row.refused, "absent": row.absent, "reason": row.reason, "witness": row.witness,
        "image_photo_id": str(row.photo_id) if row.photo_id else None,
    }  # fmt: skip
