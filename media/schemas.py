"""What is sent about a photo, and how one is shown."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from accounts.policy.actor import Actor
from backend.kernel.web.fields import (
    Body,
    Count,
    Flag,
    Id,
    Instant,
    Latitude,
    Longitude,
    Metres,
    Out,
    QueryFlag,
    ReceiptOut,
    Sha256,
    Text,
)
from media import queries
from media.actions.direct import Wanted
from media.models import Finding, Overruling, Photo
from media.policy import phrases, verdict
from media.policy.evidence import Code
from media.policy.told import Told
from media.storage import links
from media.storage.links import Link

_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{0,20})?([eE][+-]?\d{1,2})?", re.ASCII)


def _number(value: Any) -> Any:
    if isinstance(value, float) or value is None:
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise PydanticCustomError("float_parsing", "must be a decimal number")
    return float(value)


_Number = Annotated[float, BeforeValidator(_number)]


class ToldIn(Schema):
    """The fields beside the bytes, as text: query parameters of a PUT, form fields of a POST."""

    model_config = ConfigDict(extra="forbid")

    sha256: Sha256 | None = None
    taken_at: Instant | None = None
    latitude: Annotated[_Number, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[_Number, Field(ge=-180, le=180)] | None = None
    accuracy_m: Annotated[_Number, Field(ge=0, le=100_000)] | None = None
    mock_location: QueryFlag | None = None
    crs: Annotated[str, StringConstraints(pattern=r"^(wgs84|gcj02|bd09)$")] = "wgs84"

    @model_validator(mode="after")
    def _both_or_neither(self) -> "ToldIn":
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("location.incomplete", "latitude and longitude go together")
        return self

    def as_told(self) -> Told:
        """Return the claims without the digest."""
        return Told(self.taken_at, self.latitude, self.longitude, self.accuracy_m, self.mock_location, self.crs)


class FormIn(ToldIn):
    """The form fields of a POST: the same, and the id."""

    id: Id | None = None


class PresignIn(Body):
    """What is going to be uploaded directly: the same fields as JSON. With `sha256` or `bytes` nothing else is taken."""

    id: Id | None = None
    content_type: Annotated[str, StringConstraints(pattern=r"^image/[a-z0-9.+-]{1,60}$")] = "image/jpeg"
    sha256: Sha256 | None = None
    bytes: Annotated[Count, Field(ge=1)] | None = None
    taken_at: Instant | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    accuracy_m: Metres | None = None
    mock_location: Flag | None = None
    crs: Annotated[str, StringConstraints(pattern=r"^(wgs84|gcj02|bd09)$")] = "wgs84"

    @model_validator(mode="after")
    def _both_or_neither(self) -> "PresignIn":
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("location.incomplete", "latitude and longitude go together")
        return self

    def as_wanted(self, *, id: UUID) -> Wanted:
        """Return the announcement of photo `id`."""
        told = Told(self.taken_at, self.latitude, self.longitude, self.accuracy_m, self.mock_location, self.crs)
        return Wanted(id, self.content_type, self.sha256 or "", self.bytes, told)


class CompleteIn(Body):
    """That the upload is over; with `sha256` it must be what arrived."""

    sha256: Sha256 | None = None


class PresignedOut(Out):
    """Post every one of `fields` as multipart/form-data to `url`, then the picture as the last field, `file`; then complete."""

    id: UUID
    url: str
    fields: dict[str, str]
    expires_at: datetime


class LineIn(Schema):
    """What the client says of its line, in headers."""

    save_data: Annotated[str, Field("", alias="Save-Data", description="`on`: `urls.large` names the rendition of 1024 px")]
    ect: Annotated[str, Field("", alias="ECT", description="`slow-2g`, `2g`, `3g`: the same; anything else is a good line")]


class TakenAtOut(Out):
    """Where the phone said the photo was taken, WGS-84."""

    latitude: float
    longitude: float
    accuracy_m: float | None


class OverruledOut(Out):
    """That an official overruled a finding: when, in which role, and why."""

    id: UUID
    at: datetime
    role: str
    note: str


class CheckOut(Out):
    """One verdict about the photo as evidence; one that was overruled says by whom, and counts for nothing any more."""

    code: str
    severity: Literal["info", "warn", "strong"]
    detail: str
    other_photo_id: UUID | None = None
    overruled: OverruledOut | None = None


class UrlsOut(Out):
    """Signed addresses, good for five minutes; null while there is nothing to show.

    `large` is 2048 px long, or 1024 px for a client on a poor line (`Save-Data: on`, or `ECT: slow-2g`, `2g`, `3g`).
    """

    thumb: str | None = None
    large: str | None = None
    original: str | None = None


class PhotoOut(Out):
    """A photo; while it is expected everything but its id and status is null."""

    id: UUID
    status: Literal["expected", "received", "ready", "refused"]
    code: str | None = None
    format: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    received_at: datetime | None = None
    location: TakenAtOut | None = None
    version: int | None = None
    checks: list[CheckOut]
    urls: UrlsOut


class PhotoReceivedOut(PhotoOut):
    """A photo with the receipt for it."""

    receipt: ReceiptOut


class OverrulingIn(Body):
    """`POST /photos/{id}/overrulings`: which finding, and why it means nothing here."""

    id: Id | None = None
    code: Code
    note: Text


class OverrulingOut(Out):
    """An overruling with the photo after it."""

    id: UUID
    kind: str
    code: str
    note: str
    at: datetime
    photo: PhotoOut
    receipt: ReceiptOut


def expected(photo_id: UUID) -> dict[str, Any]:
    """Return how a named photo is shown that is not here."""
    return PhotoOut(id=photo_id, status="expected", checks=[], urls=UrlsOut()).model_dump()


def checks_of(photo_ids: Iterable[UUID], *, actor: Actor, language: str) -> dict[UUID, list[dict[str, Any]]]:
    """Return what was found about photos that the actor may see, one entry a code, the gravest first, in his language.

    The other photo of a finding is named only where he may see that one as well.
    """
    found = queries.findings_for(photo_ids, actor=actor)
    others = {row.other_photo_id for rows in found.values() for row in rows if row.other_photo_id}
    known = dict(queries.visible_to(actor).filter(id__in=others).values_list("id", "received_at")) if others else {}
    return {id: [_check(row, known, language) for row in verdict.summed(rows)] for id, rows in found.items()}


def _check(row: Finding, known: dict[UUID, datetime], language: str) -> dict[str, Any]:
    other = row.other_photo_id if row.other_photo_id in known else None
    when = known[other] if other else None
    ruled = row.overruling
    by = {"id": ruled.id, "at": ruled.at, "role": ruled.role, "note": ruled.note} if ruled else None
    detail = phrases.detail(row.code, row.facts, language=language, other_received_at=when)
    return {"code": row.code, "severity": row.severity, "detail": detail, "other_photo_id": other, "overruled": by}


def overruled(row: Overruling, *, photo: dict[str, Any]) -> dict[str, Any]:
    """Return an overruling as it is answered, with the photo after it."""
    return {"id": row.id, "kind": "overruling", "code": row.code, "note": row.note, "at": row.at, "photo": photo}


def shown(photo: Photo, *, actor: Actor, base: str, at: datetime, language: str, large: str = "large") -> dict[str, Any]:
    """Return how `photo` is shown to somebody who may see it.

    `base` is scheme and host of the addresses, `large` the rendition that his network class makes the large one.
    """
    location = None
    if photo.latitude is not None:
        location = {"latitude": photo.latitude, "longitude": photo.longitude, "accuracy_m": photo.accuracy_m}
    return {
        "id": photo.id, "status": photo.status, "code": photo.code or None, "format": photo.format, "sha256": photo.sha256,
        "bytes": photo.bytes, "width": photo.width, "height": photo.height, "taken_at": photo.taken_at,
        "received_at": photo.received_at, "location": location, "version": photo.version,
        "checks": checks_of([photo.id], actor=actor, language=language)[photo.id] if photo.findings_count else [],
        "urls": {name: urls_of(photo, {"large": large}.get(name, name), actor, base, at) for name in UrlsOut.model_fields},
    }  # fmt: skip


def urls_of(photo: Photo, rendition: str, actor: Actor, base: str, at: datetime) -> str | None:
    """Return the signed address of a rendition, None for one that is not there (yet)."""
    if photo.status == "refused" or (photo.status != "ready" and rendition != "original"):
        return None
    role, drawn = actor.duties[0].role.value if actor.duties else "", photo.drawn.get("key", "")
    if not drawn and rendition == "middle":
        rendition = "large"  # decoded before there was anything between
    return base + links.path(Link(photo.id, rendition, actor.id, role, drawn), at=at)


_FORM_FIELDS = FormIn.model_json_schema()["properties"]
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, **_FORM_FIELDS},
                    "additionalProperties": False,
                }
            }
        },
    }
}
BINARY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The picture itself, `image/jpeg`, `image/png`, `image/webp` or `image/heic`; judged by its content",
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
