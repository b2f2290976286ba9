"""Codes of an enterprise, asked for and scanned over HTTP."""

from typing import Any
from urllib.parse import urlsplit

from backend.kernel import ids
from tests.api import Api

JSON = {"Accept": "application/json"}


def given(cast: Any, by: str = "officer_a", firm: str = "a", **body: Any) -> dict[str, Any]:
    """Return a code that was given out: a live one unless `kind` says otherwise."""
    path = f"/enterprises/{getattr(cast, firm).id}/code-tokens"
    reply = Api().as_(getattr(cast, by)).post(path, {"id": str(ids.new()), **body})
    assert reply.status_code == 201, reply.content
    return reply.json()


def printed(cast: Any, by: str = "owner_a", firm: str = "a", **body: Any) -> dict[str, Any]:
    """Return a printed code."""
    return given(cast, by, firm, kind="printed", **body)


def revoked(cast: Any, code: dict[str, Any], by: str = "owner_a", reason: str = "海报遗失") -> dict[str, Any]:
    """Return what the revocation of a printed code is answered."""
    path = f"/enterprises/{code['enterprise_id']}/code-tokens/{code['id']}/revocations"
    reply = Api().as_(getattr(cast, by)).post(path, {"reason": reason})
    assert reply.status_code == 201, reply.content
    return reply.json()


def page(code: dict[str, Any] | str, by: Any = None, method: str = "GET", **headers: str) -> Any:
    """Return what the page behind a code, or a token, answers to somebody."""
    path = urlsplit(code["url"]).path if isinstance(code, dict) else f"/c/{code}"
    client = Api().as_(by) if by else Api()
    return client.request(method, path, **headers)


def told(code: dict[str, Any] | str, by: Any = None, **headers: str) -> Any:
    """Return what the same answers to an app, as JSON."""
    return page(code, by, **JSON, **headers)
