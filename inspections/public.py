"""What the room of inspections shows to anyone, without login."""

from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import StringConstraints

from backend.kernel import clock
from backend.kernel.problems import NotFound
from backend.kernel.web.router import Router
from inspections.documents import seal
from inspections.queries import documents as queries
from inspections.schemas import documents as schemas

router = Router(tags=["public"])
Token = Annotated[str, StringConstraints(min_length=1, max_length=1200)]


@router.get("/public/documents/{token}", auth=None, response=schemas.PublishedDocumentOut)
def verify_document(request: HttpRequest, token: Token) -> dict[str, Any]:
    """Return whether the document behind a QR is genuine and still in force (文书验真).

    Without a network: the token is two parts in base64url joined by a point, canonical JSON of
    `["bihuan-document", 1, key_id, kind, number, authority, issued_on, digest]` and its Ed25519 signature by the key of that
    name at `/keys`. The enterprise's name is shown masked (policy), enough to be compared with the paper in hand.
    """
    told = seal.opened(token)
    document = queries.by_digest(told.digest, told.number) if told else None
    if document is None:
        raise NotFound
    how = queries.numbers(clock.now()).document.public_name
    return schemas.published(document, how=how, successor=queries.successor_of(document))
