"""Photos: two doors in, one record out, and the bytes behind signed addresses."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from ninja import Query
from ninja.responses import Status
from pydantic import StringConstraints

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import clock, idempotency
from backend.kernel.problems import NotFound
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from media import queries, transports
from media.actions import quota, receive, view
from media.errors import DigestMismatch
from media.models import Photo
from media.schemas import BINARY, FORM, PhotoOut, PhotoReceivedOut, ToldIn, expected, shown
from media.storage import links, original_key, rendition_key, store
from media.storage.spool import Spool, spooling

router = Router(tags=["photos"])
# auditors and administrators have nothing to do with photos (三员分立)
people_of_photos = doors.only(*sorted(BOUND_TO_ENTERPRISE | OFFICIALS))
BOTH = {200: PhotoReceivedOut, 201: PhotoReceivedOut}
Signed = Annotated[str, StringConstraints(max_length=600)]
EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp", "heic": "heic"}


@router.post("/photos", auth=people_of_photos, response=BOTH, openapi_extra=FORM)
def send_photo(request: doors.Request) -> Status[Any]:
    """Receive a whole photo as the part `file` of a multipart form, with the fields beside it."""
    at = clock.now()
    with quota.turn(actor=request.actor, at=at), spooling() as spool:
        told = transports.form(request, spool)
        return _keep(request, spool, told, id=told.id, at=at)


@router.put("/photos/{photo_id}", auth=people_of_photos, response=BOTH, openapi_extra=BINARY)
def put_photo(request: doors.Request, photo_id: Id, told: Query[ToldIn]) -> Status[Any]:
    """Receive a whole photo as the raw body, with the fields as query parameters."""
    at = clock.now()
    with quota.turn(actor=request.actor, at=at), spooling() as spool:
        transports.raw(request, spool)
        return _keep(request, spool, told, id=photo_id, at=at)


def _keep(request: doors.Request, spool: Spool, told: ToldIn, *, id: UUID | None, at: datetime) -> Status[Any]:
    if told.sha256 not in (None, spool.sha256):
        raise DigestMismatch
    got = idempotency.received_bytes(
        id=id, kind="photo", digest=spool.sha256, actor_id=request.actor.id, at=at, key=requests.key_of(request)
    )
    photo, receipt = receive.receive(spool=spool, got=got, told=told.as_told(), actor=request.actor, at=at)
    return replies.created(shown(photo, actor=request.actor, base=_base(request), at=at), receipt)


@router.get("/photos/{photo_id}", auth=people_of_photos, response=PhotoOut)
def read_photo(request: doors.Request, photo_id: Id) -> dict[str, Any]:
    """Return a photo, or that it is expected, to those who may see it."""
    return _shown(request, photo_id)


@replies.presents("photo")
def _again(request: HttpRequest, photo_id: UUID) -> dict[str, Any]:
    return _shown(cast(doors.Request, request), photo_id)


def _shown(request: doors.Request, photo_id: UUID) -> dict[str, Any]:
    try:
        photo = queries.get(photo_id, actor=request.actor)
    except NotFound:
        return expected(queries.expected_by(photo_id, actor=request.actor).photo_id)
    return shown(photo, actor=request.actor, base=_base(request), at=clock.now())


@router.get("/photos/{photo_id}/content", auth=None, include_in_schema=False)
def content(request: HttpRequest, photo_id: Id, signed: Signed) -> HttpResponseBase:
    """Return the bytes that a signed address names; the signature is the authorisation."""
    at = clock.now()
    link = links.read(photo_id, signed, at=at)
    if link.rendition != "original":
        return _served(rendition_key(photo_id, link.rendition), f"{photo_id}-{link.rendition}.jpg", "jpeg", inline=True)
    photo = view.view_original(photo_id=photo_id, viewer_id=link.viewer_id, role=link.role, at=at)
    return _original(photo)


def _original(photo: Photo) -> HttpResponseBase:
    # phones append films and liars append pages: an original is downloaded, never shown
    name = f"{photo.id}.{EXTENSIONS[photo.format]}"
    return _served(original_key(photo.sha256), name, photo.format, inline=False)


def _served(key: str, name: str, format: str, *, inline: bool) -> HttpResponseBase:
    elsewhere = store().url(key, filename=name, content_type=f"image/{format}", inline=inline, life=links.LIFE)
    if elsewhere:
        return HttpResponseRedirect(elsewhere)
    try:
        answer = FileResponse(store().open(key), as_attachment=not inline, filename=name, content_type=f"image/{format}")
    except FileNotFoundError as error:
        raise NotFound from error
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _base(request: HttpRequest) -> str:
    """Return scheme and host for addresses: the public ones in production, else those by which we were asked."""
    return settings.PUBLIC_URL if settings.PRODUCTION else request.build_absolute_uri("/").rstrip("/")
