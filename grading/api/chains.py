"""Chains of ledger entries of what is contested and decided about grades; auditors read them without the objects."""

from typing import Any

from accounts.login import doors
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import pages
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.router import Router
from grading.queries import chains
from hazards.schemas import outputs
from hazards.schemas.show import event

router = Router()
readers = doors.only(Role.OWNER, Role.OFFICER, *OFFICIALS, Role.AUDITOR)
CHAIN = pages.Order("seq", descending=False, parse=int)


@router.get("/appeals/{appeal_id}/events", auth=readers, response=outputs.EventsOut)
def list_appeal_events(request: doors.Request, appeal_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> Any:
    """Return an appeal's chain of ledger entries, oldest first."""
    return _chain(request, "appeals", appeal_id, limit, cursor)


@router.get("/improvements/{improvement_id}/events", auth=readers, response=outputs.EventsOut)
def list_improvement_events(request: doors.Request, improvement_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> Any:
    """Return the chain of a decision of the county, oldest first."""
    return _chain(request, "improvements", improvement_id, limit, cursor)


@router.get("/overrides/{override_id}/events", auth=readers, response=outputs.EventsOut)
def list_override_events(request: doors.Request, override_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> Any:
    """Return an override's chain of ledger entries, oldest first."""
    return _chain(request, "overrides", override_id, limit, cursor)


@router.get("/re-ratings/{re_rating_id}/events", auth=readers, response=outputs.EventsOut)
def list_re_rating_events(request: doors.Request, re_rating_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> Any:
    """Return the chain of a request for a visit, oldest first."""
    return _chain(request, "re-ratings", re_rating_id, limit, cursor)


@router.get("/statements/{statement_id}/events", auth=readers, response=outputs.EventsOut)
def list_statement_events(request: doors.Request, statement_id: Id, limit: Limit = 200, cursor: Cursor | None = None) -> Any:
    """Return a statement's chain of ledger entries, oldest first."""
    return _chain(request, "statements", statement_id, limit, cursor)


def _chain(request: doors.Request, noun: str, id: Id, limit: int, cursor: str | None) -> dict[str, Any]:
    page = pages.page(chains.chain_of(noun, id, actor=request.actor), order=CHAIN, limit=limit, cursor=cursor)
    return {"items": [event(entry) for entry in page.items], "next_cursor": page.next_cursor}
