"""How uploads in pieces are shown, and what the OpenAPI document says of their headers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Out, ReceiptOut
from backend.kernel.web.openapi import problem
from media.policy.intake.source import MOST_BYTES
from media.policy.tus import CHUNK, VERSION

Json = dict[str, Any]


class UploadOut(Out):
    """An upload: `id` is the photo's. `offset` of `length` bytes are here; with the last one it has a receipt."""

    id: UUID
    status: Literal["open", "received"]
    offset: int
    length: int
    expires_at: datetime | None
    receipt: ReceiptOut | None


_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_ASKED: dict[str, Json] = {
    "Tus-Resumable": {"required": True, "description": "the version of tus", "schema": {"type": "string", "enum": [VERSION]}},
    "Upload-Length": {"required": True, "description": "bytes in all", "schema": {**_COUNT, "maximum": MOST_BYTES}},
    "Upload-Offset": {"required": True, "description": "the byte at which the body begins", "schema": _COUNT},
    "Upload-Checksum": {
        "required": False, "description": "`sha256` or `sha1`, a space, the body's digest in base64; without it the part of a "
        "body that breaks off is kept, with it nothing", "schema": _TEXT,
    },
    "Upload-Metadata": {
        "required": False, "description": "the fields of PUT /photos/{photo_id} and `id`, as pairs of a key and its value in "
        "base64, with commas between them; other keys are ignored", "schema": {"type": "string", "maxLength": 4096},
    },
}  # fmt: skip
_SAID: dict[str, Json] = {
    "Tus-Resumable": {"required": True, "description": "the version of tus", "schema": _TEXT},
    "Upload-Offset": {"required": True, "description": "bytes that are here for good", "schema": _COUNT},
    "Upload-Length": {"required": True, "description": "bytes in all", "schema": _COUNT},
    "Upload-Expires": {"description": "when an unfinished upload is forgotten", "schema": _TEXT},
    "Upload-Metadata": {"description": "as it was sent", "schema": _TEXT},
    "Upload-Receipt": {"description": "the receipt of the photo as JSON, once it is whole", "schema": _TEXT},
    "Location": {"required": True, "description": "where to go on", "schema": {"type": "string", "format": "uri-reference"}},
}
_PIECE: Json = {
    "description": "Bytes of the picture, as many as one likes",
    "content": {CHUNK: {"schema": {"type": "string", "format": "binary"}}},
}


def _operation(asked: tuple[str, ...], said: dict[int, tuple[str, ...]], refusals: set[int], body: Json | None = None) -> Json:
    parameters = [{"name": name, "in": "header", **_ASKED[name]} for name in ("Tus-Resumable", *asked)]
    answers: dict[int, Json] = {
        code: {"headers": {name: _SAID[name] for name in ("Tus-Resumable", *names)}} for code, names in said.items()
    }
    answers |= {code: problem(code) for code in sorted({412} | refusals)}
    return {"parameters": parameters, "responses": answers, **({"requestBody": body} if body else {})}


_STANDS = ("Upload-Offset", "Upload-Expires", "Upload-Receipt")
_BEGUN = ("Location", *_STANDS)
BEGINNING = _operation(
    ("Upload-Length", "Upload-Metadata", "Upload-Checksum"),
    {200: _BEGUN, 201: _BEGUN},
    {413, 415, 460},
    {**_PIECE, "required": False},
)
STANDING = _operation((), {200: ("Upload-Length", "Upload-Metadata", *_STANDS)}, {410})
EXTENDING = _operation(("Upload-Offset", "Upload-Checksum"), {204: _STANDS}, {410, 460}, {**_PIECE, "required": True})
ENDING = _operation((), {204: ()}, set())
