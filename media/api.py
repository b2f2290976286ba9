"""Photos: two doors in, one record out, and the bytes behind signed addresses."""

from datetime import datetime, timedelta
from typing import Annotated, Any, cast
from uuid import UUID, uuid5

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from ninja import Header, Query
from ninja.responses import Status
from pydantic import StringConstraints

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import clock, idempotency, ids
from backend.kernel.problems import NotFound, Unavailable
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from media import queries, transports
from media.actions import direct, overrule, park, quota, receive, view
from media.errors import DigestMismatch
from media.models import Photo
from media.policy import lines
from media.policy.told import Told
from media.schemas import (
    BINARY,
    FORM,
    CompleteIn,
    LineIn,
    OverrulingIn,
    OverrulingOut,
    PhotoOut,
    PhotoReceivedOut,
    PresignedOut,
    PresignIn,
    ToldIn,
    expected,
    overruled,
    shown,
)
from media.storage import links, original_key, rendition_key, store
from media.storage.spool import Spool, spooling

router = Router(tags=["photos"])
# auditors and administrators have nothing to do with photos (三员分立)
people_of_photos = doors.only(*sorted(BOUND_TO_ENTERPRISE | OFFICIALS))
officials = doors.only(*sorted(OFFICIALS))
BOTH = {200: PhotoReceivedOut, 201: PhotoReceivedOut}
Signed = Annotated[str, StringConstraints(max_length=600)]
# it is followed at once: the five minutes of our own link are not to become ten
REDIRECT_LIFE = timedelta(seconds=60)
EXTENSIONS = {"jpeg": "jpg", "png": "png", "webp": "webp", "heic": "heic"}


@router.post("/photos", auth=people_of_photos, response=BOTH, openapi_extra=FORM)
def send_photo(request: doors.Request) -> Status[Any]:
    """Receive a whole photo as the part `file` of a multipart form, with the fields beside it."""
    at = clock.now()
    with quota.turn(actor=request.actor, at=at), spooling() as spool:
        told = transports.form(request, spool)
        return _keep(request, spool, told, id=told.id, at=at)


# before the paths with an id, or `presign` would be taken for one
@router.post("/photos/presign", auth=people_of_photos, response={200: PhotoReceivedOut, 201: PresignedOut})
def presign_photo(request: doors.Request, wanted: PresignIn) -> Status[Any]:
    """Return a form by which a photo goes to the object store directly; only where photos are kept in one."""
    at = clock.now()
    offer = direct.offer(wanted=wanted.as_wanted(id=_id_of(request, wanted.id)), actor=request.actor, at=at)
    return Status(201, {"id": offer.photo_id, "url": offer.form.url, "fields": offer.form.fields, "expires_at": offer.expires_at})


@router.put("/photos/{photo_id}", auth=people_of_photos, response=BOTH, openapi_extra=BINARY)
def put_photo(request: doors.Request, photo_id: Id, told: Query[ToldIn]) -> Status[Any]:
    """Receive a whole photo as the raw body, with the fields as query parameters."""
    at = clock.now()
    with quota.turn(actor=request.actor, at=at), spooling() as spool:
        transports.raw(request, spool)
        return _keep(request, spool, told, id=photo_id, at=at)


def _id_of(request: doors.Request, told: UUID | None) -> UUID:
    """Return the id that was told, else one made here: the same one for the same Idempotency-Key of the same person."""
    key = requests.key_of(request)
    return told or (uuid5(request.actor.id, key) if key else ids.new())


@router.post("/photos/{photo_id}/complete", auth=people_of_photos, response=BOTH)
def complete_photo(request: doors.Request, photo_id: Id, done: CompleteIn) -> Status[Any]:
    """Receive a photo that has been uploaded directly: the server reads, hashes and judges what arrived."""
    at, actor, sha256 = clock.now(), request.actor, done.sha256 or ""
    requests.key_of(request)  # an unusable one is refused here too, although the id is the key
    with (
        quota.turn(actor=actor, at=at), spooling() as spool,
        direct.collected(photo_id=photo_id, sha256=sha256, actor=actor, spool=spool) as told,
    ):  # fmt: skip
        return _kept(request, spool, told, id=photo_id, at=at)


def _keep(request: doors.Request, spool: Spool, told: ToldIn, *, id: UUID | None, at: datetime) -> Status[Any]:
    if told.sha256 not in (None, spool.sha256):
        raise DigestMismatch
    return _kept(request, spool, told.as_told(), id=id, at=at)


