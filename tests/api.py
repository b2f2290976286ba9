"""A client that speaks JSON to /api/v1 as the phones do."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from accounts.models import Person
from tests.cast import token


class Api:
    """`get`, `post`, `patch`, `put`, `delete`; a path without `/api/` is one under /api/v1. A 500 is an answer here."""

    def __init__(self, session_token: str = "") -> None:
        self.token = session_token
        self._client = Client(raise_request_exception=False)

    def as_(self, person: Person, *, strong: bool = True) -> "Api":
        """Return a client with a session of `person`; `strong`: the second factor was given just now."""
        return Api(token(person, strong=strong))

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send `body` (bytes as they are, anything else as JSON) and return the answer. Headers as `If_Match="…"`."""
        raw = body if isinstance(body, bytes) else (b"" if body is None else orjson.dumps(body))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("X-Session-Token", self.token)
        full = path if path.startswith(("/api/", "/_allauth/", "/c/")) else f"/api/v1{path}"
        kind = named.pop("Content-Type", "application/json")
        return self._client.generic(method, full, raw, content_type=kind, headers=named)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.request("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.request("PUT", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.request("PATCH", path, {} if body is None else body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.request("DELETE", path, **headers)


def problem(reply: HttpResponse) -> tuple[int, str]:
    """Return status and code of a refusal, having checked that it has the one shape."""
    assert reply["Content-Type"] == "application/problem+json", reply.content[:300]
    body = reply.json()
    assert {"type", "title", "status", "code", "detail", "instance", "request_id"} <= body.keys()
    assert body["status"] == reply.status_code
    return reply.status_code, body["code"]
