"""Documents (文书): drafted, issued under a number, served, printed; never changed."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query

from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import clock, pages
from backend.kernel.idempotency import Received
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.openapi import file
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from hazards.schemas.outputs import EventsOut
from hazards.schemas.show import event
from inspections.actions import draft, issue, print_, serve, sign
from inspections.models import Document
from inspections.policy.documents import FIELD, PAPERS
from inspections.queries import documents as queries
from inspections.queries import signatures
from inspections.schemas import documents as schemas
from inspections.schemas import show_documents as show
from inspections.schemas.signatures import DocumentSignatureIn

router = Router()
readers = doors.only(Role.OWNER, Role.OFFICER, Role.AGENCY, Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR)
chain_readers = doors.only(*sorted({*readers.roles, Role.AUDITOR}))
LATEST_MADE = pages.Order("made_at")
CHAIN = pages.Order("seq", descending=False, parse=int)
makers = doors.only(*sorted({role for paper in PAPERS.values() for role in paper.roles}))
servers = doors.only(*sorted(FIELD))
ACTS = {200: schemas.DocumentActOut, 201: schemas.DocumentActOut}
# a page brings its own style and pictures, and reaches for nothing else
PAGE_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def whole(document: Document) -> dict[str, Any]:
    """Return a document in full, with its services, its periods and who took its place."""
    services, at = queries.services_of([document.id])[document.id], clock.now()
    signed = signatures.of(document)
    return show.full(
        document, successor=queries.successor_of(document), printed=queries.print_of(document), signatures=signed,
        missing=signatures.missing(document, signed, at=at), services=services,
        periods=queries.periods_of(document, services, at=at),
    )  # fmt: skip


def _got(request: doors.Request, kind: str, id: UUID | None, document_id: UUID) -> Received:
    return received(request, kind=kind, id=id, actor_id=request.actor.id, at=clock.now(), path_ids={"id": document_id})


@router.get("/document-kinds", auth=readers, response=schemas.KindsOut)
def list_document_kinds(request: HttpRequest) -> dict[str, Any]:
    """Return the kinds of documents (文书种类) with the fields of each as JSON schema."""
    return {"items": show.kinds()}


@router.post("/documents", auth=makers, response={200: schemas.CreatedDocumentOut, 201: schemas.CreatedDocumentOut})
def draft_document(request: doors.Request, body: schemas.DocumentIn) -> Any:
    """Draft a document (拟制): fields that the hazard or the enterprise tell may be left out."""
    actor, at = request.actor, clock.now()
    got = received(request, kind="document", id=body.id, actor_id=actor.id, at=at)
    made, receipt = draft.draft(body.wanted(), received=got, actor=actor, at=at)
    return replies.created(whole(made), receipt)


@router.get("/documents", auth=readers, response=schemas.DocumentsOut)
def list_documents(request: doors.Request, filters: Query[schemas.DocumentFilters]) -> dict[str, Any]:
    """Return the documents in the caller's scope, newest first."""
    rows = queries.listed(filters.exact(), actor=request.actor)
    page = pages.page(rows, order=LATEST_MADE, limit=filters.limit, cursor=filters.cursor)
    items, total = [show.row(document) for document in page.items], rows.count() if filters.count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}


@router.get("/documents/{document_id}", auth=readers, response=schemas.DocumentOut)
def read_document(request: doors.Request, document_id: Id) -> dict[str, Any]:
    """Return one document with its services and the legal periods that count from them."""
    return whole(queries.get(document_id, actor=request.actor))


