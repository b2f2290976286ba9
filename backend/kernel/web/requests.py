"""From a request to what was received: the id, its digest, and the key that makes a resent one the same."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from backend.kernel import idempotency
from backend.kernel.problems import Invalid
from backend.kernel.web import body

KEY_LONGEST = 200


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
    key = key_of(request)
    route = request.resolver_match.route if request.resolver_match else request.path
    ids = {name: str(value) for name, value in (path_ids or {}).items()}
    return idempotency.received(
        id=id, kind=kind, route=f"{request.method} {route}", path_ids=ids,
        content=body.read_json(request), actor_id=actor_id, at=at, key=key,
    )  # fmt: skip


def key_of(request: HttpRequest) -> str:
    """Return the Idempotency-Key, "" for none. Raises: Invalid for an unusable one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if not 1 <= len(key) <= KEY_LONGEST or not key.isprintable():
        raise Invalid(errors=[{"field": "Idempotency-Key", "code": "key.invalid", "message": "1 to 200 printable characters"}])
    return key
