"""What the room of inspections shows to anyone, without login."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import StringConstraints

from accounts.middleware import VERIFY, charge
from backend.kernel import clock, pages
from backend.kernel.problems import NotFound
from backend.kernel.web.fields import Id
from backend.kernel.web.openapi import problem
from backend.kernel.web.router import Router
from inspections.documents import seal
from inspections.queries import documents as queries
from inspections.queries import draws, look_backs
from inspections.schemas import documents as schemas
from inspections.schemas import draws as draw_schemas
from inspections.schemas import look_backs as lots
from inspections.schemas import show_documents as show

router = Router(tags=["public"])
LATEST_DRAW = pages.Order("committed_at")
LATEST_DAY = pages.Order("day", parse=date.fromisoformat, unique=True)
OLDEST = pages.Order("id", descending=False, parse=UUID, unique=True)
Token = Annotated[str, StringConstraints(min_length=1, max_length=1200)]


@router.get("/public/documents/{token}", auth=None, response=schemas.PublishedDocumentOut)
def verify_document(request: HttpRequest, token: Token) -> dict[str, Any]:
    """Return whether the document behind a QR is genuine and still in force (文书验真).

    Without a network: the token is two parts in base64url joined by a point, canonical JSON of
    `["bihuan-document", 1, key_id, kind, number, authority, issued_on, digest]` and its Ed25519 signature by the key of that
    name at `/keys`. The enterprise's name is shown masked (policy), enough to be compared with the paper in hand. At most 60
    a minute from one address.
    """
    charge(request, VERIFY)
    told = seal.opened(token)
    document = queries.by_digest(told.digest, told.number) if told else None
    if document is None:
        raise NotFound
    how = queries.numbers(clock.now()).document.public_name
    return show.published(document, how=how, successor=queries.successor_of(document))


@router.get("/public/draws", auth=None, response=draw_schemas.DrawsOut)
def list_public_draws(request: HttpRequest, filters: Query[draw_schemas.PublicDrawFilters]) -> dict[str, Any]:
    """Return the random draws (双随机抽查), the newest first: commitments at once, seed and results after the reveal."""
    rows = draws.listed(draws.all_draws(), region=filters.region, revealed=None)
    page = pages.page(rows, order=LATEST_DRAW, limit=filters.limit, cursor=filters.cursor)
    items, total = [draw_schemas.draw(row) for row in page.items], rows.count() if filters.count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}


@router.get("/public/draws/{draw_id}", auth=None, response=draw_schemas.WholeDrawOut)
def read_public_draw(request: HttpRequest, draw_id: Id) -> HttpResponse:
    """Return one draw; after the reveal with all that is needed to draw it again.

    `commitment` is the SHA-256 of the seed (64 hex digits, taken as 32 bytes), `inputs_digest` that of the canonical JSON
    (RFC 8785) of `inputs`. Every enterprise has `weight` lots; lot n (from 1) is HMAC-SHA256 under the seed over the
    ASCII text `enterprise|<id>|<n>`. Lots come out in the order of their digests; an enterprise is drawn by its first,
    until `count` are drawn. Then, enterprise by enterprise in that order: inspectors may go whose `regions` name one of
    `places[<its place>]` and whose `not_at` does not name it, in the order of how many enterprises they have already, then
    of HMAC-SHA256 over `inspector|<enterprise id>|<no>`. The first of each of `departments` in turn is taken, then the
    first of the others, until there are `per_enterprise`.
    """
    return HttpResponse(draw_schemas.whole(draws.get_plain(draw_id), public=True), content_type="application/json")


@router.get("/public/look-back-keys", auth=None, response=lots.LookBackKeysOut)
def list_look_back_keys(request: HttpRequest, filters: Query[lots.KeyFilters]) -> dict[str, Any]:
    """Return the keys of look-backs of one day, or of all days, the coming ones first (回头看抽签密钥).

    A key is 32 random bytes, drawn at least 30 days before its day; its SHA-256 is published at once as `commitment`, the
    key itself (64 hex digits) when every window that the day's lots opened is over, at the earliest on `reveals_on`. On a
    day whose key was not committed before it began (00:00 in Asia/Shanghai) every closure is looked back at.
    """
    at = clock.now()
    page = pages.page(look_backs.keys(filters.day), order=LATEST_DAY, limit=filters.limit, cursor=filters.cursor)
    return {"items": [lots.key(row, at=at) for row in page.items], "next_cursor": page.next_cursor}


@router.get("/public/look-backs", auth=None, response=lots.LookBackLotsOut, openapi_extra={"responses": {409: problem(409)}})
def list_look_back_lots(request: HttpRequest, filters: Query[lots.LotFilters]) -> dict[str, Any]:
    """Return the lots of the hazards closed on a day, once its key is revealed; before, 409 `sampling.not_revealed`.

    To check one: HMAC-SHA256 under the day's key (32 bytes) over the ASCII text `look-back|hazard_id|closed_at`, both
    exactly as given here; the digest as a big-endian integer, divided by 2^256, is its fraction. It is drawn when that is
    less than `rate`.
    """
    rows = look_backs.lots_of(filters.day, at=clock.now())
    page = pages.page(rows, order=OLDEST, limit=filters.limit, cursor=filters.cursor)
    return {"items": [lots.lot(row) for row in page.items], "next_cursor": page.next_cursor}
