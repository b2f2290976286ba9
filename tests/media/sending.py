"""Sending photos as phones do: a raw body, or a multipart form written by hand."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from accounts.policy.actor import Actor
from backend.kernel import ids
from media.actions.attach import attach
from media.policy.uses import PhotoRef, Use
from tests.api import Api
from tests.cast import FIRMS, NOON

BOUNDARY = "----bihuan"


def put(client: Api, data: bytes, *, id: UUID | None = None, query: str = "", kind: str = "image/jpeg") -> HttpResponse:
    return client.put(f"/photos/{id or ids.new()}{query}", data, Content_Type=kind)


def part(name: str, value: bytes, *, filename: str | None = None, kind: str = "image/jpeg") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    head += f'; filename="{filename}"\r\nContent-Type: {kind}' if filename is not None else ""
    return head.encode() + b"\r\n\r\n" + value + b"\r\n"


def post(client: Api, *parts: bytes, **headers: str) -> HttpResponse:
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return client.post("/photos", body, Content_Type=f"multipart/form-data; boundary={BOUNDARY}", **headers)


def send(client: Api, data: bytes, *, filename: str = "p.jpg", **fields: str) -> HttpResponse:
    return post(client, *(part(k, v.encode()) for k, v in fields.items()), part("file", data, filename=filename))


def slot(actor: Actor, ref: PhotoRef, *, at: datetime = NOON) -> UUID:
    place, firm, subject = FIRMS["a"].place, FIRMS["a"].id, ids.new()
    attach([ref], use=Use(subject, "hazard", subject, "report", actor.id, actor.person, firm, place), at=at)
    return subject


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
