"""A phone that speaks tus by hand: every header as it is told, nothing by itself."""

import base64
import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from tests.api import Api
from tests.media.sending import sha

CHUNK = "application/offset+octet-stream"


def metadata(**fields: Any) -> str:
    """Return Upload-Metadata of these fields."""
    return ",".join(f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in fields.items())


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    """Return Upload-Checksum of `data`."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def begin(client: Api, data: bytes, *, id: UUID | None = None, body: bytes = b"", **headers: str) -> HttpResponse:
    """Begin an upload of `data`, by default with its digest; `body` goes along with the creation."""
    fields: dict[str, Any] = {"sha256": sha(data), **({"id": id} if id else {})}
    told = {"Tus_Resumable": "1.0.0", "Upload_Length": str(len(data)), "Upload_Metadata": metadata(**fields)}
    return client.request("POST", "/uploads", body, Content_Type=CHUNK, **{**told, **headers})


def patch(client: Api, id: Any, offset: int, data: bytes, **headers: str) -> HttpResponse:
    """Send `data` as the bytes from `offset` on."""
    told = {"Tus_Resumable": "1.0.0", "Upload_Offset": str(offset), "Content_Type": CHUNK}
    return client.request("PATCH", f"/uploads/{id}", data, **{**told, **headers})


def head(client: Api, id: Any) -> HttpResponse:
    """Ask how far it has come."""
    return client.request("HEAD", f"/uploads/{id}", Tus_Resumable="1.0.0")


def end(client: Api, id: Any) -> HttpResponse:
    """End it."""
    return client.request("DELETE", f"/uploads/{id}", Tus_Resumable="1.0.0")


def stands(reply: HttpResponse) -> tuple[int, int, int]:
    """Return status, offset and length of an answer to HEAD."""
    return reply.status_code, int(reply.headers.get("Upload-Offset", -1)), int(reply.headers.get("Upload-Length", -1))
