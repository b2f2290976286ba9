"""Statements, appeals and what officials decide about a grade, over HTTP."""

from typing import Any

from backend.kernel import ids
from tests.api import Api


def sent(cast: Any, who: str, path: str, **body: Any) -> dict[str, Any]:
    """Return what somebody of the cast is answered who posts something that is taken."""
    reply = Api().as_(getattr(cast, who)).post(path, {"id": str(ids.new()), **body})
    assert reply.status_code == 201, reply.content
    return reply.json()


def stated(cast: Any, text: str = "本厂已完成整改") -> dict[str, Any]:
    """Return a statement of A."""
    assert cast.owner_a
    return sent(cast, "owner_a", f"/enterprises/{cast.a.id}/statements", text=text)
