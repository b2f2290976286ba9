"""What the kernel itself serves: published keys, the problem catalogue, health."""

import base64
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest

from backend.kernel import receipts
from backend.kernel.models import PublishedKey
from backend.kernel.problems import CATALOGUE, Unavailable
from backend.kernel.web.fields import Out
from backend.kernel.web.router import Router

router = Router(tags=["kernel"])


class KeyOut(Out):
    """A public key, raw Ed25519 in base64, and since when it signed (RFC 3339, null for the one in use here)."""

    key_id: str
    algorithm: str
    public_key: str
    since: str | None


class KeysOut(Out):
    """All keys that ever signed receipts here."""

    items: list[KeyOut]


class ProblemOut(Out):
    """One entry of the catalogue."""

    code: str
    status: int
    title: str
    title_en: str


class ProblemsOut(Out):
    """The catalogue of problems."""

    items: list[ProblemOut]


class HealthOut(Out):
    """`ok`, or the request fails."""

    status: str


@router.get("/keys", auth=None, response=KeysOut)
def list_keys(request: HttpRequest) -> dict[str, Any]:
    """Return every public key that receipts were signed with, the one in use first."""
    now = receipts.key()
    older = PublishedKey.objects.exclude(key_id=now.key_id).order_by("-since")[:100]
    current = _key(now.key_id, base64.b64encode(now.public_bytes).decode(), None)
    return {"items": [current] + [_key(row.key_id, row.public_key, row.since.isoformat()) for row in older]}


def _key(key_id: str, public_key: str, since: str | None) -> dict[str, Any]:
    return {"key_id": key_id, "algorithm": "Ed25519", "public_key": public_key, "since": since}


@router.get("/problems", auth=None, response=ProblemsOut)
def list_problems(request: HttpRequest) -> dict[str, Any]:
    """Return every problem code with its status and words."""
    return {
        "items": [
            {"code": code, "status": kind.status, "title": kind.message, "title_en": kind.message_en}
            for code, kind in sorted(CATALOGUE.items())
        ]
    }


@router.get("/health/live", auth=None, response=HealthOut)
def is_live(request: HttpRequest) -> dict[str, str]:
    """Return ok while the process can answer at all."""
    return {"status": "ok"}


@router.get("/health/ready", auth=None, response=HealthOut)
def is_ready(request: HttpRequest) -> dict[str, str]:
    """Return ok when the database answers and what must be loaded is there, else 503."""
    try:
        missing = not _answers() or not all(check() for check in READY)
    except DatabaseError as error:
        raise Unavailable from error
    if missing:
        raise Unavailable(detail="正在准备数据,请稍候", detail_en="Still preparing, wait a moment", retry_after=2)
    return {"status": "ok"}


def _answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


READY: list[Callable[[], bool]] = []
