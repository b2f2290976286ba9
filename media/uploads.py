"""The door for photos in pieces: tus 1.0.0, for networks that break. What arrives is kept; a whole upload is a photo."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any
from uuid import uuid5

from django.http import HttpRequest, HttpResponse
from ninja.errors import ValidationError as NinjaValidationError
from ninja.responses import Status
from pydantic import ValidationError

from accounts.login import doors
from backend.kernel import canonical, clock, idempotency, ids
from backend.kernel.problems import KeyReused, SameId
from backend.kernel.web import requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from media import queries, transports
from media.actions import discard, quota
from media.actions.append import append, begin_spool
from media.actions.begin import Asked, begin
from media.actions.finish import finish
from media.api import people_of_photos
from media.errors import OffsetMismatch, TooLarge
from media.models import Upload
from media.models.upload import State
from media.policy import tus
from media.policy.intake.source import MOST_BYTES
from media.schemas import FormIn
from media.schemas_of_uploads import BEGINNING, ENDING, EXTENDING, STANDING, UploadOut
from media.storage.spool import spooling

router = Router(tags=["uploads"])
FIELDS = frozenset(FormIn.model_fields)


@router.api_operation(["OPTIONS"], "/uploads", auth=None, response={204: None}, include_in_schema=False)
def describe_uploads(request: HttpRequest, response: HttpResponse) -> Status[Any]:
    """Say which parts of tus are spoken here, and how large an upload may be."""
    response["Tus-Version"], response["Tus-Extension"] = tus.VERSION, tus.EXTENSIONS
    response["Tus-Max-Size"], response["Tus-Checksum-Algorithm"] = str(MOST_BYTES), ",".join(tus.ALGORITHMS)
    return Status(204, None)


@router.post("/uploads", auth=people_of_photos, response={200: UploadOut, 201: UploadOut}, openapi_extra=BEGINNING)
def begin_upload(request: doors.Request, response: HttpResponse) -> Status[Any]:
    """Begin an upload, with its first bytes if there are any, or find the one begun before under the same photo id."""
    at, checksum = clock.now(), tus.checksum(request.headers)
    with quota.turn(actor=request.actor, at=at):
        upload, new = _begun(request, at=at)
        if transports.has_body(request):
            upload = _extended(request, upload, skip=upload.offset, checksum=checksum)
    return Status(201 if new else 200, _told_at_length(request, response, upload, new=new))


@router.api_operation(["HEAD"], "/uploads/{photo_id}", auth=people_of_photos, response={200: None}, openapi_extra=STANDING)
def read_upload(request: doors.Request, response: HttpResponse, photo_id: Id) -> Status[Any]:
    """Say in headers how far an upload has come; a whole one that a crash kept from becoming a photo becomes it now."""
    tus.require_version(request.headers)
    upload = queries.upload(photo_id, actor=request.actor, at=clock.now())
    _tell(request, response, upload)
    response["Upload-Length"] = str(upload.length)
    if upload.metadata:
        response["Upload-Metadata"] = upload.metadata
    return Status(200, None)


@router.patch("/uploads/{photo_id}", auth=people_of_photos, response={204: None}, openapi_extra=EXTENDING)
def extend_upload(request: doors.Request, response: HttpResponse, photo_id: Id) -> Status[Any]:
    """Keep the body from Upload-Offset on; the last byte makes it a photo, whose receipt stands in Upload-Receipt."""
    tus.require_version(request.headers)
    transports.require_chunk(request)
    at, offset, checksum = clock.now(), tus.whole(request.headers, "Upload-Offset"), tus.checksum(request.headers)
    upload = queries.upload(photo_id, actor=request.actor, at=at)
    if upload.offset != offset:
        raise OffsetMismatch(upload_offset=upload.offset)
    with quota.turn(actor=request.actor, at=at):
        upload = _extended(request, upload, skip=0, checksum=checksum)
    _tell(request, response, upload)
    return Status(204, None)


@router.delete("/uploads/{photo_id}", auth=people_of_photos, response={204: None}, openapi_extra=ENDING)
def end_upload(request: doors.Request, photo_id: Id) -> Status[Any]:
    """End an upload that is no photo yet, and forget its bytes."""
    tus.require_version(request.headers)
    discard.terminate(photo_id, actor=request.actor)
    return Status(204, None)


def _begun(request: doors.Request, *, at: datetime) -> tuple[Upload, bool]:
    tus.require_version(request.headers)
    transports.require_chunk(request)
    length, header = tus.whole(request.headers, "Upload-Length"), request.headers.get("Upload-Metadata", "")
    if length > MOST_BYTES:
        raise TooLarge
    told, key = _fields(header), requests.key_of(request)
    # a key that is sent again means the same upload as an id does
    made = uuid5(request.actor.id, key) if key else ids.new()
    asked = Asked(told.id or made, length, told.sha256 or "", told.as_told(), header)
    try:
        return begin(asked, actor=request.actor, at=at)
    except SameId as error:
        if told.id is None:
            raise KeyReused(**error.extra) from error
        raise


def _fields(metadata: str) -> FormIn:
    try:
        return FormIn.model_validate(tus.known(tus.metadata(metadata), FIELDS))
    except ValidationError as error:
        raise NinjaValidationError([dict(e) for e in error.errors(include_url=False, include_context=False)]) from error


def _extended(request: doors.Request, upload: Upload, *, skip: int, checksum: tus.Checksum | None) -> Upload:
    with spooling() as spool:
        start = begin_spool(upload, spool)
        transports.chunk(request, spool, skip=skip, room=upload.length - upload.offset, checksum=checksum)
        # by this clock the bytes are here; the head of the request may have come long before
        return append(upload, spool=spool, start=start, at=clock.now())


def _tell(request: doors.Request, response: HttpResponse, upload: Upload) -> dict[str, str] | None:
    """Say in headers how the upload stands, having made a photo of a whole one; return the receipt if there is one."""
    receipt = None
    if upload.is_whole and upload.state == State.OPEN:
        finish(upload, actor=request.actor, at=clock.now())
    if upload.state == State.RECEIVED and (receipt := idempotency.receipt_of(upload.photo_id, actor_id=request.actor.id)):
        response["Upload-Receipt"] = canonical.dumps(receipt).decode()
    if upload.state == State.OPEN:
        response["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    response["Upload-Offset"] = str(upload.offset)
    return receipt


def _told_at_length(request: doors.Request, response: HttpResponse, upload: Upload, *, new: bool) -> dict[str, Any]:
    receipt = _tell(request, response, upload)
    response["Location"] = f"/api/v1/uploads/{upload.photo_id}"
    if not new:
        response["Idempotency-Replayed"] = "true"
    return {
        "id": upload.photo_id, "status": upload.state, "offset": upload.offset, "length": upload.length,
        "expires_at": upload.expires_at if upload.state == State.OPEN else None, "receipt": receipt,
    }  # fmt: skip