def _kept(request: doors.Request, spool: Spool, told: Told, *, id: UUID | None, at: datetime) -> Status[Any]:
    got = idempotency.received_bytes(
        id=id, kind="photo", digest=spool.sha256, actor_id=request.actor.id, at=at, key=requests.key_of(request)
    )
    photo, receipt = receive.receive(spool=spool, got=got, told=told, actor=request.actor, at=at)
    return replies.created(_as_seen(photo, request), receipt)


@router.get("/photos/{photo_id}", auth=people_of_photos, response=PhotoOut)
def read_photo(request: doors.Request, response: HttpResponse, photo_id: Id, line: Header[LineIn]) -> dict[str, Any]:
    """Return a photo, or that it is expected, to those who may see it; `urls.large` fits the line the client is on."""
    patch_vary_headers(response, lines.VARY)
    return _shown(request, photo_id, large=lines.large_for(save_data=line.save_data, ect=line.ect))


@replies.presents("photo")
def _again(request: HttpRequest, photo_id: UUID) -> dict[str, Any]:
    return _shown(cast(doors.Request, request), photo_id)


def _shown(request: doors.Request, photo_id: UUID, *, large: str = "large") -> dict[str, Any]:
    try:
        photo = queries.get(photo_id, actor=request.actor)
    except NotFound:
        return expected(queries.expected_by(photo_id, actor=request.actor).photo_id)
    return _as_seen(photo, request, large=large)


def _as_seen(photo: Photo, request: doors.Request, *, large: str = "large") -> dict[str, Any]:
    tongue = replies.language(request)
    return shown(photo, actor=request.actor, base=_base(request), at=clock.now(), language=tongue, large=large)


@router.post("/photos/{photo_id}/overrulings", auth=officials, response={200: OverrulingOut, 201: OverrulingOut})
def overrule_finding(request: doors.Request, photo_id: Id, said: OverrulingIn) -> Status[Any]:
    """Overrule a finding about a photo, with a note (更正核验结论): it stays to be seen and counts no more."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="overruling", id=said.id, actor_id=actor.id, at=at, path_ids={"id": photo_id})
    done = overrule.overrule(received=got, photo_id=photo_id, code=said.code, note=said.note, actor=actor, at=at)
    return replies.created(overruled(done.overruling, photo=_as_seen(done.photo, request)), done.receipt)


@replies.presents("overruling")
def _overruled_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    row = overrule.get(id)
    return overruled(row, photo=_shown(cast(doors.Request, request), row.photo_id))


@router.get("/photos/{photo_id}/content", auth=None, include_in_schema=False)
def content(request: HttpRequest, photo_id: Id, signed: Signed) -> HttpResponseBase:
    """Return the bytes that a signed address names; the signature is the authorisation."""
    at = clock.now()
    link = links.read(photo_id, signed, at=at)
    _within_reach(link)
    if link.rendition != "original":
        return _rendition(link)
    photo = view.view_original(photo_id=photo_id, viewer_id=link.viewer_id, role=link.role, at=at)
    return _original(photo)


def _within_reach(link: links.Link) -> None:
    key = "" if link.rendition == "original" else rendition_key(link.photo_id, link.rendition, link.drawn)
    if park.is_out_of_reach(photo_id=link.photo_id, key=key):
        raise Unavailable(detail="照片暂存于另一台服务器,请稍后再看", detail_en="The bytes wait on another host")


def _rendition(link: links.Link) -> HttpResponseBase:
    key = rendition_key(link.photo_id, link.rendition, link.drawn)
    return _served(key, f"{link.photo_id}-{link.rendition}.jpg", "jpeg", inline=True)


def _original(photo: Photo) -> HttpResponseBase:
    # phones append films and liars append pages: an original is downloaded, never shown
    name = f"{photo.id}.{EXTENSIONS[photo.format]}"
    return _served(original_key(photo.sha256), name, photo.format, inline=False)


def _served(key: str, name: str, format: str, *, inline: bool) -> HttpResponseBase:
    elsewhere = store().url(key, filename=name, content_type=f"image/{format}", inline=inline, life=REDIRECT_LIFE)
    if elsewhere:
        return HttpResponseRedirect(elsewhere, headers={"Cache-Control": "private, no-store"})
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
