"""From a request to what was received: the id, its digest, and the key that makes a resent one the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from backend.kernel import clock, idempotency
from backend.kernel.problems import Invalid
from backend.kernel.web import body

KEY_LONGEST = 200


@dataclass(slots=True)
class Sent:
    """What is known beforehand of an act that came among others in one request, and what it turned out to be.

    `id` stands in for the one its body lacks. `kept`: it was received earlier, `at`, and has its claim and receipt.
    `got` is filled in by `received`: whoever refuses or holds the act afterwards knows by it what it was.
    """

    id: UUID
    at: datetime
    kept: bool = False
    got: idempotency.Received | None = None


def instant(request: HttpRequest) -> datetime:
    """Return when a request that opens something new was received: now, or when it was kept."""
    sent: Sent | None = getattr(request, "sent", None)
    return sent.at if sent and sent.kept else clock.now()


def received(
    request: HttpRequest,
    *,
    kind: str,
    id: UUID | None,
    actor_id: UUID | None,
    at: datetime,
    path_ids: Mapping[str, object] | None = None,
) -> idempotency.Received:
    """Return what this request brought, for `idempotency.claim`; the body has been parsed and checked already.

    Raises: Invalid for an unusable Idempotency-Key.
    """
    sent: Sent | None = getattr(request, "sent", None)
    key = "" if sent else key_of(request)
    route = request.resolver_match.route if request.resolver_match else request.path
    ids = {name: str(value) for name, value in (path_ids or {}).items()}
    got = idempotency.received(
        id=id or (sent.id if sent else None), kind=kind, route=f"{request.method} {route}", path_ids=ids,
        content=body.read_json(request), actor_id=actor_id, at=at, key=key,
    )  # fmt: skip
    if sent is not None:
        got = sent.got = replace(got, kept=sent.kept)
    return got


def key_of(request: HttpRequest) -> str:
    """Return the Idempotency-Key, "" for none. Raises: Invalid for an unusable one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if not 1 <= len(key) <= KEY_LONGEST or not key.isprintable():
        raise Invalid(errors=[{"field": "Idempotency-Key", "code": "key.invalid", "message": "1 to 200 printable characters"}])
    return key
