"""Issuing a document (印发), making one void (作废): a number is drawn in the transaction that uses it, and kept for ever."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from backend.kernel import idempotency, ledger
from backend.kernel.calendar import local_day
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from inspections import errors
from inspections.actions.draft import require_officers
from inspections.documents import seal
from inspections.models import Document
from inspections.policy.documents import BY_OFFICIALS, PAPERS, DocumentKind, DocumentStatus
from inspections.queries import documents as queries
from inspections.queries import signatures


@transaction.atomic
def issue(*, document_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[Document, Receipt]:
    """Issue a draft: it gets number, day and seal.

    Raises: NotFound, NotYourDocument, DocumentSamePerson, OfficersRequired, DocumentWrongStatus, SignatureRequired,
    SignatureExpected.
    """
    receipt = idempotency.claim(received, subject_id=document_id)
    document = queries.lock(document_id, actor=actor)
    signer = signer_of(document, actor)
    _still_fit(document, actor=actor, at=at)
    require_no_interest(document, actor)
    require_status(document, DocumentStatus.DRAFT)
    _require_signatures(document, at=at)
    older = _older(document)
    year = local_day(at).year
    serial = queries.next_serial(document, year=year)
    number = queries.number_of(document, year=year, serial=serial, at=at)
    told = seal.Seal(document.kind, number, document.authority_name, local_day(at).isoformat(), document.digest)
    step = {"act_id": received.id, "request_id": received.request_id, "facts": {"serial": serial, "year": year, "number": number}}
    document.advance(
        "issued", signer=signer, at=at, step=step, status=DocumentStatus.ISSUED, year=year, serial=serial, number=number,
        issued_at=at, token=seal.token(told),
    )  # fmt: skip
    if older is not None:
        older.advance(
            "superseded",
            signer=signer,
            at=at,
            step={"facts": {"by": document.id}},
            status=DocumentStatus.SUPERSEDED,
            voided_at=at,
        )
    return document, receipt


@transaction.atomic
def void(*, document_id: UUID, reason: str, received: Received, actor: Actor, at: datetime) -> tuple[Document, Receipt]:
    """Make a document void: a draft is discarded, an issued one keeps its number. Raises: as `issue`."""
    receipt = idempotency.claim(received, subject_id=document_id)
    document = queries.lock(document_id, actor=actor)
    signer = signer_of(document, actor)
    require_no_interest(document, actor)
    require_status(document, DocumentStatus.DRAFT, DocumentStatus.ISSUED)
    step = {"act_id": received.id, "request_id": received.request_id, "said": {"reason": reason}}
    document.advance("voided", signer=signer, at=at, step=step, status=DocumentStatus.VOID, voided_at=at, void_reason=reason)
    return document, receipt


def require_status(document: Document, *fit: DocumentStatus) -> None:
    """Check that a document stands where it may be acted upon. Raises: DocumentWrongStatus, naming where it stands."""
    if document.status not in fit:
        raise errors.DocumentWrongStatus(document_status=document.status)


def signer_of(document: Document, actor: Actor) -> ledger.Signer:
    """Return under which duty `actor` acts on a document as its maker may. Raises: NotYourDocument."""
    kind = DocumentKind(document.kind)
    duty = queries.duty_for(kind, actor, place=document.place, enterprise_id=document.enterprise_id, hazard=document.hazard)
    if duty is None:
        raise errors.NotYourDocument
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def require_no_interest(document: Document, actor: Actor) -> None:
    """Check that nobody with a duty at the enterprise acts as its official. Raises: DocumentSamePerson."""
    if document.kind in BY_OFFICIALS and document.enterprise_id in actor.interests:
        raise errors.DocumentSamePerson


def _still_fit(document: Document, *, actor: Actor, at: datetime) -> None:
    """Check that the officers named in the draft are fit on the day of issue, too: a licence or a duty may have ended."""
    kind = DocumentKind(document.kind)
    if not PAPERS[kind].officers:
        return
    people = [UUID(officer["id"]) for officer in document.content["officers"]]
    fit = queries.officers(people, place=document.place, enterprise_id=document.enterprise_id, at=at)
    require_officers(kind, fit, named=len(people), actor=actor)


def _require_signatures(document: Document, *, at: datetime) -> None:
    """Check that everybody has signed who must, and that each picture is there: what is printed holds all of them."""
    found = signatures.of(document)
    if lacking := signatures.missing(document, found, at=at):
        raise errors.SignatureRequired(
            detail=f"印发前还须:{'、'.join(one.words for one in lacking)}",
            detail_en=f"It still needs the signature of {', '.join(one.words_en for one in lacking)}",
            missing=[asdict(one) for one in lacking],
        )
    if awaited := [str(one.row.photo_id) for one in found if one.is_awaited]:
        raise errors.SignatureExpected(photo_ids=awaited)


def _older(document: Document) -> Document | None:
    if document.supersedes_id is None:
        return None
    older = queries.lock_plain(document.supersedes_id)
    require_status(older, DocumentStatus.ISSUED)
    return older