@router.get("/documents/{document_id}/events", auth=chain_readers, response=EventsOut)
def list_document_events(request: doors.Request, document_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> Any:
    """Return the document's chain of ledger entries, oldest first; auditors read it, too."""
    page = pages.page(queries.chain_of(document_id, actor=request.actor), order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [event(entry) for entry in page.items], "next_cursor": page.next_cursor}


@router.post("/documents/{document_id}/issues", auth=makers, response=ACTS)
def issue_document(request: doors.Request, document_id: Id, body: schemas.ActIn) -> Any:
    """Issue a draft (印发): it gets its number and its seal, and never changes again; who must sign has signed before."""
    got = _got(request, "document_issue", body.id, document_id)
    done, receipt = issue.issue(document_id=document_id, received=got, actor=request.actor, at=got.at)
    return replies.created({"id": got.id, "kind": got.kind, "document": whole(done)}, receipt)


@router.post("/documents/{document_id}/signatures", auth=makers, response=ACTS)
def sign_draft(request: doors.Request, document_id: Id, body: DocumentSignatureIn) -> Any:
    """Sign a draft with a drawn picture (签名), or record that it was refused, or nobody was there, before a witness.

    Of a draft that a visit brought only those who make the visit take signatures; of another its officers, or whoever makes
    documents of its kind. `signer: officer` signs as one of the officers it names. Once issued it takes none.
    """
    got = _got(request, "document_signature", body.id, document_id)
    done, receipt = sign.sign(body.signing(), document_id=document_id, received=got, actor=request.actor, at=got.at)
    return replies.created({"id": got.id, "kind": got.kind, "document": whole(done)}, receipt)


@router.post("/documents/{document_id}/voidings", auth=makers, response=ACTS)
def void_document(request: doors.Request, document_id: Id, body: schemas.VoidingIn) -> Any:
    """Make a document void (作废): a draft is discarded, an issued one keeps its number."""
    got = _got(request, "document_voiding", body.id, document_id)
    done, receipt = issue.void(document_id=document_id, reason=body.reason, received=got, actor=request.actor, at=got.at)
    return replies.created({"id": got.id, "kind": got.kind, "document": whole(done)}, receipt)


@router.post("/documents/{document_id}/services", auth=servers, response=ACTS)
def serve_document(request: doors.Request, document_id: Id, body: schemas.ServiceIn) -> Any:
    """Record that a document was served (送达), or refused before a witness.

    Of an enterprise's own report, served upon an authority, this says when that received it, and who of it.
    """
    got = _got(request, "document_service", body.id, document_id)
    _, done, receipt = serve.serve(body.proof(), document_id=document_id, received=got, actor=request.actor, at=got.at)
    return replies.created({"id": got.id, "kind": got.kind, "document": whole(done)}, receipt)


@router.get("/documents/{document_id}/pdf", auth=readers, response=None, openapi_extra=file("application/pdf"))
def read_document_pdf(request: doors.Request, document_id: Id) -> HttpResponseBase:
    """Return the document as PDF/A-3u; a draft says across the page that it is one, a void one that it is void."""
    document = queries.get(document_id, actor=request.actor)
    answer = FileResponse(print_.opened(document, at=clock.now()), content_type="application/pdf", filename=f"{document.id}.pdf")
    answer["Content-Security-Policy"], answer["Cache-Control"] = "sandbox; default-src 'none'", "no-store"
    return answer


@router.get("/documents/{document_id}/page", auth=readers, response=None, openapi_extra=file("text/html"))
def read_document_page(request: doors.Request, document_id: Id) -> HttpResponse:
    """Return the document as a page to be printed by a browser, for installations that cannot make PDF."""
    document = queries.get(document_id, actor=request.actor)
    answer = HttpResponse(print_.page_of(document, at=clock.now()), content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"], answer["Cache-Control"] = PAGE_CSP, "no-store"
    return answer


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    return found


@replies.presents("document")
def again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a document whose draft was sent again, as it is now."""
    return whole(queries.get(id, actor=_actor(request)))


def act_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return an act on a document that was sent again, with the document as it is now."""
    kind, document_id = queries.acted(id)
    return {"id": id, "kind": kind, "document": whole(queries.get(document_id, actor=_actor(request)))}


for _kind in ("document_issue", "document_voiding", "document_service", "document_signature"):
    replies.presents(_kind)(act_again)
