"""Drafting a document (拟制文书): what it says is fixed with its draft; a draft that is wrong is replaced by another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.places import Place
from backend.kernel import canonical, idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import Invalid
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from hazards import queries as hazards
from hazards.models import Hazard
from inspections import errors
from inspections.actions import prefill
from inspections.documents import fields as forms
from inspections.models import Document, Inspection
from inspections.policy.documents import BY_OFFICIALS, PAPERS, DocumentKind, DocumentStatus
from inspections.policy.visits import Type
from inspections.queries import documents as queries
from inspections.queries import inspections

OF_A_HAZARD = {DocumentKind.LISTING_NOTICE, DocumentKind.EXTENSION_OPINION, DocumentKind.ACCEPTANCE_OPINION}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be drafted; `fields` as sent, already of the kind's form."""

    kind: DocumentKind
    fields: dict[str, Any]
    enterprise_id: UUID | None = None
    hazard_id: UUID | None = None
    inspection_id: UUID | None = None
    supersedes_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Whom a document is about, and where."""

    enterprise: Enterprise
    hazard: Hazard | None
    inspection: Inspection | None
    place: Place


@transaction.atomic
def draft(wanted: Wanted, *, received: Received, actor: Actor, at: datetime) -> tuple[Document, Receipt]:
    """Draft a document. Raises: Replayed, SameId, NotFound, NotYourDocument, DocumentSamePerson, and what is lacking (422)."""
    receipt = idempotency.claim(received)
    about = _about(wanted, actor=actor)
    duty = _duty(wanted.kind, about, actor=actor)
    content = _content(wanted, about, duty=duty, actor=actor, at=at)
    predecessor = _predecessor(wanted, about, actor=actor)
    if wanted.kind in BY_OFFICIALS and about.enterprise.id in actor.interests:
        raise errors.DocumentSamePerson
    authority = queries.authority_of(duty, about.place)
    document = Document(
        id=received.id, kind=wanted.kind, enterprise=about.enterprise, hazard=about.hazard, content=content,
        inspection_id=wanted.inspection_id, supersedes=predecessor, salt=ledger.salt(),
        authority=authority.code, authority_name=queries.name_of(authority, at=at), made_at=at, made_by=actor.id,
        made_person=actor.person, **about.place.columns(),
    )  # fmt: skip
    document.digest = digest_of(document)
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    step = {"act_id": received.id, "said": content, "request_id": received.request_id}
    document.advance("drafted", signer=signer, at=at, step=step)
    return document, receipt


def digest_of(document: Document) -> str:
    """Return the SHA-256 of what a document says, from its draft on: everything on the page but number and day of issue."""
    return canonical.digest(
        {
            "id": str(document.id), "kind": document.kind, "authority": document.authority_name, "content": document.content,
            "supersedes": str(document.supersedes_id) if document.supersedes_id else None,
        }
    )  # fmt: skip


def _about(wanted: Wanted, *, actor: Actor) -> About:
    hazard = hazards.get(wanted.hazard_id, actor=actor) if wanted.hazard_id else None
    inspection = inspections.get(wanted.inspection_id, actor=actor) if wanted.inspection_id else None
    named = [row.enterprise_id for row in (hazard, inspection) if row is not None]
    if wanted.enterprise_id:
        enterprise = enterprises.get(wanted.enterprise_id, actor=actor)
    elif named:
        enterprise = enterprises.get_plain(named[0])
    else:
        raise Invalid(errors=[_lacks("enterprise_id")])
    if any(id != enterprise.id for id in named):
        raise Invalid(errors=[{"field": "enterprise_id", "code": "mismatch", "message": "they are of different enterprises"}])
    _require_fit(wanted.kind, hazard, inspection)
    return About(enterprise, hazard, inspection, hazard.place if hazard else enterprise.place)


def _require_fit(kind: DocumentKind, hazard: Hazard | None, inspection: Inspection | None) -> None:
    if kind in OF_A_HAZARD and (hazard is None or (kind == DocumentKind.LISTING_NOTICE and hazard.level != "major")):
        raise errors.HazardRequired
    if inspection and PAPERS[kind].officers and inspection.type != Type.ADMINISTRATIVE_INSPECTION:
        raise errors.NoEnforcement
    if inspection and inspection.is_hidden:
        # what is drafted or issued would tell of a plan that nobody may know (四不两直)
        raise errors.InspectionWrongStatus(detail="检查尚未开始,不能拟制文书", detail_en="The inspection has not begun")


def _lacks(field: str) -> dict[str, str]:
    return {"field": field, "code": "missing", "message": "is lacking"}


def _duty(kind: DocumentKind, about: About, *, actor: Actor) -> Duty:
    duty = queries.duty_for(kind, actor, place=about.place, enterprise_id=about.enterprise.id, hazard=about.hazard)
    if duty is None:
        raise errors.NotYourDocument
    return duty


def _content(wanted: Wanted, about: About, *, duty: Duty, actor: Actor, at: datetime) -> dict[str, Any]:
    known = prefill.fields(wanted.kind, enterprise=about.enterprise, hazard=about.hazard, inspection=about.inspection, at=at)
    said = forms.plain(wanted.kind, known | wanted.fields)
    if lacking := forms.missing(wanted.kind, said):
        raise errors.DocumentIncomplete(errors=[_lacks(f"fields.{name}") for name in lacking])
    people = [UUID(id) for id in said.pop("officers", [])]
    signing = queries.officers(people, place=about.place, enterprise_id=about.enterprise.id, at=at)
    require_officers(wanted.kind, signing, named=len(people), actor=actor)
    return {
        "unit": prefill.unit(about.enterprise), "fields": said, "officers": signing,
        "maker": {"name": actor.name, "role": duty.role.value, "licence_no": duty.licence_no},
    }  # fmt: skip


def require_officers(kind: DocumentKind, signing: list[dict[str, str]], *, named: int, actor: Actor) -> None:
    """Check that the officers who sign are as many natural persons as the kind needs, all fit, the actor among them."""
    needed, persons = PAPERS[kind].officers, {officer["person"] for officer in signing}
    if needed and (len(persons) < needed or len(persons) != named or str(actor.person) not in persons):
        raise errors.OfficersRequired


def _predecessor(wanted: Wanted, about: About, *, actor: Actor) -> Document | None:
    if wanted.supersedes_id is None:
        return None
    older = queries.get(wanted.supersedes_id, actor=actor)
    if (older.kind, older.enterprise_id, older.status) != (wanted.kind, about.enterprise.id, DocumentStatus.ISSUED):
        raise errors.SupersedesOther
    return older
