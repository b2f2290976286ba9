"""How documents are shown: plain dictionaries from rows."""

from collections.abc import Iterable
from typing import Any

from backend.kernel.calendar import local_day
from inspections.documents import fields as forms
from inspections.documents import seal
from inspections.models import Document, DocumentPrint, DocumentService
from inspections.policy.documents import PAPERS, STATUS_LABELS, DocumentKind, DocumentStatus, Periods, as_published
from inspections.policy.signing import Missing
from inspections.queries.signatures import Signature
from inspections.schemas import signatures as signing


def kinds() -> list[dict[str, Any]]:
    """Return every kind with its form."""
    return [
        {
            "kind": kind, "title": paper.title, "roles": sorted(paper.roles), "officers": paper.officers,
            "fields": forms.FORMS[kind].model_json_schema(), "needed": [list(group) for group in forms.NEEDED[kind]],
        }
        for kind, paper in PAPERS.items()
    ]  # fmt: skip


def row(document: Document) -> dict[str, Any]:
    """Return a document as a list shows it."""
    return {
        "id": document.id, "kind": document.kind, "title": PAPERS[DocumentKind(document.kind)].title, "status": document.status,
        "status_label": STATUS_LABELS[DocumentStatus(document.status)], "number": document.number or None,
        "issued_on": local_day(document.issued_at) if document.issued_at else None, "authority": document.authority_name,
        "enterprise_id": document.enterprise_id, "enterprise_name": document.content["unit"]["name"],
        "hazard_id": document.hazard_id, "inspection_id": document.inspection_id, "supersedes_id": document.supersedes_id,
        "made_at": document.made_at, "issued_at": document.issued_at, "version": document.version,
    }  # fmt: skip


def full(
    document: Document,
    *,
    successor: Document | None,
    printed: DocumentPrint | None,
    signatures: Iterable[Signature],
    missing: Iterable[Missing],
    services: Iterable[DocumentService],
    periods: Periods | None,
) -> dict[str, Any]:
    """Return a document in full."""
    content = document.content
    return {
        **row(document), "fields": content["fields"], "officers": content["officers"], "digest": document.digest,
        "superseded_by": successor.id if successor else None, "voided_at": document.voided_at,
        "void_reason": document.void_reason or None, "verify_url": seal.address(document.token) if document.token else None,
        "pdf": printed,
        "signatures": [signing.shown(one) for one in signatures],
        "missing_signatures": [signing.missing(one) for one in missing],
        "services": [service(one) for one in services], "periods": periods,
    }  # fmt: skip


def service(one: DocumentService) -> dict[str, Any]:
    """Return a proof of service."""
    return {
        "id": one.id, "how": one.how, "at": one.served_at, "receiver": one.receiver, "outcome": one.outcome,
        "witness": one.witness or None, "signature_photo_id": one.photo_id, "recorded_at": one.recorded_at,
    }  # fmt: skip


def published(document: Document, *, how: str, successor: Document | None) -> dict[str, Any]:
    """Return what anybody may know who holds the QR; `how` the enterprise's name is shown is policy."""
    state = {DocumentStatus.ISSUED: "genuine", DocumentStatus.SUPERSEDED: "superseded"}.get(
        DocumentStatus(document.status), "void"
    )
    shown = row(document)
    return {
        "state": state, "kind": document.kind, "title": shown["title"], "number": document.number,
        "authority": document.authority_name, "issued_on": shown["issued_on"], "digest": document.digest,
        "enterprise": as_published(shown["enterprise_name"], how), "superseded_by": successor.number if successor else None,
    }  # fmt: skip
